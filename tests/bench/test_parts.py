"""The list of parts names every locked package and every set of weights, with its licence."""

from __future__ import annotations

import pytest

from bench.parts import ROOT as PROJECT
from bench.parts import UNSTATED, Part, locked_versions, parts, with_weights
from models.store import house_library

PARTS = parts()
LISTED = (PROJECT / "docs" / "licences.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.name)
def test_every_package_is_listed_as_it_is_locked(part: Part) -> None:
    if not part.licence:
        pytest.skip(f"{part.name} is not installed here")
    assert f"| {part.name} | {part.version} | {part.licence} | {'yes' if part.needed else ''} |" in LISTED


def test_nothing_is_listed_that_is_not_locked() -> None:
    packages = LISTED.partition("## Weights")[0].count("\n| ") - 1
    assert packages == len(locked_versions()) == len(PARTS)


@pytest.mark.parametrize("part", [part for part in PARTS if part.needed], ids=lambda part: part.name)
def test_what_runs_may_be_used_by_an_office(part: Part) -> None:
    """No licence unstated, and none that asks for the source of whatever uses the package."""
    assert part.licence not in ("", UNSTATED)
    assert "GPL" not in part.licence.replace("LGPL", "").replace("Lesser General Public License", "")


def test_weights_are_listed_by_hash() -> None:
    listed = with_weights({"components": []})["components"]
    assert isinstance(listed, list)
    hashes = {component["hashes"][0]["content"] for component in listed}
    assert {file.sha256 for entry in house_library().shipped.entries() for file in entry.files} == hashes
    assert all(f"`{entry.digest}`" in LISTED for entry in house_library().shipped.entries())
