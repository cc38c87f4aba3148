"""Sources: how they are read, and what a hall pushes of its own accord."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from config import Words
from monitor.access import Role
from monitor.pipeline import pushing
from monitor.pipeline.pushing import Pushed
from monitor.store import rejects, sources
from monitor.web.api import moments
from monitor.web.api.calls import Asked, Asks, Call, Gives
from monitor.web.api.keys import source_of
from monitor.web.api.moments import Moment
from monitor.web.looking import UnknownError

TAG = "sources"

Rows = Annotated[list[dict[str, Any]], Meta(max_length=1000)]


class Source(Gives):
    """How a source is read."""

    id: str
    state: Annotated[str, Meta(description="new、ok、down 或 fault · new, ok, down or fault")]
    last_ok_at: Moment | None
    next_poll_at: Moment | None
    failures: Annotated[int, Meta(description="此后失败次数 · failures since")]
    last_error: str | None
    rows_read: int
    rejected: Annotated[int, Meta(description="读不懂的行 · rows set aside")]
    pushes: Annotated[bool, Meta(description="是否可推送 · whether it may push")]


class Sources(Gives):
    """Every source of the settings."""

    rows: list[Source]


class Push(Asks):
    """What has changed: rows in the source's own columns, or the keys alone.

    A kind of parts that is left out stays as it was last read.
    """

    rows: Annotated[
        Rows, Meta(description="办件行，列名同 [source.cases] · rows, columns as mapped")
    ] = msgspec.field(default_factory=list)
    pauses: Annotated[
        Rows | None, Meta(description="这些办件的全部暂停 · all pauses of these cases")
    ] = None
    steps: Annotated[
        Rows | None, Meta(description="这些办件的全部环节 · all steps of these cases")
    ] = None
    extensions: Annotated[
        Rows | None, Meta(description="这些办件的全部延期 · all extensions of these cases")
    ] = None
    keys: Annotated[
        list[str],
        Meta(max_length=1000, description="只说哪些变了 · only which have changed"),
    ] = msgspec.field(default_factory=list)


class Rejected(Gives):
    """A row that could not be understood."""

    key: str
    reason: str
    detail: str


class Taken(Gives):
    """What became of a push."""

    new: int
    changed: int
    same: int
    rejected: list[Rejected]
    polled: Annotated[bool, Meta(description="随即去读审批库 · the source is read at once")]


def listed(asked: Asked) -> Sources:
    """Tell how every source is read."""
    write = moments.written(asked.rules.zone)
    known = {state.id: state for state in sources.states(asked.connection)}
    rows = []
    for source in asked.rules.settings.source:
        state = known.get(source.id)
        if state is not None:
            rows.append(
                Source(
                    id=source.id,
                    state=state.state,
                    last_ok_at=write(state.last_ok_at),
                    next_poll_at=write(state.next_poll_at),
                    failures=state.failures,
                    last_error=_error(asked, state.last_error),
                    rows_read=state.rows_read,
                    rejected=rejects.count(asked.connection, source.id),
                    pushes=source.push_secret is not None,
                )
            )
    return Sources(rows=rows)


def _error(asked: Asked, said: str | None) -> str | None:
    """Give the code of an error; its words may name hosts and users, and are for operators."""
    if said is None or asked.visitor.may(Role.SYSTEM):
        return said
    return said.partition(": ")[0]


def pushed(asked: Asked) -> Taken:
    """Take up what a hall pushes; keys alone, or nothing, have the source read at once."""
    body: Push = asked.body
    source = source_of(asked.rules, asked.path["id"])
    if asked.visitor.id != f"source:{source.id}":
        raise UnknownError
    parts = {"pauses": body.pauses, "steps": body.steps, "extensions": body.extensions}
    given = {name: rows for name, rows in parts.items() if rows is not None}
    found = Pushed()
    if body.rows or given:
        found = pushing.take(asked.connection, asked.rules, source, body.rows, given, asked.now)
        asked.wakes.append("check")
    polled = bool(body.keys) or not (body.rows or given)
    if polled:
        sources.nudge(asked.connection, source.id, asked.now, whole=source.cases.changed is None)
        asked.wakes.append(f"poll:{source.id}")
    return Taken(
        new=found.new,
        changed=found.changed,
        same=found.same,
        rejected=[
            Rejected(key=one.key, reason=one.reason.value, detail=one.detail)
            for one in found.rejected
        ],
        polled=polled,
    )


CALLS = (
    Call(
        "GET",
        "/sources",
        "listSources",
        TAG,
        Words("审批库读得怎样", "How sources are read"),
        listed,
        Sources,
    ),
    Call(
        "POST",
        "/sources/{id:str}/cases",
        "pushCases",
        TAG,
        Words("大厅推送办件变化", "A hall pushes changes of cases"),
        pushed,
        Taken,
        body=Push,
        example={"keys": ["DP-20260922-0173"]},
        signed=True,
        largest=10_000_000,
        note=Words(
            "按 Standard Webhooks 用该来源的 push_secret 签名；webhook-id 只收一次。",
            "Signed by Standard Webhooks with the push_secret of the source; a webhook-id is "
            "taken once.",
        ),
    ),
)
