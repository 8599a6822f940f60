"""The peers over the documents of ``fuhe bench accuracy``: each loaded once, one that is missing told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.accuracy import PeerOutcome, Scan, TableMetric, table_by_peer, text_by_peer
from bench.accuracy_report import PeerRun
from bench.clock import is_digital
from bench.peers import DIGITAL_PEERS, TABLE_PEERS, TEXT_PEERS, FilePeer, Peer, why_missing
from bench.pictures import files_to_pixels
from ocr.sheet import Pixels


@dataclass(frozen=True, slots=True, kw_only=True)
class Rivals:
    """Who is measured beside us: peers of tables, of tables in digital files, and of text."""

    tables: tuple[Peer, ...] = ()
    digital: tuple[FilePeer, ...] = ()
    texts: tuple[Peer, ...] = ()


ALL_RIVALS = Rivals(tables=TABLE_PEERS, digital=DIGITAL_PEERS, texts=tuple(TEXT_PEERS.values()))
NO_RIVALS = Rivals()


class Contest:
    """Documents of one table, handed to every peer that is installed."""

    def __init__(self, rivals: Rivals, metric: TableMetric) -> None:
        self._rivals, self._metric = rivals, metric
        everybody: tuple[Peer | FilePeer, ...] = (*rivals.tables, *rivals.digital, *rivals.texts)
        self._reasons = {peer.name: why_missing(peer) for peer in everybody}
        self._loaded = {peer.name: peer.load() for peer in self._present((*rivals.tables, *rivals.texts))}
        self._outcomes: dict[str, list[PeerOutcome]] = {name: [] for name in self._reasons}

    def read(self, scan: Scan) -> None:
        """Let everybody read a document; a peer of digital files those alone that are."""
        for peer in self._present(self._rivals.tables):
            outcome = table_by_peer(scan, _first_page(scan, self._loaded[peer.name]), metric=self._metric)
            self._outcomes[peer.name].append(outcome)
        for peer in self._present(self._rivals.texts):
            outcome = text_by_peer(scan, _first_page(scan, self._loaded[peer.name]), metric=self._metric)
            self._outcomes[peer.name].append(outcome)
        for other in self._rivals.digital if is_digital(scan.files[0]) else ():
            if not self._reasons[other.name]:
                outcome = table_by_peer(scan, _file(scan.files[0], other), metric=self._metric)
                self._outcomes[other.name].append(outcome)

    def runs(self) -> tuple[tuple[PeerRun, ...], tuple[PeerRun, ...]]:
        """What came of it: the peers of tables, and those of text."""
        digital = tuple(self._run(peer.name) for peer in self._rivals.digital)
        tables = (*(self._run(peer.name) for peer in self._rivals.tables), *digital)
        return tables, tuple(self._run(peer.name) for peer in self._rivals.texts)

    def _present(self, peers: Sequence[Peer]) -> list[Peer]:
        return [peer for peer in peers if not self._reasons[peer.name]]

    def _run(self, name: str) -> PeerRun:
        return PeerRun(name=name, reason=self._reasons[name], outcomes=tuple(self._outcomes[name]))


def _first_page(scan: Scan, read: Callable[[Pixels], str]) -> Callable[[], str]:
    return lambda: read(next(files_to_pixels(scan.files)))


def _file(path: Path, peer: FilePeer) -> Callable[[], str]:
    return lambda: peer.read(path.read_bytes())
