"""Copies of texts as recognition and other units' typists leave them: a look-alike character, a lost or doubled one."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace

from classify.learning.examples import Example

LOOK_ALIKES = (
    "未末", "己已", "日曰", "土士", "计汁", "标际", "千干", "人入", "账帐", "候侯", "治冶", "间问", "0O", "1l",
)  # fmt: skip
PUNCTUATION = ("，,", "；;", "：:", "（(", "）)")  # typed in one width or the other
CHARACTERS_A_FAULT = 40  # about as many characters of a worn scan as one fault comes with
_PAIRS = [(pair[0], pair[1]) for pair in (*LOOK_ALIKES, *PUNCTUATION)]
_OTHER = {**dict(_PAIRS), **{other: one for one, other in _PAIRS}}


def with_noise(text: str, rng: random.Random) -> str:
    """The text with one fault and one more for every forty characters; an empty text stays as it is."""
    letters = list(text)
    for _ in range(1 + len(letters) // CHARACTERS_A_FAULT if letters else 0):
        place = rng.choice([at for at, letter in enumerate(letters) if letter in _OTHER] or range(len(letters)))
        letter = letters[place]
        letters[place] = _OTHER[letter] if letter in _OTHER else rng.choice(("", letter * 2))
    return "".join(letters)


def copies(examples: Sequence[Example], count: int, *, seed: int) -> Iterator[Example]:
    """So many noisy copies of examples drawn at random, each in the hands of one of fifty other units."""
    rng = random.Random(seed)
    for number in range(count):
        example = rng.choice(examples)
        unit = f"另一单位{rng.randrange(50)}"
        yield replace(example, text=with_noise(example.text, rng), unit=unit, file="copies", line=number + 1)
