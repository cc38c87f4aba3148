"""Facts that are text, which sources with codes as numbers had given as numbers.

What is read from now on is text. What was stored before is made so once, so that the next reading
finds the same facts and records no change of them. A number that a case was found by in its own
column was text already.
"""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"

_NAMES = (
    *("no", "title", "item_code", "item_name", "kind", "status", "department", "region"),
    *("window", "handler", "applicant", "step", "name"),
)
_TABLES = ("cases", "parts", "items")
_MANY = 1000
_NO_TEXT = ("integer", "real", "true", "false", "number", "boolean")


def upgrade() -> None:
    connection = op.get_bind()
    for table in _TABLES:
        _convert(connection, sa.table(table, sa.column("id"), sa.column("facts", sa.Text())))


def _convert(connection: sa.Connection, table: sa.TableClause) -> None:
    """Go through the rows that have a number, or a truth value, where text belongs."""
    last = 0
    facts: sa.ColumnElement[Any] = table.c.facts
    kept: sa.ColumnElement[Any] = sa.bindparam("facts_", type_=sa.Text())
    if connection.dialect.name == "sqlite":
        types = [sa.func.json_type(facts, f"$.{name}") for name in _NAMES]
    else:
        facts = sa.cast(facts, postgresql.JSONB)
        types = [sa.func.jsonb_typeof(facts[name]) for name in _NAMES]
        kept = sa.cast(kept, postgresql.JSON)
    wrong = sa.or_(*(one.in_(_NO_TEXT) for one in types))
    change = sa.update(table).where(table.c.id == sa.bindparam("id_")).values(facts=kept)
    while rows := connection.execute(
        sa.select(table.c.id, sa.cast(facts, sa.Text()))
        .where(wrong, table.c.id > last)
        .order_by(table.c.id)
        .limit(_MANY)
    ).all():
        changed = [{"id_": ident, "facts_": _as_text(text)} for ident, text in rows]
        connection.execute(change, changed)
        last = rows[-1][0]


def _as_text(text: str) -> str:
    facts = json.loads(text)
    for name in _NAMES:
        value = facts.get(name)
        if isinstance(value, bool):
            facts[name] = "true" if value else "false"
        elif isinstance(value, int | float):
            facts[name] = str(int(value)) if value == int(value) else str(value)
    return json.dumps(facts, ensure_ascii=False)
