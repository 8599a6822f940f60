"""What came in: deliveries of files, the documents they make, the forms in them, and corrections of cells."""

from __future__ import annotations

from django.db import models

from review.models.people import Project, User


class Delivery(models.Model):
    """One upload: the files somebody chose together. ``complete_at`` is None while a file is still to come."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="deliveries")
    user = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    complete_at = models.DateTimeField(null=True)


class State(models.TextChoices):
    """What became of a document. READ and NO_FORM have a reading."""

    WAITING = "waiting", "排队"
    READING = "reading", "识读中"
    READ = "read", "已读"
    NO_FORM = "no_form", "未找到表"
    UNREADABLE = "unreadable", "未能读入"
    FAILED = "failed", "程序出错"


class Document(models.Model):
    """Content to be read once: one file, or one image a page. Its bytes and its reading lie in the file store."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="documents")
    sha256 = models.CharField(max_length=64)
    path = models.CharField(max_length=1000)
    parts = models.JSONField(default=list)  # sha256 of the files in order: more than one for an image a page
    kind = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.WAITING)
    reason = models.TextField(blank=True)
    warnings = models.JSONField(default=list)
    pages = models.IntegerField(default=0)
    pages_done = models.IntegerField(default=0)
    version = models.CharField(max_length=40, blank=True)  # of the code that read it
    page_notes = models.JSONField(default=list)  # number, width, height, state, reason, warnings of each
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "sha256"], name="content_once_per_project")]
        indexes = [models.Index(fields=["project", "state"])]


class ItemState(models.TextChoices):
    """What became of one file that came in."""

    COMING = "coming", "待上传"
    HERE = "here", "已收到"
    UNPACKED = "unpacked", "已解开"
    DUPLICATE = "duplicate", "内容重复"
    SKIPPED = "skipped", "已略过"
    REFUSED = "refused", "不能读入"


class Item(models.Model):
    """One file of a delivery, or of an archive in one. Every arrival is kept, also of content that was there before.

    ``book`` is the first page of the document this file is a page of, ``leaf`` its place there from 0; None for a
    document in one file. ``sha256`` is "" while nobody knows it.
    """

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="items")
    archive = models.ForeignKey("self", null=True, on_delete=models.CASCADE, related_name="members")
    book = models.ForeignKey("self", null=True, on_delete=models.CASCADE, related_name="leaves")
    leaf = models.IntegerField(default=0)
    path = models.CharField(max_length=1000)
    size = models.BigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=12, choices=ItemState.choices, default=ItemState.COMING)
    reason = models.TextField(blank=True)
    document = models.ForeignKey(Document, null=True, on_delete=models.SET_NULL, related_name="items")

    class Meta:
        indexes = [models.Index(fields=["delivery", "state"]), models.Index(fields=["sha256"])]


class FormRow(models.Model):
    """A form of a document: what lists show and filters use. The form itself is in the document's reading."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="forms")
    index = models.IntegerField()  # from 1 within its document
    form_type = models.CharField(max_length=20)
    year = models.CharField(max_length=8, blank=True)
    unit = models.CharField(max_length=200, blank=True)
    project_name = models.CharField(max_length=300, blank=True)
    doubtful = models.IntegerField(default=0)  # cells read with little confidence
    fields = models.IntegerField(default=0)
    rows = models.IntegerField(default=0)  # indicators: what samples are drawn from

    class Meta:
        constraints = [models.UniqueConstraint(fields=["document", "index"], name="form_once")]


class Correction(models.Model):
    """What a person read in a cell. It lies over the machine's reading, which stays; the last one of a field counts."""

    form = models.ForeignKey(FormRow, on_delete=models.CASCADE, related_name="corrections")
    field = models.CharField(max_length=80)  # path, like indicators[3].target
    text = models.TextField(blank=True)
    user = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    withdrawn = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["form", "field"])]
