"""The house itself: sizes, lists that must agree, documents that must be current, no trace of one machine."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
ROOMS = sorted(path.parent.name for path in ROOT.glob("*/__init__.py"))
CODE = sorted(  # but what Django wrote
    path for room in ROOMS for path in (ROOT / room).rglob("*.py") if path.parent.name != "migrations"
)

FILE_LINES = 400
FUNCTION_LINES = 40


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", CODE, ids=name_of)
def test_no_file_outgrows_the_measure(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= FILE_LINES


@pytest.mark.parametrize("path", CODE, ids=name_of)
def test_no_function_outgrows_the_measure(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    assert [node.name for node in functions if body_lines(node) > FUNCTION_LINES] == []


def body_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines after the docstring."""
    first = node.body[1] if ast.get_docstring(node) and len(node.body) > 1 else node.body[0]
    return (node.end_lineno or 0) - first.lineno + 1


@pytest.mark.parametrize("path", CODE, ids=name_of)
def test_every_module_says_what_lives_there(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


def test_every_list_of_rooms_names_the_same_rooms() -> None:
    tool = PYPROJECT["tool"]
    layers = {room for room in re.split(r"[\s|]+", " ".join(tool["importlinter"]["contracts"][0]["layers"]))}
    assert sorted(tool["hatch"]["build"]["targets"]["wheel"]["packages"]) == ROOMS
    assert sorted(tool["importlinter"]["root_packages"]) == ROOMS
    assert sorted(set(tool["mypy"]["files"]) - {"docs", "tests"}) == ROOMS
    assert {room for room in layers if not room.startswith("(")} | {"models", "ocr", "review"} >= set(ROOMS)


def test_no_test_folder_hides_a_room() -> None:
    assert not list((ROOT / "tests").rglob("__init__.py"))


def test_the_lock_file_pins_with_hashes_and_names_no_index() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pins = re.findall(r"^([a-z0-9][\w.-]*)==\S+ \\\n    --hash=sha256:", lock, flags=re.M)
    assert len(pins) == len(re.findall(r"^[a-z0-9]", lock, flags=re.M))
    assert not re.search(r"https?:|file:|find-links|index-url|^-", lock, flags=re.M)


def test_everything_the_project_asks_for_is_locked() -> None:
    lock = "".join(
        (ROOT / name).read_text(encoding="utf-8") for name in ("requirements.lock", "requirements-train.lock")
    )
    extras = PYPROJECT["project"]["optional-dependencies"].values()
    wanted = [*PYPROJECT["project"]["dependencies"], *(line for extra in extras for line in extra)]
    names = {re.split(r"[<>=\[]", line)[0] for line in wanted}
    assert {name for name in names if f"\n{name}==" not in f"\n{lock}"} == set()


def test_there_is_one_opencv_and_it_needs_no_screen() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert re.findall(r"^(opencv[\w-]*)==", lock, flags=re.M) == ["opencv-contrib-python-headless"]


def test_no_deep_learning_framework_is_pulled_in() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert not re.search(r"^(torch|tensorflow|nvidia-)", lock, flags=re.M)


def test_the_makefile_offers_the_promised_commands() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    offered = set(re.findall(r"^([a-z]+):.*## ", makefile, flags=re.M))
    assert offered >= {"help", "setup", "run", "test", "check", "bench", "serve"}


@pytest.mark.parametrize("path", CODE, ids=name_of)
def test_no_code_names_a_place_of_one_machine(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"""["'](/home|/root|/work|/tmp|/opt|[A-Z]:\\)""", text)


def test_the_glossary_fixes_each_term_once() -> None:
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \|", (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8"), re.M)
    english, chinese = zip(*rows[2:], strict=True)
    assert len(set(english)) == len(english)
    assert len(set(chinese)) == len(chinese)


def test_decisions_are_numbered_without_a_gap() -> None:
    names = sorted(path.name for path in (ROOT / "docs" / "decisions").glob("*.md"))
    assert [name[:5] for name in names] == [f"{number:04}-" for number in range(1, len(names) + 1)]


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md", "docs/architecture.md"])
def test_documents_name_only_files_that_exist(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    linked = re.findall(r"\]\((?!https?:)([^)#]+)\)", text)
    folders = "|".join([*ROOMS, "docs", "tests", "examples"])
    named = re.findall(rf"`((?:{folders})/[\w./-]+)`", text)
    assert [
        path
        for path in (*linked, *named)
        if not (ROOT / document).parent.joinpath(path).exists() and not (ROOT / path).exists()
    ] == []


def test_the_architecture_fits_one_screen() -> None:
    assert len((ROOT / "docs" / "architecture.md").read_text(encoding="utf-8").splitlines()) <= 50
