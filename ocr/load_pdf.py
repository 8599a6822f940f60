"""PDF to sheets: words and rules where the text layer is sound, pixels elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from domain.errors import UnreadableDocument
from domain.page import Rule, Warp, Word
from ocr.load_damage import BROKEN_IMAGE, CUT_OFF, LOST_IMAGE, LOST_PAGE, Soundness
from ocr.load_image import MIN_SIDE, MIN_WIDTH, TOO_SMALL
from ocr.load_large import MAX_SIDE, TOO_FINE_PAGE, is_too_fine
from ocr.load_objects import (
    Affine,
    Leaf,
    boxes_to_cover,
    compose,
    image_to_box,
    image_to_density,
    page_to_affine,
    page_to_leaves,
    turn_affine,
    turn_box,
)
from ocr.load_pictures import has_broken, image_is_whole, large_images, may_be_written
from ocr.load_rules import leaves_to_rules, turn_rule
from ocr.load_scan import page_to_pixels, scan_to_pixels
from ocr.load_text import (
    HIDDEN,
    MAX_CHARACTERS,
    Glyph,
    glyphs_to_fault,
    has_lost_lines,
    leaves_to_clips,
    textpage_to_glyphs,
    turn_glyph,
)
from ocr.load_words import glyphs_to_words
from ocr.sheet import DPI, Pixels, Sheet, Spoilt
from ocr.warps import affine_to_warp

_SCALE = DPI / 72
_MAX_LEAVES = 100_000  # drawn objects; a dense page of forms has 1 500
_SCAN_COVER = 0.6  # part of a page under images from which it is a scan, whatever text lies over it
_PICTURE_COVER = 0.2  # from here on a few characters do not tell what the page says
_FEW = 100  # characters; the shortest form has 400
_OUTLINE_POINTS = 30  # curve points for every character: more, and the text was turned into outlines
_DYNAMIC = (
    "PDF“{name}”是动态表单（XFA），页面由 Adobe 软件临时生成，文件里没有。"
    "请用 Adobe Reader 打开，打印成普通 PDF 后再读入。"
)
_ATTACHED = "PDF带有 {count} 个附件（{names}），附件没有读。需要的请从PDF中另存出来，再单独读入。"
_UNREAD = (
    "这一页约有{share:.0%}的面积是图片，图片里的内容没有读，只读了图片以外的文字。"
    "图片里如有表格或数字，请把这一页打印后扫描，再单独读入。"
)
_NAMED = 5  # attachments called by name
_GLANCE = 0.02  # pixels a point: a page drawn that small takes little
_HELD_OPEN = frozenset({pdfium.FPDF_ANNOT_LINK, pdfium.FPDF_ANNOT_POPUP})  # nothing of them shows on paper


@dataclass(frozen=True, slots=True, kw_only=True)
class _Drawing:
    """What is drawn on one page, at DPI."""

    leaves: tuple[Leaf, ...]
    images: tuple[Leaf, ...]
    cover: float
    has_hidden: bool  # text drawn invisibly, as a scanner's OCR is
    shown: tuple[Leaf, ...]  # pieces of text that leave ink


def open_pdf(content: bytes, name: str, *, password: str) -> Any:
    """A pypdfium2 document, to be closed by the caller. UnreadableDocument for damage, encryption and no pages."""
    try:
        pdf = pypdfium2.PdfDocument(content, password=password or None)
    except pypdfium2.PdfiumError as error:
        raise UnreadableDocument(_error_to_message(error.err_code, name, password=password)) from error
    if not len(pdf):
        pdf.close()
        raise UnreadableDocument(f"PDF“{name}”里没有一页，可能没有保存完整。请重新导出或重新扫描。")
    if pdf.get_formtype() == pdfium.FORMTYPE_XFA_FULL:
        pdf.close()
        raise UnreadableDocument(_DYNAMIC.format(name=name))
    if pdf.get_formtype() == pdfium.FORMTYPE_ACRO_FORM:
        pdf.init_forms()
    return pdf


def _error_to_message(code: int | None, name: str, *, password: str) -> str:
    if code == pdfium.FPDF_ERR_PASSWORD and password:
        return f"PDF“{name}”的打开密码不对。请核对选项 --password 给出的密码。"
    if code == pdfium.FPDF_ERR_PASSWORD:
        return f"PDF“{name}”已加密，需要打开密码。请用选项 --password 给出密码，或向报送单位索取未加密的文件。"
    if code == pdfium.FPDF_ERR_SECURITY:
        return f"PDF“{name}”用了不支持的加密方式。请向报送单位索取未加密的文件。"
    return f"PDF“{name}”已损坏或没有传完，无法打开。请重新拷贝或重新导出；仍打不开时请重新扫描。"


def pdf_to_sheets(
    pdf: Any, content: bytes, *, start: int, leave: frozenset[int] = frozenset()
) -> Iterator[Sheet | Spoilt]:
    """The pages of an open document one by one, numbered from ``start``; those in ``leave`` are passed over."""
    sound, attached = Soundness(content), _attachments(pdf)
    for index in range(len(pdf)):
        if start + index not in leave:
            sheet = _index_to_sheet(pdf, index, number=start + index, sound=sound)
            if isinstance(sheet, Sheet) and index == len(pdf) - 1 and not sheet.doubt and sound.is_cut_off:
                sheet = replace(sheet, doubt=CUT_OFF)
            if isinstance(sheet, Sheet) and index == 0:
                sheet = replace(sheet, doubt=sheet.doubt + attached)
            yield sheet
            del sheet  # its pixels, while the next page is made


def _attachments(pdf: Any) -> str:
    """That files are attached, which nobody reads here, in Chinese; "" where there are none."""
    count = pdf.count_attachments()
    names = "、".join(f"“{pdf.get_attachment(index).get_name()}”" for index in range(min(count, _NAMED)))
    return _ATTACHED.format(count=count, names=names + ("等" if count > _NAMED else "")) if count > 0 else ""


def _index_to_sheet(pdf: Any, index: int, *, number: int, sound: Soundness) -> Sheet | Spoilt:
    try:
        page = _flat_page(pdf, index)
    except pypdfium2.PdfiumError:
        return Spoilt(number=number, reason=f"第{number}页已损坏，无法打开。请重新导出或重新扫描这一页。")
    try:
        return _page_to_sheet(page, number, sound=sound)
    except (pypdfium2.PdfiumError, ValueError, MemoryError):
        return Spoilt(number=number, reason=f"第{number}页的内容无法显示，可能已损坏。请重新导出或重新扫描这一页。")
    finally:
        page.close()


def _flat_page(pdf: Any, index: int) -> Any:
    """A page with what was filled in, noted or stamped drawn into it: PDFium keeps annotations out of its text."""
    page = pdf[index]
    if not _has_annotations(page):
        return page
    page.render(scale=_GLANCE)  # PDFium makes the look of a bare note when it draws it; flattening throws it away
    if pdfium.FPDFPage_Flatten(page.raw, pdfium.FLAT_NORMALDISPLAY) != pdfium.FLATTEN_SUCCESS:
        return page
    page.close()
    return pdf[index]


def _has_annotations(page: Any) -> bool:
    for index in range(pdfium.FPDFPage_GetAnnotCount(page.raw)):
        annotation = pdfium.FPDFPage_GetAnnot(page.raw, index)
        kind = pdfium.FPDFAnnot_GetSubtype(annotation)
        pdfium.FPDFPage_CloseAnnot(annotation)
        if kind not in _HELD_OPEN:
            return True
    return False


def _page_to_sheet(page: Any, number: int, *, sound: Soundness) -> Sheet | Spoilt:
    width, height = (_SCALE * side for side in page.get_size())
    if not width or not height:
        raise ValueError(f"page {number} has no size")
    to_pixels = page_to_affine(page, _SCALE)
    drawing = _draw(page, to_pixels, width=width, height=height)
    if drawing.cover >= _SCAN_COVER:
        return _scan_to_sheet(page, drawing, number=number, choice="整页为图像，识读像素", sound=sound)
    textpage = page.get_textpage()
    try:
        clips = leaves_to_clips(textpage, drawing.shown)
        seen = textpage_to_glyphs(textpage, to_pixels, has_hidden=drawing.has_hidden, clips=clips)
        glyphs = _on_page(seen, width, height)
        refusal = _refusal(glyphs, drawing, count=textpage.count_chars())
        if not refusal and has_lost_lines(textpage, drawing.shown):
            refusal = "部分文字取不出，识读像素"
        if not refusal:
            sheet = _text_to_sheet(glyphs, drawing, number=number, size=(width, height))
            return replace(sheet, doubt=_pictures_to_doubt(page, drawing))
    finally:
        textpage.close()
    return _scan_to_sheet(page, drawing, number=number, choice=refusal, sound=sound)


def _draw(page: Any, to_pixels: Affine, *, width: float, height: float) -> _Drawing:
    leaves = tuple(islice(page_to_leaves(page, to_pixels), _MAX_LEAVES))
    images = tuple(leaf for leaf in leaves if leaf.kind == pdfium.FPDF_PAGEOBJ_IMAGE)
    texts = [leaf for leaf in leaves if leaf.kind == pdfium.FPDF_PAGEOBJ_TEXT]
    shown = tuple(leaf for leaf in texts if pdfium.FPDFTextObj_GetTextRenderMode(leaf.raw) not in HIDDEN)
    return _Drawing(
        leaves=leaves,
        images=images,
        cover=boxes_to_cover((image_to_box(leaf) for leaf in images), width, height),
        has_hidden=len(shown) < len(texts),
        shown=shown,
    )


def _on_page(glyphs: Sequence[Glyph], width: float, height: float) -> tuple[Glyph, ...]:
    """Characters outside the CropBox are not seen on paper."""
    return tuple(
        glyph
        for glyph in glyphs
        if 0 <= (glyph.room.x0 + glyph.room.x1) / 2 <= width and 0 <= (glyph.room.y0 + glyph.room.y1) / 2 <= height
    )


def _refusal(glyphs: Sequence[Glyph], drawing: _Drawing, *, count: int) -> str:
    """Why the text layer of a page is not taken, in Chinese; "" where it is."""
    if count > MAX_CHARACTERS or len(drawing.leaves) == _MAX_LEAVES:
        return "页面内容异常繁多，识读像素"
    if not glyphs:
        return "文字层不可见，改为识读像素" if drawing.has_hidden else "没有文字层，识读像素"
    if len(glyphs) < _FEW and drawing.cover >= _PICTURE_COVER:
        return f"文字很少，图像占页面{drawing.cover:.0%}，识读像素"
    if len(drawing.shown) > count:  # PDFium drops characters for which neither the file nor the machine has a glyph
        return "部分文字取不出，识读像素"
    fault = glyphs_to_fault(glyphs)
    if fault:
        return f"文字层为乱码（{fault}），改为识读像素"
    paths = (leaf.raw for leaf in drawing.leaves if leaf.kind == pdfium.FPDF_PAGEOBJ_PATH)
    # Boxes and lines have up to five points each.
    points = sum(count for count in map(pdfium.FPDFPath_CountSegments, paths) if count > 5)
    return "文字多已转为图形，识读像素" if points > _OUTLINE_POINTS * len(glyphs) else ""


def _pictures_to_doubt(page: Any, drawing: _Drawing) -> str:
    """That pictures beside the text layer were not read, in Chinese; "" where they are small or say nothing."""
    if drawing.cover < _PICTURE_COVER:
        return ""
    images = large_images(drawing.images, *_size(page))
    if not all(map(image_is_whole, images)):
        return BROKEN_IMAGE
    written = (image_to_box(leaf) for leaf in images if may_be_written(page, leaf))
    share = boxes_to_cover(written, *_size(page))
    return _UNREAD.format(share=share) if share >= _PICTURE_COVER else ""


def _text_to_sheet(glyphs: Sequence[Glyph], drawing: _Drawing, *, number: int, size: tuple[float, float]) -> Sheet:
    """Words and rules, the page turned so that most of its text stands upright."""
    turns = [glyph.turn for glyph in glyphs if glyph.turn >= 0]
    main = max(set(turns), key=turns.count, default=0)
    upright = turn_affine(main, *size)
    width, height = size if main % 2 == 0 else size[::-1]
    rules = leaves_to_rules(drawing.leaves, *size)
    words: list[Word] = []
    for turn in sorted(set(turns)):
        words += _turned_words(glyphs, rules, turn=turn, upright=upright, size=size)
    slanted = len(glyphs) - len(turns)
    back = turn_affine(-main, *(size[::-1] if main % 2 else size))
    return Sheet(
        number=number,
        width=round(width),
        height=round(height),
        choice="文字层可用，直接取字" + (f"（另有{slanted}个斜排的字未取，多为水印）" if slanted else ""),
        words=tuple(words),
        rules=tuple(turn_rule(rule, upright) for rule in rules),
        warp=affine_to_warp(back, round(width), round(height)) if main else Warp(),
    )


def _turned_words(
    glyphs: Sequence[Glyph], rules: Sequence[Rule], *, turn: int, upright: Affine, size: tuple[float, float]
) -> Iterator[Word]:
    """Words of the characters turned by so many quarters, grouped as one reads them, placed on the upright page."""
    reading = turn_affine(turn, *size)
    back = compose(turn_affine(-turn, *(size[::-1] if turn % 2 else size)), upright)
    turned = [turn_glyph(glyph, reading) for glyph in glyphs if glyph.turn == turn]
    for word in glyphs_to_words(turned, [turn_rule(rule, reading) for rule in rules]):
        yield Word(text=word.text, box=turn_box(word.box, back), confidence=word.confidence)


def _scan_to_pixels(page: Any, drawing: _Drawing) -> Pixels:
    """The scan's own pixels where the page is one image and nothing else, otherwise the page rendered."""
    is_alone = len(drawing.images) == 1 and not drawing.shown
    is_alone &= all(leaf.kind in (pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_TEXT) for leaf in drawing.leaves)
    own = scan_to_pixels(page, drawing.images[0]) if is_alone else None
    large = (leaf for leaf in drawing.images if boxes_to_cover([image_to_box(leaf)], *_size(page)) > 0.05)
    density = max(map(image_to_density, large), default=1.0)
    return page_to_pixels(page, density=density) if own is None else own


def _size(page: Any) -> tuple[float, float]:
    width, height = page.get_size()
    return width * _SCALE, height * _SCALE


def _scan_to_sheet(page: Any, drawing: _Drawing, *, number: int, choice: str, sound: Soundness) -> Sheet | Spoilt:
    pixels = _scan_to_pixels(page, drawing)
    height, width = pixels.shape[:2]
    if max(height, width) < MIN_SIDE or min(height, width) < MIN_WIDTH:
        return Spoilt(number=number, reason=TOO_SMALL.format(number=number, width=width, height=height))
    if max(height, width) >= MAX_SIDE and is_too_fine(pixels):
        return Spoilt(number=number, reason=TOO_FINE_PAGE.format(number=number))
    doubt = _blank_to_doubt(drawing, sound) if pixels.min() == pixels.max() else ""
    if not doubt and has_broken(large_images(drawing.images, *_size(page)), pixels, scale=width / _size(page)[0]):
        doubt = BROKEN_IMAGE
    return Sheet(number=number, width=width, height=height, choice=choice, pixels=pixels, doubt=doubt)


def _blank_to_doubt(drawing: _Drawing, sound: Soundness) -> str:
    """Why a page of one colour may once have held more, in Chinese; "" for a page that is simply empty."""
    if drawing.images and not any(image_is_whole(leaf) for leaf in drawing.images):
        return LOST_IMAGE
    is_damaged = sound.is_cut_off or sound.has_lost_streams
    is_lost = not drawing.leaves and is_damaged
    return LOST_PAGE if is_lost else ""
