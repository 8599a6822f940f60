from __future__ import annotations

import io
import json
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pypdf
import pytest
from PIL import Image, ImageDraw

from domain.errors import UnreadableDocument
from domain.page import Rule
from ocr.load import count_pages, files_to_sheets
from ocr.sheet import Pixels, Sheet, Spoilt
from tests.ocr.pdf import SCALE, page_pdf, stream, text

FORM = "项目名称农村公路养护费主管部门河口县交通运输总局实施单位年度资金总额全年预算数执行率得分"


def digits(words: str, x: float, y: float, *, matrix: str = "1 0 0 1") -> str:
    """In a font that PDFium has glyphs for: it drops text whose ink is thinner than a hair."""
    return f"BT 0 Tr /H 10 Tf {matrix} {x} {y} Tm ({words}) Tj ET\n"


def only(content: bytes) -> Sheet:
    (sheet,) = files_to_sheets([content], name="表.pdf")
    assert isinstance(sheet, Sheet)
    return sheet


def words_of(sheet: Sheet) -> list[str]:
    return [word.text for word in sheet.words]


def near(rule: Rule, *ends: float) -> bool:
    return bool(np.allclose((rule.x0, rule.y0, rule.x1, rule.y1), np.array(ends) * SCALE, atol=0.05))


def scan(size: tuple[int, int] = (827, 1169)) -> Image.Image:
    """Paper with a black bar at the top, a red block top left."""
    image = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, size[0], size[1] // 8), fill="black")
    draw.rectangle((0, 0, size[0] // 4, size[1] // 4), fill=(220, 0, 0))
    return image


def image_pdf(image: Image.Image, content: str, **more: str) -> bytes:
    data = zlib.compress(image.convert("RGB").tobytes())
    head = f"/Type /XObject /Subtype /Image /Width {image.width} /Height {image.height} /BitsPerComponent 8 "
    picture = stream(data, head + "/ColorSpace /DeviceRGB /Filter /FlateDecode " + more.get("mask", ""))
    objects = [picture, *([more["object"].encode()] if "object" in more else [])]
    return page_pdf(content, extra=more.get("extra", ""), objects=objects, use="/XObject << /I 6 0 R >>")


def corner(sheet: Sheet) -> str:
    """Where the red block of ``scan`` lies."""
    assert sheet.pixels is not None
    red = (sheet.pixels[:, :, 0] > 150) & (sheet.pixels[:, :, 1] < 80)
    rows, cols = np.nonzero(red)
    return ("上" if rows.mean() < sheet.height / 2 else "下") + ("左" if cols.mean() < sheet.width / 2 else "右")


def test_a_sound_text_layer_gives_words_where_they_stand() -> None:
    sheet = only(page_pdf(text(FORM, 50, 700) + text("得分", 50, 600)))
    assert (sheet.width, sheet.height, sheet.choice) == (1653, 2339, "文字层可用，直接取字")
    assert sheet.pixels is None
    assert words_of(sheet) == [FORM, "得分"]
    box = sheet.words[1].box
    assert 50 * SCALE - 1 <= box.x0 < box.x1 <= 70 * SCALE + 1
    assert (842 - 610) * SCALE - 1 <= box.y0 < box.y1 <= (842 - 597) * SCALE + 1


def test_words_are_parted_by_wide_gaps_and_upright_rules_only() -> None:
    content = text(FORM, 50, 700)
    content += text("分值", 50, 600) + text("执行率", 77, 600) + text("得分", 120, 600)
    content += "112 590 m 112 615 l S 1 w 200 0 m 200 10 l S\n" + text("绩效", 98, 500) + text("指标", 122, 500)
    assert words_of(only(page_pdf(content))) == [FORM, "分值执行率", "得分", "绩效指标"]


def test_a_rule_parts_words_that_touch_it() -> None:
    parted = text(FORM, 50, 700) + text("分值", 50, 600) + text("得分", 72, 600) + "71 590 m 71 615 l S\n"
    assert words_of(only(page_pdf(parted))) == [FORM, "分值", "得分"]


def test_characters_drawn_out_of_order_find_their_run() -> None:
    content = text(FORM, 50, 700) + text("项目", 50, 600) + text("完成", 50, 500) + text("数量", 70, 600)
    assert words_of(only(page_pdf(content))) == [FORM, "项目数量", "完成"]


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_page_rotation_and_crop_box_move_words_and_rules_alike(turn: int) -> None:
    content = text(FORM, 60, 700) + text("得分", 150, 650) + "2 w 100 640 m 300 640 l S\n"
    plain = page_pdf(content, extra=f"/Rotate {turn} /CropBox [50 100 550 800]")
    sheet = only(plain)
    assert (sheet.width, sheet.height) == (1389, 1944)  # turned so that the text stands upright
    assert words_of(sheet) == [FORM, "得分"]
    assert len(sheet.rules) == 1 and near(sheet.rules[0], 50, 160, 250, 160)
    assert abs(sheet.words[1].box.x0 - 100 * SCALE) < 0.2 * 10 * SCALE
    assert 140 * SCALE < sheet.words[1].box.y0 < sheet.words[1].box.y1 < 155 * SCALE


def test_text_turned_on_the_page_is_turned_back_with_its_rules() -> None:
    content = digits("2024 100.00", 100, 100, matrix="0 1 -1 0") + "120 100 m 120 400 l S\n"
    content += digits("12", 300, 300) + digits("5.0", 130, 100, matrix="0 1 -1 0") + "90 160 m 150 160 l S\n"
    content += digits("7", 140, 155, matrix="0 1 -1 0") + digits("8", 140, 161, matrix="0 1 -1 0")
    sheet = only(page_pdf(content))
    assert (sheet.width, sheet.height) == (2339, 1653)
    assert sorted(words_of(sheet)) == ["12", "2024 100.00", "5.0", "7", "8"]
    level, upright = sheet.rules
    assert near(level, 100, 120, 400, 120) and near(upright, 160, 90, 160, 150)
    (box,) = (word.box for word in sheet.words if word.text == "5.0")
    assert 100 * SCALE <= box.x0 < box.x1 <= 115 * SCALE
    assert 120 * SCALE <= box.y0 < box.y1 <= 131 * SCALE


def test_a_slanting_watermark_is_left_out_and_said() -> None:
    content = text(FORM, 50, 700) + digits("SAMPLE", 200, 300, matrix="0.7 0.7 -0.7 0.7")
    sheet = only(page_pdf(content))
    assert words_of(sheet) == [FORM]
    assert sheet.choice == "文字层可用，直接取字（另有6个斜排的字未取，多为水印）"


@pytest.mark.parametrize(
    ("drawing", "ends"),
    [
        ("1 w 50 500 m 250 500 l S", [(50, 342, 250, 342)]),
        ("50 500 0.75 100 re f", [(50.375, 242, 50.375, 342)]),
        ("50 500 m 150 500 l 149 501 l 51 501 l h f", [(50, 341.5, 150, 341.5)]),
        ("50 500 m 150 500 l 150 501 l 50 501 l f 60 400 m 60 300 l S", [(50, 341.5, 150, 341.5), (60, 442, 60, 542)]),
        (
            "50 500 100 40 re S",
            [(50, 342, 150, 342), (150, 302, 150, 342), (50, 302, 150, 302), (50, 302, 50, 342)],
        ),
        ("q 0.5 0 0 0.5 10 20 cm 80 960 m 480 960 l S Q", [(50, 342, 250, 342)]),
        ("-100 500 m 100 500 l S", [(0, 342, 100, 342)]),
        ("1 g 50 500 200 0.5 re f 1 G 50 400 m 250 400 l S", []),
        ("50 500 200 90 re f", []),
        ("50 500 m 250 560 l S 50 400 m 100 450 150 350 250 400 c S", []),
        ("50 500 1.5 1.5 re f 50 400 m 51.5 400 l S", []),
        ("700 500 m 800 500 l S", []),
    ],
)
def test_paths_become_centre_lines(drawing: str, ends: list[tuple[float, ...]]) -> None:
    rules = only(page_pdf(text(FORM, 50, 700) + drawing)).rules
    assert len(rules) == len(ends)
    assert all(near(rule, *wanted) for rule, wanted in zip(rules, ends, strict=True))


def test_rules_and_words_inside_nested_forms_are_found() -> None:
    inner = stream(
        (text("得分", 0, 0) + "0 20 m 100 20 l S").encode(),
        "/Type /XObject /Subtype /Form /BBox [-9 -9 999 999] /Matrix [2 0 0 2 0 0] "
        "/Resources << /Font << /F 3 0 R >> >>",
    )
    outer = stream(
        b"q 1 0 0 1 30 40 cm /X Do Q",
        "/Type /XObject /Subtype /Form /BBox [0 0 999 999] /Resources << /XObject << /X 6 0 R >> >>",
    )
    content = text(FORM, 50, 700) + "q 1 0 0 1 100 200 cm /Y Do Q"
    sheet = only(page_pdf(content, objects=[inner, outer], use="/XObject << /Y 7 0 R >>"))
    assert words_of(sheet) == [FORM, "得分"]
    assert len(sheet.rules) == 1 and near(sheet.rules[0], 130, 842 - 280, 330, 842 - 280)
    assert abs(sheet.words[1].box.x0 - 130 * SCALE) < 0.3 * 20 * SCALE


@pytest.mark.parametrize(
    ("layer", "reason"),
    [
        ("\ufffd" * 40, "没有对应的文字编码"),
        ("\ue123\ue456" * 20 + "项目名称", "没有对应的文字编码"),
        ("\uf041\uf042" * 20 + "项目", "符号字体"),
        ("Ê×¶¼Ê¦·¶´óÑ§" * 4, "外文字母"),
        (FORM.encode().decode("gbk", errors="ignore"), "生僻字"),
        ("".join(chr(ord(han) + 1) for han in FORM), "生僻字"),
        ("#$%&ABDEFGHIJKLMNO" * 3, "几乎没有汉字"),
    ],
)
def test_a_garbled_layer_is_not_believed(layer: str, reason: str) -> None:
    sheet = only(page_pdf(text(layer, 50, 700, size=8)))
    assert sheet.choice.startswith("文字层为乱码（") and reason in sheet.choice
    assert sheet.pixels is not None and sheet.pixels.shape == (2339, 1653, 3) and sheet.words == ()


def test_common_characters_that_make_no_sentence_are_not_believed() -> None:
    leads = range(0xB0, 0xD7)  # of level 1 of GB 2312
    lines = [
        "".join(bytes((lead, 0xA3 + (7 * lead + row) % 80)).decode("gb2312") for lead in leads) for row in range(5)
    ]
    sheet = only(page_pdf("".join(text(line, 50, 700 - 20 * row) for row, line in enumerate(lines))))
    assert "汉字不成文句" in sheet.choice


def test_characters_all_in_one_place_are_not_believed() -> None:
    content = "".join(text(han, 50 + 40 * (index % 2), 700) for index, han in enumerate(FORM))
    assert "文字" in only(page_pdf(content)).choice and only(page_pdf(content)).pixels is not None


def test_a_word_with_an_unmapped_character_is_less_sure() -> None:
    sheet = only(page_pdf(text(FORM, 50, 700) + text("得\ufffd", 50, 600)))
    assert [word.confidence for word in sheet.words] == [1.0, 0.5]


def test_an_empty_page_is_rendered() -> None:
    sheet = only(page_pdf(""))
    assert sheet.choice == "没有文字层，识读像素"
    assert sheet.pixels is not None and sheet.pixels.shape == (2339, 1653, 3) and (sheet.pixels == 255).all()


def test_a_small_page_is_rendered_finer() -> None:
    assert only(page_pdf("", box=(0, 0, 420, 595))).height == 2480


def test_text_drawn_invisibly_is_not_taken() -> None:
    assert only(page_pdf(text(FORM, 50, 700, mode=3))).choice == "文字层不可见，改为识读像素"
    mixed = only(page_pdf(text(FORM, 50, 700) + text("藏字", 50, 600, mode=3)))
    assert words_of(mixed) == [FORM]


def test_a_scan_with_a_hidden_layer_gives_its_own_pixels() -> None:
    content = "q 595 0 0 842 0 0 cm /I Do Q " + text(FORM, 50, 400, mode=3)
    sheet = only(image_pdf(scan(), content))
    assert sheet.choice == "整页为图像，识读像素" and sheet.words == ()
    assert np.array_equal(sheet.pixels, np.array(scan()))  # type: ignore[arg-type]


def grained(size: tuple[int, int] = (827, 1169)) -> Image.Image:
    """Every pixel another: nothing of it can be resampled unseen."""
    shades = np.random.default_rng(7).integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)
    return Image.fromarray(shades)


@pytest.mark.parametrize(
    ("matrix", "rotate", "seen"),
    [
        ("595 0 0 842 0 0", 0, lambda pixels: pixels),
        ("589.3 0 0 836.7 3.1 2.9", 0, lambda pixels: pixels),  # it misses the edges by a little
        ("-595 0 0 842 595 0", 0, np.fliplr),
        ("595 0 0 842 0 0", 90, lambda pixels: np.rot90(pixels, -1)),
        ("595 0 0 842 0 0", 180, lambda pixels: np.rot90(pixels, 2)),
    ],
)
def test_a_scan_is_copied_pixel_by_pixel(matrix: str, rotate: int, seen: Callable[[Pixels], Pixels]) -> None:
    sheet = only(image_pdf(grained(), f"q {matrix} cm /I Do Q", extra=f"/Rotate {rotate}"))
    assert np.array_equal(sheet.pixels, seen(np.array(grained())))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("matrix", "rotate", "where"),
    [
        ("595 0 0 842 0 0", 0, "上左"),
        ("-595 0 0 -842 595 842", 0, "下右"),
        ("-595 0 0 842 595 0", 0, "上右"),
        ("595 0 0 842 0 0", 90, "上右"),
        ("595 0 0 842 0 0", 180, "下右"),
        ("595 0 0 842 0 0", 270, "下左"),
    ],
)
def test_a_scan_lies_as_the_page_shows_it(matrix: str, rotate: int, where: str) -> None:
    sheet = only(image_pdf(scan(), f"q {matrix} cm /I Do Q", extra=f"/Rotate {rotate}"))
    assert (sheet.width, sheet.height) == ((1169, 827) if rotate % 180 else (827, 1169))
    assert corner(sheet) == where


@pytest.mark.parametrize(("matrix", "where"), [("0 842 -595 0 595 0", "下左"), ("0 -842 595 0 0 842", "上右")])
def test_a_scan_turned_by_its_matrix_is_turned(matrix: str, where: str) -> None:
    sheet = only(image_pdf(scan((1169, 827)), f"q {matrix} cm /I Do Q"))
    assert (sheet.width, sheet.height) == (827, 1169)
    assert corner(sheet) == where


def test_a_masked_scan_is_rendered_as_it_shows() -> None:
    mask = (
        "<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /BitsPerComponent 8 /ColorSpace /DeviceGray /Length 1 >>"
    )
    masked = image_pdf(
        scan(), "q 595 0 0 842 0 0 cm /I Do Q", mask="/SMask 7 0 R", object=f"{mask}\nstream\n\0\nendstream"
    )
    sheet = only(masked)
    assert sheet.pixels is not None and (sheet.pixels == 255).all()


def test_a_drawing_over_a_scan_stays_in_the_pixels() -> None:
    content = "q 595 0 0 842 0 0 cm /I Do Q 1 0 0 rg 300 300 200 200 re f"
    sheet = only(image_pdf(scan(), content))
    assert sheet.choice == "整页为图像，识读像素" and sheet.height == 2339
    assert sheet.pixels is not None and tuple(sheet.pixels[1250, 1100]) == (255, 0, 0)


def test_fax_pixels_are_made_square() -> None:
    sheet = only(image_pdf(scan((827, 585)), "q 595 0 0 842 0 0 cm /I Do Q"))
    assert (sheet.width, sheet.height) == (827, 1170)


def test_pages_are_judged_one_by_one() -> None:
    content = page_pdf(text(FORM, 50, 700), "", text("\ue000" * 40, 50, 700), text(FORM, 50, 500))
    sheets = list(files_to_sheets([content], name="表.pdf"))
    assert count_pages([content], name="表.pdf") == 4
    assert [sheet.number for sheet in sheets] == [1, 2, 3, 4]
    assert [isinstance(sheet, Sheet) and sheet.pixels is None for sheet in sheets] == [True, False, False, True]


def test_what_was_filled_in_is_read_with_the_page() -> None:
    value = stream(
        text("已填写", 2, 3).encode(),
        "/Type /XObject /Subtype /Form /BBox [0 0 100 20] /Resources << /Font << /F 3 0 R >> >>",
    )
    field = (
        b"<< /Type /Annot /Subtype /FreeText /Rect [50 600 150 620] /F 4 /Contents (x) /DA (/F 10 Tf) "
        b"/AP << /N 6 0 R >> >>"
    )
    sheet = only(page_pdf(text(FORM, 50, 700), objects=[value, field], extra="/Annots [7 0 R]"))
    assert words_of(sheet) == [FORM, "已填写"]


def test_damage_is_told_with_the_name_of_the_file() -> None:
    whole = page_pdf(text(FORM, 50, 700))
    for broken in (whole[:60], b"%PDF-1.7\n" + b"\0" * 500):
        with pytest.raises(UnreadableDocument, match=r"表\.pdf.*损坏"):
            count_pages([broken], name="表.pdf")
        with pytest.raises(UnreadableDocument, match=r"表\.pdf.*损坏"):
            next(files_to_sheets([broken], name="表.pdf"))


def test_a_file_with_a_wrong_table_is_repaired() -> None:
    whole = page_pdf(text(FORM, 50, 700))
    assert words_of(only(whole.replace(b"startxref\n", b"startxref\n9"))) == [FORM]


def test_text_that_pdfium_drops_is_missed() -> None:
    lost = "".join(text(han, 50, 600 - 12 * row) for row, han in enumerate(FORM))  # no glyph, no width, dropped
    sheet = only(page_pdf(text("项目名称", 50, 700) + lost))
    assert sheet.choice == "部分文字取不出，识读像素" and sheet.pixels is not None


def test_equal_lines_close_together_are_not_taken_for_one() -> None:
    lines = "".join(text(FORM, 50, 700 - 12 * row) for row in range(4))
    sheet = only(page_pdf(lines))
    assert sheet.choice == "部分文字取不出，识读像素" or words_of(sheet) == [FORM] * 4


def test_a_line_drawn_twice_to_look_bold_is_one() -> None:
    sheet = only(page_pdf(text(FORM, 50, 700) + text(FORM, 50.3, 700)))
    assert sheet.choice.startswith("文字层可用") and words_of(sheet) == [FORM]


def test_a_page_that_is_no_page_is_spoilt_alone() -> None:
    content = page_pdf(text(FORM, 50, 700), text(FORM, 50, 600), text(FORM, 50, 500))
    broken = content.replace(b"/Kids [6 0 R 8 0 R 10 0 R]", b"/Kids [6 0 R 3 0 R 10 0 R]")
    sheets = list(files_to_sheets([broken], name="表.pdf"))
    assert [type(sheet) for sheet in sheets] == [Sheet, Spoilt, Sheet]
    assert isinstance(sheets[1], Spoilt) and sheets[1].number == 2 and "第2页" in sheets[1].reason


def test_a_password_is_asked_for_and_tried() -> None:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(page_pdf(text(FORM, 50, 700))))
    writer.encrypt("secret", algorithm="RC4-128")
    buffer = io.BytesIO()
    writer.write(buffer)
    content = buffer.getvalue()
    with pytest.raises(UnreadableDocument, match=r"已加密.*--password"):
        count_pages([content], name="表.pdf")
    with pytest.raises(UnreadableDocument, match="密码不对"):
        next(files_to_sheets([content], name="表.pdf", password="wrong"))
    (sheet,) = files_to_sheets([content], name="表.pdf", password="secret")
    assert isinstance(sheet, Sheet) and words_of(sheet) == [FORM]


def test_the_real_printed_form_is_read_from_its_layer(shared: Path) -> None:
    sheet = only((shared / "pages/a/001_clean.pdf").read_bytes())
    assert (sheet.width, sheet.height, sheet.choice) == (1653, 2339, "文字层可用，直接取字")
    (scan,) = [
        scan
        for scan in json.loads((shared / "pages/a/manifest.json").read_text("utf-8"))
        if scan["name"] == "001_clean"
    ]
    forms = json.loads((shared / "gold/forms.json").read_text("utf-8"))
    (truth,) = [form for form in forms if {"file": form["file"], "index": form["index"]} == scan["form"]]
    printed = {"财政项目支出绩效自评表", truth["project_name"], truth["supervising_department"]}
    assert printed <= set(words_of(sheet))
    assert len(sheet.rules) == 275
    assert min(rule.x0 for rule in sheet.rules) == pytest.approx(
        14 / 25.4 * 200, abs=4
    )  # the margin it was printed with


def test_a_real_scan_gives_the_pixels_of_its_image(shared: Path) -> None:
    sheet = only((shared / "pages/b/008_clean.pdf").read_bytes())
    assert (sheet.width, sheet.height, sheet.choice) == (2339, 1653, "整页为图像，识读像素")
