"""Decisions and samples at the edge: files in, files out, and bad lines told by number."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from audit.relearn import BadLearned
from audit.sampling import BadSample, Kind
from bench.synthesis import synthesise
from domain.decision import Act, Cause, Decision
from domain.finding import Verdict
from fuhe.commands import WrongUsage
from fuhe.decision_records import BadDecisions, read_decisions
from fuhe.export import read_findings_file
from fuhe.files import write_lines
from fuhe.finding_records import finding_to_record
from fuhe.pipeline import forms_to_findings
from fuhe.records import form_to_record
from fuhe.reranking import (
    learn_order,
    learned_to_words,
    read_learned,
    rerank_run,
    run_to_lines,
    write_learned,
    write_reranked,
)
from fuhe.spot_check import (
    CheckOrder,
    decisions_to_estimate,
    decisions_to_verdicts,
    read_sample,
    run_to_sample,
    write_sample,
)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output folder of a run over invented forms."""
    folder = tmp_path_factory.mktemp("run")
    forms = synthesise(12, seed=4)
    write_lines(folder / "forms.jsonl", map(form_to_record, forms))
    write_lines(folder / "findings.jsonl", map(finding_to_record, forms_to_findings(forms)))
    return folder


@pytest.fixture(scope="module")
def decisions(run: Path) -> tuple[Decision, ...]:
    """An auditor confirms what is grave and explains the rest, twenty-four lines from the top and the bottom."""
    told = [line for line in run_to_lines(run) if line.is_told]
    return tuple(
        Decision(
            finding=line.finding.finding,
            source=line.finding.source,
            form_index=line.finding.form_index,
            row=line.finding.row,
            act=Act.CONFIRM if place < 12 else Act.DISMISS,
            cause=None if place < 12 else Cause.EXPLAINED,
        )
        for place, line in enumerate([*told[:12], *told[-12:]])
    )


def write_decisions(path: Path, *records: dict[str, object]) -> Path:
    """A file of decisions."""
    write_lines(path, records)
    return path


RECORD: dict[str, object] = {
    "finding": "TARGET_VAGUE",
    "source": "forms.txt",
    "form_index": 1,
    "row": 0,
    "decision": "dismiss",
    "cause": "wrong",
    "task": "target",
    "text": "有所提升",
    "unit": "甲局",
}


def test_lines_of_the_classifiers_are_read_as_decisions(tmp_path: Path) -> None:
    (decision,) = read_decisions(write_decisions(tmp_path / "decisions.jsonl", RECORD))
    assert (decision.act, decision.cause, decision.unit) == (Act.DISMISS, Cause.WRONG, "甲局")


@pytest.mark.parametrize(
    ("change", "said"),
    [({"decision": "yes"}, "decision"), ({"cause": None}, "cause"), ({"form_index": "x"}, "form_index")],
)
def test_bad_lines_are_told_by_number(tmp_path: Path, change: dict[str, object], said: str) -> None:
    path = write_decisions(tmp_path / "decisions.jsonl", RECORD, {**RECORD, **change})
    with pytest.raises(BadDecisions, match=f"decisions.jsonl 第2行：.*{said}"):
        read_decisions(path)


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "decisions.jsonl"
    path.write_text("序号,结论\n", encoding="utf-8")
    with pytest.raises(BadDecisions, match="不是 JSON"):
        read_decisions(path)


def test_a_folder_without_a_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WrongUsage, match=r"findings\.jsonl"):
        run_to_lines(tmp_path)


def test_a_run_is_ranked_again_and_its_own_list_stays(
    run: Path, decisions: tuple[Decision, ...], tmp_path: Path
) -> None:
    before = (run / "findings.jsonl").read_bytes()
    learned = learn_order(decisions, [run])
    write_learned(tmp_path / "order.json", learned)
    findings = rerank_run(run, read_learned(tmp_path / "order.json"), decisions=decisions)
    written = read_findings_file(write_reranked(run, findings))
    assert (run / "findings.jsonl").read_bytes() == before
    assert len(written) == len(before.splitlines())
    assert any("据24条复核" in finding.why for finding in written)
    told = [finding for finding in written if finding.verdict is Verdict.FAIL and finding.covered_by is None]
    assert [finding.rank for finding in told] == sorted(finding.rank for finding in told)
    assert "据24条复核调整了次序" in learned_to_words(learned)


def test_few_decisions_are_said_to_change_nothing(run: Path, decisions: tuple[Decision, ...]) -> None:
    learned = learn_order(decisions[:3], [run])
    assert rerank_run(run, learned) == read_findings_file(run / "findings.jsonl")
    assert "清单次序不变" in learned_to_words(learned)


@pytest.mark.parametrize("content", ["", "[]", "{}"])
def test_weights_that_are_none_are_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "order.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(BadLearned, match="重新学习"):
        read_learned(path)


def test_a_sample_is_kept_and_judged(run: Path, tmp_path: Path) -> None:
    sample = run_to_sample(run, CheckOrder(line=20, size=15, seed=9))
    write_sample(tmp_path / "sample.json", sample)
    assert read_sample(tmp_path / "sample.json") == sample
    verdicts = [
        Decision(
            finding="",
            source=place.source,
            form_index=place.form_index,
            row=place.row,
            act=Act.CONFIRM if number < 2 else Act.DISMISS,
        )
        for number, place in enumerate(sample.places)
    ]
    found = decisions_to_estimate(sample, verdicts)
    assert found.found == 2 and found.low >= 2
    with pytest.raises(BadSample, match="还有 1 个没有结论"):
        decisions_to_estimate(sample, verdicts[:-1])


def test_a_broken_sample_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "sample.json"
    path.write_text(json.dumps({"kind": "指标行"}), encoding="utf-8")
    with pytest.raises(BadSample, match="重新抽样"):
        read_sample(path)


def test_who_dismissed_one_finding_has_not_called_the_row_clean() -> None:
    one = Decision(finding="TARGET_VAGUE", source="a", form_index=1, row=0, act=Act.DISMISS, cause=Cause.WRONG)
    assert decisions_to_verdicts([one], Kind.ROW) == {}
