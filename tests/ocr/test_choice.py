"""Which engine reads, and what is said when it cannot be had. Nothing is loaded here."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import PackageNotFoundError, distribution, version
from pathlib import Path

import pytest

from ocr.engines import EngineUnavailable
from ocr.engines.choice import HOUSE_ENGINE, EngineChoice, EngineName, check_engine, choice_to_reader
from ocr.engines.headless import HERE, headless_opencv
from ocr.engines.weights import house_weights

RECOGNISER = "Global:\n  model_name: 自备_rec\nPostProcess:\n  name: CTCLabelDecode\n"
DETECTOR = "Global:\n  model_name: 自备_det\nPostProcess:\n  name: DBPostProcess\n"
ONNX_FILES = {"inference.yml": RECOGNISER, "inference.onnx": "weights"}
PADDLE_FILES = {"inference.yml": RECOGNISER, "inference.json": "{}", "inference.pdiparams": "weights"}


def folder_of(files: dict[str, str], folder: Path) -> Path:
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8")
    return folder


def installed(*names: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ocr.engines.paddle.find_spec", lambda name: object() if name in names else None)


def test_the_default_engine_is_openvino_on_the_weights_of_the_house() -> None:
    check_engine(HOUSE_ENGINE)
    reader = choice_to_reader(HOUSE_ENGINE)
    assert (reader.name, reader.version) == ("ppocrv6-small-openvino", version("openvino"))
    assert len(reader.weights) == 12


def test_a_model_folder_without_its_engine_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EngineUnavailable, match="--engine paddle"):
        check_engine(EngineChoice(model_dir=tmp_path))


def test_paddle_that_is_not_installed_is_told_with_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    installed("onnxruntime", monkeypatch=monkeypatch)
    with pytest.raises(EngineUnavailable, match=r"没有安装 paddleocr.*make setup.*可选组件 paddle"):
        check_engine(EngineChoice(name=EngineName.PADDLE))
    installed("paddleocr", monkeypatch=monkeypatch)
    with pytest.raises(EngineUnavailable, match="没有安装 onnxruntime"):
        check_engine(EngineChoice(name=EngineName.PADDLE))


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({}, "缺少 inference.yml"),
        ({"inference.yml": RECOGNISER}, "缺少模型文件"),
        ({"inference.yml": RECOGNISER, "inference.json": "{}"}, "缺少模型文件"),
        ({"inference.yml": DETECTOR, "inference.onnx": ""}, "不是文字识别模型的设置"),
        ({"inference.yml": "[1, 2", "inference.onnx": ""}, "读不了"),
        ({"inference.yml": "Global: 3", "inference.onnx": ""}, "不是文字识别模型的设置"),
        ({"inference.yml": "", "inference.onnx": ""}, "不是文字识别模型的设置"),
        (PADDLE_FILES, "需要自行安装 paddlepaddle"),
    ],
)
def test_a_folder_that_lacks_something_is_told(
    files: dict[str, str], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed("paddleocr", "onnxruntime", monkeypatch=monkeypatch)
    choice = EngineChoice(name=EngineName.PADDLE, model_dir=folder_of(files, tmp_path))
    with pytest.raises(EngineUnavailable, match=told) as error:
        check_engine(choice)
    assert str(tmp_path) in str(error.value)


def test_a_folder_that_is_not_there_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed("paddleocr", "onnxruntime", monkeypatch=monkeypatch)
    with pytest.raises(EngineUnavailable, match="找不到模型文件夹"):
        check_engine(EngineChoice(name=EngineName.PADDLE, model_dir=tmp_path / "无"))


@pytest.mark.parametrize(("files", "runtime"), [(ONNX_FILES, "onnxruntime"), (PADDLE_FILES, "paddle")])
def test_a_whole_folder_with_its_runtime_is_accepted(
    files: dict[str, str], runtime: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed("paddleocr", runtime, monkeypatch=monkeypatch)
    check_engine(EngineChoice(name=EngineName.PADDLE, model_dir=folder_of(files, tmp_path)))


def test_another_model_in_the_same_folder_is_another_reader(tmp_path: Path) -> None:
    choice = EngineChoice(name=EngineName.PADDLE, model_dir=folder_of(ONNX_FILES, tmp_path))
    before = choice_to_reader(choice)
    (tmp_path / "inference.onnx").write_text("other", encoding="utf-8")
    after = choice_to_reader(choice)
    assert before.name == after.name == "自备_rec-paddle"
    assert before.weights != after.weights


def test_weights_that_are_not_there_are_told() -> None:
    with pytest.raises(EngineUnavailable, match="make setup"):
        house_weights("无此模型.onnx")


def test_the_installed_opencv_goes_by_other_names_within_the_block_only() -> None:
    with headless_opencv():
        assert distribution("opencv-contrib-python").metadata["Name"] == HERE
        with pytest.raises(PackageNotFoundError):
            distribution("无此组件")
    with pytest.raises(PackageNotFoundError):
        distribution("opencv-contrib-python")


def test_an_engine_is_chosen_and_named_without_loading_anything_heavy() -> None:
    code = (
        "import sys; from ocr.engines.choice import *; check_engine(HOUSE_ENGINE); choice_to_reader(HOUSE_ENGINE);"
        "print(*sys.modules)"
    )
    root = Path(__file__).resolve().parents[2]
    loaded = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True).stdout
    assert not {"numpy", "cv2", "openvino", "rapidocr", "paddleocr", "yaml"} & set(loaded.split())
