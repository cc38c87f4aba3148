"""How commands show a supervision order (督办单): in a sentence, as a document, as a record."""

from __future__ import annotations

from typing import Any

from monitor.cli.shell import Shell
from monitor.pipeline import inquiring
from monitor.pipeline.in_force import InForce
from monitor.pipeline.order_wording import person_name, unit_name
from monitor.store.orders import OrderRow
from notifiers import words
from rules.causes import Inquiry
from rules.orders import STATE_NAMES
from rules.orders_deadlines import obligations


def standing(shell: Shell, rules: InForce, row: OrderRow) -> str:
    """Say how an order stands and what is owed next by when."""
    state = STATE_NAMES[row.order.state].of(shell.language)
    owed = min((one.due_at for one in obligations(row.order)), default=None)
    if owed is None:
        return state
    when = words.when(owed, rules.zone, shell.language, shell.now)
    late = owed <= shell.now
    return shell.word(
        f"{state}，{'应于' if late else '限'} {when} 前" + ("，已逾期" if late else ""),
        f"{state}, {'was due' if late else 'by'} {when}",
    )


def document(shell: Shell, rules: InForce, row: OrderRow) -> str:
    """Write an order as its reader gets it, a paragraph a line."""
    order, parties = row.order, row.parties
    language = shell.language

    def when(at: int | None) -> str:
        return "—" if at is None else words.when(at, rules.zone, language, shell.now)

    cards = ", ".join(map(str, row.alerts))
    pairs = [
        (shell.word("事由", "about"), parties.about),
        (
            shell.word("被督办", "supervised"),
            unit_name(rules, parties.region, parties.department)
            + (f" {person_name(rules, parties.handler)}" if parties.handler else ""),
        ),
        (
            shell.word("签发", "issued"),
            (
                f"{unit_name(rules, parties.issuing_region, None)} "
                f"{person_name(rules, parties.issuer or '')}  {when(order.issued_at)}"
            ),
        ),
        (shell.word("亮牌", "alerts"), cards),
        (shell.word("签收期限", "acknowledge"), when(order.acknowledge_due)),
        (shell.word("反馈期限", "reply by"), when(order.reply_due)),
        (shell.word("意见", "advice"), parties.advice),
    ]
    lines = [_line(shell, label, text) for label, text in pairs if text]
    if parties.found is not None:
        inquiry = Inquiry.from_json(parties.found)
        lines.append(shell.word("查明（数据所示）", "What the data show") + shell.word("：", ":"))
        said = inquiring.said(rules, inquiry, masked=False, language=language)
        lines += [f"  {text}" for text in said]
        pointed = rules.settings.orders.cause_names().get(inquiry.cause or "")
        if pointed is not None:
            lines.append(
                "  "
                + shell.word(
                    f"多数时间指向：{pointed.zh}（{inquiry.cause}），以反馈为准。",
                    f"Most of it points to: {pointed.en} ({inquiry.cause}); the reply decides.",
                )
            )
    return "\n".join(lines)


def record(shell: Shell, rules: InForce, row: OrderRow) -> dict[str, Any]:
    """Give an order as plain JSON values; moments are ISO 8601."""
    order, parties = row.order, row.parties
    found = None
    if parties.found is not None:
        inquiry = Inquiry.from_json(parties.found)
        found = {
            "cause": inquiry.cause,
            **{
                tongue: inquiring.said(rules, inquiry, masked=False, language=tongue)
                for tongue in ("zh_CN", "en")
            },
        }
    moments = (
        *("issued_at", "acknowledge_due", "reply_due", "acknowledged_at", "replied_at"),
        *("finish_due", "review_due", "accepted_at", "close_due", "ended_at"),
        *("asked_at", "wished_due", "answer_due"),
    )
    return {
        "no": order.no,
        "state": order.state.value,
        "about": parties.about,
        "alerts": list(row.alerts),
        "issued_by": order.issued_by,
        "issuer": parties.issuer,
        "issuing_region": parties.issuing_region,
        "region": parties.region,
        "department": parties.department,
        "handler": parties.handler,
        "advice": parties.advice,
        **{name: shell.iso(getattr(order, name)) for name in moments},
        "replied_by": order.replied_by,
        "cause": order.cause,
        "reply": order.reply,
        "opinion": order.opinion,
        "returns": order.returns,
        "extensions": order.extensions,
        "found": found,
    }


def _line(shell: Shell, label: str, text: str) -> str:
    return shell.word(f"{label}：{text}", f"{label}: {text}")
