"""What the address of the list of cases asks for, and in what words that is told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from config import Words
from monitor.pipeline.in_force import InForce
from monitor.pipeline.wording import level_name
from monitor.store import case_choice
from monitor.store.case_choice import OK, PAUSED, CaseState, Choice, Named
from monitor.store.case_list import Sort
from monitor.web.looking import Look
from monitor.web.pages.cases import days as cases_days
from rules.catalogue import code_of
from rules.refusals import RefusedError
from rules.subjects import called

FILTERS = (
    *("lamp", "region", "dept", "item", "q", "due", "closed"),
    *("state", "handler", "source"),
)
"""What the address may say, in the order in which it is told."""

STATES = {
    CaseState.OPEN: Words("在办", "Open"),
    CaseState.PAUSED: Words("暂停计时", "Paused"),
    CaseState.CLOSED: Words("已办结", "Closed"),
    CaseState.LATE: Words("超期办结", "Closed late"),
    CaseState.IN_DOUBT: Words("办结存疑", "Closing in doubt"),
    CaseState.HISTORY: Words("监察前已了结", "Before supervision"),
    CaseState.ALL: Words("全部，含已办结", "All, closed ones too"),
}
"""How the states are called that can be chosen."""

_LAMPS = {OK: Words("正常", "On track"), PAUSED: Words("暂停计时", "Paused")}
_LABELS = {
    "lamp": Words("灯", "Lamp"),
    "region": Words("区划", "Region"),
    "dept": Words("部门", "Department"),
    "item": Words("事项", "Item"),
    "q": Words("搜索", "Search"),
    "due": Words("到期", "Due"),
    "closed": Words("办结", "Closed"),
    "state": Words("状态", "State"),
    "handler": Words("承办人", "Handler"),
    "source": Words("审批库", "Source"),
}


@dataclass(frozen=True, slots=True)
class Chip:
    """A condition in words, and the address of the list without it."""

    label: str
    text: str
    without: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks for: its ``choice``, order and page, and its ``given`` conditions."""

    choice: Choice
    sort: Sort
    page: int
    given: Mapping[str, tuple[str, ...]]
    chips: tuple[Chip, ...]

    def address(self, path: str = "/cases", **change: str | None) -> str:
        """Give an address that asks for the same but for some changes; a new one begins anew."""
        said = {name: ",".join(values) for name, values in self.given.items()}
        return _address(path, {**said, **change})

    @property
    def query(self) -> str:
        """What stands after the ``?``, without the page."""
        return self.address().partition("?")[2]


def asked(look: Look) -> Asked:
    """Read an address.

    Raises:
        RefusedError: it names a state, days or an order that there are not.
    """
    given = {name: values for name in FILTERS if (values := _values(look, name))}
    choice = Choice(
        lamps=given.get("lamp", ()),
        states=tuple(_state(one) for one in given.get("state", ())),
        regions=given.get("region", ()),
        departments=given.get("dept", ()),
        items=_items(look.rules, given.get("item", ())),
        handlers=_handlers(look.rules, given.get("handler", ())),
        sources=given.get("source", ()),
        closed=cases_days.span(look, given["closed"][0]) if "closed" in given else None,
    )
    due = given.get("due", ("",))[0]
    if due == "overdue":
        choice = replace(choice, overdue=look.now)
    elif due:
        choice = replace(choice, due=cases_days.span(look, due))
    if "closed" in given and not choice.states:
        choice = replace(choice, states=(CaseState.CLOSED,))
    if "q" in given:
        choice = _searched(look, choice, given["q"][0])
    sort = look.one("sort")
    if sort and sort not in [*Sort]:
        known = ", ".join(Sort)
        raise RefusedError(f"没有排序“{sort}”；可选：{known}", f"no order {sort!r}; use {known}")
    if sort:
        given["sort"] = (sort,)
    usual = Sort.CLOSED_LAST if choice.past else Sort.DUE if choice.live else Sort.NEWEST
    page = look.one("page") or "1"
    number = int(page) if page.isdecimal() and len(page) < 6 else 1
    chips = tuple(_chips(look, given))
    return Asked(choice, Sort(sort) if sort else usual, max(1, number), given, chips)


def clean(look: Look) -> str | None:
    """Give the address without what it leaves empty; ``None`` where it leaves nothing empty."""
    if all(value.strip() for values in look.query.values() for value in values):
        return None
    return address_of({name: list(values) for name, values in look.query.items()})


def address_of(query: Mapping[str, Sequence[str]]) -> str:
    """Give the address of the list for what of a query it knows, on its first page."""
    said = {
        name: ",".join(filter(None, (value.strip() for value in query.get(name, ()))))
        for name in (*FILTERS, "sort")
    }
    return _address("/cases", said)


def lamp_name(lamp: str, language: str) -> str:
    """Give what people call a lamp."""
    return _LAMPS[lamp].text(language) if lamp in _LAMPS else level_name(lamp, language)


def item_name(rules: InForce, code: str) -> str | None:
    """Give the name of an item as the catalogue has it; ``None``: it has not."""
    catalogue = rules.book.catalogue
    regional = (key for key in catalogue.codes if code_of(key) == code)
    editions = catalogue.editions(code) or catalogue.editions(next(regional, code))
    return str(editions[-1].facts.get("name") or "") or None if editions else None


def _values(look: Look, name: str) -> tuple[str, ...]:
    if name in ("q", "due", "closed"):  # one text, commas and all
        one = look.one(name)
        return (one,) if one else ()
    return look.many(name)


def _address(path: str, said: Mapping[str, str | None]) -> str:
    order = (*FILTERS, "sort", "page")
    kept = [(name, said[name]) for name in order if said.get(name)]
    return f"{path}?{urlencode(kept, safe=',')}" if kept else path


def _state(value: str) -> CaseState:
    if value in [*CaseState]:
        return CaseState(value)
    known = ", ".join(CaseState)
    raise RefusedError(f"没有状态“{value}”；可选：{known}", f"no state {value!r}; use {known}")


def _items(rules: InForce, values: Iterable[str]) -> tuple[str, ...]:
    """Give the codes of items; what is no code of the catalogue may be a part of names."""
    found: dict[str, None] = {}
    for value in values:
        known = () if item_name(rules, value) is not None else _named_items(rules, value)
        found.update(dict.fromkeys(known or (value,)))
    return tuple(found)


def _named_items(rules: InForce, text: str) -> tuple[str, ...]:
    codes = dict.fromkeys(map(code_of, rules.book.catalogue.codes))
    return tuple(code for code in codes if text in (item_name(rules, code) or ""))


def _handlers(rules: InForce, values: Iterable[str]) -> tuple[str, ...]:
    """Give all that cases may call these people, for they name them by id or by name."""
    found: dict[str, None] = {}
    for value in values:
        found[value] = None
        for person in rules.book.directory.named(value):
            found.update({person.id: None, person.name: None})
    return tuple(found)


def _searched(look: Look, choice: Choice, text: str) -> Choice:
    """Add what a search text names: a number, else what has it in its name."""
    found = case_choice.search(look.connection, text)
    if found is not None:
        # Whoever types a number means that case, closed or not.
        return replace(choice, found=found, states=choice.states or (CaseState.ALL,))
    directory = look.rules.book.directory
    items = case_choice.item_names(look.connection)
    items.update(
        (code, item_name(look.rules, code) or "")
        for code in map(code_of, look.rules.book.catalogue.codes)
    )
    named = Named(
        tuple(one.id for one in directory.regions.values() if text in one.name),
        tuple(one.id for one in directory.departments.values() if text in one.name),
        tuple(code for code, name in items.items() if text in name or text == code),
    )
    return replace(choice, found=named.where())


def _chips(look: Look, given: Mapping[str, tuple[str, ...]]) -> Iterable[Chip]:
    said = {name: ",".join(values) for name, values in given.items()}
    for name in FILTERS:
        for value in given.get(name, ()):
            rest = ",".join(one for one in given[name] if one != value)
            without = _address("/cases", {**said, name: rest})
            yield Chip(_LABELS[name].text(look.language), _text(look, name, value), without)


def _text(look: Look, name: str, value: str) -> str:
    rules, language = look.rules, look.language
    directory = rules.book.directory
    match name:
        case "lamp":
            return lamp_name(value, language)
        case "region":
            return called(directory.regions, value)
        case "dept":
            return called(directory.departments, value)
        case "item":
            return item_name(rules, value) or value
        case "due" | "closed":
            return cases_days.name(look, value)
        case "state":
            return STATES[CaseState(value)].text(language)
        case "handler":
            person = directory.people.get(value)
            return person.name if person else value
    return value
