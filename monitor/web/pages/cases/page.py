"""The list of cases: filters, order, pages, files of it, and saved views."""

from __future__ import annotations

from typing import Any

from litestar import Response
from litestar.response import Redirect

from monitor.pipeline.wording import level_name
from monitor.store import case_list, views
from monitor.store.case_choice import OK, PAUSED
from monitor.web.downloads import LIMIT, download, pages
from monitor.web.looking import Look, Page, Route, Shown
from monitor.web.pages.cases import days as cases_days
from monitor.web.pages.cases import views as cases_views
from monitor.web.pages.cases.asked import STATES, Asked, asked, clean, lamp_name
from monitor.web.pages.cases.besides import besides
from monitor.web.pages.cases.rows import COLUMNS, Rows
from rules.instants import moment
from rules.subjects import called

SIZE = 50
"""So many cases make a page."""

COUNTED = 10_000
"""Up to so many cases are counted, and can be paged through."""


def show(look: Look) -> Shown | Response[Any]:
    """Show a page of the list."""
    address = clean(look)
    if address is not None:
        return Redirect(address)
    wanted, scope = asked(look), look.visitor.scope
    total = case_list.count(look.connection, wanted.choice, scope, COUNTED + 1)
    last = max(1, -(-min(total, COUNTED) // SIZE))
    number = min(wanted.page, last)
    rows = case_list.page(
        look.connection, wanted.choice, scope, wanted.sort, (number - 1) * SIZE, SIZE
    )
    saved = views.of_account(look.connection, look.visitor.id)
    return Shown(
        "cases.html",
        {
            "lines": Rows(look).lines(rows),
            "total": min(total, COUNTED),
            "more": total > COUNTED,
            "page": number,
            "pages": last,
            "asked": wanted,
            "besides": besides(look, wanted.given["q"][0]) if "q" in wanted.given else (),
            "chips": wanted.chips,
            "filters": _filters(look, wanted),
            "texts": {name: ",".join(wanted.given.get(name, ())) for name in _TEXTS},
            "kept": {name: ",".join(wanted.given.get(name, ())) for name in ("closed", "sort")},
            "sort": wanted.sort.value,
            "past": wanted.choice.past,
            "views": saved,
            "view": next((one for one in saved if one.address == wanted.query), None),
            "limit": LIMIT,
        },
    )


def show_file(kind: str, look: Look) -> Response[bytes]:
    """Give the cases that the address asks for as a file, without its pages."""
    wanted = asked(look)
    rows = case_list.page(look.connection, wanted.choice, look.visitor.scope, wanted.sort, 0, LIMIT)
    now = moment(look.now, look.rules.zone)
    name = look.say("办件", "cases") + f" {now:%Y-%m-%d %H%M}"
    return download(kind, name, COLUMNS, Rows(look).values(rows), look.language)


_TEXTS = ("item", "handler", "q")


def _filters(look: Look, wanted: Asked) -> list[dict[str, Any]]:
    """Give what can be chosen from: each select with its name, label and options."""
    levels = [(one, level_name(one, look.language)) for one in reversed(look.rules.book.levels)]
    regions = [(one.id, one.name) for one in look.regions]
    departments = [(one.id, one.name) for one in look.departments]
    sources = [(one.id, one.id) for one in look.rules.settings.source]
    lamps = [*levels, *((one, lamp_name(one, look.language)) for one in (OK, PAUSED))]
    found = [
        ("lamp", look.say("灯", "Lamp"), _with_all(look, lamps)),
        ("region", look.say("区划", "Region"), _with_all(look, regions)),
        ("dept", look.say("部门", "Department"), _with_all(look, departments)),
        (
            "due",
            look.say("到期", "Due"),
            [("", look.say("不限", "Any time"))]
            + [(one, text.text(look.language)) for one, text in cases_days.DUES.items()],
        ),
        (
            "state",
            look.say("状态", "State"),
            [("", look.say("在办及未销牌", "Open, or with a card"))]
            + [(one.value, text.text(look.language)) for one, text in STATES.items()],
        ),
    ]
    if len(sources) > 1:
        found.append(("source", look.say("审批库", "Source"), _with_all(look, sources)))
    return [_select(look, wanted, *one) for one in found]


def _select(
    look: Look, wanted: Asked, name: str, label: str, options: list[tuple[str, str]]
) -> dict[str, Any]:
    values = wanted.given.get(name, ())
    chosen = ",".join(values)
    if chosen not in dict(options):  # several at once, or days of one's own
        known = dict(options)
        texts = [known.get(one) or _other(look, name, one) for one in values]
        options = [*options, (chosen, look.say("、", ", ").join(texts))]
    return {"name": name, "label": label, "options": options, "chosen": chosen}


def _other(look: Look, name: str, value: str) -> str:
    directory = look.rules.book.directory
    if name == "due":
        return cases_days.name(look, value)
    if name == "region":
        return called(directory.regions, value)
    return called(directory.departments, value) if name == "dept" else value


def _with_all(look: Look, options: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [("", look.say("全部", "All")), *options]


ROUTES: tuple[Route, ...] = (
    Page("/cases", show),
    *pages("/cases", show_file),
    *cases_views.forms(show),
)
