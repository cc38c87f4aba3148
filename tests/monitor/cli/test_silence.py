from __future__ import annotations

from pathlib import Path

import pytest

from monitor.store import audit_log, deliveries, silences
from monitor.store.store import Store
from tests.monitor.cli.halls import NOW
from tests.support.cli import duban
from tests.support.stores import new_delivery, notice


def listed(store: Store) -> list[silences.SilenceRow]:
    with store.read() as connection:
        return silences.listing(connection, ended=True)


@pytest.fixture
def waiting(store: Store, alerts: tuple[int, int]) -> None:
    """Let a notice about the late case wait."""
    with store.write() as connection:
        one = notice(
            new_delivery(channel="screen"), alert_id=alerts[0], kind="overdue", person="h1"
        )
        deliveries.add_notices(connection, [one], NOW)


@pytest.mark.usefixtures("waiting")
def test_a_silence_says_what_it_is_for_and_is_on_record(config: Path, store: Store) -> None:
    called = duban(
        *("silence", "add", "--why", "系统迁移", "--for", "2 个工作日", "--region", "东浦区"),
        *("--as", "李阳", "-c", config),
    )
    assert called.code == 0
    assert called.out.startswith("✓ 静默 1：区划 东浦区，")
    assert "现有亮牌 1 件" in called.out
    assert "待发的通知 1 条" in called.out
    [row] = listed(store)
    assert (row.by, row.reason, row.matching) == ("h1", "系统迁移", {"region": "R1"})
    assert row.until_at - row.from_at == 2 * 24 * 3600 * 10**6
    with store.read() as connection:
        [recorded] = audit_log.of_object(connection, "silence:1")
    assert (recorded.act.who, recorded.act.act, recorded.act.note) == ("h1", "silence", "系统迁移")


@pytest.mark.usefixtures("alerts")
def test_a_dry_run_sets_nothing(config: Path, store: Store) -> None:
    called = duban(
        "silence",
        "add",
        "--why",
        "x",
        "--for",
        "2h",
        "--rule",
        "promise",
        "--dry-run",
        "-c",
        config,
    )
    assert called.code == 0
    assert "未改动" in called.out
    assert listed(store) == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--for", "2h"), "没有说静默什么"),
        (("--for", "2h", "--rule", "r", "--until", "2026-12-01"), "--until 或 --for"),
        (("--rule", "r"), "--until 或 --for"),
        (("--until", "2026-10-01", "--rule", "r"), "结束须晚于"),
        (("--for", "2h", "--when", "case.nix == 1"), "case.nix"),
        (
            ("--for", "2h", "--when", "[1].all(x, [1].all(y, case.no.matches('a')))"),
            "no other list",
        ),
        (("--for", "soon", "--rule", "r"), "不是时间量"),
    ],
)
def test_what_makes_no_silence_is_refused(
    config: Path, store: Store, arguments: tuple[str, ...], said: str
) -> None:
    called = duban("silence", "add", "--why", "x", *arguments, "-c", config)
    assert called.code != 0
    assert said in called.err
    assert listed(store) == []


@pytest.mark.usefixtures("alerts")
def test_a_silence_is_listed_ended_once_and_shown_with_the_alerts(
    config: Path, store: Store
) -> None:
    duban("silence", "add", "--why", "迁移", "--for", "2h", "--rule", "promise", "-c", config)
    assert "静默中：1 项，扣下通知 0 条" in duban("alerts", "-c", config).err
    assert "standing" in duban("silence", "list", "-c", config).out
    assert duban("silence", "end", 1, "--dry-run", "-c", config).code == 0
    assert listed(store)[0].ended_at is None
    assert "✓ 静默 1 结束" in duban("silence", "end", 1, "--as", "李阳", "-c", config).out
    assert (listed(store)[0].ended_at, listed(store)[0].ended_by) == (NOW, "h1")
    again = duban("silence", "end", 1, "-c", config)
    assert again.code == 1
    assert "已经结束" in again.err
    assert "没有编号为 7" in duban("silence", "end", 7, "-c", config).err
    with store.read() as connection:
        acts = [one.act.act for one in audit_log.of_object(connection, "silence:1")]
    assert sorted(acts) == ["silence", "silence.end"]
