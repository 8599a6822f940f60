"""The same project in another year, however its name drifted, and not its neighbour."""

from __future__ import annotations

from typing import Any

import pytest

from audit import BatchView, Skills, Thresholds
from audit.cells import Context
from audit.engine import remembered
from audit.kinship import YearLink, project_core

UNIT = "青石县交通运输局"
ROADS = [
    "产出指标 | 数量指标 | 养护里程 | ≥20公里 | 21公里 | 50 | 50",
    "效益指标 | 社会效益 | 受益村数 | ≥9个 | 9个 | 30 | 30",
]


def links(sheets: Any, skills: Skills, *forms: dict[str, Any]) -> tuple[YearLink, ...]:
    """What is linked among forms described in the notation of the sheets."""
    case = {"name": "", "forms": [{"name": "", "owner": UNIT, "rows": ROADS, **form} for form in forms]}
    context = Context(skills=remembered(skills), thresholds=Thresholds())
    return BatchView(sheets.forms(case), context=context).year_links


@pytest.mark.parametrize(
    ("project", "core"),
    [
        ("2023年农村公路养护项目", "农村公路养护"),
        ("青石县交通运输局2023年度农村公路养护专项资金", "农村公路养护"),
        ("青石县农村公路养护经费（二期）", "农村公路养护"),
        ("农村公路养护第三标段", "农村公路养护"),
        ("2021-2023年农村公路养护工作经费", "农村公路养护"),
        ("会议费", "会议费"),
        ("云岭县农村公路养护", "云岭县农村公路养护"),
        ("", ""),
    ],
)
def test_the_core_of_a_name_is_what_the_project_is_about(project: str, core: str) -> None:
    assert project_core(project, (UNIT,)) == core


@pytest.mark.parametrize("earlier", ["农村公路养护", "2022年农村公路养护项目（一期）", "青石县农村公路养护经费"])
def test_a_drifted_name_is_the_same_project(sheets: Any, real_skills: Skills, earlier: str) -> None:
    (link,) = links(
        sheets, real_skills, {"year": "2023", "project": "农村公路养护"}, {"year": "2022", "project": earlier}
    )
    assert (link.place, link.other, link.gap) == (0, 1, 1)
    assert link.sure >= 0.9
    assert [(pair.row, pair.other) for pair in link.rows] == [(0, 0), (1, 1)]


@pytest.mark.parametrize(
    "earlier",
    [
        {"year": "2022", "project": "渡口船舶更新"},
        {"year": "2022", "project": "农村公路养护", "owner": "云岭县水利局", "file": "b.txt"},
        {"year": "2022", "project": "农村公路养护", "owner": "青岩县交通运输局", "department": "西江市交通运输局"},
        {"year": "2019", "project": "农村公路养护"},
        {"year": "2023", "project": "农村公路养护", "rows": []},
        {"year": "", "project": "农村公路养护"},
    ],
)
def test_what_is_no_earlier_form_of_the_project(sheets: Any, real_skills: Skills, earlier: dict[str, Any]) -> None:
    assert links(sheets, real_skills, {"year": "2023", "project": "农村公路养护"}, earlier) == ()


def test_a_like_name_needs_like_indicators(sheets: Any, real_skills: Skills) -> None:
    now = {"year": "2023", "project": "城区道路绿化养护服务"}
    lamps = ["产出指标 | 数量指标 | 维护灯杆数 | ≥900杆 | 900杆 | 50 | 50"]
    other = {"year": "2022", "project": "城区道路照明养护服务", "rows": lamps}
    same = {"year": "2022", "project": "城区公路绿化养护服务"}
    assert links(sheets, real_skills, now, other) == ()
    (link,) = links(sheets, real_skills, now, same)
    assert link.sure < 0.95


def test_the_nearest_year_is_taken(sheets: Any, real_skills: Skills) -> None:
    years = [{"year": year, "project": "农村公路养护"} for year in ("2023", "2021", "2022")]
    found = {link.place: link.other for link in links(sheets, real_skills, *years)}
    assert found == {0: 2, 2: 1}


def test_a_self_evaluation_is_linked_to_its_target_table_and_to_last_year(sheets: Any, real_skills: Skills) -> None:
    table = {"kind": "target", "department": UNIT, "project": "农村公路养护项目"}
    found = links(
        sheets,
        real_skills,
        {"year": "2023", "project": "农村公路养护"},
        {**table, "year": "2023", "rows": ["产出指标 | 数量指标 | 养护里程 | ≥20公里"]},
        {"year": "2022", "project": "农村公路养护"},
    )
    assert {(link.place, link.other, link.gap) for link in found} == {(0, 1, 0), (0, 2, 1), (1, 2, 1)}


def test_a_table_that_may_be_several_units_is_nobodys(sheets: Any, real_skills: Skills) -> None:
    table = {"kind": "target", "department": "青石县教育局", "project": "校舍维修", "year": "2023", "rows": []}
    school = {"year": "2023", "project": "校舍维修", "department": "青石县教育局"}
    one, other = {**school, "owner": "春晖学校", "file": "a.txt"}, {**school, "owner": "石桥学校", "file": "b.txt"}
    assert len(links(sheets, real_skills, table, one)) == 1
    assert links(sheets, real_skills, table, one, other) == ()


@pytest.mark.parametrize("owner", ["[301001]青石县交通运输局", "青石县交通运输局（本级）", "301-青石县交通运输局"])
def test_a_code_before_a_unit_is_not_its_name(sheets: Any, real_skills: Skills, owner: str) -> None:
    now, before = {"year": "2023", "project": "农村公路养护"}, {"year": "2022", "project": "农村公路养护"}
    (link,) = links(sheets, real_skills, now, {**before, "owner": owner, "file": "b.txt"})
    assert link.sure >= 0.9


def test_a_year_that_stands_in_the_name_only_counts(sheets: Any, real_skills: Skills) -> None:
    now, before = {"year": "", "project": "2023年农村公路养护"}, {"year": "", "project": "2022年农村公路养护"}
    (link,) = links(sheets, real_skills, now, before)
    assert (link.place, link.other) == (0, 1)
