from __future__ import annotations

import re
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from config import Settings, load
from rules.amounts import Amount, Unit
from rules.limits import DayEnd, PauseCount, ThresholdKind
from rules.policies import Unless
from rules.roles import Resolver
from tests.support.settings import LIMIT, SOURCE, loaded, refused

GOOD = Path(__file__).parent / "good"
ENVIRON = {
    "APPROVAL_DB_URL": "mysql+pymysql://reader:source-hunter2@db.example/approval",
    "ROBOT_KEY": "robot-hunter2",
}


@pytest.fixture(scope="module")
def full() -> Settings:
    return load(GOOD / "full.toml", ENVIRON)


def test_an_empty_file_has_sound_defaults(tmp_path: Path) -> None:
    daemon = loaded(tmp_path, "").daemon
    assert daemon.language == "zh_CN"
    assert daemon.timezone == ZoneInfo("Asia/Shanghai")
    assert daemon.levels == ("warning", "yellow", "red")
    assert daemon.calendar == "cn"
    assert daemon.catch_up == "latest"


def test_lengths_of_time_become_seconds(full: Settings) -> None:
    source = full.source[0]
    assert (source.poll_every, source.overlap, source.timeout) == (60.0, 300.0, 10.0)
    assert source.reconcile_every == 86_400.0
    assert full.sample is not None
    assert full.sample.pace == 5.0


@pytest.mark.parametrize(
    ("written", "seconds"), [("30", 30.0), ("1.5", 1.5), ('"2m"', 120.0), ('"1d"', 86_400.0)]
)
def test_a_length_of_time_is_read_as_in_channels(
    tmp_path: Path, written: str, seconds: float
) -> None:
    every = SOURCE.replace("[source.cases]", f"poll_every = {written}\n[source.cases]")
    assert loaded(tmp_path, every).source[0].poll_every == seconds


@pytest.mark.parametrize(
    ("levels", "gravest"),
    [("{ red = 'over' }", [True]), ("{ warning = '80 %', yellow = 'over' }", [False, False])],
)
def test_the_gravest_level_is_that_of_the_daemon(
    tmp_path: Path, levels: str, gravest: list[bool]
) -> None:
    text = re.sub(r"levels = .*", f"levels = {levels}", LIMIT)
    (limit,) = loaded(tmp_path, text).rulebook().limits
    assert [level.gravest for level in limit.levels] == gravest


def test_an_overlap_of_versions_stays_a_whole_number(full: Settings) -> None:
    overlap = full.source[1].overlap
    assert (overlap, type(overlap)) == (50, int)


def test_a_source_without_a_time_zone_has_the_daemons(tmp_path: Path) -> None:
    settings = loaded(tmp_path, '[daemon]\ntimezone = "Asia/Tokyo"\n' + SOURCE)
    assert settings.source[0].timezone == ZoneInfo("Asia/Tokyo")


def test_a_source_keeps_its_own_time_zone(full: Settings) -> None:
    assert full.source[0].timezone == ZoneInfo("Asia/Urumqi")


def test_relative_sqlite_files_are_beside_the_settings(tmp_path: Path) -> None:
    settings = loaded(tmp_path, SOURCE)
    assert settings.source[0].url.get_secret_value() == f"sqlite:///{tmp_path}/hall.db"
    assert settings.daemon.store.get_secret_value() == f"sqlite:///{tmp_path}/duban.db"


@pytest.mark.parametrize(
    ("written", "meant"), [("out/log.jsonl", "{folder}/out/log.jsonl"), ("/var/log", "/var/log")]
)
def test_relative_files_of_channels_are_beside_the_settings(
    tmp_path: Path, written: str, meant: str
) -> None:
    text = f'[[channel]]\nid = "file"\nkind = "file"\npath = "{written}"\n'
    (channel,) = loaded(tmp_path, text).channel
    assert str(channel.path) == meant.format(folder=tmp_path)


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "sqlite:////var/hall.db"])
def test_other_sqlite_urls_stay(tmp_path: Path, url: str) -> None:
    settings = loaded(tmp_path, SOURCE.replace("sqlite:///hall.db", url))
    assert settings.source[0].url.get_secret_value() == url


def test_placeholders_are_replaced_within_text(full: Settings) -> None:
    assert full.daemon.store.get_secret_value() == (
        "postgresql+psycopg://duban:store-hunter2@127.0.0.1/duban"
    )
    assert full.source[0].url.get_secret_value() == ENVIRON["APPROVAL_DB_URL"]


def test_text_that_a_placeholder_brought_is_not_replaced_again(tmp_path: Path) -> None:
    text = LIMIT.replace("承诺办结时限", "${env:TITLE}")
    settings = loaded(tmp_path, text, {"TITLE": "${env:HOME}"})
    assert settings.limit[0].title == "${env:HOME}"


def test_a_dollar_that_begins_no_placeholder_stays(tmp_path: Path) -> None:
    settings = loaded(tmp_path, LIMIT.replace("承诺办结时限", "5 $ {env:X} ${x}"))
    assert settings.limit[0].title == "5 $ {env:X} ${x}"


def test_an_extension_counts_working_days_unless_it_says_so(full: Settings) -> None:
    source = full.source[0]
    assert source.extensions is not None
    assert source.extensions.unit is Unit.CALENDAR_DAY
    assert source.steps is not None
    assert source.steps.unit is Unit.WORKING_DAY
    assert source.steps.open_when_equal


def test_a_limit_becomes_the_rules_limit(full: Settings) -> None:
    limit = next(one for one in full.rulebook().limits if one.id == "answer")
    assert (limit.start, limit.until, limit.calendar) == ("accepted_at", "closed_at", "hotline")
    assert limit.allow.amount == Amount(36, Unit.WORKING_HOUR)
    assert (limit.law, limit.version) == ("内部规定", "2026")
    assert limit.pause_kinds == ("hearing",)
    reckoning = limit.reckoning
    assert reckoning.pauses is PauseCount.MOMENTS
    assert reckoning.pause_cap == Amount(10, Unit.WORKING_DAY)
    assert reckoning.day_end is DayEnd.MIDNIGHT
    assert reckoning.count_start_day
    assert not reckoning.roll


def test_levels_have_the_rank_of_the_daemons_levels(full: Settings) -> None:
    limit = next(one for one in full.rulebook().limits if one.id == "promise-due")
    assert [(level.name, level.rank, level.threshold.kind) for level in limit.levels] == [
        ("warning", 0, ThresholdKind.PERCENT),
        ("red", 2, ThresholdKind.OVER),
    ]


@pytest.mark.parametrize(
    "written",
    [
        'allow = { due = { column = "promised_due" } }',
        'due = { column = "promised_due" }',
    ],
)
def test_a_due_moment_may_be_written_in_two_ways(tmp_path: Path, written: str) -> None:
    settings = loaded(tmp_path, LIMIT.replace('allow = "20 working days"', written))
    assert settings.rulebook().limits[0].allow.due == "promised_due"


def test_a_limit_without_a_calendar_has_the_daemons(full: Settings) -> None:
    assert full.rulebook().limits[0].calendar == "county"


def test_the_rule_book_has_the_calendars_that_are_named(full: Settings) -> None:
    assert set(full.rulebook().calendars) == {"cn", "county", "hotline"}


def test_a_check_becomes_the_rules_check(full: Settings) -> None:
    (check,) = full.rulebook().checks
    assert (check.id, check.level, check.rank) == ("fee-though-free", "red", 2)


def test_a_policy_becomes_the_rules_policy(full: Settings) -> None:
    (policy,) = full.rulebook().policies
    assert policy.calendar == "cn"
    assert policy.levels == ("red",)
    assert [step.unless for step in policy.steps] == [
        Unless.ACKNOWLEDGED,
        Unless.ACKNOWLEDGED,
        Unless.RESOLVED,
    ]
    assert policy.steps[1].after == Amount(4, Unit.WORKING_HOUR)
    assert policy.steps[2].tell == ("inspector@region.parent",)


def test_the_directory_resolves_roles(full: Settings) -> None:
    resolver = Resolver(full.rulebook().directory, 0)
    (found,) = resolver.resolve("department-lead", {"department": "tax"}, ["log"]).people
    assert found.person.contacts == {
        "email": "li@example.gov.cn",
        "mobile": "13800000000",
        "wecom": "liming",
    }
    assert [one.person.id for one in resolver.resolve("team:duty", {}, ["log"]).people] == ["li"]


def test_settings_cannot_be_changed(full: Settings) -> None:
    with pytest.raises(ValueError, match="frozen"):
        full.daemon.language = "zh_CN"  # type: ignore[misc]


def test_an_own_id_may_be_used_once_in_each_section(tmp_path: Path) -> None:
    region = '[[region]]\nid = "promise"\nname = "甲"\n'
    assert loaded(tmp_path, LIMIT + region).region[0].id == "promise"


def test_a_post_is_not_sought_where_there_is_no_directory(tmp_path: Path) -> None:
    text = """
[[channel]]
id = "log"
kind = "console"
[[policy]]
id = "all"
steps = [{ after = "0m", tell = ["inspector@region"], via = ["log"] }]
"""
    assert loaded(tmp_path, text).policy[0].steps[0].tell == ("inspector@region",)


def test_a_shortened_id_is_suggested_from_what_exists(tmp_path: Path) -> None:
    text = SOURCE + LIMIT + 'when = "case.promised_day > 3.0"'
    (fault,) = refused(tmp_path, text).faults
    assert "case.promised_days" in fault.text("en")


def test_the_settings_that_are_shipped_load() -> None:
    settings = load(Path(__file__).parents[2] / "supervisor.toml", {})
    assert settings.rulebook().limits


def test_a_file_with_a_byte_order_mark_loads(tmp_path: Path) -> None:
    assert loaded(tmp_path, "\ufeff" + LIMIT).limit[0].id == "promise"
