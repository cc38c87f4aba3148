"""What a call of the API is, and what it is made with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Generic, Literal, TypeVar

import msgspec
from msgspec import Meta

from config import Words
from monitor.access import Role
from monitor.acts.actor import Actor
from monitor.acts.rights import Giver
from monitor.store.board_counts import Counts
from monitor.store.delivery_list import Reader
from monitor.web.looking import Doing, Look, UnknownError, Visit

ROOT = "/api/v1"
"""What every address of the API begins with."""

MOST = 500
"""Rows of one answer, at most."""

_MOST_ID = 2**63 - 1
_Row = TypeVar("_Row")


class Asks(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The base of what a call is asked with: in its address or in its body."""


class Gives(msgspec.Struct, kw_only=True):
    """The base of what a call gives."""


class Paged(Asks):
    """A list, a page at a time."""

    limit: Annotated[
        int, Meta(ge=1, le=MOST, description="一页最多几条 · how many rows of a page at most")
    ] = 100
    cursor: Annotated[
        str | None, Meta(description="上一页给的 next · what the page before gave as next")
    ] = None


class Listed(Gives, Generic[_Row]):
    """A page of a list."""

    rows: list[_Row]
    next: Annotated[
        str | None, Meta(description="下一页的 cursor；没有了为 null · null: there is no more")
    ] = None


@dataclass(frozen=True, slots=True)
class Asked(Visit):
    """Who asks what, and with what in hand; for acts within a transaction that writes.

    ``wakes`` takes the steps of the pipeline that are to look at once when it is done.
    """

    origin: str
    counts: Counts
    path: Mapping[str, str] = field(default_factory=dict)
    query: Any = None
    body: Any = None
    wakes: list[str] = field(default_factory=list)

    @property
    def actor(self) -> Actor:
        """Who acts: a person of the directory, else an account; a token acts for its maker."""
        return Actor(self.visitor.who, self.origin)

    @property
    def giver(self) -> Giver:
        """Who acts, with what they may do."""
        return Giver.of(self.actor, self.visitor)

    @property
    def reader(self) -> Reader:
        """Who reads the delivery log."""
        return Reader(self.visitor.scope, self.visitor.person)

    @property
    def id(self) -> int:
        """The number in the address.

        Raises:
            UnknownError: it can be none of ours.
        """
        text = self.path["id"]
        if not (text.isascii() and text.isdigit() and len(text) < 20 and int(text) <= _MOST_ID):
            raise UnknownError
        return int(text)

    def look(self) -> Look:
        """Give the same as a look at a page."""
        return Look(
            *(self.connection, self.rules, self.visitor, self.language, self.now, self.counts)
        )

    def doing(self) -> Doing:
        """Give the same as what a form does."""
        return Doing(
            *(self.connection, self.rules, self.visitor, self.language, self.now, self.origin),
            path={},
            form={},
        )


Method = Literal["GET", "POST"]


@dataclass(frozen=True, slots=True)
class Call:
    """A call at an address below :data:`ROOT` (as Litestar writes paths), for a role.

    ``query`` and ``body`` are the types of what it is asked with, ``gives`` that of its answer;
    ``tag`` is the part of the manual it stands in, ``example`` an example of its body. ``signed``
    says that whoever calls is known by a signature (webhook) and not by a key, ``reckons`` that it
    only works something out: no transaction is open meanwhile. ``largest`` bounds the bytes of a
    body.
    """

    method: Method
    path: str
    name: str
    tag: str
    says: Words
    do: Callable[[Asked], Any]
    gives: Any
    role: Role = Role.VIEW
    query: type[Asks] | None = None
    body: type[Asks] | None = None
    status: int = 200
    example: Any = None
    note: Words | None = None
    signed: bool = False
    reckons: bool = False
    largest: int = 64_000

    @property
    def writes(self) -> bool:
        """Whether it changes something."""
        return self.method != "GET"
