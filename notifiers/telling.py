"""How a limit stands, in people's words; and what the grounds of it are written with. Pure."""

from __future__ import annotations

from datetime import date

from notifiers import words
from rules.amounts import Amount
from rules.courses import DUE, STEP
from rules.explanation import CLOSED, Explanation
from rules.findings import ClockState
from rules.instants import HOUR, SECOND, moment
from rules.limits import Threshold, ThresholdKind
from rules.margins import Margin

_STARTS = {
    "submitted_at": ("提交", "submitted"),
    "accepted_at": ("受理", "accepted"),
    "decided_at": ("作出决定", "decided"),
    "closed_at": ("办结", "closed"),
    "delivered_at": ("送达", "delivered"),
}
_ENDS = {"accepted_at": ("受理", "accepted"), "delivered_at": ("送达", "delivered")}


def verdict(shown: Explanation, language: str) -> str:
    """Say in few words how a limit stands: ``超期 2 个工作日``, ``2 working days left``."""
    told = Telling(shown, language)
    match shown.state:
        case ClockState.NOT_STARTED:
            return told.word("尚未起算", "not started")
        case ClockState.UNKNOWN:
            return told.word("时限不明", "no limit known")
        case ClockState.PAUSED:
            return told.word("暂停计时", "paused")
        case ClockState.MET if _backwards(shown):
            return told.word(
                f"{told.end}早于起算，时间有误", f"{told.end} before it began: a time is wrong"
            )
        case ClockState.MET:
            return told.word(f"按期{told.end}", f"{told.end} on time")
        case ClockState.MISSED:
            late = told.margin(shown.margin)
            return told.word(f"逾期{told.end}，{late}", f"{told.end} late, {late}")
    return told.margin(shown.margin)


def _backwards(shown: Explanation) -> bool:
    """Tell whether the end of a limit lies before its beginning."""
    start, until = shown.start_at, shown.until_at
    return start is not None and until is not None and until < start


def outlook(shown: Explanation, next_name: str, language: str) -> str:
    """Say when a limit is or was due and what comes next; ``next_name`` is the next level's."""
    told = Telling(shown, language)
    if shown.due_at is None:
        if shown.state is ClockState.PAUSED:
            return told.word("恢复计时后才有到期时刻。", "There is no due moment until it goes on.")
        return ""
    due = told.when(shown.due_at)
    if shown.provisional:
        due += told.word("（暂定）", " (provisional)")
    if shown.state in CLOSED and shown.until_at is not None:
        until = told.when(shown.until_at)
        return told.word(
            f"应于 {due} 前{told.end}，实际 {until}。",
            f"It was due {due} and was {told.end} {until}.",
        )
    text = told.word(f"应于 {due} 前{told.end}", f"Due {due}")
    text += {
        ClockState.OVERDUE: told.word(f"，至今未{told.end}", " and still open"),
        ClockState.PAUSED: told.word(
            "（暂停至法定最长期限时）", " if the pause lasts as long as it may"
        ),
    }.get(shown.state, "")
    text += told.word("。", ".")
    following = shown.next_level
    if following is not None and following.at is not None:
        at = told.when(following.at)
        text += told.word(
            f"若 {at} 仍未{told.end}，则为{next_name}。", f" If still open {at}: {next_name}."
        )
    return text


def threshold_text(threshold: Threshold, language: str) -> str:
    """Write the point from which a level stands: ``剩 2 个工作日``, ``已用 80%``, ``到期``."""
    if language == "en":
        return str(threshold)
    if threshold.kind is ThresholdKind.PERCENT:
        return f"已用 {threshold.percent:g}%"
    if threshold.kind is ThresholdKind.LEFT:
        return words.left(threshold.amount, language)
    return words.over(threshold.amount, language) if threshold.amount.value else "到期"


class Telling:
    """An explanation being told in a language, ``zh_CN`` or ``en``.

    ``end`` is how the end of its limit is called.
    """

    def __init__(self, shown: Explanation, language: str) -> None:
        self.shown = shown
        self._language = language
        until = shown.limit.until
        step = until.startswith(STEP)
        self.end = self.word(*_ENDS.get(until, ("完成", "done") if step else ("办结", "closed")))

    def word(self, zh: str, en: str) -> str:
        """Give the text in the language."""
        return en if self._language == "en" else zh

    def when(self, at: int) -> str:
        """Write a moment with its day of the week, to the second where the limit is so short."""
        text = words.when(at, self.shown.timezone, self._language, self.shown.now)
        return text + self._seconds(at)

    def margin(self, told: Margin | None) -> str:
        """Write what is left or over."""
        if told is None:
            return ""
        if told.passed and told.amount.value == 0:
            return self.word("已到期", "just past due")
        text = self.amount(told.amount)
        if told.passed:
            return self.word(f"超期 {text}", f"{text} overdue")
        return self.word(f"剩 {text}", f"{text} left")

    def begun(self, start: int) -> str:
        """Write when and by what the clock started."""
        name, at = self.shown.limit.start, self.short(start)
        named = self.shown.case.facts.get(name)
        if name.startswith(STEP):
            step = self.shown.step or name.removeprefix(STEP)
            step = step.replace("*", self.word("当前", "current"))
            return self.word(f"环节“{step}”{at} 开始", f"Step {step!r} began {at}")
        if name.startswith(DUE):
            other = name.removeprefix(DUE)
            return self.word(f"时限 {other} {at} 到期", f"Limit {other!r} was due {at}")
        if named is None and self.shown.limit.deemed is not None:
            return self.word(f"逾期未答复，视为自 {at} 起", f"Deemed to begin {at}")
        if named != start:
            return self.word(f"{at} 重新起算", f"Started anew {at}")
        names = _STARTS.get(name, (name, name))
        return self.word(f"{at} {names[0]}", f"{names[1].capitalize()} {at}")

    def amount(self, amount: Amount) -> str:
        """Write an amount; working time in working hours, other time by its largest units."""
        return words.length(amount, self._language)

    def allowed(self, amount: Amount) -> str:
        """Write an amount as it was allowed."""
        return words.amount(amount, self._language)

    def row(self, key: str) -> str:
        """Name a source row."""
        return self.word(f"源记录 {key}", f"source row {key}") if key else ""

    def law(self, article: str, number: int) -> str:
        """Name an article of the Civil Code."""
        return self.word(f"民法典 {article}", f"Civil Code, article {number}")

    def short(self, at: int) -> str:
        """Write a moment without its day of the week: ``9月22日 15:20``."""
        local = moment(at, self.shown.timezone)
        return f"{self.day(local.date())} {local:%H:%M}{self._seconds(at)}"

    def day(self, day: date) -> str:
        """Write a date: ``9月22日``, ``22 Sep``; with its year where it is not the present one."""
        other_year = day.year != moment(self.shown.now, self.shown.timezone).year
        return words.date(day, self._language, with_year=other_year)

    def _seconds(self, at: int) -> str:
        fine = (self.shown.unit.seconds or HOUR) < HOUR // SECOND
        return f"{moment(at, self.shown.timezone):%S}".rjust(3, ":") if fine else ""
