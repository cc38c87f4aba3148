"""Violations that only show across cases, planted for the surveys: who is about what is known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random
from typing import Final

from bench.planted.days import DAY, HOUR, MINUTE, SECOND, at
from bench.planted.drafts import NOW, NOW_DAY, SOURCE, Draft
from bench.planted.items import DEPARTMENTS
from bench.planted.lawful import REGIONS, licence

LOOKED_FOR: Final = (
    *("accepted-twice", "application-taken-twice", "number-gap", "closed-in-one-second"),
    *("joint-closed-before-branches", "window-unattended", "named-but-missing"),
)
"""The surveys for which something is planted."""

_BACK: Final = 280  # working days
_TIMES: Final = 12

_WAYS: Final = ("open", "closed", "same place", "long before")
"""How an earlier case stands to one of the same applicant and item: only the first way is wrong."""

Expected = set[tuple[str, str]]
"""By survey the key of the case, or the subject, that it must name."""


def across(size: int, seed: int = 1) -> tuple[list[Draft], Expected]:
    """Plant a hall of ``size`` closed licences and some tickets, the same for the same seed.

    In fewer than 20,000 the numbers of a unit are too few to be a sequence.
    """
    draw = Random(seed)
    drafts = []
    for index in range(size):
        lasts = draw.randint(2, 8)
        ends = NOW_DAY - 1 - draw.randrange(_BACK)
        key = f"K{index:07}"
        drafts.append(licence(draw, key, plain=True, lasts=lasts, ends=ends))
    recent = [one for one in drafts if NOW - 55 * DAY < one.facts["accepted_at"] < NOW - 3 * DAY]
    draw.shuffle(recent)
    some = iter(recent)
    expected: Expected = set()
    for turn in range(_TIMES):
        expected |= {*_twice(draw, some, _WAYS[turn % len(_WAYS)]), *_seconds(draw, some)}
    expected |= set(_numbered(draw, drafts))
    for _ in range(_TIMES):
        expected |= {*_joint(draw, some), *_named(draw, some, drafts)}
    expected |= set(_windows(drafts))
    for draft in drafts:
        draft.finish(1)
    return drafts, expected


def _twice(draw: Random, some: Iterator[Draft], way: str) -> Iterator[tuple[str, str]]:
    """Let one application be accepted twice, and others seem so."""
    first, second = next(some), next(some)
    for name in ("region", "applicant", "item_code"):
        second.facts[name] = first.facts[name]
    first.facts["department"], second.facts["department"] = "ZJ", "ZR"
    first.facts["closed_at"] = None if way != "closed" else first.facts["accepted_at"] + DAY
    gap = 31 * DAY if way == "long before" else draw.choice((2 * DAY, 30 * DAY))
    first.facts["accepted_at"] = second.facts["accepted_at"] - gap
    if way == "closed":
        first.facts["closed_at"] = second.facts["accepted_at"]
    if way == "same place":
        for name in ("department", "window"):
            second.facts[name] = first.facts[name]
    if way == "open":
        yield "accepted-twice", second.key
    one, other = next(some), next(some)
    one.facts["external_no"] = other.facts["external_no"] = f"X{one.key}"
    earlier, later = sorted((one, other), key=lambda each: each.facts["accepted_at"])
    if earlier.facts["accepted_at"] == later.facts["accepted_at"]:
        later.facts["accepted_at"] += SECOND
    one.facts["department"], other.facts["department"] = "GA", draw.choice(("GA", "WJ"))
    other.facts["window"], other.facts["region"] = one.facts["window"], one.facts["region"]
    if other.facts["department"] != "GA":
        yield "application-taken-twice", later.key


def _seconds(draw: Random, some: Iterator[Draft]) -> Iterator[tuple[str, str]]:
    """Let one person close several cases in one second; two are too few, and a date is none."""
    count, is_date = draw.choice((2, 3, 8)), draw.random() < 0.3
    cases = [next(some) for _ in range(count)]
    moment = at(NOW_DAY - draw.randint(1, 15), 0 if is_date else "15:15:15")
    name = f"hurry-{cases[0].key}"
    for case in cases:
        case.facts |= {"closed_at": moment, "handler": name}
    if count >= 3 and not is_date:
        yield "closed-in-one-second", f"closings:{name}@{moment}"


def _numbered(draw: Random, drafts: Sequence[Draft]) -> Iterator[tuple[str, str]]:
    """Number the cases of each unit in the order of acceptance, with a hole in every other one."""
    for place, (region, department) in enumerate((r, d) for r in REGIONS for d in DEPARTMENTS):
        mine = [
            one
            for one in drafts
            if (one.facts["region"], one.facts["department"]) == (region, department)
        ]
        mine.sort(key=lambda one: (one.facts["accepted_at"], one.key))
        # Found: held back for a day at least; older than a year is not looked at.
        fits = [
            index
            for index, one in enumerate(mine)
            if NOW - 50 * DAY < one.facts["accepted_at"] < NOW - 2 * DAY
        ]
        above = draw.choice(fits) if fits and place % 2 else -1
        old = next((i for i, x in enumerate(mine) if x.facts["accepted_at"] > NOW - 380 * DAY), -1)
        number, prefix = 0, f"{region}-{department}-"
        for index, case in enumerate(mine):
            wide = draw.choice((1, 2)) if index == above else 2 if index == old else 0
            number += 1 + wide
            case.facts["no"] = f"{prefix}{number:06}"
            if index == above:
                first, last = (f"{prefix}{n:06}" for n in (number - wide, number - 1))
                rest = f"..{last}" if wide > 1 else ""
                yield "number-gap", f"numbers:{SOURCE}/{first}{rest}"


def _joint(draw: Random, some: Iterator[Draft]) -> Iterator[tuple[str, str]]:
    """Let a joint approval be closed before its branches, or with the last of them."""
    whole, one, other = next(some), next(some), next(some)
    for case in (whole, one, other):
        case.facts["joint_no"] = whole.facts["no"]
    end = whole.facts["closed_at"]
    one.facts["closed_at"] = end - HOUR
    other.facts["closed_at"] = late = draw.choice((None, end + SECOND, end))
    if late != end:
        yield "joint-closed-before-branches", whole.key


def _named(
    draw: Random, some: Iterator[Draft], drafts: Sequence[Draft]
) -> Iterator[tuple[str, str]]:
    """Let a case name another: by its number, by its key, or one that is nowhere."""
    case, there = next(some), draw.choice(drafts)
    named = draw.choice((there.key, there.facts["no"], "NO-SUCH-CASE"))
    case.facts["related_no"] = named
    if named == "NO-SUCH-CASE":
        yield "named-but-missing", case.key


def _windows(drafts: list[Draft]) -> Iterator[tuple[str, str]]:
    """Let tickets wait this morning: where nobody calls, where somebody did, and not yet long."""
    for place, (clock, called) in enumerate(
        (("09:05", None), ("09:30", None), ("09:31", None), ("09:05", "09:35"), ("08:40", "09:29"))
    ):
        window = f"PW{place}"
        ticket = at(NOW_DAY, clock)
        waiting = {"region": "990102", "window": window, "department": "ZJ"}
        drafts.append(Draft(f"T{place}", {**waiting, "ticket_at": ticket}))
        last = ticket
        if called is not None:
            last = at(NOW_DAY, called)
            drafts.append(Draft(f"C{place}", {**waiting, "ticket_at": ticket, "called_at": last}))
        if NOW - max(last, at(NOW_DAY, "09:00")) >= 30 * MINUTE:
            yield "window-unattended", f"window:990102/{window}"
