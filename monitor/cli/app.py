"""The command line as a whole: every command, in the order in which help shows them."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version
from typing import Annotated

import typer

from monitor import logs
from monitor.cli import (
    absences,
    account,
    appeal,
    audit_log,
    call_backs,
    catalogue,
    order,
    people,
    silence,
    source,
    token,
)
from monitor.cli.ack import ack
from monitor.cli.alerts import alerts
from monitor.cli.audit import audit
from monitor.cli.calendar import calendar
from monitor.cli.cases import cases
from monitor.cli.check import check
from monitor.cli.db import current, upgrade
from monitor.cli.deadline import deadline
from monitor.cli.demo import demo
from monitor.cli.explain import explain_case
from monitor.cli.guard import guarded
from monitor.cli.inbox import inbox
from monitor.cli.init import init
from monitor.cli.rejects import rejects
from monitor.cli.replay import run_replay
from monitor.cli.run import run
from monitor.cli.send_test import send_test
from monitor.cli.settle import settle_alerts
from monitor.cli.tick import tick
from monitor.cli.try_check import try_check
from monitor.cli.web import web
from monitor.cli.who import who

COMMANDS: tuple[tuple[str, Callable[..., None]], ...] = (
    ("demo", demo),
    ("init", init),
    ("check", check),
    ("run", run),
    ("web", web),
    ("tick", tick),
    ("cases", cases),
    ("explain", explain_case),
    ("calendar", calendar),
    ("deadline", deadline),
    ("alerts", alerts),
    ("ack", ack),
    ("revoke", appeal.revoke),
    ("settle", settle_alerts),
    ("inbox", inbox),
    ("who", who),
    ("replay", run_replay),
    ("try-check", try_check),
    ("audit", audit),
    ("rejects", rejects),
    ("send-test", send_test),
)
"""The name and the function of each command; its docstring is its help."""

GROUPS: tuple[tuple[str, str, tuple[tuple[str, Callable[..., None]], ...]], ...] = (
    ("catalogue", "事项目录 · the item catalogue", catalogue.COMMANDS),
    ("order", "督办单 · supervision orders", order.COMMANDS),
    ("appeal", "申诉 · contesting a card", appeal.COMMANDS),
    ("call-backs", "回访 · applicants of late cases to be called", call_backs.COMMANDS),
    ("people", "名录里的人 · the people of the directory", people.COMMANDS),
    ("leave", "请假 · who is away", absences.LEAVE),
    ("delegate", "代理 · who stands in for whom", absences.DELEGATE),
    ("silence", "静默 · notices held back for a while", silence.COMMANDS),
    ("audit-log", "操作留痕 · who did what, and that nobody changed it", audit_log.COMMANDS),
    ("account", "账号：谁能登录页面 · who may sign in to the pages", account.COMMANDS),
    ("token", "令牌 · keys of wall boards and programs", token.COMMANDS),
    ("source", "审批库 · the sources", source.COMMANDS),
    ("db", "自己的库 · the store of duban itself", (("upgrade", upgrade), ("current", current))),
)
"""Groups of commands: a name, a help text, and the commands in it."""


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"duban {version('duban')}")
        raise typer.Exit


def _start(
    shown: Annotated[  # noqa: ARG001  its callback does it all
        bool,
        typer.Option(
            "--version", callback=_show_version, is_eager=True, help="版本 · show the version"
        ),
    ] = False,
) -> None:
    """督办：审批办件的时限监察 · supervision of time limits beside an approval database."""
    logs.set_up()


def build() -> typer.Typer:
    """Build the command line from the commands above."""
    app = _typer()
    app.callback()(_start)
    for name, command in COMMANDS:
        app.command(name)(guarded(command))
    for name, text, commands in GROUPS:
        group = _typer()
        for inner, command in commands:
            group.command(inner)(guarded(command))
        app.add_typer(group, name=name, help=text)
    return app


def _typer() -> typer.Typer:
    return typer.Typer(
        add_completion=False,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode="rich",
        context_settings={"help_option_names": ["-h", "--help"]},
    )


app = build()


def main() -> None:
    """Run the command line; the entry point of the console script ``duban``."""
    app(prog_name="duban")
