"""Lengths in bytes and numbers of things, as a person would say them."""


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


def counted(number: int, thing: str, *, grouped: bool = True) -> str:
    """A number of things, named by the word for one of them.

    Args:
        number: of them.
        thing: the word for one.
        grouped: with a comma at each thousand; findings, which programs read too, have none.

    >>> counted(1, "place"), counted(1200, "place"), counted(0, "log entry"), counted(1200, "byte", grouped=False)
    ('1 place', '1,200 places', '0 log entries', '1200 bytes')
    """
    said = f"{number:,}" if grouped else f"{number}"
    if number == 1:
        return f"{said} {thing}"
    return f"{said} {thing[:-1]}ies" if thing.endswith("y") else f"{said} {thing}s"
