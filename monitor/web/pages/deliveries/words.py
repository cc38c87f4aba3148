"""The delivery log in people's words."""

from __future__ import annotations

from dataclasses import dataclass

from config import Words
from monitor.addresses import case_path
from monitor.pipeline.order_wording import person_name
from monitor.store.delivery_list import Row
from monitor.web.looking import Look
from monitor.web.pages.orders.words import path as order_path
from notifiers import words
from rules.subjects import name_of

RESULTS = {
    "pending": Words("待发", "Waiting"),
    "sent": Words("已送达", "Delivered"),
    "failed": Words("失败", "Failed"),
    "silenced": Words("静默扣下", "Held by a silence"),
    "grouped": Words("并入汇总", "In a digest"),
    "superseded": Words("不必再发", "No longer needed"),
}
"""What may have become of a delivery."""

KINDS = {
    "warning": Words("预警通知", "Due soon"),
    "overdue": Words("亮牌通知", "Card"),
    "escalation": Words("升级通知", "Escalation"),
    "resolved": Words("解除通知", "Resolved"),
    "order": Words("督办单", "Supervision order"),
    "digest": Words("汇总", "Digest"),
    "system": Words("监察告警", "About the supervision"),
    "test": Words("测试消息", "Test"),
}
"""What deliveries are about."""


@dataclass(frozen=True, slots=True)
class Line:
    """A delivery as the list shows it."""

    row: Row
    made: str
    kind: str
    about: str
    about_path: str
    person: str
    result: str
    when: str
    why: str


def line(look: Look, row: Row) -> Line:
    """Give a delivery in words."""
    about, path = _about(look, row)
    at = row.sent_at or row.tried_at
    return Line(
        row,
        moment(look, row.created_at),
        KINDS[row.kind].text(look.language) if row.kind in KINDS else row.kind,
        about,
        path,
        person_name(look.rules, row.person or "") or look.say("渠道自己的群", "the channel's room"),
        RESULTS[row.state].text(look.language),
        _when(look, row, at),
        why(row),
    )


def why(row: Row) -> str:
    """Say why somebody is told."""
    said = (row.context.get("route") or {}).get("reason")
    return str(said or row.reason)


def moment(look: Look, at: int | None) -> str:
    """Write an instant; "" where there is none."""
    return "" if at is None else words.when(at, look.rules.zone, look.language, look.now)


def receipt(row: Row) -> str:
    """Give the number under which a channel took a message; "" without one."""
    found = row.receipt.get("id") if isinstance(row.receipt, dict) else row.receipt
    return str(found or "")


def _when(look: Look, row: Row, at: int | None) -> str:
    if row.state == "pending":
        again = moment(look, row.not_before)
        return look.say(f"将于 {again} 发出", f"(goes at {again})")
    return moment(look, at)


def _about(look: Look, row: Row) -> tuple[str, str]:
    """Give what a delivery is about, without the applicant, and the address of that."""
    if row.kind == "order":
        no = str((row.context.get("order") or {}).get("no") or "")
        return no, order_path(no) if no else ""
    if row.case_key is not None:
        named = row.item or (row.context.get("case") or {}).get("item") or ""
        number = row.case_no or row.case_key
        tail = look.say(f"尾号 {words.tail(number)}", f"…{words.tail(number)}")
        return f"{named} {tail}", case_path(row.case_no, row.case_key)
    if row.subject is not None:
        directory = look.rules.book.directory
        named = name_of(row.subject, directory, look.rules.zone, look.language)
        title = look.rules.titles.get(row.rule or "", "")
        text = f"{title} {named}".strip()
        return text, "/health" if row.kind == "system" else ""
    count = row.context.get("count")
    if row.kind == "digest" and count is not None:
        return look.say(f"{count} 件", f"{count} notices"), ""
    return "", ""
