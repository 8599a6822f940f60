"""Old and new side by side: nothing lost, what both share unmarked, chance likeness not shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fuhe.differences import Change, Difference, Piece, texts_to_difference

words = st.text("培训合格率人数次≥0123456789%满意度", max_size=25)


def joined(pieces: tuple[Piece, ...], *, only: Change | None = None) -> str:
    return "".join(piece.text for piece in pieces if only is None or piece.change is only)


@given(old=words, new=words)
def test_each_side_keeps_its_text_and_both_share_the_unmarked(old: str, new: str) -> None:
    difference = texts_to_difference(old, new)
    assert (joined(difference.old), joined(difference.new)) == (old, new)
    assert joined(difference.old, only=Change.SAME) == joined(difference.new, only=Change.SAME)
    assert all(piece.text for piece in (*difference.old, *difference.new))
    assert {piece.change for piece in difference.old} <= {Change.SAME, Change.REMOVED}
    assert {piece.change for piece in difference.new} <= {Change.SAME, Change.INSERTED}
    assert difference.is_changed is (old != new)


def signs(difference: Difference) -> str:
    sides = {Change.SAME: "{}", Change.REMOVED: "-{}-", Change.INSERTED: "+{}+"}
    return "|".join("".join(sides[p.change].format(p.text) for p in side) for side in (difference.old, difference.new))


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("≥400张", "≥300张", "≥-4-00张|≥+3+00张"),
        ("专家评审立项", "专家评审通过率", "专家评审-立项-|专家评审+通过率+"),
        ("责任到人", "健全", "-责任到人-|+健全+"),
        ("讲座场次", "讲座场次", "讲座场次|讲座场次"),
        ("", "提升", "|+提升+"),
        ("开展巡查，落实保洁责任到户", "开展巡查", "开展巡查-，落实保洁责任到户-|开展巡查"),
    ],
)
def test_what_changed_is_marked(old: str, new: str, shown: str) -> None:
    assert signs(texts_to_difference(old, new)) == shown


def test_a_text_that_shares_nothing_is_another() -> None:
    assert texts_to_difference("责任到人", "健全").is_other
    assert not texts_to_difference("≥400张", "≥300张").is_other
    assert not texts_to_difference("同", "同").is_other
