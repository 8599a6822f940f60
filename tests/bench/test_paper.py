"""Forms on worn paper: every kind in its turn, the manifest's schema, and pages as they were printed."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from bench.accuracy import read_manifest
from bench.paper import COVER_PLACE, forms_to_jobs, make_paper, pages_to_pdf, pdf_to_pages
from bench.print_forms import BROWSERS
from bench.synthesis import synthesise
from bench.wear import DAMAGES
from fuhe.records import form_to_record

FORMS = synthesise(36, seed=3)


def needs_browser() -> None:
    """Skips where the printer is not installed; in CI a missing tool is a failure."""
    there = any(shutil.which(name) for name in BROWSERS)
    if not there and os.environ.get("CI") != "true":
        pytest.skip("chromium is not installed: make system")
    assert there, "CI must install chromium: make system"


def test_documents_keep_every_form_in_order_and_walk_through_the_kinds() -> None:
    jobs = forms_to_jobs(FORMS, seed=3)
    assert [form for job in jobs for form in job.forms] == list(FORMS)
    assert [job.kind for job in jobs[: len(DAMAGES)]] == list(DAMAGES)
    assert {len(job.forms) for job in jobs} == {1, 2}
    assert [job.html.count("<h2>") > len(job.forms) for job in jobs].count(True) == 1
    assert "的函" in jobs[COVER_PLACE].html


def test_the_same_seed_plans_the_same_documents() -> None:
    assert forms_to_jobs(FORMS, seed=3) == forms_to_jobs(FORMS, seed=3)
    assert forms_to_jobs(FORMS, seed=3) != forms_to_jobs(FORMS, seed=4)


def test_half_of_the_clean_documents_stay_digital_and_every_kind_comes_as_pdf_and_as_jpeg() -> None:
    jobs = forms_to_jobs(FORMS, seed=3)
    assert [job.digital for job in jobs if job.kind == "clean"] == [True, False, True]
    for kind in ("office", "fax", "photo"):
        assert [job.as_pdf for job in jobs if job.kind == kind][:2] in ([True, False], [False, True])


def test_an_unknown_kind_is_an_error() -> None:
    with pytest.raises(KeyError, match="water"):
        forms_to_jobs(FORMS, seed=3, kinds=("water",))


def test_two_tone_pages_come_back_from_a_pdf_without_loss(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    coarse = np.where(rng.random((117, 83)) > 0.5, 255, 0).astype(np.uint8)
    page = np.repeat(np.kron(coarse, np.ones((20, 20), dtype=np.uint8))[..., None], 3, axis=2)
    pages_to_pdf([page, page], tmp_path / "two.pdf")
    back = pdf_to_pages(tmp_path / "two.pdf")
    assert len(back) == 2
    assert abs(back[0].shape[0] - page.shape[0]) <= 2
    assert abs(float(back[0].mean()) - float(page.mean())) < 2


@pytest.mark.slow
def test_the_folder_has_the_manifest_the_truth_and_every_file(tmp_path: Path) -> None:
    needs_browser()
    jobs = forms_to_jobs(FORMS[:6], seed=3, kinds=("clean", "low", "fax"))
    make_paper(jobs, tmp_path)
    manifest = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    assert all(set(entry) == {"name", "kind", "files", "pages", "style", "form", "html"} for entry in manifest)
    named = {file for entry in manifest for file in entry["files"]} | {"manifest.json", "truth.json"}
    assert {path.name for path in tmp_path.iterdir()} == named
    scans = read_manifest(tmp_path, tmp_path / "truth.json")
    truth = [form_to_record(form) for scan in scans for form in scan.truth]
    assert truth == [form_to_record(form) for form in FORMS[:6]]
    digital = next(scan for scan in scans if scan.kind == "clean")
    assert len(pdf_to_pages(digital.files[0])) == digital.pages
