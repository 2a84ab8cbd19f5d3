"""Frozen values that the stages hand on to each other; nothing here reads, writes or asks the network."""
