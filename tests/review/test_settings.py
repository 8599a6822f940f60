"""Settings as the environment makes them: one machine, many users behind TLS, another database."""

from __future__ import annotations

import os
import runpy
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from fuhe.serve import Place, proxy_options, serve
from review import settings as module

OURS = ("FUHE_DATA", "FUHE_DATABASE", "FUHE_USERS", "FUHE_HOSTS", "FUHE_HTTPS", "FUHE_PROXY", "FUHE_TIME_ZONE")


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    for name in OURS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("FUHE_DATA", str(tmp_path / "data"))
    return monkeypatch


def read() -> dict[str, Any]:
    """The settings as a process that starts now has them."""
    return runpy.run_path(str(module.__file__))


def test_on_one_machine_everything_lies_in_one_folder(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    told = read()
    assert told["DATABASES"]["default"]["NAME"] == tmp_path / "data" / "fuhe.sqlite3"
    assert told["DATABASES"]["default"]["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert told["ALLOWED_HOSTS"] == ["127.0.0.1", "localhost", "[::1]"]
    assert not told["MANY_USERS"] and not told["DEBUG"]
    assert not told["SESSION_COOKIE_SECURE"] and told["SECURE_PROXY_SSL_HEADER"] is None


def test_the_secret_is_made_once_and_read_by_its_owner_alone(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    first, again = read()["SECRET_KEY"], read()["SECRET_KEY"]
    assert first == again
    assert len(first) > 80
    assert (tmp_path / "data" / "secret.key").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["secret.key"]


def test_two_that_start_at_one_moment_have_one_secret(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        for number in range(20):
            assert len(set(pool.map(module._secret, [tmp_path / str(number)] * 8))) == 1


def test_behind_tls_cookies_and_addresses_are_bound_to_it(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("FUHE_HTTPS", "1")
    told = read()
    assert told["SESSION_COOKIE_NAME"].startswith("__Host-") and told["SESSION_COOKIE_SECURE"]
    assert told["CSRF_COOKIE_NAME"].startswith("__Host-") and told["CSRF_COOKIE_SECURE"]
    assert told["SECURE_SSL_REDIRECT"] and told["SECURE_HSTS_SECONDS"] > 0
    assert told["SECURE_PROXY_SSL_HEADER"] == ("HTTP_X_FORWARDED_PROTO", "https")


def test_names_of_the_server_are_taken_with_blanks_and_without(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("FUHE_HOSTS", "audit.example, 192.0.2.7,,")
    assert read()["ALLOWED_HOSTS"][3:] == ["audit.example", "192.0.2.7"]


def test_another_database_is_named_by_its_url(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("FUHE_DATABASE", "postgres://fuhe:p%40ss@db.example:5433/workbench")
    told = read()["DATABASES"]["default"]
    assert told["ENGINE"] == "django.db.backends.postgresql"
    assert (told["HOST"], told["PORT"], told["NAME"], told["PASSWORD"]) == ("db.example", 5433, "workbench", "p@ss")
    assert told["CONN_MAX_AGE"] == 60 and told["CONN_HEALTH_CHECKS"]


def test_nobody_is_believed_about_whom_he_speaks_for_but_the_proxy(environment: pytest.MonkeyPatch) -> None:
    assert proxy_options() == {}
    environment.setenv("FUHE_HTTPS", "1")
    assert proxy_options()["trusted_proxy"] == "127.0.0.1"
    environment.setenv("FUHE_PROXY", "192.0.2.9")
    assert proxy_options()["trusted_proxy"] == "192.0.2.9"


def test_a_proxy_before_a_workbench_without_accounts_is_refused(environment: pytest.MonkeyPatch) -> None:
    from fuhe.commands import WrongUsage

    environment.setenv("FUHE_HTTPS", "1")
    with pytest.raises(WrongUsage, match="--users"):
        serve(Place(), host="127.0.0.1", port=1, config=None, with_worker=False, browser=False)


@pytest.mark.slow
def test_django_finds_nothing_to_complain_of_behind_tls(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("FUHE_HTTPS", "1")
    environment.setenv("FUHE_USERS", "many")
    command = [sys.executable, "-m", "django", "check", "--deploy", "--fail-level", "INFO"]
    told = subprocess.run([*command, "--settings", "review.settings"], capture_output=True, text=True)
    assert told.returncode == 0, told.stderr


@pytest.fixture
def behind_tls(environment: pytest.MonkeyPatch) -> Iterator[str]:
    """A real server with real settings, as a proxy on the same machine sees it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    told = {**os.environ, "FUHE_HTTPS": "1"}
    command = [sys.executable, "-m", "fuhe.cli", "serve", "--users", "--no-worker", "--port", str(port)]
    process = subprocess.Popen(command, env=told, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(300):
            with socket.socket() as knock:
                if knock.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.2)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


class Stay(urllib.request.HTTPRedirectHandler):
    """Shows where one is sent instead of going there."""

    def redirect_request(self, *told: Any) -> None:
        """Nowhere."""


def fetch(address: str, headers: dict[str, str]) -> tuple[int, Any]:
    try:
        with urllib.request.build_opener(Stay).open(urllib.request.Request(address, headers=headers)) as response:
            return response.status, response.headers
    except urllib.error.HTTPError as error:
        return error.code, error.headers


@pytest.mark.slow
def test_behind_a_proxy_that_speaks_tls_the_server_serves_and_without_it_sends_there(behind_tls: str) -> None:
    status, headers = fetch(f"{behind_tls}/login", {"X-Forwarded-Proto": "https", "X-Forwarded-For": "198.51.100.7"})
    assert status == 200
    assert "__Host-fuhe-csrf" in headers["Set-Cookie"] and "Secure" in headers["Set-Cookie"]
    assert headers["Strict-Transport-Security"]
    status, headers = fetch(f"{behind_tls}/login", {})
    assert (status, headers["Location"].split(":")[0]) == (301, "https")
