"""Tables that are only ever added to: the database itself refuses to change or empty them.

It is a guard against slips. Whoever owns the database can take it away; what was changed then is
found by the chain of seals (:mod:`monitor.store.seals`).
"""

from __future__ import annotations

from sqlalchemy import DDL, Table, event

_FUNCTION = """\
CREATE OR REPLACE FUNCTION duban_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '%% is only ever added to', TG_TABLE_NAME; END $$"""

_POSTGRESQL = """\
CREATE TRIGGER {name}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {name}
FOR EACH STATEMENT EXECUTE FUNCTION duban_append_only()"""

_SQLITE = """\
CREATE TRIGGER {name}_no_{act} BEFORE {act} ON {name}
BEGIN SELECT RAISE(ABORT, '{name} is only ever added to'); END"""


def append_only(table: Table) -> None:
    """Have the database refuse to change or delete rows of a table, once it has been made."""
    name = table.name
    for statement in (_FUNCTION, _POSTGRESQL.format(name=name)):
        _after(table, "postgresql", statement)
    for act in ("update", "delete"):
        _after(table, "sqlite", _SQLITE.format(name=name, act=act))


def _after(table: Table, dialect: str, statement: str) -> None:
    made = DDL(statement)  # type: ignore[no-untyped-call]  # SQLAlchemy has not annotated it
    event.listen(table, "after_create", made.execute_if(dialect=dialect))
