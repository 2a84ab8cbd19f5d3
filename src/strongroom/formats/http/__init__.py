"""HTTP/1.1 messages and content codings as they are met on the wire (RFC 9110, RFC 9112)."""
