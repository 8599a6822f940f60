"""Fixtures shared by all rooms."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import django
import pytest
from hypothesis import settings

# The workbench keeps its files nowhere near those of whoever runs the tests. The same suite runs on another database
# where one is named (make test-postgres).
os.environ["FUHE_DATA"] = tempfile.mkdtemp(prefix="fuhe-test-")
os.environ["DJANGO_SETTINGS_MODULE"] = "review.settings"
django.setup()

# A slow or busy machine is no failure: speed is measured in bench/, never by a test.
settings.register_profile("house", deadline=None)
settings.load_profile("house")

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real documents beside the checkout; tests that need it are skipped where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("the shared folder with the real documents does not stand beside this checkout")
    return SHARED
