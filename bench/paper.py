"""Forms on worn paper: printed in many looks, rasterised, damaged, and written as scans with their truth.

Usage: ``python -m bench.paper OUT --forms 24 --seed 5 [--gold FORMS.json] [--kinds fax,photo] [--rulings none,level]``.
OUT gets the scans, ``manifest.json`` (one entry a document) and ``truth.json`` (contract records by document name).
"""

from __future__ import annotations

import argparse
import io
import json
import random
import re
import shutil
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path
from typing import TypedDict

import cv2
import numpy as np
import pypdfium2

from bench.flatten import BROWSERS_AT_ONCE, read_gold
from bench.layouts import form_to_table
from bench.print_forms import STYLES, Style, print_pdf, tables_to_html
from bench.stamp import Pixels
from bench.synthesis import synthesise
from bench.wear import DAMAGES, DPI, clean, wear
from domain.form import Form, SelfEvaluation
from fuhe.records import form_to_record

FORMS_IN_ONE_DOCUMENT = (1, 1, 1, 2, 1, 1, 1, 1, 1)  # nine against fourteen kinds, so that every kind gets its turn
COVER_PLACE = 5  # the one document whose form comes after a letter
BORDERS_PT = (0.4, 0.5, 0.75, 1, 1.5)  # Word's hairline to its heavy frame
SIZES_PT = (9, 9, 10, 10.5, 12)  # 小五 to 小四
MARGINS_MM = (12, 15, 18, 22)
PADDINGS_PT = (1, 2, 3)
LANDSCAPE_SHARE = 0.25  # most forms stand upright; these also fit one page more often
OPEN_SIDES_SHARE = 0.2  # tables without the outer lines left and right
JPEG_QUALITY = 92  # of the written files; the damages bring their own losses
LONG_SIDE_PT = 841.89  # A4
OPEN_SIDES = "table{border-left:hidden;border-right:hidden}"  # in collapsed borders `hidden` beats every cell's line
DIGITAL = "digital"  # no damage: the PDF stays as printed
# Which lines of a form are printed; where not all are, the manifest's kind says so behind a plus sign.
RULINGS = {
    "full": "",
    "level": "td,table{border-left:hidden;border-right:hidden}",
    "sections": "td,table{border-style:none}table{border-top:1pt solid;border-bottom:1pt solid}"
    "tr.head td{border-top:.75pt solid;border-bottom:.75pt solid}",
    "frame": "td{border-style:none}table{border:1pt solid}",
    "none": "td,table{border-style:hidden}",
}
_HEAD_ROW = re.compile("<tr>(?=(?:(?!</tr>).)*(?:三级指标|三级目标|年初预算数|全年预算数))")


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One way to print: a style, the width of the lines in points, whether the outer side lines are left out, and which
    lines are drawn at all: a key of RULINGS.
    """

    style: Style
    border_pt: float
    open_sides: bool
    ruling: str = "full"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One document before it is printed; ``kind`` is a key of DAMAGES or DIGITAL; ``digital`` ones stay as printed."""

    name: str
    kind: str
    digital: bool
    as_pdf: bool
    forms: tuple[Form, ...]
    look: Look
    html: str
    seed: int


class Entry(TypedDict):
    """One line of manifest.json; ``form`` lists places in the document's list of truth.json."""

    name: str
    kind: str
    files: list[str]
    pages: int
    style: dict[str, object]
    form: list[int]
    html: str


def draw_look(rng: random.Random, style: Style) -> Look:
    """A style with its own orientation, size, margin, padding and lines."""
    own = replace(
        style,
        landscape=rng.random() < LANDSCAPE_SHARE,
        size_pt=rng.choice(SIZES_PT),
        margin_mm=rng.choice(MARGINS_MM),
        padding_pt=rng.choice(PADDINGS_PT),
    )
    return Look(style=own, border_pt=rng.choice(BORDERS_PT), open_sides=rng.random() < OPEN_SIDES_SHARE)


def look_to_css(look: Look) -> str:
    """The rules that go after those of the style."""
    return f"td{{border-width:{look.border_pt}pt}}" + OPEN_SIDES * look.open_sides + RULINGS[look.ruling]


def forms_to_html(forms: Sequence[Form], look: Look, *, rng: random.Random) -> str:
    """The printed document of some forms, a sheet each."""
    html = tables_to_html([form_to_table(form, rng) for form in forms], look.style)
    if look.ruling == "sections":
        html = _HEAD_ROW.sub('<tr class="head">', html)
    return html.replace("</style>", f"{look_to_css(look)}</style>", 1)


def add_cover(html: str, form: Form) -> str:
    """The document with a letter of one page before its first sheet."""
    unit = form.implementing_unit if isinstance(form, SelfEvaluation) else form.declaring_unit
    told = (form.expected_goal, form.actual_completion) if isinstance(form, SelfEvaluation) else (form.goals, form.plan)
    year, project = escape(form.year.text), escape(form.project_name.text)
    paragraphs = (
        f"现将我单位“{project}”{year}年度绩效情况报告如下，表格附后。",
        *(escape(field.text) for field in told),
        "我单位对所报材料的真实性、完整性负责。如有疑问，请与我单位财务部门联系。",
    )
    prose = "".join(f'<p style="text-align:justify;text-indent:2em;line-height:2">{text}</p>' for text in paragraphs)
    letter = (
        f"<section><h2>关于报送{year}年度项目绩效情况的函</h2>"
        f'<p style="text-align:left">市财政局：</p>{prose}'
        f'<p style="text-align:right">{escape(unit.text)}</p><p style="text-align:right">{year}年12月31日</p></section>'
    )
    return html.replace("<section>", f"{letter}<section>", 1)


def forms_to_jobs(
    forms: Sequence[Form],
    *,
    seed: int,
    kinds: Sequence[str] = tuple(DAMAGES),
    rulings: Sequence[str] = ("full",),
) -> tuple[Job, ...]:
    """The documents to make, each kind of damage with each ruling in turn; the same for the same seed.

    KeyError: no such kind or ruling.
    """
    for kind in kinds:
        {**DAMAGES, DIGITAL: clean}[kind]
    ways = [(kind, ruling) for ruling in rulings for kind in kinds if RULINGS[ruling] is not None]
    jobs: list[Job] = []
    start = 0
    while start < len(forms):
        place = len(jobs)
        bundle = tuple(forms[start : start + FORMS_IN_ONE_DOCUMENT[place % len(FORMS_IN_ONE_DOCUMENT)]])
        jobs.append(_bundle_to_job(bundle, place=place, seed=seed, ways=ways))
        start += len(bundle)
    return tuple(jobs)


def _bundle_to_job(forms: tuple[Form, ...], *, place: int, seed: int, ways: Sequence[tuple[str, str]]) -> Job:
    rng = random.Random(f"{seed}-{place}")
    turn, (kind, ruling) = place // len(ways), ways[place % len(ways)]
    look = replace(draw_look(rng, STYLES[place % len(STYLES)]), ruling=ruling)
    html = forms_to_html(forms, look, rng=rng)
    return Job(
        name=f"{place + 1:03}_{kind}",
        kind=kind,
        digital=kind == DIGITAL or (kind == "clean" and turn % 2 == 0),
        as_pdf=(place + turn) % 2 == 0,
        forms=forms,
        look=look,
        html=add_cover(html, forms[0]) if place == COVER_PLACE else html,
        seed=rng.getrandbits(32),
    )


def pdf_to_pages(pdf: Path) -> tuple[Pixels, ...]:
    """The pages at DPI, RGB."""
    with pypdfium2.PdfDocument(pdf) as document:
        rendered = [page.render(scale=DPI / 72, rev_byteorder=True).to_numpy() for page in document]
        return tuple(np.array(page[..., :3], dtype=np.uint8, order="C") for page in rendered)


def pages_to_pdf(pages: Sequence[Pixels], target: Path) -> None:
    """A PDF of images only, one to a sheet as long as A4: two-tone pages without loss, the others as JPEG."""
    document = pypdfium2.PdfDocument.new()
    for pixels in pages:
        image = pypdfium2.PdfImage.new(document)
        if is_two_tone(pixels):
            bitmap = np.ascontiguousarray(pixels[..., 0])
            image.set_bitmap(_grey_bitmap(bitmap))
        else:
            image.load_jpeg(io.BytesIO(pixels_to_jpeg(pixels)), inline=True)
        height, width = pixels.shape[:2]
        scale = LONG_SIDE_PT / max(height, width)
        page = document.new_page(width * scale, height * scale)
        image.set_matrix(pypdfium2.PdfMatrix().scale(width * scale, height * scale))
        page.insert_obj(image)
        page.gen_content()
        page.close()
    document.save(target)
    document.close()


def is_two_tone(pixels: Pixels) -> bool:
    """True for a page of black and white only."""
    return bool(np.isin(pixels, (0, 255)).all())


def pixels_to_jpeg(pixels: Pixels) -> bytes:
    """A JPEG file of an RGB page."""
    flags = [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY]
    _, packed = cv2.imencode(".jpg", cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR), flags)
    return packed.tobytes()


def _grey_bitmap(grey: Pixels) -> pypdfium2.PdfBitmap:
    """A PDFium bitmap of one channel."""
    bitmap = pypdfium2.PdfBitmap.new_native(grey.shape[1], grey.shape[0], pypdfium2.raw.FPDFBitmap_Gray)
    bitmap.to_numpy()[:] = grey.reshape(bitmap.to_numpy().shape)
    return bitmap


def write_document(job: Job, pdf: Path, folder: Path) -> Entry:
    """The printed document damaged page by page and written to ``folder``."""
    pages = pdf_to_pages(pdf)
    files = [f"{job.name}.pdf"]
    if job.digital:
        shutil.copyfile(pdf, folder / files[0])
    else:
        worn = [wear(page, job.kind, seed=job.seed + number) for number, page in enumerate(pages)]
        if job.as_pdf:
            pages_to_pdf(worn, folder / files[0])
        else:
            files = [f"{job.name}_p{number}.jpg" for number in range(1, len(worn) + 1)]
            for file, pixels in zip(files, worn, strict=True):
                (folder / file).write_bytes(pixels_to_jpeg(pixels))
    return Entry(
        name=job.name,
        kind=job.kind if job.look.ruling == "full" else f"{job.kind}+{job.look.ruling}",
        files=files,
        pages=len(pages),
        style=_look_to_style(job.look, seed=job.seed),
        form=list(range(len(job.forms))),
        html=job.html,
    )


def _look_to_style(look: Look, *, seed: int) -> dict[str, object]:
    """What the manifest tells of the print."""
    style = look.style
    return {
        "id": style.id,
        "font": style.font,
        "size": style.size_pt,
        "border": look.border_pt,
        "open_sides": look.open_sides,
        "ruling": look.ruling,
        "margin_mm": style.margin_mm,
        "landscape": style.landscape,
        "widths": list(style.widths),
        "nobreak": not style.break_in_rows,
        "seed": seed,
    }


def make_paper(jobs: Sequence[Job], folder: Path) -> tuple[Entry, ...]:
    """Every document printed, damaged and written, then manifest.json and truth.json. RuntimeError: no browser."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as spare:
        prints = [Path(spare) / f"{job.name}.pdf" for job in jobs]
        with ThreadPoolExecutor(BROWSERS_AT_ONCE) as pool:
            list(pool.map(lambda pair: print_pdf(pair[0].html, pair[1]), zip(jobs, prints, strict=True)))
        entries = tuple(write_document(job, pdf, folder) for job, pdf in zip(jobs, prints, strict=True))
    truth = {job.name: [form_to_record(form) for form in job.forms] for job in jobs}
    for name, content in (("manifest.json", entries), ("truth.json", truth)):
        (folder / name).write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
    return entries


def _arguments(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.paper", description=__doc__)
    parser.add_argument("out", type=Path, help="folder for the scans, manifest.json and truth.json")
    source = parser.add_mutually_exclusive_group()
    source.add_argument("--gold", type=Path, help="JSON list of transcribed forms")
    source.add_argument("--forms", type=int, default=24, help="number of invented forms")
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--kinds", default=",".join(DAMAGES), help=f"kinds of damage, in turn; {DIGITAL} for none")
    parser.add_argument("--rulings", default="full", help=f"which lines are printed, in turn: {', '.join(RULINGS)}")
    return parser.parse_args(words)


def main(words: Sequence[str]) -> int:
    """Writes the scans and says how many; 0 when done."""
    arguments = _arguments(words)
    seed = arguments.seed
    forms = read_gold(arguments.gold) if arguments.gold else synthesise(arguments.forms, seed=seed)
    kinds, rulings = arguments.kinds.split(","), arguments.rulings.split(",")
    entries = make_paper(forms_to_jobs(forms, seed=seed, kinds=kinds, rulings=rulings), arguments.out)
    print(f"{len(entries)} documents, {sum(entry['pages'] for entry in entries)} pages, {len(forms)} forms")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
