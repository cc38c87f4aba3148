"""``duban send-test``: trying a channel with a message that says so."""

from __future__ import annotations

import sys
from contextlib import nullcontext, redirect_stdout
from dataclasses import asdict
from typing import Annotated
from uuid import uuid4

import typer

from config import Words
from monitor.cli import sample_messages, stores
from monitor.cli.failure import Failed
from monitor.cli.options import CONFIG, ConfigOption, JsonOption
from monitor.cli.shell import Shell
from monitor.pipeline.delivering import Sender
from monitor.pipeline.stored import with_stored
from notifiers import ChannelSettings, Kind, Message, Receipt, Recipient, SendError
from rules.directory import Directory, Person


def send_test(
    channel: Annotated[str, typer.Argument(metavar="CHANNEL", help="渠道 id · id of a channel")],
    to: Annotated[
        str, typer.Option("--to", metavar="PERSON", help="收件人 id 或姓名 · id or name")
    ],
    kind: Annotated[
        str,
        typer.Option(
            "--kind",
            metavar="KIND",
            help="哪种消息，如 overdue、order.replied · kind of message",
        ),
    ] = Kind.TEST.value,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="只看内容，不发 · print it, send nothing")
    ] = False,
    config: ConfigOption = CONFIG,
    as_json: JsonOption = False,
) -> None:
    """发一条测试消息 · send a test message over a channel."""
    shell = Shell(config, as_json)
    settings = _channel(shell, channel)
    message = _message(shell, _person(shell, to), kind)
    try:
        if dry_run:
            payload = settings.open().payload(message)
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
        sending = sender.send(settings.id, [message])
        sending.ended.result()
        [(_, outcome)] = sending.arrived()
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
    people = _directory(shell).people
    found = [one for one in people.values() if text in (one.id, one.name)]
    if len(found) == 1:
        return found[0]
    if not found:
        raise Failed(
            Words(f"名录里没有 {text}", f"the directory has no {text}"),
            Words("id 或姓名见 duban people list", "for ids and names see: duban people list"),
        )
    listed = ", ".join(one.id for one in found)
    raise Failed(
        Words(f"有几位{text}，请写 id：{listed}", f"several are called {text}; ids: {listed}")
    )


def _directory(shell: Shell) -> Directory:
    """Return the directory, with what its lists said when they were last read."""
    with stores.opened(shell.settings) as store:
        if stores.revision(store) is not None:
            with store.read() as connection:
                return with_stored(connection, shell.rules).book.directory
    return shell.rules.book.directory


def _message(shell: Shell, person: Person, text: str) -> Message:
    name, _, event = text.partition(".")
    if name not in list(Kind):
        known = ", ".join(Kind)
        raise Failed(
            Words(
                f"没有这种消息：{name}；有：{known}",
                f"no kind of message: {name}; there are: {known}",
            )
        )
    return Message(
        f"test:{uuid4().hex}",
        Kind(name),
        shell.rules.language,
        Recipient(person.name, person.contacts),
        sample_messages.fields(shell, person, Kind(name), event),
    )
