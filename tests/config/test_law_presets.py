"""Each rule of the presets with a case that a person can count on a calendar.

Days off and make-up days that matter: 2025-09-28 is a Sunday and 2025-10-11 a Saturday on which
work is done, 1 to 8 October 2025 are days off; in 2026 work is done on 14 and 28 February, 9 May,
20 September and 10 October, and 15 to 23 February, 1 to 5 May, 19 June, 25 to 27 September and
1 to 7 October are days off.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from config import Settings
from config.presets import names, preset
from rules.assessment import assess
from rules.batches import Batch
from rules.cases import Case, Fact, Part, PartKind
from rules.instants import iso, optional
from rules.limit_results import LimitResult
from tests.support.moments import SHANGHAI, at
from tests.support.settings import loaded

LAWS = [n for n in names() if preset(n).get("limit") and not n.startswith("regime-")]
LATER = "2026-12-01 09:00"


def facts_of(name: str) -> list[str]:
    """The facts that a preset speaks of and a hall of that kind would map."""
    found = {"kind", "promised_days", "promised_due", "statutory_days", "rating", "submitted_at"}
    found |= {"hearing_noticed_at", "correction_at"}
    for item in preset(name)["limit"]:
        found |= {item[key] for key in ("from", "until") if ":" not in item[key]}
    return sorted(found)


def settings(folder: Path, name: str, mapped: list[str]) -> Settings:
    columns = ", ".join(f'{fact} = "{fact}"' for fact in mapped)
    return loaded(
        folder,
        f'[daemon]\npresets = ["{name}"]\n[[source]]\nid = "hall"\nurl = "sqlite:///hall.db"\n'
        f'[source.cases]\ntable = "cases"\nkey = "id"\ncolumns = {{ {columns} }}\n',
    )


def case(facts: dict[str, Fact], *parts: Part) -> Case:
    """A case; texts in facts whose name says so are moments."""
    told = {
        name: at(value) if isinstance(value, str) and name.endswith(("_at", "_due")) else value
        for name, value in facts.items()
    }
    return Case("hall", "A1", told, parts)


def pause(kind: str, begin: str, end: str | None) -> Part:
    return Part(PartKind.PAUSE, "", at(begin), at(end) if end else None, {"kind": kind})


def extension(amount: int, unit: str, granted: str) -> Part:
    facts: dict[str, Fact] = {"amount": amount, "unit": unit}
    return Part(PartKind.EXTENSION, "", at(granted), None, facts)


def results(folder: Path, name: str, given: Case, now: str = LATER) -> dict[str, LimitResult]:
    """How the limits of a preset that are for a case stand, by id."""
    book = settings(folder, name, facts_of(name)).rulebook()
    found = assess(book, Batch.of([given]), np.array([at(now)])).limits
    return {one.limit.id: one for one in found if one.applies[0]}


def text(moment: int | np.int64) -> str | None:
    told = iso(optional(moment), SHANGHAI)
    return told and told.replace("T", " ").removesuffix(":00+08:00")


LICENCE, INFORMATION = "administrative-licence", "government-information"
PETITION, HOTLINE = "petition", "hotline-12345"
REVIEW, MARKET = "administrative-review", "market-complaint"
INFO: dict[str, Fact] = {"kind": "information", "submitted_at": "2026-04-30 10:00"}

Rule = tuple[str, str, str, tuple[Part, ...], dict[str, Fact]]


def rule(name: str, limit: str, due: str, *parts: Part, **facts: Fact) -> Rule:
    """A rule of a preset and when it is due for a case."""
    return name, limit, due, parts, facts


COUNTED = [
    rule(LICENCE, "acceptance", "2026-09-24 17:30", submitted_at="2026-09-18 10:00"),
    # five working days after 9 October, the 10th among them
    rule(
        LICENCE,
        "acceptance",
        "2026-10-15 17:30",
        pause("补正", "2026-09-21 10:00", "2026-10-09 15:00"),
        submitted_at="2026-09-18 10:00",
    ),
    rule(LICENCE, "promise", "2026-02-27 17:30", accepted_at="2026-02-13 10:00", promised_days=5),
    rule(
        LICENCE,
        "promise-due",
        "2026-03-10 17:30",
        accepted_at="2026-02-13 10:00",
        promised_due="2026-03-10",
    ),
    rule(
        LICENCE, "statutory", "2026-03-19 17:30", accepted_at="2026-02-13 10:00", statutory_days=20
    ),
    # three days to 30 September, three to 11 October, and fourteen
    rule(LICENCE, "statutory-general", "2025-10-30 17:30", accepted_at="2025-09-26 10:00"),
    rule(
        LICENCE,
        "statutory-general",
        "2025-11-13 17:30",
        extension(10, "working days", "2025-10-29 10:00"),
        accepted_at="2025-09-26 10:00",
    ),
    rule(
        LICENCE,
        "statutory-general",
        "2025-11-04 17:30",
        pause("听证", "2025-10-13 09:00", "2025-10-15 17:00"),
        accepted_at="2025-09-26 10:00",
    ),
    rule(
        LICENCE, "statutory-joint", "2026-03-13 17:30", kind="joint", accepted_at="2026-01-05 10:00"
    ),
    rule(
        LICENCE,
        "statutory-joint",
        "2026-04-03 17:30",
        extension(15, "working days", "2026-03-13 10:00"),
        kind="joint",
        accepted_at="2026-01-05 10:00",
    ),
    rule(LICENCE, "statutory-deemed", "2026-10-16 17:30", submitted_at="2026-09-14 10:00"),
    rule(
        LICENCE,
        "statutory-deemed",
        "2026-09-28 17:30",
        submitted_at="2026-09-14 10:00",
        statutory_days=10,
    ),
    rule(
        LICENCE,
        "statutory-deemed-joint",
        "2026-03-13 17:30",
        submitted_at="2026-01-05 10:00",
        kind="joint",
    ),
    rule(LICENCE, "lower-review", "2026-10-16 17:30", lower_received_at="2026-09-14 10:00"),
    rule(LICENCE, "delivery", "2026-09-28 17:30", decided_at="2026-09-14 10:00"),
    rule(LICENCE, "hearing", "2026-10-16 17:30", hearing_requested_at="2026-09-14 10:00"),
    rule(
        INFORMATION,
        "information-answer",
        "2026-06-01 17:30",
        kind="information",
        submitted_at="2026-04-30 10:00",
    ),
    # 19 June is a day off
    rule(
        INFORMATION,
        "information-answer",
        "2026-06-30 17:30",
        extension(20, "working days", "2026-05-29 10:00"),
        kind="information",
        submitted_at="2026-04-30 10:00",
    ),
    rule(
        INFORMATION,
        "information-answer",
        "2026-06-08 17:30",
        pause("补正", "2026-05-07 10:00", "2026-05-11 10:00"),
        kind="information",
        submitted_at="2026-04-30 10:00",
    ),
    # fifteen working days later than without
    rule(
        INFORMATION,
        "information-answer",
        "2026-06-23 17:30",
        pause("征求意见", "2026-05-11 09:00", "2026-05-29 17:30"),
        kind="information",
        submitted_at="2026-04-30 10:00",
    ),
    rule(
        INFORMATION,
        "information-correction",
        "2026-05-13 17:30",
        kind="information",
        submitted_at="2026-04-30 10:00",
        correction_at="2026-05-12 10:00",
    ),
    rule(
        INFORMATION,
        "information-third-party",
        "2026-05-25 17:30",
        kind="information",
        third_asked_at="2026-04-30 10:00",
    ),
    # 8 October is a day off
    rule(
        PETITION,
        "petition-acceptance",
        "2025-10-09 17:30",
        kind="petition",
        submitted_at="2025-09-23 10:00",
    ),
    rule(
        PETITION,
        "petition-handling",
        "2026-05-06 17:30",
        kind="petition",
        accepted_at="2026-03-03 10:00",
    ),
    rule(
        PETITION,
        "petition-handling",
        "2026-06-01 17:30",
        extension(30, "calendar days", "2026-04-30 10:00"),
        kind="petition",
        accepted_at="2026-03-03 10:00",
    ),
    rule(
        PETITION,
        "petition-review",
        "2026-10-08 17:30",
        kind="petition",
        review_requested_at="2026-09-01 10:00",
    ),
    rule(
        PETITION,
        "petition-recheck",
        "2026-02-13 17:30",
        kind="petition",
        recheck_requested_at="2026-01-14 10:00",
    ),
    rule(
        HOTLINE,
        "hotline-dispatch",
        "2026-10-08 17:30",
        kind="hotline",
        accepted_at="2026-09-30 16:00",
    ),
    rule(
        HOTLINE,
        "hotline-urgent",
        "2026-10-04 00:00",
        kind="hotline-urgent",
        accepted_at="2026-10-03 20:00",
    ),
    rule(
        HOTLINE,
        "hotline-help",
        "2026-10-10 17:30",
        kind="hotline-help",
        accepted_at="2026-09-30 10:00",
    ),
    rule(
        HOTLINE,
        "hotline-complaint",
        "2026-10-08 17:30",
        kind="hotline",
        accepted_at="2026-09-14 10:00",
    ),
    rule(
        HOTLINE,
        "hotline-call-back",
        "2026-10-13 17:30",
        kind="hotline",
        closed_at="2026-09-30 10:00",
    ),
    rule(
        HOTLINE,
        "hotline-mending",
        "2026-10-10 17:30",
        kind="hotline",
        rated_at="2026-09-14 10:00",
        rating=5,
    ),
    rule(
        REVIEW,
        "review-examination",
        "2026-09-24 17:30",
        kind="review",
        submitted_at="2026-09-18 10:00",
    ),
    rule(
        REVIEW,
        "review-correction",
        "2026-09-24 17:30",
        kind="review",
        submitted_at="2026-09-18 10:00",
        correction_at="2026-09-22 10:00",
    ),
    rule(
        REVIEW, "review-decision", "2026-05-06 17:30", kind="review", accepted_at="2026-03-03 10:00"
    ),
    rule(
        REVIEW,
        "review-decision",
        "2026-06-01 17:30",
        extension(30, "calendar days", "2026-04-30 10:00"),
        kind="review",
        accepted_at="2026-03-03 10:00",
    ),
    rule(
        REVIEW,
        "review-decision-simple",
        "2026-10-08 17:30",
        kind="review-simple",
        accepted_at="2026-09-01 10:00",
    ),
    # sixty days after 24 September
    rule(
        REVIEW,
        "review-decision-deemed",
        "2026-11-23 17:30",
        kind="review",
        submitted_at="2026-09-18 10:00",
    ),
    rule(
        REVIEW, "review-service", "2026-09-29 17:30", kind="review", accepted_at="2026-09-18 10:00"
    ),
    rule(
        REVIEW,
        "review-service-simple",
        "2026-10-10 17:30",
        kind="review-simple",
        accepted_at="2026-09-30 10:00",
    ),
    rule(REVIEW, "review-reply", "2026-10-12 17:30", kind="review", served_at="2026-09-21 10:00"),
    rule(
        REVIEW,
        "review-reply-simple",
        "2026-10-12 17:30",
        kind="review-simple",
        served_at="2026-09-29 10:00",
    ),
    rule(
        MARKET,
        "complaint-acceptance",
        "2026-09-29 17:30",
        kind="complaint",
        submitted_at="2026-09-18 10:00",
    ),
    rule(
        MARKET,
        "complaint-mediation",
        "2026-03-13 17:30",
        kind="complaint",
        accepted_at="2026-01-05 10:00",
    ),
    rule(
        MARKET,
        "complaint-notice",
        "2026-09-29 17:30",
        kind="complaint",
        mediation_ended_at="2026-09-18 10:00",
    ),
    rule(
        MARKET,
        "report-verification",
        "2026-10-10 17:30",
        kind="report",
        submitted_at="2026-09-14 10:00",
    ),
    rule(
        MARKET,
        "report-verification",
        "2026-10-30 17:30",
        extension(15, "working days", "2026-10-10 10:00"),
        kind="report",
        submitted_at="2026-09-14 10:00",
    ),
    rule(MARKET, "report-notice", "2026-09-24 17:30", kind="report", decided_at="2026-09-18 10:00"),
]


@pytest.mark.parametrize(("name", "limit", "due", "parts", "facts"), COUNTED)
def test_a_rule_is_due_when_the_calendar_says(
    tmp_path: Path,
    name: str,
    limit: str,
    due: str,
    parts: tuple[Part, ...],
    facts: dict[str, Fact],
) -> None:
    found = results(tmp_path, name, case(facts, *parts))[limit]
    assert text(found.course.due[0]) == due


def test_every_rule_has_a_counted_case() -> None:
    counted = {(name, limit) for name, limit, *_ in COUNTED}
    assert counted == {(name, item["id"]) for name in LAWS for item in preset(name)["limit"]}


@pytest.mark.parametrize("name", LAWS)
def test_every_rule_names_its_source_and_has_a_chinese_title(name: str) -> None:
    for item in preset(name)["limit"]:
        promised = item["id"] in ("promise", "promise-due")  # no law obliges to a promise
        assert "第" in item["law"] or "〔" in item["law"] or promised
        assert not item["title"].isascii()


@pytest.mark.parametrize("name", LAWS)
def test_nothing_is_left_out_where_everything_is_mapped(tmp_path: Path, name: str) -> None:
    assert settings(tmp_path, name, facts_of(name)).left_out() == ()


@pytest.mark.parametrize("kind", ["promise", "joint", None, *"13"])
def test_the_other_presets_leave_licences_alone(tmp_path: Path, kind: str | None) -> None:
    everything: dict[str, Fact] = {"kind": kind, "rating": 5}
    for name in set(LAWS) - {LICENCE}:
        everything |= {fact: "2026-09-14 10:00" for fact in facts_of(name) if fact[-3:] == "_at"}
        assert results(tmp_path, name, case(everything)) == {}


@pytest.mark.parametrize("name", sorted(set(LAWS) - {LICENCE}))
def test_the_licence_law_leaves_the_cases_of_other_presets_alone(tmp_path: Path, name: str) -> None:
    for _, _, _, parts, facts in (one for one in COUNTED if one[0] == name):
        assert results(tmp_path, LICENCE, case(facts, *parts)) == {}


def test_the_correction_notice_gives_no_card_when_it_came_late(tmp_path: Path) -> None:
    late = case({**INFO, "correction_at": "2026-05-14 10:00"})
    assert results(tmp_path, INFORMATION, late)["information-correction"].level[0] == -1


def test_an_answer_is_not_awaited_while_the_correction_is(tmp_path: Path) -> None:
    waiting = case(INFO, pause("补正", "2026-05-07 10:00", None))
    assert results(tmp_path, INFORMATION, waiting)["information-answer"].level[0] == -1


def test_an_application_that_was_answered_in_time_is_not_accepted_by_silence(
    tmp_path: Path,
) -> None:
    told = case({"submitted_at": "2026-09-14 10:00", "correction_at": "2026-09-18 10:00"})
    assert results(tmp_path, LICENCE, told)["statutory-deemed"].level[0] == -1


def test_a_hotline_order_more_than_five_working_days_late_has_the_top_level(
    tmp_path: Path,
) -> None:
    order = case({"kind": "hotline", "accepted_at": "2026-09-14 10:00"})
    for now, level in (("2026-10-14 17:29", "yellow"), ("2026-10-14 17:30", "red")):
        found = results(tmp_path, HOTLINE, order, now)["hotline-complaint"]
        assert found.limit.levels[found.level[0]].name == level


# 20 September is a Sunday on which work is done.
@pytest.mark.parametrize(("held", "found"), [("2026-09-21 10:00", 1), ("2026-09-22 10:00", 0)])
def test_a_hearing_is_told_of_seven_working_days_before(
    tmp_path: Path, held: str, found: int
) -> None:
    given = case({"hearing_noticed_at": "2026-09-14 10:00", "hearing_held_at": held})
    book = settings(tmp_path, LICENCE, facts_of(LICENCE)).rulebook()
    findings = assess(book, Batch.of([given]), np.array([at(LATER)])).findings()[0]
    assert [one.rule for one in findings].count("hearing-notice") == found


# ── what is left out ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "without", "left_out"),
    [
        (LICENCE, "delivered_at", ("delivery",)),
        (LICENCE, "correction_at", ("statutory-deemed", "statutory-deemed-joint")),
        (
            *(LICENCE, "submitted_at"),
            ("acceptance", "statutory-deemed", "statutory-deemed-joint"),
        ),
        (LICENCE, "hearing_noticed_at", ("hearing-notice",)),
        # The deemed decision starts when the examination is due, which is left out itself.
        (
            *(REVIEW, "submitted_at"),
            ("review-examination", "review-correction", "review-decision-deemed"),
        ),
        (HOTLINE, "rating", ("hotline-mending",)),
    ],
)
def test_what_no_source_tells_leaves_out_the_rules_that_speak_of_it(
    tmp_path: Path, name: str, without: str, left_out: tuple[str, ...]
) -> None:
    mapped = [fact for fact in facts_of(name) if fact != without]
    assert settings(tmp_path, name, mapped).left_out() == left_out


def test_an_own_limit_is_one_after_which_a_preset_may_start(tmp_path: Path) -> None:
    own = f"""
[daemon]
presets = ["{REVIEW}"]
[[source]]
id = "hall"
url = "sqlite:///hall.db"
[source.cases]
table = "cases"
key = "id"
columns = {{ received_at = "r", closed_at = "c", kind = "k" }}
[[limit]]
id = "review-examination"
title = "审查"
from = "received_at"
until = "closed_at"
allow = "5 working days"
levels = {{ red = "over" }}
"""
    found = [limit.id for limit in loaded(tmp_path, own).limit]
    assert found == ["review-examination", "review-decision-deemed"]


def test_the_levels_of_a_rule_are_written_from_the_mildest_on() -> None:
    for name in LAWS:
        for item in preset(name)["limit"]:
            ordered = [level for level in ("warning", "yellow", "red") if level in item["levels"]]
            assert list(item["levels"]) == ordered
