"""Which engine reads: chosen by name, checked before the work begins, loaded when the first line is to be read."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from domain.source import Reader
from ocr.engines import Engine, EngineUnavailable
from ocr.engines.weights import installed_version, weights_hash


class EngineName(StrEnum):
    """The engines of this house; each is one file beside this one."""

    OPENVINO = "openvino"
    PADDLE = "paddle"


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineChoice:
    """An engine and, where it takes one, the folder of a recognition model of the user's own."""

    name: EngineName = EngineName.OPENVINO
    model_dir: Path | None = None


HOUSE_ENGINE = EngineChoice()


def check_engine(choice: EngineChoice) -> None:
    """Whether the engine can be had, told without loading it. Raises EngineUnavailable, in Chinese."""
    if choice.name is EngineName.PADDLE:
        from ocr.engines.paddle import check_paddle

        check_paddle(choice.model_dir)
    elif choice.model_dir is not None:
        raise EngineUnavailable("自备的模型文件夹（--model-dir）只能由 --engine paddle 使用。请加上 --engine paddle。")


def choice_to_reader(choice: EngineChoice) -> Reader:
    """Who will read, known without loading. Raises EngineUnavailable for a model folder that cannot be understood."""
    if choice.name is EngineName.PADDLE:
        from ocr.engines.paddle import paddle_reader

        return paddle_reader(choice.model_dir)
    return Reader(name="ppocrv6-small-openvino", version=installed_version("openvino"), weights=weights_hash())


@cache
def shared_engine(choice: EngineChoice) -> Engine:
    """The engine of this process; loading takes about a second. Raises EngineUnavailable."""
    if choice.name is EngineName.PADDLE:
        from ocr.engines.paddle import PaddleEngine

        return PaddleEngine(choice_to_reader(choice), choice.model_dir)
    from ocr.engines.openvino import OpenVinoEngine

    return OpenVinoEngine(choice_to_reader(choice))
