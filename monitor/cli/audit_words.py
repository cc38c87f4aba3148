"""The audit log in people's words: what acts are called, and what is wrong with the record."""

from __future__ import annotations

from config import Words
from monitor.cli.shell import Shell
from monitor.store.seal_check import Fault, Wrong
from rules.findings import Outcome

ACTS = {
    "acknowledge": Words("签收", "acknowledged"),
    "silence": Words("设静默", "silenced"),
    "silence.end": Words("结束静默", "ended a silence"),
    "notice": Words("通知", "told"),
    Outcome.OPENED.value: Words("亮牌", "opened"),
    Outcome.RAISED.value: Words("升牌", "raised"),
    Outcome.LOWERED.value: Words("降牌", "lowered"),
    Outcome.RESOLVED.value: Words("解除", "resolved"),
}
"""What acts are called; others go by their own names."""

TABLES = {
    "audit_log": Words("操作留痕", "the audit log"),
    "alert_events": Words("亮牌经过", "the events of alerts"),
    "fact_changes": Words("审批库改动", "the changes of sources"),
    "notices": Words("通知", "the notices"),
    "order_events": Words("督办单经过", "the events of orders"),
}
"""What the tables that are sealed are called."""

_ROWS = {
    Wrong.ROW_CHANGED: Words("被改过", "was changed"),
    Wrong.ROW_REMOVED: Words("被删去", "was removed"),
    Wrong.ROW_INSERTED: Words("是后来插入的", "was inserted afterwards"),
}


def fault_text(shell: Shell, fault: Fault) -> str:
    """Say what is wrong, and what of it was sealed when."""
    when = shell.iso(fault.sealed_at)
    if fault.wrong is Wrong.SEAL_REMOVED:
        return shell.word(f"第 {fault.seal} 枚封印被删去", f"seal {fault.seal} was removed")
    if fault.wrong is Wrong.SEAL_CHANGED:
        return shell.word(f"第 {fault.seal} 枚封印被改过", f"seal {fault.seal} was changed")
    table, what = TABLES[fault.table].text(shell.language), _ROWS[fault.wrong].text(shell.language)
    return shell.word(
        f"{table}（{fault.table}）第 {fault.id} 行{what}；第 {fault.seal} 枚封印，{when} 封存",
        f"row {fault.id} of {table} ({fault.table}) {what}; seal {fault.seal} of {when}",
    )
