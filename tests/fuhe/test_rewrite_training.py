"""The frozen texts of rewrites: apart from all that is trained on, counted by hand, and shown with their intervals."""

from __future__ import annotations

from itertools import chain

import pytest

from classify.champions import REWRITE
from classify.learning.examples import Example, RewriteTruth
from domain.label import Rewrite, RewriteStatus, Task
from fuhe.rewrite_training import FILES, METRIC_NAMES, SETS, frozen_rewrites, measure_rewrites, rewrite_examples
from fuhe.rewrite_training import _card_lines as card_lines
from fuhe.training import GOLD
from models.store import Entry, house_library


def _example(status: str, *, name: str = "", target: str = "") -> Example:
    truth = RewriteTruth(status=status, new_indicator=name, new_target=target)
    return Example(task=Task.RATIONALE, text="甲", known=(), rewrites=(truth,))


@pytest.mark.parametrize("prefix", FILES)
def test_no_unit_and_no_text_of_a_frozen_set_is_trained_on(prefix: str) -> None:
    taught = rewrite_examples()
    units, texts = {each.unit for each in taught} - {""}, {each.text for each in taught}
    frozen = frozen_rewrites()[prefix]
    assert frozen
    assert not units & {each.unit for each in frozen}
    assert not texts & {each.text for each in frozen}


def test_every_frozen_file_is_in_one_set() -> None:
    own = [path.name for names in FILES.values() for path in (GOLD / REWRITE).glob(names)]
    assert sorted(own) == sorted(path.name for path in (GOLD / REWRITE).glob("*.jsonl"))


def test_every_wording_of_a_label_stands_in_its_text() -> None:
    for each in (*rewrite_examples(), *chain.from_iterable(frozen_rewrites()[prefix] for prefix in FILES)):
        for truth in each.rewrites:
            stands = truth.new_indicator in each.text and truth.new_target in each.text
            assert stands, each.place  # the place alone: nobody reads the frozen texts by accident


def test_shares_are_counted_by_hand() -> None:
    done = RewriteStatus.DONE
    read = [
        Rewrite(status=done, new_indicator="巡渠里程", new_target="25处"),
        Rewrite(status=done, new_indicator="巡渠", new_target=""),
        Rewrite(status=done, new_target="3处"),
    ]
    gold = [_example("done", name="巡渠里程", target="25处"), _example("suggested", name="巡渠里程"), _example("none")]
    told = measure_rewrites(read, gold)
    assert (told["texts"], told["names"], told["targets"]) == (3, 2, 1)
    assert (told["status"], told["name"], told["target"], told["extra"]) == pytest.approx((1 / 3, 0.5, 1.0, 1 / 3))


def test_the_card_shows_both_sets_with_intervals() -> None:
    entry: Entry = house_library().entry("rewrite-base")
    card = "\n".join(card_lines(entry, taught=7))
    for prefix, title in SETS.items():
        assert title in card
        assert all(prefix + key in entry.metrics for key in METRIC_NAMES)
    assert card.count("–") == len(SETS) * len(METRIC_NAMES)
