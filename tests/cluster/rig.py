"""A real dask cluster for the tests: scheduler and workers in processes, or network namespaces, of their own."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
UP_SECONDS = 90  # until all workers are there, on a busy machine
POLL_SECONDS = 0.1
NETWORK = "10.203"  # within what is reserved for private use


@dataclass(slots=True)
class Rig:
    """What was started, and where its logs lie. ``namespaces`` are those of the workers, if they have any."""

    folder: Path
    port: int
    namespaces: tuple[str, ...] = ()
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"tcp://127.0.0.1:{self.port}"

    @property
    def share(self) -> Path:
        return self.folder / "share"

    @property
    def log(self) -> Path:
        return self.folder / "log.txt"

    def begun(self, word: str = "begun") -> list[tuple[int, str]]:
        """Process and what it began, in the order of beginning."""
        lines = self.log.read_text(encoding="utf-8").splitlines() if self.log.is_file() else []
        told = [line.split(" ", 2) for line in lines]
        return [(int(pid), what) for said, pid, what in told if said == word]

    def busy(self) -> int | None:
        """A process in the midst of a page."""
        ended = self.begun("ended")
        return next((pid for pid, what in self.begun() if (pid, what) not in ended), None)

    def scheduler(self) -> None:
        host = "0.0.0.0" if self.namespaces else "127.0.0.1"
        self._start([sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", host, "--port", str(self.port)])

    def worker(self, number: int, *options: str, **environment: str) -> None:
        """One more worker; its own name is ``w<number>``."""
        inside, address = [], self.address
        if self.namespaces:
            inside = ["ip", "netns", "exec", self.namespaces[number % len(self.namespaces)]]
            address = f"tcp://{NETWORK}.{number % len(self.namespaces)}.1:{self.port}"
        command = [
            *inside, sys.executable, "-m", "distributed.cli.dask_worker", address, "--nthreads", "1", "--no-dashboard",
            "--name", f"w{number}", "--local-directory", str(self.folder / f"w{number}"),
            "--preload", str(Path(__file__).with_name("worker_faults.py")), *options,
        ]  # fmt: skip
        self._start(command, FUHE_TEST_LOG=str(self.log), **environment)

    def wait(self, workers: int) -> None:
        """Until so many workers are there."""
        from distributed import Client

        connect: Any = Client  # its own types are incomplete
        with connect(self.address, timeout=UP_SECONDS, set_as_default=False) as client:
            client.wait_for_workers(workers, timeout=UP_SECONDS)

    def fuhe(self, *words: str) -> subprocess.Popen[str]:
        """The program with this cluster."""
        command = [sys.executable, "-m", "fuhe.cli", *words, "--cluster", self.address, "--share", str(self.share)]
        return subprocess.Popen(
            command, cwd=ROOT, env=environment_of(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def _start(self, command: Sequence[str], **environment: str) -> None:
        with (self.folder / f"process{len(self.processes)}.log").open("wb") as log:
            process = subprocess.Popen(
                command, cwd=ROOT, env=environment_of(**environment), stdout=log, stderr=log, start_new_session=True
            )
        self.processes.append(process)

    def stop(self) -> None:
        """Every process of ours, with those that it started."""
        for process in reversed(self.processes):
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def environment_of(**more: str) -> dict[str, str]:
    """This environment, with this copy of the program; warnings are of no concern to those who watch processes."""
    kept = {key: value for key, value in os.environ.items() if key not in ("PYTHONWARNINGS", "FUHE_DATA")}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", **more}


@contextmanager
def running(folder: Path, *, namespaces: tuple[str, ...] = ()) -> Iterator[Rig]:
    """A scheduler, to which workers may come, until the context ends."""
    folder.mkdir(parents=True)
    (folder / "share").mkdir()
    rig = Rig(folder=folder, port=free_port(), namespaces=namespaces)
    try:
        rig.scheduler()
        yield rig
    finally:
        rig.stop()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def why_no_namespaces() -> str:
    """Why this machine has no network namespaces for the tests; "" where it has."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return "network namespaces are made by root, on Linux"
    if shutil.which("ip") is None:
        return "there is no iproute2 here"
    name = f"fuhe-try-{os.getpid()}"
    ended = subprocess.run(["ip", "netns", "add", name], capture_output=True, text=True, check=False)
    if ended.returncode != 0:
        return f"this machine lets nobody make network namespaces: {ended.stderr.strip()}"
    subprocess.run(["ip", "netns", "del", name], check=True)
    return ""


@contextmanager
def networks(count: int) -> Iterator[tuple[str, ...]]:
    """Namespaces with a cable each to this machine, and to nothing else, until the context ends."""
    names = tuple(f"fuhe-{os.getpid()}-{number}" for number in range(count))
    try:
        for number, name in enumerate(names):
            cable = f"fh{os.getpid() % 100_000}x{number}"
            for words in (
                f"netns add {name}",
                f"link add {cable} type veth peer name inner netns {name}",
                f"addr add {NETWORK}.{number}.1/24 dev {cable}",
                f"link set {cable} up",
                f"-n {name} addr add {NETWORK}.{number}.2/24 dev inner",
                f"-n {name} link set inner up",
                f"-n {name} link set lo up",
            ):
                subprocess.run(["ip", *words.split()], check=True, capture_output=True)
        yield names
    finally:
        for name in names:  # its cable goes with it
            subprocess.run(["ip", "netns", "del", name], check=False, capture_output=True)


def wait_until(look: object, seconds: float = UP_SECONDS) -> None:
    """Until the look is true."""
    assert callable(look)
    past = time.monotonic() + seconds
    while not look():
        assert time.monotonic() < past, "nothing happened"
        time.sleep(POLL_SECONDS)
