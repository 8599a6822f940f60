"""Fault injection: ``python -m bench.faults [--kills 100] [--engine-kills 12] [--seed 7]``.

A batch is read once undisturbed, then over and over while processes are killed at random points; each time ``fuhe audit
--resume`` goes on until it ends. Its result must equal the undisturbed one in every byte but the times, and no page may
be read twice but the one that was in flight at a kill. After these come a page that crashes, hangs, spins or fills the
memory, a full disk, and a worker of the workbench that is killed. Most kills run with pages replayed as they were
recorded, at a fixed speed: there, going on is the point, not reading.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.fault_batch import build_batch
from bench.fault_cases import filled, harmed
from bench.fault_pages import Plan, Way, write_plan
from bench.fault_runs import Bout, Result, kill_over_and_over, undisturbed
from bench.fault_worker import under_fire


@dataclass(frozen=True, slots=True, kw_only=True)
class Spans:
    """Seconds of a run that nobody disturbs, with the engine and with recorded pages."""

    engine: float
    replayed: float


PARTS = ("kills", "pages", "disk", "worker")
WORKER_KILLS = 3  # a round; a task over which three workers died is given up


def killed(bout: Bout, due: Result, *, spans: Spans, kills: int, engine_kills: int, seed: int) -> dict[str, object]:
    """Kills with recorded pages, and kills with the engine itself."""
    write_plan(bout.faults, Plan(way=Way.REPLAY))
    replayed = kill_over_and_over(bout, due, kills=kills - engine_kills, span=spans.replayed, seed=seed)
    write_plan(bout.faults, Plan(way=Way.READ))
    engine = kill_over_and_over(bout, due, kills=engine_kills, span=spans.engine, seed=seed + 1)
    return {"replayed": asdict(replayed), "engine": asdict(engine)}


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints what came of all as JSON."""
    told = _parser().parse_args(arguments)
    report: dict[str, object] = {}
    with tempfile.TemporaryDirectory(prefix="fuhe-faults-") as name:
        folder = Path(name)
        inbox = build_batch(folder / "收件", scans=told.scans, digital=told.digital)
        bout = Bout(inbox=inbox, out=folder / "out", faults=folder / "faults")
        due, engine = undisturbed(bout, Way.RECORD)
        again, replayed = undisturbed(bout, Way.REPLAY)
        assert again == due, "recorded pages give another result"
        spans = Spans(engine=engine, replayed=replayed)
        report["undisturbed"] = asdict(spans) | {"pages": len(tuple((bout.faults / "pages").iterdir()))}
        if "kills" in told.only:
            report["kills"] = killed(
                bout, due, spans=spans, kills=told.kills, engine_kills=told.engine_kills, seed=told.seed
            )
        if "pages" in told.only:
            report["pages"] = harmed(bout, due)
        if "disk" in told.only:
            report["disk"] = filled(bout, due)
        if "worker" in told.only:
            write_plan(bout.faults, Plan(way=Way.REPLAY))
            files = [path for path in sorted(inbox.iterdir()) if path.suffix == ".pdf" or path.name.startswith("0")]
            report["worker"] = under_fire(folder, files, kills=WORKER_KILLS, rounds=told.rounds, seed=told.seed)
    sys.stdout.write(json.dumps(report, ensure_ascii=False, indent=1) + "\n")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--engine-kills", type=int, default=12)
    parser.add_argument("--rounds", type=int, default=4, help="of a killed worker")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--scans", type=int, default=6)
    parser.add_argument("--digital", type=int, default=6)
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
