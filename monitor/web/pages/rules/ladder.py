"""The rungs of a ladder in words: when, who is told, over what, and what else."""

from __future__ import annotations

from config import Words
from monitor.web.looking import Look
from notifiers import words
from rules.policies import Policy, Step, Unless

_ROLES = {
    "handler": Words("承办人", "handler"),
    "clerk": Words("承办人", "handler"),
    "department-lead": Words("承办部门负责人", "head of the department"),
    "window-lead": Words("窗口负责人", "head of the window"),
    "inspector": Words("监察员", "inspector"),
    "leader": Words("分管领导", "leader in charge"),
}
_NAMED = {
    "person": Words("指定人员", "person"),
    "team": Words("小组", "team"),
    "duty": Words("当值", "on duty in"),
}


def steps(look: Look, policy: Policy) -> list[dict[str, str]]:
    """Give the rungs of a ladder: when, who is told, over what, and what else."""
    return [_step(look, one) for one in policy.steps]


def _step(look: Look, one: Step) -> dict[str, str]:
    say = look.say
    if one.before is not None:
        amount = words.amount(one.before, look.language)
        when = say(f"到期前 {amount}", f"{amount} before it is due")
    elif one.at_once or one.after is None:
        when = say("立即", "at once")
    else:
        amount = words.amount(one.after, look.language)
        when = say(f"满 {amount}", f"after {amount}")
    more = []
    if one.unless is not Unless.RESOLVED:
        more.append(
            say("签收了就不必", "not if acknowledged")
            if one.unless is Unless.ACKNOWLEDGED
            else say("反馈或申诉了就不必", "not if answered")
        )
    if one.at_any_hour:
        more.append(say("不分上下班", "at any hour"))
    if one.repeat:
        every = words.amount(one.repeat.every, look.language)
        more.append(
            say(
                f"每 {every}再提醒，至多 {one.repeat.times} 次",
                f"again every {every}, at most {one.repeat.times} times",
            )
        )
    if one.order is not None:
        more.append(say("自动签发督办单", "issues a supervision order"))
    return {
        "when": when,
        "tell": say("、", ", ").join(_role(look, role) for role in one.tell),
        "via": say("、", ", ").join(one.via),
        "more": say("；", "; ").join(more),
    }


def _role(look: Look, text: str) -> str:
    name, _, ident = text.partition(":")
    if ident and name in _NAMED:
        directory = look.rules.book.directory
        person = directory.people.get(ident)
        team = directory.teams.get(ident)
        known = person.name if person else team.name if team else ident
        return f"{_NAMED[name].text(look.language)} {known}"
    post, _, where = text.partition("@")
    role = _ROLES[post].text(look.language) if post in _ROLES else post
    if where == "region.parent":
        return look.say(f"上级{role}", f"{role} of the region above")
    return f"{role}@{where}" if where else role
