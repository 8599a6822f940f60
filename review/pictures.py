"""Pictures of upright pages, made when they are first asked for and kept in the file store."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from domain.errors import UnreadableDocument
from review.blobs import blob_path, pictures_folder, readings_folder
from review.forms import document_to_paper
from review.house import the_house
from review.models import Document

NO_SUCH_PAGE = "“{path}”没有第 {number} 页：共 {pages} 页。"
NO_PAPER = "“{path}”不是扫描件、照片或 PDF，没有页面图像；请看右侧识读的表，或原文件。"
NO_BYTES = "文件内容不在文件库中，可能被清理或磁盘有误。请重新上传“{path}”。"
NO_PICTURE = "本页不能显示为图像：{reason}"


def picture_version(document: Document) -> str:
    """What a picture goes with: another reading may lay the page otherwise, and its boxes with it."""
    return "".join(filter(str.isalnum, document.version))[:40] or "0"


def picture_path(document: Document, number: int) -> Path:
    """Where the picture of a page lies, whether it was made or not."""
    folder = pictures_folder() / document.sha256[:2] / document.sha256
    return folder / f"{picture_version(document)}-p{number:04}.jpg"


def page_picture(document: Document, number: int) -> Path:
    """The picture of a page, as JPEG. Raises UnreadableDocument with what an auditor should know."""
    pages = len(document.page_notes)
    if not pages:
        raise UnreadableDocument(NO_PAPER.format(path=document.path))
    if not 1 <= number <= pages:
        raise UnreadableDocument(NO_SUCH_PAGE.format(path=document.path, number=number, pages=pages))
    path = picture_path(document, number)
    if not path.is_file():
        _keep(path, _make(document, number))
    return path


def _make(document: Document, number: int) -> bytes:
    files = [blob_path(sha256) for sha256 in document.parts]
    if not all(file.is_file() for file in files):
        raise UnreadableDocument(NO_BYTES.format(path=document.path))
    try:
        return the_house().reading.page_picture(files, document_to_paper(document), number, readings_folder())
    except UnreadableDocument as error:
        raise UnreadableDocument(NO_PICTURE.format(reason=error)) from error


def _keep(path: Path, content: bytes) -> None:
    """There whole or not at all, whoever else makes the same picture meanwhile."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".coming-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.replace(name, path)
    finally:
        Path(name).unlink(missing_ok=True)
