"""Medians, ratios and tables of the speed benchmark, from invented laps."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bench.speed import (
    HOUSE,
    TOGETHER,
    Lap,
    SpeedRun,
    Walk,
    digital_figures,
    memory_figures,
    pace,
    ratio,
    scan_figures,
    speed_to_record,
)


def laps(program: str, file: str, *seconds: float, pages: int = 1) -> tuple[Lap, ...]:
    return tuple(Lap(program=program, file=file, pages=pages, seconds=taken) for taken in seconds)


SCANS = (
    *laps(HOUSE, "甲.pdf", 1.0, 9.0, 1.2),
    *laps(HOUSE, "乙.jpg", 4.0, 4.4, 4.2, pages=2),
    *laps("RapidOCR", "甲.pdf", 2.0, 2.4, 2.2),
    *laps("RapidOCR", "乙.jpg", 6.0, 6.0, 6.0, pages=2),
)
RUN = SpeedRun(
    programs=(HOUSE, "RapidOCR"),
    scans=SCANS,
    digital=laps(HOUSE, "丙.pdf", 0.09, 0.12, 0.1, pages=2),
    peaks={HOUSE: 420.4, "RapidOCR": None},
    missing={"PaddleOCR": "未安装（缺 paddleocr）。"},
    walk=(Walk(pages=30, memory=400.0), Walk(pages=300, memory=420.0)),
    cores=2,
)


def test_one_slow_lap_changes_nothing() -> None:
    assert pace(SCANS, HOUSE, "甲.pdf") == pytest.approx(1.2)


def test_pages_of_a_file_share_its_time() -> None:
    assert pace(SCANS, HOUSE, "乙.jpg") == pytest.approx(2.1)
    assert pace(SCANS, HOUSE, TOGETHER) == pytest.approx((1.2 + 4.2) / 3)


def test_what_did_not_run_has_no_pace_and_no_ratio() -> None:
    assert pace(SCANS, "PaddleOCR", TOGETHER) is None
    assert ratio(1.0, None) is None and ratio(None, 1.0) is None
    assert ratio(1.0, 4.0) == 0.25


def test_the_table_of_scans_has_every_file_and_all_together() -> None:
    figures = scan_figures(RUN)
    assert figures.head == ("文件", "页", "复核（全程）", "RapidOCR", "复核/RapidOCR")
    assert figures.rows == (
        ("甲.pdf", "1", "1.20", "2.20", "0.55"),
        ("乙.jpg", "2", "2.10", "3.00", "0.70"),
        ("合计", "3", "1.80", "2.73", "0.66"),
    )
    assert "各读 3 次" in figures.title and "本机 2 核" in figures.title


def test_a_missing_peer_is_told_with_its_reason_and_has_no_column() -> None:
    assert "PaddleOCR：未安装（缺 paddleocr）。" in scan_figures(RUN).notes
    assert not any("PaddleOCR" in head for head in scan_figures(RUN).head)


def test_digital_pages_are_told_in_milliseconds() -> None:
    assert digital_figures(RUN).rows == (("丙.pdf", "2", "50"), ("合计", "2", "50"))
    none = digital_figures(replace(RUN, digital=()))
    assert none.rows == () and "未测" in none.notes[0]


def test_memory_is_told_for_each_program_and_for_the_long_walk() -> None:
    figures = memory_figures(RUN)
    assert figures.rows == (
        ("复核，峰值", "420"),
        ("RapidOCR，峰值", "–"),
        ("复核，连读 30 页后", "400"),
        ("复核，连读 300 页后", "420"),
    )
    assert figures.notes == ("连读 300 页后为 30 页后的 1.05 倍。",)
    assert "--pages 300" in memory_figures(replace(RUN, walk=())).notes[0]
    assert memory_figures(replace(RUN, walk=RUN.walk[:1])).notes == ()


def test_without_scans_there_are_no_rows() -> None:
    nothing = replace(RUN, scans=(), peaks={}, walk=())
    assert scan_figures(nothing).rows == () and memory_figures(nothing).rows == ()


def test_the_record_holds_medians_ratios_and_every_lap() -> None:
    record = speed_to_record(RUN)
    assert record["ratios"] == {"RapidOCR": pytest.approx(1.8 / (8.2 / 3))}
    assert record["digital"] == {HOUSE: pytest.approx(0.05)}
    assert isinstance(record["laps"], list) and len(record["laps"]) == len(SCANS) + 3
