"""A real scheduler and real workers: what one machine reads, many read the same, whatever becomes of them."""

from __future__ import annotations

import json
import os
import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("distributed", reason="the optional component `cluster` is not installed")

from typer.testing import CliRunner

from fuhe.cli import app
from tests.cluster.rig import ROOT, Rig, networks, running, wait_until, why_no_namespaces
from tests.fuhe.paper import FORM, TITLE, pdf_page, picture
from tests.ocr.pdf import page_pdf

pytestmark = pytest.mark.slow
PAGES = 8
UNREAD = 3  # the scan is a table of figures and no form
RESULTS = ("tables.jsonl", "pages.jsonl", "forms.jsonl")


def long_document() -> bytes:
    rows = [(FORM[0], (f"第{number}行", "48.30", "全年执行数", "45.99")) for number in range(PAGES)]
    return page_pdf(*(pdf_page(row, title=TITLE if number in (0, 4) else "") for number, row in enumerate(rows)))


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "收件"
    folder.mkdir()
    (folder / "长文档.pdf").write_bytes(long_document())
    (folder / "扫描_p1.png").write_bytes(picture())
    (folder / "扫描_p2.png").write_bytes(picture((("7.00", "8.00", "9.00"), ("2023", "1.10", "0.20"))))
    for name in ("01_农村公路养护_自评表（制表符文本）.txt", "04_中小河流治理_自评表.docx"):
        (folder / name).write_bytes((ROOT / "examples" / name).read_bytes())
    return folder


@pytest.fixture(params=["processes", "namespaces"])
def rig(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Rig]:
    if request.param == "processes":
        with running(tmp_path / "rig") as rig:
            yield rig
        return
    if reason := why_no_namespaces():
        pytest.skip(reason)
    with networks(3) as names, running(tmp_path / "rig", namespaces=names) as rig:
        yield rig


def results(out: Path) -> dict[str, str]:
    return {name: (out / name).read_text(encoding="utf-8") for name in RESULTS}


def read_here(inbox: Path, out: Path) -> dict[str, str]:
    assert CliRunner().invoke(app, ["extract", str(inbox), "-o", str(out)]).exit_code == UNREAD
    return results(out)


def test_a_worker_killed_half_way_changes_nothing(rig: Rig, inbox: Path, tmp_path: Path) -> None:
    alone = read_here(inbox, tmp_path / "alone")
    for number in range(3):
        rig.worker(number, "--no-nanny", FUHE_TEST_SECONDS="0.5")
    rig.wait(3)
    run = rig.fuhe("extract", str(inbox), "-o", str(tmp_path / "out"))
    wait_until(lambda: len(rig.begun("ended")) >= PAGES // 2 and rig.busy() is not None)
    killed = rig.busy()
    assert killed is not None
    os.kill(killed, signal.SIGKILL)
    _, complaints = run.communicate(timeout=180)
    assert run.returncode == UNREAD, complaints
    assert results(tmp_path / "out") == alone
    begun = Counter(what for _, what in rig.begun())
    assert max(begun.values()) > 1, "what the killed worker was at is begun again elsewhere"
    assert {pid for pid, _ in rig.begun()} > {killed}
    assert [path for path in rig.share.rglob("*") if path.is_file()] == [], "nothing stays behind in the share"


def test_what_kills_its_worker_is_set_aside_after_three_tries(tmp_path: Path, inbox: Path) -> None:
    (inbox / "长文档.pdf").rename(inbox / "毒.pdf")
    (inbox / "毒.txt").write_text(
        (inbox / "01_农村公路养护_自评表（制表符文本）.txt").read_text(encoding="utf-8") + "\n"
    )
    with running(tmp_path / "rig") as rig:
        for number in range(2):
            rig.worker(number)
        rig.wait(2)
        run = rig.fuhe("extract", str(inbox), "-o", str(tmp_path / "out"))
        told, complaints = run.communicate(timeout=300)
        begun = Counter(what for _, what in rig.begun())
    assert run.returncode == UNREAD, complaints
    assert (begun["毒.pdf page 3"], begun["毒.txt document 0"]) == (3, 3)
    assert "毒.pdf 第 3 页：识读这一页时，识读机器连续 3 次异常退出，这一页已放下，其余各页不受影响。" in told
    assert "毒.txt：打开或识读这份文件时，识读机器连续 3 次异常退出，已放下，其余文件不受影响。" in told
    record = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    counts = record["counts"]
    assert (counts["pages"], counts["pages_unread"]) == (PAGES + 2, 1)
    assert sum(entry["status"] == "read" for entry in record["inputs"]) >= 3


def test_a_worker_with_other_weights_is_refused_by_name(tmp_path: Path, inbox: Path) -> None:
    with running(tmp_path / "rig") as rig:
        rig.worker(0)
        rig.worker(1, FUHE_TEST_WEIGHTS="0123456789ab")
        rig.wait(2)
        run = rig.fuhe("extract", str(inbox), "-o", str(tmp_path / "out"))
        _, complaints = run.communicate(timeout=120)
        begun = rig.begun()
    assert run.returncode == 2
    assert "没有做完：识读机器 tcp://127.0.0.1:" in complaints and "与本机不一致，不让它识读" in complaints
    assert "识读权重不同（本机 " in complaints and "该机 0123456789ab" in complaints
    assert begun == []
