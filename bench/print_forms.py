"""Forms on paper: tables as HTML sheets in several office styles, printed to PDF by a headless browser."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from domain.table import Cell, Table

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
PRINT_SECONDS = 120  # one document takes about two seconds; a slow machine gets a minute of grace
QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-pdf-header-footer",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """Look of one printed sheet. ``widths`` are shares of a self-evaluation's columns, from level 1 to the right."""

    id: str
    font: str
    size_pt: float
    line_height: float
    landscape: bool
    margin_mm: int
    padding_pt: float
    widths: tuple[int, ...]
    break_in_rows: bool
    page_numbers: bool
    centred: bool
    spaced_labels: bool


STYLES = (
    Style(
        id="song", font="Noto Serif CJK SC", size_pt=10, line_height=1.35, landscape=False, margin_mm=18,
        padding_pt=2, widths=(6, 8, 20, 13, 13, 7, 7, 20), break_in_rows=True, page_numbers=False,
        centred=True, spaced_labels=False,
    ),
    Style(
        id="hei", font="Noto Sans CJK SC", size_pt=9, line_height=1.2, landscape=True, margin_mm=12,
        padding_pt=1, widths=(9, 12, 22, 12, 12, 6, 6, 21), break_in_rows=False, page_numbers=True,
        centred=False, spaced_labels=False,
    ),
    Style(
        id="ming", font="AR PL UMing CN", size_pt=12, line_height=1.5, landscape=False, margin_mm=25,
        padding_pt=3, widths=(8, 8, 14, 13, 13, 8, 8, 17), break_in_rows=True, page_numbers=True,
        centred=True, spaced_labels=True,
    ),
    Style(
        id="wqy", font="WenQuanYi Micro Hei", size_pt=10.5, line_height=1.3, landscape=False, margin_mm=15,
        padding_pt=2, widths=(8, 10, 18, 12, 16, 7, 7, 16), break_in_rows=True, page_numbers=False,
        centred=False, spaced_labels=False,
    ),
    Style(
        id="kai", font="AR PL UKai CN", size_pt=11, line_height=1.4, landscape=True, margin_mm=20,
        padding_pt=2, widths=(6, 9, 19, 15, 15, 6, 6, 24), break_in_rows=True, page_numbers=False,
        centred=True, spaced_labels=True,
    ),
)  # fmt: skip


def tables_to_html(tables: Sequence[Table], style: Style) -> str:
    """One HTML document, a sheet per table; each sheet starts on a new page."""
    sheets = "".join(f"<section>{table_to_html(table, style)}</section>" for table in tables)
    return f'<!doctype html><html lang="zh-CN"><meta charset="utf-8"><style>{_css(style)}</style>{sheets}</html>'


def table_to_html(table: Table, style: Style) -> str:
    """Heading lines and the table with its merged cells."""
    columns = max(cell.col + cell.col_span for cell in table.cells)
    title, *lines = (escape(cell.text) for cell in table.heading)
    head = f"<h2>{title}</h2>" + "".join(f"<p>{line}</p>" for line in lines)
    rows: dict[int, list[Cell]] = {}
    for cell in table.cells:
        rows.setdefault(cell.row, []).append(cell)
    body = "".join(f"<tr>{''.join(_cell_to_html(cell, style) for cell in rows[row])}</tr>" for row in sorted(rows))
    return f"{head}<table>{_columns(columns, style)}{body}</table>"


def print_pdf(html: str, target: Path) -> None:
    """Prints one HTML document to ``target``; RuntimeError tells when no browser is there or it fails."""
    browser = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if browser is None:
        raise RuntimeError("没有找到 Chromium 浏览器：打印表格需要它，请先执行 make system 或自行安装 chromium。")
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "page.html"
        page.write_text(html, encoding="utf-8")
        command = [browser, *QUIET, f"--user-data-dir={folder}/profile", f"--print-to-pdf={target}", page.as_uri()]
        ended = subprocess.run(command, capture_output=True, timeout=PRINT_SECONDS, check=False)
    if ended.returncode != 0 or not target.exists():
        raise RuntimeError(f"浏览器未能打印 {target.name}：{ended.stderr.decode(errors='replace')[-400:]}")


def _columns(columns: int, style: Style) -> str:
    """Widths: target tables have four columns of their own; a side column is as narrow as one character."""
    if columns == 4:
        shares: tuple[int, ...] = (18, 22, 32, 28)
    elif columns < len(style.widths):
        shares = style.widths[: columns - 1] + style.widths[-1:]
    else:
        shares = (4,) * (columns - len(style.widths)) + style.widths
    return "".join(f'<col style="width:{share * 100 / sum(shares):.2f}%">' for share in shares)


def _cell_to_html(cell: Cell, style: Style) -> str:
    spaced = style.spaced_labels and 2 < len(cell.text) < 5 and cell.col == 0
    text = escape(" ".join(cell.text) if spaced else cell.text)
    spans = f' rowspan="{cell.row_span}"' * (cell.row_span > 1) + f' colspan="{cell.col_span}"' * (cell.col_span > 1)
    return f"<td{spans}>{text}</td>"


def _css(style: Style) -> str:
    number = '@bottom-center{content:"第 " counter(page) " 页";font-size:9pt}' if style.page_numbers else ""
    return (
        f"@page{{size:A4 {'landscape' if style.landscape else 'portrait'};margin:{style.margin_mm}mm;{number}}}"
        f"body{{font-family:'{style.font}';font-size:{style.size_pt}pt;line-height:{style.line_height};margin:0}}"
        "section{break-after:page}h2,p{text-align:center;margin:4pt 0}"
        "table{border-collapse:collapse;width:100%;table-layout:fixed}"
        f"td{{border:0.6pt solid #000;padding:{style.padding_pt}pt;overflow-wrap:anywhere;"
        f"text-align:{'center' if style.centred else 'left'};vertical-align:middle}}"
        f"tr{{break-inside:{'auto' if style.break_in_rows else 'avoid'}}}"
    )
