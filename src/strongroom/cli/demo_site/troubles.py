"""The bad day of the demo site: redirects, refusals, block pages, and answers that come only on asking again."""

from collections import Counter
from collections.abc import Callable, Mapping
from threading import Lock

from strongroom.cli.demo_site.answer import Answer, Asked, Ending, Pause, head, page, plain, redirect

_HTML = ("Content-Type", "text/html; charset=utf-8")
_STALL_SECONDS = 4.0
_Rule = Callable[[Asked], Answer]


class Troubles:
    """What is not a file on the first host; it remembers how often each path was asked for."""

    def __init__(self, names: Mapping[str, str]) -> None:
        """Make the rules; `names` has the addresses of all the hosts."""
        self._lock = Lock()
        self._visits: Counter[str] = Counter()
        self._rules: dict[str, _Rule] = (
            _moved()
            | _refused()
            | _broken()
            | _cookies()
            | {
                "/troubles/busy-once": self._busy_once,
                "/troubles/error-once": self._error_once,
                "/moved/abroad": lambda _: redirect("302 Found", f"{names['second']}/harbour/"),
            }
        )

    def paths(self) -> tuple[str, ...]:
        """The paths answered here."""
        return tuple(self._rules)

    def answer(self, asked: Asked) -> Answer | None:
        """Answer, or None where this path is somebody else's."""
        rule = self._rules.get(asked.path)
        return rule(asked) if rule else None

    def _visit(self, path: str) -> int:
        with self._lock:
            self._visits[path] += 1
            return self._visits[path]

    def _busy_once(self, asked: Asked) -> Answer:
        if self._visit(asked.path) == 1:
            return plain("429 Too Many Requests", page("Busy", "Once more, please."), ("Retry-After", "1"))
        return plain("200 OK", page("Not busy any more", "The second knock was answered."))

    def _error_once(self, asked: Asked) -> Answer:
        if self._visit(asked.path) == 1:
            return plain("503 Service Unavailable", page("Just a hiccup", "This passes."))
        return plain("200 OK", page("Well again", "It was only a hiccup."))


def _always(answer: Answer) -> _Rule:
    return lambda _: answer


def _moved() -> dict[str, _Rule]:
    keeper, tides = "/article/keeper.html", "/article/tide-tables.html"
    return {
        "/moved/for-good": _always(redirect("301 Moved Permanently", keeper)),
        "/moved/for-now": _always(redirect("302 Found", "../article/tide-tables.html#spring")),
        "/moved/see-other": _always(redirect("303 See Other", keeper)),
        "/moved/same-method": _always(redirect("307 Temporary Redirect", tides)),
        "/moved/same-for-good": _always(redirect("308 Permanent Redirect", tides)),
        "/moved/twice": _always(redirect("301 Moved Permanently", "/moved/for-good")),
        "/moved/image": _always(redirect("302 Found", "/images/lens.png")),
        "/moved/no-location": _always(plain("302 Found", page("Found", "But it does not say where."))),
        "/moved/loop": _always(redirect("302 Found", "/moved/loop-back")),
        "/moved/loop-back": _always(redirect("302 Found", "/moved/loop")),
        "/moved/to-itself": _always(redirect("302 Found", "/moved/to-itself")),
        "/moved/to-mail": _always(redirect("302 Found", "mailto:desk@harbour-lamp.example")),
        "/moved/to-ftp": _always(redirect("302 Found", "ftp://files.harbour-lamp.example/lamp.txt")),
        "/moved/to-nowhere": _always(redirect("302 Found", "http://nowhere.invalid/")),
    }


def _refused() -> dict[str, _Rule]:
    script = '<script src="/cdn-cgi/challenge-platform/h/b/orchestrate/chl_page/v1"></script>'
    checking = page("Just a moment...", f"Checking that you are a person. This takes a few seconds.{script}")
    captcha = page(
        "breakwater.example",
        "Please enable JS and disable any ad blocker"
        "<script>var dd={'rt':'c','cid':'AHrlqAAAAAMA','t':'bv','host':'geo.captcha-delivery.com'}</script>",
    )
    signature = (("Server", "cloudflare"), ("CF-Ray", "93ab51c0ffee-TRD"), ("cf-mitigated", "challenge"))
    return {
        "/troubles/unauthorized": _always(
            plain("401 Unauthorized", page("Members only", "Please log in."), ("WWW-Authenticate", 'Basic realm="x"'))
        ),
        "/troubles/forbidden": _always(plain("403 Forbidden", page("Forbidden", "Not for you."))),
        "/troubles/busy": _always(
            plain("429 Too Many Requests", page("Busy", "Too many of you."), ("Retry-After", "1"))
        ),
        "/troubles/challenge": _always(plain("403 Forbidden", checking, *signature)),
        "/troubles/challenge-503": _always(plain("503 Service Unavailable", checking, *signature)),
        "/troubles/captcha": _always(plain("200 OK", captcha, ("X-DataDome", "protected"))),
        "/troubles/gone": _always(plain("410 Gone", page("Gone", "It was here once."))),
        "/troubles/unlawful": _always(plain("451 Unavailable For Legal Reasons", page("Withheld", "By order."))),
        "/troubles/error": _always(plain("500 Internal Server Error", page("Error", "Something broke."))),
        "/troubles/empty": _always(plain("200 OK", b"")),
        "/troubles/blank": _always(
            plain("200 OK", b"<!DOCTYPE html>\n<html><head><title></title></head>\n<body>\n</body></html>\n")
        ),
    }


def _broken() -> dict[str, _Rule]:
    body = page("Half a page", "This page was meant to be longer. " * 30)
    promised = head("200 OK", (_HTML, ("Content-Length", "5000")))
    return {
        "/troubles/cut": _always(Answer((promised + body,), Ending.CUT)),
        "/troubles/silent": _always(Answer((), Ending.CUT)),
        "/troubles/slow": _always(
            Answer(
                (
                    head("200 OK", (_HTML, ("Content-Length", str(len(body))))),
                    Pause(0.4),
                    body[:500],
                    Pause(0.4),
                    body[500:],
                )
            )
        ),
        "/troubles/stalled": _always(Answer((promised + body, Pause(_STALL_SECONDS)), Ending.CUT)),
        "/troubles/late": _always(Answer((Pause(_STALL_SECONDS), *plain("200 OK", body).pieces))),
    }


def _cookies() -> dict[str, _Rule]:
    def wall(asked: Asked) -> Answer:
        if "lamp=lit" in asked.headers.get("cookie", ""):
            return plain("200 OK", page("Behind the cookie wall", "You brought the cookie back."))
        return redirect("302 Found", "/cookies/give")

    given = redirect("302 Found", "/cookies/wall", ("Set-Cookie", "lamp=lit; Path=/cookies; HttpOnly"))
    return {"/cookies/wall": wall, "/cookies/give": _always(given)}
