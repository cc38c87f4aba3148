"""The page behind a link that acknowledges an alert (亮牌)."""

from __future__ import annotations

from sqlalchemy import Connection

from config import Words
from monitor.links import Bad, Link
from monitor.pipeline.in_force import InForce
from monitor.pipeline.wording import level_name, margin_text
from monitor.store import alert_list
from monitor.store.alert_list import Alert
from monitor.web.links.page import Page, Speech, State, bad_page

_MARKS = {"red": Words("红", "R"), "yellow": Words("黄", "Y"), "warning": Words("!", "!")}


def alert_page(
    connection: Connection, rules: InForce, link: Link, language: str, now: int, used: int | None
) -> Page:
    """Give the page as the alert stands; ``used`` is the instant at which the link was used."""
    rows = alert_list.of_ids(connection, [link.alert_id or 0])
    if not rows:
        return bad_page(Bad.UNKNOWN, language)
    alert, speak = rows[0].alert, Speech(rules, language, now)
    state = _state(alert, link.person, used)
    ready = state is State.READY
    level = level_name(alert.level, language)
    title, text = _said(rules, alert, state, speak, now, used)
    case = link.context.get("case") or {}
    who = f"{case.get('department', '')} {case.get('handler_masked', '')}".strip()
    lamp = alert.level if alert.level in _MARKS else ""
    if state in (State.DONE, State.OVER):
        lamp, mark = "closed", "✓"
    else:
        mark = _MARKS[lamp].text(language) if lamp else ""
    return Page(
        state,
        title,
        text,
        lamp,
        mark,
        case.get("item") or alert.title,
        speak.tail(case.get("tail", "")),
        speak.facts(
            (speak("灯色", "Level"), "" if ready else level),
            (speak("规则", "Rule"), alert.title if case else ""),
            (speak("应办结", "Due"), speak.when(alert.due_at)),
            (speak("承办", "Handled by"), who),
            (speak("签收人", "You are"), speak.name(link.person) if ready else ""),
        ),
        speak("我来处理", "I take care of it") if ready else "",
    )


def _state(alert: Alert, person: str, used: int | None) -> State:
    if alert.state != "open":
        return State.OVER
    if alert.acked_at is not None:
        return State.DONE if alert.acked_by == person else State.TAKEN
    return State.READY if used is None else State.USED


def _said(
    rules: InForce, alert: Alert, state: State, speak: Speech, now: int, used: int | None
) -> tuple[str, str]:
    """Give the conclusion and what it means."""
    level, acked = level_name(alert.level, speak.language), speak.when(alert.acked_at)
    if state is State.DONE:
        return speak("已签收", "Acknowledged"), speak(
            f"你于 {acked} 签收，由你处理。办结以审批库为准，不用在这里填报。",
            f"You acknowledged it on {acked}. It ends when the approval system shows the case "
            "closed; there is nothing to fill in here.",
        )
    if state is State.TAKEN:
        name = speak.name(alert.acked_by)
        return speak("已有人签收", "Somebody has acknowledged it"), speak(
            f"{name} 于 {acked} 签收，你不用再签收。",
            f"{name} acknowledged it on {acked}. You need not.",
        )
    if state is State.OVER:
        at = speak.when(alert.resolved_at)
        return speak("已解除，不用处理", "It is over: nothing to do"), speak(
            f"这张牌已于 {at} 解除，不再升级。", f"It ended on {at} and is told no further up."
        )
    if state is State.USED:
        at = speak.when(used)
        return speak("链接已用过", "This link was used before"), speak(
            f"你于 {at} 用它签收过，此后情况有变，现为{level}。请用新消息里的链接。",
            f"You acknowledged with it on {at}. Things have changed since. Please use the link "
            "in the newer message.",
        )
    margin = ""
    if alert.due_at is not None:
        margin = margin_text(rules, alert.rule, alert.due_at, now, speak.language, alert.evidence)
    margin = margin or speak("待处理", "waiting for you")
    return speak(f"{level}｜{margin}", f"{level}: {margin}"), speak(
        "点下面的按钮，表示由你处理，此后不再往上报。一直没有办结的，还会上报。",
        "Press the button to say that you take care of it. It is then told no further up, unless "
        "it stays open.",
    )
