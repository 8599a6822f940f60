"""Characters as exported to characters as printed: HTML and LaTeX residue, radicals, wraps; nothing printed is lost."""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

# Tags that office and OCR exports leave in text. Only known names: 「<24小时」 is no tag.
# Attributes must look like attributes: 「a<b 且 c>d」 is a comparison.
_ATTRIBUTES = r"(?:\s+[\w:-]+\s*=[^<>]*)?\s*/?\s*>"
_BLOCK = re.compile(r"<\s*/?\s*(?:p|br|div|h[1-6]|li|ul|ol|tr|table|tbody|thead)" + _ATTRIBUTES, re.I)
_INLINE = re.compile(r"<\s*/?\s*(?:b|i|u|em|strong|span|font|sup|sub|center|td|th|a|o:p)" + _ATTRIBUTES, re.I)
_LATEX = re.compile(r"\$([^$\n]{1,40})\$")
_LATEX_SIGNS = (("\\geqslant", "≥"), ("\\leqslant", "≤"), ("\\geq", "≥"), ("\\leq", "≤"), ("\\ge", "≥"), ("\\le", "≤"),
                ("\\sim", "~"), ("\\times", "×"), ("\\%", "%"), ("\\text", ""), ("{", ""), ("}", ""))  # fmt: skip

# PDF fonts map characters to radicals. NFKC folds U+2F00..2FD5 (some to traditional forms) and leaves U+2E80..2EF3
# alone; these are the simplified characters meant (Unicode EquivalentUnifiedIdeograph, simplified forms).
_RADICALS = str.maketrans(
    "⺟⺠⻁⻄⻅⻆⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻨⻩⻬⻮⻰⻳⼾⾒⾔⾙⾞⾧⾨⾩⾭⾴⾵⾷⾺⿁⿂⿃⿄⿅⿆⿈⿍⿎⿐⿑⿒⿓⿔⽧⼽",
    "母民虎西见角贝车长门青韦页风飞食马骨鬼鱼鸟麦黄齐齿龙龟户见言贝车长门阜青页风食马鬼鱼鸟卤鹿麦黄鼎鼓鼻齐齿龙龟斗戈",
)
_RADICAL = re.compile("[\u2e80-\u2fd5]")
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad\x00-\x08\x0e-\x1f]")
_SPACES = re.compile(r"[ \u00a0\u2000-\u200a\u202f\u3000]+")
PAGE_NUMBER = re.compile(r"\s*(?:第\s*\d+\s*页(?:\s*[,，/]?\s*共\s*\d+\s*页)?|[-—–]\s*\d+\s*[-—–]|\d+\s*/\s*\d+)\s*")
_SEPARATORS = re.compile(r"[\t\n|｜]")
_ASCII_WORD = re.compile(r"[0-9A-Za-z]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where a run of characters stands on paper: ``begin`` and ``end`` in half-widths, ``level`` of its middle in half
    lines from the top of the first page; ``band`` counts the level rules above it. ``number`` is its own.
    """

    number: int
    begin: int
    end: int
    level: float
    band: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TextLine:
    """One line of a text document: its number (from 1), its cleaned text, and whether a page began before it.

    ``spots`` tell of every run of characters without spaces where it stands on paper; there are none in text input.
    """

    number: int
    text: str
    page_break: bool = False
    spots: tuple[Spot, ...] = ()


def markup_to_text(text: str) -> str:
    """Tags of known names removed (block tags become line feeds), entities and small LaTeX formulas written out."""
    if "<" in text:
        text = _INLINE.sub("", _BLOCK.sub("\n", text))
    if "&" in text:
        text = html.unescape(text)
    if "$" in text and "\\" in text:
        text = _LATEX.sub(lambda formula: latex_to_text(formula.group(1)), text)
    return text


def latex_to_text(formula: str) -> str:
    r"""``\geq 10\%`` to ``≥10%``; an unknown command stays as it is."""
    for command, sign in _LATEX_SIGNS:
        formula = formula.replace(command, sign)
    return formula.replace(" ", "")


def fold_radicals(text: str) -> str:
    """Kangxi and CJK radicals that PDF fonts leave behind, to the characters they stand for."""
    if _RADICAL.search(text) is None:
        return text
    text = text.translate(_RADICALS)
    return "".join(unicodedata.normalize("NFKC", char) if "\u2f00" <= char <= "\u2fd5" else char for char in text)


def clean_text(text: str) -> str:
    """One cell or line without residue; line feeds, tabs and single spaces stay."""
    return _SPACES.sub(" ", _INVISIBLE.sub("", fold_radicals(markup_to_text(text))))


def text_to_lines(text: str) -> tuple[TextLine, ...]:
    """A document to numbered lines. Form feeds start a page; markup stays until a line is cut into cells."""
    lines: list[TextLine] = []
    turned = False
    for number, raw in enumerate(re.split(r"\r\n|\r|\n", text), start=1):
        pieces = raw.split("\f")
        for place, piece in enumerate(pieces):
            turned = turned or place > 0
            if PAGE_NUMBER.fullmatch(fold_radicals(piece)):
                piece = ""  # page furniture between two parts of a table
            if piece or place == len(pieces) - 1:
                lines.append(TextLine(number=number, text=piece, page_break=turned))
                turned = False
    return tuple(lines)


def line_to_pieces(line: TextLine) -> tuple[str, ...]:
    """The texts of one line, cut at cell and block boundaries."""
    return tuple(piece.strip() for piece in _SEPARATORS.split(clean_text(line.text)) if piece.strip())


def join_wrapped(left: str, right: str) -> str:
    """Two lines of one cell as one text: a space only where Latin words or numbers would grow together."""
    left, right = left.rstrip(), right.lstrip()
    if left and right and left[-1].isascii() and right[0].isascii() and left[-1].isalpha() and right[0].isalpha():
        return f"{left} {right}"
    return left + right


def unwrap(text: str) -> str:
    """A cell's text with wraps and layout spaces undone; spaces between two Latin words or figures stay.

    A wrap may stand inside a figure (9 / 5.00), a space does not.
    """
    out = ""
    for line in text.splitlines():
        out = join_wrapped(out, squeeze(line))
    return out


def squeeze(line: str) -> str:
    """One line without layout spaces."""
    pieces = line.split()
    if not pieces:
        return ""
    out = pieces[0]
    for piece in pieces[1:]:
        glue = " " if _ASCII_WORD.match(out[-1]) and _ASCII_WORD.match(piece[0]) else ""
        out = out + glue + piece
    return out


@lru_cache(maxsize=1 << 14)
def label_key(text: str) -> str:
    """A label for comparison: compatibility forms folded, spaces and a closing colon gone."""
    folded = unicodedata.normalize("NFKC", fold_radicals(text))
    return re.sub(r"\s+", "", folded).rstrip(":：")
