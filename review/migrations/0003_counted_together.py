"""What the list is filtered and counted by becomes columns that the database works out, and the indexes follow."""

from decimal import Decimal

import django.db.models.functions.text
from django.db import migrations, models

import review.indexes


class Migration(migrations.Migration):
    dependencies = [
        ("review", "0002_append_only"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="finding",
            name="queue",
        ),
        migrations.RemoveIndex(
            model_name="finding",
            name="facets",
        ),
        migrations.AddField(
            model_name="finding",
            name="band",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Case(
                    models.When(amount__isnull=True, then=models.Value("none")),
                    models.When(amount__gte=Decimal("10000000"), then=models.Value("1000")),
                    models.When(amount__gte=Decimal("1000000"), then=models.Value("100")),
                    models.When(amount__gte=Decimal("100000"), then=models.Value("10")),
                    default=models.Value("0"),
                ),
                output_field=models.CharField(max_length=8),
            ),
        ),
        migrations.AddField(
            model_name="finding",
            name="folded",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Case(
                    models.When(covered_by__isnull=True, then=models.Value(False)), default=models.Value(True)
                ),
                output_field=models.BooleanField(),
            ),
        ),
        migrations.AddField(
            model_name="finding",
            name="kind",
            field=models.GeneratedField(
                db_persist=True,
                expression=django.db.models.functions.text.Concat(
                    "severity",
                    models.Value("|"),
                    "stage",
                    models.Value("|"),
                    models.Case(
                        models.When(confidence__gte=0.9, then=models.Value("high")),
                        models.When(confidence__gte=0.7, then=models.Value("middle")),
                        default=models.Value("low"),
                    ),
                    models.Value("|"),
                    "code",
                ),
                output_field=models.CharField(max_length=100),
            ),
        ),
        migrations.AddField(
            model_name="finding",
            name="sure",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Case(
                    models.When(confidence__gte=0.9, then=models.Value("high")),
                    models.When(confidence__gte=0.7, then=models.Value("middle")),
                    default=models.Value("low"),
                ),
                output_field=models.CharField(max_length=8),
            ),
        ),
        migrations.AddIndex(
            model_name="finding",
            index=models.Index(
                fields=[
                    "project",
                    "verdict",
                    "gone",
                    "folded",
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
        ),
        migrations.AddIndex(
            model_name="finding",
            index=models.Index(
                fields=[
                    "project",
                    "verdict",
                    "gone",
                    "folded",
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
        ),
        migrations.AddIndex(
            model_name="finding",
            index=review.indexes.NarrowIndex(
                beside=("severity", "code", "stage", "sure", "unit", "project_name", "form", "cause"),
                fields=["project", "verdict", "gone", "folded", "status", "kind", "group", "assignee", "year", "band"],
                name="kinds",
            ),
        ),
        migrations.AddIndex(
            model_name="finding",
            index=review.indexes.NarrowIndex(
                beside=("severity", "group", "code", "stage", "sure", "assignee", "form", "cause"),
                fields=["project", "verdict", "gone", "folded", "unit", "project_name", "year", "band", "status"],
                name="papers",
            ),
        ),
        migrations.AddIndex(
            model_name="finding",
            index=models.Index(
                condition=models.Q(("status__in", ["open", "skipped"])),
                fields=["project", "verdict", "gone", "folded", "unit", "project_name", "year", "band"],
                name="papers_open",
            ),
        ),
    ]
