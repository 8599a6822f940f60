"""The log's own lock: the database itself refuses to change or remove an event, whoever asks.

A whole audit is deleted by ``review.closing`` alone, which forgets its log and writes so in that of the program.
A later migration that alters the table of events has to call ``guard`` again: SQLite drops triggers with the old table.
"""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "review_event"
REFUSAL = "操作日志只能追加，不能修改或删除"
_SQLITE = tuple(
    f"CREATE TRIGGER IF NOT EXISTS {TABLE}_no_{act} BEFORE {act} ON {TABLE} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    for act in ("update", "delete")
)
_POSTGRES = (
    f"CREATE OR REPLACE FUNCTION {TABLE}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$",
    f"CREATE OR REPLACE TRIGGER {TABLE}_append_only BEFORE UPDATE OR DELETE ON {TABLE} "
    f"FOR EACH ROW EXECUTE FUNCTION {TABLE}_refuse()",
    f"CREATE OR REPLACE TRIGGER {TABLE}_no_truncate BEFORE TRUNCATE ON {TABLE} "
    f"FOR EACH STATEMENT EXECUTE FUNCTION {TABLE}_refuse()",
)
_GUARDS = {"sqlite": _SQLITE, "postgresql": _POSTGRES}
_LIFTS = {
    "sqlite": tuple(f"DROP TRIGGER IF EXISTS {TABLE}_no_{act}" for act in ("update", "delete")),
    "postgresql": (
        f"DROP TRIGGER IF EXISTS {TABLE}_append_only ON {TABLE}",
        f"DROP TRIGGER IF EXISTS {TABLE}_no_truncate ON {TABLE}",
    ),
}


def guard(connection: BaseDatabaseWrapper) -> None:
    """From now on events are only added. Raises NotImplementedError for a database that nobody looked at."""
    _run(connection, _GUARDS)


def lift(connection: BaseDatabaseWrapper) -> None:
    """Takes the lock away: for tests that empty their tables, and for undoing the migration."""
    _run(connection, _LIFTS)


def forget_chain(connection: BaseDatabaseWrapper, chain: int) -> None:
    """The events of one log go, those of the others stay guarded: within a transaction, and only when an audit goes.

    One statement for a table: an event that took another back refers to it.
    """
    lift(connection)
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM review_mention WHERE event_id IN (SELECT id FROM {TABLE} WHERE chain_id = %s)", [chain]
        )
        cursor.execute(f"DELETE FROM {TABLE} WHERE chain_id = %s", [chain])
    guard(connection)


def _run(connection: BaseDatabaseWrapper, statements: dict[str, tuple[str, ...]]) -> None:
    if connection.vendor not in statements:
        raise NotImplementedError(f"no guard for {connection.vendor}")
    with connection.cursor() as cursor:
        for statement in statements[connection.vendor]:
            cursor.execute(statement)
