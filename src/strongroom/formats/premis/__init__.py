"""PREMIS 3.0: objects, events, agents and rights, written in one pass and read back."""
