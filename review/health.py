"""Whether the workbench can work: its database answers, its worker lives where one is needed, its disk has room."""

from __future__ import annotations

import shutil
from dataclasses import asdict, dataclass

from django.db import DatabaseError

from review.blobs import store_root
from review.shell import work_underway, worker_is_silent

LEAST_ROOM = 1_000_000_000  # bytes: a batch of 400 scans with its readings and pictures takes about as much


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """``worker`` is False where there is work to do and nobody does it."""

    database: bool
    worker: bool
    disk: bool

    @property
    def is_well(self) -> bool:
        """True where nobody has to be called."""
        return self.database and self.worker and self.disk

    def told(self) -> dict[str, bool]:
        """By name."""
        return asdict(self)


def house_to_health() -> Health:
    """Found by looking."""
    disk = shutil.disk_usage(store_root()).free >= LEAST_ROOM
    try:
        return Health(database=True, worker=not (work_underway() and worker_is_silent()), disk=disk)
    except DatabaseError:
        return Health(database=False, worker=False, disk=disk)
