"""The notebooks run from top to bottom, and are kept without outputs."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
SECONDS_A_CELL = 300  # a busy machine is no failure
# What stands in for the cell tagged "parameters": the same work on less.
SMALL = {
    "01_a_batch_explored": 'inputs = sorted((root / "examples").glob("0[1249]_*"))',
    "02_training_and_comparison": "texts, seed = 320, 1",
    "03_error_analysis": 'texts, seed, label = 320, 1, "promise_to_improve"',
}


def name_of(path: Path) -> str:
    return path.stem


def read(path: Path) -> Any:
    nbformat = pytest.importorskip("nbformat", reason="the extra dev is not installed")
    return nbformat.read(path, as_version=4)


def test_every_notebook_has_its_small_data() -> None:
    assert {path.stem for path in NOTEBOOKS} == set(SMALL)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=name_of)
def test_a_notebook_is_kept_without_outputs(path: Path) -> None:
    cells = [cell for cell in read(path).cells if cell.cell_type == "code"]
    assert [cell.id for cell in cells if cell.outputs or cell.execution_count is not None] == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=name_of)
def test_a_notebook_names_one_cell_of_parameters(path: Path) -> None:
    tagged = [cell for cell in read(path).cells if "parameters" in cell.metadata.get("tags", ())]
    assert len(tagged) == 1


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=name_of)
def test_a_notebook_runs_on_small_data(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nbclient = pytest.importorskip("nbclient", reason="the extra dev is not installed")
    pytest.importorskip("ipykernel", reason="the extra dev is not installed")
    pytest.importorskip("matplotlib", reason="the extra dev is not installed")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))  # the kernel is a process of its own
    monkeypatch.setenv("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    notebook = with_small_data(read(path), SMALL[path.stem])
    place = {"metadata": {"path": str(path.parent)}}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the kernel's own transport warns, differently from version to version
        nbclient.NotebookClient(notebook, timeout=SECONDS_A_CELL, kernel_name="python3", resources=place).execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    assert [output for output in outputs if "image/png" in output.get("data", {})]


def with_small_data(notebook: Any, line: str) -> Any:
    """The notebook with a line after its parameters that makes them small."""
    for cell in notebook.cells:
        if "parameters" in cell.metadata.get("tags", ()):
            cell.source += f"\n{line}"
    return notebook
