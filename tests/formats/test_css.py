r"""References in CSS, held against tinycss2 on made-up texts, and against the standard where the two differ."""

from typing import Any

import pytest
import tinycss2
from hypothesis import given, settings
from hypothesis import strategies as st

from strongroom.formats.documents.css import declaration_references, stylesheet_references


def found_in(sheet: str) -> list[tuple[str, str]]:
    return [tuple(one) for one in stylesheet_references(sheet)]


def by_tinycss2(tokens: list[Any], *, in_set: bool = False) -> list[tuple[str, str]]:
    """The same question asked of a full tokenizer."""
    found: list[tuple[str, str]] = []
    for token in tokens:
        match token.type:
            case "url" if token.value:
                found.append((token.value, "css url()"))
            case "function" if token.lower_name in {"url", "src"}:
                inner = [one for one in token.arguments if one.type != "whitespace"]
                if inner and inner[0].type == "string" and inner[0].value:
                    found.append((inner[0].value, f"css {token.lower_name}()"))
                found += by_tinycss2(inner)
            case "function" if token.lower_name in {"image-set", "-webkit-image-set"}:
                for one in token.arguments:
                    if one.type == "string":
                        found += [(one.value, "css image-set()")] if one.value else []
                    else:
                        found += by_tinycss2([one])
            case "function":
                found += by_tinycss2(token.arguments)
            case "() block" | "[] block" | "{} block":
                found += by_tinycss2(token.content)
            case _:
                pass
    return found


WORDS = (
    "url(", "URL(", r"u\72l(", r"\75rl(", r"\55 RL(", '"a.png"', "'b'", '"torn\n', ")", "(", " ", "\n", "a", "-", "src(",
    'type("image/png")', "x.png", r"\"", r"\)", "/*", "*/", "/* url(c) */", ";", "{", "}", "[", "]", "#", ".", "1", "2x",
    "é", r"\E9 ", r"\0 ", r"\110000 ", "data:image/png;base64,AA==", ",", ":", "\t", "my-url(q)", 'url( "x" foo() )',
    'url("y" z) ', "url('w') ", "url(a b)", 'local("z")', "calc(1px + 2px)", "!important",
    'image-set("i" 1x, url(j) 2x)', "-webkit-image-set('k' 1x)",
)  # fmt: skip


@settings(max_examples=400)
@given(st.lists(st.sampled_from(WORDS), max_size=14).map("".join))
def test_the_scanner_finds_what_a_full_tokenizer_finds(text: str) -> None:
    assert [tuple(one) for one in declaration_references(text)] == by_tinycss2(
        tinycss2.parse_component_value_list(text)
    )


@given(st.text(max_size=200))
def test_any_text_ends(text: str) -> None:
    list(stylesheet_references(text))
    list(declaration_references(f"a:url({text}"))


@pytest.mark.parametrize(
    ("sheet", "expected"),
    [
        ("a { background: url(x.png) }", [("x.png", "css url()")]),
        ("a { background: url( 'x y.png' ) }", [("x y.png", "css url()")]),
        ("a { background: url(x\\29 y.png) }", [("x)y.png", "css url()")]),
        ("a { background: url(x y.png) }", []),
        ("a { background: url() url('') }", []),
        ("a { background: u\\72 l(x.png) }", [("x.png", "css url()")]),
        ("a { background: my-url(x.png) }", []),
        ("/* url(x) */ a { content: 'url(y)' }", []),
        ('@import "a.css";', [("a.css", "css @import")]),
        ("@import url(a.css) screen;", [("a.css", "css @import")]),
        ("@import url('a.css') layer(base) supports(display: grid) print;", [("a.css", "css @import")]),
        ("@IMPORT /* x */ 'a.css'", [("a.css", "css @import")]),
        ("@\\69mport 'a.css';", [("a.css", "css @import")]),
        ('@charset "utf-8"; @layer one, two; @import "a.css"; @import "b.css";', [("a.css", "css @import"), ("b.css", "css @import")]),
        ("a {} @import 'late.css'; b { background: url(x) }", [("x", "css url()")]),
        ("@layer one { a {} } @import 'late.css';", []),
        ("@media print { @import 'nested.css'; }", []),
        ("@import layer(x) 'a.css';", []),
        ("<!-- @import 'a.css'; -->", [("a.css", "css @import")]),
        ("@namespace svg url(http://www.w3.org/2000/svg); a { cursor: url(c.cur) }", [("c.cur", "css url()")]),
        ("@namespace 'http://www.w3.org/1999/xhtml';", []),
        ("@supports (background: url(no.png)) { a { background: url(x.png) } }", [("x.png", "css url()")]),
        ("@media screen { a { background: url(x.png) } }", [("x.png", "css url()")]),
        (
            "@font-face { font-family: F; src: local('F'), url(f.woff2) format('woff2'), url(f.woff) }",
            [("f.woff2", "css url()"), ("f.woff", "css url()")],
        ),
        (
            "a { background: image-set('1.png' 1x, url(2.png) 2x, 'a.avif' type('image/avif')) }",
            [("1.png", "css image-set()"), ("2.png", "css url()"), ("a.avif", "css image-set()")],
        ),
        ("a { background: -webkit-image-set(url(1.png) 1x) }", [("1.png", "css url()")]),
        ("a { background: cross-fade(url(1.png), url(2.png), 50%) }", [("1.png", "css url()"), ("2.png", "css url()")]),
        ("a { mask: src('m.svg') }", [("m.svg", "css src()")]),
        ("a { --image: url(v.png) }", [("v.png", "css url()")]),
        (".a\\:b\\/c { background: url(x) }", [("x", "css url()")]),
        ("a { background: url(x", [("x", "css url()")]),
        ("a { background: url('x", [("x", "css url()")]),
        ("a { content: 'torn\n; background: url(x) }", [("x", "css url()")]),
        ('a { content: "one \\\n two" ; background: url(x) }', [("x", "css url()")]),
        ("a{background:url(data:image/svg+xml;utf8,%3Csvg/%3E)}", [("data:image/svg+xml;utf8,%3Csvg/%3E", "css url()")]),
        ("a{b:url(é\0.png)}", [("é\ufffd.png", "css url()")]),
    ],
)  # fmt: skip
def test_a_sheet_loads_what_browsers_load(sheet: str, expected: list[tuple[str, str]]) -> None:
    assert found_in(sheet) == expected


@pytest.mark.parametrize(
    "unit",
    ["url(", "/*", '"', "\\", "image-set(", "@import ", "@import 'a", "@supports ", "@import (", "u\\72l(", "'\\\n", "<!--", "a\\", "#\\31 "],
)  # fmt: skip
def test_a_sheet_made_to_be_slow_is_read_all_the_same(unit: str) -> None:
    list(stylesheet_references(unit * 20_000 + "url(x)"))
