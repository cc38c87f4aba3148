"""People of the directory, and who is away or stands in for whom."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from config import Words
from monitor.access import Role
from monitor.acts import absences as acts
from monitor.store import people
from monitor.web.api import moments
from monitor.web.api.calls import Asked, Asks, Call, Gives, Listed, Paged
from monitor.web.api.moments import Moment
from monitor.web.api.named import Place, place
from monitor.web.api.problems import invalid
from monitor.web.looking import UnknownError
from rules.directory import Person as Known

TAG = "people"


class PeopleQuery(Paged):
    """Which people, by id."""

    region: Annotated[str | None, Meta(description="区划编号 · id of a region")] = None
    dept: Annotated[str | None, Meta(description="部门编号 · id of a department")] = None
    post: Annotated[str | None, Meta(description="岗位 · post", examples=["inspector"])] = None


class Person(Gives):
    """Somebody of the directory; how he is reached is not told."""

    id: str
    name: str
    place: Place
    posts: list[str]


class Absence(Gives):
    """A leave or, with a deputy, that this one stands in."""

    id: int
    person: str
    deputy: str | None
    from_at: Moment | None
    until_at: Moment | None
    note: str
    entered_by: str
    entered_at: Moment | None
    ended_by: str | None
    ended_at: Moment | None


class Absences(Gives):
    """Who is away, or is stood in for."""

    rows: list[Absence]


class Entering(Asks):
    """A leave or a deputy to be entered."""

    person: Annotated[str, Meta(min_length=1, description="谁 · who")]
    deputy: Annotated[
        str | None, Meta(description="由谁代理；不写：请假 · who stands in; none: a leave")
    ] = None
    from_at: Moment | None = None
    until_at: Moment | None = None
    note: Annotated[str, Meta(max_length=2000)] = ""


def listed(asked: Asked) -> Listed[Person]:
    """Give a page of the list."""
    query: PeopleQuery = asked.query
    known = asked.rules.book.directory.people
    rows = [
        one
        for ident, one in sorted(known.items())
        if (query.cursor is None or ident > query.cursor)
        and query.region in (None, one.region)
        and query.dept in (None, one.department)
        and (query.post is None or query.post in one.posts)
        and _seen(asked, one)
    ]
    page = rows[: query.limit]
    return Listed(
        rows=[
            Person(
                id=one.id,
                name=one.name,
                place=place(asked.rules, one.region, one.department),
                posts=list(one.posts),
            )
            for one in page
        ],
        next=page[-1].id if len(rows) > len(page) else None,
    )


def away(asked: Asked) -> Absences:
    """Give who is away and who stands in."""
    known = asked.rules.book.directory.people
    rows = people.absences(asked.connection)
    return Absences(
        rows=[
            _absence(asked, row)
            for row in rows
            if row.person in known and _seen(asked, known[row.person])
        ]
    )


def entered(asked: Asked) -> Absence:
    """Enter a leave or a deputy."""
    body: Entering = asked.body
    _require(asked, body.person)
    row = acts.enter(
        asked.connection,
        asked.rules.book.directory,
        asked.actor,
        body.person,
        body.deputy,
        moments.read(body.from_at, "from_at"),
        moments.read(body.until_at, "until_at"),
        body.note,
        asked.now,
    )
    return _absence(asked, row)


def ended(asked: Asked) -> Absence:
    """End a leave or a delegation."""
    found = {row.id: row for row in people.absences(asked.connection)}.get(asked.id)
    if found is None:
        raise UnknownError
    _require(asked, found.person)
    return _absence(asked, acts.end(asked.connection, asked.actor, found.id, asked.now))


def _seen(asked: Asked, one: Known) -> bool:
    return asked.visitor.scope.holds(one.region, one.department)


def _manages(asked: Asked, person: str) -> bool:
    return asked.visitor.person == person or asked.visitor.may(Role.MANAGE)


def _require(asked: Asked, person: str) -> None:
    known = asked.rules.book.directory.people.get(person)
    if known is None:
        raise invalid(f"名录里没有 {person}", f"nobody has the id {person}", parameter="person")
    asked.require(known.region, known.department)


def _absence(asked: Asked, row: people.Absence) -> Absence:
    write = moments.written(asked.rules.zone)
    return Absence(
        id=row.id,
        person=row.person,
        deputy=row.deputy,
        from_at=write(row.from_at),
        until_at=write(row.until_at),
        note=row.note if _manages(asked, row.person) else "",  # it may be about health
        entered_by=row.entered_by,
        entered_at=write(row.entered_at),
        ended_by=row.ended_by,
        ended_at=write(row.ended_at),
    )


CALLS = (
    Call(
        "GET",
        "/people",
        "listPeople",
        TAG,
        Words("名录中的人", "List people"),
        listed,
        Listed[Person],
        query=PeopleQuery,
    ),
    Call(
        "GET",
        "/absences",
        "listAbsences",
        TAG,
        Words("请假和代理", "Who is away or stands in"),
        away,
        Absences,
    ),
    Call(
        "POST",
        "/absences",
        "enterAbsence",
        TAG,
        Words("登记请假或代理", "Enter a leave or a deputy"),
        entered,
        Absence,
        Role.MANAGE,
        body=Entering,
        status=201,
        example={"person": "li", "deputy": "chen", "until_at": "2026-10-30T18:00:00+08:00"},
    ),
    Call(
        "POST",
        "/absences/{id:str}/end",
        "endAbsence",
        TAG,
        Words("结束请假或代理", "End a leave or a deputy"),
        ended,
        Absence,
        Role.MANAGE,
    ),
)
