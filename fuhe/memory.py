"""Memory that is free goes back to the system."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from contextlib import suppress
from functools import cache


def give_memory_back() -> None:
    """Free memory between pieces in use goes back, where the C library is GNU's, which keeps it else.

    Pages leave gaps of many sizes behind: two hundred megabytes after 150 of them.
    """
    trim = _trim()
    if trim is not None:
        trim(0)


@cache
def _trim() -> Callable[[int], int] | None:
    with suppress(OSError, AttributeError, TypeError):  # another system's library has another name, or no such function
        trim: Callable[[int], int] = ctypes.CDLL(None).malloc_trim
        return trim
    return None
