"""The on-time rate is one figure: whatever happens, everybody who tells it tells the same."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from monitor.pipeline import digesting, surveying
from monitor.pipeline.checking import check
from monitor.pipeline.readings import Readings
from monitor.store import board_counts, cases, sources, tables
from monitor.store.store import Store
from rules.instants import DAY, HOUR, MINUTE
from tests.support.desks import Desk, desk_of, folder_url
from tests.support.settings import loaded
from tests.support.stores import prepare, read_case
from tests.support.stories import local
from tests.support.stories_settings import SOURCE, file_channel, settings_text

BEGIN = local("2026-10-12 09:00")  # a Monday
PROMISED, DELIVERED = 48 * HOUR, 24 * HOUR
RULES = """
[[limit]]
id = "promise"
title = "promise"
from = "accepted_at"
until = "closed_at"
allow = "48 hours"
levels = { warning = "1 hours left", yellow = "over" }

[[limit]]
id = "delivery"
title = "delivery"
from = "closed_at"
until = "delivered_at"
allow = "24 hours"
levels = { yellow = "over" }

[[limit]]
id = "strict"
title = "strict"
shadow = true
from = "accepted_at"
until = "closed_at"
allow = "1 hours"
levels = { yellow = "over" }

[[check]]
id = "dated-back"
use = "back-dated"

[[check]]
id = "rate"
use = "on-time-rate-low"
[check.settings]
least = 1
target = 100
"""


@dataclass
class Case:
    """What a recount that knows nothing of duban keeps of a case."""

    facts: dict[str, int] = field(default_factory=dict)
    doubted: bool = False
    gone: bool = False

    def ended(self) -> str | None:
        closed, delivered = self.facts.get("closed_at"), self.facts.get("delivered_at")
        if closed is None or self.gone:
            return None
        if self.doubted:
            return "in doubt"
        late = closed - self.facts["accepted_at"] > PROMISED
        late |= delivered is not None and delivered - closed > DELIVERED
        return "late" if late else "on time"


@contextmanager
def running(folder: Path) -> Iterator[Desk]:
    url = folder_url(folder)
    columns = 'fee_paid = "fee"'
    text = settings_text(
        store=url,
        hall="sqlite:///h.db",
        channels=file_channel(folder / "o"),
        sources=SOURCE.replace(columns, f'{columns}\ndelivered_at = "delivered"'),
        limits=RULES,
    )
    with Store.open(url) as store:
        prepare(store)
        with store.write() as connection:
            sources.ensure(connection, ["hall"], BEGIN)
        with desk_of(store, loaded(folder, text)) as desk:
            yield desk


def happen(desk: Desk, drawn: random.Random, known: dict[str, Case]) -> None:
    """Let something happen to a case, as its source tells at the instant of the desk."""
    key = f"C-{drawn.randrange(16)}"
    if key not in known:
        known[key] = Case({"accepted_at": desk.now})
        return put(desk, key, known[key])
    case = known[key]
    overdue = desk.now - case.facts["accepted_at"] > PROMISED + 6 * HOUR
    match drawn.choice(["close", "close", "deliver", "back", "reopen", "vanish"]):
        case "close" if "closed_at" not in case.facts:
            case.facts["closed_at"] = desk.now
        case "deliver" if "closed_at" in case.facts:
            case.facts.setdefault("delivered_at", desk.now)
        case "back" if "closed_at" not in case.facts and overdue and not case.gone:
            case.facts["closed_at"] = case.facts["accepted_at"] + HOUR
            case.doubted = True
        case "reopen":
            case.facts.pop("closed_at", None)
            case.facts.pop("delivered_at", None)
        case "vanish":
            with desk.store.write() as connection:
                case.gone = bool(cases.mark_vanished(connection, "hall", [key], desk.now))
            return None
    case.gone = False
    return put(desk, key, case)


def put(desk: Desk, key: str, case: Case) -> None:
    facts = {"closed_at": None, "delivered_at": None, **case.facts}
    read = read_case(key, digest=str(desk.now), region="990102", department="ZJ", **facts)
    with desk.store.write() as connection:
        cases.put(connection, "hall", [read], desk.now, read_at=desk.now - 6 * HOUR)


def read_to_its_end(desk: Desk) -> None:
    with desk.store.write() as connection:
        [source] = desk.rules.settings.source
        Readings.load(connection, source).after_page(desk.now, last=True).save(connection, source)
        connection.execute(tables.sources.update().values(complete_at=desk.now))


def figures(desk: Desk) -> dict[str, tuple[int, int, int]]:
    """Ask everybody for the cases of October: on time, late, in doubt."""
    found = {}
    for by in ("region", "dept", "item", "handler"):
        rows = desk.look("/rank.json", by=by, period="2026-10").json()["rows"]
        found[f"rank by {by}"] = tuple(
            sum(row[name] for row in rows) for name in ("on_time", "late", "in_doubt")
        )
    rows = desk.look("/api/v1/figures/ranking", days="2026-10-01..2026-10-31").json()["rows"]
    api = tuple(sum(row[name] for row in rows) for name in ("on_time", "late", "in_doubt"))
    in_lists = [
        len(desk.look("/cases.json", state=state, closed="2026-10").json()["rows"])
        for state in ("late", "in-doubt")
    ]
    on_time, late, doubtful = found["rank by region"]
    found["lists"] = (on_time, *in_lists)
    if on_time + late:
        found["api"] = api
        with desk.store.read() as connection:
            numbers = digesting._Numbers.of(connection, desk.rules, desk.now)
            scope = digesting.Scope()
            digest = numbers.context(connection, scope)["digest"]
        assert round(digest["on_time"] * (on_time + late)) == 100 * on_time
        assert digest.get("in_doubt", 0) == doubtful
        text = desk.look("/").text
        rate = f"{100 * on_time / (on_time + late):.1f}"
        assert re.search(rf">{re.escape(rate)}</a><small>%", text)
    return found


@pytest.mark.parametrize("seed", range(4))
def test_it_is_the_same_for_all_whatever_happens(
    tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(board_counts, "CHEAP", 60.0)  # however busy the machine of the tests is
    drawn, known = random.Random(seed), dict[str, Case]()
    with running(tmp_path) as desk:
        for step in range(66):
            desk.now = BEGIN + step * 6 * HOUR + MINUTE
            happen(desk, drawn, known)
            read_to_its_end(desk)
            check(desk.store, desk.rules, desk.now)
            if step % 11 < 10:
                continue
            desk.enter("view")
            ends = [one.ended() for one in known.values()]
            expected = tuple(ends.count(how) for how in ("on time", "late", "in doubt"))
            assert set(figures(desk).values()) == {expected}
        surveyed(desk, expected[0], expected[1])


def surveyed(desk: Desk, on_time: int, late: int) -> None:
    """See that the survey of October, made in November, finds the same."""
    [rule] = [one for one in desk.rules.book.surveys if one.id == "rate"]
    desk.now += 20 * DAY
    read_to_its_end(desk)
    found = surveying.look(desk.store, desk.rules, rule, desk.now)
    assert found is not None
    evidence = [one.evidence for one in found]
    if late:
        assert [(one["part"], one["count"]) for one in evidence] == [(on_time, on_time + late)]
    else:
        assert evidence == []
