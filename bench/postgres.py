"""A PostgreSQL for as long as a command runs: ``python -m bench.postgres pytest tests/review``.

It lives in a temporary folder, listens on a socket there and nowhere else, and is thrown away afterwards. The command
finds it in FUHE_DATABASE. The server refuses to run as root; for root it runs as the user of Debian's package.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

DEBIAN = Path("/usr/lib/postgresql")
OWNERS = ("postgres", "nobody")  # for root, who may not run it himself
SETTINGS = (  # what is thrown away need not survive a power cut
    "-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off", "-c", "listen_addresses=",
)  # fmt: skip
MISSING = "未找到 PostgreSQL（initdb、pg_ctl）：请先执行 make system，或安装软件包 postgresql。"
EXIT_MISSING = 2


def find_tools(debian: Path = DEBIAN) -> Path | None:
    """The folder of ``initdb`` and ``pg_ctl``: of the latest version that Debian has installed, or on the PATH."""
    versions = [folder for folder in debian.glob("*/bin") if (folder / "initdb").is_file()]
    if versions:
        return max(versions, key=lambda folder: float(folder.parent.name))
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found else None


@contextmanager
def running_postgres(tools: Path) -> Iterator[str]:
    """The URL of a server that runs until the context ends. Raises CalledProcessError."""
    owner = server_owner()
    with tempfile.TemporaryDirectory(prefix="fuhe-pg-") as name:
        folder = Path(name)
        if owner is not None:
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        data = folder / "data"
        _run([tools / "initdb", "-D", data, "-U", "fuhe", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"], owner)
        options = " ".join((*SETTINGS, "-k", name))
        _run([tools / "pg_ctl", "-D", data, "-l", folder / "log", "-w", "-o", options, "start"], owner)
        try:
            yield f"postgres://fuhe@{quote(name, safe='')}/postgres"
        finally:
            _run([tools / "pg_ctl", "-D", data, "-m", "immediate", "stop"], owner)


def server_owner() -> pwd.struct_passwd | None:
    """Whom the server has to run as; None where whoever runs this will do."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    return next(known[name] for name in OWNERS if name in known)


def _run(command: Sequence[str | Path], owner: pwd.struct_passwd | None) -> None:
    user, group = (None, None) if owner is None else (owner.pw_uid, owner.pw_gid)
    groups = None if owner is None else [owner.pw_gid]
    subprocess.run(
        [str(part) for part in command], check=True, cwd="/", stdout=subprocess.DEVNULL,
        user=user, group=group, extra_groups=groups,
    )  # fmt: skip


def main(command: Sequence[str]) -> int:
    """The command with a database; its exit code."""
    tools = find_tools()
    if tools is None:
        sys.stderr.write(MISSING + "\n")
        return EXIT_MISSING
    with running_postgres(tools) as url:
        return subprocess.run([*command], env={**os.environ, "FUHE_DATABASE": url}, check=False).returncode


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
