"""The encoder as it answers: OpenVINO only, no torch. ``EncoderReader.load(folder)``, then texts to probabilities."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from classify.encoder.calibrate import sigmoid, softmax
from classify.encoder.pointing import windows_to_pointed
from classify.encoder.spans import STATUSES, Span, tags_to_spans
from classify.encoder.tokens import CharTokenizer
from classify.encoder.windows import Batch, Cutter, Window, strongest
from classify.labels import RATIONALE, TARGET, TASKS
from classify.learning.pointing import Pointed
from classify.learning.reader import BrokenReader
from domain.label import Rewrite, RewriteStatus
from models.runtime import ov

Floats = NDArray[np.float32]

FORMAT: Final = 1
GRAPH, VOCABULARY, SHEET = "graph.xml", "vocab.txt", "reader.json"
INPUTS: Final = ("input_ids", "attention_mask", "token_type_ids")
OUTPUTS: Final = ("reasons", "targets", "statuses", "tags")
DENIED: Final = (list(RATIONALE).index("no_reason"),)  # labels that hold only where no window says otherwise

TOKENS = 1024  # positions a request: enough to keep a core busy; four times as many take 160 MB more and no less time
STREAMS = 2  # requests at a time; one a core of the machine this is made for


class BrokenEncoder(BrokenReader):
    """A folder that holds no encoder of this version. The message is Chinese."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EncodedRewrite:
    """What the encoder reads of a rewrite: a probability for each of ``STATUSES``, and the spans it found."""

    text: str
    statuses: tuple[float, ...]
    spans: tuple[Span, ...]

    @property
    def rewrite(self) -> Rewrite:
        """The likeliest status with the names found; without names where it is none."""
        status = STATUSES[int(np.argmax(self.statuses))]
        if status is RewriteStatus.NONE:
            return Rewrite()
        named = {span.kind.value: self.text[span.start : span.end] for span in self.spans}
        return Rewrite(
            status=status, new_indicator=named.get("new_indicator", ""), new_target=named.get("new_target", "")
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Outputs:
    """Logits of some windows in their order; ``tags`` holds (tokens, 5) for each."""

    reasons: Floats
    targets: Floats
    statuses: Floats
    tags: tuple[Floats, ...]


class EncoderReader:
    """Texts to probabilities; one a process. Threads that share it take turns: its queue serves one at a time."""

    def __init__(self, graph: ov.Model, cutter: Cutter, temperatures: Mapping[str, float]) -> None:
        self.cutter, self.temperatures = cutter, dict(temperatures)
        settings = {
            "PERFORMANCE_HINT": "THROUGHPUT",
            "NUM_STREAMS": STREAMS,
            "INFERENCE_NUM_THREADS": STREAMS,
            "INFERENCE_PRECISION_HINT": "f32",  # the same answer on every machine, whatever its cores are quick at
        }
        self._turn = threading.Lock()
        self._queue = ov.AsyncInferQueue(ov.Core().compile_model(graph, "CPU", settings), STREAMS)

    @classmethod
    def load(cls, folder: Path) -> EncoderReader:
        """What ``export.write_reader`` wrote. Raises BrokenEncoder."""
        try:
            sheet = json.loads((folder / SHEET).read_text(encoding="utf-8"))
            if sheet["format"] != FORMAT or sheet["labels"] != {task: list(names) for task, names in TASKS.items()}:
                raise BrokenEncoder(f"编码器 {folder.name} 的格式或标签与本程序不符。请重新训练，或换用另一个模型。")
            tokenizer = CharTokenizer.load(folder / VOCABULARY)
            graph = ov.Core().read_model(folder / GRAPH)
            return cls(graph, Cutter(tokenizer=tokenizer, positions=sheet["positions"]), sheet["temperatures"])
        except (OSError, KeyError, TypeError, RuntimeError, json.JSONDecodeError) as error:
            raise BrokenEncoder(f"编码器文件夹 {folder} 不完整或已损坏。请重新安装，或换用另一个模型。") from error

    def reasons(self, texts: Sequence[str]) -> Floats:
        """Probability of every deviation reason: (texts, 19), columns as in ``labels.RATIONALE``."""
        windows = self._windows(texts)
        return self._reasons(windows, self.logits(windows), texts=len(texts))

    def rewrites(self, texts: Sequence[str]) -> tuple[EncodedRewrite, ...]:
        """The rewrite each text tells of; offsets are those of the text as printed."""
        return self.read(texts)[1]

    def read(self, texts: Sequence[str]) -> tuple[Floats, tuple[EncodedRewrite, ...]]:
        """Both answers about deviation reasons in one pass."""
        windows = self._windows(texts)
        outputs = self.logits(windows)
        return self._reasons(windows, outputs, texts=len(texts)), self._rewrites(texts, windows, outputs)

    def hear(self, texts: Sequence[str]) -> tuple[Floats, tuple[Pointed, ...]]:
        """Deviation reasons for the readers that weigh the encoder: labels, and what it points at, in one pass."""
        windows = self._windows(texts)
        outputs = self.logits(windows)
        return self._reasons(windows, outputs, texts=len(texts)), self._pointed(texts, windows, outputs)

    def _pointed(self, texts: Sequence[str], windows: Sequence[Window], outputs: Outputs) -> tuple[Pointed, ...]:
        odds = softmax(outputs.statuses / self.temperatures["statuses"])
        tags = [softmax(each / self.temperatures["tags"]) for each in outputs.tags]
        of_text: list[list[int]] = [[] for _ in texts]
        for place, window in enumerate(windows):
            of_text[window.owner].append(place)
        surest = _surest(windows, odds[:, STATUSES.index(RewriteStatus.NONE)])
        return tuple(
            windows_to_pointed(
                text, [windows[place] for place in own], [tags[place] for place in own], statuses=odds[best]
            )
            for text, own, best in zip(texts, of_text, surest, strict=True)
        )

    def _windows(self, texts: Sequence[str]) -> list[Window]:
        return [window for owner, text in enumerate(texts) for window in self.cutter.windows(text, owner=owner)]

    def _reasons(self, windows: Sequence[Window], outputs: Outputs, *, texts: int) -> Floats:
        owners = [window.owner for window in windows]
        logits = strongest(outputs.reasons, owners, texts=texts, denied=DENIED)
        return sigmoid(logits / self.temperatures["reasons"])

    def targets(self, texts: Sequence[str], indicators: Sequence[Sequence[str]]) -> Floats:
        """Probability of every class of target values: (texts, 6), rows summing to 1.

        ``indicators``: for each text the names it stands under.
        """
        pairs = enumerate(zip(texts, indicators, strict=True))
        windows = [
            window for owner, (text, names) in pairs for window in self.cutter.windows(text, owner=owner, beside=names)
        ]
        owners = [window.owner for window in windows]
        logits = strongest(self.logits(windows).targets, owners, texts=len(texts))
        return softmax(logits / self.temperatures["targets"])

    def logits(self, windows: Sequence[Window]) -> Outputs:
        """All heads on all windows, in the order given."""
        many = len(windows)
        flat = {name: np.zeros((many, width), np.float32) for name, width in _WIDTHS.items()}
        tags: list[Floats] = [np.zeros((0, 0), np.float32)] * many

        def keep(request: Any, batch: Batch) -> None:
            for name, own in flat.items():
                own[list(batch.places)] = request.get_tensor(name).data
            for place, odds in zip(batch.places, request.get_tensor("tags").data, strict=True):
                tags[place] = odds[: len(windows[place].ids)].copy()

        with self._turn:
            self._queue.set_callback(keep)
            for batch in self.cutter.batches(windows, tokens=TOKENS):
                self._queue.start_async(dict(zip(INPUTS, (batch.ids, batch.mask, batch.segments), strict=True)), batch)
            self._queue.wait_all()
        return Outputs(**flat, tags=tuple(tags))

    def _rewrites(
        self, texts: Sequence[str], windows: Sequence[Window], outputs: Outputs
    ) -> tuple[EncodedRewrite, ...]:
        """Statuses and spans come from the window of a text that is surest of a rewrite."""
        odds = softmax(outputs.statuses / self.temperatures["statuses"])
        return tuple(
            self._rewrite(text, windows[place], odds[place], tags=outputs.tags[place])
            for text, place in zip(texts, _surest(windows, odds[:, STATUSES.index(RewriteStatus.NONE)]), strict=True)
        )

    def _rewrite(self, text: str, window: Window, odds: Floats, *, tags: Floats) -> EncodedRewrite:
        spans = tags_to_spans(text, window, softmax(tags / self.temperatures["tags"]))
        return EncodedRewrite(text=text, statuses=tuple(odds.tolist()), spans=spans)


_WIDTHS: Mapping[str, int] = {"reasons": len(RATIONALE), "targets": len(TARGET), "statuses": len(STATUSES)}


def _surest(windows: Sequence[Window], none: Floats) -> Iterator[int]:
    """For every text the place of its window with the least probability of no rewrite; windows stand by owner."""
    best: dict[int, int] = {}
    for place, window in enumerate(windows):
        before = best.setdefault(window.owner, place)
        if none[place] < none[before]:
            best[window.owner] = place
    yield from best.values()
