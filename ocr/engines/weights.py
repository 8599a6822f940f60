"""The weights that come with the house, PP-OCRv6 small: where they lie and their hash, without loading anything."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from ocr.engines import EngineUnavailable

RECOGNITION = "PP-OCRv6_rec_small.onnx"
DETECTION = "PP-OCRv6_det_small.onnx"  # benchmarks hand it to a peer; this house needs no text detector
HASH_DIGITS = 12  # of a SHA-256, enough to tell weights apart


def house_weights(name: str = RECOGNITION) -> Path:
    """The file within the installed package rapidocr, which is not imported. Raises EngineUnavailable."""
    spec = find_spec("rapidocr")
    for folder in spec.submodule_search_locations or () if spec is not None else ():
        path = Path(folder) / "models" / name
        if path.is_file():
            return path
    raise EngineUnavailable(f"找不到识别模型 {name}（应随 rapidocr 3.10 以上版本安装）。请重新执行安装（make setup）。")


@cache
def weights_hash() -> str:
    """The hash of the house's weights, "" where they are not installed."""
    try:
        return hashlib.sha256(house_weights().read_bytes()).hexdigest()[:HASH_DIGITS]
    except EngineUnavailable:
        return ""


def installed_version(package: str) -> str:
    """The version of an installed package, "" where it is not."""
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
