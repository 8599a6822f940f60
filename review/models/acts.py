"""The log: every act of a person, each chained to the one before by its hash; nothing is ever changed or removed."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Coalesce

from review.models.people import Project, User


class Chain(models.Model):
    """The end of a log: how many acts there are and the hash of the last. One for each audit, one for the program."""

    project = models.OneToOneField(Project, null=True, on_delete=models.CASCADE, related_name="chain")
    length = models.BigIntegerField(default=0)
    head = models.CharField(max_length=64, blank=True)

    class Meta:
        # Two first acts of the program at one moment must not begin two logs: NULL is like no other NULL.
        constraints = [models.UniqueConstraint(Coalesce("project", models.Value(0)), name="one_log_each")]


class Event(models.Model):
    """One act: who, when, what, before and after. ``undoes`` is the act that this one takes back.

    ``changes`` are ``{"kind", "id", "before": {...}, "after": {...}}``, ``told`` whatever else belongs to the act.
    """

    chain = models.ForeignKey(Chain, on_delete=models.CASCADE, related_name="events")
    number = models.BigIntegerField()
    at = models.DateTimeField()
    user = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    who = models.CharField(max_length=150)
    act = models.CharField(max_length=40)
    told = models.JSONField(default=dict)
    changes = models.JSONField(default=list)
    undoes = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="undone_by")
    previous = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["chain", "number"], name="event_once")]
        indexes = [models.Index(fields=["chain", "user", "number"])]


class Mention(models.Model):
    """That an act changed a thing: where the history of one finding is found without reading the whole log."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="mentions")
    kind = models.CharField(max_length=20)
    thing = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["kind", "thing", "event"])]
