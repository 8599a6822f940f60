"""Bad and odd archives: damage, bombs, paths that lead outside, hostile names, and archives of other kinds."""

from __future__ import annotations

import io
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from functools import partial

from bench.bad.case import BadInput, Make, Told, always, example, flipped, head, noise, read, refused
from bench.bad.texts import FORM_BYTES, NAME
from fuhe.batch import Status

EPOCH = (1980, 1, 1, 0, 0, 0)  # earliest time a zip entry can carry; the same content gives the same file
Members = Iterable[tuple[str | zipfile.ZipInfo, bytes]]


def zipped(members: Members, *, kind: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive of these members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", kind) as archive:
        for entry, content in members:
            info = zipfile.ZipInfo(entry, EPOCH) if isinstance(entry, str) else entry
            archive.writestr(info, content, kind)
    return out.getvalue()


def form_zip(name: str = "自评表.txt") -> bytes:
    """An archive of one form."""
    return zipped([(name, FORM_BYTES)])


def holding(name: str, make: Make, *told: Told, count: int | None = None, is_slow: bool = False) -> BadInput:
    """An archive of which every member has a fate."""
    return BadInput(name=name, make=make, told=told, count=len(told) if count is None else count, is_slow=is_slow)


def form_read(path: str = "", *says: str) -> Told:
    """The form in an archive, read."""
    return Told(status=Status.READ, path=path, reads=(NAME,), says=says)


def member_refused(path: str, *says: str) -> Told:
    """A member that must be refused."""
    return Told(status=Status.UNREADABLE, path=path, says=(*says, "请"))


def archive_cases() -> Iterator[BadInput]:
    """All of them."""
    yield from _damaged()
    yield from _lying()
    yield from _bombs()
    yield from _outside()
    yield from _names()
    yield from _kinds()
    yield from _strangers()


def _damaged() -> Iterator[BadInput]:
    whole = zipped([("自评表.txt", FORM_BYTES), ("说明.txt", noise(600, seed=3))])
    for tenths in range(1, 10):
        yield refused(f"传了{tenths}成.zip", always(head(whole, tenths / 10)), "损坏", "请")
    yield refused("只有开头四字节.zip", always(b"PK\x03\x04"), "损坏", "请")
    yield refused("开头对其余乱.zip", always(b"PK\x03\x04" + noise(3000, seed=4)), "损坏", "请")
    yield refused("空压缩包.zip", always(zipped([])), "是空的", "请")
    yield refused("只有文件夹.zip", always(zipped([("表/", b"")])), "是空的", "请")
    one = form_zip()
    place = one.index("自评表.txt".encode()) + 20
    yield holding(
        "成员数据坏了.zip",
        always(flipped(one, seed=5, flips=4, begin=place, end=place + 300)),
        member_refused("自评表.txt", "损坏"),
    )
    yield holding(
        "校验值不符.zip", always(_patched(one, b"PK\x01\x02", 16, b"\1\2\3\4")), member_refused("自评表.txt", "损坏")
    )
    yield holding("目录数目不符.zip", always(_patched(one, b"PK\x05\x06", 10, b"\x09\x00")), form_read())
    yield holding(
        "目录位置不符.zip",
        always(_patched(one, b"PK\x05\x06", 16, b"\xff\xff\xff\x7f")),
        member_refused("自评表.txt", "损坏"),
    )
    yield refused("目录长度不符.zip", always(_patched(one, b"PK\x05\x06", 12, b"\xff\xff\x00\x00")), "损坏", "请")
    yield holding("本地头坏了.zip", always(b"PK\x03\x04" + bytes(26) + one[30:]), member_refused("自评表.txt", "损坏"))
    yield holding(
        "成员位置指向文件外.zip",
        always(_patched(one, b"PK\x01\x02", 42, b"\xff\xff\xff\x7f")),
        member_refused("自评表.txt", "损坏"),
    )
    yield holding("尾部有注释.zip", always(_patched(one, b"PK\x05\x06", 20, b"\x05\x00") + b"hello"), form_read())
    yield holding("尾部有多余字节.zip", always(one + noise(500, seed=6)), form_read())


def _patched(content: bytes, mark: bytes, offset: int, new: bytes) -> bytes:
    """The bytes with some overwritten, so far behind the last place of a mark."""
    place = content.rindex(mark) + offset
    return content[:place] + new + content[place + len(new) :]


def _lying() -> Iterator[BadInput]:
    one = form_zip()
    small, large = (_patched(one, b"PK\x01\x02", 24, struct.pack("<I", size)) for size in (5, 100_000))
    yield holding("自称很小.zip", always(small), member_refused("自评表.txt", "损坏"))
    yield holding("自称大一点.zip", always(large), form_read())
    yield holding(
        "自称四十亿字节.zip",
        always(_patched(one, b"PK\x01\x02", 24, b"\xfe\xff\xff\xff")),
        member_refused("自评表.txt", "炸弹"),
    )
    yield holding(
        "加密标记.zip", always(_patched(one, b"PK\x01\x02", 8, b"\x01\x08")), member_refused("自评表.txt", "密码")
    )
    for method in (1, 9, 97, 99):
        changed = _patched(one, b"PK\x01\x02", 10, struct.pack("<H", method))
        yield holding(f"压缩方法{method}.zip", always(changed), member_refused("自评表.txt", "不支持"))
    for kind, name in ((zipfile.ZIP_STORED, "不压缩"), (zipfile.ZIP_BZIP2, "BZ2压缩"), (zipfile.ZIP_LZMA, "LZMA压缩")):
        yield holding(f"{name}.zip", partial(zipped, [("自评表.txt", FORM_BYTES)], kind=kind), form_read())
    bad_lzma = zipped([("自评表.txt", FORM_BYTES)], kind=zipfile.ZIP_LZMA)
    place = bad_lzma.index(b"\x5d\x00")
    yield holding(
        "LZMA数据坏了.zip", always(bad_lzma[:place] + b"\xff" * 9 + bad_lzma[place + 9 :]), member_refused("自评表.txt")
    )
    bad_bzip = zipped([("自评表.txt", FORM_BYTES)], kind=zipfile.ZIP_BZIP2)
    yield holding("BZ2数据坏了.zip", always(bad_bzip.replace(b"BZh9", b"BZh0")), member_refused("自评表.txt", "损坏"))


def _bombs() -> Iterator[BadInput]:
    def zeros(megabytes: int) -> bytes:
        return zipped([("零.txt", bytes(megabytes * 1024 * 1024))])

    yield holding("五十兆零.zip", partial(zeros, 50), member_refused("零.txt", "压缩炸弹"))
    nested = partial(_nested, 2, zeros(20))
    yield holding("炸弹套两层.zip", nested, member_refused("零.txt", "压缩炸弹"))
    yield holding("套两层.zip", partial(_nested, 2, form_zip()), form_read("自评表.txt"))
    yield holding("套四层.zip", partial(_nested, 4, form_zip()), member_refused("里层.zip", "3 层"))
    yield holding("套一百层.zip", partial(_nested, 100, form_zip()), member_refused("里层.zip", "3 层"))
    many = partial(zipped, ((f"{n}.txt", b"x%d" % n) for n in range(20_001)))
    yield holding(
        "两万零一个文件.zip", lambda: many(), member_refused("20000.txt", "20,000 个"), count=20_001, is_slow=True
    )
    yield holding("成员互相重叠.zip", _overlapping, member_refused("1.txt", "损坏"), count=50)
    grown = partial(zipped, [("小.txt", b"\n" * 9_000_000)])
    yield holding("压得很紧的小文件.zip", grown, member_refused("小.txt", "没有任何内容"))


def _nested(depth: int, inner: bytes) -> bytes:
    for _ in range(depth):
        inner = zipped([("里层.zip", inner)])
    return inner


def _overlapping() -> bytes:
    """Fifty entries of the directory that share one piece of data, as the smallest bombs are built."""
    one = zipped([("0.txt", b"x" * 1000)])
    local, directory = one[: one.index(b"PK\x01\x02")], one[one.index(b"PK\x01\x02") : one.index(b"PK\x05\x06")]
    entries = b"".join(directory.replace(b"0.txt", b"%c.txt" % (48 + n)) for n in range(50))
    return local + entries + struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 50, 50, len(entries), len(local), 0)


def _outside() -> Iterator[BadInput]:
    for number, name in enumerate(
        (
            "../上级.txt",
            "a/../../上级.txt",
            "..\\上级.txt",
            "C" + ":\\表.txt",
            "\\\\服务器\\表.txt",
            "c:表.txt",
            "/etc/表.txt",
        )
    ):
        yield holding(f"越界{number + 1}.zip", partial(form_zip, name), member_refused(".txt", "越界"))
    link = zipfile.ZipInfo("链接.txt", EPOCH)
    link.external_attr = 0o120777 << 16
    yield holding("符号链接.zip", partial(zipped, [(link, b"/etc/passwd")]), member_refused("链接.txt", "链接"))
    device = zipfile.ZipInfo("设备.txt", EPOCH)
    device.external_attr = 0o020666 << 16
    yield holding("设备文件.zip", partial(zipped, [(device, b"")]), member_refused("设备.txt", "没有任何内容"))


def _names() -> Iterator[BadInput]:
    for number, (name, shown) in enumerate(
        (
            ("a\nb.txt", ".txt"),
            ("表\u202etxt.exe", ""),
            ("表" * 5000 + ".txt", ".txt"),
            ("😀.txt", "😀.txt"),
            ("CON.txt", "CON.txt"),
            ("表.txt.", ""),
            ("-rf.txt", "-rf.txt"),
            ("%s%n.txt", "%s%n.txt"),
            ("<script>alert(1)</script>.txt", ".txt"),
            ("=cmd|'A0'.txt", ".txt"),
            ("a//b///表.txt", "表.txt"),
            ("./表.txt", "表.txt"),
            ("表 .txt", ".txt"),
            ("表\t.txt", ".txt"),
            ("{{7*7}}.txt", ".txt"),
            ("a\x1b[31m.txt", ".txt"),
            ("深/" * 400 + "表.txt", "表.txt"),
            ("*?.txt", ".txt"),
        )
    ):
        yield holding(f"怪名{number + 1:02}.zip", partial(form_zip, name), form_read(shown))
    yield from _names_in_code()


def _names_in_code() -> Iterator[BadInput]:
    """Names in another encoding, twice the same, and of files that systems leave behind."""
    gbk = form_zip("xxxxxx.txt").replace(b"xxxxxx", "自评表".encode("gbk"))
    yield holding("文件名是GBK.zip", always(gbk), form_read("/自评表.txt"))
    mac = form_zip("xxxxxxxxx.txt").replace(b"xxxxxxxxx", "自评表".encode())
    yield holding("文件名无标记UTF-8.zip", always(mac), form_read("/自评表.txt"))
    wrong = form_zip("表表.txt").replace("表表".encode(), b"\xff\xfe\xff\xff\xff\xff")
    yield refused("文件名是坏的UTF-8.zip", always(wrong), "损坏", "请")
    yield holding("文件名含零字节.zip", always(form_zip("axb.txt").replace(b"axb", b"a\0b")), form_read(".txt"))
    yield holding("文件名是空格.zip", partial(form_zip, " "), form_read())
    twice = partial(_same_name_twice, (("表.txt", FORM_BYTES), ("表.txt", FORM_BYTES.replace(b"400", b"500"))))
    yield holding("同名两份.zip", twice, form_read("表.txt"), form_read("表.txt（第 2 份）"))
    yield holding(
        "同内容两份.zip",
        partial(zipped, [("甲.txt", FORM_BYTES), ("乙.txt", FORM_BYTES)]),
        form_read("甲.txt"),
        Told(status=Status.DUPLICATE, path="乙.txt", says=("内容完全相同",)),
    )
    hidden = partial(zipped, [("__MACOSX/._表.txt", b"x"), ("~$表.docx", b"x"), ("表.txt", FORM_BYTES)])
    yield holding(
        "带系统文件.zip",
        hidden,
        form_read("表.txt"),
        Told(status=Status.SKIPPED, says=("锁文件",)),
        Told(status=Status.SKIPPED, says=("系统文件",)),
    )


def _same_name_twice(members: Members) -> bytes:
    import warnings

    with warnings.catch_warnings(action="ignore"):  # that a name is there twice is what is wanted
        return zipped(members)


def _kinds() -> Iterator[BadInput]:
    docx = example("04")
    yield read("其实是Word.zip", always(docx), "项目名称", says=("扩展名",))
    yield holding("压缩包叫做.docx", always(form_zip()), form_read("自评表.txt"))
    yield holding("没有扩展名的压缩包", always(form_zip()), form_read("自评表.txt"))
    whole = partial(zipped, [("好.docx", docx), ("坏.docx", head(docx, 0.5)), ("空.docx", b"")])
    yield holding(
        "好坏都有.zip",
        whole,
        Told(status=Status.READ, path="好.docx"),
        member_refused("坏.docx", "损坏"),
        member_refused("空.docx", "没有任何内容"),
    )
    prefixed: Callable[[], bytes] = lambda: b"#!/bin/sh\nexit\n" + form_zip()  # noqa: E731 (one of many one-liners)
    yield refused("前面有脚本.zip", prefixed, "不是可识别的文字")
    yield refused("自解压.exe", lambda: b"MZ" + bytes(100) + form_zip(), "Windows 程序")
    for name, inside, said in (
        ("苹果文稿.pages", "Index/Document.iwa", "苹果"),
        ("苹果表格.numbers", "Index/Document.iwa", "苹果"),
        ("演示.pptx", "[Content_Types].xml", "演示文稿"),
        ("开放文档.odt", "content.xml", "odt"),
        ("版式文件.ofd", "OFD.xml", "OFD"),
    ):
        parts = [(inside, b"<x/>"), ("mimetype", b"application/vnd.oasis.opendocument.text")]
        yield refused(name, partial(zipped, parts), said, "请")


def _strangers() -> Iterator[BadInput]:
    for name, content, said in (
        ("包.rar", b"Rar!\x1a\x07\x01\x00" + noise(100, seed=7), "RAR"),
        ("包.7z", b"7z\xbc\xaf\x27\x1c" + noise(100, seed=8), "7z"),
        ("包.gz", b"\x1f\x8b\x08" + noise(100, seed=9), "gzip"),
        ("包.xz", b"\xfd7zXZ\0" + noise(100, seed=10), "xz"),
        ("包.bz2", b"BZh91AY&SY" + noise(100, seed=11), "bzip2"),
        ("包.cab", b"MSCF\0\0\0\0" + noise(100, seed=12), "cab"),
        ("包.zst", b"\x28\xb5\x2f\xfd" + noise(100, seed=13), "zstd"),
        ("裸流.zz", zlib.compress(FORM_BYTES), "不是可识别的文字"),
    ):
        yield refused(name, always(content), said, "请")
    yield refused("包.tar", _tar, "tar", "请")


def _tar() -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        info = tarfile.TarInfo("表.txt")
        info.size = len(FORM_BYTES)
        archive.addfile(info, io.BytesIO(FORM_BYTES))
    return out.getvalue()
