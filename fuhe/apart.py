"""Pages read in a process of their own, which is replaced when a page kills it, hangs it or fills the memory."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field

from domain.errors import UnreadableDocument
from fuhe.limits import Limits
from fuhe.page_notes import PageNote
from fuhe.page_process import Loss, PageLost, PageProcess, shared_process
from fuhe.page_reading import NOT_GIVEN, PageReader, Paper, ReadPage
from ocr.engines.choice import EngineChoice

TRIES, TIMES_SAID = 2, "两"  # a process may die of something else than its page; a page that kills two kills the third
_WHAT = {
    Loss.CRASHED: "识读程序{tries}次异常退出（多为文件畸形或内存不足）",
    Loss.SLOW: "识读{tries}次都超过 {seconds} 秒没有完成",
    Loss.LARGE: "识读{tries}次都占用内存超过 {megabytes} MB",
}
_WHERE = {
    Loss.CRASHED: "仍不行请将文件交维护人员。",
    Loss.SLOW: "机器繁忙或这一页确实很大的，可在 fuhe.toml 的 [limits] 中调大 page_seconds。",
    Loss.LARGE: "内存充裕的，可在 fuhe.toml 的 [limits] 中调大 page_megabytes。",
}
_PAGE_LOST = "{what}，这一页已放下，其余各页不受影响。请重新扫描这一页，或另存为 JPEG 后再试；{where}"
_OPENING_LOST = "打开“{name}”时{what}，已放下，其余文件不受影响。请重新拷贝或重新导出后再试；{where}"


def warm_up(engine: EngineChoice) -> None:
    """Let the process that reads pages get ready while this one does something else."""
    with suppress(PageLost):  # whoever asks for a page finds another
        shared_process().warm(engine)


def page_reader(limits: Limits) -> PageReader:
    """Who reads the pages of whoever works for an auditor."""
    return ApartReader(limits=limits)


@contextmanager
def shown_apart(limits: Limits) -> Iterator[PageReader]:
    """A reader for a single picture: many threads serve people, and none of them keeps a process for the next."""
    try:
        yield page_reader(limits)
    finally:
        shared_process().close()


@dataclass(frozen=True, slots=True, kw_only=True)
class ApartReader:
    """A PageReader that lets another process read, within these limits."""

    limits: Limits = field(default_factory=Limits)

    def count(self, paper: Paper) -> int:
        """As PageReader says; paper that cannot be opened within the limits is unreadable."""
        try:
            return self._process_with(paper).count
        except PageLost:
            pass  # a process may die of something else
        try:
            return self._process_with(paper).count
        except PageLost as lost:
            raise UnreadableDocument(self._loss_to_words(_OPENING_LOST, lost.loss, name=paper.name)) from lost

    def pages(self, paper: Paper, *, leave: frozenset[int], keep: Callable[[ReadPage], None]) -> Iterator[ReadPage]:
        """As PageReader says; a page over which TRIES processes were lost is a note that says so."""
        total = self.count(paper)
        left = deque(number for number in range(1, total + 1) if number not in leave)
        lost_over = Counter[int]()
        while left:
            before = frozenset(range(1, total + 1)) - frozenset(left)
            try:
                yield from self._pages_once(paper, left, leave=before, keep=keep)
                reason = NOT_GIVEN
            except PageLost as lost:
                if not left:  # all are read; the next question finds a new process
                    return
                lost_over[left[0]] += 1
                if lost_over[left[0]] < TRIES:
                    continue
                reason = self._loss_to_words(_PAGE_LOST, lost.loss, name=paper.name)
            if left:
                note = PageNote(number=left.popleft(), reason=reason)
                keep(note)
                yield note

    def picture(self, paper: Paper, number: int) -> bytes | None:
        """As PageReader says; None where showing the page takes more than reading it may."""
        try:
            return self._process_with(paper).picture(number) or None
        except PageLost:
            return None

    def _pages_once(
        self, paper: Paper, left: deque[int], *, leave: frozenset[int], keep: Callable[[ReadPage], None]
    ) -> Iterator[ReadPage]:
        """Pages as one process gives them, each taken off those that are left when it is kept. Raises PageLost."""

        def keep_and_strike(page: ReadPage) -> None:
            keep(page)
            left.remove(page.number)

        with closing(self._process_with(paper).pages(leave=leave, keep=keep_and_strike)) as pages:
            yield from pages

    def _process_with(self, paper: Paper) -> PageProcess:
        """The process of this thread, with this paper open. Raises PageLost and UnreadableDocument."""
        process = shared_process()
        if process.paper is not paper or not process.is_running:
            process.open(paper, self.limits)
        return process

    def _loss_to_words(self, words: str, loss: Loss, *, name: str) -> str:
        numbers = {"tries": TIMES_SAID, "seconds": self.limits.page_seconds, "megabytes": self.limits.page_megabytes}
        return words.format(what=_WHAT[loss].format(**numbers), where=_WHERE[loss], name=name)
