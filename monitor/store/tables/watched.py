"""Cases as their sources tell them, and what became of reading them."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Date,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    and_,
    false,
    func,
    literal_column,
    or_,
)

from monitor.store.tables import columns as col

sources = Table(
    "sources",
    col.metadata,
    Column("id", Text, primary_key=True),
    col.text("cursor"),
    col.at("next_poll_at", required=True),
    col.at("next_reconcile_at", required=True),
    col.at("claimed_until"),
    col.text("claimed_by"),
    col.count("failures"),
    col.at("last_ok_at"),
    col.text("last_error"),
    Column("rows_read", BigInteger, nullable=False, server_default="0"),
    col.text("state", required=True),
    col.at("complete_at"),
    col.at("since_at"),
)
"""How far each source has been read; ``state`` is ``new``, ``ok``, ``down`` or ``fault``.

``complete_at`` is the instant as of which it was last read to its end: what the source held then
is known. ``since_at`` is when the supervision of it began, ``NULL`` for one that always was
supervised.
"""

cases = Table(
    "cases",
    col.metadata,
    col.row_id(),
    col.text("source", required=True),
    col.text("key", required=True),
    col.json("facts", required=True),
    col.text("digest", required=True),
    col.text("fingerprint"),
    col.text("no"),
    col.text("title"),
    col.text("item_code"),
    col.text("department"),
    col.text("region"),
    col.text("handler"),
    col.at("accepted_at"),
    col.at("closed_at"),
    col.text("level"),
    Column("rank", Integer),
    col.text("state"),
    col.at("due_at"),
    col.json("clocks"),
    col.at("next_check_at"),
    col.at("first_seen_at", required=True),
    col.at("changed_at", required=True),
    col.at("vanished_at"),
    col.text("punctuality"),
    Column("seen_open", Boolean, nullable=False, server_default=false()),
    UniqueConstraint("key", "source"),  # in this order: pages of keys, and a key of any source
)
"""The cases as their sources last told them, and how they last stood.

``digest`` says what was read, ``fingerprint`` by which rules it was last checked; ``no`` to
``closed_at`` are copies of facts for finding and filtering. ``level`` and ``rank`` are those of
the gravest alert that stands, ``NULL`` where none does. ``punctuality`` says how a closed case
ended (:class:`rules.punctuality.Punctuality`); ``NULL`` while it is open or had no ended limit.
``seen_open``: the case was read while it was open.
"""

live: ColumnElement[bool] = and_(
    cases.c.vanished_at.is_(None), or_(cases.c.closed_at.is_(None), cases.c.level.is_not(None))
)
"""A case that rules still have a say in: in its source, and not closed or with an open alert."""

is_open: ColumnElement[bool] = and_(live, cases.c.closed_at.is_(None))
"""An open case (在办): in its source, and not closed. What calls itself open counts these.

It repeats ``live``, or SQLite does not use what is indexed of live cases.
"""
col.index("ix_cases_due", cases.c.next_check_at, where=cases.c.next_check_at.is_not(None))
_numbered = cases.c.no.is_not(None)
Index(
    "ix_cases_no",
    cases.c.no,
    sqlite_where=_numbered,
    postgresql_where=_numbered,
    postgresql_ops={"no": "text_pattern_ops"},  # or it does not know how numbers begin
)
tail: ColumnElement[str] = func.substr(cases.c.no, func.length(cases.c.no) - literal_column("3"))
"""The last four characters of a number, by which people recognise it."""
col.index("ix_cases_tail", tail, where=_numbered)
col.index("ix_cases_closed_at", cases.c.closed_at, where=cases.c.closed_at.is_not(None))
for _name in ("late", "in doubt"):  # what lists are of; by far the most are on time
    col.index(
        f"ix_cases_{_name.replace(' ', '_')}",
        *(cases.c.closed_at, cases.c.id),
        where=cases.c.punctuality == literal_column(f"'{_name}'"),
    )
col.index("ix_cases_live", cases.c.source, cases.c.key, where=live)
col.index("ix_cases_live_fingerprint", cases.c.fingerprint, where=live)
# Lists by due moment; many fall due at one, so that their order is whole with the id alone.
_by_due = (cases.c.due_at, cases.c.id)
col.index("ix_cases_live_due_at", *_by_due, where=live)
col.index("ix_cases_live_region", cases.c.region, *_by_due, where=live)
col.index("ix_cases_live_department", cases.c.department, *_by_due, where=live)
col.index("ix_cases_live_place", cases.c.region, cases.c.department, *_by_due, where=live)
col.index("ix_cases_live_item_code", cases.c.item_code, *_by_due, where=live)
col.index("ix_cases_live_handler", cases.c.handler, *_by_due, where=live)
col.index(
    "ix_cases_live_level", cases.c.level, *_by_due, where=and_(live, cases.c.level.is_not(None))
)
col.index(
    "ix_cases_paused",
    *(cases.c.state, cases.c.region, cases.c.department, cases.c.id),
    where=and_(
        cases.c.vanished_at.is_(None), cases.c.closed_at.is_(None), cases.c.state == "paused"
    ),
)
col.index(
    "ix_cases_live_standing",
    *(cases.c.source, cases.c.level, cases.c.state),
    *(cases.c.closed_at, cases.c.vanished_at),  # or SQLite reads the rows to see that they live
    where=live,
)

parts = Table(
    "parts",
    col.metadata,
    col.row_id(),
    Column("case_id", col.Id, ForeignKey("cases.id", ondelete="CASCADE"), nullable=False),
    col.text("kind", required=True),
    col.text("key", required=True),
    col.at("started_at"),
    col.at("ended_at"),
    col.json("facts", required=True),
)
"""The pauses, steps and extensions of cases; replaced whole whenever their case has changed."""
col.index("ix_parts_case_id", parts.c.case_id)

fact_changes = Table(
    "fact_changes",
    col.metadata,
    col.row_id(),
    Column("case_id", col.Id, ForeignKey("cases.id"), nullable=False),
    col.at("seen_at", required=True),
    col.text("name", required=True),
    col.json("before"),
    col.json("after"),
    col.at("read_at"),
    col.at("carded_at"),
)
"""What sources changed about cases they had told before, only ever added to.

The columns are those of :class:`rules.history.FactChange`.
"""
col.index("ix_fact_changes_case_id", fact_changes.c.case_id)

rejects = Table(
    "rejects",
    col.metadata,
    col.row_id(),
    col.text("source", required=True),
    col.text("key", required=True),
    col.text("reason", required=True),
    col.text("detail", required=True),
    col.text("row", required=True),
    col.at("first_seen_at", required=True),
    col.at("seen_at", required=True),
    Column("times", Integer, nullable=False),
    col.at("gone_at"),
    UniqueConstraint("source", "key", "reason"),
)
"""Source rows that could not be understood; ``gone_at`` is set once they can or are no more."""
col.index("ix_rejects_standing", rejects.c.source, where=rejects.c.gone_at.is_(None))

items = Table(
    "items",
    col.metadata,
    col.row_id(),
    col.text("code", required=True),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
    col.json("facts", required=True),
    col.text("origin", required=True),
    col.at("imported_at", required=True),
    UniqueConstraint("code", "valid_from"),
)
"""The editions of the item catalogue (事项目录); ``origin`` is the source or file they are from.

An edition is in force from ``valid_from`` until the day before ``valid_to``.
"""

calendar_days = Table(
    "calendar_days",
    col.metadata,
    col.row_id(),
    col.text("calendar", required=True),
    Column("day", Date, nullable=False),
    col.text("kind", required=True),
    col.text("name", required=True),
    col.text("entered_by", required=True),
    col.at("entered_at", required=True),
    col.text("ended_by"),
    col.at("ended_at"),
)
"""Days that were entered by hand over those of a calendar of the settings.

``kind`` is ``work`` or ``rest``, ``name`` what the day is called. One that was taken back is kept.
"""
col.index(
    "uq_calendar_days_standing",
    calendar_days.c.calendar,
    calendar_days.c.day,
    where=calendar_days.c.ended_at.is_(None),
    unique=True,
)
