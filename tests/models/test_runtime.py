"""What serves the models starts no process and asks no network when it is loaded."""

from __future__ import annotations

import subprocess
import sys

WATCH = """
import sys
def refuse(event, arguments):
    if event in ("os.fork", "os.posix_spawn", "subprocess.Popen", "socket.connect", "socket.getaddrinfo"):
        print(event)
sys.addaudithook(refuse)
from models.runtime import ov
ov.Core()
import time
time.sleep(0.5)  # a report would be sent by a thread
"""


def test_loading_it_sends_no_report_to_its_maker() -> None:
    ended = subprocess.run([sys.executable, "-c", WATCH], capture_output=True, text=True, check=True)
    assert ended.stdout == ""
