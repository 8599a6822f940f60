"""Bytes changed at random: cut, doubled, flipped, with numbers and words put in that trip readers."""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable

from bench.bad.archives import zipped

MOST_CHANGES = 8
_NUMBER = re.compile(rb"\d+")
_NUMBERS = (b"0", b"-1", b"1", b"255", b"65536", b"2147483647", b"4294967296", b"99999999999", b"1e309", b"NaN", b"0.0")
_PIECES = (
    b"\0",
    b"\xff",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\r",
    b"\n\n",
    b"\t\t\t",
    b"|",
    b"<",
    b">",
    b"</",
    b"&#0;",
    b"&",
    b'"',
    b"'",
    b"[",
    b"{",
    b"]]>",
    b"<!--",
    b"<table>",
    b"<td colspan=999>",
    b"<tr>",
    b"<w:tbl>",
    b"<w:tc>",
    b"<w:p/>",
    b'<c r="A1">',
    b"<v>",
    b'<mergeCell ref="A1:XFD9"/>',
    b"obj",
    b"endobj",
    b"stream",
    b"endstream",
    b"/Kids",
    b"/Count",
    b"9 0 R",
    b" q ",
    b" BT ",
    b" ET ",
    b" Do ",
    "项目名称".encode(),
    "一级指标".encode(),
    "≥".encode(),
    "（".encode(),
    "万元".encode(),
    "合计".encode(),
    "\u202e\u200b".encode(),
    "项目支出绩效自评表\n".encode(),
    b"%PDF-",
    b"PK\3\4",
)

Change = Callable[[bytes, random.Random], bytes]


def mutate(content: bytes, rng: random.Random) -> bytes:
    """The bytes after a few changes; a zip package is opened, and one of its parts changed, as often as it is not."""
    if content.startswith(b"PK\3\4") and rng.random() < 0.8:
        return _mutate_part(content, rng)
    for _ in range(rng.randint(1, MOST_CHANGES)):
        content = rng.choice(_CHANGES)(content, rng)
    return content


def _mutate_part(package: bytes, rng: random.Random) -> bytes:
    with zipfile.ZipFile(io.BytesIO(package)) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    name = rng.choice(sorted(parts))
    if rng.random() < 0.05:
        del parts[name]
    else:
        for _ in range(rng.randint(1, MOST_CHANGES)):
            parts[name] = rng.choice(_CHANGES)(parts[name], rng)
    return zipped(parts.items())


def _flip(content: bytes, rng: random.Random) -> bytes:
    if not content:
        return content
    place = rng.randrange(len(content))
    return content[:place] + bytes([content[place] ^ (1 << rng.randrange(8))]) + content[place + 1 :]


def _span(content: bytes, rng: random.Random) -> tuple[int, int]:
    begin = rng.randint(0, len(content))
    return begin, min(len(content), begin + rng.choice((1, 4, 40, 400, 4000)))


def _drop(content: bytes, rng: random.Random) -> bytes:
    begin, end = _span(content, rng)
    return content[:begin] + content[end:]


def _double(content: bytes, rng: random.Random) -> bytes:
    begin, end = _span(content, rng)
    return content[:begin] + content[begin:end] * rng.choice((2, 3, 30)) + content[end:]


def _move(content: bytes, rng: random.Random) -> bytes:
    begin, end = _span(content, rng)
    piece, rest = content[begin:end], content[:begin] + content[end:]
    place = rng.randint(0, len(rest))
    return rest[:place] + piece + rest[place:]


def _cut(content: bytes, rng: random.Random) -> bytes:
    return content[: rng.randint(0, len(content))] if rng.random() < 0.2 else content


def _put_in(content: bytes, rng: random.Random) -> bytes:
    place = rng.randint(0, len(content))
    return content[:place] + rng.choice(_PIECES) + content[place:]


def _renumber(content: bytes, rng: random.Random) -> bytes:
    begin = rng.randint(0, len(content))
    found = _NUMBER.search(content, begin)
    return content if found is None else content[: found.start()] + rng.choice(_NUMBERS) + content[found.end() :]


_CHANGES: tuple[Change, ...] = (_flip, _drop, _double, _move, _cut, _put_in, _put_in, _renumber, _renumber)
