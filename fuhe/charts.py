"""Small charts as inline SVG: stacked bars and a scatter, drawn by plain code so that the report needs nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from domain.finding import Severity

# Geometry in SVG user units, one to a CSS pixel at full width.
BAR_WIDTH = 520
LABEL_WIDTH = 150
COUNT_WIDTH = 40
ROW_HEIGHT = 24
BAR_HEIGHT = 14
LABEL_CHARS = 11  # Chinese characters of 12 px that fit LABEL_WIDTH

SCATTER_WIDTH = 520
SCATTER_HEIGHT = 260
MARGIN_LEFT, MARGIN_RIGHT, MARGIN_TOP, MARGIN_BOTTOM = 44, 16, 12, 40
TICKS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A piece of a bar: its colour class, what it is called, and how many it stands for."""

    look: str
    words: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar: its label and its parts from left to right."""

    label: str
    parts: tuple[Part, ...]

    @property
    def total(self) -> int:
        """The length of the whole bar."""
        return sum(part.count for part in self.parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One project: execution rate and total score in percent and marks, and where its form stands in the page."""

    label: str
    rate: float
    score: float
    href: str
    severity: Severity | None


def bars_to_svg(bars: Sequence[Bar], title: str) -> Markup:
    """Horizontal stacked bars; an empty sequence draws nothing."""
    longest = max((bar.total for bar in bars), default=0)
    if not longest:
        return Markup("")
    height = ROW_HEIGHT * len(bars) + 4
    rows = Markup("").join(_bar_to_svg(bar, place, longest) for place, bar in enumerate(bars))
    opening = Markup('<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">')
    return opening.format(BAR_WIDTH, height, title) + rows + Markup("</svg>")


def _bar_to_svg(bar: Bar, place: int, longest: int) -> Markup:
    top = place * ROW_HEIGHT
    scale = (BAR_WIDTH - LABEL_WIDTH - COUNT_WIDTH) / longest
    label = bar.label if len(bar.label) <= LABEL_CHARS else bar.label[: LABEL_CHARS - 1] + "…"
    text = Markup('<text x="{}" y="{}" class="name">{}<title>{}</title></text>')
    drawn = text.format(LABEL_WIDTH - 8, top + 16, label, bar.label)
    left = float(LABEL_WIDTH)
    piece = Markup('<rect x="{:.1f}" y="{}" width="{:.1f}" height="{}" class="{}"><title>{}：{} {}</title></rect>')
    for part in bar.parts:
        if part.count:
            words = (bar.label, part.words, part.count)
            drawn += piece.format(left, top + 5, part.count * scale, BAR_HEIGHT, part.look, *words)
            left += part.count * scale
    return drawn + Markup('<text x="{:.1f}" y="{}" class="count">{}</text>').format(left + 6, top + 16, bar.total)


def points_to_svg(points: Sequence[Point], title: str) -> Markup:
    """Total score over execution rate; points lead to their forms."""
    if not points:
        return Markup("")
    lowest = _floor(min(point.score for point in points))
    slowest = _floor(min(point.rate for point in points))
    fastest = max(100.0, max(point.rate for point in points))
    opening = Markup('<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">')
    drawn = opening.format(SCATTER_WIDTH, SCATTER_HEIGHT, title) + _axes(slowest, fastest, lowest)
    for point in points:
        x = _along(point.rate, slowest, fastest)
        y = _up(point.score, lowest)
        dot = Markup('<a href="{}"><circle cx="{:.1f}" cy="{:.1f}" r="5" class="{}"><title>{}</title></circle></a>')
        words = f"{point.label}：执行率 {point.rate:g}%，总分 {point.score:g}"
        drawn += dot.format(point.href, x, y, point.severity.value if point.severity else "none", words)
    return drawn + Markup("</svg>")


def _floor(smallest: float) -> float:
    """A round start of an axis below the smallest value."""
    return max(0.0, min(80.0, smallest // 10 * 10))


def _axes(slowest: float, fastest: float, lowest: float) -> Markup:
    right, bottom = SCATTER_WIDTH - MARGIN_RIGHT, SCATTER_HEIGHT - MARGIN_BOTTOM
    line = Markup('<line x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}" class="grid"/>')
    text = Markup('<text x="{:.1f}" y="{:.1f}" class="{}">{:g}</text>')
    drawn = Markup("")
    for tick in range(TICKS + 1):
        rate = slowest + (fastest - slowest) * tick / TICKS
        score = lowest + (100 - lowest) * tick / TICKS
        x, y = _along(rate, slowest, fastest), _up(score, lowest)
        drawn += line.format(x, MARGIN_TOP, x, bottom) + text.format(x, bottom + 16, "tick", round(rate, 1))
        drawn += line.format(MARGIN_LEFT, y, right, y) + text.format(
            MARGIN_LEFT - 6, y + 4, "count end", round(score, 1)
        )
    name = Markup('<text x="{}" y="{}" class="{}">{}</text>')
    drawn += name.format((MARGIN_LEFT + right) / 2, SCATTER_HEIGHT - 6, "tick", "预算执行率（%）")
    return drawn + name.format(MARGIN_LEFT + 4, MARGIN_TOP + 12, "count", "总分")


def _along(rate: float, slowest: float, fastest: float) -> float:
    width = SCATTER_WIDTH - MARGIN_LEFT - MARGIN_RIGHT
    return MARGIN_LEFT + (rate - slowest) / (fastest - slowest) * width


def _up(score: float, lowest: float) -> float:
    height = SCATTER_HEIGHT - MARGIN_TOP - MARGIN_BOTTOM
    return MARGIN_TOP + (100 - score) / (100 - lowest) * height
