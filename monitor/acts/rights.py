"""What accounts and keys may do and see, and who may give that: never more than he has himself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from monitor.access import Role, Visitor
from monitor.acts.actor import Actor
from monitor.store.accounts import Account, Token
from monitor.store.scope import Scope, scope
from rules.directory import Directory
from rules.refusals import RefusedError

ALL = Scope()
"""Everything."""


class NoRightError(Exception):
    """It is not within the role, the regions and departments of whoever asks."""


@dataclass(frozen=True, slots=True)
class Giver:
    """Who gives: how the audit log knows him, and what he has himself.

    Whoever has the command line has everything. ``account`` is what they are signed in with.
    """

    actor: Actor
    role: Role = Role.SYSTEM
    scope: Scope = ALL
    account: str | None = None

    @classmethod
    def of(cls, actor: Actor, visitor: Visitor) -> Giver:
        """Take it from whoever is signed in."""
        return cls(actor, visitor.role, visitor.scope, visitor.id)


@dataclass(frozen=True, slots=True)
class Rights:
    """What an account or a key may do and see: see :class:`monitor.store.accounts.Account`."""

    role: str = "view"
    regions: Sequence[str] | None = None
    departments: Sequence[str] | None = None

    def told(self) -> dict[str, Any]:
        """Give it as the audit log keeps it."""
        return {
            "role": self.role,
            "regions": listed(self.regions),
            "departments": listed(self.departments),
        }


def may_handle(
    giver: Giver, directory: Directory, rights: Rights, person: str | None = None
) -> bool:
    """Tell whether somebody may give such rights, or change what has them.

    An account sees and answers what names its ``person``, so that he has to be one of the places
    that the giver sees.
    """
    theirs = scope(rights.regions, rights.departments, directory)
    who = directory.people.get(person or "")
    return (
        Role.named(rights.role) <= giver.role
        and all(
            has is None or (gets is not None and gets <= has)
            for has, gets in (
                (giver.scope.regions, theirs.regions),
                (giver.scope.departments, theirs.departments),
            )
        )
        and (who is None or giver.scope.holds(who.region, who.department))
    )


def in_scope(giver: Giver, directory: Directory, rights: Rights, person: str | None = None) -> bool:
    """Whether rights reach no further than the places of somebody: they may know who has them."""
    return may_handle(replace(giver, role=Role.SYSTEM), directory, rights, person)


def rights_of(one: Account | Token) -> Rights:
    """Give the rights of an account or a key."""
    return Rights(one.role, one.regions, one.departments)


def require(directory: Directory, giver: Giver, rights: Rights, person: str | None = None) -> None:
    """Go on only where somebody may give such rights, and the directory knows what they name.

    Raises:
        RefusedError: he may not, or it does not.
    """
    try:
        Role.named(rights.role)
    except ValueError as error:
        known = "、".join(one.name.lower() for one in Role)
        raise RefusedError(f"没有角色 {rights.role}；可用 {known}", str(error)) from None
    asked: tuple[tuple[Iterable[str], Iterable[str]], ...] = (
        (directory.regions, rights.regions or ()),
        (directory.departments, rights.departments or ()),
        (directory.people, (person,) if person is not None else ()),
    )
    for known_ids, idents in asked:
        for ident in idents:
            if ident not in known_ids:
                raise RefusedError(f"名录里没有 {ident}", f"the directory has no {ident}")
    if not may_handle(giver, directory, rights, person):
        raise too_much()


def too_much() -> RefusedError:
    """Give the refusal to handle what has more than whoever would."""
    return RefusedError(
        "角色、范围或人员超出你自己的权限，不能由你给出或更改",
        "its role, its places or its person are beyond your own rights, so you can neither give "
        "nor change it",
    )


def listed(idents: Sequence[str] | None) -> list[str] | None:
    """Give ids as they are kept."""
    return None if idents is None else list(idents)
