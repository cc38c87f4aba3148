"""Checks of instant items: not delayed, and not handled as anything else."""

from __future__ import annotations

import pytest

from rules.cases import Case, Fact
from tests.rules.compliance.looking import case, evidence, extension, pause, said

ACCEPTED = "2026-09-14 10:00"
PAUSED, GRANTED = pause("2026-09-14 10:00", kind="补正"), extension("2026-09-15 10:00", amount=1)


@pytest.mark.parametrize(
    ("one", "found"),
    [
        (case(PAUSED, kind="instant", accepted_at=ACCEPTED), True),
        (case(GRANTED, kind="instant", accepted_at=ACCEPTED), True),
        (case(PAUSED, item_kind="instant", accepted_at=ACCEPTED), True),
        (case(PAUSED, kind="promise", item_kind="instant", accepted_at=ACCEPTED), False),
        (case(PAUSED, accepted_at=ACCEPTED), False),
        (case(kind="instant", accepted_at=ACCEPTED), False),
        # What is missing was asked for before anybody accepted it.
        (case(PAUSED, kind="instant", accepted_at="2026-09-14 10:01"), False),
        (case(PAUSED, kind="instant"), False),
    ],
)
def test_an_instant_item_is_not_delayed(one: Case, found: bool) -> None:
    assert (evidence("instant-item-delayed", one) is not None) is found


def test_what_delayed_an_instant_item_is_told() -> None:
    assert said(
        "instant-item-delayed", case(PAUSED, GRANTED, kind="instant", accepted_at=ACCEPTED)
    ) == (
        "即办件自2026年9月14日起 2 次启动特别程序或延期",
        "an instant item was paused or extended 2 times from 14 Sep 2026 on",
    )


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        ({"kind": "promise", "item_kind": "instant"}, True),
        ({"kind": "instant", "item_kind": "instant"}, False),
        ({"kind": "promise", "item_kind": "promise"}, False),
        ({"item_kind": "instant"}, False),
        ({"kind": "promise", "item_kind": "instant", "accepted_at": None}, False),
    ],
)
def test_an_instant_item_is_handled_as_one(facts: dict[str, Fact], found: bool) -> None:
    one = case(**{"accepted_at": "2026-09-14 10:00", **facts})
    assert (evidence("instant-item-as-promise", one) is not None) is found


def test_an_instant_item_that_was_promised_is_told() -> None:
    one = case(accepted_at="2026-09-14 10:00", kind="promise", item_kind="instant")
    assert said("instant-item-as-promise", one) == (
        "事项是即办件，2026年9月14日却按“承诺件”受理",
        "the item is an instant one, but on 14 Sep 2026 the case was accepted as “promise”",
    )
