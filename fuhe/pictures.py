"""Pictures of pages in the output folder: where they lie, under names that are safe and never collide."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

import cv2
from cv2.typing import MatLike

from domain.source import Document
from fuhe.files import make_folder, whole_file

UNREAD_FOLDER = "unread_pages"
DRAWN_FOLDER = "pages"
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\ud800-\udfff]+')  # refused by one file system or another
_NAME_CHARS = 40  # of up to four bytes; file systems take 255 bytes a name
_HASH_CHARS = 8  # of the document's SHA-256: two documents of one name in two folders differ in content
_QUALITY = 88  # of JPEG: fine lines stay sharp, a page takes about a megabyte


def page_picture(folder: str, document: Document, number: int) -> str:
    """The path of a page's picture within the output folder, with / between its parts."""
    return f"{folder}/{document_to_name(document)}/p{number:03}.jpg"


def document_to_name(document: Document) -> str:
    """A folder's name for a document: what its file is called, and a piece of its hash."""
    stem = PurePosixPath(document.path.replace("\\", "/")).stem
    safe = _UNSAFE.sub("_", stem).strip(" .")[:_NAME_CHARS].strip(" .")
    return f"{safe or '文件'}-{document.sha256[:_HASH_CHARS]}"


def picture_to_jpeg(pixels: MatLike) -> bytes:
    """An RGB picture as JPEG."""
    settings = [cv2.IMWRITE_JPEG_QUALITY, _QUALITY, cv2.IMWRITE_JPEG_SAMPLING_FACTOR,
                cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444]  # fmt: skip
    _, packed = cv2.imencode(".jpg", cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR), settings)
    return packed.tobytes()


def write_picture(path: Path, pixels: MatLike) -> None:
    """Write an RGB picture as JPEG, whole or not at all. Raises CannotWrite."""
    write_jpeg(path, picture_to_jpeg(pixels))


def write_jpeg(path: Path, content: bytes) -> None:
    """Write a picture, whole or not at all. Raises CannotWrite."""
    make_folder(path.parent)
    with whole_file(path) as temporary:
        temporary.write_bytes(content)
