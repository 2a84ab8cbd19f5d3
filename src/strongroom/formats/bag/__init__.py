"""Bags (RFC 8493): tag files and manifests to values and back, and what is wrong with strangers' bags."""
