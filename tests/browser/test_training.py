"""From decisions to another model in a real browser: trained, compared, put in use, and the one before put back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bench.workbench_browser import run_script, serving

pytestmark = pytest.mark.slow
JOB_MS = 240_000  # a training is a minute of one core, and others may want it too
# Texts only: they are read at once.
FILL = """
from pathlib import Path
from fuhe.serve import Place, migrate, open_workbench
open_workbench(Place())
migrate()
from review.blobs import keep_blob
from review.checking import check_project
from review.models import Document, Project
from review.reading import read_document
project = Project.objects.create(name="某县绩效自评复核")
for number in ("01", "03", "05"):
    (file,) = Path("examples").glob(number + "_*")
    sha256, _ = keep_blob([file.read_bytes()])
    read_document(Document.objects.create(project=project, sha256=sha256, path=file.name, parts=[sha256]))
check_project(project)
"""


@pytest.fixture(scope="module")
def audit(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    data: Path = tmp_path_factory.mktemp("workbench")
    run_script(data, FILL)
    with serving(data) as url:
        yield f"{url}/p/1"


def test_decisions_train_a_model_that_is_compared_put_in_use_and_taken_back(page: Any, audit: str) -> None:
    page.goto(f"{audit}/queue")
    page.keyboard.press("B")
    page.wait_for_selector("#bulk-dialog[open] [data-act=confirm]")
    page.keyboard.press("c")
    page.wait_for_function("() => document.getElementById('toast').textContent.includes('已确认')")
    page.goto(f"{audit}/learning/")
    page.click("button:has-text('训练新模型')")
    page.wait_for_selector("h2:has-text('与现用')", timeout=JOB_MS)
    assert page.locator("button:has-text('训练新模型')").is_disabled()
    page.click("button:has-text('看它会改变哪些疑点') >> nth=0")
    page.wait_for_selector("h2:has-text('会改变什么')", timeout=JOB_MS)
    page.click("button.primary:has-text('启用')")
    page.wait_for_selector(".message")
    (in_use,) = page.locator("tr", has_text="现用").locator("td:first-child", has_text="20").all_inner_texts()
    page.click("button:has-text('退回上一个')")
    page.wait_for_selector("li:has-text('退回到')")
    row = page.locator("tr", has=page.locator("td:first-child", has_text=in_use))
    assert "启用" in row.inner_text()
