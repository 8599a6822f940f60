"""疑点: what the checks raise, what people decided on it, and the checks themselves."""

from __future__ import annotations

from django.db import models

from review.bands import amount_to_band, columns_to_kind, confidence_to_band
from review.indexes import NarrowIndex
from review.models.papers import FormRow
from review.models.people import Project, User


class Check(models.Model):
    """One run of the checks over all forms of an audit, with the versions that ran."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="checks")
    at = models.DateTimeField(auto_now_add=True)
    forms = models.IntegerField(default=0)
    findings = models.IntegerField(default=0)
    seconds = models.FloatField(default=0.0)
    versions = models.JSONField(default=dict)


class Status(models.TextChoices):
    """What a person did with a finding; a machine never sets anything but OPEN."""

    OPEN = "open", "待复核"
    CONFIRMED = "confirmed", "已确认"
    RELABELLED = "relabelled", "已改判"
    DISMISSED = "dismissed", "已排除"
    SKIPPED = "skipped", "暂缓"


class Stage(models.TextChoices):
    """How far it is signed. From PREPARED on it is locked."""

    NONE = "", "未签"
    PREPARED = "prepared", "编制"
    REVIEWED = "reviewed", "复核"
    APPROVED = "approved", "审定"


SHOWN = ("project", "verdict", "gone", "folded")  # columns by which every view of the queue begins
LAST_PLACE = 1_000_000_000  # added to the place of what was skipped: it comes back at the end


class Finding(models.Model):
    """One 疑点 in the queue. Its key is form, row, code and ordinal: checks that run again find their decisions.

    ``place`` orders the queue (the rank of the last check; skipped ones behind all others). ``gone``: the last check
    did not raise it any more. ``evidence`` is as in ``checking``. The machine's columns of a locked finding stay.
    ``folded`` (another one tells its story), ``band``, ``sure`` and ``kind`` (``review.bands``) are worked out by the
    database.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="findings")
    form = models.ForeignKey(FormRow, on_delete=models.CASCADE, related_name="findings")
    row = models.IntegerField(null=True)
    code = models.CharField(max_length=60)
    ordinal = models.IntegerField(default=0)

    title = models.CharField(max_length=120)
    group = models.CharField(max_length=40)
    category = models.CharField(max_length=80, blank=True)
    severity = models.CharField(max_length=8)
    verdict = models.CharField(max_length=16)
    confidence = models.FloatField(default=1.0)
    priority = models.FloatField(default=0.0)
    place = models.BigIntegerField(default=0)
    message = models.TextField()
    basis = models.TextField(blank=True)
    why = models.TextField(blank=True)
    readings = models.TextField(blank=True)
    statement = models.TextField(blank=True)
    evidence = models.JSONField(default=list)
    covered_by = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="covers")
    unit = models.CharField(max_length=200, blank=True)
    year = models.CharField(max_length=8, blank=True)
    project_name = models.CharField(max_length=300, blank=True)
    indicator = models.CharField(max_length=300, blank=True)
    amount = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    points = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    cause = models.CharField(max_length=64, blank=True)
    gone = models.BooleanField(default=False)
    raised_at = models.DateTimeField(auto_now_add=True)
    check_run = models.ForeignKey(Check, null=True, on_delete=models.SET_NULL, related_name="+")

    status = models.CharField(max_length=12, choices=Status.choices, default=Status.OPEN)
    dismissal = models.CharField(max_length=12, blank=True)  # domain.decision.Cause
    nature = models.TextField(blank=True)  # 定性, as the auditor words it
    relabel = models.JSONField(default=list)  # label ids the auditor says hold instead
    assignee = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="assigned")
    decided_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    stage = models.CharField(max_length=10, choices=Stage.choices, default=Stage.NONE, blank=True)
    seen_at = models.DateTimeField(null=True)

    folded = models.GeneratedField(
        expression=models.Case(
            models.When(covered_by__isnull=True, then=models.Value(False)), default=models.Value(True)
        ),
        output_field=models.BooleanField(),
        db_persist=True,
    )
    band = models.GeneratedField(
        expression=amount_to_band(), output_field=models.CharField(max_length=8), db_persist=True
    )
    sure = models.GeneratedField(
        expression=confidence_to_band(), output_field=models.CharField(max_length=8), db_persist=True
    )
    kind = models.GeneratedField(
        expression=columns_to_kind(), output_field=models.CharField(max_length=100), db_persist=True
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["form", "row", "code", "ordinal"], name="finding_once"),
            models.UniqueConstraint(
                fields=["form", "code", "ordinal"], condition=models.Q(row__isnull=True), name="form_finding_once"
            ),
        ]
        indexes = [
            # All that the queue filters by: no row is read, which are wide; 100,000 take seconds otherwise.
            models.Index(
                fields=[
                    *SHOWN,
                    "place",
                    "id",
                    "status",
                    "severity",
                    "group",
                    "code",
                    "year",
                    "unit",
                    "project_name",
                    "stage",
                    "band",
                    "amount",
                    "sure",
                    "confidence",
                    "assignee",
                    "cause",
                    "form",
                ],
                name="queue",
            ),
            models.Index(
                fields=[
                    *SHOWN,
                    "severity",
                    "unit",
                    "project_name",
                    "year",
                    "band",
                    "status",
                    "group",
                    "code",
                    "stage",
                    "sure",
                    "assignee",
                    "form",
                    "cause",
                    "place",
                ],
                name="facets",
            ),
            # What ``review.facets`` counts together, in that order: nothing is sorted. No column is a number with a
            # fraction, of which PostgreSQL would write out every one.
            NarrowIndex(
                fields=[*SHOWN, "status", "kind", "group", "assignee", "year", "band"],
                beside=["severity", "code", "stage", "sure", "unit", "project_name", "form", "cause"],
                name="kinds",
            ),
            NarrowIndex(
                fields=[*SHOWN, "unit", "project_name", "year", "band", "status"],
                beside=["severity", "group", "code", "stage", "sure", "assignee", "form", "cause"],
                name="papers",
            ),
            # The same for what is still to be decided, which is what the list shows unless asked otherwise.
            models.Index(
                fields=[*SHOWN, "unit", "project_name", "year", "band"],
                condition=models.Q(status__in=[Status.OPEN.value, Status.SKIPPED.value]),
                name="papers_open",
            ),
            models.Index(fields=["project", "cause"]),
            models.Index(fields=["form", "row"]),
            models.Index(fields=["project", "code", "status"]),
            # How many were decided since the last check is asked after every decision.
            models.Index(
                fields=["project", "decided_at"], condition=models.Q(decided_at__isnull=False), name="decided_since"
            ),
        ]

    @property
    def is_locked(self) -> bool:
        """Signed: decisions stay as they are."""
        return bool(self.stage)


class Note(models.Model):
    """What a person wrote beside a finding; the only thing that can be added to a signed one."""

    finding = models.ForeignKey(Finding, on_delete=models.CASCADE, related_name="notes")
    user = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    text = models.TextField()
    after_signing = models.BooleanField(default=False)
    withdrawn = models.BooleanField(default=False)


class Signature(models.Model):
    """One stage signed: who, when, and what was signed (``review.signing``), with its digest.

    ``returned``: a reviewer gave it back, or its signer took it back; it stays as part of the story.
    """

    finding = models.ForeignKey(Finding, on_delete=models.CASCADE, related_name="signatures")
    stage = models.CharField(max_length=10, choices=Stage.choices)
    user = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    returned = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["finding", "stage"], condition=models.Q(returned=False), name="one_signature_per_stage"
            )
        ]


class SavedFilter(models.Model):
    """A filter of the queue that somebody wants again; ``query`` is the query string."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="filters")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=40)
    query = models.CharField(max_length=1000)
