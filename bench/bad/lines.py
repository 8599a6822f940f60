"""Bad label files, decisions, settings and lines to classify, and what must be said of each."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from classify.learning.examples import BadExamples
from fuhe.classifying import BadLine, text_to_lines
from fuhe.decision_records import BadDecisions, read_decisions
from fuhe.settings import SettingsError, find_settings
from fuhe.training import file_to_lesson

Read = Callable[[Path], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class BadFile:
    """A file given to a command other than audit, who reads it, and parts of what must be said ("" says nothing)."""

    name: str
    content: bytes
    read: Read
    says: tuple[str, ...]


def trouble_to_words(read: Callable[[Path], object], trouble: type[Exception]) -> Read:
    """Who says what is said of a file of this kind; "" where it is fine."""

    def file_to_words(path: Path) -> str:
        try:
            read(path)
        except trouble as error:
            return str(error)
        return ""

    return file_to_words


labels_to_words = trouble_to_words(file_to_lesson, BadExamples)
decisions_to_words = trouble_to_words(read_decisions, BadDecisions)
settings_to_words = trouble_to_words(find_settings, SettingsError)


def questions_to_words(path: Path) -> str:
    """What is said of lines to classify; "" where all are fine."""
    read = text_to_lines(path.read_text(encoding="utf-8"))
    return "\n".join(line.reason for line in read if isinstance(line, BadLine))


def file_cases() -> Iterator[BadFile]:
    """All of them."""
    yield from _labels()
    yield from _decisions()
    yield from _settings()
    yield from _questions()


def _line(**held: object) -> bytes:
    return json.dumps(held, ensure_ascii=False).encode()


_REASON = _line(text="因雨天停工，工期顺延。", labels=["external"])


def _any_lines() -> Iterator[tuple[str, bytes, str]]:
    """What no file of JSON lines may hold."""
    yield "不是JSON", b"hello", "第1行：不是 JSON"
    yield "断在半行", _REASON[:20], "UTF-8" if not _is_utf8(_REASON[:20]) else "不是 JSON"
    yield "整个是一个列表", b"[" + _REASON + b"]", "第1行"
    yield "一个数", b"5", "第1行"
    yield "空值", b"null", "第1行"
    yield "嵌套十万层", b"[" * 100_000, "第1行：不是 JSON"
    yield "数太长", b'{"text": ' + b"9" * 10_000 + b"}", "第1行"
    yield "不是UTF-8", "因雨天停工".encode("gb18030"), "UTF-8"
    yield "UTF-16", "因雨天停工".encode("utf-16"), "UTF-8"
    yield "二进制", bytes(range(256)), "UTF-8"
    yield "第二行坏了", b"\n{", "第2行"


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def _labels() -> Iterator[BadFile]:
    def bad(name: str, content: bytes, *says: str) -> BadFile:
        return BadFile(name=f"标注-{name}.jsonl", content=content, read=labels_to_words, says=says)

    for name, content, said in _any_lines():
        yield bad(name, content, said, "请")
    text = "因雨天停工，工期顺延。"
    yield bad("没有文本", _line(labels=["external"]), "缺少 text")
    yield bad("文本是数", _line(text=5, labels=[]), "缺少 text")
    yield bad("文本为空", _line(text="  ", labels=["external"]), "文本为空", "请")
    yield bad("文本十万字", _line(text="好" * 100_000, labels=[]), "100000 字", "请")
    yield bad("未知标签", _line(text=text, labels=["没有这个"]), "未知标签 没有这个", "可用标签")
    yield bad("标签不是列表", _line(text=text, labels="external"), "labels 应是列表")
    yield bad("标签是空值", _line(text=text, labels=None), "labels 应是列表")
    yield bad("空文本标签是空值", _line(text="", labels=None), "请")
    yield bad("标签里是列表", _line(text=text, labels=[["external"]]), "未知标签")
    yield bad("标签里是字典", _line(text=text, labels=[{"a": 1}]), "未知标签")
    yield bad("单标签是列表", _line(text="≥90%", label=["a"]), "未知标签")
    yield bad("单标签是字典", _line(text="≥90%", label={}), "未知标签")
    yield bad("空文本单标签是列表", _line(text="", label=["a"]), "文本为空")
    yield bad("空文本标签里是字典", _line(text="", labels=[{}]), "文本为空")
    yield bad("未定标签不是列表", _line(text=text, labels=[], optional_labels=5), "optional_labels 应是列表")
    yield bad("另一读法不是字典", _line(text=text, labels=[], alt_rewrite=[1]), "alt_rewrite", "请")
    yield bad("指标名不是列表", _line(text="≥90%", label=_a_target(), indicators="a"), "indicators 应是列表")
    yield bad("别的格式", _line(text=text, sentiment=1), "没有 labels", "请")
    yield bad("决定不认识", _line(text=text, decision="maybe", task="rationale"), "decision 写的是", "请")
    yield bad("任务不认识", _line(text=text, decision="confirm", task="x"), "task 写的是", "请")
    yield bad("决定是列表", _line(text=text, decision=[1], task="rationale"), "decision 写的是")
    yield bad("三十处错误", b"x\n" * 30, "另有 10 处", "第20行")


def _a_target() -> str:
    from classify.labels import TARGET

    return next(iter(TARGET))


def _decisions() -> Iterator[BadFile]:
    def bad(name: str, content: bytes, *says: str) -> BadFile:
        return BadFile(name=f"复核记录-{name}.jsonl", content=content, read=decisions_to_words, says=says)

    for name, content, said in _any_lines():
        yield bad(name, content, said, "请")
    good: dict[str, object] = {"finding": "A1", "source": "表.txt", "form_index": 1, "row": None, "decision": "confirm"}
    for key, value in (
        ("decision", "maybe"),
        ("decision", None),
        ("form_index", "一"),
        ("form_index", None),
        ("row", "x"),
        ("row", 1.5),
        ("source", 5),
        ("finding", None),
        ("cause", "whatever"),
        ("unit", 7),
    ):
        yield bad(f"{key}是{value}", _line(**{**good, key: value}), key, "请")
    yield bad("排除没有原因", _line(**{**good, "decision": "dismiss"}), "cause", "请")
    yield bad("没有来源", _line(**{key: value for key, value in good.items() if key != "source"}), "source", "请")


def _settings() -> Iterator[BadFile]:
    for name, content, said in (
        ("不是TOML", b"hello", "写法有误"),
        ("没有这一节", b"[nothing]\na = 1", "没有“nothing”"),
        ("没有这个数", b"[thresholds]\nnothing = 1", "没有“nothing”"),
        ("节是数", b"thresholds = 1", "thresholds"),
        ("标签是数", b"labels = 5", "labels"),
        ("标签任务不认识", b"[labels.other]\na = 'b'", "labels"),
        ("标签名是数", b"[labels.rationale]\nweather = 5", "中文名称"),
        ("不是UTF-8", b"\xff\xfe\x00", "UTF-8"),
        ("嵌套一万层", b"a = " + b"[" * 10_000, "写法有误"),
        ("重复的键", b"[ranking]\n[ranking]", "写法有误"),
        ("断了", b"[thresholds", "写法有误"),
        ("数太长", b"[thresholds]\nnothing = " + b"9" * 9000, "请"),
    ):
        yield BadFile(name=f"配置-{name}.toml", content=content, read=settings_to_words, says=(said,))


def _questions() -> Iterator[BadFile]:
    for name, content in (
        ("不是JSON", b"hello"),
        ("没有文本", b"{}"),
        ("文本是数", b'{"text": 5}'),
        ("指标名是数", b'{"text": "a", "indicators": 5}'),
        ("列表", b"[]"),
        ("嵌套十万层", b"[" * 100_000),
        ("孤立代理项", b'{"text": "\\ud800"}'),
    ):
        yield BadFile(name=f"待分类-{name}.jsonl", content=content, read=questions_to_words, says=("不是", "请"))
