"""Text that strangers wrote, made safe to show on a terminal."""

from typing import Final

# Escape sequences could rewrite what stands on the screen; direction marks could reorder it.
_SHOWN: Final = {
    **{code: f"\\x{code:02x}" for code in (*range(0x20), *range(0x7F, 0xA0))},
    **{
        code: f"\\u{code:04x}"
        for code in (0x061C, *range(0x200E, 0x2010), *range(0x2028, 0x202F), *range(0x2066, 0x206A))
    },
    **{code: f"\\u{code:04x}" for code in range(0xD800, 0xE000)},
}
_UNDECODABLE: Final = {code: f"\\x{code - 0xDC00:02x}" for code in range(0xDC80, 0xDD00)}


def readable(text: str) -> str:
    r"""Show control characters, line ends and undecodable bytes of file names as escapes.

    >>> readable("a\x1b[31mb\nc")
    'a\\x1b[31mb\\x0ac'
    """
    return text.translate(_UNDECODABLE).translate(_SHOWN)
