"""The files of the demo site: where they lie, how they are named on the web, and how each is put on the wire."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import strongroom
from strongroom.cli.demo_site.answer import (
    Answer,
    Asked,
    Coding,
    Ending,
    Framing,
    chunked,
    coded,
    head,
    page,
    plain,
    redirect,
)
from strongroom.errors import UsageError

_LAST_MODIFIED = "Mon, 13 Oct 2025 18:30:00 GMT"
_MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".gif": "image/gif",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/vnd.microsoft.icon",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".ttf": "font/ttf",
    ".txt": "text/plain; charset=utf-8",
    ".vtt": "text/vtt; charset=utf-8",
    ".wav": "audio/wav",
    ".webm": "video/webm",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff": "font/woff",
}
_TEMPLATES = {".css", ".html", ".js", ".json", ".svg", ".txt", ".webmanifest"}
# Pages whose own declaration tells the encoding, and one that only its header tells.
_ODD_MEDIA_TYPES = {
    "/article/ja.html": "text/html",
    "/article/de.html": "text/html; charset=ISO-8859-1",
}
# The ways of sending are spread over the site, so that one capture of the article meets all of them.
_BY_PATH = {
    "/index.html": (Coding.GZIP, Framing.LENGTH),
    "/article/harbour-lamp.html": (Coding.GZIP, Framing.CHUNKED),
    "/article/keeper.html": (Coding.BROTLI, Framing.LENGTH),
    "/article/tide-tables.html": (Coding.DEFLATE, Framing.CHUNKED),
    "/article/ar.html": (Coding.IDENTITY, Framing.CLOSE),
    "/article/ja.html": (Coding.IDENTITY, Framing.CHUNKED),
    "/style/site.css": (Coding.GZIP, Framing.LENGTH),
    "/style/type.css": (Coding.BROTLI, Framing.CHUNKED),
    "/embed/tides.html": (Coding.GZIP, Framing.CLOSE),
    "/harbour/index.html": (Coding.GZIP, Framing.CHUNKED),
}
_BY_SUFFIX = {
    ".svg": (Coding.GZIP, Framing.CHUNKED),
    ".js": (Coding.GZIP, Framing.CHUNKED),
    ".webm": (Coding.IDENTITY, Framing.CHUNKED),
}
_AS_IT_IS = (Coding.IDENTITY, Framing.LENGTH)


def site_folder() -> Path:
    """Find the files of the site: installed beside the package, or in a checkout under tests/."""
    package = Path(strongroom.__file__).parent
    for folder in (package / "demo_site", package.parent.parent / "tests" / "site"):
        if (folder / "first").is_dir():
            return folder
    raise UsageError("the demo site's files are not installed; install strongroom again from its wheel or a checkout")


@dataclass(frozen=True, slots=True)
class _File:
    body: bytes
    media_type: str
    etag: str
    coding: Coding
    framing: Framing


class Documents:
    """The files of one host, held in memory, with the addresses of all hosts filled in."""

    def __init__(self, root: Path, names: Mapping[str, str]) -> None:
        """Read every file below `root`; ``{{first}}`` and the like become the values of `names`."""
        self._files: dict[str, _File] = {}
        for path in sorted(root.rglob("*")):
            if path.is_file() and (media_type := _MEDIA_TYPES.get(path.suffix)):
                self._add("/" + path.relative_to(root).as_posix(), path, media_type, names)

    def _add(self, url_path: str, path: Path, media_type: str, names: Mapping[str, str]) -> None:
        body = path.read_bytes()
        if path.suffix in _TEMPLATES:
            for name, value in names.items():
                body = body.replace(b"{{%b}}" % name.encode("ascii"), value.encode("ascii"))
        coding, framing = _BY_PATH.get(url_path) or _BY_SUFFIX.get(path.suffix) or _AS_IT_IS
        etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        self._files[url_path] = _File(body, _ODD_MEDIA_TYPES.get(url_path, media_type), etag, coding, framing)

    def paths(self) -> tuple[str, ...]:
        """The paths that are answered with a file, a folder's by its index.html."""
        return tuple(self._files)

    def answer(self, asked: Asked) -> Answer:
        """Answer with a file, a redirect to a folder, or 404."""
        name = asked.path + "index.html" if asked.path.endswith("/") else asked.path
        file = self._files.get(name)
        if file is None and f"{asked.path}/index.html" in self._files:
            return redirect("301 Moved Permanently", asked.path + "/")
        if file is None:
            return plain("404 Not Found", page("Not found", "There is nothing under this address."))
        if asked.headers.get("if-none-match") == file.etag:
            return Answer((head("304 Not Modified", (("ETag", file.etag), ("Vary", "Accept-Encoding"))),))
        return _framed(file, asked)


def _framed(file: _File, asked: Asked) -> Answer:
    accepted = {token.partition(";")[0].strip() for token in asked.headers.get("accept-encoding", "").split(",")}
    coding = file.coding if file.coding in accepted else Coding.IDENTITY
    body = coded(file.body, coding)
    fields = [("Content-Type", file.media_type), ("Last-Modified", _LAST_MODIFIED), ("ETag", file.etag)]
    if file.coding is not Coding.IDENTITY:
        fields.append(("Vary", "Accept-Encoding"))
    if coding is not Coding.IDENTITY:
        fields.append(("Content-Encoding", coding.value))
    match file.framing:
        case Framing.LENGTH:
            return Answer((head("200 OK", (*fields, ("Content-Length", str(len(body))))), body))
        case Framing.CHUNKED:
            fields += [("Transfer-Encoding", "chunked"), ("Trailer", "X-Lamp")]
            framed = chunked(body, size=1500, extension=";lamp=lit", trailer=b"X-Lamp: trimmed\r\n")
            middle = len(framed) // 2
            return Answer((head("200 OK", fields), framed[:middle], framed[middle:]))
        case Framing.CLOSE:
            return Answer((head("200 OK", (*fields, ("Connection", "close"))), body), Ending.CLOSE)
