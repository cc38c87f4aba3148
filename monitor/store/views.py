"""Views of the list of cases that people have saved under a name."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, delete, select

from monitor.store import tables
from monitor.store.statements import insert

_v = tables.views.c


@dataclass(frozen=True, slots=True)
class View:
    """A saved view; ``address`` is what stands after the ``?``."""

    id: int
    name: str
    address: str


def of_account(connection: Connection, account: str) -> list[View]:
    """Give the views of an account, the first saved first."""
    query = select(_v.id, _v.name, _v.address).where(_v.account_id == account)
    return [View(*row) for row in connection.execute(query.order_by(_v.id))]


def save(connection: Connection, account: str, name: str, address: str, now: int) -> None:
    """Save a view under a name, in the place of the one that has it."""
    statement = insert(connection, tables.views).values(
        account_id=account, name=name, address=address, created_at=now
    )
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["account_id", "name"], set_={"address": address}
        )
    )


def remove(connection: Connection, account: str, ident: int) -> bool:
    """Remove a view of an account; tell whether there was one."""
    query = delete(tables.views).where(_v.id == ident, _v.account_id == account)
    return connection.execute(query).rowcount > 0
