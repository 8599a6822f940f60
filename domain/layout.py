"""Which fields stand where on a printed form, from top to bottom and from left to right."""

from __future__ import annotations

from typing import Final

EVALUATION_HEAD: Final = ("project_name", "year", "supervising_department", "implementing_unit", "amount_unit")
EVALUATION_GOALS: Final = ("expected_goal", "actual_completion")
EVALUATION_CLOSE: Final = ("total_weight", "total_score", "grade")
TARGET_HEAD: Final = (
    "project_name", "year", "declaring_unit", "project_category", "start_date", "end_date",
    "government_purchase", "performance_type", "total_budget", "year_budget", "last_year_budget", "last_year_executed",
)  # fmt: skip
TARGET_GOALS: Final = ("overview", "basis", "necessity", "safeguards", "plan", "goals")
FUND_COLUMNS: Final = (
    "item", "initial_budget", "adjusted_budget", "executed", "weight", "execution_rate", "score"
)  # fmt: skip
INDICATOR_COLUMNS: Final = (
    "level1", "level2", "level3", "target", "actual", "weight", "score", "deviation_reason"
)  # fmt: skip
TARGET_COLUMNS: Final = INDICATOR_COLUMNS[:4]
