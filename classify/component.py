"""The spaCy side: word lists and rules loaded once, and the pipeline component ``fuhe_rewrite`` for any spaCy pipeline.

``import classify.component`` registers the factory. The component leaves the tokens alone; it sets
``doc._.fuhe_rationale`` (a :class:`domain.label.Rationale`) and the span group ``doc.spans["fuhe_rewrite"]`` with
the labels ``indicator`` and ``target`` over the new wordings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from functools import cache
from pathlib import Path
from typing import Any

import spacy
import yaml
from spacy.language import Language
from spacy.tokens import Doc

from classify.marks import build_lexicon
from classify.patterns import folded_pattern, turns_to_patterns
from classify.rationale import RationaleRules, text_to_reading
from classify.sequences import Rule, text_to_rule
from classify.target import Defect, TargetRules

NAME = "fuhe_rewrite"
RATIONALE_WORDS = ("change_words.yaml", "evidence_words.yaml", "cause_words.yaml", "defect_words.yaml")

Doc.set_extension("fuhe_rationale", default=None, force=True)


class RewriteReader:
    """Callable component: reads the text of a Doc as a deviation reason."""

    def __init__(self, rules: RationaleRules) -> None:
        self.rules = rules

    def __call__(self, doc: Doc) -> Doc:
        """Set the extension and the span group; the same Doc comes back."""
        reading = text_to_reading(doc.text, self.rules)
        doc._.fuhe_rationale = reading.rationale
        found = [doc.char_span(start, end, label=kind, alignment_mode="expand") for kind, start, end in reading.spans]
        doc.spans[NAME] = [span for span in found if span is not None]
        return doc


@Language.factory(NAME)
def create_rewrite_reader(nlp: Language, name: str) -> RewriteReader:
    """Factory for ``nlp.add_pipe("fuhe_rewrite")``; any tokenisation will do."""
    return RewriteReader(rationale_rules())


@cache
def pipeline() -> Language:
    """A blank Chinese pipeline over single characters with the component in it; nothing is downloaded."""
    nlp = spacy.blank("zh")
    nlp.add_pipe(NAME)
    return nlp


@cache
def rationale_rules() -> RationaleRules:
    """The rules for deviation reasons, compiled; raises ValueError for a rule that names no word list."""
    sheet = _load("rationale_reading.yaml")
    words = {list_id: line for name in RATIONALE_WORDS for list_id, line in _load(name)["words"].items()}
    vocab = spacy.blank("zh").vocab
    turned = _load("reason_turns.yaml")
    turns = turns_to_patterns(turned["turns"], turned["fragments"])
    lexicon = build_lexicon(vocab, words, shapes=sheet["shapes"], families=sheet["families"], turns=turns)
    stock = build_lexicon(vocab, sheet["stock"], shapes={}, families=())
    strengths = _load("rationale_rules.yaml")
    rules = {label: _compile(own, known={*words, *sheet["shapes"], *turns}) for label, own in strengths.items()}
    denials = tuple(folded_pattern(each) for each in sheet["denials"])
    tones = {tone: folded_pattern(each) for tone, each in sheet["tones"].items()}
    return RationaleRules(lexicon=lexicon, stock=stock, rules=rules, denials=denials, tones=tones)


@cache
def target_rules() -> TargetRules:
    """The rules for target values, compiled; raises ValueError for a rule that names no word list."""
    sheet = _load("target_words.yaml")
    turns = turns_to_patterns(sheet["turns"], {})
    lexicon = build_lexicon(
        spacy.blank("zh").vocab, sheet["words"], shapes=sheet["shapes"], families=sheet["families"], turns=turns
    )
    defects = tuple(
        Defect(pattern=folded_pattern(each["pattern"]), probability=each["probability"])
        for each in sheet["defects"].values()
    )
    verifiable = _compile(_load("target_rules.yaml")["verifiable"], known={*sheet["words"], *sheet["shapes"], *turns})
    return TargetRules(lexicon=lexicon, verifiable=verifiable, defects=defects)


def _load(name: str) -> dict[str, Any]:  # what YAML holds is checked where it is compiled
    sheet: dict[str, Any] = yaml.safe_load((Path(__file__).parent / name).read_text(encoding="utf-8"))
    return sheet


def _compile(strengths: Mapping[float, Sequence[str]], *, known: Set[str]) -> tuple[Rule, ...]:
    """Rules of one label, strongest first, so that the first that holds gives the probability."""
    rules = tuple(
        text_to_rule(line, probability)
        for probability, lines in sorted(strengths.items(), reverse=True)
        for line in lines
    )
    unknown = {name for rule in rules for name in (*rule.needs, *rule.vetoes, *rule.bans)} - known
    if unknown:
        raise ValueError(
            f"规则文件有误：引用了不存在的词表 {'、'.join(sorted(unknown))}；请在词表文件中补上或改正规则。"
        )
    return rules
