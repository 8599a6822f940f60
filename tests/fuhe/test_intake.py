"""What comes in is recognised by its bytes, and what cannot be read says why and what to do."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

import pytest

from domain.errors import UnreadableDocument
from domain.source import Document
from fuhe.intake import Arrival, Found, Input, Refusal, Skipped, arrival_to_input, content_to_input, paths_to_arrivals
from fuhe.sniff import Kind

TEXT = "项目名称\t道路养护\n".encode()
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600


def package(*names: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name in names:
            archive.writestr(name, "<x/>")
    return held.getvalue()


def directory_entry(name: str) -> bytes:
    return OLE + f"{name}\0".encode("utf-16-le")


def bitmap() -> bytes:
    return b"BM" + struct.pack("<I", 40) + b"\x00" * 34


def opened(content: bytes, name: str = "表.txt") -> Input:
    return content_to_input(content, Document(path=name, sha256=""))


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        pytest.param(TEXT, Kind.TEXT, id="text"),
        pytest.param("BM是单位缩写，项目名称".encode(), Kind.TEXT, id="text that begins like a bitmap"),
        pytest.param("<h2>绩效目标表</h2>\t<p>项目</p>".encode(), Kind.TEXT, id="text with markup residue"),
        pytest.param("<!DOCTYPE html><table><tr><td>项目".encode(), Kind.HTML, id="page"),
        pytest.param("# 表\n<table border=1>\n<tr>\n<td>项目</td>".encode("gbk"), Kind.HTML, id="table in markdown"),
        pytest.param(b'{"html": "<table><tr><td>x</td></tr></table>"}', Kind.TEXT, id="json with markup in it"),
        pytest.param(package("[Content_Types].xml", "word/document.xml"), Kind.DOCX, id="docx"),
        pytest.param(package("[Content_Types].xml", "xl/workbook.xml"), Kind.XLSX, id="xlsx"),
        pytest.param(package("表.txt"), Kind.ARCHIVE, id="zip"),
        pytest.param(directory_entry("WordDocument"), Kind.OLD_WORD, id="doc"),
        pytest.param(directory_entry("Workbook"), Kind.OLD_EXCEL, id="xls"),
        pytest.param(b"{\\rtf1\\ansi x}", Kind.OLD_WORD, id="rtf"),
        pytest.param(
            b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>', Kind.OLD_EXCEL, id="xml"
        ),
        pytest.param(b"junk\n%PDF-1.7\n", Kind.PDF, id="pdf after junk"),
        pytest.param(b"\x89PNG\r\n\x1a\n\x00", Kind.IMAGE, id="png"),
        pytest.param(b"RIFF\x00\x00\x00\x00WEBPVP8 ", Kind.IMAGE, id="webp"),
        pytest.param(bitmap(), Kind.IMAGE, id="bmp"),
    ],
)
def test_a_file_is_what_its_bytes_say(content: bytes, kind: Kind) -> None:
    assert opened(content).kind is kind


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(b"", "文件是空的.*重新导出", id="empty"),
        pytest.param(b"\xef\xbb\xbf \r\n\t", "文件是空的", id="nothing but a mark and spaces"),
        pytest.param(b"\x00" * 4096, "文件是空的", id="nothing but zeros"),
        pytest.param(b"\x93\x00\xff\xfe\x01" * 900, "不是可识别的文字.*另存为", id="binary junk"),
        pytest.param("数".encode() * 3_500_000, "第 1 行长达 3,500,000 字.*保留换行", id="10 MB in one line"),
        pytest.param(b"Rar!\x1a\x07\x00", "RAR.*改压成 zip", id="rar"),
        pytest.param(b"7z\xbc\xaf\x27\x1c", "7z.*改压成 zip", id="7z"),
        pytest.param(b"MZ\x90\x00", "Windows 程序.*放错", id="program"),
        pytest.param(b"PK\x03\x04" + b"\x00" * 50, "已损坏.*重新取得", id="half a zip"),
        pytest.param(package("[Content_Types].xml", "ppt/slide.xml"), "不是 Word 文档或 Excel.*另存为", id="slides"),
        pytest.param(package("mimetype", "content.xml"), "OpenDocument.*另存为 docx", id="odt"),
        pytest.param(package("OFD.xml"), "OFD", id="ofd"),
        pytest.param(directory_entry("EncryptedPackage"), "打开密码.*解除密码", id="password"),
        pytest.param(directory_entry("PowerPoint Document"), "不是文字或表格", id="ppt"),
        pytest.param(b"\x00\x00\x00\x18ftypheic\x00\x00", "HEIC.*另存为 jpg", id="heic"),
        pytest.param(b"MIME-Version: 1.0\nContent-Type: multipart/related;\n", "mht.*另存为 docx", id="mht"),
    ],
)
def test_what_cannot_be_read_says_why_and_what_to_do(content: bytes, message: str) -> None:
    with pytest.raises(UnreadableDocument, match=f"(?s){message}"):
        opened(content)


@pytest.mark.parametrize(
    ("name", "content", "warned"),
    [
        ("表.docx", TEXT, True),
        ("表.xls", b"<html><table><tr><td>1</td></tr></table></html>", True),
        ("表.txt", b"%PDF-1.7", True),
        ("表.txt", TEXT, False),
        ("自评表2023.12", TEXT, False),
        ("自评表", TEXT, False),
        ("表.WPS", directory_entry("WordDocument"), False),
    ],
)
def test_a_misleading_extension_is_a_warning_and_no_refusal(name: str, content: bytes, warned: bool) -> None:
    warnings = opened(content, name).warnings
    assert any("已按内容读取" in warning for warning in warnings) is warned


def found(*paths: Path, leave_out: Path | None = None) -> dict[str, Found]:
    return {Path(thing.path).name: thing for thing in paths_to_arrivals(paths, leave_out)}


def test_folders_are_walked_and_hidden_and_lock_files_noted(inbox: Path) -> None:
    (inbox / "甲" / "乙").mkdir(parents=True)
    (inbox / "甲" / "乙" / "表.txt").write_bytes(TEXT)
    (inbox / "~$表.docx").write_bytes(b"lock")
    (inbox / ".DS_Store").write_bytes(b"x")
    (inbox / ".git").mkdir()
    (inbox / "空").mkdir()
    things = found(inbox)
    assert isinstance(things["表.txt"], Arrival)
    assert {name: thing.note[:8] for name, thing in things.items() if isinstance(thing, Skipped)} == {
        "~$表.docx": "这是 Offic",
        ".DS_Store": "隐藏文件或系统文",
        ".git": "隐藏文件或系统文",
        "空": "文件夹是空的。",
    }


def test_a_hidden_file_named_by_the_user_is_read(inbox: Path) -> None:
    (inbox / ".表.txt").write_bytes(TEXT)
    assert isinstance(found(inbox / ".表.txt")[".表.txt"], Arrival)


def test_the_output_folder_is_no_input(inbox: Path) -> None:
    out = inbox / "out"
    out.mkdir()
    (out / "forms.xlsx").write_bytes(TEXT)
    assert isinstance(found(inbox, leave_out=out)["out"], Skipped)


def test_a_file_given_twice_is_taken_once(inbox: Path) -> None:
    (inbox / "表.txt").write_bytes(TEXT)
    things = tuple(paths_to_arrivals([inbox, inbox / "表.txt"]))
    assert [type(thing) for thing in things] == [Arrival, Skipped]


def test_links_that_lead_nowhere_are_told(inbox: Path) -> None:
    (inbox / "断.txt").symlink_to(inbox / "没有")
    thing = found(inbox)["断.txt"]
    assert isinstance(thing, Refusal) and "链接所指的文件已不在" in thing.reason


def zipped(path: Path, members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def with_flag(path: Path, flag: int) -> None:
    """Set a general purpose flag in both headers of a one-member archive."""
    content = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = content.index(signature) + offset
        content[place] |= flag
    path.write_bytes(bytes(content))


@pytest.mark.parametrize(
    "name", ["../外.txt", "/etc/外.txt", "甲/../../外.txt", "C:\\外.txt", "..\\外.txt", "\\\\host\\外.txt"]
)
def test_members_that_lead_outside_are_refused_and_the_rest_goes_on(inbox: Path, name: str) -> None:
    path = zipped(inbox / "包.zip", {name: b"x", "里.txt": TEXT})
    things = tuple(paths_to_arrivals([path]))
    assert [type(thing) for thing in things] == [Refusal, Arrival]
    assert isinstance(things[0], Refusal) and "越界" in things[0].reason
    assert isinstance(things[1], Arrival) and arrival_to_input(things[1]).content == TEXT


def test_bombs_are_refused_and_the_rest_goes_on(inbox: Path) -> None:
    path = zipped(inbox / "包.zip", {"炸.txt": b"0" * 40_000_000, "里.txt": TEXT})
    things = found(path)
    assert isinstance(things["炸.txt"], Refusal) and "压缩炸弹" in things["炸.txt"].reason
    assert isinstance(things["里.txt"], Arrival)


def test_encrypted_members_are_refused(inbox: Path) -> None:
    path = zipped(inbox / "包.zip", {"密.txt": TEXT}, zipfile.ZIP_STORED)
    with_flag(path, 0x1)
    thing = found(path)["密.txt"]
    assert isinstance(thing, Refusal) and "加了密码" in thing.reason


def test_a_damaged_member_is_told_when_it_is_opened(inbox: Path) -> None:
    path = zipped(inbox / "包.zip", {"损.txt": TEXT * 50}, zipfile.ZIP_STORED)
    content = bytearray(path.read_bytes())
    content[100] ^= 0xFF
    path.write_bytes(bytes(content))
    thing = found(path)["损.txt"]
    assert isinstance(thing, Arrival)
    with pytest.raises(UnreadableDocument, match="已损坏"):
        arrival_to_input(thing)


def test_names_from_chinese_windows_are_readable(inbox: Path) -> None:
    path = zipped(inbox / "包.zip", {"ABCDEFGH.txt": TEXT}, zipfile.ZIP_STORED)
    path.write_bytes(path.read_bytes().replace(b"ABCDEFGH", "自评表格".encode("gbk")))
    (thing,) = tuple(paths_to_arrivals([path]))
    assert isinstance(thing, Arrival) and thing.path == f"{path}/自评表格.txt"
    assert arrival_to_input(thing).content == TEXT


def test_an_archive_in_an_archive_is_opened_and_the_depth_is_bounded(inbox: Path) -> None:
    content = TEXT
    name = "表.txt"
    for depth in range(5):
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w") as archive:
            archive.writestr(name, content)
            archive.writestr(f"同层{depth}.txt", TEXT)
        content, name = held.getvalue(), f"包{depth}.zip"
    (inbox / name).write_bytes(content)
    things = found(inbox)
    assert isinstance(things["同层2.txt"], Arrival)
    assert arrival_to_input(things["同层2.txt"]).content == TEXT
    assert isinstance(things["包1.zip"], Refusal) and "超过 3 层" in things["包1.zip"].reason


def test_two_members_of_one_name_stay_apart(inbox: Path) -> None:
    path = inbox / "包.zip"
    with zipfile.ZipFile(path, "w") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("表.txt", TEXT)
        archive.writestr("表.txt", TEXT * 2)
    contents = {t.path: arrival_to_input(t).content for t in paths_to_arrivals([path]) if isinstance(t, Arrival)}
    assert sorted(map(len, contents.values())) == [len(TEXT), 2 * len(TEXT)]


def test_an_empty_archive_and_a_broken_one_are_told(inbox: Path) -> None:
    zipped(inbox / "空.zip", {})
    (inbox / "坏.zip").write_bytes(b"PK\x03\x04 and no more")
    things = found(inbox)
    assert isinstance(things["空.zip"], Refusal) and "压缩包是空的" in things["空.zip"].reason
    assert isinstance(things["坏.zip"], Arrival)
    with pytest.raises(UnreadableDocument, match="已损坏"):
        arrival_to_input(things["坏.zip"])
