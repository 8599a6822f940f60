"""What the program is made of: ``python -m bench.parts > docs/licences.md``, ``… --weights build/sbom.cdx.json``.

The first lists every locked package with its licence as the package states it, and every set of weights with its hash.
The second adds the weights to a list of parts (CycloneDX) that was made of the environment; see ``make sbom``.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from models.store import house_library

ROOT = Path(__file__).parents[1]
LOCKS = ("requirements.lock", "requirements-train.lock")
LOCKED = re.compile(r"^([A-Za-z0-9][\w.-]*)==(\S+)", re.MULTILINE)
CLASSIFIER = "License :: "
UNSTATED = "未注明"
SHORT = 60  # characters: some packages put the whole text where the name belongs
HEAD = """# Licences of the parts

Written by `make docs` from what each locked package states itself. **Needed** marks what `fuhe` needs to run; the
others serve benchmarks, tests and training only. Nothing of it is copied into this project; `make setup` installs it.

| package | version | licence | needed |
|---|---|---|---|
"""
WEIGHTS = """
## Weights

Trained here unless `origin` says otherwise; a file whose hash differs is refused when it is loaded.

| model | task | licence | origin | sha256 of its listing |
|---|---|---|---|---|
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A package of a lock file; the licence is "" where it is not installed."""

    name: str
    version: str
    licence: str
    needed: bool


def locked_versions() -> dict[str, str]:
    """Version by normal name, of both lock files."""
    texts = [(ROOT / lock).read_text(encoding="utf-8") for lock in LOCKS]
    return {canonicalize_name(name): version for text in texts for name, version in LOCKED.findall(text)}


def parts() -> tuple[Part, ...]:
    """Every locked package, by name."""
    needed = set(_closure(_needs("pyproject.toml")))
    return tuple(
        Part(name=name, version=version, licence=package_to_licence(name), needed=name in needed)
        for name, version in sorted(locked_versions().items())
    )


def package_to_licence(name: str) -> str:
    """The licence a package states: as an expression, by classifiers, else as a short text; "" if not installed."""
    try:
        told = distribution(name).metadata
    except PackageNotFoundError:
        return ""
    classified = [line.split(" :: ")[-1] for line in told.get_all("Classifier") or () if line.startswith(CLASSIFIER)]
    text = " ".join(told["License"].split()) if "License" in told else ""
    stated = told["License-Expression"] if "License-Expression" in told else " / ".join(classified)
    return stated or text[:SHORT] or UNSTATED


def _needs(file: str) -> list[Requirement]:
    project = tomllib.loads((ROOT / file).read_text(encoding="utf-8"))["project"]
    return [Requirement(line) for line in project["dependencies"]]


def _closure(wanted: list[Requirement]) -> Iterator[str]:
    """These packages and all that they need in turn, here and now, with the extras that are asked for."""
    seen: set[tuple[str, str]] = set()
    waiting = [(each.name, extra) for each in wanted for extra in ("", *each.extras)]
    while waiting:
        name, extra = waiting.pop()
        if (canonicalize_name(name), extra) in seen:
            continue
        seen.add((canonicalize_name(name), extra))
        yield canonicalize_name(name)
        try:
            lines = distribution(name).requires or []
        except PackageNotFoundError:
            continue
        needed = (
            each for each in map(Requirement, lines) if each.marker is None or each.marker.evaluate({"extra": extra})
        )
        waiting += [(each.name, own) for each in needed for own in ("", *each.extras)]


def parts_to_markdown() -> str:
    """docs/licences.md."""
    rows = "".join(
        f"| {each.name} | {each.version} | {each.licence} | {'yes' if each.needed else ''} |\n" for each in parts()
    )
    weights = "".join(
        f"| {each.name} | {each.task} | {each.licence} | {each.origin} | `{each.digest}` |\n"
        for each in house_library().shipped.entries()
    )
    return HEAD + rows + WEIGHTS + weights


def with_weights(listed: Mapping[str, object]) -> dict[str, object]:
    """A CycloneDX list of parts with the weights beside the packages."""
    components = listed.get("components", [])
    assert isinstance(components, list)
    weights = [
        {
            "type": "machine-learning-model",
            "bom-ref": f"weights/{entry.name}/{file.path}",
            "name": f"{entry.name}/{file.path}",
            "hashes": [{"alg": "SHA-256", "content": file.sha256}],
            "licenses": [{"license": {"name": entry.licence}}],
        }
        for entry in house_library().shipped.entries()
        for file in entry.files
    ]
    return {**listed, "components": [*components, *weights]}


def main() -> int:
    """As the arguments say."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weights", type=Path, metavar="SBOM", help="a CycloneDX file to add the weights to")
    asked = parser.parse_args()
    if asked.weights is None:
        sys.stdout.write(parts_to_markdown())
    else:
        listed = json.loads(asked.weights.read_text(encoding="utf-8"))
        asked.weights.write_text(json.dumps(with_weights(listed), ensure_ascii=False, indent=1), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
