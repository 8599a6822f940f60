"""What bad Word and Excel files share: parts of a good package exchanged, left out or added."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator, Mapping
from functools import partial

from bench.bad.archives import zipped
from bench.bad.case import BadInput, Make, always, flipped, head, read, refused

Change = Callable[[bytes], bytes]
BOMB = b"<a>" + b" " * (20 * 1024 * 1024) + b"</a>"
OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r>&x;</r>'
LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a0 "ha">'
    + b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 10))
    + b"]><r>&a9;</r>"
)


def repacked(content: bytes, changes: Mapping[str, Change | None], added: Mapping[str, bytes] | None = None) -> bytes:
    """The package with parts changed, left out (None) or added."""
    with zipfile.ZipFile(io.BytesIO(content)) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    assert changes.keys() <= parts.keys(), changes.keys() - parts.keys()
    for name, change in changes.items():
        if change is None:
            del parts[name]
        else:
            parts[name] = change(parts[name])
    return zipped([*parts.items(), *(added or {}).items()])


def swap(old: str, new: str, times: int = -1) -> Change:
    """One piece of a part for another; AssertionError where it is not there."""

    def change(part: bytes) -> bytes:
        assert old.encode() in part, old
        return part.replace(old.encode(), new.encode(), times)

    return change


def damaged_packages(ending: str, whole: bytes, main: str) -> Iterator[BadInput]:
    """What befalls a package of any kind; ``main`` is its main part."""
    for tenths in range(1, 10):
        yield refused(f"传了{tenths}成.{ending}", always(head(whole, tenths / 10)), "损坏", "请")
    for seed in range(3):
        place = whole.index(main.encode()) + len(main) + 40
        broken = flipped(whole, seed=seed, flips=3, begin=place, end=place + 800)
        yield refused(f"主体数据坏了（{seed}）.{ending}", always(broken), "损坏", "请")
    for name, change, said in _parts_to_harm():
        yield refused(f"{name}.{ending}", partial(repacked, whole, {main: change}), said, "请")
    for name, part, said in (
        ("夹带外部实体", OUTSIDE, "实体"),
        ("夹带十亿个哈", LAUGHS, "实体"),
        ("夹带炸弹", BOMB, "炸弹"),
    ):
        yield refused(f"{name}.{ending}", partial(repacked, whole, {}, {"customXml/item9.xml": part}), said, "请")
    yield read(f"没有根关系.{ending}", partial(repacked, whole, {"_rels/.rels": None}), "项目名称")
    yield read(
        f"根关系指向没有的部件.{ending}",
        partial(repacked, whole, {"_rels/.rels": swap(main, "nowhere.xml")}),
        "项目名称",
    )
    yield refused(f"加了密码.{ending}", always(locked()), "密码", "请")


def always_part(content: bytes) -> Change:
    """A part that is this, whatever it was."""
    return lambda part: content


def _parts_to_harm() -> Iterator[tuple[str, Change | None, str]]:
    yield "没有主体", None, "损坏"
    yield "主体是空的", always_part(b""), "损坏"
    yield "主体断了", lambda part: part[: len(part) // 2], "损坏"
    yield "主体不是XML", always_part(b"hello"), "损坏"
    yield "主体是另一种XML", always_part(b"<a/>"), "损坏"
    yield "主体含控制字符", lambda part: part.replace(b"</", b"&#1;</", 1), "损坏"
    yield "主体标记交错", lambda part: part.replace(b"</", b"</x", 1), "损坏"
    yield "主体声明实体", lambda part: b'<!DOCTYPE a [<!ENTITY b "c">]>' + part, "实体"


def locked() -> bytes:
    """What begins like an office file with a password: a compound file with an entry of that name."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage\0".encode("utf-16-le") + bytes(900)


def old_office() -> Iterator[BadInput]:
    """Old formats without the program that converts them, and compound files of other makers."""
    start = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)

    def compound(entry: str) -> Make:
        return always(start + f"{entry}\0".encode("utf-16-le") + bytes(900))

    for name, entry in (
        ("旧版.doc", "WordDocument"),
        ("旧版.xls", "Workbook"),
        ("很旧的.xls", "Book"),
        ("文字.wps", "WordDocument"),
    ):
        yield refused(name, compound(entry), "LibreOffice", "另存为")
    yield refused("旧版叫做.docx", compound("WordDocument"), "LibreOffice", "另存为")
    yield refused("邮件.msg", compound("__properties_version1.0"), "邮件", "请")
    yield refused("演示.ppt", compound("PowerPoint Document"), "演示文稿", "请")
    yield refused("复合文件只有开头.doc", always(start[:8]), "旧版 Office", "请")
    yield refused("富文本.rtf", always(b"{\\rtf1\\ansi x}"), "LibreOffice", "另存为")
