"""What an inquiry found, in sentences that go into a supervision order (督办单)."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from notifiers import words
from rules.amounts import Amount, Unit
from rules.causes import Inquiry, Stage, StageKind
from rules.instants import moment

_LEAST_SHARE = 0.05
"""What took less of the counted time than this is not worth a sentence, unless it is too long."""

Naming = Callable[[str], str]
"""What writes a person's name or a department's id as readers may see it."""


def sentences(
    inquiry: Inquiry,
    zone: ZoneInfo,
    language: str,
    person: Naming = str,
    department: Naming = str,
) -> list[str]:
    """Say what an inquiry found, the most important first.

    Args:
        inquiry: what was found.
        zone: the zone in which readers read times.
        language: ``zh_CN`` or ``en``.
        person: how a handler is written; the name as it is unless given.
        department: how a department's id is written.
    """
    told = _Words(inquiry, zone, person, department, zh=language.startswith("zh"))
    longest = inquiry.longest
    said = [told.whole()]
    if longest is not None and longest.kind is not StageKind.UNTOLD:
        said.append(told.longest(longest))
    for stage in inquiry.stages:
        worth = stage.share >= _LEAST_SHARE or stage.over is not None or not stage.counts
        if stage is not longest and worth:
            said.append(told.stage(stage))
    if longest is not None and longest.kind is StageKind.UNTOLD:
        said.append(told.untold(longest))
    if longest is not None and longest.handler and inquiry.in_hand is not None:
        said.append(told.load(longest, inquiry.in_hand, inquiry.late_in_hand))
    return said


class _Words:
    def __init__(
        self, inquiry: Inquiry, zone: ZoneInfo, person: Naming, department: Naming, *, zh: bool
    ) -> None:
        self._inquiry = inquiry
        self._zone = zone
        self._zh = zh
        self._person = person
        self._department = department
        years = {moment(at, zone).year for at in (inquiry.start_at, inquiry.end_at)}
        self._with_year = len(years) > 1

    def whole(self) -> str:
        one = self._inquiry
        begin, end, took = self._at(one.start_at), self._at(one.end_at), self._long(one.seconds)
        if self._zh:
            text = f"自 {begin} 起算，{'办结于' if one.closed else '至'} {end}，共用 {took}"
            if one.due_at is not None:
                text += f"；应于 {self._at(one.due_at)} 前办结"
                text += "，" + self._late_zh()
            return text + "。"
        text = (
            f"Begun {begin}, closed {end}: {took} used"
            if one.closed
            else f"Begun {begin}; {took} used up to {end}"
        )
        if one.due_at is not None:
            text += f"; due {self._at(one.due_at)}, {self._late_en()}"
        return text + "."

    def longest(self, stage: Stage) -> str:
        text = self.stage(stage)
        return f"耗时最多的是{text}" if self._zh else f"Most of the time: {text}"

    def stage(self, stage: Stage) -> str:
        return self._stage_zh(stage) if self._zh else self._stage_en(stage)

    def untold(self, stage: Stage) -> str:
        who = self._who(stage)
        if self._zh:
            return f"审批库没有环节记录，只知承办人为 {who}。" if who else "审批库没有环节记录。"
        return (
            f"The source tells no steps; the handler is {who}."
            if who
            else ("The source tells no steps.")
        )

    def load(self, stage: Stage, in_hand: int, late: int) -> str:
        who = self._person(stage.handler)
        if self._zh:
            return f"{who} 手上现有 {in_hand} 件在办，其中 {late} 件超期。"
        return f"{who} has {in_hand} open cases in hand, {late} of them overdue."

    def _stage_zh(self, stage: Stage) -> str:
        took = f"{self._long(stage.seconds)}（{self._span(stage)}）"
        share = f"，占计时的 {stage.share:.0%}" if stage.counts else ""
        going = "，仍在继续" if stage.ended_at is None else ""
        over = self._over(stage)
        if stage.kind is StageKind.STEP:
            who = self._who(stage)
            held = f"由 {who} 办理 " if who else " "
            return f"环节“{stage.name}”{held}{took}{share}{over}{going}。"
        if stage.kind is StageKind.PAUSE:
            still = "不停止计时" if stage.counts else "不计入时限"
            return f"“{stage.name or '特别程序'}” {took}，{still}{share}{over}{going}。"
        if stage.kind is StageKind.WAITING:
            return f"受理后无人办理 {took}，才进入环节“{stage.name}”{share}{going}。"
        if stage.kind is StageKind.BETWEEN:
            return f"环节“{stage.name}”开始前搁置 {took}{share}{going}。"
        return f"各环节办完后未办结 {took}{share}{going}。"

    def _stage_en(self, stage: Stage) -> str:
        took = f"{self._long(stage.seconds)} ({self._span(stage)})"
        share = f", {stage.share:.0%} of the time counted" if stage.counts else ""
        going = ", still going on" if stage.ended_at is None else ""
        over = self._over(stage)
        if stage.kind is StageKind.STEP:
            who = self._who(stage)
            held = f" with {who}" if who else ""
            return f"step “{stage.name}”{held}: {took}{share}{over}{going}."
        if stage.kind is StageKind.PAUSE:
            still = "which does not stop the clock" if stage.counts else "not counted"
            return f"“{stage.name or 'special procedure'}”: {took}, {still}{share}{over}{going}."
        if stage.kind is StageKind.WAITING:
            return f"accepted and not taken up before step “{stage.name}”: {took}{share}{going}."
        if stage.kind is StageKind.BETWEEN:
            return f"left lying before step “{stage.name}”: {took}{share}{going}."
        return f"all steps done and not closed: {took}{share}{going}."

    def _who(self, stage: Stage) -> str:
        department = self._department(stage.department) if stage.department else ""
        person = self._person(stage.handler) if stage.handler else ""
        return " ".join(name for name in (department, person) if name)

    def _over(self, stage: Stage) -> str:
        if stage.allowed is None:
            return ""
        allowed = self._amount(stage.allowed)
        over = None if stage.over is None else self._amount(stage.over)
        pause = stage.kind is StageKind.PAUSE
        if self._zh:
            text = f"，{'告知的是' if pause else '该环节时限'} {allowed}"
            return text + (f"，超出 {over}" if over else "")
        text = f", {allowed} {'told' if pause else 'allowed'}"
        return text + (f", {over} too long" if over else "")

    def _late_zh(self) -> str:
        over = self._inquiry.over
        if over is None:
            return "未超期"
        return f"超期 {self._amount(over)}" if over.value else "已到期"

    def _late_en(self) -> str:
        over = self._inquiry.over
        if over is None:
            return "in time"
        return f"{self._amount(over)} overdue" if over.value else "past its due moment"

    def _span(self, stage: Stage) -> str:
        begin = self._at(stage.began_at)
        end = self._at(self._inquiry.end_at if stage.ended_at is None else stage.ended_at)
        return f"{begin} 至 {end}" if self._zh else f"{begin} to {end}"

    def _at(self, at: int) -> str:
        when = moment(at, self._zone)
        date = words.date(when.date(), "zh_CN" if self._zh else "en", with_year=self._with_year)
        return f"{date} {when:%H:%M}"

    def _long(self, seconds: float) -> str:
        """Write a length: in days from one day on, below in hours, below an hour in minutes."""
        one = self._inquiry
        if seconds >= one.day * 0.95:
            unit = Unit.WORKING_DAY if one.working else Unit.CALENDAR_DAY
            return self._amount(Amount(round(seconds / one.day, 1), unit))
        if seconds >= 3600:
            unit = Unit.WORKING_HOUR if one.working else Unit.HOUR
            return self._amount(Amount(round(seconds / 3600, 1), unit))
        return self._amount(Amount(round(seconds / 60), Unit.MINUTE))

    def _amount(self, amount: Amount) -> str:
        return words.length(amount, "zh_CN" if self._zh else "en")
