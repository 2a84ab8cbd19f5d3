"""Bags in one file, as tar, tar.gz, tar.zst or zip (RFC 8493 section 4): read with our own readers, and unpacked."""
