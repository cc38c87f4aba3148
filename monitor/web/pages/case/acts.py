"""What people do on the page of a case: acknowledge, appeal, revoke, see who the applicant is."""

from __future__ import annotations

from monitor.acts.acknowledging import Answer, acknowledge
from monitor.acts.appeals import file_appeal, revoke
from monitor.store import audit_log
from monitor.store.audit_log import Act
from monitor.web.looking import Doing, Done, NoRightError, UnknownError
from monitor.web.pages.case.facts import PHONES
from monitor.web.pages.case.found import (
    Found,
    SeveralError,
    found,
    may_answer,
    may_look_behind,
    may_revoke,
)
from rules.refusals import RefusedError

_REFUSED = {
    Answer.ALREADY: ("已有人签收", "it was acknowledged before"),
    Answer.RESOLVED: ("牌已解除，不必签收", "the card is over and needs no answer"),
}


def do_acknowledge(doing: Doing) -> Done:
    """Acknowledge a card of the case."""
    case = _found(doing)
    alert = case.card(doing.one("alert"))
    if not may_answer(doing, alert):
        raise NoRightError
    note = doing.one("note") or ""
    answer = acknowledge(doing.connection, alert.id, doing.actor, note, doing.now)
    if answer in _REFUSED:
        raise RefusedError(*_REFUSED[answer])
    return Done(case.href(), doing.say("已签收。", "Acknowledged."))


def do_appeal(doing: Doing) -> Done:
    """File an appeal against a card of the case, whose ladder stands still meanwhile."""
    case = _found(doing)
    alert = case.card(doing.one("alert"))
    if not may_answer(doing, alert):
        raise NoRightError
    row = file_appeal(
        doing.connection,
        doing.rules,
        doing.actor,
        alert.id,
        doing.one("reason") or "",
        doing.one("evidence") or "",
        doing.now,
    )
    said = doing.say(
        f"更正申请 {row.id} 已提交，裁定前不再升级。",
        f"Appeal {row.id} was filed; nobody else is told until it is decided.",
    )
    return Done(case.href(), said)


def do_revoke(doing: Doing) -> Done:
    """Take a card of the case back."""
    case = _found(doing)
    alert = case.card(doing.one("alert"))
    if not may_revoke(doing, alert):
        raise NoRightError
    why = doing.one("why") or ""
    revoke(doing.connection, doing.rules, doing.actor, alert.id, why, doing.now)
    return Done(case.href(), doing.say("已撤牌。", "The card was taken back."))


def do_look_behind(doing: Doing) -> Done:
    """Tell once who the applicant is, and put on record who looked and what for."""
    case = _found(doing)
    if not may_look_behind(doing, case.row):
        raise NoRightError
    why = doing.one("why")
    if why is None:
        raise RefusedError("写明为何要看申请人", "say what you want to know the applicant for")
    own = case.row.case.facts
    applicant = str(own.get("applicant") or doing.say("没有记载", "not told"))
    phone = next((str(own[name]) for name in PHONES if own.get(name)), "")
    of = f"case:{own.get('no') or case.row.case.key}"
    actor = doing.actor
    act = Act(actor.who, actor.origin, "applicant.look", of, note=why)
    audit_log.record(doing.connection, act, doing.now)
    said = doing.say(f"申请人：{applicant}", f"Applicant: {applicant}")
    if phone:
        said += doing.say(f"，电话 {phone}", f", phone {phone}")
    return Done(case.href(), said + doing.say("（已留痕）", " (on record)"))


def _found(doing: Doing) -> Found:
    try:
        return found(doing)
    except SeveralError:  # its form names the source
        raise UnknownError from None
