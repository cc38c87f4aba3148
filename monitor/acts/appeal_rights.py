"""Who may see an appeal (申诉) against a card, and who may decide it: the one place for it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, false, or_

from monitor.access import Role, Visitor
from monitor.acts.order_rights import carried, carries, names
from monitor.store.alert_list import Alert
from rules.appeals import Appeal, AppealState
from rules.directory import Directory


def seen(visitor: Visitor, directory: Directory, appeals: Any, alerts: Any) -> ColumnElement[bool]:
    """Give the condition for the appeals that somebody sees, on the columns of both tables.

    They are those against cards of his places, those that his regions decide (unless his are some
    departments only), and those that he filed or that are about his card.
    """
    scope = visitor.scope
    decides: ColumnElement[bool] = false()
    if scope.departments is None and scope.regions is not None:
        decides = appeals.region.in_(sorted(scope.regions))
    own = (visitor.id, visitor.who, *names(visitor, directory))
    mine = or_(appeals.filed_by.in_(own), carried(visitor, directory, alerts))
    return or_(scope.of(alerts), decides, mine)


def may_see(visitor: Visitor, directory: Directory, appeal: Appeal, alert: Alert) -> bool:
    """Tell whether somebody sees an appeal: :func:`seen` for one."""
    own = (visitor.id, visitor.who, *names(visitor, directory))
    return (
        visitor.scope.holds(alert.region, alert.department)
        or visitor.scope.holds(appeal.region, None)
        or appeal.filed_by in own
        or carries(visitor, directory, alert.handler, alert.region)
    )


def may_answer(visitor: Visitor, directory: Directory, alert: Alert) -> bool:
    """Whether somebody may acknowledge an alert or contest it: they inspect or are responsible."""
    inspects = visitor.may(Role.INSPECT) and visitor.scope.holds(alert.region, alert.department)
    own = carries(visitor, directory, alert.handler, alert.region)
    return not visitor.board and (inspects or own)


def may_decide(visitor: Visitor, directory: Directory, appeal: Appeal, alert: Alert) -> bool:
    """Tell whether somebody may decide an appeal that is pending.

    He inspects the region that decides, and neither filed the appeal nor carries the card.
    """
    own = (visitor.id, visitor.who, *names(visitor, directory))
    return (
        visitor.may(Role.INSPECT)
        and visitor.scope.holds(
            appeal.region, None if visitor.scope.departments is None else alert.department
        )
        and appeal.filed_by not in own
        and not carries(visitor, directory, alert.handler, alert.region)
        and appeal.state is AppealState.PENDING
    )
