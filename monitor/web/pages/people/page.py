"""People: the directory in force, who is away and who stands in, and the duty rosters."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.pipeline.order_wording import person_name
from monitor.web.looking import Look, Page, Route, Shown
from monitor.web.pages.people import one as people_one
from monitor.web.pages.people import who as people_who
from monitor.web.pages.people.words import deputies, path, place, posts, sees, span
from rules.directory import Person

SIZE = 100
"""So many people make a page."""


@dataclass(frozen=True, slots=True)
class Line:
    """A person in words."""

    id: str
    path: str
    name: str
    place: str
    posts: str
    reached: str
    away: str
    deputy: str


@dataclass(frozen=True, slots=True)
class Duty:
    """A duty roster: who is on duty now, and until when."""

    name: str
    person: str
    path: str
    until: str


def show(look: Look) -> Shown:
    """Show a page of the people that the visitor sees, as the address narrows them."""
    directory = look.rules.book.directory
    found = [one for one in directory.people.values() if _wanted(look, one)]
    last = max(1, -(-len(found) // SIZE))
    page = look.page(last)
    begin = (page - 1) * SIZE
    return Shown(
        "people.html",
        {
            "lines": [_line(look, one) for one in found[begin : begin + SIZE]],
            "total": len(found),
            "away": sum(bool(directory.leave_of(one.id, look.now)) for one in found),
            "page": page,
            "pages": last,
            "chosen": {name: look.one(name) for name in ("q", "region", "dept", "away")},
            "regions": look.regions,
            "departments": look.departments,
            "duties": _duties(look),
            "teams": [
                (team.name, [(person_name(look.rules, one), path(one)) for one in team.members])
                for team in directory.teams.values()
            ],
            "me": path(me) if (me := look.visitor.person) and me in directory.people else "",
            "address": lambda **change: _address(look, **change),
        },
    )


def _wanted(look: Look, person: Person) -> bool:
    directory = look.rules.book.directory
    text, region, department = look.one("q"), look.one("region"), look.one("dept")
    return (
        sees(look.visitor, person)
        and (text is None or text.casefold() in f"{person.name} {person.id}".casefold())
        and (region is None or person.region in directory.below(region))
        and (department is None or person.department == department)
        and (look.one("away") is None or directory.leave_of(person.id, look.now) is not None)
    )


def _line(look: Look, person: Person) -> Line:
    directory = look.rules.book.directory
    leave = directory.leave_of(person.id, look.now)
    instead = deputies(directory.delegations_of(person.id), look.now, away=leave is not None)
    return Line(
        person.id,
        path(person.id),
        person.name,
        place(look, person),
        posts(look, person),
        look.say("、", ", ").join(_over(look, person)),
        span(look, leave.from_at, leave.until_at) if leave else "",
        person_name(look.rules, instead[0].deputy) if instead else "",
    )


def _over(look: Look, person: Person) -> list[str]:
    """Give the channels that reach a person."""
    reach = look.rules.reach
    return [
        channel
        for channel, needs in reach.items()
        if not needs or any(person.contacts.get(kind) for kind in needs)
    ]


def _duties(look: Look) -> list[Duty]:
    found = []
    for roster in look.rules.book.directory.rosters.values():
        shift = roster.on_duty(look.now)
        found.append(
            Duty(
                roster.name,
                person_name(look.rules, shift.person) if shift else "",
                path(shift.person) if shift else "",
                span(look, shift.from_at, shift.until_at) if shift else "",
            )
        )
    return found


def _address(look: Look, **change: str | int | None) -> str:
    return look.again("/people", ("q", "region", "dept", "away"), **change)


ROUTES: tuple[Route, ...] = (
    Page("/people", show),
    *people_who.ROUTES,
    *people_one.ROUTES,
)
