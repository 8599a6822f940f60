"""Forms and findings for notebooks and other programs: plain sequences that also come as pandas frames."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar, overload

from domain.finding import Finding
from domain.form import Form
from fuhe.batch import Batch, Outcome, read_batch
from fuhe.finding_records import finding_to_record
from fuhe.grouping import pages_together
from fuhe.intake import paths_to_arrivals
from fuhe.listing import batch_to_unread
from fuhe.pipeline import forms_to_findings, house_stages
from fuhe.records import form_to_record
from ocr.engines.choice import HOUSE_ENGINE, EngineChoice, check_engine

if TYPE_CHECKING:
    import pandas

T = TypeVar("T")

# Keys of a form's record that are about its reading, not its content.
_READING_KEYS = ("provenance", "confidence", "alternatives")


class _Items(Sequence[T], Generic[T]):
    """A tuple with a name of its own."""

    def __init__(self, items: Sequence[T]) -> None:
        self._items = tuple(items)

    @overload
    def __getitem__(self, place: int) -> T: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[T, ...]: ...
    def __getitem__(self, place: int | slice) -> T | tuple[T, ...]:
        return self._items[place]

    def __len__(self) -> int:
        return len(self._items)

    def __iter__(self) -> Iterator[T]:
        return iter(self._items)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {len(self)}>"


class Forms(_Items[Form]):
    """Forms in the order of the inputs; ``unread`` are the inputs that were not read, with the reason."""

    def __init__(self, batch: Batch) -> None:
        super().__init__(batch.forms)
        self.unread: tuple[Outcome, ...] = batch.unread

    def to_frame(self) -> pandas.DataFrame:
        """One row a form, the keys of forms.jsonl as columns; funds and indicators stay lists."""
        import pandas

        records = [form_to_record(form) for form in self]
        return pandas.DataFrame([{k: v for k, v in record.items() if k not in _READING_KEYS} for record in records])

    def to_indicator_frame(self) -> pandas.DataFrame:
        """One row an indicator, with the form it belongs to and its 0-based row."""
        import pandas

        records = [form_to_record(form) for form in self]
        keys = ("source", "index", "form_type", "year", "project_name")
        return pandas.DataFrame(
            [
                {**{key: dict(record)[key] for key in keys}, "row": row, **indicator}
                for record in records
                for row, indicator in enumerate(record["indicators"])
            ]
        )


class Findings(_Items[Finding]):
    """Findings, best first."""

    def to_frame(self) -> pandas.DataFrame:
        """One row a finding, the keys of findings.jsonl as columns."""
        import pandas

        return pandas.DataFrame([finding_to_record(finding) for finding in self])


def read_forms(paths: Sequence[Path], *, engine: EngineChoice = HOUSE_ENGINE) -> Forms:
    """The forms under the paths; every input and every page not read is warned of. Raises EngineUnavailable."""
    check_engine(engine)
    missing = [str(path) for path in paths if not path.exists()]
    if missing:
        raise FileNotFoundError(f"找不到：{'、'.join(missing)}。请核对路径。")
    found = pages_together(paths_to_arrivals(paths))
    batch = Batch(outcomes=tuple(read_batch(found, house_stages(engine=engine))))
    for thing in batch_to_unread(batch):
        warnings.warn(f"{' '.join(filter(None, (thing.path, thing.place)))}：{thing.reason}", stacklevel=3)
    return Forms(batch)


def audit_forms(forms: Sequence[Form]) -> Findings:
    """The findings of the forms."""
    return Findings(forms_to_findings(forms))
