"""The labelled part and the goals of flattened text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from extract.fragments import Fragment
from extract.header import find_unit
from extract.headings import find_labels
from extract.layout import Layout

_SLACK = 4  # a wrapped line ends up to two full-width characters short of its column
_OPENERS = ("预算执行", "本项目预算", "截至", "截止", "完成", "已完成", "全年完成", "本年度", "项目已")
_TERMINAL = "。！？；"

Entry = tuple[str, tuple[Fragment, ...]]


def fragments_to_labelled(fragments: Sequence[Fragment], layout: Layout) -> tuple[Entry, ...]:
    """Labels and their values. Values follow their label, or follow a run of labels in the same order."""
    names = {*layout.fields, *layout.other_fields, *layout.side_labels}
    labels = find_labels(fragments, names, reach=1)
    starts = {label.at[0]: label.name for label in labels}
    spelled = {at for label in labels for at in label.at}
    waiting: list[str] = []
    values: dict[str, list[Fragment]] = {}
    current = ""
    for place, fragment in enumerate(fragments):
        name = starts.get(place)
        if name is not None:
            current = ""
            if name not in layout.side_labels:
                waiting.append(name)
                values.setdefault(name, [])
        elif place not in spelled and not _is_frame(fragment.text, layout):
            if waiting and (not current or _begins_value(fragment, values[current])):
                current = waiting.pop(0)
            if current:
                values[current].append(replace(fragment, text=fragment.text.lstrip(":：")))
    return tuple((name, tuple(pieces)) for name, pieces in values.items())


def _is_frame(text: str, layout: Layout) -> bool:
    """Side labels and the unit of money: no value of any label."""
    return layout.is_side_label(text) or bool(find_unit(text) and text[:1] in "(（")


def _begins_value(fragment: Fragment, pieces: Sequence[Fragment]) -> bool:
    """With labels still waiting, the next line is the next value."""
    return bool(pieces) and fragment.line != pieces[-1].line


def fragments_to_goals(
    fragments: Sequence[Fragment], layout: Layout
) -> tuple[tuple[Fragment, ...], tuple[Fragment, ...]]:
    """Fragments of the expected goal and of the actual completion.

    Either the two texts follow each other, or every line holds a piece of both.
    """
    kept = without_labels(fragments, layout)
    if not kept:
        return (), ()
    lines: dict[int, list[Fragment]] = {}
    for fragment in kept:
        lines.setdefault(fragment.line, []).append(fragment)
    rows = list(lines.values())
    if len(rows) == 1:
        rows = one_line_to_texts(rows[0])
    split = best_split(rows)
    goal = [fragment for row in rows[: split[0]] + rows[split[1] :] for fragment in row]
    actual = [fragment for row in rows[split[0] : split[1]] for fragment in row]
    return tuple(goal), tuple(actual)


def one_line_to_texts(line: Sequence[Fragment]) -> list[list[Fragment]]:
    """Two short texts in one line: the first ends with its sentence."""
    border = next((n for n, f in enumerate(line[:-1], start=1) if f.text[-1:] in _TERMINAL), len(line))
    return [list(line[:border]), list(line[border:])] if border < len(line) else [list(line)]


def without_labels(fragments: Sequence[Fragment], layout: Layout) -> list[Fragment]:
    """Fragments without 预期目标, 实际完成情况 and the pieces of the side label."""
    side = find_labels(fragments, {*layout.goals, *layout.side_labels}, reach=3)
    spelled = {at for label in side for at in label.at}
    return [fragment for place, fragment in enumerate(fragments) if place not in spelled]


def best_split(rows: Sequence[Sequence[Fragment]]) -> tuple[int, int]:
    """Line numbers [begin, end) of the actual completion; what follows ``end`` is the goal going on over the page."""
    count = len(rows)
    widths = [row_width(row) for row in rows]
    options = [(begin, count) for begin in range(1, count)]
    options += [(begin, end) for end in range(1, count) if rows[end][0].fresh for begin in range(1, end)]
    if not options:
        return count, count
    return min(options, key=lambda option: split_cost(rows, widths, *option))


def row_width(row: Sequence[Fragment]) -> int:
    """Display width of a line's text."""
    return sum(fragment.width for fragment in row) + len(row) - 1


def split_cost(rows: Sequence[Sequence[Fragment]], widths: Sequence[int], begin: int, end: int) -> float:
    """How badly a split fits: lines that end short of their text, and texts that begin or end amid a sentence."""
    goal = [*range(begin), *range(end, len(rows))]
    actual = list(range(begin, end))
    cost = ragged(goal, widths) + ragged(actual, widths)
    last = rows[goal[-1]][-1].text if end < len(rows) else rows[begin - 1][-1].text
    cost += 0.0 if last[-1:] in _TERMINAL else 3.0
    cost += 0.0 if rows[end - 1][-1].text[-1:] in _TERMINAL else 3.0
    opening = "".join(fragment.text for fragment in rows[begin])
    cost -= 2.0 if opening.startswith(_OPENERS) or opening[:2] == "20" else 0.0
    cost += 4.0 if opening[:1] in "，。、；：）”" else 0.0
    resumes = end < len(rows) and rows[begin - 1][-1].text[-1:] in _TERMINAL
    return cost + (2.0 if resumes else 0.0)  # a goal that had ended seldom goes on behind the page break


def ragged(places: Sequence[int], widths: Sequence[int]) -> float:
    """Lines of one text that end short of its column, the last one excepted."""
    if len(places) < 2:
        return 0.0
    edge = sorted(widths[place] for place in places)[-max(1, len(places) // 3)]
    body = [widths[place] for place in places[:-1]]
    return float(sum(min(3.0, max(0, abs(edge - width) - _SLACK) / 2) for width in body))
