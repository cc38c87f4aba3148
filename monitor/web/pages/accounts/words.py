"""What the pages about accounts and tokens say, and what their forms ask for."""

from __future__ import annotations

from config import Words
from config.times import ends_at
from monitor import typed
from monitor.access import Role
from monitor.acts.rights import Giver, Rights
from monitor.pipeline.peopling import load_directory
from monitor.web.looking import Doing, Look
from notifiers import words
from rules.directory import Directory
from rules.refusals import RefusedError
from rules.subjects import called

ROLES = {
    Role.VIEW: Words("查看", "view"),
    Role.INSPECT: Words("监察", "inspect"),
    Role.ISSUE: Words("签发", "issue"),
    Role.MANAGE: Words("管理", "manage"),
    Role.SYSTEM: Words("系统", "system"),
}
"""What roles are called."""


def role_name(role: str, language: str) -> str:
    """Give what a role is called."""
    return ROLES[Role.named(role)].text(language)


def place_names(at: Look, regions: list[str] | None, departments: list[str] | None) -> str:
    """Say what somebody may see: the names of places, or that it is everything."""
    directory = at.rules.book.directory
    if regions is None and departments is None:
        return at.say("全部", "Everything")
    names = [called(directory.regions, one) for one in regions or ()]
    names += [called(directory.departments, one) for one in departments or ()]
    return at.say("、", ", ").join(names) or at.say("无", "Nothing")


def when(look: Look, at: int | None) -> str:
    """Write an instant; "" where there is none."""
    return "" if at is None else words.when(at, look.rules.zone, look.language, look.now)


def roles_up_to(look: Look) -> list[tuple[str, str]]:
    """Give the roles that a visitor may give, and what they are called."""
    return [
        (role.name.lower(), name.text(look.language))
        for role, name in ROLES.items()
        if role <= look.visitor.role
    ]


def giver(doing: Doing) -> tuple[Directory, Giver]:
    """Give the directory as the store has it now, and who gives, with what he has in it."""
    directory = load_directory(doing.connection, doing.rules.settings)
    return directory, Giver.of(doing.actor, doing.visitor)


def rights(doing: Doing) -> Rights:
    """Read the rights that a form gives; without places it is everything."""
    regions, departments = doing.many("region"), doing.many("department")
    return Rights(doing.one("role") or "view", regions or None, departments or None)


def expiry(doing: Doing) -> int | None:
    """Read until when a key is good; a day is good to its end. ``None``: as usual.

    Raises:
        RefusedError: it is no day, or is over.
    """
    text = doing.one("until")
    if text is None:
        return None
    at = ends_at(typed.when(text), doing.rules.zone)
    if at <= doing.now:
        raise RefusedError("有效期已过", "it would have expired already")
    return at
