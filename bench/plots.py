"""The pictures of docs/benchmarks.md, drawn from the records that the benchmarks write."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bench.accuracy_report import HOUSE
from bench.stages import LINES

FONTS = ("Noto Sans CJK SC", "WenQuanYi Micro Hei", "sans-serif")
OURS, PEER, LIMIT, OTHER = "#1f5fa8", "#b8bec6", "#c0392b", "#7aa6d8"
WIDE, ROW = 8.0, 0.42  # inches
DPI = 110

Record = Mapping[str, Any]


@contextmanager
def _figure(target: Path, *, high: float, panels: tuple[int, int] = (1, 1)) -> Iterator[Sequence[Axes]]:
    """Axes to draw on, row by row; written when the context ends. The file's bytes depend on what is drawn alone."""
    with mpl.rc_context({"font.family": FONTS, "axes.unicode_minus": False, "axes.spines.top": False,
                         "axes.spines.right": False}):  # fmt: skip
        figure = Figure(figsize=(WIDE, high), dpi=DPI, layout="constrained")
        yield list(figure.subplots(*panels, squeeze=False).ravel())
        figure.savefig(target, metadata={"Software": None})


def draw_bars(target: Path, shares: Mapping[str, float], *, title: str, form: str, limit: float | None = None) -> None:
    """A bar a program, ours in its own colour, each with its figure."""
    with _figure(target, high=1.1 + ROW * len(shares)) as (axes,):
        names = list(shares)[::-1]
        bars = axes.barh(names, [shares[name] for name in names], color=[_colour(name) for name in names])
        axes.bar_label(bars, fmt=form, padding=3)
        axes.margins(x=0.12)
        axes.set_title(title)
        if limit is not None:
            axes.axvline(limit, color=LIMIT, linewidth=1)


def _colour(name: str) -> str:
    return OURS if name == HOUSE else PEER


def draw_stages(target: Path, documents: Sequence[Record]) -> None:
    """Where the milliseconds of a page go, a bar a document, recognition first; a mark at each one's limit."""
    with _figure(target, high=2.6 + ROW * len(documents)) as (axes,):
        names = [str(one["file"]) for one in documents][::-1]
        stages = sorted(documents[0]["stages"], key=lambda stage: stage != LINES)
        begun = [0.0] * len(names)
        colours = mpl.colormaps["tab20"].colors  # type: ignore[attr-defined]
        for stage, colour in zip(stages, colours, strict=False):
            took = [1000 * one["stages"][stage] for one in documents][::-1]
            axes.barh(names, took, left=begun, label=stage, color=colour)
            begun = [before + more for before, more in zip(begun, took, strict=True)]
        limits = [1000 * one["limit"] for one in documents][::-1]
        axes.scatter(limits, names, marker="|", s=260, color=LIMIT, zorder=3, label="下限")
        axes.set_title("每页毫秒，按环节")
        axes.legend(ncols=5, fontsize=7, loc="upper center", bbox_to_anchor=(0.4, -0.12), frameon=False)


def draw_growth(target: Path, growth: Record) -> None:
    """Four panels: seconds a page over pages and over cells, milliseconds a form over forms, pace over workers."""
    with _figure(target, high=6.0, panels=(2, 2)) as (pages, cells, forms, workers):
        _curve(pages, [(one["pages"], one["seconds"] / one["pages"]) for one in growth["pages"]])
        pages.set(title="一份文件的页数", xlabel="页", ylabel="秒/页")
        _curve(cells, [(one["cells"] / one["pages"], one["seconds"]) for one in growth["cells"]])
        cells.set(title="每页单元格", xlabel="单元格/页", ylabel="秒/页")
        _curve(forms, [(one["forms"], 1000 * one["seconds"] / one["forms"]) for one in growth["forms"]])
        forms.set(title="一批表单（只计找疑点）", xlabel="张", ylabel="毫秒/张", xscale="log")
        alone = growth["workers"][0]["seconds"]
        _curve(workers, [(one["workers"], alone / one["seconds"]) for one in growth["workers"]])
        workers.set(title=f"进程（{growth['cores']} 核）", xlabel="进程", ylabel="快几倍")


def _curve(axes: Axes, points: Sequence[tuple[float, float]]) -> None:
    ordered = sorted(points)
    axes.plot(*zip(*ordered, strict=True), marker="o", color=OURS)
    axes.set_ylim(0, 1.15 * max(value for _, value in ordered))


def draw_soak(target: Path, soak: Record) -> None:
    """Three panels over the minutes of a run: pages a minute, memory, open files."""
    looks = soak["looks"]
    minutes = [look["seconds"] / 60 for look in looks]
    panels: tuple[tuple[str, Callable[[Record], float]], ...] = (
        ("内存 MB（各进程合计）", lambda look: look["memory_mb"]),
        ("打开的文件（各进程合计）", lambda look: look["handles"]),
    )
    with _figure(target, high=6.0, panels=(3, 1)) as (pace, *others):
        step = max(1, len(looks) // 40)
        steps = list(pairwise(looks[::step]))
        pace.step(
            [late["seconds"] / 60 for _, late in steps],
            [60 * (late["pages"] - early["pages"]) / (late["seconds"] - early["seconds"]) for early, late in steps],
            color=OURS,
        )
        pace.set(title="页/分钟", ylim=(0, None))
        for axes, (title, value) in zip(others, panels, strict=True):
            axes.plot(minutes, [value(look) for look in looks], color=OURS)
            axes.set(title=title, ylim=(0, None))
        others[-1].set_xlabel("分钟")
