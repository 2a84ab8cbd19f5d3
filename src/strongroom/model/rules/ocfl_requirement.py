"""How a requirement of OCFL becomes a rule: its code says whether it is a MUST, and the clause names the version."""

from strongroom.model.finding import Rule, Severity


def requirement(code: str, section: str, title: str, meaning: str, remedy: str, *, version: str = "1.1") -> Rule:
    """The rule of a code: E is an error, W a warning.

    >>> requirement("W004", "3.4", "", "", "").clause
    'OCFL 1.1 section 3.4'
    """
    severity = Severity.ERROR if code.startswith("E") else Severity.WARNING
    return Rule(code, severity, title, f"OCFL {version} section {section}", meaning, remedy)
