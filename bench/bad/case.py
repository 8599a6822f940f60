"""One bad input: how its bytes come about, and what must become of it."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fuhe.batch import Status

Make = Callable[[], bytes]

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What must be told of one file: its fate, parts of the Chinese reason or warnings, and texts that must be read.

    ``path`` is how its path must end; "" fits any.
    """

    status: Status
    says: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    path: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BadInput:
    """A file as somebody sends it. ``told`` are the fates that must be among the outcomes.

    ``count`` is the number of outcomes: more than one for archives. ``is_slow`` where making or reading it takes
    seconds.
    """

    name: str
    make: Make
    told: tuple[Told, ...]
    count: int = 1
    is_slow: bool = False


def refused(name: str, make: Make, *says: str, is_slow: bool = False) -> BadInput:
    """A file that must be refused, with these words in the reason."""
    return BadInput(name=name, make=make, told=(Told(status=Status.UNREADABLE, says=says),), is_slow=is_slow)


def formless(name: str, make: Make, *says: str, reads: tuple[str, ...] = (), is_slow: bool = False) -> BadInput:
    """A file that can be read and holds no form, with these words in the reason or a warning."""
    return BadInput(name=name, make=make, told=(Told(status=Status.NO_FORM, says=says, reads=reads),), is_slow=is_slow)


def read(name: str, make: Make, *reads: str, says: tuple[str, ...] = (), is_slow: bool = False) -> BadInput:
    """A file that must give a form, with these texts in its tables and these words in a warning."""
    return BadInput(name=name, make=make, told=(Told(status=Status.READ, says=says, reads=reads),), is_slow=is_slow)


def always(content: bytes) -> Make:
    """The maker of these very bytes."""
    return lambda: content


def example(start: str) -> bytes:
    """The bytes of the example whose name begins so."""
    return next(EXAMPLES.glob(f"{start}*")).read_bytes()


def head(content: bytes, share: float) -> bytes:
    """A download that stopped after this share of the bytes."""
    return content[: round(len(content) * share)]


def flipped(content: bytes, *, seed: int, flips: int = 1, begin: int = 0, end: int | None = None) -> bytes:
    """The bytes with single bits turned over, drawn between ``begin`` and ``end``."""
    rng, out = random.Random(seed), bytearray(content)
    for _ in range(flips):
        out[rng.randrange(begin, len(content) if end is None else end)] ^= 1 << rng.randrange(8)
    return bytes(out)


def noise(length: int, *, seed: int) -> bytes:
    """Random bytes, the same for a seed."""
    return random.Random(seed).randbytes(length)
