"""Indexes that are not alike in every database."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.ddl_references import Statement


class NarrowIndex(models.Index):
    """An index on as few columns as may be, with those ``beside`` where narrowness gains nothing: in SQLite.

    PostgreSQL keeps values that many rows share once, as long as hardly any two rows differ, and finds the rest in
    another index. SQLite writes every row out, and takes no generated column to be covered by an index when it chooses
    one: it then reads rows, which are wide, for a column that the index does not have.
    """

    def __init__(self, *, fields: Sequence[str], name: str, beside: Sequence[str]) -> None:
        super().__init__(fields=fields, name=name)
        self.beside = tuple(beside)

    def deconstruct(self) -> tuple[str, Sequence[Any], dict[str, Any]]:
        """As migrations write it."""
        path, args, told = super().deconstruct()
        return path, args, {**told, "beside": self.beside}

    def create_sql(
        self, model: type[models.Model], schema_editor: BaseDatabaseSchemaEditor, using: str = "", **others: Any
    ) -> Statement:
        """The statement that makes it."""
        if schema_editor.connection.vendor != "sqlite":
            return super().create_sql(model, schema_editor, using, **others)
        wide = models.Index(fields=[*self.fields, *self.beside], name=self.name)
        return wide.create_sql(model, schema_editor, using, **others)
