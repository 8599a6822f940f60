"""Every rule by name. A rule that is not in RULES is not run; two rules with one code are refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from audit.rule import Rule
from audit.rules import (
    arithmetic,
    budget,
    evidence,
    goal,
    level,
    narrative,
    omission,
    reason,
    rewrite,
    scoring,
    sections,
    target,
    unit,
)


def _distinct(rules: Sequence[Rule]) -> tuple[Rule, ...]:
    """The rules as they are. Raises ValueError for a code that stands twice."""
    twice = [code for code, count in Counter(rule.code for rule in rules).items() if count > 1]
    if twice:
        raise ValueError(f"规则编号重复：{'、'.join(twice)}。每个编号只能登记一次，请改正 audit/rules。")
    return tuple(rules)


RULES: tuple[Rule, ...] = _distinct(
    (
        arithmetic.sum_total_mismatch,
        arithmetic.weight_sum_not_100,
        arithmetic.exec_rate_mismatch,
        arithmetic.exec_score_mismatch,
        arithmetic.grade_total_mismatch,
        arithmetic.fund_component_mismatch,
        arithmetic.fund_component_blank,
        scoring.dimension_weight_deviation,
        scoring.unmet_not_proportional,
        scoring.unmet_scored_better_than_met,
        scoring.qual_band_violation,
        scoring.qual_band_boundary,
        scoring.met_but_deducted,
        scoring.inconsistent_deduction,
        scoring.grade_cutoff,
        scoring.overachieve_no_analysis,
        evidence.missing_evidence_full_marks,
        evidence.score_as_actual,
        evidence.actual_type_wrong,
        evidence.sat_no_survey,
        evidence.sat_evidence_not_retained,
        evidence.sat_actual_eq_target,
        evidence.actual_not_a_value,
        evidence.actual_blank,
        evidence.date_target_no_actual_date,
        evidence.date_actual_imprecise,
        evidence.all_actuals_equal_targets,
        rewrite.indicator_name_rewritten,
        rewrite.target_value_rewritten,
        rewrite.rewrite_no_approval,
        rewrite.rewrite_to_vague,
        rewrite.rewrite_to_circular_rate,
        rewrite.rewrite_unrelated,
        rewrite.rewrite_then_partial_no_reason,
        rewrite.rewrite_cosmetic,
        rewrite.rewrite_row_shift,
        target.target_vague,
        target.target_is_slogan,
        target.target_repeats_name,
        target.name_not_indicator,
        target.compound_indicator,
        target.target_range,
        target.target_approx,
        target.target_digits_lost,
        target.target_malformed,
        level.unmeasurable_percent,
        target.rate_name_qual_target,
        target.target_type_mismatch,
        level.sign_equals_for_sat,
        target.value_word_mismatch,
        level.sat_target_unrealistic,
        level.sat_object_internal,
        level.target_too_low,
        level.target_not_controllable,
        budget.budget_adjust_large,
        budget.budget_cut_target_unchanged,
        budget.low_exec_full_output,
        budget.low_exec_no_explanation,
        budget.low_exec_claimed_complete,
        budget.unit_cost_implausible,
        unit.unit_mismatch,
        unit.target_actual_type_mismatch,
        narrative.goal_copied_as_completion,
        narrative.narrative_cell_conflict,
        omission.narrative_omits_unmet,
        narrative.completion_uses_target_wording,
        goal.goal_without_indicator,
        goal.goal_tautological,
        goal.goal_text_defect,
        sections.goal_mismatch_content,
        sections.basis_not_cited,
        sections.section_text_duplicated,
        sections.prev_year_exec_exact_100,
        sections.one_off_but_recurring,
        sections.budget_jump_unexplained,
        sections.cross_year_budget,
        reason.unmet_reason_missing,
        reason.third_person_suggestion,
    )
)
