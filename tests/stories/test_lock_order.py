"""People act while daemons work: on PostgreSQL nobody waits for ever, and nobody overwrites."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, select, text, update

from monitor.acts import appeals as acts
from monitor.acts.call_backs import record_call
from monitor.store import alerts, call_backs, cases, tables
from monitor.store.alerts import Kept, NewLevel, Resolved
from monitor.store.call_backs import NewCallBack, Reason, Result
from monitor.store.store import Store
from rules.appeals import Appeal, Decision
from rules.findings import Finding, Outcome
from rules.findings import Reason as Why
from rules.orders_acts import OrderAct
from tests.stories.test_appeals import APPEALS, CALLS, begin, take_back
from tests.support.order_acts import actor, appeal, card, card_state, decide, do, issue
from tests.support.stories import Story, fresh_story


@pytest.fixture
def shared(tmp_path: Path) -> Iterator[Story]:
    """Return a story on PostgreSQL with a late case: its card stands, its applicant is called."""
    with fresh_story(tmp_path, "postgresql") as story:
        begin(story, more=APPEALS + CALLS)
        yield story


@contextmanager
def beside(store: Store, act: Callable[[], object]) -> Iterator[Future[object]]:
    """Begin an act in a thread and go on once it waits for a lock of somebody else."""
    with ThreadPoolExecutor(1) as threads:
        begun = threads.submit(act)
        deadline = time.monotonic() + 10
        while not waits(store) and not begun.done():
            assert time.monotonic() < deadline, "nobody waits"
            time.sleep(0.02)
        yield begun


def waits(store: Store) -> bool:
    with store.read() as connection:
        query = text(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
            " AND datname = current_database()"
        )
        return bool(connection.scalar(query))


def reply(story: Story) -> None:
    do(story, "DB-2026-0001", OrderAct.REPLY, "li", note="已核实", cause="系统")


def called(story: Story) -> None:
    with story.store.write() as connection:
        record_call(connection, actor("王芳"), 1, Result.UNREACHED, "", story.now)


def work_on(story: Story, connection: Connection, due: list[cases.DueCase]) -> None:
    """Write what a check writes of the case: to its alert, and to the list of calls."""
    ended = Resolved(card(story, "A1"), story.now, Why.CLOSED, "yellow", "closed")
    alerts.resolve(connection, [ended])
    call = NewCallBack(due[0].case.id, Reason.LATE, "yellow", story.now)
    call_backs.add(connection, [call], story.now)


@pytest.mark.parametrize(
    "act",
    [
        lambda story: take_back(story, by="qian"),
        lambda story: appeal(story, "A1"),
        called,
    ],
    ids=["revoke", "appeal", "call"],
)
def test_who_acts_on_a_case_that_is_being_checked_waits_and_then_acts(
    shared: Story, act: Callable[[Story], object]
) -> None:
    make_due(shared)
    with shared.store.write() as check:
        due = cases.claim_due(check, shared.now, 10)
        with beside(shared.store, lambda: act(shared)) as acting:
            work_on(shared, check, due)
            check.commit()
            acting.result(timeout=10)


def test_deciding_an_appeal_while_its_case_is_checked_waits_and_then_decides(shared: Story) -> None:
    asked = appeal(shared, "A1")
    make_due(shared)
    with shared.store.write() as check:
        due = cases.claim_due(check, shared.now, 10)
        with beside(shared.store, lambda: decide(shared, asked.id, Decision.REVOKE)) as acting:
            work_on(shared, check, due)
            check.commit()
            acting.result(timeout=10)
    assert card_state(shared, "A1")[0] == "revoked"


def test_who_writes_an_alert_twice_does_not_wait_for_the_check_of_its_case(shared: Story) -> None:
    make_due(shared)
    a = tables.alerts.c
    with shared.store.write() as check:
        assert cases.claim_due(check, shared.now, 10)
        with shared.store.write() as escalating:
            escalating.execute(text("SET LOCAL lock_timeout = '2s'"))
            for step in (1, 2):  # the second time PostgreSQL looks whether the case is there
                mine = a.id == card(shared, "A1")
                escalating.execute(update(tables.alerts).where(mine).values(step=step))


def test_an_order_is_answered_while_its_card_is_taken_back(shared: Story) -> None:
    issue(shared, "A1")
    do(shared, "DB-2026-0001", OrderAct.ACKNOWLEDGE, "li")
    with shared.store.write() as revoking:
        alerts.hold(revoking, [card(shared, "A1")])
        with beside(shared.store, lambda: reply(shared)) as replying:
            rules = shared.pipeline.rules
            acts.revoke(revoking, rules, actor("qian"), card(shared, "A1"), "误报", shared.now)
            revoking.commit()
            with pytest.raises(Exception, match="withdrawn"):
                replying.result(timeout=10)


def make_due(story: Story) -> None:
    with story.store.write() as connection:
        connection.execute(update(tables.cases).values(next_check_at=story.now))


def resolve(story: Story, connection: Connection) -> None:
    gone = alerts.resolve(connection, [Resolved(card(story, "A1"), story.now, Why.CLOSED, "red")])
    assert gone == set()


def lower(story: Story, connection: Connection) -> None:
    ident, now = card(story, "A1"), story.now
    change = NewLevel(ident, Outcome.LOWERED, Why.MOVED, now, "1", "warning", 0, now)
    assert alerts.change_levels(connection, [change]) == set()


def renew(story: Story, connection: Connection) -> None:
    finding = Finding("promise", "9", "red", 2, story.now, law="另一条")
    alerts.renew(connection, [Kept(card(story, "A1"), finding, {})], story.now)


@pytest.mark.parametrize("write", [resolve, lower, renew])
def test_what_is_revoked_meanwhile_is_not_written_over(
    shared: Story, write: Callable[[Story, Connection], None]
) -> None:
    def late() -> None:
        with shared.store.write() as connection:
            write(shared, connection)

    ident = card(shared, "A1")
    with shared.store.write() as revoking:
        rules = shared.pipeline.rules
        acts.revoke(revoking, rules, actor("qian"), ident, "误报", shared.now)
        with beside(shared.store, late) as writing:
            revoking.commit()
            writing.result(timeout=10)
    a, e = tables.alerts.c, tables.alert_events.c
    with shared.store.read() as connection:
        row = connection.execute(select(a.state, a.level, a.law).where(a.id == ident)).one()
        last = connection.scalars(select(e.event).order_by(e.id.desc())).first()
    assert (row.state, row.level) == ("revoked", "yellow")
    assert row.law != "另一条"
    assert last == "alert_revoked"


class NotYoursError(Exception):
    pass


def test_who_may_decide_is_asked_of_the_appeal_as_it_stands_when_it_is_decided(
    shared: Story,
) -> None:
    asked = appeal(shared, "A1")

    def district() -> None:
        def require(appealed: Appeal, _alert: object) -> None:
            if appealed.region != "990102":
                raise NotYoursError

        with shared.store.write() as connection:
            acts.decide_appeal(
                *(connection, shared.pipeline.rules, actor("chen"), asked.id),
                *(Decision.REVOKE, "属实", shared.now, require),
            )

    with shared.store.write() as passing:
        acts.decide_appeal(
            *(passing, shared.pipeline.rules, actor("qian"), asked.id),
            *(Decision.REFER_UP, "拿不准", shared.now),
        )
        with beside(shared.store, district) as deciding:
            passing.commit()
            with pytest.raises(NotYoursError):
                deciding.result(timeout=10)
    assert card_state(shared, "A1")[0] == "open"
