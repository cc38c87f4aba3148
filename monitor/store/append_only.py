"""Tables that are only ever added to: the database itself refuses to change or empty them.

It is a guard against slips. Whoever owns the database can take it away; what was changed then is
found by the chain of seals (:mod:`monitor.store.seals`).
"""

from __future__ import annotations

from sqlalchemy import DDL, Connection, Table, event, text

_FUNCTION = """\
CREATE OR REPLACE FUNCTION duban_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '%% is only ever added to', TG_TABLE_NAME; END $$"""

_POSTGRESQL = """\
CREATE TRIGGER {name}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {name}
FOR EACH STATEMENT EXECUTE FUNCTION duban_append_only()"""

_SQLITE = """\
CREATE TRIGGER {name}_no_{act} BEFORE {act} ON {name}
BEGIN SELECT RAISE(ABORT, '{name} is only ever added to'); END"""

_ACTS = ("update", "delete")
_guarded: list[str] = []


def append_only(table: Table) -> None:
    """Have the database refuse to change or delete rows of a table, once it has been made."""
    name = table.name
    for statement in (_FUNCTION, _POSTGRESQL.format(name=name)):
        _after(table, "postgresql", statement)
    for act in _ACTS:
        _after(table, "sqlite", _SQLITE.format(name=name, act=act))
    _guarded.append(name)


def restore(connection: Connection) -> list[str]:
    """Guard again the tables whose guard is gone or switched off; return their names."""
    found = unguarded(connection)
    for name in found:
        if connection.dialect.name == "sqlite":
            for act in _ACTS:
                connection.execute(text(f"DROP TRIGGER IF EXISTS {name}_no_{act}"))
                connection.execute(text(_SQLITE.format(name=name, act=act)))
        else:
            connection.execute(text(_FUNCTION.replace("%%", "%")))
            connection.execute(text(f"DROP TRIGGER IF EXISTS {name}_append_only ON {name}"))
            connection.execute(text(_POSTGRESQL.format(name=name)))
    return found


def unguarded(connection: Connection) -> list[str]:
    """Return the names of the tables whose guard has been taken away or switched off."""
    if connection.dialect.name == "sqlite":
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        needed = {name: {f"{name}_no_{act}" for act in _ACTS} for name in _guarded}
    else:
        query = (
            "SELECT t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " WHERE t.tgenabled IN ('O', 'A') AND pg_table_is_visible(c.oid)"
            " AND t.tgname = c.relname || '_append_only'"
        )
        needed = {name: {f"{name}_append_only"} for name in _guarded}
    there = set(connection.scalars(text(query)))
    return [name for name, triggers in needed.items() if not triggers <= there]


def _after(table: Table, dialect: str, statement: str) -> None:
    made = DDL(statement)  # type: ignore[no-untyped-call]  # SQLAlchemy has not annotated it
    event.listen(table, "after_create", made.execute_if(dialect=dialect))
