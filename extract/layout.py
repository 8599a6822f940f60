"""Form layouts as data: one YAML file each in ``templates/``, listed by name below."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from types import MappingProxyType

import yaml

from extract.clean import label_key

# A new layout is one file in templates/ and its name here, most specific title first.
LAYOUT_FILES = ("national_self_evaluation.yaml", "target_2020.yaml")

Synonyms = Mapping[str, str]
Patterns = tuple[tuple[str, re.Pattern[str]], ...]
_PARENTHESIS = re.compile(r"\([^()]*\)$")
_MAX_HEADING = 20  # characters; longer text is no heading


@dataclass(frozen=True, kw_only=True)  # no slots: cached properties keep what they found
class Layout:
    """One form layout. Every mapping goes from a heading's comparison key to the field it names."""

    id: str
    form_type: str
    titles: tuple[str, ...]
    fields: Synonyms
    other_fields: frozenset[str]
    side_labels: frozenset[str]
    goals: Synonyms
    fund_columns: Synonyms
    fund_items: frozenset[str]
    indicator_columns: Synonyms
    indicator_patterns: Patterns
    fund_patterns: Patterns
    side_patterns: tuple[re.Pattern[str], ...]
    total: frozenset[str]
    total_patterns: tuple[re.Pattern[str], ...]
    subtotal: frozenset[str]
    grade: frozenset[str]
    levels: Mapping[str, tuple[str, ...]]

    def indicator_column(self, heading: str) -> str | None:
        """The column that a heading of the indicator table names, None for other text."""
        return named_column(heading, self.indicator_columns, self.indicator_patterns)

    def fund_column(self, heading: str) -> str | None:
        """The column that a heading of the money block names, None for other text."""
        return named_column(heading, self.fund_columns, self.fund_patterns)

    def is_side_label(self, text: str) -> bool:
        """A section name that stands beside or above fields and holds no value."""
        key, bare = label_key(text), heading_key(text)
        known = key in self.side_labels or bare in self.side_labels
        return known or any(pattern.fullmatch(bare) for pattern in self.side_patterns)

    def is_total(self, text: str) -> bool:
        """What the total row is called, its full marks behind it perhaps: 总分（100分）."""
        key, bare = label_key(text), heading_key(text)
        return key in self.total or bare in self.total or any(known.fullmatch(bare) for known in self.total_patterns)

    @cached_property
    def level1(self) -> frozenset[str]:
        """First-level names."""
        return frozenset(self.levels)

    @cached_property
    def level2(self) -> frozenset[str]:
        """Second-level names of all first levels."""
        return frozenset(name for names in self.levels.values() for name in names)

    @cached_property
    def group_names(self) -> frozenset[str]:
        """What a form prints beside groups of rows: names of both levels and section names."""
        return self.level1 | self.level2 | self.side_labels


def heading_key(text: str) -> str:
    """A heading's key without its unit: 执行率(%) is 执行率."""
    return _PARENTHESIS.sub("", label_key(text)).rstrip(":")


def named_column(heading: str, synonyms: Synonyms, patterns: Patterns) -> str | None:
    """A heading by its synonyms, with and without its unit, then by patterns."""
    key, bare = label_key(heading), heading_key(heading)
    known = synonyms.get(key) or synonyms.get(bare)
    if known is not None or not 2 <= len(bare) <= _MAX_HEADING:
        return known
    return next((name for name, pattern in patterns if pattern.fullmatch(bare)), None)


def _patterns(section: Mapping[str, list[str]]) -> Patterns:
    return tuple((name, re.compile(pattern)) for name, patterns in section.items() for pattern in patterns)


def _synonyms(section: Mapping[str, list[str]]) -> Synonyms:
    return MappingProxyType({label_key(label): field for field, labels in section.items() for label in labels})


def _keys(labels: list[str]) -> frozenset[str]:
    return frozenset(label_key(label) for label in labels)


def read_layout(name: str) -> Layout:
    """One YAML file of ``templates/`` as a layout. KeyError names a section that the file lacks."""
    sheet = yaml.safe_load((files("extract") / "templates" / name).read_text(encoding="utf-8"))
    return Layout(
        id=sheet["id"],
        form_type=sheet["form_type"],
        titles=tuple(label_key(title) for title in sheet["titles"]),
        fields=_synonyms(sheet["fields"]),
        other_fields=_keys(sheet.get("other_fields", [])),
        side_labels=_keys(sheet.get("side_labels", [])),
        goals=_synonyms(sheet.get("goals", {})),
        fund_columns=_synonyms(sheet.get("fund_columns", {})),
        fund_items=_keys(sheet.get("fund_items", [])),
        indicator_columns=_synonyms(sheet["indicator_columns"]),
        indicator_patterns=_patterns(sheet.get("indicator_patterns", {})),
        fund_patterns=_patterns(sheet.get("fund_patterns", {})),
        side_patterns=tuple(re.compile(pattern) for pattern in sheet.get("side_patterns", [])),
        total=_keys(sheet.get("total", [])),
        total_patterns=tuple(re.compile(pattern) for pattern in sheet.get("total_patterns", [])),
        subtotal=_keys(sheet.get("subtotal", [])),
        grade=_keys(sheet.get("grade", [])),
        levels=MappingProxyType({name: tuple(below) for name, below in sheet["levels"].items()}),
    )


@cache
def layouts() -> tuple[Layout, ...]:
    """All layouts, read once."""
    return tuple(read_layout(name) for name in LAYOUT_FILES)


def title_layout(text: str) -> Layout | None:
    """The layout whose title this text is (decoration such as 「# 」, year or unit around it allowed), or None."""
    key = label_key(text).lstrip("#*").strip("*")
    if len(key) > 60:  # a sentence that mentions a 自评表 is no title
        return None
    for layout in layouts():
        if any(title in key and _is_title(key, title) for title in layout.titles):
            return layout
    return None


def _is_title(key: str, title: str) -> bool:
    rest = key[key.index(title) + len(title) :]
    return not rest or rest[0] in "(（[【" or rest.startswith(("20", "项目名称", "申报单位"))
