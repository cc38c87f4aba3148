"""What the source changed once a card stood, and what it changed as people may."""

from __future__ import annotations

from functools import partial
from random import Random

from bench.planted.days import DAY, HOUR, MINUTE, at
from bench.planted.drafts import NOW, NOW_DAY, Draft
from bench.planted.lawful import licence
from bench.planted.variants import breaks, closed, keeps
from rules.cases import Fact
from rules.history import FactChange

_OPEN = partial(licence, kind="promise", state="open", plain=True)
_CARDED = at(NOW_DAY - 3, "14:00")
_READ = at(NOW_DAY - 2, "09:30")
_SEEN = _READ + MINUTE


def _change(
    case: Draft, name: str, before: Fact, after: Fact, carded_at: int | None = _CARDED
) -> None:
    case.changes.append(FactChange(name, before, after, _SEEN, _READ, carded_at))


@breaks("fact-changed-after-card", group="history")
def a_moment_moved_after_the_card(draw: Random, case: Draft) -> None:
    name = draw.choice(("submitted_at", "accepted_at"))
    _change(case, name, case.facts[name] - DAY, case.facts[name])


@breaks(
    "fact-changed-after-card",
    group="history",
    also={"back-dated": "that it was closed before the card was told only after it"},
)
def a_closing_moved_to_before_the_card(draw: Random, case: Draft) -> None:
    _change(case, "closed_at", _CARDED + DAY, _CARDED - DAY)


@breaks("fact-changed-after-card", group="history")
def a_closing_moved_after_the_card(draw: Random, case: Draft) -> None:
    _change(case, "closed_at", _CARDED + DAY, _CARDED + DAY + HOUR)


@breaks("fact-changed-after-card", group="history")
def a_promise_made_longer_after_the_card(draw: Random, case: Draft) -> None:
    _change(case, "promised_days", 5, case.facts.get("promised_days") or 10)


@breaks("fact-changed-after-card", group="history")
def a_pause_made_longer_after_the_card(draw: Random, case: Draft) -> None:
    _change(case, "pauses[77].ended_at", _CARDED - 3 * DAY, _CARDED - DAY)


@keeps("fact-changed-after-card", group="history")
def a_moment_moved_before_any_card(draw: Random, case: Draft) -> None:
    _change(case, "closed_at", case.facts["closed_at"] - DAY, case.facts["closed_at"], None)


@keeps("fact-changed-after-card", group="history")
def a_title_corrected_after_the_card(draw: Random, case: Draft) -> None:
    _change(case, draw.choice(("title", "pauses[77].reason")), "旧", "新")


@breaks("back-dated", group="history")
def closing_dated_back_before_the_card(draw: Random, case: Draft) -> None:
    _change(case, "closed_at", None, _CARDED - draw.choice((MINUTE, DAY, 9 * DAY)))


@breaks("back-dated", group="history")
def a_pause_dated_back_before_the_card(draw: Random, case: Draft) -> None:
    _change(case, "pauses[78]", None, _CARDED - draw.choice((MINUTE, DAY)))


@keeps("back-dated", group="history")
def closed_after_the_card(draw: Random, case: Draft) -> None:
    _change(case, "closed_at", None, _CARDED + MINUTE)


@keeps("back-dated", group="history")
def closed_half_an_hour_before_it_was_read(draw: Random, case: Draft) -> None:
    change = FactChange("closed_at", None, _READ - HOUR // 2, _SEEN, _READ, _READ - MINUTE)
    case.changes.append(change)


@keeps("back-dated", group="history")
def closed_on_the_date_of_the_card(draw: Random, case: Draft) -> None:
    _change(case, "closed_at", None, at(NOW_DAY - 3, 0))


@breaks("fact-removed", _OPEN)
def a_closing_taken_away(draw: Random, case: Draft) -> None:
    _change(case, "closed_at", NOW - 4 * DAY, None, draw.choice((None, _CARDED)))


@breaks("fact-removed", group="history")
def a_pause_taken_away(draw: Random, case: Draft) -> None:
    _change(case, "pauses[79]", _CARDED - DAY, None, None)


@keeps("fact-removed", closed(lasts=5))
def a_closing_taken_away_by_reopening(draw: Random, case: Draft) -> None:
    case.facts["reopened_at"] = case.facts["accepted_at"] + DAY
    _change(case, "closed_at", case.facts["accepted_at"] + HOUR, None, None)


@keeps("fact-removed", group="history")
def a_window_taken_away(draw: Random, case: Draft) -> None:
    _change(case, "window", "W1", None)
