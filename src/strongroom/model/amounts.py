"""Lengths in bytes, as a person would say them."""


def amount(length_bytes: float) -> str:
    """A length for people, in decimal units.

    >>> amount(999), amount(1_500_000)
    ('999 B', '1.5 MB')
    """
    if length_bytes < 1000:
        return f"{length_bytes:.0f} B"
    for unit in ("kB", "MB", "GB"):
        length_bytes /= 1000
        if length_bytes < 999.95:
            return f"{length_bytes:.1f} {unit}"
    return f"{length_bytes / 1000:,.1f} TB"
