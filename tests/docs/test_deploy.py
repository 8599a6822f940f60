"""What deploy/ starts is what the program offers: commands, options and settings that exist."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.main import get_command

from fuhe.cli import app

ROOT = Path(__file__).resolve().parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text(encoding="utf-8"))
UNITS = sorted((ROOT / "deploy" / "systemd").glob("*.service"))
CODE = "\n".join(
    path.read_text(encoding="utf-8") for room in ("fuhe", "review", "models") for path in (ROOT / room).glob("*.py")
)


def commands() -> Iterator[tuple[str, str]]:
    for name, service in COMPOSE["services"].items():
        if "command" in service:
            yield name, service["command"]
    for unit in UNITS:
        (line,) = re.findall(r"^ExecStart=(.*)$", unit.read_text(encoding="utf-8"), flags=re.M)
        yield unit.name, line.replace("/opt/fuhe/.venv/bin/", "")


@pytest.mark.parametrize(("name", "line"), list(commands()))
def test_every_command_is_one_of_the_program_or_of_dask(name: str, line: str) -> None:
    words = line.replace("'", " ").split()
    if "dask" in words:
        cli = pytest.importorskip("distributed.cli", reason="the optional component `cluster` is not installed")
        kind = words[words.index("dask") + 1]
        source = (Path(cli.__file__).parent / f"dask_{kind}.py").read_text(encoding="utf-8")
        assert [word for word in words if word.startswith("--") and word.removeprefix("--no-") not in source] == []
        return
    program, command, *options = words
    offered = get_command(app).commands[command]  # type: ignore[attr-defined]
    known = {option for parameter in offered.params for option in (*parameter.opts, *parameter.secondary_opts)}
    assert program == "fuhe" and {word for word in options if word.startswith("--")} <= known


def variables() -> Iterator[str]:
    yield from (name for name in COMPOSE["x-fuhe"]["environment"] if name.startswith("FUHE_"))
    lines = (ROOT / "deploy" / "systemd" / "fuhe.env").read_text(encoding="utf-8").splitlines()
    yield from (line.partition("=")[0] for line in lines if line.startswith("FUHE_"))


@pytest.mark.parametrize("name", sorted(set(variables())))
def test_every_variable_is_one_the_program_looks_at(name: str) -> None:
    assert name in CODE


def test_the_scheduler_is_reachable_from_inside_alone() -> None:
    services = COMPOSE["services"]
    assert COMPOSE["networks"]["inside"]["internal"] is True
    assert [name for name, service in services.items() if "ports" in service] == ["web"]
    assert all(service.get("networks", ["inside"]) == ["inside"] for name, service in services.items() if name != "web")


def test_nothing_is_written_to_disk_as_a_pickle() -> None:
    environment = COMPOSE["services"]["reader"]["environment"]
    assert [environment[f"DASK_DISTRIBUTED__WORKER__MEMORY__{what}"] for what in ("TARGET", "SPILL")] == ["false"] * 2
