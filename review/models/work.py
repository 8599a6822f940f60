"""What runs in the background: jobs with progress, the workers that do them, and samples drawn."""

from __future__ import annotations

from django.db import models

from review.models.papers import FormRow
from review.models.people import Project, User


class JobKind(models.TextChoices):
    """What is to be done. Reading documents has rows of its own (``Document``)."""

    CHECK = "check", "重新核对"
    EXPORT = "export", "导出"
    TRAIN = "train", "训练模型"
    FLIPS = "flips", "比较影响"


class JobState(models.TextChoices):
    """Where a job stands."""

    WAITING = "waiting", "排队"
    RUNNING = "running", "进行中"
    DONE = "done", "已完成"
    FAILED = "failed", "未完成"


class Job(models.Model):
    """One piece of work: what it was asked, how far it is, and what came of it. Its files stay in the file store."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="jobs")
    kind = models.CharField(max_length=10, choices=JobKind.choices)
    state = models.CharField(max_length=10, choices=JobState.choices, default=JobState.WAITING)
    asked = models.JSONField(default=dict)
    told = models.JSONField(default=dict)
    message = models.TextField(blank=True)
    done = models.IntegerField(default=0)
    total = models.IntegerField(default=0)
    file = models.CharField(max_length=300, blank=True)  # path within the file store
    file_name = models.CharField(max_length=200, blank=True)  # what it is called when downloaded
    user = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["project", "kind", "state"])]


class WorkerBeat(models.Model):
    """A background worker that was alive at ``at``, and what it is doing."""

    name = models.CharField(max_length=64, primary_key=True)
    at = models.DateTimeField()
    doing = models.CharField(max_length=200, blank=True)


class Sample(models.Model):
    """Places drawn at random from what the list does not show. ``record`` holds method, population, seed and strata."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="samples")
    user = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    record = models.JSONField()


class SamplePlace(models.Model):
    """A place of a sample and what was found there: None until somebody looked."""

    sample = models.ForeignKey(Sample, on_delete=models.CASCADE, related_name="places")
    form = models.ForeignKey(FormRow, on_delete=models.CASCADE, related_name="+")
    row = models.IntegerField(null=True)
    stratum = models.CharField(max_length=200, blank=True)
    has_issue = models.BooleanField(null=True)
    note = models.TextField(blank=True)
    user = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(null=True)


class PaperTemplate(models.Model):
    """The office's own Word template of a paper. Its bytes lie in the file store; the last one of a kind counts."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="templates")
    kind = models.CharField(max_length=20)  # fuhe.paper_kinds.PaperKind
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    user = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    retired = models.BooleanField(default=False)
