"""Entering on the desk that somebody is away and who stands in for him, and ending it."""

from __future__ import annotations

from collections.abc import Callable

from monitor.access import Role
from monitor.acts import absences
from monitor.pipeline.peopling import load_directory
from monitor.store import people
from monitor.web.looking import Doing, Done, NoRightError, UnknownError
from monitor.web.pages.orders.words import row_id
from monitor.web.pages.people.words import enters, path
from rules.directory import Person
from rules.refusals import RefusedError

Act = Callable[[Doing], Done]


def acts(found: Callable[[Doing], Person]) -> tuple[tuple[str, Act, Role], ...]:
    """Give what the forms of a person's page do; ``found`` gives the person of the address."""

    def enter(doing: Doing) -> Done:
        return _enter(doing, _allowed(doing, found(doing)))

    def end(doing: Doing) -> Done:
        return _end(doing, _allowed(doing, found(doing)))

    # Whoever is signed in may send them: whose leave it is decides.
    return (
        ("/absences", enter, Role.VIEW),
        ("/absences/{number:int}/end", end, Role.VIEW),
    )


def _allowed(doing: Doing, person: Person) -> Person:
    if not enters(doing.visitor, person):
        raise NoRightError
    return person


def _enter(doing: Doing, person: Person) -> Done:
    """Enter a leave, with a deputy for its time if one is named, or a deputy alone."""
    from_at, until_at = doing.begin("from"), doing.end("until")
    deputy, note = doing.one("deputy"), doing.one("note") or ""
    at_work = doing.one("at_work") is not None
    if at_work and deputy is None:
        raise RefusedError("没有选代理人", "no deputy was chosen")
    # Each is looked at with what was entered just before.
    for one in (None, deputy) if deputy and not at_work else (deputy,):
        directory = load_directory(doing.connection, doing.rules.settings)
        absences.enter(
            doing.connection,
            directory,
            doing.actor,
            person.id,
            one,
            from_at,
            until_at,
            note,
            doing.now,
        )
    said = doing.say(
        f"已登记 {person.name} 的{'代理' if at_work else '请假'}，半分钟内生效",
        f"Entered for {person.name}; in force within half a minute",
    )
    return Done(path(person.id), said)


def _end(doing: Doing, person: Person) -> Done:
    ident = row_id(doing.path["number"])
    if all(one.id != ident or one.person != person.id for one in people.absences(doing.connection)):
        raise UnknownError
    absences.end(doing.connection, doing.actor, ident, doing.now)
    return Done(path(person.id), doing.say("已结束", "Ended"))
