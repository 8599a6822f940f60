"""What else a line may say: whole texts with their odds, out of an engine's odds for every step along the line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from domain.source import Alternatives

Beams = dict[str, tuple[float, float]]  # text -> odds that it ends in "no character", and in its own last one

LEAST = 0.001  # of a text, and of a character at one step; on worn pages 1 in 113 texts at 0.001 to 0.003 was true
_BEAMS = 16  # texts followed; figures of ten digits have two or three that matter
_MOST = 8  # texts told


def steps_to_texts(odds: NDArray[np.float32], indices: NDArray[np.int32], *, chars: Sequence[str]) -> Alternatives:
    """The likeliest texts of one line: connectionist temporal classification, all spellings of a text added up.

    ``odds`` and ``indices`` are steps x candidates, likeliest first; ``chars`` begins with "" for no character. A
    character less or more is a candidate like any other: a speck read as a point, a decimal point lost.
    """
    beams: Beams = {"": (1.0, 0.0)}
    for step, step_odds in zip(indices.tolist(), odds.tolist(), strict=True):
        choices = [(chars[index], share) for index, share in zip(step, step_odds, strict=True) if share >= LEAST]
        grown = _grown(beams, choices or [(chars[step[0]], step_odds[0])])
        beams = dict(sorted(grown.items(), key=lambda beam: -sum(beam[1]))[:_BEAMS]) if len(grown) > _BEAMS else grown
    texts = sorted(((text, min(1.0, sum(ends))) for text, ends in beams.items()), key=lambda text: -text[1])
    return tuple((text, share) for text, share in texts[:_MOST] if share >= LEAST)


def _grown(beams: Mapping[str, tuple[float, float]], choices: Sequence[tuple[str, float]]) -> Beams:
    """Texts one step longer. A character goes on while it is repeated; after a step of none it stands twice."""
    silent: dict[str, float] = defaultdict(float)
    spoken: dict[str, float] = defaultdict(float)
    for text, (none, own) in beams.items():
        for char, share in choices:
            if not char:
                silent[text] += (none + own) * share
            elif text.endswith(char):
                spoken[text] += own * share
                spoken[text + char] += none * share
            else:
                spoken[text + char] += (none + own) * share
    return {text: (silent.get(text, 0.0), spoken.get(text, 0.0)) for text in {**silent, **spoken}}
