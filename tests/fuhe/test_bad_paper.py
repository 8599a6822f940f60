"""Bad and odd paper through the command: read rightly, or refused with the reason, and always accounted for."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pypdf
import pytest
from PIL import Image, ImageDraw, ImageFont
from typer.testing import CliRunner

from fuhe.cli import app
from tests.fuhe.paper import FORM, GRID, TITLE, grid_image, pdf_page, picture
from tests.ocr.pdf import page_pdf, text

HEADS = ("项目名称", "主管部门", "年度资金总额")


@dataclass(frozen=True, slots=True)
class Run:
    """What a run of ``fuhe extract`` left."""

    code: int
    said: str
    out: Path

    def record(self) -> dict[str, Any]:
        record: dict[str, Any] = json.loads((self.out / "run.json").read_text(encoding="utf-8"))
        return record

    def only_input(self) -> dict[str, Any]:
        (entry,) = self.record()["inputs"]
        assert isinstance(entry, dict)
        return entry

    def lines(self, name: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (self.out / name).read_text(encoding="utf-8").splitlines()]

    def rows(self) -> list[tuple[str, ...]]:
        """The texts of all tables row by row."""
        rows: dict[tuple[int, int], list[str]] = {}
        for table in self.lines("tables.jsonl"):
            for cell in table["cells"]:
                rows.setdefault((table["table"], cell["row"]), []).append(cell["text"])
        return [tuple(row) for row in rows.values()]


def extract(path: Path, content: bytes, *options: str, command: str = "extract") -> Run:
    path.write_bytes(content)
    out = path.parent / "out"
    ended = CliRunner().invoke(app, [command, str(path), "-o", str(out), *options])
    return Run(code=ended.exit_code, said=ended.stdout, out=out)


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def size_of(path: Path) -> tuple[int, int]:
    with Image.open(path) as image:
        return image.size


# Odd, and read.


def cmyk_jpeg() -> bytes:
    return saved(grid_image().convert("RGB").convert("CMYK"), "JPEG", quality=90)


def exif_jpeg() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6
    return saved(grid_image().rotate(90, expand=True), "JPEG", exif=exif)


def fax(*images: Image.Image) -> bytes:
    """Pages as a fax machine sends them: 204 x 98 dpi, one bit."""
    first, *others = [image.resize((1728, 1143)).convert("1", dither=Image.Dither.NONE) for image in images]
    return saved(first, "TIFF", save_all=True, append_images=others, dpi=(204, 98), compression="group4")


@pytest.mark.parametrize(
    ("name", "content"), [("印刷.jpg", cmyk_jpeg()), ("手机.jpg", exif_jpeg()), ("反面.png", picture(turn=180))]
)
def test_odd_pictures_are_read(tmp_path: Path, name: str, content: bytes) -> None:
    run = extract(tmp_path / name, content)
    assert run.rows() == list(GRID)
    assert [page["state"] for page in run.only_input()["pages"]] == ["read"]


def test_every_page_of_a_fax_is_read_in_its_true_shape(tmp_path: Path) -> None:
    run = extract(tmp_path / "传真.tif", fax(grid_image(), grid_image(GRID[::-1])))
    assert run.rows() == [*GRID, *GRID[::-1]]
    scans = [page["scan"] for page in run.lines("pages.jsonl")]
    assert scans == [{"width": 1728, "height": 2379}] * 2


def test_a_long_screenshot_is_read_to_its_last_row(tmp_path: Path) -> None:
    image = Image.new("RGB", (560, 5100), "white")
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(30)
    rows = [(f"{number}", f"{number * 37 % 1000}.50") for number in range(100, 135)]
    for place, row in enumerate(rows):
        for col, word in enumerate(row):
            x, y = 30 + 250 * col, 60 + 140 * place
            draw.rectangle((x, y, x + 250, y + 140), outline=0, width=2)
            draw.text((x + 125, y + 70), word, fill=0, font=font, anchor="mm")
    run = extract(tmp_path / "长截图.png", saved(image, "PNG"))
    assert run.rows() == rows
    assert run.record()["counts"]["pages"] == 5


@pytest.mark.parametrize(("password", "code", "told"), [("", 3, "--password"), ("错", 3, "密码不对"), ("对", 0, "")])
def test_an_encrypted_pdf_wants_its_password(tmp_path: Path, password: str, code: int, told: str) -> None:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(page_pdf(pdf_page(form_rows(), title=TITLE))))
    writer.encrypt("对", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    run = extract(tmp_path / "加密.pdf", out.getvalue(), *(["--password", password] if password else []))
    assert run.code == code and told in run.said
    assert [entry["status"] for entry in run.record()["inputs"]] == ["unreadable" if code else "read"]


def form_rows() -> list[tuple[str, str, str, str]]:
    """A whole form in four columns."""
    return [
        ("项目名称", "农村公路养护费", "主管部门", "河口县交通运输总局"),
        ("年度资金总额", "48.30", "全年执行数", "45.99"),
        ("一级指标", "三级指标", "年度指标值", "实际完成值"),
        ("产出指标", "养护里程", "≥12公里", "12公里"),
        ("效益指标", "群众满意率", "≥90%", "95%"),
    ]


# Pages that give no form.


def mixed_pdf() -> bytes:
    """A cover, a form, a blank page and a page of prose."""
    prose = "".join(
        text(f"{line}．为加强预算绩效管理，现将自评情况说明如下。", 60, 700 - 20 * line) for line in range(8)
    )
    return page_pdf(text("绩效自评材料汇编", 200, 500), pdf_page(form_rows(), title=TITLE), "", prose)


def test_blank_pages_and_prose_are_told_and_are_no_errors(tmp_path: Path) -> None:
    run = extract(tmp_path / "汇编.pdf", mixed_pdf())
    entry = run.only_input()
    assert run.code == 0
    assert [page["state"] for page in entry["pages"]] == ["read", "read", "blank", "read"]
    assert any(warning.startswith("第 3 页：空白页") for warning in entry["warnings"])
    assert any(warning.startswith("第 1、4 页有文字，没有表单") for warning in entry["warnings"])
    lines = [line["text"] for page in run.lines("pages.jsonl") for line in page["lines"]]
    assert "绩效自评材料汇编" in lines and "7．为加强预算绩效管理，现将自评情况说明如下。" in lines


def test_a_document_of_blank_pages_says_so(tmp_path: Path) -> None:
    run = extract(tmp_path / "空白.pdf", page_pdf("", ""))
    assert run.code == 3 and "全部 2 页都是空白" in run.said


def test_everything_adds_up(tmp_path: Path) -> None:
    run = extract(tmp_path / "汇编.pdf", mixed_pdf())
    record = run.record()
    counts, (entry,) = record["counts"], record["inputs"]
    states = ("pages_with_form", "pages_without_form", "pages_blank", "pages_unread")
    assert counts["pages"] == sum(counts[state] for state in states) == len(entry["pages"]) == 4
    assert [counts[state] for state in states] == [1, 2, 1, 0]
    assert counts["words"] == counts["words_in_tables"] + counts["words_outside_tables"]
    assert counts["words"] == sum(page["words"] for page in entry["pages"]) == 20 + 1 + 1 + 8
    assert counts["tables"] == counts["tables_with_cells"] + counts["tables_of_lines_only"]
    assert counts["tables"] == len(run.lines("tables.jsonl"))
    assert counts["forms"] == len(run.lines("forms.jsonl")) == entry["forms"] == 1
    assert counts["pages"] == len(run.lines("pages.jsonl"))
    assert {key: counts[key] for key in entry["counts"]} == entry["counts"]


# Pages that cannot be read.


def half_a_jpeg() -> bytes:
    noise = np.random.default_rng(0).integers(0, 256, (900, 700, 3), dtype=np.uint8)
    content = saved(Image.fromarray(noise), "JPEG")
    return content[: len(content) // 2]


def test_a_page_that_cannot_be_read_is_listed_with_its_reason_and_its_picture(tmp_path: Path) -> None:
    folder = tmp_path / "收件"
    folder.mkdir()
    (folder / "表_p1.jpg").write_bytes(saved(grid_image(), "JPEG"))
    (folder / "表_p2.jpg").write_bytes(half_a_jpeg())
    (folder / "表_p3.jpg").write_bytes(b"\xff\xd8\xffnothing")
    out = tmp_path / "out"
    ended = CliRunner().invoke(app, ["audit", str(folder), "-o", str(out)])
    run = Run(code=ended.exit_code, said=ended.stdout, out=out)
    first, half, nothing = run.only_input()["pages"]
    assert run.code == 3 and (first["state"], half["state"], nothing["state"]) == ("read", "unread", "unread")
    assert "没有传完" in half["reason"] and "没有可显示的图像" in nothing["reason"] and nothing["picture"] == ""
    assert size_of(out / half["picture"]) == (700, 900)
    assert half["picture"] in {entry["name"] for entry in run.record()["outputs"]}
    assert "第 2 页" in run.said and half["picture"] in run.said
    sheet = openpyxl.load_workbook(out / "findings.xlsx")["未读入文件"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert [(row[1], row[4]) for row in rows if row[1]] == [("第 2 页", half["picture"]), ("第 3 页", "")]
    report = (out / "report.html").read_text(encoding="utf-8")
    assert "第 2 页" in report and "看图" in report and "页未读入" in report


def test_a_picture_that_is_all_there_is_of_an_unread_file_is_told_with_it(tmp_path: Path) -> None:
    run = extract(tmp_path / "半张.jpg", half_a_jpeg())
    entry = run.only_input()
    assert run.code == 3 and entry["status"] == "unreadable" and "没有传完" in entry["reason"]
    assert run.said.count("没有传完") == 1 and entry["pages"][0]["picture"] in run.said


@pytest.mark.parametrize("share", [0.9, 0.5, 0.1])
def test_a_truncated_pdf_is_refused_or_doubted(tmp_path: Path, share: float) -> None:
    whole = page_pdf(*(pdf_page(form_rows(), title=TITLE) for _ in range(3)))
    run = extract(tmp_path / "半份.pdf", whole[: int(share * len(whole))])
    assert run.code == 3
    assert "已损坏或没有传完" in run.said and "重新拷贝" in run.said


def test_a_pdf_that_lost_the_content_of_a_page_is_warned_of(tmp_path: Path) -> None:
    whole = page_pdf(pdf_page(form_rows(), title=TITLE), pdf_page(form_rows(), title=TITLE))
    content = whole.replace(b"/Contents 9 0 R", b"/Contents 99 0 R")
    entry = extract(tmp_path / "缺页.pdf", content).only_input()
    assert [page["state"] for page in entry["pages"]] == ["read", "blank"]
    assert any("第 2 页：PDF已损坏" in warning for warning in entry["warnings"])


def test_an_illegibly_large_picture_is_refused_with_the_reason(tmp_path: Path) -> None:
    image = Image.new("L", (5600, 5600), 255)
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(11)
    for y in range(0, 2000, 24):
        draw.text((10, y), "0123456789 ABCDEFGH " * 20, fill=0, font=font)
    run = extract(tmp_path / "大图.jpg", saved(image, "JPEG", quality=60))
    assert run.code == 3 and "5600×5600像素" in run.said and "会丢字" in run.said
    (page,) = run.only_input()["pages"]
    assert size_of(run.out / page["picture"]) == (3000, 3000)


def test_a_seal_is_recorded_with_its_page_and_box(tmp_path: Path) -> None:
    image = grid_image().convert("RGB")
    ImageDraw.Draw(image).ellipse((1000, 1200, 1300, 1500), outline=(215, 50, 50), width=14)
    run = extract(tmp_path / "盖章.png", saved(image, "PNG"))
    (mark,) = run.only_input()["pages"][0]["marks"]
    assert mark["kind"] == "red" and mark["box"] == pytest.approx([1000, 1200, 1300, 1500], abs=16)
    assert run.record()["counts"]["marks"] == 1


def test_drawing_documents_without_paper_draws_nothing(tmp_path: Path) -> None:
    run = extract(tmp_path / "表.txt", "\t".join(FORM[0]).encode(), "--draw")
    assert not (run.out / "pages").exists() and "标注图" not in run.said
