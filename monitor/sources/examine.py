"""Whether a source can be read as its settings say: what ``duban check`` tells before a start."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from sqlalchemy import Connection, inspect
from sqlalchemy.exc import SQLAlchemyError

from config.codes import Words
from config.sources import PartTable, Table
from monitor.sources.columns import lacks, mapped_tables
from monitor.sources.errors import SourceError
from monitor.sources.reader import SourceReader
from monitor.sources.reject_words import in_words
from monitor.sources.rows import ReadCase, Reason, Reject
from rules.instants import HOUR, MINUTE, is_moment

_SKEW = 5 * MINUTE
_SHOWN = 3
_WRITES = "INSERT, UPDATE, DELETE"
_MENDS = {
    Reason.NULL_KEY: Words(
        "cases.key 换成每行都有值的列", "let cases.key be a column that every row has"
    ),
    Reason.DUPLICATE_KEY: Words(
        "cases.key 换成唯一的列，或用视图每件只留一行",
        "let cases.key be a unique column, or keep one row a case with a view",
    ),
    Reason.BAD_TIME: Words(
        "该列换成时间列，或在视图里转换", "map a column of times, or convert it in a view"
    ),
    Reason.BAD_NUMBER: Words(
        "该列换成数值列，或在视图里转换", "map a column of numbers, or convert it in a view"
    ),
    Reason.UNKNOWN_CODE: Words("在 values 里加上这些代码", "name these codes under values"),
    Reason.INVALID_UTF8: Words(
        "在 url 里写明数据库的字符集", "name the character set of the database in the url"
    ),
    Reason.CONTRADICTION: Words("改正互相矛盾的行", "correct the rows that contradict each other"),
}


_ASK = {
    "oracle": "SELECT privilege FROM session_privs; SELECT privilege, table_name FROM "
    "user_tab_privs",
    "dm": "SELECT privilege FROM session_privs; SELECT privilege, table_name FROM user_tab_privs",
    "mssql": "SELECT permission_name FROM fn_my_permissions(NULL, 'DATABASE')",
}
"""By dialect, what lists the rights of an account where we do not look at them."""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One thing that was looked at. ``code`` is stable; ``text`` says how to mend what is wrong.

    SRC-101 the connection, SRC-102 tables and columns, SRC-103 the account's rights, SRC-104 the
    index of the cursor, SRC-105 sample rows, SRC-106 their times against ``now``.
    """

    code: str
    status: Literal["ok", "warn", "fail"]
    text: Words


class Examined(NamedTuple):
    """What was found out about a source, and the cases that were read meanwhile."""

    results: list[CheckResult]
    cases: list[ReadCase]


def examine(reader: SourceReader, now: int) -> Examined:
    """Look at a source without writing to it: at most one page of rows is read.

    Args:
        reader: reads the source; it is left open.
        now: the instant at which it is looked at.
    """
    server = reader.server
    results = []
    try:
        with server.reading() as connection:
            connection.exec_driver_sql("SELECT 1")
            results.append(CheckResult("SRC-101", "ok", Words("可以连接", "it can be reached")))
            results.append(rights(connection))
        missing = list(lacks(reader.source, server))
        if missing:
            found = (CheckResult("SRC-102", "fail", lack.text) for lack in missing)
            return Examined([*results, *found], [])
        fit = Words("表和列都在", "all tables and columns are there")
        results.append(CheckResult("SRC-102", "ok", fit))
        with server.reading() as connection:
            for name, mapped in mapped_tables(reader.source).items():
                results += _cursor_index(connection, name, mapped)
    except SQLAlchemyError as error:
        told = server.translate(error)
        code = "SRC-102" if results else "SRC-101"
        return Examined([*results, CheckResult(code, "fail", told.text)], [])
    try:
        sample = reader.sample()
    except SourceError as error:
        return Examined([*results, CheckResult("SRC-105", "fail", error.text)], [])
    cases = [one for one in sample if isinstance(one, ReadCase)]
    return Examined([*results, _sample(sample), *_times(sample, now)], cases)


def rights(connection: Connection) -> CheckResult:
    """Say whether the account may only read, or that this was not looked at, and how to."""
    # Our transactions are read-only in any case; an account that cannot write is a second wall.
    kind = connection.dialect.name
    if kind not in ("sqlite", "postgresql", "mysql", "mariadb"):
        return CheckResult("SRC-103", "warn", _unseen(kind))
    writes = False  # a file of SQLite is opened to be read only
    if kind == "postgresql":
        writes = connection.exec_driver_sql(
            "SELECT coalesce(bool_or(has_table_privilege(c.oid, %s)), false) FROM pg_class c "
            "JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p') "
            "AND n.nspname NOT IN ('pg_catalog', 'information_schema')",
            (_WRITES,),
        ).scalar_one()
    elif kind in ("mysql", "mariadb"):
        grants = " ".join(connection.exec_driver_sql("SHOW GRANTS").scalars())
        writes = any(right in grants for right in ("ALL PRIVILEGES", *_WRITES.split(", ")))
    if writes:
        text = Words(
            "该账号可以写入；请换成只有 SELECT 权限的账号",
            "the account may write; use one that may only SELECT",
        )
        return CheckResult("SRC-103", "warn", text)
    return CheckResult("SRC-103", "ok", Words("只读", "read-only"))


def _unseen(kind: str) -> Words:
    ask = _ASK.get(kind)
    return Words(
        "未查该账号能否写入；请"
        + (f"以该账号执行 {ask}" if ask else "查看授给它的权限")
        + "，应只有连接和 SELECT 权限",
        "whether the account may write was not looked at: "
        + (f"run {ask} as this account" if ask else "look at what it was granted")
        + "; it should have the rights to connect and to SELECT alone",
    )


def _cursor_index(
    connection: Connection, name: str, mapped: Table | PartTable
) -> list[CheckResult]:
    if mapped.changed is None or mapped.table is None:
        return []  # nothing is polled, or the plan of a query is its author's
    schema, _, table = mapped.table.rpartition(".")
    inspector = inspect(connection)
    if table in inspector.get_view_names(schema or None):
        return []
    indexes: list[Sequence[str | None]] = [
        one["column_names"] for one in inspector.get_indexes(table, schema or None)
    ]
    indexes.append([*inspector.get_pk_constraint(table, schema or None)["constrained_columns"]])
    first = {str(columns[0]).lower() for columns in indexes if columns}
    key = mapped.key if isinstance(mapped, Table) else mapped.columns["case"]
    if mapped.changed.lower() in first:
        text = Words(f"{name}：游标列有索引", f"{name}: the cursor has an index")
        return [CheckResult("SRC-104", "ok", text)]
    index = f"({mapped.changed}, {key})"
    text = Words(
        f"{name}：{mapped.changed} 没有索引，每次轮询都要扫描全表；请在 {index} 上建索引",
        f"{name}: {mapped.changed} has no index, so each poll scans the table; index {index}",
    )
    return [CheckResult("SRC-104", "warn", text)]


def _sample(sample: list[ReadCase | Reject]) -> CheckResult:
    rejects = [one for one in sample if isinstance(one, Reject)]
    read = len(sample) - len(rejects)
    if not sample:
        text = Words("一行也没有，无法试读", "there are no rows to try")
        return CheckResult("SRC-105", "warn", text)
    if not rejects:
        text = Words(f"试读 {read} 行，都能读懂", f"{read} rows tried, all understood")
        return CheckResult("SRC-105", "ok", text)
    told = [(one.called, in_words(one.gist)) for one in rejects[:_SHOWN]]
    why = Words(
        "；".join(f"{key}：{detail.zh}" for key, detail in told),
        "; ".join(f"{key}: {detail.en}" for key, detail in told),
    )
    mend = [_MENDS[reason] for reason in dict.fromkeys(one.reason for one in rejects)]
    text = Words(
        f"试读 {len(sample)} 行，{len(rejects)} 行读不懂：{why.zh}。"
        f"改法：{'；'.join(m.zh for m in mend)}",
        f"{len(sample)} rows tried, {len(rejects)} not understood: {why.en}. "
        f"To mend it: {'; '.join(m.en for m in mend)}",
    )
    return CheckResult("SRC-105", "warn" if read else "fail", text)


def _times(sample: list[ReadCase | Reject], now: int) -> list[CheckResult]:
    latest: dict[str, int] = {}
    for case in sample:
        if isinstance(case, ReadCase):
            for name, at in case.facts.items():
                if is_moment(name) and not name.endswith("_due") and isinstance(at, int):
                    latest[name] = max(at, latest.get(name, at))
    if not latest:
        return []
    ahead = {name: at - now for name, at in latest.items() if at > now + _SKEW}
    if not ahead:
        text = Words("时间都不晚于现在", "no time is later than now")
        return [CheckResult("SRC-106", "ok", text)]
    listed = ", ".join(f"{name} +{by / HOUR:.1f} h" for name, by in ahead.items())
    text = Words(
        f"有的时间晚于现在（{listed}）；请核对 timezone 和源库时钟",
        f"some times are later than now ({listed}); check timezone and the source's clock",
    )
    return [CheckResult("SRC-106", "warn", text)]
