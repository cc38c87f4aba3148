"""Poison rows: one that cannot be worked on is set aside, told, and holds up nobody."""

from __future__ import annotations

import pytest
from sqlalchemy import update
from sqlalchemy.exc import OperationalError

from monitor.pipeline.poison_rows import RULE, resolve_quiet, work_apart
from monitor.store import tables
from rules.instants import HOUR, MINUTE
from tests.support.order_acts import card
from tests.support.stories import Event, Story, local
from tests.support.stories_settings import HANDLER_ONLY, SYSTEM
from tests.support.tampering import unguarded

DUE = "2026-10-13 17:30"
BEYOND = 9 * 10**18
"""An instant that no calendar has."""


def three_late(story: Story) -> None:
    story.reload(policies=SYSTEM + HANDLER_ONLY)
    for no in ("A1", "A2", "A3"):
        story.hall.accept(no, at="2026-09-22 15:20", days=10)
    story.now = local(DUE)
    story.pipeline.poll_source(story.pipeline.rules.settings.source[0])
    story.pipeline.check_due()


def test_an_alert_whose_text_cannot_be_made_holds_up_no_other(story: Story) -> None:
    three_late(story)
    with story.store.write() as connection:
        bad = tables.alerts.c.id == card(story, "A2")
        connection.execute(update(tables.alerts).where(bad).values(due_at=BEYOND))
    story.pipeline.escalate_due()
    story.pipeline.escalate_due()
    story.pipeline.deliver_due()
    story._listen()
    assert [(one.who, one.kind) for no in ("A1", "A3") for one in story.told(no)] == [
        ("李阳", "overdue"),
        ("李阳", "overdue"),
    ]
    assert story.told("A2") == []
    assert story.system(RULE) == [Event("alert_opened", "red", RULE)]
    assert [one.who for one in story.told("")] == ["值班员"]


def test_what_was_set_aside_is_worked_on_an_hour_later(story: Story) -> None:
    three_late(story)
    with story.store.write() as connection:
        bad = tables.alerts.c.id == card(story, "A2")
        connection.execute(update(tables.alerts).where(bad).values(due_at=BEYOND))
    story.pipeline.escalate_due()
    with story.store.write() as connection:
        connection.execute(update(tables.alerts).where(bad).values(due_at=story.now))
    story.now += HOUR
    story.pipeline.escalate_due()
    story.at("2026-10-14 09:00")
    assert [one.kind for one in story.told("A2")] == ["overdue"]
    with story.store.write() as connection:
        resolve_quiet(connection, story.now + HOUR)
    assert story.system(RULE)[-1] == Event("alert_resolved", "red", "done")


def test_a_notice_of_an_unknown_kind_holds_up_no_other(story: Story) -> None:
    three_late(story)
    story.pipeline.escalate_due()
    with unguarded(story.store) as connection:
        bad = tables.notices.c.alert_id == card(story, "A2")
        connection.execute(update(tables.notices).where(bad).values(kind="unheard-of"))
    story.pipeline.deliver_due()
    states = [(one["state"], one["last_error"]) for one in story.deliveries()]
    assert [state for state, _ in states] == ["sent", "pending", "sent"]
    assert "unheard-of" in (states[1][1] or "")
    assert story.deliveries()[1]["not_before"] == story.now + HOUR
    assert story.system(RULE) == [Event("alert_opened", "red", RULE)]


def test_an_order_that_cannot_be_looked_at_holds_up_no_other(story: Story) -> None:
    ordering = HANDLER_ONLY.replace('via = ["out"] }', 'via = ["out"], order = {} }')
    story.reload(policies=SYSTEM + ordering)
    story.hall.accept("A1", at="2026-09-22 15:20", days=10)
    story.hall.accept("A2", at="2026-09-22 15:20", days=10)
    story.at(DUE)
    o = tables.orders.c
    with story.store.write() as connection:
        bad = o.no == "DB-2026-0001"
        connection.execute(update(tables.orders).where(bad).values(acknowledge_due=-BEYOND))
        connection.execute(update(tables.orders).values(next_at=story.now))
    story.now += MINUTE
    story.pipeline.follow_up_orders()
    with story.store.read() as connection:
        next_at = dict(
            connection.execute(tables.orders.select().with_only_columns(o.no, o.next_at)).all()
        )
    assert next_at["DB-2026-0001"] == story.now + HOUR
    assert next_at["DB-2026-0002"] != story.now + HOUR
    assert story.system(RULE) == [Event("alert_opened", "red", RULE)]


def test_rows_are_halved_down_to_the_one_that_fails(story: Story) -> None:
    aside: list[int] = []
    done: list[int] = []

    def work(some: list[int]) -> None:
        if 5 in some:
            raise ValueError(some)
        done.extend(some)

    with story.store.write() as connection:
        work_apart(connection, list(range(9)), work, lambda row, _error: aside.append(row))  # type: ignore[arg-type]
    assert (sorted(done), aside) == ([0, 1, 2, 3, 4, 6, 7, 8], [5])


def test_an_error_of_the_store_is_no_row_s_fault(story: Story) -> None:
    def work(_some: object) -> None:
        raise OperationalError("SELECT 1", {}, Exception("deadlock detected"))

    with pytest.raises(OperationalError), story.store.write() as connection:
        work_apart(connection, [1, 2], work, lambda *_: None)
