"""The chain of seals on the command line: its head, whether it is whole, and its export."""

from __future__ import annotations

import getpass
import sys
from contextlib import nullcontext
from itertools import chain
from pathlib import Path
from typing import Annotated, Any

import typer

from config import Words
from monitor.cli.audit_words import fault_text, misdated_text
from monitor.cli.failure import Failed
from monitor.cli.options import CONFIG, ConfigOption, JsonOption, SinceOption
from monitor.cli.shell import Shell
from monitor.cli.tick import moment_of
from monitor.pipeline.record_watch import head_file
from monitor.store import heads, seals
from monitor.store.audit_log import Act
from monitor.store.heads import Head
from monitor.store.seal_check import Progress, faults, outside

_SHOWN = 20  # misdated rows


def head(config: ConfigOption = CONFIG, as_json: JsonOption = False) -> None:
    """最后一枚封印的哈希，抄到别处 · the last seal's hash, to be kept elsewhere."""
    shell = Shell(config, as_json)
    with shell.store() as store, store.read() as connection:
        last = seals.last(connection)
    if last is None:
        raise Failed(
            Words("还没有封印", "nothing has been sealed yet"),
            Words("守护进程每 15 秒封存一次", "the daemon seals every 15 seconds"),
        )
    data = {"seal": last.no, "hash": last.hash, "at": shell.iso(last.at)}
    shell.result(data, f"{last.no} {last.hash} {shell.iso(last.at)}")


def verify(
    known: Annotated[
        list[str] | None,
        typer.Option(
            "--head",
            metavar="HASH",
            help="此前记下的哈希，可写多次 · hashes that were noted before",
        ),
    ] = None,
    config: ConfigOption = CONFIG,
    as_json: JsonOption = False,
) -> None:
    """核对留痕是否被改动；退出码 1：被改动 · check the record; exit code 1: it was changed."""
    shell = Shell(config, as_json)
    progress, on_file = Progress(), heads_on_file(shell)
    with shell.store() as store, store.read() as connection:
        gone = [one for one in known or () if not seals.has(connection, one.strip().lower())]
        found = chain(outside(connection, on_file), faults(connection, progress))
        first = next(found, None)
        more = sum(1 for _ in found)
        unsealed = sum(seals.unsealed(connection).values())
    data: dict[str, Any] = {
        "whole": first is None and not gone,
        "seals": progress.seals,
        "rows": progress.rows,
        "unsealed": unsealed,
        "head": progress.head if progress.seals else None,
        "unknown_heads": gone,
        "first_fault": None,
        "more_faults": more,
        "repeated_seals": progress.repeated,
        "misdated": [
            {"table": one.table, "id": one.id, "at": shell.iso(one.at), "near": shell.iso(one.near)}
            for one in progress.misdated
        ],
    }
    lines = []
    if first is not None:
        data["first_fault"] = {
            "wrong": first.wrong.value,
            "table": first.table or None,
            "id": first.id or None,
            "seal": first.seal,
            "sealed_at": shell.iso(first.sealed_at),
        }
        lines.append(shell.word("✗ 第一处：", "✗ the first: ") + fault_text(shell, first))
        if more:
            lines.append(shell.word(f"  此后还有 {more:,} 处", f"  and {more:,} more behind it"))
    lines += [
        shell.word(
            f"✗ 链上没有 {one}：此后被截去，或整条链被重写",
            f"✗ the chain has no {one}: it was cut since, or written anew as a whole",
        )
        for one in gone
    ]
    if not lines:
        lines.append(shell.word("✓ 留痕完整，未被改动", "✓ the record is whole and unchanged"))
    lines.append(
        shell.word(
            f"  {progress.seals:,} 枚封印，{progress.rows:,} 行已核对，{unsealed:,} 行等待封存",
            f"  {progress.seals:,} seals, {progress.rows:,} rows checked, {unsealed:,} unsealed",
        )
    )
    lines += [misdated_text(shell, one) for one in progress.misdated[:_SHOWN]]
    if len(progress.misdated) > _SHOWN:
        rest = len(progress.misdated) - _SHOWN
        lines.append(shell.word(f"! 还有 {rest:,} 行也是", f"! and {rest:,} more rows"))
    if progress.repeated:
        lines.append(
            shell.word(
                f"  其中 {progress.repeated:,} 枚重复封存了已封的行（两个守护进程同时封存），无误",
                f"  {progress.repeated:,} of the seals cover rows again (two daemons sealed at the "
                "same time); nothing is wrong with them",
            )
        )
    if progress.seals:
        lines.append(shell.word("  最后一枚 ", "  head ") + progress.head)
    shell.result(data, "\n".join(lines))
    if not data["whole"]:
        raise typer.Exit(1)


def accept(
    why: Annotated[
        str, typer.Option("--why", metavar="TEXT", help="为何，如从备份恢复 · why, as a restore")
    ],
    config: ConfigOption = CONFIG,
    as_json: JsonOption = False,
) -> None:
    """从现有的链接着走，如恢复备份之后 · go on from the chain as it is, as after a restore."""
    shell = Shell(config, as_json)
    if not why.strip():
        raise typer.BadParameter(shell.word("请写明理由", "say why"))
    file = head_file(shell.rules)
    with shell.store() as store, store.write() as connection:
        act = Act(getpass.getuser(), shell.origin, heads.ACCEPT, heads.RECORD, note=why)
        head = heads.accept(connection, act, shell.now)
        if file is not None:
            file.keep(head)
    text = shell.word(
        f"✓ 已记入留痕：从第 {head.seal} 枚封印 {head.hash} 接着走",
        f"✓ on record: the chain goes on from seal {head.seal} {head.hash}",
    )
    shell.result({"seal": head.seal, "hash": head.hash, "at": shell.iso(head.at)}, text)


def heads_on_file(shell: Shell) -> list[Head]:
    """Return the seals that the daemon has kept beside the store.

    Raises:
        Failed: the file cannot be read.
    """
    file = head_file(shell.rules)
    try:
        return [] if file is None else file.heads()
    except OSError as error:
        raise Failed(
            Words(
                f"读不了 {file and file.path}：{error.strerror}",
                f"cannot read {file and file.path}: {error.strerror}",
            )
        ) from None


def export(
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="写到文件；省略则标准输出 · write here")
    ] = None,
    since: SinceOption = None,
    config: ConfigOption = CONFIG,
) -> None:
    """导出已封存的留痕和封印 · export what is sealed, with its seals, as JSON lines."""
    shell = Shell(config)
    at = None if since is None else moment_of(since, shell)
    rows = count = 0
    with (
        shell.store() as store,
        store.read() as connection,
        file.open("wb") if file else nullcontext(sys.stdout.buffer) as out,
    ):
        for seal, covered in seals.along(connection, seals.before(connection, at) if at else 0):
            for row in covered:
                out.write(row.line + b"\n")
            out.write(seal.line + b"\n")
            rows, count = rows + len(covered), count + 1
    shell.say(f"✓ {rows:,} 行，{count:,} 枚封印", f"✓ {rows:,} rows, {count:,} seals")
