"""``duban order``: issuing supervision orders (督办单), and every act on one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from monitor.acts.orders import Issue, act_on, issue
from monitor.cli import order_text
from monitor.cli.acting import AsOption, DryRunOption, amount, by_when, desk, done_text
from monitor.cli.options import CONFIG, ConfigOption, JsonOption
from monitor.cli.order_list import list_orders, show_order
from monitor.cli.shell import Shell
from rules.orders_acts import ACT_NAMES, Deed, OrderAct

NoArgument = Annotated[str, typer.Argument(metavar="NO", help="督办单号 · number of the order")]
NoteOption = Annotated[str, typer.Option("--note", metavar="TEXT", help="内容、理由 · in words")]
NeededNote = Annotated[str, typer.Option("--note", metavar="TEXT", help="内容、理由 · in words")]
UntilOption = Annotated[
    str | None,
    typer.Option("--until", metavar="TIME", help="新的反馈期限，日期含当日 · reply by, a day too"),
]


def issue_order(
    alert_ids: Annotated[
        list[int], typer.Argument(metavar="ALERT_ID", help="亮牌编号，可多个 · ids of alerts")
    ],
    advice: Annotated[
        str, typer.Option("--advice", metavar="TEXT", help="督办意见 · what is advised")
    ] = "",
    reply_within: Annotated[
        str | None, typer.Option(metavar="TIME", help="多久内反馈，如 5个工作日 · time to reply")
    ] = None,
    acknowledge_within: Annotated[
        str | None, typer.Option(metavar="TIME", help="多久内签收 · time to acknowledge")
    ] = None,
    person: AsOption = None,
    dry_run: DryRunOption = False,
    config: ConfigOption = CONFIG,
    as_json: JsonOption = False,
) -> None:
    """签发督办单，自动写明数据所示的原因 · issue an order, with what the data show as cause."""
    shell = Shell(config, as_json)
    asked = Issue(
        tuple(dict.fromkeys(alert_ids)),
        advice,
        amount(shell, acknowledge_within),
        amount(shell, reply_within),
    )
    with desk(shell, person, dry_run=dry_run) as at:
        row = issue(at.connection, at.rules, at.actor, asked, shell.now)
        record = order_text.record(shell, at.rules, row)
        text = order_text.document(shell, at.rules, row)
    first = done_text(
        shell,
        shell.word(f"已签发督办单 {row.order.no}", f"issued order {row.order.no}"),
        dry_run=dry_run,
    )
    shell.result({**record, "dry_run": dry_run}, f"{first}\n{text}")


def acknowledge(
    no: NoArgument,
    note: NoteOption = "",
    person: AsOption = None,
    dry_run: DryRunOption = False,
    config: ConfigOption = CONFIG,
    as_json: JsonOption = False,
) -> None:
    """签收（被督办单位）· acknowledge: the supervised unit has seen it."""
    _act(config, as_json, no, OrderAct.ACKNOWLEDGE, person, note, dry_run=dry_run)


def reply(
    no: NoArgument,
    note: NeededNote,
    cause: Annotated[
        str, typer.Option("--cause", metavar="CODE", help="原因代码，见 show · code of the cause")
    ],
    finish: Annotated[
        str, typer.Option("--finish", metavar="TIME", help="何时办结 · done by when")
    ],
    person: AsOption = None,
    dry_run: DryRunOption = False,
    config: ConfigOption = CONFIG,
    as_json: JsonOption = False,
) -> None:
    """反馈：原因、说明、办结时间 · reply with the cause and a date."""
    _act(
        *(config, as_json, no, OrderAct.REPLY, person, note),
        cause=cause,
        finish=finish,
        dry_run=dry_run,
    )


def accept(
    no: NoArgument,
    note: NoteOption = "",
    person: AsOption = None,
    dry_run: DryRunOption = False,
    config: ConfigOption = CONFIG,
    as_json: JsonOption = False,
) -> None:
    """反馈通过（签发单位）· accept the reply."""
    _act(config, as_json, no, OrderAct.ACCEPT, person, note, dry_run=dry_run)


def send_back(
    no: NoArgument,
    note: NeededNote,
    until: UntilOption = None,
    person: AsOption = None,
    dry_run: DryRunOption = False,
    config: ConfigOption = CONFIG,
    as_json: JsonOption = False,
) -> None:
    """退回反馈，须重报 · send the reply back: another is owed."""
    _act(config, as_json, no, OrderAct.SEND_BACK, person, note, until=until, dry_run=dry_run)


def extend(
    no: NoArgument,
    until: UntilOption = None,
    note: NoteOption = "",
    ask: Annotated[
        bool, typer.Option("--ask", help="申请延期（被督办单位）· ask for more time")
    ] = False,
    refuse: Annotated[
        bool, typer.Option("--refuse", help="不准延期 · refuse the time asked for")
    ] = False,
    person: AsOption = None,
    dry_run: DryRunOption = False,
    config: ConfigOption = CONFIG,
    as_json: JsonOption = False,
) -> None:
    """延长反馈期限；不写 --until 即准许所申请的 · grant more time, or ask for it."""
    if ask and refuse:
        word = Shell(config, as_json).word
        raise typer.BadParameter(word("--ask 与 --refuse 只取其一", "either --ask or --refuse"))
    act = OrderAct.ASK if ask else OrderAct.REFUSE if refuse else OrderAct.EXTEND
    _act(config, as_json, no, act, person, note, until=until, dry_run=dry_run)


def discharge(
    no: NoArgument,
    note: NeededNote,
    confirm_closing: Annotated[
        bool,
        typer.Option(
            "--confirm-closing",
            help="办结时间存疑，已核实属实，依据写在 --note · a closing in doubt was verified",
        ),
    ] = False,
    person: AsOption = None,
    dry_run: DryRunOption = False,
    config: ConfigOption = CONFIG,
    as_json: JsonOption = False,
) -> None:
    """销号：办结且属实 · discharge: the matter is done."""
    _act(
        *(config, as_json, no, OrderAct.DISCHARGE, person, note),
        confirmed=confirm_closing,
        dry_run=dry_run,
    )


def withdraw(
    no: NoArgument,
    note: NeededNote,
    person: AsOption = None,
    dry_run: DryRunOption = False,
    config: ConfigOption = CONFIG,
    as_json: JsonOption = False,
) -> None:
    """撤回督办单 · withdraw the order."""
    _act(config, as_json, no, OrderAct.WITHDRAW, person, note, dry_run=dry_run)


COMMANDS: tuple[tuple[str, Callable[..., None]], ...] = (
    ("list", list_orders),
    ("show", show_order),
    ("issue", issue_order),
    ("ack", acknowledge),
    ("reply", reply),
    ("accept", accept),
    ("send-back", send_back),
    ("extend", extend),
    ("discharge", discharge),
    ("withdraw", withdraw),
)
"""The commands of the group, in the order in which help shows them."""


def _act(
    config: ConfigOption,
    as_json: bool,
    no: str,
    act: OrderAct,
    person: str | None,
    note: str,
    *,
    cause: str | None = None,
    finish: str | None = None,
    until: str | None = None,
    confirmed: bool = False,
    dry_run: bool,
) -> None:
    shell = Shell(config, as_json)
    with desk(shell, person, dry_run=dry_run) as at:
        finish_due, until_due = (by_when(shell, at.rules, text) for text in (finish, until))
        deed = Deed(act, at.actor.who, note, cause, finish_due, until_due, confirmed)
        row = act_on(at.connection, at.rules, at.actor, no, deed, shell.now)
        record = order_text.record(shell, at.rules, row)
        standing = order_text.standing(shell, at.rules, row)
    name = ACT_NAMES[act]
    text = shell.word(f"督办单 {no} {name.zh}；{standing}", f"order {no} {name.en}; {standing}")
    shell.result({**record, "dry_run": dry_run}, done_text(shell, text, dry_run=dry_run))
