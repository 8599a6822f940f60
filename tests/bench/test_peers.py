"""The peers: told why they are missing, and, where they are installed, able to read a small table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import pytest

from bench import peers
from bench.peers import TABLE_PEERS, TEXT_PEERS, Peer, why_missing
from ocr.sheet import Pixels

ALL_PEERS = (*TABLE_PEERS, *TEXT_PEERS.values())
WORDS = (("1001", "2002"), ("3003", "4004"), ("5005", "6006"))


def ruled_page() -> Pixels:
    """Six numbers in a ruled table, RGB."""
    page = np.full((700, 900, 3), 255, np.uint8)
    for row in range(4):
        cv2.line(page, (100, 100 + 150 * row), (800, 100 + 150 * row), (0, 0, 0), 3)
    for column in range(3):
        cv2.line(page, (100 + 350 * column, 100), (100 + 350 * column, 550), (0, 0, 0), 3)
    for row, words in enumerate(WORDS):
        for column, word in enumerate(words):
            place = (190 + 350 * column, 190 + 150 * row)
            cv2.putText(page, word, place, cv2.FONT_HERSHEY_SIMPLEX, 1.6, (0, 0, 0), 3, cv2.LINE_AA)
    return page


def without(*modules: str) -> Callable[[str], object]:
    return lambda name: None if name in modules else object()


@pytest.mark.parametrize(
    ("peer", "lacking", "extra"),
    [
        (TABLE_PEERS[0], "img2table", "bench"),
        (TABLE_PEERS[1], "rapid_table", "bench"),
        (TEXT_PEERS["PaddleOCR"], "paddleocr", "paddle"),
    ],
)
def test_a_peer_that_is_not_installed_is_told_with_its_extra(
    peer: Peer, lacking: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(peers, "find_spec", without(lacking))
    assert why_missing(peer).startswith(f"未安装（缺 {lacking}）")
    assert f"可选组件 {extra}" in why_missing(peer)


def test_a_structure_model_without_its_weights_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peers, "find_spec", without())
    monkeypatch.setattr(peers, "slanet_weights", lambda: "")
    assert why_missing(TABLE_PEERS[1]).startswith("无模型")


def test_an_opencv_without_what_a_peer_needs_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peers, "find_spec", without())
    monkeypatch.delattr(cv2, "ximgproc", raising=False)
    assert "ximgproc" in why_missing(TABLE_PEERS[0])


def loaded(peer: Peer) -> Callable[[Pixels], Any]:
    reason = why_missing(peer)
    if reason:
        pytest.skip(f"{peer.name} is optional and not installed: {reason}")
    return peer.load()


@pytest.mark.slow
@pytest.mark.filterwarnings("default")  # the peers' own warnings are theirs to mend
@pytest.mark.parametrize("peer", TABLE_PEERS, ids=lambda peer: peer.name)
def test_peers_of_tables_give_html_with_the_words(peer: Peer) -> None:
    html = loaded(peer)(ruled_page())
    assert "<table" in html and all(word in html for words in WORDS for word in words)


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("name", TEXT_PEERS)
def test_peers_of_text_read_the_words(name: str) -> None:
    text = loaded(TEXT_PEERS[name])(ruled_page())
    read = {word for words in WORDS for word in words} & set(text.split())
    assert len(read) >= (4 if name == "Tesseract" else 6)  # it takes some of these thin digits for others
