"""docs/benchmarks.md from the records in docs/benchmarks/: ``python -m bench.book [--draw]``.

``make benchmarks`` measures everything again (an hour and more, on a machine with nothing else to do), which writes the
records; this prints the page, and with ``--draw`` draws its pictures.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from bench.accuracy_report import HOUSE, KINDS
from bench.growth import Growth, growth_figures
from bench.plots import draw_bars, draw_growth, draw_soak, draw_stages
from bench.soak import Soak, handle_growth, memory_growth, tenths_to_paces
from bench.stages import MOST, Spent, spent_figures
from bench.tables import Figures, share_to_text

DOCS = Path(__file__).resolve().parents[1] / "docs"
RECORDS, PICTURES = DOCS / "benchmarks", DOCS / "images"
NAMES = ("accuracy", "speed", "stages", "growth", "soak")
REMARK = "remark.md"  # what else there is to know of this measurement: who else used the machine

Record = Mapping[str, Any]

HEAD = """# 实测

本页由 `python -m bench.book > docs/benchmarks.md` 从 `docs/benchmarks/` 中的记录写成，图由 `--draw` 画出；
`make benchmarks` 重新测量并改写记录（需 Chromium，一小时以上，期间机器不做别的事）。
机器：{cores} 核。秒数只说明这台机器；与同类程序之比是同一次运行中交替测得的，换一台机器大致不变。
同类程序按其作者的默认设置运行；RapidOCR、PaddleOCR 与复核用同一套识别权重，差别在于怎样找格、怎样裁行。
PaddleOCR 的表格模型（PP-StructureV3）需要联网下载权重，未测。
"""


def read_records(folder: Path = RECORDS) -> dict[str, Any]:
    """The records by name, and the remark. FileNotFoundError where one was never measured."""
    records = {name: json.loads((folder / f"{name}.json").read_text(encoding="utf-8")) for name in NAMES}
    remark = folder / REMARK
    return records | {"remark": remark.read_text(encoding="utf-8") if remark.is_file() else ""}


def book(records: Record) -> Iterator[str]:
    """The lines of the page."""
    yield HEAD.format(cores=records["growth"]["cores"])
    if records["remark"]:
        yield records["remark"]
    yield from _accuracy(records["accuracy"])
    yield from _speed(records["speed"])
    yield from _stages(records["stages"])
    yield from _growth(records["growth"])
    yield from _soak(records["soak"])


def _accuracy(record: Record) -> Iterator[str]:
    forms = record["forms"]["all"]
    yield "## 准确率"
    yield "\n虚构的表，印成五种版式，十余种损坏，没有参与过调试。命令：\n"
    yield "```\npython -m bench.paper build/bench-paper --forms 44 --seed 17 --kinds digital,clean,office,digital,…"
    yield "fuhe bench accuracy build/bench-paper --json docs/benchmarks/accuracy.json\n```\n"
    yield f"复核读到表单：{forms['found']}/{forms['forms']} 张，字段 {share_to_text(forms['field_accuracy'])}，"
    yield f"指标行 F1 {share_to_text(forms['row_f1'])}，单元格 {share_to_text(forms['cell_accuracy'])}，"
    yield f"资金 {share_to_text(forms['fund_accuracy'])}，整张全对 {forms['exact']} 张。\n"
    yield from _shares("表格还原", record["tables"], ("TEDS", "TEDS-S", "单元格 F1"))
    yield "\n![表格还原](images/bench-tables.png)\n"
    yield from _shares("文字（不计顺序）", record["texts"], ("字 F1", "数字 F1"))
    yield "\n![文字](images/bench-texts.png)\n"
    yield f"置信度与实际正确率平均相差 {record['confidence']['error']:.4f}（格数见记录）。\n"


def _shares(title: str, kinds: Mapping[str, Mapping[str, Mapping[str, Any]]], heads: Sequence[str]) -> Iterator[str]:
    """Means of all documents, and of digital ones, whose peers read nothing else."""
    rows = []
    for kind in ("all", "digital"):
        for program, shares in kinds.get(kind, {}).items():
            values = [share for name, share in shares.items() if name != "documents"]
            rows.append((KINDS.get(kind, kind), str(shares["documents"]), program, *map(share_to_text, values)))
    yield from figures_to_markdown(Figures(title=title, head=("页面", "份", "程序", *heads), rows=tuple(rows)))


def _speed(record: Record) -> Iterator[str]:
    together = record["together"]
    yield "## 速度\n\n每份文件各程序交替读，取中位数。名称中有加号的程序也成表，其余只识读文字。命令：\n"
    yield "```\nfuhe bench speed FILE… --times 1 --json docs/benchmarks/speed.json\n```\n"
    rows = tuple(
        (name, f"{seconds:.2f}", f"{together[HOUSE] / seconds:.2f}", _megabytes(record["peaks"].get(name)))
        for name, seconds in together.items()
        if seconds
    )
    title = f"扫描页（{sum(_pages(record).values())} 页）"
    yield from figures_to_markdown(
        Figures(title=title, head=("程序", "秒/页", "复核所需是其几倍", "内存峰值 MB"), rows=rows)
    )
    yield "\n![速度](images/bench-speed.png)\n"
    digital = tuple((name, f"{1000 * seconds:.0f}") for name, seconds in record["digital"].items() if seconds)
    yield from figures_to_markdown(
        Figures(title="数字 PDF（复核读成表单，pdfplumber 只取第一页的表）", head=("程序", "毫秒/页"), rows=digital)
    )


def _pages(record: Record) -> dict[str, int]:
    return {lap["file"]: lap["pages"] for lap in record["laps"] if lap["file"] in record["scans"]}


def _megabytes(value: float | None) -> str:
    return "–" if value is None else f"{value:.0f}"


def _stages(record: Sequence[Record]) -> Iterator[str]:
    documents = TypeAdapter(tuple[Spent, ...]).validate_python(record)
    share = documents[-1].share
    yield "\n## 时间花在哪里\n"
    yield "下限是只识读这一页各不相同的行所需的时间，其余再怎样安排也低不过它。命令：\n"
    yield "```\npython -m bench.stages FILE… --json docs/benchmarks/stages.json\n```\n"
    yield from figures_to_markdown(spent_figures(documents[:-1]))
    reached = "达到" if share <= MOST else "没有达到"
    yield f"\n全程是下限的 {share:.2f} 倍，目标 {MOST} 倍，{reached}。\n\n![各环节](images/bench-stages.png)\n"


def _growth(record: Record) -> Iterator[str]:
    yield "## 成本怎样增长\n\n```\npython -m bench.growth FILE… --json docs/benchmarks/growth.json\n```\n"
    for figures in growth_figures(TypeAdapter(Growth).validate_python(record)):
        yield from figures_to_markdown(figures)
        yield ""
    yield "![增长](images/bench-growth.png)\n"


def _soak(record: Record) -> Iterator[str]:
    soak = TypeAdapter(Soak).validate_python(record)
    paces = tenths_to_paces(soak)
    yield "## 一次读很多页\n\n```\npython -m bench.soak build/soak --json docs/benchmarks/soak.json\n```\n"
    minutes = soak.seconds / 60
    yield f"一次 `fuhe audit`，{soak.documents} 份文件 {soak.pages} 页，{soak.workers} 个进程，{minutes:.0f} 分钟。"
    yield f"读页末段的内存是稳定之初的 {memory_growth(soak):.2f} 倍，打开的文件 {handle_growth(soak):.2f} 倍；"
    yield f"按页数分作十段，最慢的一段 {min(paces):.2f} 页/秒，最快 {max(paces):.2f}。"
    yield f"内存最多 {max(look.memory_mb for look in soak.looks):.0f} MB。\n"
    yield "![连读](images/bench-soak.png)"


def figures_to_markdown(figures: Figures) -> Iterator[str]:
    """A table with its title above and its notes below."""
    yield f"**{figures.title}**\n"
    yield f"| {' | '.join(figures.head)} |"
    yield f"|{'---|' * len(figures.head)}"
    yield from (f"| {' | '.join(row)} |" for row in figures.rows)
    yield from (f"\n{note}" for note in figures.notes)  # right below it would be one more row


def draw(records: Record, folder: Path = PICTURES) -> None:
    """The pictures of the page."""
    folder.mkdir(parents=True, exist_ok=True)
    accuracy, speed = records["accuracy"], records["speed"]
    tables = {name: shares["teds"] for name, shares in accuracy["tables"]["all"].items()}
    texts = {name: shares["figures"] for name, shares in accuracy["texts"]["all"].items()}
    draw_bars(folder / "bench-tables.png", tables, title="表格还原（TEDS）", form="%.3f")
    draw_bars(folder / "bench-texts.png", texts, title="数字读对（F1）", form="%.3f")
    pace = {name: seconds for name, seconds in speed["together"].items() if seconds}
    draw_bars(folder / "bench-speed.png", pace, title="秒/页", form="%.2f")
    draw_stages(folder / "bench-stages.png", records["stages"])
    draw_growth(folder / "bench-growth.png", records["growth"])
    draw_soak(folder / "bench-soak.png", records["soak"])


def main(words: Sequence[str]) -> int:
    """Prints the page; 0 when done."""
    parser = argparse.ArgumentParser(prog="python -m bench.book", description=__doc__)
    parser.add_argument("--draw", action="store_true", help="also draw the pictures into docs/images")
    arguments = parser.parse_args(words)
    records = read_records()
    print(*book(records), sep="\n")
    if arguments.draw:
        draw(records)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
