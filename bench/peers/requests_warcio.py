"""A capture as scripts do it: requests, and warcio's writer fed with what requests gives.

    python requests_warcio.py URL FILE.warc.gz    the page, every page it links to, and their images
    python requests_warcio.py --one URL FILE      one body, held in memory

The body is written as requests understood it, not as it came: that is what such scripts do.
"""

import re
import sys
from io import BytesIO
from urllib.parse import urljoin

import requests
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

_LINK = re.compile(r'(?:href|src)="([^"]+)"')


def keep(session: requests.Session, writer: WARCWriter, url: str) -> requests.Response:
    answer = session.get(url, timeout=60)
    headers = StatusAndHeaders(f"{answer.status_code} {answer.reason}", list(answer.headers.items()), "HTTP/1.1")
    response = writer.create_warc_record(url, "response", payload=BytesIO(answer.content), http_headers=headers)
    sent = StatusAndHeaders(
        f"GET {answer.request.path_url} HTTP/1.1", list(answer.request.headers.items()), is_http_request=True
    )
    writer.write_request_response_pair(writer.create_warc_record(url, "request", http_headers=sent), response)
    return answer


def main(url: str, path: str, *, one: bool) -> None:
    seen = {url}
    with requests.Session() as session, open(path, "wb") as file:
        writer = WARCWriter(file, gzip=True, warc_version="1.1")
        waiting = [(url, 0)]
        while waiting:
            current, depth = waiting.pop()
            answer = keep(session, writer, current)
            if one or "html" not in answer.headers.get("Content-Type", ""):
                continue
            for link in _LINK.findall(answer.text):
                target = urljoin(current, link)
                is_wanted = depth == 0 or target.endswith(".png")
                if is_wanted and target not in seen:
                    seen.add(target)
                    waiting.append((target, depth + 1))


if __name__ == "__main__":
    words = [word for word in sys.argv[1:] if word != "--one"]
    main(words[0], words[1], one="--one" in sys.argv)
