"""The encoder beside the word lists on the same labelled texts: ``python -m classify.encoder.compare READER FILE...``.

Give files of units that trained neither. Intervals come from drawing whole units anew.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from classify.component import rationale_rules, target_rules
from classify.encoder.serve import EncoderReader
from classify.encoder.spans import STATUSES
from classify.encoder.taught import (
    Pupils,
    files_to_pupils,
    only_ones,
    reasons_to_statuses,
    reasons_to_truth,
    targets_to_truth,
    unit_of,
)
from classify.labels import RATIONALE, TARGET
from classify.learning.examples import Example
from classify.learning.measure import (
    accuracy,
    calibration_error,
    class_scores,
    macro_f1,
    micro_f1,
    one_class_each,
    settled,
    with_interval,
)
from classify.rationale import text_to_reading as reason_to_reading
from classify.target import text_to_reading as target_to_reading
from domain.label import Rewrite, RewriteStatus

Floats = NDArray[np.float64]


def reason_lines(reasons: Sequence[Example], reader: EncoderReader) -> list[str]:
    """Reasons and rewrites."""
    texts = [each.text for each in reasons]
    readings = [reason_to_reading(text, rationale_rules()).rationale for text in texts]
    ruled = np.array([[label.probability for label in reading.labels] for reading in readings])
    probability, rewrites = reader.read(texts)
    truth = reasons_to_truth(reasons).astype(np.float64)
    units = [unit_of(each) for each in reasons]
    voices = {"word lists": ruled, "encoder": probability.astype(np.float64)}
    lines = [f"reasons: {len(texts)} texts of {len(set(units))} units"]
    lines += [_label_line(name, truth, own, units=units) for name, own in voices.items()]
    lines += _class_table(tuple(RATIONALE), {name: (truth, own) for name, own in voices.items()})
    lines.append(_rewrite_line("word lists", reasons, [reading.rewrite for reading in readings]))
    lines.append(_rewrite_line("encoder", reasons, [each.rewrite for each in rewrites]))
    return lines


def target_lines(targets: Sequence[Example], reader: EncoderReader) -> list[str]:
    """Classes of target values; an acceptable class that was answered counts as right."""
    rules = target_rules()
    readings = [target_to_reading(each.text, each.indicators, rules=rules).labels for each in targets]
    ruled = np.array([[label.probability for label in own] for own in readings])
    probability = reader.targets([each.text for each in targets], [each.indicators for each in targets])
    truth = targets_to_truth(targets).astype(np.float64)
    units = [unit_of(each) for each in targets]
    lines = [f"targets: {len(targets)} texts of {len(set(units))} units"]
    answers: dict[str, tuple[Floats, Floats]] = {}
    for name, own in {"word lists": ruled, "encoder": probability.astype(np.float64)}.items():
        right, said = settled(truth, own), one_class_each(truth, own)
        answers[name] = right, said
        held = with_interval(macro_f1, right, said, units=units)
        lines.append(
            f"  {name:10} macro-F1 {held.value:.3f} [{held.low:.3f}, {held.high:.3f}]"
            f"  accuracy {accuracy(truth, own):.3f}  ECE {calibration_error(right, own):.3f}"
        )
    return lines + _class_table(tuple(TARGET), answers)


def _label_line(name: str, truth: Floats, own: Floats, *, units: Sequence[str]) -> str:
    macro = with_interval(macro_f1, truth, own, units=units)
    micro = with_interval(micro_f1, truth, own, units=units)
    return (
        f"  {name:10} macro-F1 {macro.value:.3f} [{macro.low:.3f}, {macro.high:.3f}]"
        f"  micro-F1 {micro.value:.3f} [{micro.low:.3f}, {micro.high:.3f}]  ECE {calibration_error(truth, own):.3f}"
    )


def _class_table(labels: Sequence[str], voices: Mapping[str, tuple[Floats, Floats]]) -> list[str]:
    scores = {name: class_scores(truth, own) for name, (truth, own) in voices.items()}
    return [
        f"    {label:28}"
        + "".join(f"  {name} {own[place].f1:.3f} (n={own[place].support})" for name, own in scores.items())
        for place, label in enumerate(labels)
    ]


def _rewrite_line(name: str, reasons: Sequence[Example], read: Sequence[Rewrite]) -> str:
    """Status as learnt (four states), and names and targets exact where a rewrite is told."""
    truth = only_ones(reasons_to_statuses(reasons))
    sure = [place for place in range(len(read)) if truth[place] >= 0]
    right = np.mean([STATUSES.index(read[place].status) == truth[place] for place in sure])
    told = [place for place in sure if STATUSES[truth[place]] is not RewriteStatus.NONE]
    exact = [_is_exact(read[place], reasons[place]) for place in told]
    spans = f"exact name and target {np.mean(exact):.3f} of {len(told)}" if told else "no rewrites told"
    return f"  {name:10} rewrite status {right:.3f} of {len(sure)}, {spans}"


def _is_exact(read: Rewrite, reason: Example) -> bool:
    def spelled(text: str) -> str:
        return "".join(text.split())

    return any(
        spelled(read.new_indicator) == spelled(answer.new_indicator)
        and spelled(read.new_target) == spelled(answer.new_target)
        for answer in reason.rewrites
    )


def pupils_to_lines(pupils: Pupils, reader: EncoderReader) -> list[str]:
    """The whole report."""
    lines = reason_lines(pupils.reasons, reader) if pupils.reasons else []
    return lines + (target_lines(pupils.targets, reader) if pupils.targets else [])


def main(arguments: Sequence[str]) -> int:
    """Print the report; 2 for wrong usage."""
    if len(arguments) < 2:
        print("用法：python -m classify.encoder.compare 编码器文件夹 标注文件.jsonl ...", file=sys.stderr)
        return 2
    reader = EncoderReader.load(Path(arguments[0]))
    print("\n".join(pupils_to_lines(files_to_pupils([Path(each) for each in arguments[1:]]), reader)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
