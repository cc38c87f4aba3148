"""How commands act for people: who acts, when, and a dry run that is undone."""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated

import typer
from sqlalchemy import Connection

from config import Words
from monitor import typed
from monitor.acts.actor import Actor
from monitor.cli import directories
from monitor.cli.failure import Failed
from monitor.cli.shell import Shell
from monitor.pipeline.in_force import InForce
from monitor.pipeline.stored import with_stored
from rules.amounts import Amount
from rules.refusals import RefusedError

AsOption = Annotated[
    str | None,
    typer.Option("--as", "--by", metavar="PERSON", help="以谁的名义，编号或姓名 · who acts (you)"),
]
DryRunOption = Annotated[
    bool, typer.Option("--dry-run", help="只看结果，不改动 · show what would be, change nothing")
]


@dataclass(frozen=True)
class Desk:
    """Where an act happens: the transaction, the rules in force, and who acts."""

    connection: Connection
    rules: InForce
    actor: Actor


@contextmanager
def desk(shell: Shell, person: str | None, *, dry_run: bool = False) -> Iterator[Desk]:
    """Open the store for an act of a person; a dry run is worked out in full and rolled back.

    Raises:
        Failed: the act is refused; nothing has changed.
    """
    try:
        with shell.store() as store, store.write() as connection:
            rules = with_stored(connection, shell.rules)
            who = _who(shell, rules, person)
            yield Desk(connection, rules, Actor(who, shell.origin))
            if dry_run:
                connection.rollback()
    except RefusedError as error:
        raise Failed(Words(error.zh, error.en)) from None


def amount(shell: Shell, text: str | None) -> Amount | None:
    """Read an amount of time that somebody typed.

    Raises:
        typer.BadParameter: it is none.
    """
    return None if text is None else directories.typed_as(shell, typed.amount, text)


def by_when(shell: Shell, rules: InForce, text: str | None) -> int | None:
    """Read a time that somebody typed, by which something is to be done.

    A day means its close of business, or its end where it is no working day
    (民法典 第二百零三条).

    Raises:
        typer.BadParameter: it is neither a day nor a time.
    """
    return None if text is None else rules.by(directories.typed_as(shell, typed.when, text))


def done_text(shell: Shell, text: str, *, dry_run: bool) -> str:
    """Mark the sentence of an act as done, or as what a dry run would do."""
    return (
        shell.word("（试行，未改动）", "(dry run, nothing changed) ") + text
        if dry_run
        else "✓ " + text
    )


def _who(shell: Shell, rules: InForce, person: str | None) -> str:
    """Give the id of whoever acts; a name that nobody in the directory has stands as it is."""
    text = person or getpass.getuser()
    known = rules.book.directory
    return directories.person_id(shell, known, text) if known.named(text) else text
