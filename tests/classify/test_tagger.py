"""The learned reader of rewrites: how it sees a text, what it learns from few texts, and the folder it is kept in."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classify.champions import house_champions
from classify.fold import fold
from classify.learning.choice import Offered, fit_choice, offered_to_table
from classify.learning.examples import Example, lines_to_lesson
from classify.learning.reader import BrokenReader
from classify.learning.skeleton import text_to_skeleton
from classify.learning.span_relations import relation_features, text_to_unit
from classify.learning.spans import skeleton_to_spans
from classify.learning.tagger import SHEET, WEIGHTS, Tagger, load_tagger, text_to_heard, text_to_rewrite
from classify.learning.tagger_training import train_tagger

HOUSE = Path(__file__).parents[2] / "models" / "data" / "rewrite" / "house.jsonl"
PIECES = "指标目标值改为由原现按考核建议不再“”「」《》()（）%≥0159,，。;；:.、 \n万成人次甲乙率&nbsp;<br>→"


@pytest.fixture(scope="module")
def lesson() -> tuple[Example, ...]:
    return lines_to_lesson(HOUSE.read_text(encoding="utf-8").splitlines(), name="house").examples


@pytest.fixture(scope="module")
def tagger(lesson: tuple[Example, ...]) -> Tagger:
    return train_tagger(lesson)


@given(st.text(st.sampled_from(PIECES), max_size=80) | st.text(max_size=40))
def test_tokens_cover_a_text_without_gap_and_pieces_lie_inside(text: str) -> None:
    skeleton = text_to_skeleton(text)
    bounds = [0, *(token.end for token in skeleton.tokens)]
    assert [token.start for token in skeleton.tokens] == bounds[:-1]
    assert bounds[-1] == len(skeleton.text)
    for span in skeleton_to_spans(skeleton):
        assert 0 <= span.start < span.end <= len(skeleton.text)
        assert span.first <= span.last < len(skeleton.tokens)


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        ("指标改为“巡渠里程”", "巡渠里程"),
        ("位置让给窗口办结率来算分", "窗口办结率"),
        ("改为“三进”宣讲场次，20场", "“三进”宣讲场次"),
        ("改按诉求回访率（24小时内）考核", "诉求回访率（24小时内）"),
        ("改用 课桌更新套数 考核", "课桌更新套数"),
        ("目标值降到3.5km，已批复", "3.5km"),
        ("目标1.2次/人。", "1.2次/人"),
        ("达到三成即可", "三成"),
        ("O.5万亩改0.45万亩", "0.45万亩"),
        ("改为“饮水合格率≥98%”", "≥98%"),
        ("原「甲」 现「合作社带动户数」", "合作社带动户数"),
        ("评的是｛入住率｝", "入住率"),
        ("取45%—50%这个区间", "45%—50%"),
        ("设上限，至多4%", "至多4%"),
        ("改为一千零八十张，已装", "一千零八十张"),
        ("定在2024年9月20日前，已上线", "2024年9月20日前"),
        ("看误机人数，全年0起", "全年0起"),
        ("每万人2.1件", "每万人2.1件"),
        ("设成较上年下降5%", "较上年下降5%"),
        ("96点次成为新目标", "96点次"),
        ("落到巡渠里程上，值待定", "巡渠里程"),
        ("定位在巡渠里程，不再列方量", "巡渠里程"),
    ],
)
def test_new_wording_is_among_the_pieces(text: str, piece: str) -> None:
    skeleton = text_to_skeleton(text)
    assert fold(piece).text in {skeleton.text[span.start : span.end] for span in skeleton_to_spans(skeleton)}


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("≥90%", "%"),
        ("百分之九十", "%"),
        ("30个工作日以内", "个工作日"),
        ("三千亩", "亩"),
        ("1:20", "number"),
        ("约1.2万平方米", "平方米"),
        ("运行良好", ""),
        ("", ""),
    ],
)
def test_a_figure_tells_what_it_counts(text: str, unit: str) -> None:
    assert text_to_unit(fold(text).text) == unit


def _relations(text: str, piece: str) -> set[str]:
    """What is seen of a piece beside its verbs and the other values."""
    scene = text_to_heard(text).scene
    span = next(
        span for span in skeleton_to_spans(scene.skeleton) if scene.skeleton.text[span.start : span.end] == piece
    )
    return set(relation_features(scene.landmarks, scene.skeleton, scene.clauses, span))


def test_old_new_and_reached_figure_of_one_unit_are_told_apart() -> None:
    text = "目标由40处改为25处,实际完成26处"
    old, new, reached = (_relations(text, piece) for piece in ("40处", "25处", "26处"))
    assert {"alike<turn", "Nnth<turn0"} <= new
    assert "alike>turn" in old and "alike<turn" not in old
    assert "Ngov<actual0" in reached and "alike<actual" in reached


def test_a_figure_without_like_has_no_like() -> None:
    assert not {each for each in _relations("改为25处,实际98%", "25处") if each.startswith(("alike<", "alike>"))}


@pytest.mark.parametrize(("text", "word"), [("合作社", "作"), ("调取录音", "调"), ("成活率", "成")])
def test_compound_hides_the_verb_inside_it(text: str, word: str) -> None:
    assert all(token.broad == "_" for token in text_to_skeleton(text).tokens if word in text[token.start : token.end])


@pytest.mark.parametrize(
    ("text", "status", "name", "target"),
    [
        ("指标修改为“渠道完好率”，年度指标值为“85%”。", "done", "渠道完好率", "85%"),
        ("建议将指标替换为“灌溉保证率”", "suggested", "灌溉保证率", ""),
        ("目标值由40处调整为25处", "done", "", "25处"),
        ("经市财政局批复同意，目标值由40处调整为25处", "approved", "", "25处"),
        ("施工地点由东村变更为西村", "none", "", ""),
        ("年度指标值未作调整", "none", "", ""),
        ("", "none", "", ""),
    ],
)
def test_learns_the_plain_ways_of_telling_a_change(
    tagger: Tagger, text: str, status: str, name: str, target: str
) -> None:
    rewrite = text_to_rewrite(text, tagger)
    assert (rewrite.status, rewrite.new_indicator, rewrite.new_target) == (status, name, target)


def test_many_texts_are_answered_as_each_alone(tagger: Tagger, lesson: tuple[Example, ...]) -> None:
    texts = [example.text for example in lesson[:40]]
    assert tagger.rewrites(texts) == tuple(tagger.rewrite(text) for text in texts)
    assert tagger.rewrites(()) == ()


def test_long_text_is_answered(tagger: Tagger) -> None:
    assert tagger.rewrite("本项目因天气原因未能完成，" * 400).new_indicator == ""


def test_kept_tagger_answers_the_same(tagger: Tagger, lesson: tuple[Example, ...], tmp_path: Path) -> None:
    tagger.save(tmp_path)
    texts = [example.text for example in lesson]
    assert load_tagger(tmp_path).rewrites(texts) == tagger.rewrites(texts)


@pytest.mark.parametrize("harm", ["format", "weights", "sheet"])
def test_broken_folder_is_refused_in_plain_words(tagger: Tagger, tmp_path: Path, harm: str) -> None:
    tagger.save(tmp_path)
    if harm == "format":
        sheet = json.loads((tmp_path / SHEET).read_text(encoding="utf-8"))
        (tmp_path / SHEET).write_text(json.dumps({**sheet, "format": 99}), encoding="utf-8")
    elif harm == "weights":
        (tmp_path / WEIGHTS).write_bytes(b"no archive")
    else:
        (tmp_path / SHEET).write_text("{", encoding="utf-8")
    with pytest.raises(BrokenReader, match="重新训练"):
        load_tagger(tmp_path)


def test_nothing_is_learned_from_texts_without_a_change(lesson: tuple[Example, ...]) -> None:
    with pytest.raises(ValueError, match="改动样本"):
        train_tagger([example for example in lesson if example.rewrites[0].status == "none"])


def test_choice_prefers_the_offer_with_the_feature_that_was_right() -> None:
    texts = [Offered(offers=(("none",), ("near", "red"), ("near", "blue")), right=(1,)) for _ in range(5)]
    choice = fit_choice(offered_to_table(texts), strength=0.1)
    assert choice.probability((("none",), ("blue",), ("red",))).argmax() == 2
    assert choice.probability((("none",), ("blue",))).sum() == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("text", "name", "target"),
    [
        ("指标改为“举办创新创业大赛”。", "举办创新创业大赛", ""),
        ("指标修改为“开展防汛应急演练”。", "开展防汛应急演练", ""),
        ("目标值修改为“完成三期项目验收”。", "", "完成三期项目验收"),
        ("年度指标值改为“良好以上”", "", "良好以上"),
    ],
)
def test_the_noun_says_whether_the_new_wording_is_a_name_or_a_target(text: str, name: str, target: str) -> None:
    rewrite = house_champions().rationales((text,))[0].rewrite
    assert (rewrite.new_indicator, rewrite.new_target) == (name, target)
