"""Bytes of a text file to characters: UTF-8, UTF-16 and GB18030, never by guessing silently."""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass

from domain.errors import UnreadableDocument

# A form's longest cell, a narrative, runs to a few thousand characters; a line of a million is no form.
MAX_LINE_CHARS = 1_000_000
# Damage a copy suffers (a character cut at a block edge) is a byte here and there; a wrong encoding fails everywhere.
MAX_DAMAGED_SHARE = 0.001
BYTE_BREAKS = 4  # characters that one wrong byte can break; UTF-8 has up to four bytes in one
MAX_SHORT_SHARE = 0.1  # of a text of a few words, damage that leaves it readable
# Both readings of a text are Chinese only when it is UTF-8: its bytes taken for GB18030 give rare Chinese characters.
CHINESE_GAINED = 0.5
# Chinese in GB18030 taken for UTF-8 breaks at nearly every character; a damaged UTF-8 file breaks once in hundreds.
WHOLE_PER_DAMAGED = 10
# Plain GB18030 text of Chinese has no unassigned or private characters; random bytes decode to many.
MAX_STRANGE_SHARE = 0.02

_BYTE_ORDER_MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: its mark begins with UTF-16's
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_STRANGE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ue000-\uf8ff\ufdd0-\ufdef\U000e0000-\U0010ffff]")
_CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uff5e]")
_LINE_END = re.compile(r"\r\n|\r|\n")
_SAMPLE_CHARS = 200_000  # enough to judge a text by; a whole dump of 100 MB need not be searched


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """A text, the encoding it was in, and what a reader of it must know."""

    text: str
    encoding: str
    warnings: tuple[str, ...] = ()


def bytes_to_text(content: bytes) -> Decoded:
    """The text of a file. Raises UnreadableDocument when no encoding fits."""
    decoded = _by_mark(content) or _by_nulls(content) or _by_trial(content)
    if decoded is None or _share(_STRANGE, decoded.text) > MAX_STRANGE_SHARE:
        raise UnreadableDocument(
            "内容不是可识别的文字（UTF-8、UTF-16、GB18030 均解不出），可能是程序数据或已损坏的文件。"
            "请用原软件打开，另存为 txt、docx 或 xlsx 后再读入。"
        )
    return decoded


def check_lines(text: str) -> None:
    """Raise UnreadableDocument when a line is too long to be part of a form."""
    for number, line in enumerate(text_to_lines(text), start=1):
        if len(line) > MAX_LINE_CHARS:
            raise UnreadableDocument(
                f"第 {number} 行长达 {len(line):,} 字，不像表单文字（可能是数据文件，或换行在导出时丢失）。"
                "请核对文件，保留换行重新导出。"
            )


def is_blank(text: str) -> bool:
    """Whether a text shows nothing: spaces of any width, line ends and marks that have no shape (Unicode Z, C)."""
    return all(unicodedata.category(character)[0] in "ZC" for character in text)


def text_to_lines(text: str) -> list[str]:
    """The lines as editors number them; ``str.splitlines`` also breaks at characters found inside forms."""
    return _LINE_END.split(text)


def _by_mark(content: bytes) -> Decoded | None:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return _tolerantly(content[len(mark) :], encoding)
    return None


def _by_nulls(content: bytes) -> Decoded | None:
    """UTF-16 without a mark: digits, tabs and line ends have a zero byte, always on the same side."""
    sample = content[:_SAMPLE_CHARS]
    if 0 not in sample or len(content) % 2:
        return None
    on_even, on_odd = sample[::2].count(0), sample[1::2].count(0)
    encoding = "utf-16-le" if on_odd > on_even else "utf-16-be"
    decoded = _tolerantly(content, encoding)
    readable = _share(_CHINESE, decoded.text) + _share(re.compile(r"[ -~\t\r\n]"), decoded.text) if decoded else 0.0
    return decoded if readable > 0.9 else None  # junk with zeros in it scatters over all of Unicode


def _by_trial(content: bytes) -> Decoded | None:
    """UTF-8 before GB18030, also with a damaged byte in it: GB18030 reads most UTF-8 without complaint, as nonsense."""
    utf8, gb18030 = _tolerantly(content, "utf-8"), _tolerantly(content, "gb18030")
    if utf8 is None or gb18030 is None or not _is_mostly_whole(utf8.text):
        return gb18030 or utf8
    # a few words of GB18030 can be valid UTF-8 by chance (the classic is 联通), but of Cyrillic, not of Chinese
    gained = _chinese_share(gb18030.text) - _chinese_share(utf8.text)
    return gb18030 if gained > CHINESE_GAINED else utf8


def _is_mostly_whole(text: str) -> bool:
    damaged = text.count("\ufffd")
    return not damaged or sum(character > "\x7f" for character in text) > WHOLE_PER_DAMAGED * damaged


def _tolerantly(content: bytes, encoding: str) -> Decoded | None:
    """The text with damaged places marked U+FFFD and counted; None when there are too many."""
    text = content.decode(encoding, errors="replace")
    damaged = text.count("\ufffd")
    allowed = min(max(BYTE_BREAKS, MAX_DAMAGED_SHARE * len(text)), MAX_SHORT_SHARE * len(text))
    if damaged > allowed or _share(_CONTROL, text) >= MAX_DAMAGED_SHARE:
        return None
    warning = f"有 {damaged} 处字节损坏，已用“\ufffd”标出，请对照原件核对。"
    return Decoded(text=text, encoding=encoding, warnings=(warning,) if damaged else ())


def _chinese_share(text: str) -> float:
    """The share of Chinese among the characters beyond ASCII; 1 where there are none."""
    beyond = [character for character in text[:_SAMPLE_CHARS] if character > "\x7f"]
    return sum(_CHINESE.match(character) is not None for character in beyond) / len(beyond) if beyond else 1.0


def _share(characters: re.Pattern[str], text: str) -> float:
    sample = text[:_SAMPLE_CHARS]
    return len(characters.findall(sample)) / max(1, len(sample))
