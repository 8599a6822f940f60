"""Token ids equal to BertTokenizer's, and no character lost on the way."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from unicodedata import category, ucd_3_2_0

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classify.encoder.tokens import LONGEST_WORD, SPECIAL, UNKNOWN, CharTokenizer
from classify.encoder.vocabulary import everyday_characters, main, texts_to_vocabulary
from classify.fold import fold

PIECES = texts_to_vocabulary("本办法自公布之日起施行。" * 6, ["≥95%", "满意度2024年abc", "é"])
# Letters, signs, joined and foreign characters, controls and blanks: everything the two could part over.
WILD = st.text(
    alphabet=st.one_of(
        st.sampled_from(
            "本办法满意度0129abcABC≥%。，“”（）  \t\n\r\x00\x0b\x1c\u3000\u200b\ufeff\ufffd≠`éǆİßⅢ①㎡龘𠀀豈\u0301가"
        ),
        # what Unicode knew in 2002 and knows alike today: of others the two have tables of different years
        st.characters(codec="utf-8", max_codepoint=0xFFFF).filter(
            lambda it: "Cn" != ucd_3_2_0.category(it) == category(it)
        ),
    ),
    max_size=30,
)


def _is_folded(character: str) -> bool:
    """True for a character that stands for itself; a look-alike is met as its twin only."""
    return fold(character).text == character


@pytest.fixture(scope="module")
def tokenizer() -> CharTokenizer:
    return CharTokenizer(PIECES)


@pytest.fixture(scope="module")
def peer(tmp_path_factory: pytest.TempPathFactory) -> Any:
    transformers = pytest.importorskip("transformers", reason="the peer of this test comes with the extra `train`")
    path = tmp_path_factory.mktemp("peer") / "vocab.txt"
    path.write_text("\n".join(PIECES) + "\n", encoding="utf-8")
    return transformers.BertTokenizer(str(path), do_lower_case=True)


@pytest.mark.filterwarnings("ignore")  # the peer's own
@pytest.mark.parametrize("text", ["", "  ", "满意度≥95%", "2024年12月", "1" * (LONGEST_WORD + 1), "[MASK]本", "a龘b"])
def test_ids_are_those_of_the_peer(tokenizer: CharTokenizer, peer: Any, text: str) -> None:
    if "[MASK]" in text:  # a cell that prints a special piece is text like any other
        assert tokenizer.vocabulary["[MASK]"] not in tokenizer.encode(text).ids
        return
    assert list(tokenizer.encode(text).ids) == peer(text, add_special_tokens=False)["input_ids"]


@pytest.mark.filterwarnings("ignore")
@given(WILD)
def test_ids_are_those_of_the_peer_on_wild_text(tokenizer: CharTokenizer, peer: Any, text: str) -> None:
    assert list(tokenizer.encode(text).ids) == peer(text, add_special_tokens=False)["input_ids"]


@given(WILD)
def test_places_rise_and_stay_inside(tokenizer: CharTokenizer, text: str) -> None:
    tokens = tokenizer.encode(text)
    assert len(tokens.ids) == len(tokens.starts) == len(tokens.ends)
    assert all(0 <= start < end <= len(text) for start, end in zip(tokens.starts, tokens.ends, strict=True))
    assert list(tokens.starts) == sorted(tokens.starts)


@given(st.text(alphabet=[*filter(_is_folded, everyday_characters()), *"0123456789%。"], max_size=60))
def test_every_written_character_has_its_token(tokenizer: CharTokenizer, text: str) -> None:
    tokens = tokenizer.encode(text)
    assert "".join(text[start:end] for start, end in zip(tokens.starts, tokens.ends, strict=True)) == text
    assert tokenizer.vocabulary[UNKNOWN] not in tokens.ids


def test_longer_pieces_of_another_vocabulary_are_taken_first() -> None:
    tokenizer = CharTokenizer((*SPECIAL, "20", "2", "##2", "##24", "##4", "##0"))
    assert tokenizer.encode("2024").ids == (5, 8)
    assert tokenizer.encode("20").starts == (0,)


def test_the_vocabulary_holds_the_corpus_the_texts_and_everyday_writing() -> None:
    assert PIECES[: len(SPECIAL)] == SPECIAL
    assert len(set(PIECES)) == len(PIECES)
    assert {"本", "意", "≥", "##5", "##b", "口", "号"} <= set(PIECES)
    assert "##本" not in PIECES


def test_seldom_characters_of_the_corpus_are_left_out() -> None:
    assert "龘" not in texts_to_vocabulary("龘龘", [])
    assert "龘" in texts_to_vocabulary("", ["龘"])


def test_the_command_writes_a_file_that_the_tokenizer_reads(tmp_path: Path) -> None:
    (tmp_path / "corpus.txt").write_text("第一条为了规范管理。\n" * 6, encoding="utf-8")
    assert main(["--corpus", str(tmp_path / "corpus.txt"), "--out", str(tmp_path / "base")]) == 0
    tokens = CharTokenizer.load(tmp_path / "base" / "vocab.txt").encode("规范管理")
    assert len(tokens.ids) == 4
