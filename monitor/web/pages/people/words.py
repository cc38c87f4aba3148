"""What the pages about people say: where somebody works, how he is reached, when he is away."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote, unquote

from monitor.access import Role, Visitor
from monitor.pipeline.reasons import role_name
from monitor.store.people import Absence
from monitor.web.looking import Look
from notifiers import words
from rules.directory import Person
from rules.instants import DAY, moment
from rules.rosters import Roster
from rules.standing_in import Delegation, Leave
from rules.subjects import called

_KINDS = {
    "email": ("邮箱", "e-mail"),
    "mobile": ("手机", "mobile"),
    "wecom": ("企业微信", "WeCom"),
    "dingtalk": ("钉钉", "DingTalk"),
    "feishu": ("飞书", "Feishu"),
}


def path(ident: str) -> str:
    """Give the address of a person; his id may have any characters."""
    # A slash parts paths even where it is quoted, so that it is quoted twice.
    return f"/people/{quote(ident.replace('%', '%25').replace('/', '%2F'), safe='')}"


def ident_of(text: str) -> str:
    """Read the id of a person from an address."""
    return unquote(text)


def sees(visitor: Visitor, person: Person) -> bool:
    """Tell whether somebody sees a person: one of his places, or himself."""
    return visitor.person == person.id or visitor.scope.holds(person.region, person.department)


def enters(visitor: Visitor, person: Person) -> bool:
    """Tell whether somebody enters leave and deputies of a person: his own, or as one in charge."""
    own = visitor.person == person.id
    return own or (visitor.may(Role.MANAGE) and sees(visitor, person))


def place(look: Look, person: Person) -> str:
    """Give the names of where somebody works."""
    directory = look.rules.book.directory
    window = directory.windows.get(person.window or "")
    names = (
        called(directory.regions, person.region) if person.region else "",
        called(directory.departments, person.department) if person.department else "",
        window.name if window else person.window or "",
    )
    return " ".join(filter(None, names)) or look.say("全市", "Everywhere")


def posts(look: Look, person: Person) -> str:
    """Give what people call the posts of a person."""
    names = (role_name(look.rules, post, look.language) for post in person.posts)
    return look.say("、", ", ").join(names)


def contacts(look: Look, person: Person) -> list[tuple[str, str]]:
    """Give how a person is reached; masked but for himself and those who manage people."""
    shown = look.visitor.may(Role.MANAGE) or look.visitor.person == person.id
    return [
        (look.say(*_KINDS.get(kind, (kind, kind))), value if shown else masked(value))
        for kind, value in person.contacts.items()
        if value
    ]


def masked(value: str) -> str:
    """Mask an address: ``138****5678``, ``c***@example.gov.cn``, ``z***``."""
    name, at, host = value.partition("@")
    if at:
        return f"{name[:1]}***@{host}"
    if len(value) >= 7 and value.lstrip("+").isdecimal():
        return f"{value[:-8]}****{value[-4:]}" if len(value) > 8 else f"****{value[-4:]}"
    return f"{value[:1]}***"


def span(look: Look, from_at: int | None, until_at: int | None) -> str:
    """Write from when until when; whole days without their midnights."""
    begin = _edge(look, from_at) or look.say("即日", "now")
    end = _edge(look, until_at, end=True) or look.say("未定", "open")
    return look.say(f"{begin}至{end}", f"{begin} – {end}")


def _edge(look: Look, at: int | None, *, end: bool = False) -> str:
    if at is None:
        return ""
    zone = look.rules.zone
    local = moment(at, zone)
    if (local.hour, local.minute) == (0, 0):
        return words.day(at - DAY if end else at, zone, look.language, look.now)
    return words.when(at, zone, look.language, look.now)


def now_away(leaves: Iterable[Leave], at: int) -> Leave | None:
    """Give the leave under way; of several the one that ends last."""
    return max((one for one in leaves if one.covers(at)), key=lambda one: one.ends_at, default=None)


def deputies(found: Iterable[Delegation], at: int, *, away: bool) -> list[Delegation]:
    """Give who stands in at an instant: what has dates in its time, what has none while away."""
    return [one for one in found if one.covers(at) and (one.dated or away)]


def takes_turns(roster: Roster, person: str) -> bool:
    """Tell whether a person is on a duty roster."""
    turns = roster.turns.people if roster.turns else ()
    return person in turns or any(shift.person == person for shift in roster.shifts)


def as_rules(absences: Iterable[Absence]) -> tuple[list[Leave], list[Delegation]]:
    """Give what was entered by hand as the rules know it."""
    leaves, delegated = [], []
    for one in absences:
        if one.deputy is None:
            leaves.append(Leave(one.person, one.from_at or 0, one.until_at, one.note, one.id))
        else:
            delegated.append(
                Delegation(one.person, one.deputy, one.from_at, one.until_at, one.note, one.id)
            )
    return leaves, delegated
