"""What is looked at to tell whether supervision runs: each with a verdict, and how to mend it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from config import Words
from monitor.access import Role
from monitor.pipeline.unread import held, unread_sources
from monitor.pipeline.watching import GRACE
from monitor.sources.errors import MENDS, TEXTS
from monitor.store import counts, delivery_queue, digests, running, seals, sources, surveys
from monitor.store.counts import SURVEY_GRACE
from monitor.store.sources import SourceState
from monitor.web.freshness import STALE
from monitor.web.looking import Look
from notifiers import words
from rules.instants import MINUTE, SECOND

SLOW = 10 * MINUTE
"""A message that waits longer, with nothing that holds it, is not well."""

UNSEALED = 5 * MINUTE
"""A row of the record that waits longer for its seal is not well."""

_LAGS = {
    "cases": Words("办件到时未核对", "cases due to be checked"),
    "steps": Words("牌到时未升级", "cards due to climb"),
    "sources": Words("审批库到时未读", "sources due to be read"),
    "deliveries": Words("消息到时未发", "messages due to be sent"),
    "unsent": Words("消息发了一半", "messages taken up and not sent"),
    "surveys": Words("普查到时未做", "surveys due"),
    "orders": Words("督办单、申诉到时未办", "orders and appeals due"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """Something that was looked at: whether it is well, in words, and what to do if not.

    ``facts`` are its numbers by name, ``more`` those that only the system's operators see.
    """

    name: str
    well: bool
    state: str
    mend: str = ""
    code: str = ""
    facts: tuple[tuple[str, str, str], ...] = ()
    more: tuple[tuple[str, str], ...] = ()


def source_lines(look: Look) -> list[Line]:
    """Look at the sources: those of the settings, and those that the store still knows."""
    known = {one.id: one for one in sources.states(look.connection)}
    wanted = [one.id for one in look.rules.settings.source]
    rejected = counts.rejects(look.connection)
    lines = [
        _source(look, ident, known.get(ident), rejected.get(ident, 0), wanted=True)
        for ident in wanted
    ]
    lines += [
        _source(look, ident, one, rejected.get(ident, 0), wanted=False)
        for ident, one in known.items()
        if ident not in wanted
    ]
    return lines


def channel_lines(look: Look) -> list[Line]:
    """Look at the channels: what waits, what failed, when one last took a message."""
    waiting, failed = counts.waiting(look.connection), counts.deliveries(look.connection, "failed")
    held, holds = counts.silenced(look.connection), delivery_queue.holds(look.connection, look.now)
    wanted = [one.id for one in look.rules.settings.channel]
    channels = list(dict.fromkeys([*wanted, *sorted({*waiting, *failed, *held})]))
    sent = running.last_sent(look.connection, channels)
    lines = []
    for channel in channels:
        number, oldest = waiting.get(channel, (0, look.now))
        problems, mends = [], []
        if failed.get(channel):
            problems.append(look.say("有失败的消息", "some messages failed"))
            mends.append(
                look.say("看失败的原因，改好后重发", "see why, mend it, and send them again")
            )
        if channel in holds:
            until = when(look, holds[channel])
            problems.append(
                look.say(f"对方要求暂停，到 {until}", f"it asked for rest until {until}")
            )
            mends.append(look.say("到时自行恢复", "it goes on by itself"))
        elif number and look.now - oldest > SLOW:
            age = words.duration((look.now - oldest) / SECOND, look.language)
            problems.append(look.say(f"最早一条已等 {age}", f"the oldest waits for {age}"))
            mends.append(look.say("运行 duban send-test 试这个渠道", "try it with duban send-test"))
        if channel not in wanted and (number or failed.get(channel)):
            problems.append(look.say("设置里已没有它", "the settings no longer have it"))
            mends.append(look.say("放回 supervisor.toml", "put it back into supervisor.toml"))
        to = f"/deliveries?channel={channel}&result="
        facts = (
            (look.say("待发", "waiting"), f"{number:,}", f"{to}pending"),
            (look.say("失败", "failed"), f"{failed.get(channel, 0):,}", f"{to}failed"),
            (look.say("静默扣下", "held"), f"{held.get(channel, 0):,}", f"{to}silenced"),
            (look.say("最近送达", "last took one"), when(look, sent.get(channel)), f"{to}sent"),
        )
        comma = look.say("，", "; ")
        state = comma.join(problems) or look.say("正常", "well")
        lines.append(Line(channel, not problems, state, comma.join(mends), facts=facts))
    return lines


def own_lines(look: Look) -> list[Line]:
    """Look at the daemon's own work: what is behind, surveys, digests, the seals."""
    return [_recount(look), *_surveys(look), *_digests(look), _seals(look)]


def when(look: Look, at: int | None) -> str:
    """Write an instant; a dash where there is none."""
    return "—" if at is None else words.when(at, look.rules.zone, look.language, look.now)


def _source(
    look: Look, ident: str, one: SourceState | None, rejected: int, *, wanted: bool
) -> Line:
    last = None if one is None else one.last_ok_at
    lag = None if last is None else look.now - last
    code, mend, well = "", "", True
    if one is None or one.state == "new":
        well = not wanted
        state = look.say("还没有读过", "not read yet")
        mend = look.say("守护进程启动后即读", "it is read once the daemon runs") if wanted else ""
    elif one.state in ("down", "fault"):
        code, _, said = (one.last_error or "").partition(": ")
        said = said if look.visitor.may(Role.SYSTEM) else ""  # it may name hosts and users
        well, text = False, TEXTS.get(code)
        state = text.text(look.language) if text else said or code
        state += look.say(f"（数据库原文：{said}）", f": {said}") if text and said else ""
        mend = MENDS[code].text(look.language) if code in MENDS else ""
        mend += look.say("；改好后运行 duban check", "; then run duban check")
    elif lag is not None and lag > STALE:
        well, state = False, look.say("好久没有读到", "not read for long")
        mend = look.say("看守护进程的日志", "see the log of the daemon")
    else:
        state = look.say("正常", "well")
    if not wanted:
        well, mend = True, ""
        state = look.say("设置里已没有它，只留旧数据", "not in the settings any more")
    if rejected and well and wanted:
        state = look.say("能读，有读不懂的行", "read, with rows that are not understood")
    facts = [
        (look.say("最近读到", "last read"), when(look, last), ""),
        (look.say("落后", "behind"), _length(look, lag), ""),
        (look.say("读过的行", "rows read"), f"{one.rows_read if one else 0:,}", ""),
        (look.say("隔离", "set aside"), f"{rejected:,}", f"/health?source={ident}#rejects"),
    ]
    more: list[tuple[str, str]] = []
    if one is not None:
        more = [
            (look.say("游标", "cursor"), one.cursor or "—"),
            (look.say("下次读", "next read"), when(look, one.next_poll_at)),
            (look.say("下次对账", "next reconciled"), when(look, one.next_reconcile_at)),
            (look.say("连续失败", "failures in a row"), str(one.failures)),
        ]
    return Line(ident, well, state, mend, code, tuple(facts), tuple(more))


def _length(look: Look, lag: int | None) -> str:
    return "—" if lag is None else words.duration(lag / SECOND, look.language)


def _recount(look: Look) -> Line:
    rated = [one.id for one in look.rules.settings.channel if one.per_minute is not None]
    waits = held(unread_sources(look.connection, look.rules, 0, look.now))
    lag = counts.lag(look.connection, look.now, GRACE, rated, waits)
    behind = {name: getattr(lag, name) for name in _LAGS if getattr(lag, name)}
    name = look.say("到时的工作", "Work that is due")
    if not behind:
        return Line(name, True, look.say("没有落下的", "nothing is behind"))
    said = [f"{_LAGS[one].text(look.language)} {number:,}" for one, number in behind.items()]
    since = when(look, lag.oldest_due_at)
    return Line(
        name,
        False,
        look.say("，", "; ").join(said),
        look.say(
            f"最早的应于 {since} 做。看日志；机器忙不过来时自行赶上",
            f"the oldest was due {since}. See the log; a busy machine catches up by itself",
        ),
    )


def _surveys(look: Look) -> Iterable[Line]:
    for one in surveys.states(look.connection):
        if one.id not in look.rules.titles:
            continue
        late = look.now - one.next_at > SURVEY_GRACE
        state, mend = look.say("正常", "well"), ""
        if one.last_error:
            state = look.say(f"没有做成：{one.last_error}", f"it failed: {one.last_error}")
            mend = look.say("看日志里的 survey_failed", "see survey_failed in the log")
        elif late:
            state, mend = (
                look.say("到时没有做", "due and not made"),
                look.say("看日志", "see the log"),
            )
        facts = (
            (look.say("上次", "last"), when(look, one.last_run_at), ""),
            (look.say("下次", "next"), when(look, one.next_at), ""),
            (look.say("发现", "found"), f"{one.found:,}", ""),
        )
        title = look.say("普查：", "Survey: ") + look.rules.titles[one.id]
        yield Line(title, not (one.last_error or late), state, mend, facts=facts)


def _digests(look: Look) -> Iterable[Line]:
    for ident, next_at, last_at in digests.due(look.connection):
        late = look.now - next_at > SLOW
        state = look.say("到时没有做", "due and not made") if late else look.say("正常", "well")
        facts = (
            (look.say("上次", "last"), when(look, last_at), ""),
            (look.say("下次", "next"), when(look, next_at), ""),
        )
        mend = look.say("看日志", "see the log") if late else ""
        yield Line(look.say("快报：", "Digest: ") + ident, not late, state, mend, facts=facts)


def _seals(look: Look) -> Line:
    last = seals.last(look.connection)
    waits = sum(seals.unsealed(look.connection).values())
    oldest = running.oldest_unsealed(look.connection)
    late = oldest is not None and look.now - oldest > UNSEALED
    if late:
        state = look.say("有留痕没有按时封存", "some of the record is not sealed in time")
    elif last is None:
        state = look.say("还没有可封存的", "there is nothing to seal yet")
    else:
        state = look.say("正常", "well")
    facts = (
        (look.say("最后一枚", "last seal"), when(look, last.at if last else None), ""),
        (look.say("等待封存", "unsealed"), f"{waits:,}", ""),
    )
    mend = look.say("看守护进程是否在运行", "see whether the daemon runs") if late else ""
    more = ((look.say("哈希", "hash"), last.hash),) if last else ()
    return Line(look.say("留痕封存", "Seals of the record"), not late, state, mend, "", facts, more)
