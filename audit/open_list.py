"""A line of the list with all that its order may be learned from."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from audit.weights import Weights
from domain.decision import FindingKey, finding_key
from domain.finding import Finding, Severity, Verdict

# A finding of high severity that is at least this sure must be seen: below it a reading or a pattern is in doubt.
SURE = 0.8
# Readings that end a finding are told with this word; a finding that stands under all of them is not in doubt.
DOUBT_SIGN = "若"

_USUAL = Weights()
_HEAVY: Final[Mapping[Severity, float]] = MappingProxyType(
    {Severity.HIGH: 1.5, Severity.MEDIUM: 0.5, Severity.LOW: -0.5, Severity.INFO: -1.5}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A ranked finding with its stakes: marks, money in yuan (None unknown), and its company in the batch.

    ``group`` is the theme of its rule, ``unit`` whose form it is ("" unread), ``alike`` the forms that share its cause,
    its own among them; ``disputed`` where the trained reader and the word lists read its text differently.
    """

    finding: Finding
    group: str = ""
    unit: str = ""
    points: Decimal | None = None
    yuan: Decimal | None = None
    alike: int = 1
    disputed: bool = False

    @property
    def key(self) -> FindingKey:
        """What decisions call it."""
        return finding_key(self.finding)

    @property
    def is_told(self) -> bool:
        """True for a line of its own: not folded into another one, and not merely unchecked."""
        return self.finding.verdict is Verdict.FAIL and self.finding.covered_by is None

    @property
    def is_must_see(self) -> bool:
        """True for what may sink a few places only, whatever is learned."""
        return self.is_told and self.finding.severity is Severity.HIGH and self.finding.confidence >= SURE


def line_to_columns(line: Line) -> dict[str, float]:
    """What the ranker looks at, by column; a column that is left out is 0.

    Figures are near -2..2, so that one penalty fits all. A column for every rule, group and unit under that penalty is
    the confirmed rate of each, shrunk towards that of all: few decisions move it little.
    """
    finding = line.finding
    columns = {
        "severity": _HEAVY[finding.severity],
        "confidence": 2.0 * finding.confidence - 1.0,
        "points": _steps(line.points, _USUAL.usual_points, base=2.0),
        "yuan": _steps(line.yuan, _USUAL.usual_yuan, base=10.0),
        "alike": min(2.0, math.log2(max(1, line.alike)) / 2.0),
        "doubtful": float(finding.readings.startswith(DOUBT_SIGN)),
        "disputed": float(line.disputed),
        f"rule:{finding.finding}": 1.0,
        f"group:{line.group}": 1.0,
    }
    return columns | ({f"unit:{line.unit}": 1.0} if line.unit else {})


def _steps(amount: Decimal | None, usual: float, *, base: float) -> float:
    """How many doublings or tenfolds above the usual; 0 where it is not known or nothing."""
    if amount is None or amount <= 0:
        return 0.0
    return max(-2.0, min(2.0, math.log(float(amount) / usual, base)))
