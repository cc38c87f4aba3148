"""``duban order list`` and ``show``: the supervision orders (督办单), and one with its course."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from config import Words
from monitor.acts.order_doubts import doubts
from monitor.cli import listing, order_text, phrases
from monitor.cli.failure import Failed
from monitor.cli.listing import Column
from monitor.cli.options import CONFIG, ConfigOption, JsonOption, LimitOption
from monitor.cli.shell import Shell
from monitor.pipeline.in_force import InForce
from monitor.pipeline.order_wording import (
    ISSUED,
    JOINED,
    REMINDER,
    cause_name,
    person_name,
    unit_name,
)
from monitor.pipeline.stored import with_stored
from monitor.store import orders
from monitor.store.orders import Filter, OrderRow
from notifiers import words
from rules.orders import STATE_NAMES, OrderState
from rules.orders_acts import ACT_NAMES, OrderAct, OrderEvent
from rules.orders_deadlines import obligations

_NAMES = (
    *("no", "state", "about", "region", "department", "handler", "issuing_region", "issuer"),
    *("issued_at", "owed_by", "late", "cause", "finish_due"),
)
_LATE = ("late", {"True": "bold red"})
_COLUMNS = (
    Column("no", Words("督办单", "order"), whole=True),
    Column("state_text", Words("状态", "state"), whole=True),
    Column("about", Words("事由", "about"), folds=True),
    Column("supervised_text", Words("被督办", "supervised")),
    Column("issuer_text", Words("签发", "issued by"), least=100),
    Column("owed_text", Words("期限", "due"), whole=True, styles=_LATE),
)
_EVENTS = {
    ISSUED: Words("签发", "issued"),
    JOINED: Words("并入亮牌", "extended to more alerts"),
    REMINDER: Words("提醒", "reminded"),
}


def list_orders(
    state: Annotated[
        OrderState | None, typer.Option(metavar="STATE", help="issued、replied … · in this state")
    ] = None,
    late: Annotated[bool, typer.Option("--late", help="逾期的 · overdue ones")] = False,
    region: Annotated[
        str | None, typer.Option(metavar="ID|NAME", help="被督办区划 · supervised region")
    ] = None,
    department: Annotated[
        str | None, typer.Option(metavar="ID|NAME", help="被督办部门 · supervised department")
    ] = None,
    issued_by: Annotated[
        str | None, typer.Option(metavar="ID|NAME", help="签发区划 · issuing region")
    ] = None,
    still_open: Annotated[
        bool, typer.Option("--open/--all", help="未销号的或全部 · open ones or all")
    ] = True,
    config: ConfigOption = CONFIG,
    as_json: JsonOption = False,
    limit: LimitOption = 50,
) -> None:
    """列出督办单 · list orders, the newest first."""
    shell = Shell(config, as_json)
    known = shell.rules.book.directory
    chosen = Filter(
        open=True if still_open and state is None else None,
        state=state,
        region=phrases.place_id(shell, known.regions, region),
        department=phrases.place_id(shell, known.departments, department),
        issuing_region=phrases.place_id(shell, known.regions, issued_by),
        late_by=shell.now if late else None,
    )
    with shell.store() as store, store.read() as connection:
        rules = with_stored(connection, shell.rules)
        rows = orders.listing(connection, chosen, limit)
    listing.show(shell, _NAMES, [_record(shell, rules, row) for row in rows], _COLUMNS)


def show_order(
    no: Annotated[str, typer.Argument(metavar="NO", help="督办单号 · number of the order")],
    config: ConfigOption = CONFIG,
    as_json: JsonOption = False,
) -> None:
    """一份督办单的全文和经过 · an order in full, with its course."""
    shell = Shell(config, as_json)
    with shell.store() as store, store.read() as connection:
        rules = with_stored(connection, shell.rules)
        row = orders.by_no(connection, no)
        events = orders.events(connection, row.id) if row else []
        doubted = doubts(connection, rules, row) if row else []
    if row is None:
        raise Failed(
            Words(f"没有督办单 {no}", f"there is no order {no}"),
            Words("单号见 duban order list --all", "for the numbers see: duban order list --all"),
        )
    if as_json:
        record = order_text.record(shell, rules, row)
        record["doubts"] = [{"no": one.no, "found": one.found} for one in doubted]
        shell.print_json({**record, "events": [_event_record(shell, one) for one in events]})
        return
    title = shell.word(f"督办单 {no}", f"Order {no}")
    standing = order_text.standing(shell, rules, row)
    lines = [f"{title}  {standing}", order_text.document(shell, rules, row)]
    lines += [
        shell.word(
            f"办结时间存疑：{one.no}：{one.found}", f"closing in doubt: {one.no}: {one.found}"
        )
        for one in doubted
    ]
    if row.order.cause is not None:
        finish = words.when(row.order.finish_due or 0, rules.zone, shell.language, shell.now)
        cause = cause_name(rules, row.order.cause)
        reply = (row.order.reply or "").strip().rstrip("。；.;")
        lines.append(
            shell.word(
                f"反馈：{cause}；{reply}；{finish} 前办结",
                f"reply: {cause}; {reply}; done by {finish}",
            )
        )
    if row.order.state in (OrderState.ISSUED, OrderState.ACKNOWLEDGED, OrderState.SENT_BACK):
        codes = rules.settings.orders.cause_names().items()
        listed = shell.word("、", ", ").join(
            f"{code} {name.of(shell.language)}" for code, name in codes
        )
        lines.append(shell.word(f"原因代码：{listed}", f"codes of causes: {listed}"))
    lines.append(shell.word("经过：", "course:"))
    lines += [f"  {_event(shell, rules, one)}" for one in events]
    shell.print_line("\n".join(lines))


def _record(shell: Shell, rules: InForce, row: OrderRow) -> dict[str, Any]:
    order, parties = row.order, row.parties
    owed = min((one.due_at for one in obligations(order)), default=None)
    late = owed is not None and owed <= shell.now
    due = phrases.short_moment(shell, owed)
    return {
        **order_text.record(shell, rules, row),
        "owed_by": shell.iso(owed),
        "late": late,
        "state_text": STATE_NAMES[order.state].of(shell.language),
        "supervised_text": unit_name(rules, parties.region, parties.department),
        "issuer_text": person_name(rules, parties.issuer or ""),
        "owed_text": f"{due} {shell.word('逾期', 'late')}" if late else due,
    }


def _event(shell: Shell, rules: InForce, event: OrderEvent) -> str:
    at = phrases.short_moment(shell, event.at)
    named = _EVENTS.get(event.event)
    if named is not None:
        name = named.text(shell.language)
    else:
        name = ACT_NAMES[OrderAct(event.event)].of(shell.language)
    by = "" if event.event == REMINDER else person_name(rules, event.by)
    return "  ".join(text for text in (str(at), name, by, event.note) if text)


def _event_record(shell: Shell, event: OrderEvent) -> dict[str, Any]:
    return {
        "at": shell.iso(event.at),
        "event": event.event,
        "by": event.by,
        "note": event.note,
    }
