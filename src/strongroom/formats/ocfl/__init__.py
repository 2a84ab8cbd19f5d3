"""Bytes and values of the Oxford Common File Layout (OCFL 1.0 and 1.1): inventories, storage roots, their faults."""
