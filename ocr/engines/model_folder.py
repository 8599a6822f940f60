"""Model folders as PaddleOCR lays them out: ``inference.yml`` beside ``inference.onnx`` or a Paddle model."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import yaml

from ocr.engines import EngineUnavailable
from ocr.engines.strips import HEIGHT
from ocr.engines.weights import HASH_DIGITS, house_weights

HOUSE_MODEL = "PP-OCRv6_small_rec"  # what paddleocr calls the weights of the house
SETTINGS = "inference.yml"
ONNX = "inference.onnx"
PADDLE_MODELS = ("inference.json", "inference.pdmodel")  # with their weights in PADDLE_WEIGHTS
PADDLE_WEIGHTS = "inference.pdiparams"
DECODER = "CTCLabelDecode"  # the step after the model by which a recognition model is known
_LAYOUT = f"PaddleOCR 的识别模型文件夹应含 {SETTINGS}，以及 {ONNX} 或 {PADDLE_MODELS[0]} 和 {PADDLE_WEIGHTS}。"
_YAML_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # a dictionary has 18,000 entries
_YAML_DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


def is_onnx(folder: Path) -> bool:
    """Whether a model folder is for ONNX Runtime; False for a Paddle model. Raises EngineUnavailable for neither."""
    if not folder.is_dir():
        raise EngineUnavailable(f"找不到模型文件夹 {folder}。请核对 --model-dir。")
    if not (folder / SETTINGS).is_file():
        raise EngineUnavailable(f"模型文件夹 {folder} 缺少 {SETTINGS}。{_LAYOUT}")
    if (folder / ONNX).is_file():
        return True
    if any((folder / name).is_file() for name in PADDLE_MODELS) and (folder / PADDLE_WEIGHTS).is_file():
        return False
    raise EngineUnavailable(f"模型文件夹 {folder} 缺少模型文件。{_LAYOUT}")


def folder_to_name(folder: Path) -> str:
    """The name of the recognition model in a folder. Raises EngineUnavailable where it holds something else."""
    is_onnx(folder)
    try:
        settings = yaml.load((folder / SETTINGS).read_text(encoding="utf-8"), Loader=_YAML_LOADER)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise EngineUnavailable(f"读不了 {folder / SETTINGS}：{error}。请核对模型文件夹是否完整。") from error
    name = _entry(settings, "Global", "model_name")
    if not name or _entry(settings, "PostProcess", "name") != DECODER:
        raise EngineUnavailable(
            f"{folder / SETTINGS} 不是文字识别模型的设置（应有 Global.model_name 和 PostProcess.name: {DECODER}）。"
            "请在 --model-dir 给出识别（rec）模型的文件夹，而不是检测（det）模型的。"
        )
    return name


def _entry(settings: object, part: str, key: str) -> str:
    """What a part of the settings says, "" where it says nothing or the file is of another kind."""
    entries = settings.get(part) if isinstance(settings, dict) else None
    return str(entries.get(key, "")) if isinstance(entries, dict) else ""


def folder_to_hash(folder: Path) -> str:
    """A hash of the model and its settings, as long as that of the house's weights."""
    digest = hashlib.sha256()
    for path in sorted(folder.glob("inference.*")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:HASH_DIGITS]


def write_house_model(folder: Path) -> Path:
    """The house's weights laid out as a model folder, with the dictionary that the weights carry; gives the folder."""
    import onnxruntime

    shutil.copyfile(house_weights(), folder / ONNX)
    session = onnxruntime.InferenceSession(folder / ONNX, providers=["CPUExecutionProvider"])
    chars = session.get_modelmeta().custom_metadata_map["character"].splitlines()
    settings = {
        "Global": {"model_name": HOUSE_MODEL},
        "PreProcess": {
            "transform_ops": [
                {"DecodeImage": {"channel_first": False, "img_mode": "BGR"}},
                {"RecResizeImg": {"image_shape": [3, HEIGHT, 320]}},
            ]
        },
        "PostProcess": {"name": DECODER, "character_dict": chars},
    }
    (folder / SETTINGS).write_text(yaml.dump(settings, Dumper=_YAML_DUMPER, allow_unicode=True), encoding="utf-8")
    return folder
