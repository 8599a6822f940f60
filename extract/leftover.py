"""What a form printed and no section took: told to the auditor, never dropped."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cache

from extract.clean import label_key
from extract.fragments import Fragment
from extract.header import find_unit, is_decoration
from extract.headings import COLUMN_SLACK, find_labels
from extract.layout import Layout, heading_key, layouts
from extract.placed import by_line

_REACH = 3  # lines between the pieces of one label
_FORMULA = ("A", "B", "B/A", "元", "万元", "万")  # (B/A) under 执行率, (万元) under 项目资金


def lost_text(fragments: Sequence[Fragment], written: Collection[int], told: str, *, layout: Layout) -> str:
    """The fragments whose ``seq`` is not ``written``, nor their text ``told``, and that are no label, heading or title.

    Quoted; "" for none. A false line break that was mended leaves its text in a fragment with another ``seq``.
    """
    names = all_labels(layout.id)
    labels = {at for label in find_labels(fragments, names, reach=_REACH, slack=COLUMN_SLACK) for at in label.at}
    titles = {line[0].line for line in by_line(fragments) if is_decoration("".join(f.text for f in line), layout)}
    rest = [
        fragment
        for place, fragment in enumerate(fragments)
        if fragment.seq not in written and place not in labels and fragment.line not in titles
    ]
    lost = [f for f in rest if label_key(f.text) not in told and not is_furniture(f.text, layout)]
    return "、".join(f"“{f.text}”" for f in lost)


@cache
def all_labels(layout_id: str) -> frozenset[str]:
    """Every label that a layout knows."""
    layout = next(layout for layout in layouts() if layout.id == layout_id)
    sections = (layout.fields, layout.other_fields, layout.side_labels, layout.goals, layout.fund_columns, layout.total,
                layout.grade, layout.indicator_columns, layout.level1, layout.level2)  # fmt: skip
    return frozenset(name for section in sections for name in section)


def is_furniture(text: str, layout: Layout) -> bool:
    """A piece of a heading, a unit, a title, or marks without a word or a digit."""
    key, bare = label_key(text).strip("()/:"), heading_key(text)
    if not any(char.isalnum() for char in key) or key in _FORMULA or find_unit(text) or is_decoration(text, layout):
        return True
    return any(key in name or (bare and bare in name) for name in all_labels(layout.id))
