"""One person: where he works, what he has to do, the ladders and rosters he is on, his leave."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from monitor.acts import order_rights
from monitor.pipeline.order_wording import person_name
from monitor.pipeline.reasons import role_name
from monitor.store import case_list, order_list, people, tables
from monitor.store.case_choice import CaseState, Choice
from monitor.store.order_list import OPEN, Wanted
from monitor.web.looking import Doing, Form, Look, NoRightError, Page, Route, Shown, UnknownError
from monitor.web.pages.orders.words import Filled
from monitor.web.pages.people import absences as people_absences
from monitor.web.pages.people.words import (
    as_rules,
    contacts,
    deputies,
    enters,
    ident_of,
    now_away,
    path,
    place,
    posts,
    sees,
    span,
    takes_turns,
)
from notifiers import words
from rules.directory import Person
from rules.policies import Step
from rules.standing_in import Delegation, Leave

_MOST = 100_000  # cases of one handler; more are not counted


@dataclass(frozen=True, slots=True)
class Rung:
    """A rung of a ladder on which a person is told, by which role."""

    policy: str
    number: int
    when: str
    role: str


@dataclass(frozen=True, slots=True)
class Away:
    """A leave, or (with ``deputy``) that another stands in; ``id`` 0 is not entered by hand."""

    id: int
    span: str
    deputy: str
    note: str
    now: bool


@dataclass(frozen=True, slots=True)
class Work:
    """A number, and the list behind it."""

    name: str
    number: int
    link: str


def show(look: Look) -> Shown:
    """Show a person that the visitor sees."""
    person = found(look)
    directory = look.rules.book.directory
    leaves, delegated = _absences(look, person)
    leave = now_away(leaves, look.now)
    instead = deputies(delegated, look.now, away=leave is not None)
    return Shown(
        "people_one.html",
        {
            "person": person,
            "path": path(person.id),
            "place": place(look, person),
            "posts": posts(look, person),
            "contacts": contacts(look, person),
            "leave": span(look, leave.from_at, leave.until_at) if leave else "",
            "deputy": person_name(look.rules, instead[0].deputy) if instead else "",
            "absences": [
                *(_away(look, person, one, "") for one in leaves if one.ends_at > look.now),
                *(
                    _away(look, person, one, one.deputy)
                    for one in delegated
                    if one.ends_at > look.now
                ),
            ],
            "stands_in": [
                (person_name(look.rules, one.person), span(look, one.from_at, one.until_at))
                for one in directory.delegations
                if one.deputy == person.id and one.ends_at > look.now
            ],
            "work": _work(look, person),
            "rungs": _rungs(look, person),
            "teams": [team.name for team in directory.teams.values() if person.id in team.members],
            "rosters": [
                (roster.name, shift is not None and shift.person == person.id)
                for roster in directory.rosters.values()
                if takes_turns(roster, person.id)
                for shift in (roster.on_duty(look.now),)
            ],
            "may": enters(look.visitor, person),
            "own": look.visitor.person == person.id,
            "filled": Filled.of(look.form),
            "others": [one for one in directory.people.values() if one.id != person.id],
            "who": "/people/who?"
            + urlencode(
                {
                    name: value
                    for name, value in (
                        ("region", person.region),
                        ("dept", person.department),
                    )
                    if value
                }
            ),
        },
    )


def found(at: Look | Doing) -> Person:
    """Give the person that the address names.

    Raises:
        UnknownError: there is none.
        NoRightError: whoever asks does not see him.
    """
    person = at.rules.book.directory.people.get(ident_of(at.path["id"]))
    if person is None:
        raise UnknownError
    if not sees(at.visitor, person):
        raise NoRightError
    return person


def _absences(look: Look, person: Person) -> tuple[list[Leave], list[Delegation]]:
    """Give his leave and deputies, those entered by hand as the store has them this moment."""
    directory = look.rules.book.directory
    entered = [one for one in people.absences(look.connection) if one.person == person.id]
    leaves, delegated = as_rules(entered)
    leaves += [one for one in directory.leaves if one.person == person.id and not one.id]
    delegated += [one for one in directory.delegations_of(person.id) if not one.id]
    return leaves, delegated


def _away(look: Look, person: Person, one: Leave | Delegation, deputy: str) -> Away:
    always = isinstance(one, Delegation) and not one.dated
    return Away(
        one.id,
        look.say("不在时", "whenever away") if always else span(look, one.from_at, one.until_at),
        person_name(look.rules, deputy) if deputy else "",
        one.note if enters(look.visitor, person) else "",  # it may be about health
        one.covers(look.now),
    )


def _work(look: Look, person: Person) -> list[Work]:
    """Give how many open cases and cards he handles, and how many orders are his."""
    names = tuple(sorted({person.id, person.name}))
    levels = tuple(reversed(look.rules.settings.daemon.levels))
    found_ = []
    for zh, en, lamps in (("在办", "Open cases", ()), ("其中亮牌", "with a card", levels)):
        choice = Choice(states=(CaseState.OPEN,), handlers=names, lamps=lamps)
        asked = {"state": "open", "handler": ",".join(names)}
        asked |= {"lamp": ",".join(lamps)} if lamps else {}
        count = case_list.count(look.connection, choice, look.visitor.scope, _MOST)
        found_.append(Work(look.say(zh, en), count, "/cases?" + urlencode(asked)))
    if look.visitor.person == person.id:
        directory = look.rules.book.directory
        wanted = Wanted(
            order_rights.seen(look.visitor, directory, tables.orders.c),
            mine=(look.visitor.id, look.visitor.who, *order_rights.names(look.visitor, directory)),
        )
        count = order_list.counts(look.connection, wanted, look.now)[OPEN]
        found_.append(Work(look.say("经手的督办单", "Orders"), count, "/orders?mine=1"))
    return found_


def _rungs(look: Look, person: Person) -> list[Rung]:
    return [
        Rung(
            policy.id,
            number,
            step_time(look, step),
            look.say("、", ", ").join(role_name(look.rules, one, look.language) for one in roles),
        )
        for policy in look.rules.book.policies
        for number, step in enumerate(policy.steps, 1)
        for roles in ([role for role in step.tell if _is(look, person, role)],)
        if roles
    ]


def step_time(look: Look, step: Step) -> str:
    """Say when a rung is due."""
    if step.at_once:
        return look.say("亮牌时", "At once")
    if step.after is not None:
        amount = words.amount(step.after, look.language)
        return look.say(f"亮牌后 {amount}", f"After {amount}")
    amount = words.amount(step.before, look.language) if step.before else ""
    return look.say(f"到期前 {amount}", f"{amount} before it is due")


def _is(look: Look, person: Person, role: str) -> bool:
    """Tell whether a role can mean a person, in some place."""
    directory = look.rules.book.directory
    kind, _, ident = role.partition(":")
    if kind == "person" and ident:
        return ident == person.id
    if kind == "team" and ident:
        team = directory.teams.get(ident)
        return team is not None and person.id in team.members
    if kind == "duty" and ident:
        roster = directory.rosters.get(ident)
        return roster is not None and takes_turns(roster, person.id)
    return role.partition("@")[0] in person.posts


_ONE = "/people/{id:str}"

ROUTES: tuple[Route, ...] = (
    Page(_ONE, show),
    *(
        Form(f"{_ONE}{path_}", do, show, role=role)
        for path_, do, role in people_absences.acts(found)
    ),
)
