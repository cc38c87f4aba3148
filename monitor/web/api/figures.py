"""Figures: how many cases stand how by place, and rankings by share closed on time."""

from __future__ import annotations

from collections import defaultdict
from typing import Annotated, Literal

from msgspec import Meta

from config import Words
from monitor.store import closings
from monitor.web.api import moments
from monitor.web.api.calls import Asked, Asks, Call, Gives
from monitor.web.api.moments import Moment
from monitor.web.api.named import Place, place
from monitor.web.api.problems import invalid
from monitor.web.pages.board import days as board_days
from rules.punctuality import Closings, total

TAG = "figures"


class Standing(Gives):
    """The live cases of a place by their gravest card."""

    place: Place
    ok: Annotated[int, Meta(description="正常，在办 · open, without a card")]
    paused: Annotated[int, Meta(description="其中暂停计时 · of those in hand, stopped")]
    levels: Annotated[dict[str, int], Meta(description="各级牌的办件数 · cases by level")]


class Board(Gives):
    """How everything stands, when it was counted, and whether nothing has changed since."""

    at: Moment | None
    current: bool
    rows: list[Standing]


class RankQuery(Asks):
    """Of which days, by what."""

    days: Annotated[moments.Days, Meta(description="办结日起止 · closed on or between days")]
    by: Annotated[Literal["dept", "region"], Meta(description="按部门或区划 · by what")] = "dept"


class Rank(Gives):
    """A place of a ranking; equals share one."""

    rank: int
    place: Place
    closed: Annotated[
        int, Meta(description="计入按期办结率的办结数 · closed cases that the rate counts")
    ]
    on_time: int
    late: int
    in_doubt: Annotated[int, Meta(description="办结时间存疑，未计入 · in doubt, not counted")]
    per_cent: Annotated[float, Meta(description="按期办结率 · on-time rate")]


class Ranking(Gives):
    """Places by their share of cases closed on time, the best first."""

    rows: list[Rank]


def board(asked: Asked) -> Board:
    """Count the cases that stand by place."""
    days = board_days.edges(board_days.coming(asked.rules, asked.now), asked.rules.zone)
    kept, current = asked.counts.standing.get(asked.connection, days, asked.now)
    levels = asked.rules.book.levels
    rows: dict[tuple[str, str], Standing] = {}
    for one in kept.value.placed(asked.visitor.scope):
        key = (one.region or "", one.department or "")
        row = rows.get(key)
        if row is None:
            where = place(asked.rules, one.region, one.department)
            row = rows[key] = Standing(place=where, ok=0, paused=0, levels=dict.fromkeys(levels, 0))
        if one.level is not None:
            row.levels[one.level] = row.levels.get(one.level, 0) + one.number
        else:
            row.ok += one.number
        if one.paused and not one.closed:
            row.paused += one.number
    at = moments.written(asked.rules.zone)(kept.at)
    return Board(at=at, current=current, rows=[rows[key] for key in sorted(rows)])


def ranking(asked: Asked) -> Ranking:
    """Rank places by their share of cases closed on time."""
    query: RankQuery = asked.query
    days = moments.span(query.days, asked.rules.zone, "days")
    if days is None or days[0] is None or days[1] is None or days[0] >= days[1]:
        raise invalid(
            "写明起止，如 2026-10-01..2026-10-31",
            "give both days, such as 2026-10-01..2026-10-31",
            parameter="days",
        )
    groups: defaultdict[str, list[Closings]] = defaultdict(list)
    for one in closings.by_place(asked.connection, days[0], days[1]):
        if asked.visitor.scope.holds(one.region, one.department):
            unit = (one.department if query.by == "dept" else one.region) or ""
            groups[unit].append(one.closings)
    sums = [(key, total(some)) for key, some in groups.items()]
    found = [(key, done, done.rate) for key, done in sums if done.rate is not None]
    found.sort(key=lambda one: (-one[2], -one[1].known, one[0]))
    shares = [round(100 * rate, 1) for _, _, rate in found]
    return Ranking(
        rows=[
            Rank(
                rank=shares.index(share) + 1,
                place=place(asked.rules, None, key or None)
                if query.by == "dept"
                else place(asked.rules, key or None, None),
                closed=done.known,
                on_time=done.on_time,
                late=done.late,
                in_doubt=done.in_doubt,
                per_cent=share,
            )
            for (key, done, _), share in zip(found, shares, strict=True)
        ]
    )


CALLS = (
    Call(
        "GET",
        "/figures/standing",
        "getStanding",
        TAG,
        Words("灯板：各处办件现状", "The board: how cases stand by place"),
        board,
        Board,
    ),
    Call(
        "GET",
        "/figures/ranking",
        "getRanking",
        TAG,
        Words("按期办结率排名", "Ranking by share closed on time"),
        ranking,
        Ranking,
        query=RankQuery,
    ),
)
