"""Bytes to values and back, one standard a module."""
