"""The chain of seals on the command line: its head, whether it is whole, and its export."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated, Any

import typer

from config import Words
from monitor.cli.audit_words import fault_text
from monitor.cli.failure import Failed
from monitor.cli.options import CONFIG, ConfigOption, JsonOption, SinceOption
from monitor.cli.shell import Shell
from monitor.cli.tick import moment_of
from monitor.store import seals
from monitor.store.seal_check import Progress, faults


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
    progress = Progress()
    with shell.store() as store, store.read() as connection:
        gone = [one for one in known or () if not seals.has(connection, one.strip().lower())]
        found = faults(connection, progress)
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
    if progress.seals:
        lines.append(shell.word("  最后一枚 ", "  head ") + progress.head)
    shell.result(data, "\n".join(lines))
    if not data["whole"]:
        raise typer.Exit(1)


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
