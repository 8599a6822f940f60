"""report.html: one page an auditor can work in, mail and print, with nothing fetched from anywhere."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from domain.finding import SEVERITY_NAMES, Severity
from domain.form import Form, SelfEvaluation, form_key, funds_to_total
from fuhe.batch import Batch, Outcome, Status
from fuhe.charts import Bar, Part, Point, bars_to_svg, points_to_svg
from fuhe.files import write_text
from fuhe.listing import Entry, Listing, Unread, batch_to_unread
from fuhe.report_forms import FormSection, form_anchor, form_to_section
from fuhe.version import VERSION
from fuhe.wording import STATUSES

TEMPLATES = Path(__file__).with_name("templates")
UNITS_SHOWN = 12  # bars beyond a dozen cannot be told apart; the list can be filtered by any unit
_SCRIPT_TAGS = ("<script>", "</script>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One figure at the top of the page."""

    figure: int
    words: str
    look: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListLine:
    """One line of the list: the entry, where it leads, and how many further findings it covers."""

    entry: Entry
    href: str
    covers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLine:
    """One input in the table of files."""

    path: str
    status: str
    reason: str
    kind: str
    forms: int
    warnings: tuple[str, ...]
    is_unread: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """One drawing with its caption; an empty drawing is not shown."""

    title: str
    svg: Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """All that report.html shows."""

    finished: str
    version: str
    tiles: tuple[Tile, ...]
    charts: tuple[Chart, ...]
    lines: tuple[ListLine, ...]
    groups: tuple[str, ...]
    units: tuple[str, ...]
    severities: tuple[tuple[str, str], ...]
    sections: tuple[FormSection, ...]
    unchecked: tuple[ListLine, ...]
    files: tuple[FileLine, ...]
    unread: tuple[Unread, ...]


def write_report(path: Path, batch: Batch, *, listing: Listing, finished: datetime) -> None:
    """Write the page."""
    write_text(path, page_to_html(batch_to_page(batch, listing, finished=finished)))


def page_to_html(page: Page) -> str:
    """The page as HTML: everything escaped, no script but ours by its hash, no address outside the file."""
    templates = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return templates.get_template("report.html").render(page=page, script_hash=_script_hash())


def _script_hash() -> str:
    """The hash by which the browser knows our script; another one in the page is not run."""
    opening, closing = _SCRIPT_TAGS
    page = (TEMPLATES / "report_script.html").read_text(encoding="utf-8")
    script = page.partition(opening)[2].rpartition(closing)[0]
    return base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")


def batch_to_page(batch: Batch, listing: Listing, *, finished: datetime) -> Page:
    """Everything the page shows, computed before any HTML is written."""
    anchors = {form_key(form): form_anchor(place) for place, form in enumerate(batch.forms, start=1)}
    covers = Counter(entry.finding.covered_by for entry in listing.covered)
    files = tuple(map(_outcome_to_file, batch.outcomes))
    return Page(
        finished=f"{finished:%Y年%m月%d日 %H:%M}",
        version=VERSION,
        tiles=_tiles(batch, listing),
        charts=_charts(batch, listing, anchors=anchors),
        lines=_entries_to_lines(listing.top, anchors, covers=covers),
        groups=tuple(group for group, _ in Counter(entry.group for entry in listing.top).most_common()),
        units=tuple(unit for unit, _ in Counter(entry.unit for entry in listing.top).most_common()),
        severities=tuple((severity.value, word) for severity, word in SEVERITY_NAMES.items()),
        sections=_sections(batch, listing),
        unchecked=_entries_to_lines(listing.unchecked, anchors, covers=Counter()),
        files=files,
        unread=batch_to_unread(batch),
    )


def _sections(batch: Batch, listing: Listing) -> tuple[FormSection, ...]:
    entries: dict[tuple[str, int], list[Entry]] = {}
    for entry in (*listing.top, *listing.covered):
        entries.setdefault((entry.finding.source, entry.finding.form_index), []).append(entry)
    texts = {reading.document.path: reading.text for reading in batch.readings}
    return tuple(
        form_to_section(form, entries.get(form_key(form), ()), place=place, text=texts[form.document.path])
        for place, form in enumerate(batch.forms, start=1)
    )


def _entries_to_lines(
    entries: Iterable[Entry], anchors: dict[tuple[str, int], str], *, covers: Counter[int | None]
) -> tuple[ListLine, ...]:
    return tuple(
        ListLine(
            entry=entry,
            href=_entry_href(entry, anchors),
            covers=covers[entry.finding.rank],
        )
        for entry in entries
    )


def _entry_href(entry: Entry, anchors: dict[tuple[str, int], str]) -> str:
    form = anchors.get((entry.finding.source, entry.finding.form_index))
    return "#list" if form is None else f"#{form}-n{entry.finding.rank}"


def _outcome_to_file(outcome: Outcome) -> FileLine:
    return FileLine(
        path=outcome.path,
        status=STATUSES[outcome.status],
        reason=outcome.reason,
        kind=outcome.kind,
        forms=len(outcome.reading.forms) if outcome.reading is not None else 0,
        warnings=outcome.warnings,
        is_unread=outcome.is_unread,
    )


def _tiles(batch: Batch, listing: Listing) -> tuple[Tile, ...]:
    severities = Counter(entry.finding.severity for entry in listing.top)
    read = sum(outcome.status is Status.READ for outcome in batch.outcomes)
    unread, unread_pages = len(batch.unread), sum(len(outcome.unread_pages) for outcome in batch.outcomes)
    return (
        Tile(figure=read, words="份文件已读"),
        Tile(figure=len(batch.forms), words="张表单"),
        Tile(figure=len(listing.top), words="条疑点"),
        Tile(figure=severities[Severity.HIGH], words="条高风险", look="high"),
        Tile(figure=severities[Severity.MEDIUM], words="条中风险", look="medium"),
        Tile(figure=len(listing.unchecked), words="项未能核对"),
        Tile(figure=unread, words="份文件未读入", look="alert" if unread else ""),
        *((Tile(figure=unread_pages, words="页未读入", look="alert"),) if unread_pages else ()),
    )


def _charts(batch: Batch, listing: Listing, *, anchors: dict[tuple[str, int], str]) -> tuple[Chart, ...]:
    by_group = _entries_to_bars((entry.group, entry) for entry in listing.top)
    by_unit = _entries_to_bars((entry.unit or "（未读出单位）", entry) for entry in listing.top)[:UNITS_SHOWN]
    points = _forms_to_points(batch.forms, listing.top, anchors=anchors)
    charts = (
        Chart(title="疑点类别", svg=bars_to_svg(by_group, "各类别疑点条数")),
        Chart(title="单位与风险等级", svg=bars_to_svg(by_unit, "各单位疑点条数")),
        Chart(title="总分与预算执行率", svg=points_to_svg(points, "各项目总分与预算执行率")),
        Chart(title="读入情况", svg=bars_to_svg(_outcomes_to_bars(batch), "各种情况的文件份数")),
    )
    return tuple(chart for chart in charts if chart.svg)


def _entries_to_bars(pairs: Iterable[tuple[str, Entry]]) -> list[Bar]:
    counts: dict[str, Counter[Severity]] = {}
    for label, entry in pairs:
        counts.setdefault(label, Counter())[entry.finding.severity] += 1
    bars = [
        Bar(
            label=label,
            parts=tuple(Part(look=s.value, words=word, count=parts[s]) for s, word in SEVERITY_NAMES.items()),
        )
        for label, parts in counts.items()
    ]
    return sorted(bars, key=lambda bar: -bar.total)


def _outcomes_to_bars(batch: Batch) -> list[Bar]:
    counts = Counter(outcome.status for outcome in batch.outcomes)
    looks = {Status.READ: "none", Status.DUPLICATE: "info", Status.SKIPPED: "info"}
    return [
        Bar(label=word, parts=(Part(look=looks.get(status, "high"), words="份", count=counts[status]),))
        for status, word in STATUSES.items()
        if counts[status]
    ]


def _forms_to_points(
    forms: Sequence[Form], entries: Sequence[Entry], *, anchors: dict[tuple[str, int], str]
) -> list[Point]:
    worst: dict[tuple[str, int], Severity] = {}
    order = list(SEVERITY_NAMES)
    for entry in entries:
        key = (entry.finding.source, entry.finding.form_index)
        worst[key] = min(worst.get(key, Severity.INFO), entry.finding.severity, key=order.index)
    points = []
    for form in forms:
        if not isinstance(form, SelfEvaluation) or not form.funds:
            continue
        total = form.funds[funds_to_total(form.funds)]
        rate, score = _percent(total.execution_rate.text), _percent(form.total_score.text)
        if rate is not None and score is not None:
            key = form_key(form)
            label = form.project_name.text
            points.append(Point(label=label, rate=rate, score=score, href=f"#{anchors[key]}", severity=worst.get(key)))
    return points


def _percent(text: str) -> float | None:
    """A figure for the drawing only; what does not read as 0 to 200 is left out of it."""
    try:
        figure = float(text.strip().rstrip("%％").replace(",", ""))
    except ValueError:
        return None
    return figure if 0 <= figure <= 200 else None
