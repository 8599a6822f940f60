"""A font with Chinese characters, found on this machine; none is shipped."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from PIL import ImageFont

_FOLDERS = (
    "/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "~/.local/share/fonts",
    "/System/Library/Fonts", "/Library/Fonts", "~/Library/Fonts", "{WINDIR}/Fonts",
    "{LOCALAPPDATA}/Microsoft/Windows/Fonts",
)  # fmt: skip
# What the files are called, plain faces first: strokes of one width stay legible when they are small.
_NAMES = (
    "NotoSansCJK", "NotoSansSC", "SourceHanSans", "msyh", "PingFang", "Hiragino Sans GB", "wqy-microhei", "wqy-zenhei",
    "DroidSansFallback", "simhei", "Deng", "STHeiti", "simsun", "NotoSerifCJK", "SourceHanSerif", "uming", "ukai",
    "simkai",
)  # fmt: skip
_SUFFIXES = frozenset([".ttf", ".ttc", ".otf"])
_BOLD = ("bold", "black", "heavy", "medium", "light", "thin", "bd")
_PROBES = "绩效财政"


@cache
def chinese_font() -> Path | None:
    """The file of a font that has Chinese characters; None where this machine has none."""
    files = sorted(_font_files(), key=lambda path: (any(word in path.stem.lower() for word in _BOLD), path.name))
    named = (path for name in _NAMES for path in files if path.stem.lower().startswith(name.lower()))
    return next((path for path in named if _has_chinese(path)), None)


def font_of(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """The Chinese font in this size (pixels), else Pillow's own, which has Latin letters and digits only."""
    path = chinese_font()
    return ImageFont.load_default(size) if path is None else ImageFont.truetype(path, size)


def _font_files() -> Iterator[Path]:
    places = {name: os.environ.get(name, "") for name in ("WINDIR", "LOCALAPPDATA")}
    for folder in _FOLDERS:
        path = Path(folder.format(**places)).expanduser()
        if path.is_absolute() and path.is_dir():
            yield from (file for file in path.rglob("*") if file.suffix.lower() in _SUFFIXES)


def _has_chinese(path: Path) -> bool:
    """Whether characters have shapes of their own: a missing one is drawn as the same box as any other."""
    try:
        font = ImageFont.truetype(path, 24)
        shapes = [bytes(font.getmask(char)) for char in (*_PROBES, "\U0010fffe")]
    except OSError:
        return False
    return len(set(shapes)) == len(shapes)
