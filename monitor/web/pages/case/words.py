"""Words of the page of a case: people, roles and moments."""

from __future__ import annotations

from config import Words
from monitor.pipeline.in_force import InForce
from monitor.pipeline.wording import handler_name
from monitor.web.looking import Look
from monitor.web.pages import actors
from notifiers import words
from rules.instants import moment
from rules.limits import Limit

_POSTS = {
    "handler": Words("承办人", "handler"),
    "department-lead": Words("部门负责人", "head of department"),
    "window-lead": Words("窗口负责人", "head of window"),
    "inspector": Words("监察员", "inspector"),
    "leader": Words("分管领导", "leader in charge"),
}
_WATCHING = ("inspector", "leader")
_ENDINGS = ("办结时限", "时限", "期限")


def person(look: Look, ident: str | None) -> str:
    """Return what somebody is called, with their post.

    Who is not in the directory is an account or a policy, and is called by that.
    """
    if not ident:
        return ""
    known = look.rules.book.directory.people.get(ident)
    if known is None:
        return by_name(look, ident)
    post = next((one for one in known.posts if one in _POSTS), "")
    whole = look.visitor.sees_names or post in _WATCHING
    name = known.name if whole else words.mask_name(known.name)
    if not post:
        return name
    return look.say(f"{name}（{_post(look, post)}）", f"{name} ({_post(look, post)})")


def by_name(look: Look, who: str) -> str:
    """Give what is called who is no person of the directory."""
    kind, _, ident = who.partition(":")
    if kind == "policy" and ident:
        return look.say(f"升级路线 {ident}", f"policy {ident}")
    if who == "duban":
        return look.say("系统", "system")
    return actors.who(look, who)


def handler(look: Look, who: object) -> str:
    """Return the handler whom a source names, by id or by name, as this visitor may see them."""
    name = handler_name(look.rules, who)
    return name if look.visitor.sees_names else words.mask_name(name)


def role(look: Look, text: str) -> str:
    """Give what people call a role of a ladder."""
    directory = look.rules.book.directory
    name, _, place = text.partition("@")
    kind, _, ident = name.partition(":")
    if ident and kind == "person":
        return person(look, ident)
    if ident and kind == "team":
        return directory.teams[ident].name if ident in directory.teams else ident
    if ident and kind == "duty":
        return directory.rosters[ident].name if ident in directory.rosters else ident
    above = place.count(".parent") or ".up" in place
    called = _post(look, name)
    return look.say(f"上级{called}", f"{called} above") if above else called


def short(rules: InForce, at: int | None, now: int, *, to_seconds: bool = False) -> str:
    """Write an instant for a list: ``10-16 17:30``, with the year where it is another one."""
    if at is None:
        return ""
    local = moment(at, rules.zone)
    same = local.year == moment(now, rules.zone).year
    text = f"{local:%m-%d %H:%M}" if same else f"{local:%Y-%m-%d %H:%M}"
    return text + f"{local::%S}" if to_seconds else text


def limit_name(limit: Limit) -> str:
    """Give a limit's title without what all limits are called: ``承诺`` of ``承诺办结时限``."""
    for ending in _ENDINGS:
        if limit.title.endswith(ending) and limit.title != ending:
            return limit.title.removesuffix(ending)
    return limit.title


def _post(look: Look, name: str) -> str:
    return _POSTS[name].text(look.language) if name in _POSTS else name
