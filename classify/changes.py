"""Changes of an indicator or its target told in a reason: done, suggested or denied, and what the new one is called."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from classify.marks import Cue, Marked
from classify.patterns import pattern
from classify.values import QUOTES, Shape, Wording, split_quantity, text_to_shape, wording_after
from domain.label import RewriteStatus


class Kind(StrEnum):
    """What was changed: the indicator's name or the value it is held to."""

    INDICATOR = "indicator"
    TARGET = "target"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change; ``text[start:end]`` is the new wording (empty where not named), ``text[since:start]`` tells of it."""

    kind: Kind
    status: RewriteStatus
    probability: float
    since: int
    start: int
    end: int


SUBJECTS = ("ind", "goal", "measure", "thing")
_HINTS = ("ind", "goal", "hard", "estimate", "lowgoal")
REACH = 3  # characters between a noun and the quotation or 由 it belongs to: 指标名称(已)由, 指标(即)“


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
    return () if wording is None else _change_at(marked, cue, wording=wording, subject=_subject(marked, cue.start))


def _shifted(marked: Marked, cue: Cue, before: Sequence[Change]) -> tuple[Change, ...]:
    """提高到, 细化为 speak of results as well, so an indicator or target must be their subject."""
    subject = _subject(marked, cue.start)
    wording = wording_after(marked, cue.end)
    if wording is None or subject not in ("ind", "goal"):
        return ()
    return _change_at(marked, cue, wording=wording, subject=subject)


def _altered(marked: Marked, cue: Cue, before: Sequence[Change]) -> tuple[Change, ...]:
    clause_end = marked.clause_bounds(cue.start)[1]
    rest = marked.text[cue.end : clause_end]
    direct = pattern("alter_to").match(rest)
    if direct is not None and direct["object"]:
        subject = _object(marked, cue.end, end=cue.end + direct.end("object"))
        wording = wording_after(marked, cue.end + direct.end())
        if subject is not None and wording is not None:
            return _change_at(marked, cue, wording=wording, subject=subject)
    if rest[:1] == ":":
        wording = wording_after(marked, cue.end)
        subject = _subject(marked, cue.start)
        return () if wording is None else _change_at(marked, cue, wording=wording, subject=subject)
    if rest[:1] and (rest[0] in QUOTES or rest[0].isdigit()):
        return _without_into(marked, cue, before)
    return _unnamed(marked, cue, clause_end=clause_end)


def _without_into(marked: Marked, cue: Cue, before: Sequence[Change]) -> tuple[Change, ...]:
    """建议修改“X”, 指标改“X”: X is the new one. 修改“X” alone names the old one and is no evidence of the new."""
    wording = wording_after(marked, cue.end)
    subject = _subject(marked, cue.start)
    wished = _status(marked, cue.start) is RewriteStatus.SUGGESTED
    if wording is None or not (wished or before or subject in ("ind", "goal")):
        return ()
    return _change_at(marked, cue, wording=wording, subject=subject)


def _unnamed(marked: Marked, cue: Cue, *, clause_end: int) -> tuple[Change, ...]:
    """指标已作调整, 调整了年度指标值: told without the new wording."""
    status = _status(marked, cue.start)
    noun = _near_noun(marked, cue, clause_end=clause_end)
    if status is None or noun is None:
        return ()
    start = marked.clause_bounds(cue.start)[0]
    told = any(start <= other.start < cue.end + REACH and other.end <= clause_end for other in marked.of("already", "did"))
    if status is RewriteStatus.DONE and not told:
        return ()
    kind = Kind.TARGET if noun.id == "goal" else Kind.INDICATOR
    return (Change(kind=kind, status=status, probability=0.7, since=cue.start, start=cue.end, end=cue.end),)


def _near_noun(marked: Marked, cue: Cue, *, clause_end: int) -> Cue | None:
    nouns = [noun for noun in marked.of(*SUBJECTS) if noun.end <= clause_end]
    behind = [noun for noun in nouns if 0 <= noun.start - cue.end <= REACH]
    ahead = [noun for noun in nouns if 0 <= cue.start - noun.end <= 2 * REACH]
    noun = behind[0] if behind else (ahead[-1] if ahead else None)
    if noun is None or noun.id not in ("ind", "goal") or marked.clauses[noun.start] != marked.clauses[cue.start]:
        return None
    return noun


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
    hinted = bool(marked.of(*_HINTS)) or text_to_shape(inner) is Shape.NAME
    return _change_at(marked, head, wording=wording, subject="ind") if hinted else ()


def _held_to(marked: Marked, cue: Cue, before: Sequence[Change]) -> tuple[Change, ...]:
    """年度指标值为“Y” beside a rename, before 以此考核, or called the new one; alone it may only repeat the old target."""
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
    status = _status(marked, cue.start)
    renewed = any(0 <= cue.start - word.end <= 1 for word in marked.of("renewed"))
    announced = any(word.end <= cue.start for word in marked.of("asfollows"))
    if status is None:
        return None
    if renewed or announced:
        return status, 0.85
    applied = any(word.start >= wording.end for word in marked.of("applied"))
    if applied and (explicit or wording.quoted):
        return status, 0.9
    lone = explicit and wording.quoted and not marked.of("done", "not", "past_result")
    return (status, 0.6) if lone and len(cue_text(marked, cue)) > len("目标") else None


def _assessed_by(marked: Marked, cue: Cue, before: Sequence[Change]) -> tuple[Change, ...]:
    """按“X”考核."""
    text = marked.text
    clause_end = marked.clause_bounds(cue.start)[1]
    noun = pattern("held_noun").match(text, cue.end, clause_end)
    wording = wording_after(marked, noun.end() if noun is not None else cue.end)
    if wording is None:
        return ()
    named = _slice(marked, wording)
    tail = [word for word in marked.of("assess") if wording.end <= word.start <= wording.stop + 8 and word.end <= clause_end]
    if not tail:
        return ()
    if wording.quoted:
        return _change_at(marked, cue, wording=wording, subject="ind")
    if pattern("standing").search(named):
        return ()
    shape = text_to_shape(pattern("held_tail").sub("", named))
    changed = marked.text[cue.start] == "改"
    if not (changed or shape is Shape.NUMBER or named.endswith("指标")) or tail[0].id != "assess":
        return ()
    trimmed = pattern("held_tail").sub("", named)
    if shape not in (Shape.NUMBER, Shape.NAME) or not trimmed or "分" in cue_text(marked, tail[0]):
        return ()
    cut = Wording(wording.start, wording.start + len(trimmed), wording.stop, False)
    return _change_at(marked, cue, wording=cut, subject="ind")


def _change_at(marked: Marked, cue: Cue, *, wording: Wording, subject: str) -> tuple[Change, ...]:
    status = _status(marked, cue.start)
    shape = text_to_shape(_slice(marked, wording))
    decided = _kind(subject, shape, quoted=wording.quoted)
    if status is None or decided is None:
        return ()
    kind, probability = decided
    return _as_changes(marked, cue, wording=wording, kind=kind, status=status, probability=probability)


def _as_changes(
    marked: Marked, cue: Cue, *, wording: Wording, kind: Kind, status: RewriteStatus, probability: float
) -> tuple[Change, ...]:
    cut = split_quantity(_slice(marked, wording)) if kind is Kind.INDICATOR else None
    middle = wording.end if cut is None else wording.start + cut
    whole = Change(
        kind=kind, status=status, probability=probability, since=cue.start, start=wording.start, end=middle
    )
    if cut is None:
        return (whole,)
    value = Change(
        kind=Kind.TARGET, status=status, probability=probability, since=cue.start, start=middle, end=wording.end
    )
    return whole, value


# subject -> shapes -> what was changed and how sure; "" is no subject at all, "hint" one in an earlier clause,
# "quote" a quoted old name, "thing" works, plans, rules, contracts and money: their change is no rewrite.
_VALUES = (Shape.NUMBER, Shape.STATE)


def _kind(subject: str, shape: Shape, *, quoted: bool) -> tuple[Kind, float] | None:
    if subject == "goal":
        return Kind.TARGET, 0.95 if quoted or shape is not Shape.OTHER else 0.85
    if subject == "ind":
        return (Kind.INDICATOR, 0.95) if shape in (Shape.NAME, Shape.OTHER) else (Kind.TARGET, 0.85)
    if subject == "thing" or shape in (Shape.MONEY, Shape.TIME):
        return None
    if subject in ("other_hint", "unknown"):
        return (Kind.INDICATOR, 0.6) if quoted and shape is Shape.NAME else None
    if subject == "measure":
        return _measure_kind(shape, quoted=quoted)
    return _loose_kind(subject, shape, quoted=quoted)


def _measure_kind(shape: Shape, *, quoted: bool) -> tuple[Kind, float] | None:
    if shape is Shape.NUMBER:
        return Kind.TARGET, 0.7
    return (Kind.INDICATOR, 0.7) if shape is Shape.NAME or (quoted and shape is Shape.OTHER) else None


def _loose_kind(subject: str, shape: Shape, *, quoted: bool) -> tuple[Kind, float] | None:
    known = subject in ("hint", "quote")
    if shape in _VALUES:
        return (Kind.TARGET, 0.85 if known else 0.7) if quoted or known or shape is Shape.NUMBER else None
    if quoted:
        return Kind.INDICATOR, 0.9 if known else 0.85
    if shape is Shape.NAME:
        return Kind.INDICATOR, 0.8 if known else 0.6
    return (Kind.INDICATOR, 0.55) if known else None


def _subject(marked: Marked, place: int) -> str:
    """What the verb at ``place`` changes: the nearest noun before it in its clause, else a hint from earlier clauses."""
    start = marked.clause_bounds(place)[0]
    origin = [cue for cue in marked.of("from") if start <= cue.start and cue.end < place]
    quoted = [span for span in _quoted_spans(marked) if start <= span[0] and span[1] <= place]
    edge = origin[-1].start if origin else place
    nouns = [
        cue
        for cue in marked.of(*SUBJECTS)
        if start <= cue.start and cue.end <= edge and not any(a <= cue.start < b for a, b in quoted)
    ]
    if quoted and quoted[-1][1] >= place - REACH and not origin:
        touching = [noun for noun in nouns if 0 <= quoted[-1][0] - noun.end <= REACH or noun.start >= quoted[-1][1]]
        return touching[-1].id if touching else "quote"
    if nouns:
        return nouns[-1].id
    if origin:
        return _origin_subject(marked, origin[-1], end=place)
    hint = _hint(marked, start)
    caused = marked.text[start] in "因由受按经根依鉴"
    known = pattern("opening").fullmatch(marked.text, start, place) or (caused and hint == "hint")
    return hint if known else "unknown"


def _origin_subject(marked: Marked, origin: Cue, *, end: int) -> str:
    """由A改为B without a noun before 由: A tells."""
    old = marked.text[origin.end : end]
    nouns = [cue for cue in marked.of(*SUBJECTS) if origin.end <= cue.start and cue.end <= end]
    if text_to_shape(old) in (Shape.MONEY, Shape.TIME) or (nouns and nouns[-1].id == "thing"):
        return "thing"
    if old[:1] and old[0] in QUOTES:
        return "quote"
    return nouns[-1].id if nouns else _hint(marked, marked.clause_bounds(origin.start)[0])


def _object(marked: Marked, start: int, *, end: int) -> str | None:
    """What stands between 修改 and 为: a noun, or a quoted old name; None where it is something else."""
    nouns = [cue for cue in marked.of(*SUBJECTS) if start <= cue.start and cue.end <= end]
    quoted = [span for span in _quoted_spans(marked) if start <= span[0] and span[1] <= end]
    outside = [noun for noun in nouns if not any(a <= noun.start < b for a, b in quoted)]
    if outside:
        return outside[-1].id
    return "quote" if quoted else None


def _hint(marked: Marked, clause_start: int) -> str:
    earlier = [cue for cue in marked.of(*_HINTS, "thing") if cue.end <= clause_start]
    if any(cue.id != "thing" for cue in earlier):
        return "hint"
    return "other_hint" if earlier else ""


def _status(marked: Marked, place: int) -> RewriteStatus | None:
    """DONE or SUGGESTED for the verb at ``place``; None when it is denied."""
    text = marked.text
    start = marked.clause_bounds(place)[0]
    for cue in marked.of("not"):
        if start <= cue.start and cue.end <= place and pattern("not_scope").fullmatch(text, cue.end, place):
            return None
    settled = max((cue.end for cue in marked.of("already") if start <= cue.start and cue.end <= place), default=start)
    if any(settled <= cue.start and cue.end <= place for cue in _wishes(marked, start, place=place)):
        return RewriteStatus.SUGGESTED
    if settled == start and _led_by_wish(marked, start):
        return RewriteStatus.SUGGESTED
    return RewriteStatus.SUGGESTED if pattern("plea").search(text, place) else RewriteStatus.DONE


def _wishes(marked: Marked, start: int, *, place: int) -> tuple[Cue, ...]:
    inside = [cue for cue in marked.of("suggest", "modal") if start <= cue.start and cue.end <= place]
    grounds = [cue for cue in marked.of("grounded") if start <= cue.start and cue.end <= place]
    return tuple(
        cue
        for cue in inside
        if not (cue_text(marked, cue) == "建议" and any(ground.end <= cue.start for ground in grounds))
        and (cue.id == "suggest" or pattern("modal_scope").fullmatch(marked.text, cue.end, place))
    )


def _led_by_wish(marked: Marked, clause_start: int) -> bool:
    """建议:… and 下一年度,… head the clause after them."""
    if clause_start == 0:
        return False
    start, end = marked.clause_bounds(clause_start - 1)
    wishes = [cue for cue in marked.of("suggest") if start <= cue.start and cue.end <= end]
    return any(cue.end - start + (end - cue.end) <= len(cue_text(marked, cue)) + REACH for cue in wishes)


def _starts_verb(marked: Marked, place: int) -> bool:
    verbs = marked.of("turn", "shift", "alter", "setting", "already", "did", "not", "later", "modal")
    return any(cue.start == place for cue in verbs)


def _quoted_spans(marked: Marked) -> tuple[tuple[int, int], ...]:
    return tuple(found.span() for found in pattern("quoted").finditer(marked.text))


def _slice(marked: Marked, wording: Wording) -> str:
    return marked.text[wording.start : wording.end]


def cue_text(marked: Marked, cue: Cue) -> str:
    """The folded words of a cue."""
    return marked.text[cue.start : cue.end]


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
