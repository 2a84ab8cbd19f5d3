"""File permissions that bind root too, since CI often runs as root."""

import contextlib
import ctypes
from collections.abc import Iterator

_VERSION_3 = 0x20080522
_DAC_OVERRIDE = 1 << 1  # the right to write where permissions say no, capabilities(7)
_DAC_READ_SEARCH = 1 << 2  # the right to read there


@contextlib.contextmanager
def permissions_bind() -> Iterator[None]:
    """Take the right to pass over permissions from this thread, and give it back; an ordinary user has none to lose."""
    libc = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(_VERSION_3, 0)
    sets = (ctypes.c_uint32 * 6)()  # effective, permitted, inheritable; twice, for 64 capabilities
    assert libc.capget(header, sets) == 0, ctypes.get_errno()
    held = sets[0]
    sets[0] = held & ~(_DAC_OVERRIDE | _DAC_READ_SEARCH)
    assert libc.capset(header, sets) == 0, ctypes.get_errno()
    try:
        yield
    finally:
        sets[0] = held
        assert libc.capset(header, sets) == 0, ctypes.get_errno()
