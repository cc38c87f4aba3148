"""Who would be told now for a place, rung by rung: what ``duban who`` tells of a ladder."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.pipeline.order_wording import person_name
from monitor.pipeline.reasons import role_name
from monitor.web.looking import Look, NoRightError, Page, Route, Shown
from monitor.web.pages.people.one import step_time
from monitor.web.pages.people.words import path
from rules.policies import Policy
from rules.roles import Found, Gap, Resolver, Why


@dataclass(frozen=True, slots=True)
class Told:
    """Somebody who would be told, over what, and why if not for the role itself."""

    name: str
    path: str
    over: str
    why: str


@dataclass(frozen=True, slots=True)
class Rung:
    """A role of a rung, whom it means, and what is wrong if nobody can be reached for it."""

    number: int
    when: str
    role: str
    people: list[Told]
    gap: str


def show(look: Look) -> Shown:
    """Show whom each rung of a ladder would reach for a region and department."""
    scope = look.visitor.scope
    regions, departments = look.regions, look.departments
    policies = {policy.id: policy for policy in look.rules.book.policies}
    region, department = look.one("region"), look.one("dept") or look.one("department")
    for chosen, within in ((region, scope.regions), (department, scope.departments)):
        if chosen is not None and within is not None and chosen not in within:
            raise NoRightError
    policy = policies.get(look.one("policy") or "") or next(iter(policies.values()), None)
    asked = region is not None or department is not None
    return Shown(
        "people_who.html",
        {
            "regions": regions,
            "departments": departments,
            "policies": list(policies),
            "chosen": {
                "region": region,
                "department": department,
                "policy": policy.id if policy else "",
                "handler": look.one("handler") or "",
            },
            "rungs": _rungs(look, policy) if policy and asked else [],
            "asked": asked,
        },
    )


def _rungs(look: Look, policy: Policy) -> list[Rung]:
    facts = {name: look.one(name) for name in ("region", "window", "handler")}
    facts["department"] = look.one("dept") or look.one("department")
    resolver: Resolver = look.rules.resolver(look.now)
    found = []
    for number, step in enumerate(policy.steps, 1):
        for role in step.tell:
            told = resolver.resolve(role, facts, step.via)
            found.append(
                Rung(
                    number,
                    step_time(look, step),
                    role_name(look.rules, role, look.language),
                    [_told(look, one) for one in told.people],
                    _gap(look, told.gap) if told.gap else "",
                )
            )
    return found


def _told(look: Look, one: Found) -> Told:
    said = []
    if one.why is Why.CLIMBED:
        said.append(look.say("本级无人可达，上一级代收", "nobody at that level can be reached"))
    if one.instead_of is not None:
        name = person_name(look.rules, one.instead_of.id)
        said.append(look.say(f"代理{name}", f"stands in for {name}"))
    return Told(
        one.person.name,
        path(one.person.id),
        look.say("、", ", ").join(one.channels),
        look.say("；", "; ").join(said),
    )


def _gap(look: Look, gap: Gap) -> str:
    if gap.known:
        return look.say(
            "都不在岗，或没有这些渠道的地址", "All are away or have no address of a channel"
        )
    return look.say("没有这样的人", "There is nobody")


ROUTES: tuple[Route, ...] = (Page("/people/who", show),)
