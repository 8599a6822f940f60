"""``fuhe doctor``: what this machine can read and judge, found by looking, not by promise."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec

from fuhe.convert import find_libreoffice
from fuhe.version import VERSION, reading_version
from ocr.engines import EngineUnavailable
from ocr.engines.choice import HOUSE_ENGINE, EngineChoice, EngineName, check_engine, choice_to_reader, shared_engine

# Package -> what stops without it.
_PACKAGES = (
    ("python-docx", "读 docx"),
    ("docxtpl", "填 Word 模板"),
    ("openpyxl", "读 xlsx"),
    ("lxml", "读网页表格"),
    ("xlsxwriter", "写 xlsx"),
    ("jinja2", "写网页报告"),
    ("pydantic", "核对输出约定"),
    ("spacy", "理解偏差原因与指标值"),
    ("pypdfium2", "读 PDF"),
    ("opencv-contrib-python-headless", "扶正页面、找表格线"),
    ("openvino", "识别文字"),
    ("pandas", "Python 接口的 to_frame()"),
)
_ROOMS = (("ocr", "识读扫描件"), ("extract", "识表"), ("classify", "分类"), ("audit", "规则"))


def examine() -> Iterator[str]:
    """The report, line by line, in Chinese."""
    yield f"fuhe 复核 {VERSION}（读表代码 {reading_version(HOUSE_ENGINE)}）"
    yield f"Python {platform.python_version()}，{platform.platform()}"
    yield from (_package_to_line(package, purpose) for package, purpose in _PACKAGES)
    yield from (_room_to_line(room, purpose) for room, purpose in _ROOMS)
    yield from _rules_to_lines()
    yield from _models_to_lines()
    office = find_libreoffice()
    yield (
        f"✓ LibreOffice：{office}，可读 doc、xls、wps、et、rtf"
        if office
        else "– LibreOffice：未安装，不能读 doc、xls、wps、et、rtf（其他格式不受影响）"
    )
    yield _engine_to_line()
    yield _paddle_to_line(EngineChoice(name=EngineName.PADDLE))


def _engine_to_line() -> str:
    try:
        reader = shared_engine(HOUSE_ENGINE).reader
    except Exception as error:  # whatever is wrong with weights or libraries is what the report is for
        return f"✗ 识别引擎 openvino 装载失败：{error}。扫描件和图片不能识读，请重新执行安装（make setup）。"
    told = f"{reader.name}，OpenVINO {reader.version}，权重 {reader.weights}"
    return f"✓ 识别引擎 openvino（默认）：{told}；识读扫描件和图片"


def _paddle_to_line(choice: EngineChoice) -> str:
    """The optional engine; it is not loaded, which takes seconds."""
    try:
        check_engine(choice)
        reader = choice_to_reader(choice)
    except EngineUnavailable as error:
        return f"– 识别引擎 paddle：{error}"
    own = "也可读 Paddle 格式的自备模型" if find_spec("paddle") else "自备模型须为 ONNX 格式（未装 paddlepaddle）"
    told = f"{reader.name}，paddleocr {reader.version}，权重 {reader.weights}"
    return f"✓ 识别引擎 paddle（可选，--engine paddle）：{told}；{own}"


def _package_to_line(package: str, purpose: str) -> str:
    try:
        return f"✓ {package} {version(package)}：{purpose}"
    except PackageNotFoundError:
        return f"✗ {package} 未安装，不能{purpose}。请重新执行安装（make setup）。"


def _room_to_line(room: str, purpose: str) -> str:
    try:
        import_module(room)
    except ImportError as error:
        return f"✗ {purpose}（{room}）装载失败：{error}。请重新执行安装（make setup）。"
    return f"✓ {purpose}（{room}）"


def _models_to_lines() -> Iterator[str]:
    """The models in use, each opened and its hashes compared."""
    from classify.champions import house_champions
    from classify.learning.reader import BrokenReader
    from models.store import ModelTrouble

    try:
        for entry in house_champions().entries:
            yield f"✓ 分类模型 {entry.name}（{entry.digest}，{entry.made}）：文件与清单相符"
    except (ModelTrouble, BrokenReader) as error:
        yield f"✗ 分类模型：{error}"


def _rules_to_lines() -> Iterator[str]:
    from fuhe.pipeline import rule_groups

    groups = rule_groups()
    yield f"✓ 规则 {len(groups)} 条，分 {len(set(groups.values()))} 类"
