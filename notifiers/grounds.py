"""Why a limit is reckoned as it is, in people's words: the grounds of an explanation. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from notifiers.telling import Telling
from rules.allowances import STEP_FACT
from rules.amounts import Amount, Unit
from rules.catalogue import PREFIX
from rules.compliance.words import called
from rules.days import Day, DayKind
from rules.explanation import Explanation
from rules.instants import MINUTE, SECOND, moment
from rules.uses import ExtensionUse, PauseEffect, PauseUse

_LICENCE = "行政许可法"


@dataclass(frozen=True, slots=True)
class Ground:
    """One ground: what holds in few words, what that means for this case, and where it is from.

    ``source`` names the article, the calendar or the source row; "" where there is none.
    """

    head: str
    text: str
    source: str = ""


def grounds(shown: Explanation, language: str) -> tuple[Ground, ...]:
    """Give the grounds of an explanation in their order, Chinese or English."""
    return tuple(_Grounds(shown, language).all())


class _Grounds(Telling):
    def all(self) -> Iterator[Ground]:
        """Give the grounds in their order."""
        shown = self.shown
        if shown.start_at is None:
            yield Ground(
                self.word("尚未起算。", "Not started."),
                self.word(
                    f"办件没有起算时刻（{shown.limit.start}）。",
                    f"The case has no moment to start from ({shown.limit.start}).",
                ),
            )
            return
        yield self._start(shown.start_at)
        yield self._allowance()
        for extension in shown.extensions:
            yield self._extension(extension)
        if not shown.days:
            yield self._unknown()
            return
        yield self._days_off()
        for pause in shown.pauses:
            yield self._pause(pause)
        yield from self._rolling()
        yield self._result()

    def _start(self, start: int) -> Ground:
        shown = self.shown
        begun = self.begun(start)
        if not shown.unit.counts_days:
            return Ground(
                self.word("从时刻起算。", "Counted from the moment."),
                self.word(f"{begun}，从该时刻起计时。", f"{begun}; the time runs from there."),
                self.law("第二百零一条", 201),
            )
        first = next((day for day in shown.days if day.number == 1), None)
        first_day = ""
        if first is not None and first.kind is DayKind.COUNTED:
            unit = self.word("个工作日" if shown.unit.working else "日", "")
            first_day = self.word(
                f"，{self.day(first.date)}为第 1 {unit}", f"; day 1 is {self.day(first.date)}"
            )
        if shown.limit.reckoning.count_start_day:
            return Ground(
                self.word("从当日起算。", "The day of start counts."),
                f"{begun}{first_day}" + self.word("。", "."),
            )
        return Ground(
            self.word("从次日起算。", "Counted from the next day."),
            begun
            + self.word("，当日不计", "; that day does not count")
            + first_day
            + self.word("。", "."),
            self.law("第二百零一条", 201),
        )

    def _allowance(self) -> Ground:
        shown = self.shown
        limit = shown.limit
        rule = self.word(
            f"{limit.title}（规则 {limit.id}，第 {limit.version} 版）",
            f"{limit.title} (rule {limit.id}, version {limit.version})",
        )
        column = limit.allow.column or limit.allow.due or ""
        zh, en = "办件", "the case"
        if column.startswith(STEP_FACT):
            zh, en = "该环节", "the step"
        elif column.startswith(PREFIX):
            zh, en = "事项目录", "the catalogue"
        fact = column.removeprefix(STEP_FACT).removeprefix(PREFIX)
        of = self.word(f"{zh}的", f" of {en}")
        named = called("fact", fact, self.word("zh_CN", "en"))
        gap = " " if str(named).isascii() else ""
        origin = self.word(f"，取自{of}{gap}{named}", f", from {named}{of}") if fact else ""
        if limit.allow.due:
            head = self.word("到期时刻由办件写明。", "The case names its due moment.")
        elif shown.allowed is None:
            head = self.word("时限没有写明。", "The limit is not given.")
        else:
            text = self.allowed(shown.allowed)
            head = self.word(f"时限 {text}。", f"{text[:1].upper()}{text[1:]}.")
        return Ground(head, rule + origin + self.word("。", "."), limit.law)

    def _extension(self, use: ExtensionUse) -> Ground:
        granted = use.part.started_at
        at = "" if granted is None else self.short(granted)
        amount = (
            self.allowed(use.amount) if use.amount else self.word("时长不明", "of unknown length")
        )
        source = self.row(use.part.key)
        if use.counts and self.shown.amount is not None:
            total = self.allowed(self.shown.amount)
            text = self.word(
                f"{at} 批准，合计 {total}。",
                f"Granted {at}, {total} in all." if at else f"{total} in all.",
            )
            return Ground(
                self.word(f"延期 {amount}。", f"Extended by {amount}."), text.strip(), source
            )
        return Ground(
            self.word("延期不计。", "An extension that does not count."),
            self.word(
                f"{at} 批准 {amount}，已在到期之后。",
                f"{amount}, granted {at}, after the due moment.",
            ),
            source,
        )

    def _unknown(self) -> Ground:
        why = self.word(
            "办件没有写明可用的时限，或到期日在日历之外。",
            "The case does not give a limit that can be used, or it ends beyond the calendar.",
        )
        return Ground(
            self.word("结果：", "Result:"), self.word("无法计算。", "It cannot be reckoned. ") + why
        )

    def _days_off(self) -> Ground:
        shown = self.shown
        source = (
            self.word("日历", "calendar") + f" {shown.limit.calendar} · {shown.calendar_version}"
        )
        if not shown.unit.working:
            name = self.word("自然日" if shown.unit.counts_days else "时间", "")
            return Ground(
                self.word("休息日照计。", "Days off count."),
                self.word(f"按{name}连续计算。", "Calendar days and hours run on through them."),
                source,
            )
        off = [day for day in self._until_due() if day.kind is DayKind.OFF]
        names = self.word("、", ", ").join(dict.fromkeys(day.name for day in off if day.name))
        if any(not day.name for day in off):
            names += (self.word("及", " and ") if names else "") + self.word("周末", "weekends")
        told = self.word("期间没有休息日", "There are none on the way")
        if off:
            told = self.word(f"扣除{names}共 {len(off)} 天", f"{len(off)} days left out ({names})")
        for day in self._until_due():
            if day.makeup and day.kind is DayKind.COUNTED:
                told += self.word(
                    f"；{self.day(day.date)}（周{'一二三四五六日'[day.date.weekday()]}）调休上班，计入",
                    f"; {self.day(day.date)} is a make-up working day and counts",
                )
        law = f"{_LICENCE} 第八十二条 · " if shown.limit.law.startswith(_LICENCE) else ""
        return Ground(
            self.word("休息日不计，调休日照计。", "Days off do not count, make-up days do."),
            told + self.word("。", "."),
            law + source,
        )

    def _pause(self, use: PauseUse) -> Ground:
        part, shown = use.part, self.shown
        kind = str(part.facts.get("kind") or self.word("特别程序", "special procedure"))
        reason = str(part.facts.get("reason") or "")
        what = f"{kind}（{reason}）" if reason and reason != kind else kind
        source = self.row(part.key)
        if use.effect is not PauseEffect.COUNTS:
            return Ground(
                self.word("暂停不计。", "A pause that does not count."),
                f"{self._period(use)} {what}" + self.word("：", ": ") + self._why_not(use.effect),
                source,
            )
        if use.time:
            unit = Unit.WORKING_SECOND if shown.unit.working else Unit.SECOND
            length = self.amount(Amount(use.time / SECOND, unit))
        else:
            length = self.amount(
                Amount(use.days, Unit.WORKING_DAY if shown.unit.working else Unit.CALENDAR_DAY)
            )
        if part.ended_at is None and shown.until_at is None:
            head = self.word(f"暂停中，已 {length}。", f"Paused, {length} so far.")
        else:
            head = self.word(f"暂停 {length}。", f"Paused for {length}.")
        law = f"{_LICENCE} 第四十五条 · " if shown.limit.law.startswith(_LICENCE) else ""
        text = f"{self._period(use)} {what}" + self.word("，不计入时限。", ", not counted.")
        return Ground(head, text, law + source)

    def _why_not(self, effect: PauseEffect) -> str:
        return {
            PauseEffect.LATE: self.word("到期之后才开始。", "it began after the due moment."),
            PauseEffect.ENDED: self.word(
                "开始时本时限已结束。", "the limit had ended when it began."
            ),
            PauseEffect.OTHER_KIND: self.word(
                "此类不停止本时限。", "its kind does not stop this limit."
            ),
            PauseEffect.OUTSIDE: self.word("不在起算之后。", "no time of it is after the start."),
            PauseEffect.RESTARTS: self.word("结束后重新起算。", "the clock started anew after it."),
            PauseEffect.FIXED: self.word(
                "到期时刻已由办件写明。", "the case names its due moment."
            ),
        }[effect]

    def _rolling(self) -> Iterator[Ground]:
        days = self._until_due()
        if self.shown.due_at is None or not days or days[-1].kind is not DayKind.ROLLED:
            return
        last = next((day for day in reversed(days) if day.kind is DayKind.COUNTED), days[0])
        yield Ground(
            self.word("末日顺延。", "The last day moves on."),
            self.word(
                f"{self.day(last.date)}为休息日，顺延至{self.day(days[-1].date)}。",
                f"{self.day(last.date)} is a day off; it ends on {self.day(days[-1].date)}.",
            ),
            self.law("第二百零三条", 203),
        )

    def _result(self) -> Ground:
        shown = self.shown
        head = self.word("结果：", "Result:")
        if shown.due_at is None:
            used = self._used()
            return Ground(
                head,
                self.word(
                    f"暂停中，已计 {used}，恢复后继续计算。",
                    f"Paused with {used} counted; it goes on when the pause ends.",
                ),
            )
        last = self._until_due()[-1]
        at = moment(shown.due_at, shown.timezone)
        clock = "24:00" if at.date() > last.date and at.hour == at.minute == 0 else f"{at:%H:%M}"
        if shown.due_at % MINUTE:
            clock = f"{at:%H:%M:%S}"
        day = self.day(last.date)
        if last.kind is DayKind.COUNTED and last.number is not None:
            unit = "个工作日" if shown.unit.working else "日"
            text = self.word(
                f"第 {last.number} {unit}为 {day}，截止时刻 {clock}。",
                f"Day {last.number} is {day}; due at {clock}.",
            )
        else:
            text = self.word(f"{day} {clock} 到期。", f"Due on {day} at {clock}.")
        if shown.provisional:
            text += self.word(
                "该年放假安排尚未公布，此为暂定。",
                " Provisional: that year's holidays are not announced yet.",
            )
        return Ground(head, text, self.law("第二百零三条", 203) if shown.unit.counts_days else "")

    def _used(self) -> str:
        """Write what has been counted by the end of the days."""
        days, unit = self.shown.days, self.shown.unit
        if not unit.counts_days:
            clock = Unit.WORKING_SECOND if unit.working else Unit.SECOND
            return self.amount(Amount((days[-1].total or 0) / SECOND, clock))
        number = max((day.number or 0 for day in days), default=0)
        return self.amount(Amount(number, Unit.WORKING_DAY if unit.working else Unit.CALENDAR_DAY))

    def _until_due(self) -> list[Day]:
        """Give the days up to the due day, or all while there is none."""
        days = list(self.shown.days)
        at = next((i for i, day in enumerate(days) if day.due_at is not None), len(days) - 1)
        return days[: at + 1]

    def _period(self, use: PauseUse) -> str:
        begin, end = use.part.started_at, use.part.ended_at
        first = self.short(begin) if begin is not None else "?"
        if end is None:
            return self.word(f"{first} 起", f"From {first}")
        return self.word(f"{first} 至 {self.short(end)}", f"{first} to {self.short(end)}")
