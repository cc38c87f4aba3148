"""What is wrong with the record, as the command line says it."""

from __future__ import annotations

from monitor.cli.shell import Shell
from monitor.pipeline.audit_wording import TABLES, fault_words
from monitor.store.seal_check import Fault, Misdated


def fault_text(shell: Shell, fault: Fault) -> str:
    """Say what is wrong, and what of it was sealed when."""
    return fault_words(fault, str(shell.iso(fault.sealed_at))).text(shell.language)


def misdated_text(shell: Shell, one: Misdated) -> str:
    """Say of a row that its date lies far from its neighbours'."""
    table = TABLES[one.table]
    at, near = shell.iso(one.at), shell.iso(one.near)
    return shell.word(
        f"! {table.zh}（{one.table}）第 {one.id} 行的时间 {at} 与前后（{near}）相差一天以上："
        "手工加入，或时钟曾经不对",
        f"! row {one.id} of {table.en} ({one.table}) says {at}, more than a day from its "
        f"neighbours ({near}): added by hand, or a clock was wrong",
    )
