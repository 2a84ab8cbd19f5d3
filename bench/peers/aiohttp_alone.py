"""aiohttp asking for a page, every page it links to and their images, on four connections, and keeping nothing.

    python aiohttp_alone.py URL

What a capture costs beside this is what it takes to keep the bytes as they were.
"""

import asyncio
import re
import sys
from urllib.parse import urljoin

import aiohttp

_LINK = re.compile(r'(?:href|src)="([^"]+)"')


async def ask(session: aiohttp.ClientSession, url: str) -> str:
    async with session.get(url) as answer:
        body = await answer.read()
        return body.decode(errors="replace") if "html" in answer.headers.get("Content-Type", "") else ""


async def main(url: str) -> None:
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit_per_host=4)) as session:
        seen = {url}

        async def visit(page: str) -> list[str]:
            return [urljoin(page, link) for link in _LINK.findall(await ask(session, page))]

        found = [target for target in await visit(url) if target not in seen]
        seen.update(found)
        inside = await asyncio.gather(*(visit(page) for page in dict.fromkeys(found)))
        images = dict.fromkeys(one for links in inside for one in links if one.endswith(".png") and one not in seen)
        await asyncio.gather(*(visit(image) for image in images))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
