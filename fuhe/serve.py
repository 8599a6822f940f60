"""``fuhe serve``: the workbench with its background worker, and what an administrator does from the command line."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
import webbrowser
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import django

from fuhe.cluster_plan import (
    ADDRESS_VARIABLE,
    NO_CLUSTER,
    SHARE_VARIABLE,
    ClusterPlan,
    ClusterTrouble,
    choose_plan,
    environment_plan,
)
from fuhe.commands import WrongUsage
from fuhe.settings import SettingsError, find_settings
from models.store import OWN_VARIABLE

LOOPBACK = frozenset(["127.0.0.1", "localhost", "::1"])
THREADS = 8  # requests at once; the database writes one after another anyhow
RESTART_SECONDS = 1.0  # after a worker died, before another takes its place
SETTINGS = "review.settings"
USUAL_FOLDER = Path.home() / ".fuhe" / "workbench"  # as in review.settings
PROXY_NEEDS_USERS = "FUHE_HTTPS=1 是放在代理后面供多人使用的：请加 --users，否则经代理来的人都成了本机用户。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the workbench lives: data folder (None: the usual one), database URL ("": SQLite there), users, readers."""

    data: Path | None = None
    database: str = ""
    many_users: bool = False
    cluster: ClusterPlan = NO_CLUSTER


def open_workbench(place: Place, *, config: Path | None = None) -> None:
    """Django set up in this process, the tables brought up to date, the skills handed over. Raises WrongUsage."""
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS
    if place.data is not None:
        os.environ["FUHE_DATA"] = str(place.data.absolute())
        os.environ.setdefault(OWN_VARIABLE, str(place.data.absolute() / "models"))
    if place.database:
        os.environ["FUHE_DATABASE"] = place.database
    if place.many_users:
        os.environ["FUHE_USERS"] = "many"
    for name, told in ((ADDRESS_VARIABLE, place.cluster.address), (SHARE_VARIABLE, place.cluster.share)):
        if told:  # for the worker, which is another process
            os.environ[name] = told
    try:
        settings = find_settings(config)
        plan = choose_plan(environment_plan(), settings.cluster)
    except (SettingsError, ClusterTrouble) as error:
        raise WrongUsage(str(error)) from error
    from fuhe.desks import house_to_workbench
    from review.house import install_house

    django.setup()
    install_house(house_to_workbench(settings, cluster=plan))


def migrate() -> None:
    """The tables as this version wants them. Raises WrongUsage where the database cannot be reached."""
    from django.core.management import call_command
    from django.db import DatabaseError

    try:
        call_command("migrate", verbosity=0, interactive=False)
        call_command("clearsessions")  # what has expired opens nothing, and need not be kept
    except DatabaseError as error:
        raise WrongUsage(f"连不上或用不了数据库（{error}）。请核对 --database 和数据文件夹的权限。") from error


def serve(place: Place, *, host: str, port: int, config: Path | None, with_worker: bool, browser: bool) -> int:
    """The web server and, unless told otherwise, a worker beside it, until Ctrl-C. Raises WrongUsage."""
    if host not in LOOPBACK and not place.many_users and os.environ.get("FUHE_USERS") != "many":
        raise WrongUsage(f"在 {host} 上提供服务须有账号：请加 --users，并先用 fuhe user add 建立管理员。")
    if os.environ.get("FUHE_HTTPS") == "1" and not place.many_users and os.environ.get("FUHE_USERS") != "many":
        raise WrongUsage(PROXY_NEEDS_USERS)
    if host not in LOOPBACK:
        os.environ["FUHE_HOSTS"] = ",".join(filter(None, (os.environ.get("FUHE_HOSTS", ""), host)))
    open_workbench(place, config=config)
    migrate()
    from waitress.server import create_server

    from review.wsgi import application

    try:
        server = create_server(application, host=host, port=port, threads=THREADS, ident="fuhe", **proxy_options())
    except OSError as error:
        raise WrongUsage(f"端口 {port} 用不了（{error.strerror or error}）。请用 --port 换一个。") from error
    stop = threading.Event()
    keeper = threading.Thread(target=_keep_worker, args=(stop, config), daemon=True)
    if with_worker:
        keeper.start()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a service that is stopped ends as with Ctrl-C
    url = f"http://{'127.0.0.1' if host in LOOPBACK else host}:{port}/"
    sys.stdout.write(f"复核工作台：{url}（按 Ctrl-C 停止）\n")
    sys.stdout.flush()
    if browser:
        webbrowser.open(url)
    try:
        server.run()
    except KeyboardInterrupt:
        pass
    finally:
        stop.set()
        if with_worker:
            keeper.join()
        server.close()
    return 0


def proxy_options() -> dict[str, Any]:
    """Whose word the server takes on who asks and how: that of the one proxy before it, or nobody's."""
    if os.environ.get("FUHE_HTTPS") != "1":
        return {}
    return {
        "trusted_proxy": os.environ.get("FUHE_PROXY", "127.0.0.1"),
        "trusted_proxy_count": 1,
        "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto"},
        "clear_untrusted_proxy_headers": True,
    }


def _keep_worker(stop: threading.Event, config: Path | None) -> None:
    """A worker process, and another when it has died, until the server stops."""
    command = [sys.executable, "-m", "fuhe.cli", "worker", *(["--config", str(config)] if config else [])]
    while not stop.is_set():
        process = subprocess.Popen(command)
        while process.poll() is None and not stop.wait(0.2):
            pass
        if process.poll() is None:
            process.terminate()
            process.wait()
        else:
            time.sleep(RESTART_SECONDS)


def verify_log(place: Place, *, file: Path | None, head: str) -> int:
    """Every log of the workbench, or one that was exported, verified and told; the exit code. Raises WrongUsage."""
    if file is None:
        open_existing(place)
        from fuhe.log_check import check_database

        return check_database(head=head)
    with tempfile.TemporaryDirectory() as folder:  # a file is verified without any workbench
        os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS
        os.environ["FUHE_DATA"] = folder
        django.setup()
        from fuhe.log_check import check_file

        return check_file(file, head=head)


def open_existing(place: Place) -> None:
    """A workbench that is there: nothing is made where there is none. Raises WrongUsage."""
    folder = place.data or USUAL_FOLDER
    if not place.database and not (folder / "fuhe.sqlite3").is_file():
        raise WrongUsage(f"{folder} 中没有工作台的数据。请用 --data 指明数据文件夹，或给出导出的日志文件。")
    open_workbench(place)
    from django.db import DatabaseError, connection

    try:
        tables = connection.introspection.table_names()
    except DatabaseError as error:
        raise WrongUsage(f"连不上或用不了数据库（{error}）。请核对 --database 和数据文件夹的权限。") from error
    if "review_chain" not in tables:
        raise WrongUsage("这个数据库里没有工作台的日志。请核对 --data 或 --database。")


def work(place: Place, *, config: Path | None) -> int:
    """A background worker, until it is stopped."""
    open_workbench(place, config=config)
    migrate()
    from review.worker import run_worker

    run_worker()
    return 0
