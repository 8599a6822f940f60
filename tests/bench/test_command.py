"""``fuhe bench``: what it prints and writes, with readers that know the answer in the place of real ones."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest
from typer.testing import CliRunner

from bench import command
from bench.command import AccuracyOrder, measure_accuracy, measure_speed
from bench.contest import NO_RIVALS, Rivals
from bench.layouts import form_to_table
from bench.metric import METRIC
from bench.peers import Peer
from bench.print_forms import STYLES, tables_to_html
from bench.speed import HOUSE, Lap, SpeedRun
from bench.synthesis import synthesise
from domain.errors import UnreadableDocument
from domain.form import Form
from domain.table import Table
from fuhe.cli import app
from fuhe.commands import WrongUsage
from fuhe.records import form_to_record
from ocr.engines.choice import EngineChoice

FORMS = synthesise(2, seed=8)
TABLES = tuple(form_to_table(form, random.Random(1)) for form in FORMS)
HTML = tuple(tables_to_html([table], STYLES[0]) for table in TABLES)
KINDS = ("fax", "photo")
Read = tuple[tuple[Table, ...], tuple[Form, ...]]

KNOWING = Peer(name="全知", modules=(), extra="bench", load=lambda: lambda pixels: HTML[int(pixels[0, 0, 0])])
ABSENT = Peer(name="缺席", modules=("no_such_module",), extra="bench", load=lambda: lambda pixels: "")
BOTH = Rivals(tables=(KNOWING, ABSENT), texts=(KNOWING,))

needs_metric = pytest.mark.skipif(not METRIC.is_file(), reason="the accuracy tool does not stand beside this checkout")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two documents of a page, whose pixels say which they are."""
    entries, truth = [], {}
    for place, kind in enumerate(KINDS):
        name = f"{place}_{kind}"
        pixels = np.full((300, 200, 3), 255, np.uint8)
        pixels[0, 0] = place
        cv2.imwrite(str(tmp_path / f"{name}_p1.png"), pixels)
        entries.append(
            {"name": name, "kind": kind, "files": [f"{name}_p1.png"], "pages": 1, "form": [0], "html": HTML[place]}
        )
        truth[name] = [form_to_record(FORMS[place])]
    (tmp_path / "manifest.json").write_text(json.dumps(entries), encoding="utf-8")
    (tmp_path / "truth.json").write_text(json.dumps(truth), encoding="utf-8")
    return tmp_path


def read_truth(paths: Sequence[Path]) -> Read:
    place = int(paths[0].name[0])
    return (TABLES[place],), (FORMS[place],)


def refuse(paths: Sequence[Path]) -> Read:
    raise UnreadableDocument("图像损坏。")


@needs_metric
def test_ours_and_the_peers_stand_side_by_side(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert measure_accuracy(folder, AccuracyOrder(), read=read_truth, rivals=BOTH) == 0
    lines = capsys.readouterr().out.splitlines()
    forms, tables = (next(n for n, line in enumerate(lines) if line.startswith(mark)) for mark in ("一、", "二、"))
    assert [line.split()[:3] for line in lines[forms + 2 : forms + 5]] == [
        ["传真", "1", "1/1"], ["手机照片", "1", "1/1"], ["合计", "2", "2/2"]
    ]  # fmt: skip
    programs = [line.split() for line in lines[tables + 2 : tables + 8]]
    assert [words[-4] for words in programs] == ["复核", "全知"] * 3
    assert all(words[-1] == "1.000" for words in programs)
    assert "缺席：未安装（缺 no_such_module）。请装可选组件 bench（make setup 会装齐）。" in lines


@needs_metric
def test_the_record_holds_every_document_and_program(folder: Path) -> None:
    target = folder / "record.json"
    measure_accuracy(folder, AccuracyOrder(record=target), read=read_truth, rivals=BOTH)
    record = json.loads(target.read_text(encoding="utf-8"))
    assert record["forms"]["all"]["row_f1"] == 1
    assert record["tables"]["fax"]["全知"]["cell_f1"] == 1
    assert list(record["missing"]) == ["缺席"]
    assert [set(document["programs"]) for document in record["documents"]] == [{"复核", "全知"}] * 2


@needs_metric
def test_one_kind_is_measured_and_the_plot_drawn(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plot = folder / "plot.png"
    measure_accuracy(folder, AccuracyOrder(kinds=("photo",), plot=plot), read=read_truth, rivals=NO_RIVALS)
    printed = capsys.readouterr().out
    assert "手机照片" in printed and "传真" not in printed
    assert "平均相差 0.0000" in printed
    assert plot.read_bytes().startswith(b"\x89PNG")


@needs_metric
def test_refusals_are_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    measure_accuracy(folder, AccuracyOrder(), read=refuse, rivals=NO_RIVALS)
    assert "未能识读 0_fax：图像损坏。" in capsys.readouterr().out


@needs_metric
@pytest.mark.parametrize(
    ("order", "told"),
    [
        (AccuracyOrder(truth=Path("无.json")), "--truth"),
        (AccuracyOrder(kinds=("火烧",)), "--only"),
        (AccuracyOrder(metric=Path("无.py")), "--metric"),
        (AccuracyOrder(engine=EngineChoice(model_dir=Path("无"))), "--engine paddle"),
    ],
)
def test_what_is_missing_is_wrong_usage(folder: Path, order: AccuracyOrder, told: str) -> None:
    with pytest.raises(WrongUsage, match=told):
        measure_accuracy(folder, order, read=read_truth, rivals=NO_RIVALS)


def test_a_folder_without_a_manifest_is_wrong_usage(tmp_path: Path) -> None:
    ended = CliRunner().invoke(app, ["bench", "accuracy", str(tmp_path)])
    assert ended.exit_code == 2
    assert "manifest.json" in ended.stderr


def test_files_that_cannot_be_timed_are_wrong_usage(tmp_path: Path) -> None:
    ended = CliRunner().invoke(app, ["bench", "speed", str(tmp_path / "无.pdf")])
    assert ended.exit_code == 2 and "找不到文件" in ended.stderr
    (tmp_path / "坏.pdf").write_bytes(b"no picture")
    ended = CliRunner().invoke(app, ["bench", "speed", str(tmp_path / "坏.pdf")])
    assert ended.exit_code == 2 and "坏.pdf" in ended.stderr


def test_speed_is_printed_and_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def measured(files: Sequence[Path], *, times: int, pages: int) -> SpeedRun:
        laps = tuple(
            Lap(program=name, file=files[0].name, pages=1, seconds=taken)
            for name, taken in ((HOUSE, 1.0), ("RapidOCR", 2.0))
        )
        return SpeedRun(programs=(HOUSE, "RapidOCR"), scans=laps, peaks={HOUSE: 400.0}, missing={}, cores=2)

    monkeypatch.setattr(command, "measure", measured)
    page, target = tmp_path / "甲.jpg", tmp_path / "speed.json"
    page.write_bytes(b"")
    assert measure_speed([page], times=1, pages=0, record=target) == 0
    assert "甲.jpg   1          1.00      2.00           0.50" in capsys.readouterr().out
    assert json.loads(target.read_text(encoding="utf-8"))["ratios"] == {"RapidOCR": 0.5}
