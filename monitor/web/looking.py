"""What a page of the desk is made from, and what it gives back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from litestar import Response
from sqlalchemy import Connection

from config import Words
from config.times import begins_at, ends_at
from monitor import typed
from monitor.access import Role, Visitor
from monitor.acts import rights
from monitor.acts.actor import Actor
from monitor.acts.rights import Giver
from monitor.pipeline.in_force import InForce
from monitor.store.board_counts import Counts
from monitor.store.store import Store
from rules.directory import Department, Region
from rules.refusals import RefusedError

Fields = Mapping[str, Sequence[str]]
"""The fields of an address or a form: every value of each name, in order."""

MOST = 200
"""So many values an address has under one name, at most."""

LONGEST = 4000
"""So many characters a field of a form has, at most."""


class UnknownError(Exception):
    """There is nothing of that name."""


NoRightError = rights.NoRightError
"""It is not within the role, the regions and departments of whoever asks."""


@dataclass(frozen=True, slots=True)
class Visit:
    """Who asks, in what language and when, over an open connection."""

    connection: Connection
    rules: InForce
    visitor: Visitor
    language: str
    now: int

    def say(self, zh: str, en: str) -> str:
        """Give the text of the language of the page."""
        return Words(zh, en).text(self.language)

    def require(self, region: str | None, department: str | None) -> None:
        """Go on only where a place is within what the visitor may see.

        Raises:
            NoRightError: it is not.
        """
        if not self.visitor.scope.holds(region, department):
            raise NoRightError

    @property
    def regions(self) -> list[Region]:
        """The regions of the directory that the visitor sees."""
        within = self.visitor.scope.regions
        known = self.rules.book.directory.regions.values()
        return [one for one in known if within is None or one.id in within]

    @property
    def departments(self) -> list[Department]:
        """The departments of the directory that the visitor sees."""
        within = self.visitor.scope.departments
        known = self.rules.book.directory.departments.values()
        return [one for one in known if within is None or one.id in within]


@dataclass(frozen=True, slots=True)
class Look(Visit):
    """Who looks at what, and with what in hand.

    ``counts`` are the numbers of the board, kept between looks. ``path`` are the parameters of the
    address, ``query`` those after its question mark. ``fault`` says why what the ``form`` asked for
    was refused, where the page is shown once more for that.
    """

    counts: Counts
    path: Mapping[str, str] = field(default_factory=dict)
    query: Fields = field(default_factory=dict)
    form: Fields = field(default_factory=dict)
    fault: str = ""

    def one(self, name: str) -> str | None:
        """Give what the address says under a name; ``None`` where it says nothing."""
        return _one(self.query, name)

    def many(self, name: str) -> tuple[str, ...]:
        """Give all that the address says under a name: repeated, or parted by commas.

        Raises:
            RefusedError: it says more than :data:`MOST`.
        """
        said = (part.strip() for value in self.query.get(name, ()) for part in value.split(","))
        found = tuple(dict.fromkeys(filter(None, said)))
        if len(found) > MOST:
            raise RefusedError(
                f"{name} 至多写 {MOST} 个", f"{name} takes no more than {MOST} values"
            )
        return found

    def page(self, last: int) -> int:
        """Give which page the address asks for: from 1, where it says none, to the ``last``."""
        text = self.one("page") or ""
        return min(max(int(text), 1), last) if text.isdecimal() and len(text) < 10 else 1

    def again(self, path: str, names: Iterable[str], **change: str | int | None) -> str:
        """Give ``path`` with what this address says under ``names``, but for what changes."""
        return addressed(path, {name: self.one(name) for name in names} | change)


@dataclass(frozen=True, slots=True)
class Doing(Visit):
    """What somebody asks for with a form, in a transaction that writes.

    ``prepared`` is what was made beforehand: see :class:`Form`.
    """

    origin: str
    path: Mapping[str, str]
    form: Fields
    prepared: Any = None

    @property
    def actor(self) -> Actor:
        """Who acts: by his id in the directory if he has one, else by his account."""
        return Actor(self.visitor.who, self.origin)

    @property
    def giver(self) -> Giver:
        """Who acts, with what they may do."""
        return Giver.of(self.actor, self.visitor)

    def one(self, name: str) -> str | None:
        """Give what the form says under a name, without the space around it; ``None``: nothing.

        Raises:
            RefusedError: it is longer than :data:`LONGEST`.
        """
        found = _one(self.form, name)
        if found is not None and len(found) > LONGEST:
            raise RefusedError(
                f"太长，至多 {LONGEST} 个字符", f"it is too long: {LONGEST} characters at most"
            )
        return found

    def many(self, name: str) -> tuple[str, ...]:
        """Give all that the form says under a name."""
        return tuple(filter(None, (value.strip() for value in self.form.get(name, ()))))

    def begin(self, name: str) -> int | None:
        """Give the instant at which a day or local time of the form begins; ``None``: none.

        Raises:
            RefusedError: it is neither a day nor a time.
        """
        text = self.one(name)
        return None if text is None else begins_at(typed.when(text), self.rules.zone)

    def end(self, name: str) -> int | None:
        """Give the instant of a local time of the form, or at which a day of it ends.

        Raises:
            RefusedError: it is neither a day nor a time.
        """
        text = self.one(name)
        return None if text is None else ends_at(typed.when(text), self.rules.zone)


@dataclass(frozen=True, slots=True)
class Sent:
    """What a form was sent with, before a transaction for it is begun."""

    store: Store
    visitor: Visitor
    now: int
    origin: str
    path: Mapping[str, str]
    form: Fields

    def text(self, name: str) -> str:
        """Return what the form says under a name, as it was typed."""
        return (self.form.get(name) or [""])[-1]


@dataclass(frozen=True, slots=True)
class Shown:
    """A page: its template and what that shows. Templates: see ``frame.html``."""

    template: str
    values: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a form: where to go now, and what is said there once."""

    to: str
    said: str = ""


Show = Callable[[Look], Shown | Response[Any]]
"""Makes a page.

Raises:
    UnknownError: there is nothing of that name.
    NoRightError: it is outside what the visitor may see.
    rules.refusals.RefusedError: what the address asks for cannot be; why is shown.
"""


@dataclass(frozen=True, slots=True)
class Page:
    """A page at an address (as Litestar writes paths), for whoever has a role.

    ``board`` lets the key of a wall board see it. ``live`` pages are asked for again while they
    are looked at; those that are not, are never answered with "not modified".
    """

    path: str
    show: Show
    role: Role = Role.VIEW
    board: bool = False
    live: bool = True


@dataclass(frozen=True, slots=True)
class Form:
    """What a form at an address does, for whoever has a role.

    Where it is refused, ``page`` is shown once more, with the reason and what was filled in. It
    gives a page itself for what is shown this once and nowhere kept: the key of a token.
    ``prepare`` works out before the transaction what takes long: a hash of a password.
    """

    path: str
    do: Callable[[Doing], Done | Shown]
    page: Show
    role: Role = Role.INSPECT
    prepare: Callable[[Sent], Any] | None = None


@dataclass(frozen=True, slots=True)
class Events:
    """An address that tells, as server-sent events, when to look again at what has changed.

    Whoever has a role may listen, and with ``board`` whoever holds the key of a wall board.
    """

    path: str
    role: Role = Role.VIEW
    board: bool = False


Route = Page | Form | Events


def addressed(path: str, query: Mapping[str, str | int | None]) -> str:
    """Give the address of ``path`` with what a query says; what is empty is left out."""
    asked = urlencode({name: value for name, value in query.items() if value})
    return path + (f"?{asked}" if asked else "")


def refused(look: Look, form: Fields, fault: str) -> Look:
    """Give the look at a page whose form was refused."""
    return replace(look, form=form, fault=fault)


def _one(fields: Fields, name: str) -> str | None:
    values = fields.get(name) or ()
    return (values[-1].strip() or None) if values else None
