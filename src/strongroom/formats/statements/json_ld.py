"""Things stated in JSON-LD, block by block: what one block breaks never costs another one anything.

Contexts are not fetched: names count as schema.org's unless a prefix says otherwise, as search engines take them.
"""

from collections.abc import Iterator
from typing import Any, Final

from strongroom.formats.statements.json_text import MAX_DEPTH, read_json
from strongroom.formats.statements.languages import language_tag
from strongroom.formats.statements.page import Page
from strongroom.formats.statements.things import Graph, Thing, Value, graph_of, property_name, type_name
from strongroom.formats.url import resolve

MAX_BLOCKS: Final = 200
_TYPE: Final = "application/ld+json"


def json_ld(page: Page) -> tuple[Graph, tuple[str, ...]]:
    """Read all blocks; returns the things and one sentence for each block with a fault."""
    roots: list[Thing] = []
    faults: list[str] = []
    for number, text in enumerate(_blocks(page)):
        name = f"script[{number}]"
        if number >= MAX_BLOCKS:
            faults.append(f"there are more than {MAX_BLOCKS} JSON-LD blocks; the rest was not read")
            break
        read = read_json(text)
        if read.faults:
            outcome = "what could be read of it was used" if read.values else "nothing could be read of it"
            faults.append(f"JSON-LD block {name} is not JSON ({'; '.join(read.faults)}); {outcome}")
        for index, document in enumerate(read.values):
            pointer = name if len(read.values) == 1 else f"{name}/{index}"
            roots.extend(_roots(document, pointer, page, None, 0))
    return graph_of(roots), tuple(faults)


def _blocks(page: Page) -> Iterator[str]:
    for node in page.find(f'script[type^="{_TYPE}" i]'):
        if (node.attributes.get("type") or "").partition(";")[0].strip().lower() == _TYPE:
            yield node.text(deep=True)


def _roots(document: Any, pointer: str, page: Page, language: str | None, depth: int) -> Iterator[Thing]:
    if depth > MAX_DEPTH:
        return
    if isinstance(document, list):
        for index, item in enumerate(document):
            yield from _roots(item, f"{pointer}/{index}", page, language, depth + 1)
    elif isinstance(document, dict):
        language = _language(document, language)
        if "@graph" in document:
            yield from _roots(document["@graph"], f"{pointer}/@graph", page, language, depth + 1)
        thing = _thing(document, pointer, page, language, depth)
        if thing.types or thing.properties:
            yield thing


def _language(document: dict[str, Any], around: str | None) -> str | None:
    contexts = document.get("@context")
    for context in contexts if isinstance(contexts, list) else [contexts]:
        if isinstance(context, dict) and isinstance(context.get("@language"), str):
            return language_tag(context["@language"])
    return around


def _thing(document: dict[str, Any], pointer: str, page: Page, language: str | None, depth: int) -> Thing:
    language = _language(document, language)
    properties: dict[str, tuple[Value, ...]] = {}
    for key, content in document.items():
        # schema.org's own context makes `type` and `id` the same as `@type` and `@id`.
        if key.startswith("@") or key in {"type", "id"}:
            continue
        name = property_name(key)
        if name is not None:
            values = tuple(_values(content, f"{pointer}/{_token(key)}", page, language, depth + 1))
            if values:
                properties[name] = properties.get(name, ()) + values
    types = document.get("@type", document.get("type"))
    named = tuple(type_name(one) for one in (types if isinstance(types, list) else [types]) if isinstance(one, str))
    identifier = document.get("@id", document.get("id"))
    address = _address(identifier, page) if isinstance(identifier, str) else None
    return Thing(named, address, properties, pointer)


def _address(reference: str, page: Page) -> str | None:
    """An identifier as a URL with its fragment, which tells the things of one page apart."""
    bare, mark, fragment = reference.strip().partition("#")
    url = resolve(bare, page.base) if bare else page.url
    return None if url is None else f"{url}{mark}{fragment}"


def _values(content: Any, pointer: str, page: Page, language: str | None, depth: int) -> Iterator[Value]:
    if depth > MAX_DEPTH or content is None:
        return
    if isinstance(content, list):
        for index, item in enumerate(content):
            yield from _values(item, f"{pointer}/{index}", page, language, depth + 1)
    elif isinstance(content, dict):
        for wrapping in ("@list", "@set"):
            if wrapping in content:
                yield from _values(content[wrapping], f"{pointer}/{wrapping}", page, language, depth + 1)
                return
        if "@value" in content:
            named = content.get("@language")
            own = language_tag(named) if isinstance(named, str) else language
            yield from _values(content["@value"], f"{pointer}/@value", page, own, depth + 1)
            return
        thing = _thing(content, pointer, page, language, depth)
        yield Value(thing.id or "", _id_pointer(content, pointer), thing=thing)
    elif isinstance(content, bool):
        yield Value("true" if content else "false", pointer)
    else:
        yield Value(str(content), pointer, language)


def _id_pointer(content: dict[str, Any], pointer: str) -> str:
    key = next((key for key in ("@id", "id") if key in content), None)
    return f"{pointer}/{key}" if key else pointer


def _token(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")
