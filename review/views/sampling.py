"""Samples drawn from what nobody has looked at, looked at one by one, and what they say."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from audit.sampling import BadSample, Kind
from review.links import form_url
from review.models import Sample, SamplePlace
from review.rights import AuditRequest, Right, needs
from review.sampling import (
    BASIS_NAMES,
    METHOD_NAMES,
    MOST_PLACES,
    SEEDS,
    STOP_AFTER,
    Basis,
    Method,
    Order,
    draw_sample,
    look_at,
    open_places,
    places_of,
    project_to_advice,
    sample_to_estimate,
    sample_to_sentence,
)

VERDICTS = {"issue": True, "clean": False, "open": None}
NOTE_CHARS = 1000


class DrawForm(forms.Form):
    """What to draw."""

    basis = forms.ChoiceField(label="抽样范围：除去", choices=[(each.value, BASIS_NAMES[each]) for each in Basis])
    line = forms.IntegerField(
        label="清单前几条（范围为清单前若干条时填）", required=False, min_value=0, max_value=1_000_000
    )
    kind = forms.ChoiceField(label="抽取", choices=[(each.value, each.value) for each in Kind])
    method = forms.ChoiceField(label="方法", choices=[(each.value, METHOD_NAMES[each]) for each in Method])
    size = forms.IntegerField(label="样本量", min_value=1, max_value=MOST_PLACES, initial=60)
    seed = forms.IntegerField(label="种子（留空则随机产生）", required=False, min_value=0, max_value=SEEDS - 1)

    def to_order(self) -> Order:
        """What was asked for, once it is valid."""
        told = self.cleaned_data
        return Order(
            kind=Kind(told["kind"]), method=Method(told["method"]), basis=Basis(told["basis"]), size=told["size"],
            line=told["line"] or 0, seed=told["seed"],
        )  # fmt: skip


@needs(Right.VIEW)
def samples(request: AuditRequest, project_id: int) -> HttpResponse:
    """All samples, a new one, and whether to go on with the list."""
    return _samples(request, DrawForm(label_suffix=""))


def _samples(request: AuditRequest, form: DrawForm, *, status: int = 200) -> HttpResponse:
    found = request.project.samples.select_related("user").order_by("-pk")
    told = [
        {"sample": each, "open": open_places(each), "method": METHOD_NAMES[Method(each.record["method"])]}
        for each in found
    ]
    context = {
        "samples": told, "form": form, "advice": project_to_advice(request.project), "stop_after": STOP_AFTER,
    }  # fmt: skip
    return render(request, "review/samples.html", context, status=status)


@require_POST
@needs(Right.DECIDE)
def draw_new(request: AuditRequest, project_id: int) -> HttpResponse:
    """Draws a sample."""
    form = DrawForm(request.POST, label_suffix="")
    if not form.is_valid():
        return _samples(request, form, status=400)
    try:
        sample = draw_sample(request.project, form.to_order(), user=request.user)
    except BadSample as trouble:
        form.add_error(None, str(trouble))
        return _samples(request, form, status=400)
    return redirect("sample", project_id=project_id, sample_id=sample.pk)


@needs(Right.VIEW)
def sample_page(request: AuditRequest, project_id: int, sample_id: int) -> HttpResponse:
    """The places of a sample, and what they say once all have been looked at."""
    sample = get_object_or_404(Sample, project=request.project, pk=sample_id)
    places = list(places_of(sample))
    open_ = sum(place.has_issue is None for place in places)
    context: dict[str, Any] = {
        "sample": sample,
        "record": sample.record,
        "method": METHOD_NAMES[Method(sample.record["method"])],
        "places": [_place_to_line(project_id, place) for place in places],
        "open": open_,
        "done": len(places) - open_,
        "first_open": next((place.pk for place in places if place.has_issue is None), None),
    }
    if not open_:
        judged = sample_to_estimate(sample)
        context |= {
            "judged": judged,
            "sentence": sample_to_sentence(sample, judged),
            "share": judged.found / len(places),
        }
    return render(request, "review/sample.html", context)


def _place_to_line(project_id: int, place: SamplePlace) -> dict[str, Any]:
    url = form_url(project_id, place.form_id)
    if place.row is not None:
        url = f"{url}#row-{place.row}"
    return {"place": place, "url": url, "row": None if place.row is None else place.row + 1}


@require_POST
@needs(Right.DECIDE)
def look_at_place(request: AuditRequest, project_id: int, sample_id: int, place_id: int) -> HttpResponse:
    """What was found at a place."""
    place = get_object_or_404(SamplePlace, sample__project=request.project, sample=sample_id, pk=place_id)
    verdict, note = request.POST.get("verdict", ""), request.POST.get("note", "").strip()
    if verdict not in VERDICTS:
        messages.error(request, "请选“有问题”或“无问题”。")
    elif verdict == "issue" and not note:
        messages.error(request, "有问题的请写明是什么问题，推断和底稿要用。")
    elif len(note) > NOTE_CHARS:
        messages.error(request, f"说明太长（{len(note)} 字），请缩短到 {NOTE_CHARS} 字以内。")
    else:
        look_at(place, user=request.user, has_issue=VERDICTS[verdict], note=note)
    return redirect(f"{reverse('sample', args=[project_id, sample_id])}#place-{place.pk}")


urls = [
    path("p/<int:project_id>/samples", samples, name="samples"),
    path("p/<int:project_id>/samples/draw", draw_new, name="draw_sample"),
    path("p/<int:project_id>/samples/<int:sample_id>", sample_page, name="sample"),
    path("p/<int:project_id>/samples/<int:sample_id>/<int:place_id>", look_at_place, name="look_at_place"),
]
