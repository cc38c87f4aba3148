"""Rankings (排名) of regions, departments, items and handlers for a month, a quarter or a year."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from litestar import Response

from config import Words
from monitor.pipeline.order_wording import person_name
from monitor.pipeline.wording import level_name
from monitor.store import case_choice
from monitor.store.rankings import By, Within
from monitor.web import downloads
from monitor.web.downloads import Column, Value
from monitor.web.looking import Look, Page, Route, Shown
from monitor.web.pages.cases.asked import item_name
from monitor.web.pages.rank.lines import SORTS, Line, lines, ranked
from monitor.web.pages.rank.periods import Period, period
from rules.instants import moment
from rules.punctuality import ENOUGH, FEW
from rules.punctuality import total as sums
from rules.refusals import RefusedError
from rules.subjects import called

MOST = 200
"""So many lines are shown at most; a file has all of them."""

_BY = {
    By.REGION: Words("区划", "Regions"),
    By.DEPARTMENT: Words("部门", "Departments"),
    By.ITEM: Words("事项", "Items"),
    By.HANDLER: Words("承办人", "Handlers"),
}
_NAMES = ("by", "period", "region", "dept", "sort")
_USUAL = "-rate"
_SUMMED = ("overdue", "orders", "answered", "calls", "content")


@dataclass(frozen=True, slots=True)
class Row:
    """A line with its place (0: not ranked), its name, and where its numbers lead ("": nowhere)."""

    place: int
    name: str
    line: Line
    inside: str
    links: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Asked:
    by: By
    period: Period
    within: Within
    sort: str


def show(look: Look) -> Shown:
    """Show a ranking."""
    asked = _asked(look)
    found = _lines(look, asked)
    places, found = _places(found), ranked(found, asked.sort)
    levels = list(reversed(look.rules.settings.daemon.levels[1:]))
    total = _total(found)
    now = moment(look.now, look.rules.zone).date()
    months = [Period(now.year, now.month, 1).beside(-back) for back in range(13)]
    quarter = Period(now.year, (now.month - 1) // 3 * 3 + 1, 3)
    quarters = [quarter.beside(-back) for back in range(4)]
    years = [Period(now.year, 1, 12), Period(now.year - 1, 1, 12)]
    periods = [*months, *quarters, *years]
    if asked.period not in periods:
        periods.insert(0, asked.period)
    following = asked.period.beside(1)
    return Shown(
        "rank.html",
        {
            "by": asked.by.value,
            "tabs": [(one.value, name.text(look.language)) for one, name in _BY.items()],
            "rows": _rows(look, asked, found[:MOST], places),
            "count": len(found),
            "most": MOST,
            "few": FEW,
            "enough": ENOUGH,
            "total": total,
            "total_links": _links(asked, None, levels),
            "levels": [(level, level_name(level, look.language)) for level in levels],
            "period": asked.period,
            "period_name": asked.period.name(look.language),
            "before_name": asked.period.beside(-1).name(look.language),
            "unfinished": asked.period.end(look.rules.zone) > look.now,
            "earlier": asked.period.beside(-1).text,
            "later": following.text if following.begin(look.rules.zone) <= look.now else "",
            "periods": [(one.text, one.name(look.language)) for one in periods],
            "sort": asked.sort,
            "chosen": {name: look.one(name) or "" for name in _NAMES},
            "regions": look.regions,
            "departments": look.departments,
            "address": lambda **change: _address(look, **change),
        },
    )


def show_file(kind: str, look: Look) -> Response[bytes]:
    """Give a ranking as a file, with all of its lines."""
    asked = _asked(look)
    levels = list(reversed(look.rules.settings.daemon.levels[1:]))
    columns = [
        Column("place", Words("名次", "place"), 8),
        Column("id", Words("编号", "id"), 14),
        Column("name", _BY[asked.by], 30),
        Column("rate", Words("按期办结率", "on-time rate"), 12, percent=True),
        Column("change", Words("较上期", "change"), 10, percent=True),
        Column("closed", Words("办结", "closed"), 10),
        Column("on_time", Words("按期办结", "closed in time"), 10),
        Column("late", Words("超期办结", "closed late"), 10),
        Column("in_doubt", Words("存疑", "in doubt"), 10),
        Column("days", Words("平均工作日", "working days on average"), 12),
        *(
            Column(level, Words(level_name(level, "zh_CN"), level_name(level, "en")), 10)
            for level in levels
        ),
        Column("overdue", Words("超期在办", "overdue and open"), 10),
        Column("orders", Words("督办单应反馈", "orders to reply to"), 12),
        Column("answered", Words("按时反馈", "replied in time"), 10),
        Column("calls", Words("回访", "called back"), 10),
        Column("content", Words("满意", "content"), 10),
        Column("few", Words("件数过少", "too few cases"), 10),
    ]
    found = _lines(look, asked)
    rows = _rows(look, asked, ranked(found, asked.sort), _places(found))
    values: list[list[Value]] = [
        [
            *(one.place or None, one.line.unit or None, one.name),
            *(one.line.rate, one.line.change, *one.line.done),
            None if one.line.days is None else round(one.line.days, 1),
            *(one.line.cards.get(level, 0) for level in levels),
            *(one.line.overdue, one.line.orders, one.line.answered, one.line.calls),
            *(one.line.content, one.line.few),
        ]
        for one in rows
    ]
    name = look.say("排名", "ranking") + f"-{asked.by.value}-{asked.period.text}"
    return downloads.download(kind, name, columns, values, look.language)


def _asked(look: Look) -> _Asked:
    by = look.one("by") or By.REGION.value
    if by not in [*By]:
        known = ", ".join(By)
        raise RefusedError(f"不能按“{by}”排名；可选：{known}", f"no ranking by {by!r}; use {known}")
    text = look.one("period")
    found = period(text, moment(look.now, look.rules.zone).date())
    if found is None:
        raise RefusedError(
            f"看不懂期间“{text}”，写成 2026-10、2026-Q3 或 2026",
            f"no period is called {text!r}; write 2026-10, 2026-Q3 or 2026",
        )
    sort = look.one("sort") or _USUAL
    if sort.lstrip("-") not in {*SORTS, *look.rules.settings.daemon.levels}:
        raise RefusedError(f"不能按“{sort}”排序", f"no order {sort!r}")
    within = Within(look.visitor.scope, look.one("region"), look.one("dept"))
    return _Asked(By(by), found, within, sort)


def _lines(look: Look, asked: _Asked) -> list[Line]:
    return lines(look.connection, look.rules, asked.by, asked.within, asked.period, look.now)


def _places(found: list[Line]) -> dict[str, int]:
    """Give the place of each unit by its share in time, whatever the list is sorted by."""
    places: dict[str, int] = {}
    before: Line | None = None
    for number, line in enumerate(ranked(found, _USUAL), 1):
        if line.few or line.rate is None:
            break
        same = before is not None and before.rate == line.rate
        places[line.unit] = places[before.unit] if same and before else number
        before = line
    return places


def _rows(look: Look, asked: _Asked, found: list[Line], places: Mapping[str, int]) -> list[Row]:
    levels = look.rules.settings.daemon.levels
    names = _names(look, asked.by)
    rows = []
    for line in found:
        inside = ""
        if line.unit and asked.by in (By.REGION, By.DEPARTMENT):
            following = By.DEPARTMENT if asked.by is By.REGION else By.HANDLER
            inside = _address(look, **{asked.by.value: line.unit, "by": following.value})
        name = names(line.unit) if line.unit else look.say("未注明", "not given")
        links = _links(asked, line.unit, levels)
        if not line.unit:  # no address asks for what names no unit
            links = dict.fromkeys(links, "")
        rows.append(Row(places.get(line.unit, 0), name, line, inside, links))
    return rows


def _names(look: Look, by: By) -> Callable[[str], str]:
    directory = look.rules.book.directory
    if by is By.REGION:
        return lambda unit: called(directory.regions, unit)
    if by is By.DEPARTMENT:
        return lambda unit: called(directory.departments, unit)
    if by is By.HANDLER:
        return lambda unit: person_name(look.rules, unit)
    known = case_choice.item_names(look.connection)
    return lambda unit: item_name(look.rules, unit) or known.get(unit, unit)


def _links(asked: _Asked, unit: str | None, levels: Iterable[str]) -> dict[str, str]:
    """Give where the numbers of a unit lead, of all of them where it is ``None``."""
    place = {"region": asked.within.region, "dept": asked.within.department}
    if unit is not None:
        place[asked.by.value] = unit
    closed = asked.period.days
    found = {
        "closed": _to("/cases", place, state="closed", closed=closed),
        "late": _to("/cases", place, state="late", closed=closed),
        "in_doubt": _to("/cases", place, state="in-doubt", closed=closed),
        "overdue": _to("/cases", place, due="overdue"),
        "orders": _to("/orders", place),
        "calls": "/call-backs?state=waiting",
    }
    found |= {level: _to("/cases", place, lamp=level) for level in levels}
    return found


def _to(path: str, place: Mapping[str, str | None], **more: str) -> str:
    said = {name: value for name, value in {**place, **more}.items() if value}
    return f"{path}?{urlencode(said)}"


def _total(found: list[Line]) -> Line:
    total = Line("", sums(line.done for line in found), sums(line.before for line in found))
    for line in found:
        for name in _SUMMED:
            setattr(total, name, getattr(total, name) + getattr(line, name))
        for level, number in line.cards.items():
            total.cards[level] += number
    return total


def _address(look: Look, **change: str | None) -> str:
    return look.again("/rank", _NAMES, **change)


ROUTES: tuple[Route, ...] = (Page("/rank", show), *downloads.pages("/rank", show_file))
