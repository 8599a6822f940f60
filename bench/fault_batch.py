"""What fault injection reads and compares: a small batch of every kind of paper, and a result without its times."""

from __future__ import annotations

import hashlib
import io
import json
import re
import shutil
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pypdfium2
from PIL import Image

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
SCAN, DIGITAL, PHOTO = "11_*.pdf", "10_*.pdf", "12_*.jpg"
_TIME = re.compile(r"\d{4}年\d{2}月\d{2}日 \d{2}:\d{2}")


def build_batch(folder: Path, *, scans: int, digital: int) -> Path:
    """The examples and, made of them, a scan and a digital file of so many pages, and pages as images of their own."""
    shutil.copytree(EXAMPLES, folder, dirs_exist_ok=True)
    (folder / "21_长扫描件.pdf").write_bytes(cut_pages(_example(SCAN), scans))
    (folder / "22_长数字文件.pdf").write_bytes(cut_pages(_example(DIGITAL), digital))
    photo = Image.open(_example(PHOTO))
    for number in (1, 2):
        width, height = photo.size
        photo.crop((0, 0, width, height - 7 * number)).save(folder / f"23_散页_p{number}.jpg", quality=90)
    (folder / "24_空白页.png").write_bytes(_blank())
    return folder


def cut_pages(path: Path, pages: int) -> bytes:
    """The first page of a PDF so many times, each cut otherwise, so that none is like another."""
    source, out = pypdfium2.PdfDocument(path), pypdfium2.PdfDocument.new()
    for number in range(pages):
        out.import_pages(source, [0])
        page = out[number]
        width, height = page.get_size()
        page.set_cropbox(0, 0, width, height - number)
        page.close()
    buffer = io.BytesIO()
    out.save(buffer)
    out.close()
    source.close()
    return buffer.getvalue()


def _example(pattern: str) -> Path:
    (found,) = EXAMPLES.glob(pattern)
    return found


def _blank() -> bytes:
    out = io.BytesIO()
    Image.new("L", (1000, 1400), 255).save(out, "PNG")
    return out.getvalue()


def folder_to_result(out: Path) -> Mapping[str, str]:
    """Every file that a run leaves for its reader, as a hash of what does not depend on the clock."""
    paths = (path for path in sorted(out.rglob("*")) if path.is_file() and ".cache" not in path.parts)
    return {path.relative_to(out).as_posix(): hashlib.sha256(_timeless(path)).hexdigest() for path in paths}


def differing(result: Mapping[str, str], due: Mapping[str, str]) -> list[str]:
    """The names of the files that are not as they are due."""
    return sorted(name for name in {*result, *due} if result.get(name) != due.get(name))


def _timeless(path: Path) -> bytes:
    if path.name == "run.json":
        return json.dumps(_record_to_timeless(json.loads(path.read_text(encoding="utf-8")))).encode()
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as book:  # docProps/core.xml says when the workbook was made
            return b"".join(book.read(name) for name in sorted(book.namelist()) if name != "docProps/core.xml")
    if path.suffix == ".html":
        return _TIME.sub("", path.read_text(encoding="utf-8")).encode()
    return path.read_bytes()


def _record_to_timeless(record: dict[str, Any]) -> dict[str, Any]:
    timed = (".xlsx", ".html")
    outputs = [one for one in record["outputs"] if not one["name"].endswith(timed)]
    return {key: value for key, value in record.items() if key not in ("started", "finished")} | {"outputs": outputs}
