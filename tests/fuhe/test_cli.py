"""The command keeps its contract: files, exit codes, and Chinese that says what to do."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner, Result

from domain.finding import Finding
from domain.form import Form
from fuhe.batch import Outcome
from fuhe.cli import app
from fuhe.intake import Found
from fuhe.listing import TextToAmount
from fuhe.page_reading import PageReader
from fuhe.paper import Desk
from fuhe.pipeline import Stages
from fuhe.settings import Settings
from ocr.engines.choice import EngineChoice

if TYPE_CHECKING:
    from tests.fuhe.conftest import Hand, ToyReader

EXTRACTED = {"tables.jsonl", "pages.jsonl", "forms.jsonl", "forms.xlsx", "run.json"}
AUDITED = EXTRACTED | {"findings.jsonl", "findings.xlsx", "report.html"}
ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Command:
    """Runs the command in this process with the toy reader in the place of the real stages."""

    toy: ToyReader
    out: Path

    def run(self, *arguments: str | Path) -> Result:
        return CliRunner().invoke(app, [str(argument) for argument in arguments])

    def extract(self, *inputs: Path) -> Result:
        return self.run("extract", *inputs, "-o", self.out)

    def audit(self, *inputs: Path) -> Result:
        return self.run("audit", *inputs, "-o", self.out)

    def record(self) -> dict[str, object]:
        record: dict[str, object] = json.loads((self.out / "run.json").read_text(encoding="utf-8"))
        return record

    def lines(self, name: str) -> list[dict[str, object]]:
        return [json.loads(line) for line in (self.out / name).read_text(encoding="utf-8").splitlines()]

    def names(self) -> set[str]:
        return {path.name for path in self.out.iterdir() if not path.name.startswith(".")}


@pytest.fixture
def command(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, toy: ToyReader, hand: Hand, to_amount: TextToAmount
) -> Command:
    import fuhe.commands as commands

    def stages(*, password: str, engine: EngineChoice, desk: Desk, reader: PageReader) -> Stages:
        return toy.stages()

    def findings(forms: Sequence[Form], settings: Settings, *, champions: object) -> tuple[Finding, ...]:
        from dataclasses import replace

        return tuple(
            replace(hand.finding(rank=rank), source=form.document.path, form_index=form.index)
            for rank, form in enumerate(forms, start=1)
        )

    class Skills:
        amount = staticmethod(to_amount)

    monkeypatch.setattr(commands, "house_stages", stages)
    monkeypatch.setattr(commands, "house_skills", Skills)
    monkeypatch.setattr(commands, "forms_to_findings", findings)
    monkeypatch.setattr(commands, "rule_groups", dict)
    return Command(toy, tmp_path / "out")


def test_extract_writes_its_files_and_ends_with_0(command: Command, inbox: Path) -> None:
    (inbox / "一.txt").write_text("表:甲", encoding="utf-8")
    ended = command.extract(inbox)
    assert ended.exit_code == 0
    assert command.names() == EXTRACTED
    assert [form["project_name"] for form in command.lines("forms.jsonl")] == ["甲"]
    assert "表单 1 张" in ended.stdout and str(command.out) in ended.stdout


def test_audit_writes_the_list_as_well(command: Command, inbox: Path) -> None:
    (inbox / "一.txt").write_text("表:甲", encoding="utf-8")
    ended = command.audit(inbox)
    assert ended.exit_code == 0
    assert command.names() == AUDITED
    assert [line["rank"] for line in command.lines("findings.jsonl")] == [1]
    assert "1. 【高】编造的疑点" in ended.stdout and "findings.xlsx" in ended.stdout


def test_unread_inputs_are_listed_with_their_reason_and_end_with_3(command: Command, inbox: Path) -> None:
    (inbox / "一.txt").write_text("表:甲", encoding="utf-8")
    (inbox / "二.txt").write_bytes(b"")
    ended = command.audit(inbox)
    assert ended.exit_code == 3
    assert "有 1 份未读入" in ended.stdout and "二.txt：文件是空的" in ended.stdout
    assert len(command.lines("forms.jsonl")) == 1
    assert "文件是空的" in (command.out / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("空.txt", b"", "文件是空的"),
        ("乱.bin", bytes(range(1, 256)) * 99, "不是可识别的文字"),
        ("长.txt", b"1" * 10_000_000, "第 1 行长达 10,000,000 字"),
        ("扫描.pdf", b"%PDF-1.7 ...", "文件打不开"),
        ("照片.jpg", b"\xff\xd8\xff\xe0....", "文件打不开"),
        ("名不符实.docx", b"%PDF-1.7 ...", "文件打不开"),
        ("包.rar", b"Rar!\x1a\x07\x00", "RAR 压缩包"),
        ("半.zip", b"PK\x03\x04....", "已损坏"),
        ("无表.txt", "会议通知".encode(), "未找到表"),
        ("坏.txt", "坏".encode(), "程序出错，不是文件的问题"),
    ],
)
def test_a_bad_input_is_told_and_harms_no_other(
    command: Command, inbox: Path, name: str, content: bytes, message: str
) -> None:
    (inbox / "好.txt").write_text("表:甲", encoding="utf-8")
    (inbox / name).write_bytes(content)
    ended = command.extract(inbox)
    assert ended.exit_code == 3
    (told,) = [line for line in ended.stdout.splitlines() if name in line]
    assert message in told
    assert [form["project_name"] for form in command.lines("forms.jsonl")] == ["甲"]


def test_the_rest_of_an_archive_goes_on(command: Command, inbox: Path) -> None:
    with zipfile.ZipFile(inbox / "包.zip", "w") as archive:
        archive.writestr("../外.txt", "表:外")
        archive.writestr("里.txt", "表:里")
    ended = command.extract(inbox)
    assert ended.exit_code == 3 and "越界" in ended.stdout
    assert [form["source"] for form in command.lines("forms.jsonl")] == [f"{inbox}/包.zip/里.txt"]


def test_the_account_of_a_run_names_every_input_and_output(command: Command, inbox: Path) -> None:
    (inbox / "一.txt").write_text("表:甲", encoding="utf-8")
    (inbox / "二.txt").write_text("表:甲", encoding="utf-8")
    (inbox / "~$锁.docx").write_bytes(b"x")
    command.audit(inbox)
    record = command.record()
    assert list(record) == [
        "version", "reading_version", "engine", "command", "models",
        "settings", "started", "finished", "exit_code", "counts",
        "inputs", "outputs",
    ]  # fmt: skip
    engine = record["engine"]
    assert isinstance(engine, dict) and engine["name"] == "ppocrv6-small-openvino" and engine["weights"]
    inputs, outputs = record["inputs"], record["outputs"]
    assert isinstance(inputs, list) and isinstance(outputs, list)
    assert [entry["status"] for entry in inputs] == ["skipped", "read", "duplicate"]
    assert inputs[1]["sha256"] == hashlib.sha256("表:甲".encode()).hexdigest()
    assert {entry["name"] for entry in outputs} == AUDITED - {"run.json"}
    for entry in outputs:
        assert entry["sha256"] == hashlib.sha256((command.out / entry["name"]).read_bytes()).hexdigest()


def test_a_second_run_reads_nothing_and_writes_the_same(command: Command, inbox: Path) -> None:
    (inbox / "一.txt").write_text("表:甲\n表:乙", encoding="utf-8")
    command.extract(inbox)
    first = (command.out / "forms.jsonl").read_bytes()
    ended = command.extract(inbox)
    assert len(command.toy.calls) == 1
    assert "1 份此前已读过" in ended.stdout
    assert (command.out / "forms.jsonl").read_bytes() == first


def test_new_code_reads_again(command: Command, inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import fuhe.commands as commands

    (inbox / "一.txt").write_text("表:甲", encoding="utf-8")
    command.extract(inbox)
    monkeypatch.setattr(commands, "reading_version", lambda engine: "another")
    command.extract(inbox)
    assert len(command.toy.calls) == 2


def test_another_engine_and_other_weights_read_again(
    command: Command, inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ocr.engines.paddle.find_spec", lambda name: object())
    models = [tmp_path / "甲", tmp_path / "乙"]
    for model in models:
        model.mkdir()
        settings = "Global: {model_name: 自备_rec}\nPostProcess: {name: CTCLabelDecode}\n"
        (model / "inference.yml").write_text(settings, encoding="utf-8")
        (model / "inference.onnx").write_text(model.name, encoding="utf-8")
    (inbox / "一.txt").write_text("表:甲", encoding="utf-8")
    command.extract(inbox)
    for model in (*models, *models):
        ended = command.run("extract", inbox, "-o", command.out, "--engine", "paddle", "--model-dir", model)
        assert ended.exit_code == 0
    assert len(command.toy.calls) == 3
    engine = command.record()["engine"]
    assert isinstance(engine, dict) and engine["name"] == "自备_rec-paddle"


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--engine", "paddle", "--model-dir", "无此文件夹"], "找不到模型文件夹"),
        (["--model-dir", "无此文件夹"], "--engine paddle"),
    ],
)
def test_an_engine_that_cannot_be_had_is_wrong_usage(
    command: Command, inbox: Path, options: list[str], told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ocr.engines.paddle.find_spec", lambda name: object())
    (inbox / "一.txt").write_text("表:甲", encoding="utf-8")
    for name in ("extract", "audit"):
        ended = command.run(name, inbox, "-o", command.out, *options)
        assert ended.exit_code == 2
        assert "用法有误" in ended.stderr and told in ended.stderr
    assert not command.out.exists()


def test_the_doctor_shows_both_engines() -> None:
    ended = CliRunner().invoke(app, ["doctor"])
    assert ended.exit_code == 0
    assert "识别引擎 openvino（默认）：ppocrv6-small-openvino" in ended.stdout
    assert "识别引擎 paddle" in ended.stdout


def test_outputs_within_the_inputs_are_not_read(command: Command, inbox: Path) -> None:
    (inbox / "一.txt").write_text("表:甲", encoding="utf-8")
    for _ in range(2):
        ended = command.run("audit", inbox, "-o", inbox / "结果")
        assert ended.exit_code == 0
    assert len((inbox / "结果" / "forms.jsonl").read_text(encoding="utf-8").splitlines()) == 1


def test_old_findings_beside_new_forms_are_pointed_out(command: Command, inbox: Path) -> None:
    (inbox / "一.txt").write_text("表:甲", encoding="utf-8")
    command.audit(inbox)
    assert "以前的审计结果" in command.extract(inbox).stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["extract"], "请给出要读的文件"),
        (["audit", "{inbox}"], "请用 -o 指定输出文件夹"),
        (["extract", "没有这个文件", "-o", "{out}"], "找不到：没有这个文件"),
        (["extract", "{inbox}", "-o", "{out}"], "没有可读的文件"),
        (["extract", "{inbox}", "-o", "{file}"], "是文件，不是文件夹"),
        (["classify", "{file}"], "请用 --task"),
        (["classify", "--task", "rationale", "没有.jsonl"], "找不到文件 没有.jsonl"),
    ],
)
def test_wrong_usage_ends_with_2_and_says_what_is_missing(
    command: Command, inbox: Path, tmp_path: Path, arguments: list[str], message: str
) -> None:
    (tmp_path / "文件").write_bytes(b"x")
    places = {"inbox": inbox, "out": command.out, "file": tmp_path / "文件"}
    ended = command.run(*[argument.format(**places) for argument in arguments])
    assert ended.exit_code == 2
    assert message in ended.stderr
    assert not command.out.exists()


@pytest.mark.parametrize("arguments", [["nonsense"], ["extract", "--nonsense"], ["extract", "--workers", "x"]])
def test_what_the_framework_refuses_ends_with_2(command: Command, arguments: list[str]) -> None:
    assert command.run(*arguments).exit_code == 2


def test_an_output_that_cannot_be_written_is_told(command: Command, inbox: Path) -> None:
    (inbox / "一.txt").write_text("表:甲", encoding="utf-8")
    (command.out / "forms.xlsx").mkdir(parents=True)
    ended = command.extract(inbox)
    assert ended.exit_code == 2
    assert "写不了" in ended.stderr and "forms.xlsx" in ended.stderr and "关闭正在打开它的程序" in ended.stderr


def test_help_and_import_load_nothing_heavy() -> None:
    code = "import sys, fuhe, fuhe.cli; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    heavy = {"pandas", "spacy", "numpy", "lxml", "openpyxl", "xlsxwriter", "jinja2", "extract", "audit", "classify"}
    assert not heavy & set(loaded.split())


@pytest.mark.parametrize(
    ("scans", "texts", "cores", "told", "at_once"),
    [
        (20, 0, 2, [], 2),
        (19, 5, 2, [], 1),
        (0, 40, 2, [], 1),
        (40, 0, 8, [], 2),
        (40, 0, 1, [], 1),
        (3, 0, 2, ["--workers", "2"], 2),
        (40, 0, 2, ["--workers", "1"], 1),
    ],
)
def test_two_are_read_at_once_where_paper_and_machine_are_worth_it(
    command: Command, inbox: Path, monkeypatch: pytest.MonkeyPatch, *,
    scans: int, texts: int, cores: int, told: list[str], at_once: int,
) -> None:  # fmt: skip
    asked: list[object] = []

    def read(found: Sequence[Found], stages: Stages, **options: object) -> Iterator[Outcome]:
        asked.append(options["workers"])
        return iter(())

    monkeypatch.setattr("fuhe.commands.read_batch", read)
    monkeypatch.setattr("fuhe.commands.warm_up", lambda engine: asked.append("warm"))
    monkeypatch.setattr("os.cpu_count", lambda: cores)
    for number in range(scans):
        (inbox / f"扫描{number}.jpg").write_bytes(b"a")
    for number in range(texts):
        (inbox / f"文字{number}.txt").write_text("表:甲", encoding="utf-8")
    command.run("extract", inbox, "-o", command.out, *told)
    assert asked == ["warm"] * (at_once == 1 and scans > 0) + [at_once]
