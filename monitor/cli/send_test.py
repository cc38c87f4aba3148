"""``duban send-test``: trying a channel with a message that says so."""

from __future__ import annotations

import sys
from contextlib import nullcontext, redirect_stdout
from dataclasses import asdict
from typing import Annotated, Any
from uuid import uuid4

import typer

import notifiers
from config import Words
from monitor.cli.failure import Failed
from monitor.cli.options import CONFIG, ConfigOption, JsonOption
from monitor.cli.shell import Shell
from monitor.pipeline import wording
from monitor.pipeline.delivering import Sender
from monitor.store.alert_list import Alert
from notifiers import ChannelSettings, Kind, Message, Receipt, Recipient, SendError
from rules.cases import Case
from rules.directory import Person
from rules.escalation import Notice, NoticeKind
from rules.instants import DAY


def send_test(
    channel: Annotated[str, typer.Argument(metavar="CHANNEL", help="渠道 id · id of a channel")],
    to: Annotated[
        str, typer.Option("--to", metavar="PERSON", help="收件人 id 或姓名 · id or name")
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="只看内容，不发 · print it, send nothing")
    ] = False,
    config: ConfigOption = CONFIG,
    as_json: JsonOption = False,
) -> None:
    """发一条测试消息 · send a test message over a channel."""
    shell = Shell(config, as_json)
    settings = _channel(shell, channel)
    message = _message(shell, _person(shell, to))
    try:
        if dry_run:
            payload = notifiers.build(settings).payload(message)
            shell.result({"channel": channel, "key": message.key, "payload": payload}, payload)
            return
        # What the console channel prints must not mix with the JSON.
        with redirect_stdout(sys.stderr) if as_json else nullcontext():
            receipt = _send(settings, message)
    except SendError as error:
        raise Failed(
            Words(f"渠道 {channel} 没有发出：{error}", f"channel {channel} did not send: {error}"),
            Words("再试也没有用，请先改正", "trying again will not help; mend it first")
            if error.permanent
            else Words("可能是暂时的，可以再试", "this may pass; try again"),
        ) from None
    said = f"（{receipt.response}）" if receipt.response else ""
    shell.result(
        {"channel": channel, "to": message.recipient.name, "key": message.key, **asdict(receipt)},
        shell.word(
            f"✓ 已发给{message.recipient.name}，回执 {receipt.id}{said}",
            f"✓ sent to {message.recipient.name}, receipt {receipt.id} {receipt.response}".rstrip(),
        ),
    )


def _send(settings: ChannelSettings, message: Message) -> Receipt:
    with Sender([settings]) as sender:
        [outcome] = sender.send([(settings.id, message)])
    if isinstance(outcome, SendError):
        raise outcome
    return outcome


def _channel(shell: Shell, ident: str) -> ChannelSettings:
    found = {one.id: one for one in shell.settings.channel}
    if ident not in found:
        known = ", ".join(found) or "-"
        raise Failed(
            Words(
                f"设置里没有渠道 {ident}；有：{known}",
                f"the settings have no channel {ident}; there are: {known}",
            )
        )
    return found[ident]


def _person(shell: Shell, text: str) -> Person:
    people = shell.rules.book.directory.people
    found = [one for one in people.values() if text in (one.id, one.name)]
    if len(found) == 1:
        return found[0]
    if not found:
        raise Failed(
            Words(f"名录里没有 {text}", f"the directory has no {text}"),
            Words("person 的 id 或姓名见设置文件", "see the ids under person in the settings"),
        )
    listed = ", ".join(one.id for one in found)
    raise Failed(
        Words(f"有几位{text}，请写 id：{listed}", f"several are called {text}; ids: {listed}")
    )


def _message(shell: Shell, person: Person) -> Message:
    recipient = Recipient(person.name, person.contacts)
    return Message(
        f"test:{uuid4().hex}", Kind.TEST, shell.rules.language, recipient, _context(shell, person)
    )


def _context(shell: Shell, person: Person) -> dict[str, Any]:
    """Give the fields of a message as the pipeline gives them, over a case that is made up."""
    rules, now = shell.rules, shell.now
    limit = next(iter(rules.limits.values()), None)
    alert = Alert(
        id=0,
        case_id=0,
        subject=None,
        source="test",
        rule=limit.id if limit else "test",
        version="1",
        title=limit.title if limit else "test",
        law=limit.law if limit else "",
        level=rules.settings.daemon.levels[0],
        rank=0,
        state="open",
        opened_at=now,
        level_since_at=now,
        due_at=now + DAY,
        evidence={},
        acked_at=None,
        acked_by=None,
        ack_note=None,
        resolved_at=None,
        resolution=None,
        policy=None,
        policy_version=None,
        step=0,
        next_step_at=None,
        told=None,
        shadow=False,
    )
    case = Case("test", "TEST-0000", {"no": "TEST-0000", "item_name": "测试事项 · test item"})
    notice = Notice(0, NoticeKind.WARNING, 0, person, (), f"person:{person.id}")
    return wording.context(rules, alert, case, notice, now, now)
