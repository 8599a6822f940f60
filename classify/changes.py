"""Changes of an indicator or its target told in a reason: done, suggested or denied, and what the new one is called."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from classify.kinds import Kind, kind_of
from classify.marks import Cue, Marked
from classify.patterns import pattern
from classify.subjects import HINTS, REACH, noun_beside, object_between, subject_before
from classify.values import QUOTES, Shape, Wording, split_quantity, text_to_shape, wording_after
from classify.wishes import status_at
from domain.label import RewriteStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change; ``text[start:end]`` is the new wording (empty where not named), ``text[since:start]`` tells of it."""

    kind: Kind
    status: RewriteStatus
    probability: float
    since: int
    start: int
    end: int


ASIDE = 8  # characters between a quoted measure and the verb: 以“X”(指标及指标值进行)考核


def read_changes(marked: Marked) -> tuple[Change, ...]:
    """Every change the text tells of, by place; denied ones are left out."""
    changes: list[Change] = []
    for cue in marked.cues:
        reader = _READERS.get(cue.id)
        if reader is not None and not any(change.since <= cue.start < change.end for change in changes):
            changes.extend(_wished_on(marked, each, changes) for each in reader(marked, cue, changes))
    return tuple(changes)


def _wished_on(marked: Marked, change: Change, before: Sequence[Change]) -> Change:
    """建议A修改为“B”,指标值修改为“C”: the wish goes on to the end of the sentence, unless 已 stops it."""
    if not before or before[-1].status is not RewriteStatus.SUGGESTED or change.status is not RewriteStatus.DONE:
        return change
    same = marked.sentences[before[-1].since] == marked.sentences[change.since]
    settled = any(before[-1].end <= cue.start < change.since for cue in marked.of("already"))
    return replace(change, status=RewriteStatus.SUGGESTED) if same and not settled else change


def _turned(marked: Marked, cue: Cue, before: Sequence[Change]) -> tuple[Change, ...]:
    wording = wording_after(marked, cue.end)
    if wording is None:
        return ()
    return _change_at(marked, cue, wording=wording, subject=subject_before(marked, cue.start))


def _shifted(marked: Marked, cue: Cue, before: Sequence[Change]) -> tuple[Change, ...]:
    """提高到, 细化为 speak of results as well, so an indicator or target must be their subject."""
    subject = subject_before(marked, cue.start)
    wording = wording_after(marked, cue.end)
    if wording is None or subject not in ("ind", "goal"):
        return ()
    return _change_at(marked, cue, wording=wording, subject=subject)


def _altered(marked: Marked, cue: Cue, before: Sequence[Change]) -> tuple[Change, ...]:
    clause_end = marked.clause_bounds(cue.start)[1]
    rest = marked.text[cue.end : clause_end]
    direct = pattern("alter_to").match(rest)
    if direct is not None and direct["object"]:
        subject = object_between(marked, cue.end, end=cue.end + direct.end("object"))
        wording = wording_after(marked, cue.end + direct.end())
        if subject is not None and wording is not None:
            return _change_at(marked, cue, wording=wording, subject=subject)
    if rest[:1] == ":":
        return _turned(marked, cue, before)
    if rest[:1] and (rest[0] in QUOTES or rest[0].isdigit()):
        return _without_into(marked, cue, before)
    return _unnamed(marked, cue, clause_end=clause_end)


def _without_into(marked: Marked, cue: Cue, before: Sequence[Change]) -> tuple[Change, ...]:
    """建议修改“X”, 指标改“X”: X is the new one. 修改“X” alone names the old one and is no evidence of the new."""
    wording = wording_after(marked, cue.end)
    subject = subject_before(marked, cue.start)
    wished = status_at(marked, cue.start) is RewriteStatus.SUGGESTED
    if wording is None or not (wished or before or subject in ("ind", "goal")):
        return ()
    return _change_at(marked, cue, wording=wording, subject=subject)


def _unnamed(marked: Marked, cue: Cue, *, clause_end: int) -> tuple[Change, ...]:
    """指标已作调整, 调整了年度指标值: told without the new wording."""
    status = status_at(marked, cue.start)
    noun = noun_beside(marked, cue, clause_end=clause_end)
    if status is None or noun is None:
        return ()
    start = marked.clause_bounds(cue.start)[0]
    told = any(
        start <= other.start < cue.end + REACH and other.end <= clause_end for other in marked.of("already", "did")
    )
    if status is RewriteStatus.DONE and not told:
        return ()
    kind = Kind.TARGET if noun.id == "goal" else Kind.INDICATOR
    return (Change(kind=kind, status=status, probability=0.7, since=cue.start, start=cue.end, end=cue.end),)


def _swapped(marked: Marked, cue: Cue, before: Sequence[Change]) -> tuple[Change, ...]:
    """以X代替Y: X is the new one."""
    start = marked.clause_bounds(cue.start)[0]
    heads = [by for by in marked.of("by", "from", "grounded") if start <= by.start and by.end < cue.start]
    if not heads:
        return ()
    head = heads[-1]
    body = marked.text[head.end : cue.start].removesuffix("来").removesuffix("进行").removesuffix("作为")
    inner = body.strip(QUOTES)
    if not inner:
        return ()
    begin = head.end + body.index(inner)
    quoted = inner != body
    wording = Wording(begin, begin + len(inner), cue.end, quoted)
    hinted = bool(marked.of(*HINTS)) or text_to_shape(inner) is Shape.NAME
    return _change_at(marked, head, wording=wording, subject="ind") if hinted else ()


def _held_to(marked: Marked, cue: Cue, before: Sequence[Change]) -> tuple[Change, ...]:
    """年度指标值为“Y” beside a rename, before 以此考核, or called new; alone it may only repeat the old target."""
    misread = _misread(marked, cue)
    if misread:
        return misread
    connector = pattern("connector").match(marked.text, cue.end)
    place = cue.end if connector is None else connector.end()
    wording = wording_after(marked, place)
    if wording is None or _starts_verb(marked, place) or not _binds(marked, cue, place=place, wording=wording):
        return ()
    kind = Kind.TARGET if cue.id == "goal" else Kind.INDICATOR
    found = _context(marked, cue, before=before, wording=wording)
    if found is None or (kind is Kind.INDICATOR and any(change.kind is kind for change in before)):
        return ()
    status, probability = found
    if kind is Kind.INDICATOR and text_to_shape(_slice(marked, wording)) in (Shape.NUMBER, Shape.STATE):
        kind = Kind.TARGET
    return _as_changes(marked, cue, wording=wording, kind=kind, status=status, probability=probability)


def _misread(marked: Marked, cue: Cue) -> tuple[Change, ...]:
    """指标修汝为“X”: OCR spoiled the verb, but noun, quotation and what is left of it tell the change."""
    verb = pattern("misread_turn").match(marked.text, cue.end)
    if verb is None or any(
        cue.end <= other.start < verb.end() for other in marked.of("turn", "alter", "shift", "swap")
    ):
        return ()
    wording = wording_after(marked, verb.end())
    if wording is None:
        return ()
    return _change_at(marked, cue, wording=wording, subject=cue.id)


def _binds(marked: Marked, cue: Cue, *, place: int, wording: Wording) -> bool:
    """A noun and its value belong together: joined by 为 or a colon, or the value is quoted or a number."""
    shape = text_to_shape(_slice(marked, wording))
    return wording.quoted or shape is Shape.NUMBER or (place > cue.end and marked.text[place - 1] != "值")


def _context(
    marked: Marked, cue: Cue, *, before: Sequence[Change], wording: Wording
) -> tuple[RewriteStatus, float] | None:
    explicit = cue.id == "goal"
    if explicit and before and before[-1].end <= cue.start:
        return before[-1].status, 0.95
    status = status_at(marked, cue.start)
    renewed = any(0 <= cue.start - word.end <= 1 for word in marked.of("renewed"))
    announced = any(word.end <= cue.start for word in marked.of("asfollows"))
    if status is None:
        return None
    if status is RewriteStatus.SUGGESTED or "应" in marked.text[cue.end : wording.start]:
        slip = pattern("slip").search(marked.text) is not None
        return (RewriteStatus.DONE if slip else RewriteStatus.SUGGESTED, 0.7) if explicit else None
    if renewed or announced:
        return status, 0.85
    applied = any(word.start >= wording.end for word in marked.of("applied"))
    if applied and (explicit or wording.quoted):
        return status, 0.9
    lone = explicit and wording.quoted and not marked.of("done", "not")
    return (status, 0.6) if lone and len(marked.spelled(cue)) > len("目标") else None


def _assessed_by(marked: Marked, cue: Cue, before: Sequence[Change]) -> tuple[Change, ...]:
    """按“X”考核."""
    clause_end = marked.clause_bounds(cue.start)[1]
    noun = pattern("held_noun").match(marked.text, cue.end, clause_end)
    wording = wording_after(marked, noun.end() if noun is not None else cue.end)
    if wording is None:
        return ()
    verbs = [verb for verb in marked.of("assess") if wording.end <= verb.start <= wording.stop + ASIDE]
    if not verbs or verbs[0].end > clause_end:
        return ()
    if wording.quoted:
        return _change_at(marked, cue, wording=wording, subject="ind")
    verb, switched = marked.spelled(verbs[0]), _switched(marked, cue)
    cut = _bare_measure(marked, wording, led=switched or pattern("as_measure").search(verb) is not None)
    if cut is None or ("分" in verb and not switched):
        return ()
    return _change_at(marked, cue, wording=cut, subject="ind")


def _switched(marked: Marked, cue: Cue) -> bool:
    """现按X评分, or 指标无法统计,采用X评价: X is what the row is judged by now."""
    led = pattern("switched").match(marked.spelled(cue)) is not None
    return led or any(hard.end <= cue.start for hard in marked.of("hard"))


def _bare_measure(marked: Marked, wording: Wording, *, led: bool) -> Wording | None:
    """X of a bare 按X(指标)考核, where it is a number, or a name called 指标 or led in as the new one."""
    named = _slice(marked, wording)
    trimmed = pattern("held_tail").sub("", named)
    name = trimmed[: split_quantity(trimmed)]
    shape = text_to_shape(name)
    if not trimmed or pattern("standing").search(named) or shape not in (Shape.NUMBER, Shape.NAME):
        return None
    measured = led and pattern("gauge").search(name) is not None
    if shape is Shape.NAME and not measured and not named.endswith("指标"):
        return None
    return Wording(wording.start, wording.start + len(trimmed), wording.stop, False)


def _change_at(marked: Marked, cue: Cue, *, wording: Wording, subject: str) -> tuple[Change, ...]:
    status = status_at(marked, cue.start)
    named = _slice(marked, wording)
    shape = text_to_shape(named)
    # 培训未开展,改为课程上架率: a name that measures is an indicator, though a work stood before it
    loose = "" if subject == "other_hint" and pattern("gauge").search(named) else subject
    decided = kind_of(loose, shape, quoted=wording.quoted)
    if status is None or decided is None:
        return ()
    kind, probability = decided
    return _as_changes(marked, cue, wording=wording, kind=kind, status=status, probability=probability)


def _as_changes(
    marked: Marked, cue: Cue, *, wording: Wording, kind: Kind, status: RewriteStatus, probability: float
) -> tuple[Change, ...]:
    named = kind is Kind.INDICATOR
    spans = _name_and_own_target(marked, wording) if named else ((kind, wording.start, wording.end),)
    return tuple(
        Change(kind=each, status=status, probability=probability, since=cue.start, start=start, end=end)
        for each, start, end in spans
    )


def _name_and_own_target(marked: Marked, wording: Wording) -> tuple[tuple[Kind, int, int], ...]:
    """“X≥90%” and “X”(90%): the name, and the target that it carries."""
    cut = split_quantity(_slice(marked, wording))
    if cut is not None:
        middle = wording.start + cut
        return (Kind.INDICATOR, wording.start, middle), (Kind.TARGET, middle, wording.end)
    name = (Kind.INDICATOR, wording.start, wording.end)
    aside = pattern("figure_aside").match(marked.text, wording.stop) if wording.quoted else None
    return (name,) if aside is None else (name, (Kind.TARGET, *aside.span("figure")))


def _starts_verb(marked: Marked, place: int) -> bool:
    verbs = marked.of("turn", "shift", "alter", "setting", "already", "did", "not", "later", "modal")
    return any(cue.start == place for cue in verbs)


def _slice(marked: Marked, wording: Wording) -> str:
    return marked.text[wording.start : wording.end]


def _exampled(marked: Marked, cue: Cue, before: Sequence[Change]) -> tuple[Change, ...]:
    """指标待细化,如X等: X is offered as an example of a better one."""
    offered = pattern("example").match(marked.text, cue.end)
    if offered is None or before:
        return ()
    start, end = offered.span("name")
    if text_to_shape(marked.text[start:end]) is not Shape.NAME:
        return ()
    status = RewriteStatus.SUGGESTED
    return (Change(kind=Kind.INDICATOR, status=status, probability=0.55, since=cue.start, start=start, end=end),)


_Reader = Callable[[Marked, Cue, Sequence[Change]], tuple[Change, ...]]
_READERS: Mapping[str, _Reader] = {
    "turn": _turned,
    "shift": _shifted,
    "alter": _altered,
    "swap": _swapped,
    "goal": _held_to,
    "ind": _held_to,
    "by": _assessed_by,
    "refine": _exampled,
    "hard": _exampled,
}
