"""OpenVINO, by which all models are served, without its reports to its maker.

On import it would send one from a process that it forks: nothing here talks to a network, and such a fork of a process
with several threads may hang for good. It has a stand-in for where the package that sends is missing; so it is missing.
"""

from __future__ import annotations

import sys

sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]  # as Python knows what cannot be imported

import openvino as ov  # noqa: E402
from openvino import opset13 as ops  # noqa: E402

__all__ = ["ops", "ov"]
