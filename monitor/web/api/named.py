"""What has a name in the directory or the catalogue, and what several answers are made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

from msgspec import Meta

from config import Words
from monitor.access import Role
from monitor.acts.actor import Actor
from monitor.pipeline.in_force import InForce
from monitor.store import audit_log
from monitor.store.audit_log import Act
from monitor.web.api.calls import Asked, Gives
from monitor.web.api.problems import ProblemError, invalid
from rules.directory import Department, Region

SHOWN = "api.unmask"
"""The act of having applicants shown by name; it stands in the audit log."""

Unmask = Annotated[
    bool,
    Meta(
        description="申请人不遮名：须有角色 inspect，并留痕 · applicants by name: for the role "
        "inspect, and it goes on record"
    ),
]

Reason = Annotated[
    str,
    Meta(
        max_length=200,
        description="为何要看申请人；unmask 时必填，并留痕 · why names are needed: required with "
        "unmask, and recorded",
    ),
]


class Named(Gives):
    """Something by its id, and what people call it."""

    id: str
    name: Annotated[str | None, Meta(description="名称 · what people call it")] = None


class Place(Gives):
    """A region and a department; either may be none."""

    region: Named | None = None
    department: Named | None = None


def place(rules: InForce, region: str | None, department: str | None) -> Place:
    """Give a place with its names."""
    directory = rules.book.directory
    return Place(
        region=_named(directory.regions, region),
        department=_named(directory.departments, department),
    )


def _named(
    known: Mapping[str, Region] | Mapping[str, Department], ident: str | None
) -> Named | None:
    if ident is None:
        return None
    one = known.get(ident)
    return Named(id=ident, name=one.name if one else None)


def text(value: object) -> str | None:
    """Give a fact as text; ``None`` stays."""
    return None if value is None else str(value)


def may_unmask(asked: Asked, wanted: bool) -> bool:
    """Return whether applicants are shown by name; :func:`note_unmasked` puts it on record.

    Raises:
        ProblemError: whoever asks may not, or gives no reason.
    """
    if not wanted:
        return False
    if not asked.visitor.may(Role.INSPECT):
        said = Words("不遮名须有角色 inspect", "The role inspect is needed to see names")
        raise ProblemError("no-right", said)
    if not asked.query.reason.strip():
        raise invalid("写明为何要看申请人", "say why the names are needed", parameter="reason")
    return True


def note_unmasked(asked: Asked, what: str, whose: Sequence[str] = ()) -> None:
    """Put on record that applicants were shown by name, and whose."""
    actor: Actor = asked.actor
    after = {"count": len(whose), "whose": list(whose)} if whose else None
    act = Act(actor.who, actor.origin, SHOWN, what, None, after, asked.query.reason.strip())
    audit_log.record(asked.connection, act, asked.now)
