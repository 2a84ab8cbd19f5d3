"""robots.txt as RFC 9309 defines it: which rule decides for a product token and a path.

Google's published matcher and the RFC are one, but for percent-encoded letters (section 2.2.2): there, the reading
that fetches less decides. This module asks no host; `strongroom.web.robots` does.
"""

import math
import re
from dataclasses import dataclass, field
from typing import Self

# Section 2.5: at least 500 kibibytes must be parsed; what lies behind them is not.
LIMIT_BYTES = 500 * 1024
# As Google's parser: what is longer than eight URLs is no rule anybody wrote.
_LINE_BYTES = 8 * 2083
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_LINE_END = re.compile(rb"\r\n|\n|\r")
_TOKEN = re.compile(r"[A-Za-z_-]*")
_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
# What the URL Standard percent-encodes in a path and in a query, so that rules meet targets of that form.
_PATH_ENCODED = re.compile(r'[\x00-\x20"<>`{}^\x7f]')
_QUERY_ENCODED = re.compile(r'[\x00-\x20"<>\x7f]')
# Misspellings that Google's parser forgives, since authors meant what they mean.
_NAMES = {
    "user-agent": "user-agent",
    "useragent": "user-agent",
    "user agent": "user-agent",
    "allow": "allow",
    "disallow": "disallow",
    "dissallow": "disallow",
    "dissalow": "disallow",
    "disalow": "disallow",
    "diasllow": "disallow",
    "disallaw": "disallow",
    "sitemap": "sitemap",
    "site-map": "sitemap",
    "crawl-delay": "crawl-delay",
}


@dataclass(frozen=True, slots=True)
class Rule:
    """An allow or disallow line.

    Attributes:
        allows: which of the two.
        pattern: in the form targets have, with ``*`` and a final ``$`` special.
        text: as written.
        line: counted from 1.
    """

    allows: bool
    pattern: str
    text: str
    line: int

    def __str__(self) -> str:
        return f"line {self.line}: {'Allow' if self.allows else 'Disallow'}: {self.text}"


@dataclass(slots=True)
class _Group:
    agents: set[str] = field(default_factory=set)
    rules: list[Rule] = field(default_factory=list)
    delay_seconds: float | None = None


class RobotsTxt:
    """The rules of one robots.txt.

    >>> robots = RobotsTxt.parse(b"User-agent: *" + bytes([10]) + b"Disallow: /private")
    >>> robots.decide("strongroom", "/private/x")
    (False, 'line 2: Disallow: /private')
    """

    def __init__(self, groups: tuple[_Group, ...], sitemaps: tuple[str, ...]) -> None:
        self._groups = groups
        self.sitemaps = sitemaps

    @classmethod
    def parse(cls, body: bytes) -> Self:
        """Read a robots.txt; every sequence of bytes is one, and lines that say nothing are passed over."""
        groups: list[_Group] = []
        sitemaps: list[str] = []
        in_header = False
        for number, line in enumerate(_lines(body), start=1):
            name, value = _name_and_value(line)
            if name == "user-agent":
                if not in_header:
                    groups.append(_Group())
                    in_header = True
                groups[-1].agents.add(_agent(value))
            elif name == "sitemap":
                sitemaps.append(value)
            elif name == "crawl-delay":
                # Not in the RFC: other lines neither open nor close a group (section 2.2.4).
                if groups and (delay := _seconds(value)) is not None:
                    groups[-1].delay_seconds = max(delay, groups[-1].delay_seconds or 0.0)
            elif name in {"allow", "disallow"}:
                in_header = False
                # Rules before any user-agent line belong to nobody; an empty pattern matches nothing.
                if groups and value:
                    groups[-1].rules.append(Rule(name == "allow", _written_as_target(value), value, number))
        return cls(tuple(groups), tuple(sitemaps))

    def decide(self, token: str, target: str) -> tuple[bool, str]:
        """Whether a crawler may ask for a target, and the rule that says so (empty when there is none).

        Args:
            token: the product token of the crawler, without version; compared without regard to case.
            target: path and query, percent-encoded as in a request line.

        Section 2.2.2: the longest pattern decides, and of equally long ones the one that allows.
        """
        if target.partition("?")[0] == "/robots.txt":
            return True, ""
        written = _upper_escapes(target)
        decoded = _decoded(written)
        best: tuple[int, bool, Rule] | None = None
        for group in self._applying(token):
            for rule in group.rules:
                length = _match_length(rule, written, decoded)
                if length > 0 and (best is None or (length, rule.allows) > best[:2]):
                    best = length, rule.allows, rule
        return (True, "") if best is None else (best[1], str(best[2]))

    def crawl_delay(self, token: str) -> float | None:
        """The seconds between two requests that the groups for a token ask for, or None."""
        delays = [one.delay_seconds for one in self._applying(token) if one.delay_seconds is not None]
        return max(delays, default=None)

    def _applying(self, token: str) -> list[_Group]:
        """All groups that name the token, or else all that name ``*`` (section 2.2.1)."""
        wanted = token.lower()
        own = [one for one in self._groups if wanted in one.agents] if _is_token(token) else []
        return own or [one for one in self._groups if "*" in one.agents]


def _lines(body: bytes) -> list[bytes]:
    whole = body[:LIMIT_BYTES]
    # A mark that was cut short by some editor is a mark all the same.
    for length in (3, 2, 1):
        if whole.startswith(_BYTE_ORDER_MARK[:length]):
            whole = whole[length:]
            break
    lines = _LINE_END.split(whole)
    if len(body) > LIMIT_BYTES:
        lines.pop()  # it was cut in the middle, and half a pattern would match too much
    return [line[: _LINE_BYTES - 1] for line in lines]


def _name_and_value(line: bytes) -> tuple[str, str]:
    text = line.partition(b"#")[0].decode("utf-8", "surrogateescape").strip(" \t\v\f\0")
    name, colon, value = text.partition(":")
    if not colon:
        # "Disallow /x": forgiven where there are exactly two words.
        words = text.split()
        if len(words) != 2:
            return "", ""
        name, value = words
    return _NAMES.get(name.strip().lower(), ""), value.strip()


def _agent(value: str) -> str:
    if value[:1] == "*" and (len(value) == 1 or value[1].isspace()):
        return "*"
    found = _TOKEN.match(value)
    return found.group().lower() if found else ""


def _is_token(token: str) -> bool:
    return bool(token) and _TOKEN.fullmatch(token) is not None


def _seconds(value: str) -> float | None:
    try:
        seconds = float(value)
    except ValueError:
        return None
    return seconds if math.isfinite(seconds) and seconds >= 0 else None


def _written_as_target(value: str) -> str:
    """Write a pattern as the URL Standard writes targets: what is not ASCII or not printable percent-encoded."""
    path, question, query = value.partition("?")
    path = _PATH_ENCODED.sub(lambda found: f"%{ord(found.group()):02X}", path)
    query = _QUERY_ENCODED.sub(lambda found: f"%{ord(found.group()):02X}", query)
    octets = f"{path}{question}{query}".encode("utf-8", "surrogateescape")
    return _upper_escapes("".join(chr(one) if one < 0x80 else f"%{one:02X}" for one in octets))


def _upper_escapes(text: str) -> str:
    return _ESCAPE.sub(lambda found: found.group().upper(), text) if "%" in text else text


def _decoded(text: str) -> str:
    """Decode percent-encoded unreserved characters (section 2.2.2)."""
    return _ESCAPE.sub(_unreserved, text) if "%" in text else text


def _unreserved(found: re.Match[str]) -> str:
    character = chr(int(found.group()[1:], 16))
    return character if character in _UNRESERVED else found.group()


def _match_length(rule: Rule, written: str, decoded: str) -> int:
    """The length of the pattern where it matches, -1 where it does not."""
    if _matches(rule.pattern, written):
        return len(rule.pattern)
    if rule.allows:
        # An author who allows `index.html` means the folder too, as Google reads it.
        folder, slash, name = rule.pattern.rpartition("/")
        if slash and name.startswith("index.htm") and _matches(f"{folder}/$", written):
            return len(folder) + 2
        return -1
    return len(rule.pattern) if _matches(_decoded(rule.pattern), decoded) else -1


def _matches(pattern: str, target: str) -> bool:
    """Match from the beginning, ``*`` for any characters, ``$`` at the end for the end; linear in the target."""
    anchored = pattern.endswith("$")
    first, *rest = (pattern[:-1] if anchored else pattern).split("*")
    if not target.startswith(first):
        return False
    place = len(first)
    if not rest:
        return not anchored or place == len(target)
    last = rest.pop() if anchored else ""
    for piece in rest:
        found = target.find(piece, place)
        if found < 0:
            return False
        place = found + len(piece)
    return not anchored or (len(target) - len(last) >= place and target.endswith(last))
