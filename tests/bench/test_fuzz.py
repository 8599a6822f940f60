"""Every reader under mutated files: read, or refused as documented; ``make fuzz`` runs the same for as long as asked.

FUHE_FUZZ_EXAMPLES asks for more examples of each here.
"""

from __future__ import annotations

import os
import random

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bench.fuzz import TARGETS, try_input
from bench.mutation import mutate

EXAMPLES = int(os.environ.get("FUHE_FUZZ_EXAMPLES", "8"))


@pytest.mark.parametrize("name", TARGETS)
@settings(
    max_examples=EXAMPLES,
    phases=[Phase.explicit, Phase.generate],  # a failing file is small enough, and making it smaller takes minutes
    suppress_health_check=list(HealthCheck),
    derandomize=True,
)
@given(rng=st.randoms(use_true_random=False), place=st.integers(min_value=0, max_value=99))
def test_a_mutated_file_is_read_or_refused(name: str, rng: random.Random, place: int) -> None:
    target = TARGETS[name]
    seeds = target.seeds()
    assert try_input(target, mutate(seeds[place % len(seeds)], rng)) == ""


@pytest.mark.parametrize("name", TARGETS)
@given(content=st.binary(max_size=300))
@settings(max_examples=EXAMPLES, derandomize=True)
def test_any_bytes_are_read_or_refused(name: str, content: bytes) -> None:
    assert try_input(TARGETS[name], content) == ""


@pytest.mark.parametrize("name", TARGETS)
def test_good_files_are_read(name: str) -> None:
    assert [try_input(TARGETS[name], content) for content in TARGETS[name].seeds()] == [""] * len(TARGETS[name].seeds())


def test_the_same_seed_gives_the_same_file() -> None:
    seeds = TARGETS["docx"].seeds()
    assert mutate(seeds[0], random.Random(7)) == mutate(seeds[0], random.Random(7)) != seeds[0]
