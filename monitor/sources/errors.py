"""What can go wrong with a source as a whole, told so that somebody can mend it."""

from __future__ import annotations

import re
from urllib.parse import quote, quote_plus

from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from config.codes import Words

TEXTS = {
    "unreachable": Words("连不上数据库", "the database cannot be reached"),
    "refused-login": Words("数据库拒绝登录", "the database refuses the login"),
    "timeout": Words("查询超时", "the query took too long"),
    "busy": Words("数据库忙", "the database is busy"),
    "gone": Words("连接中断", "the connection broke"),
    "failed": Words("读取失败", "reading failed"),
    "missing-table": Words("表不存在", "there is no such table"),
    "missing-column": Words("列不存在", "there is no such column"),
    "bad-query": Words("查询语句有误", "the query is not valid"),
    "denied": Words("没有读取权限", "the account may not read this"),
    "bad-data": Words("数据无法读取", "the data cannot be read"),
    "bad-cursor": Words("游标列的类型不可用", "the changed or key column cannot be a cursor"),
    "no-driver": Words("缺少数据库驱动", "the database driver is not installed"),
}
"""The stable codes of source errors and what they say, in Chinese and English."""

MENDS = {
    "unreachable": Words("检查主机、端口、防火墙", "check host, port and firewall"),
    "refused-login": Words(
        "检查用户、口令、库名；特殊字符用 % 转义",
        "check name, password and database; special characters are written with %",
    ),
    "timeout": Words(
        "给游标列建索引，或加大 timeout", "index the cursor column, or allow more with timeout"
    ),
    "busy": Words("会自行恢复", "this passes by itself"),
    "gone": Words("会自行恢复", "this passes by itself"),
    "failed": Words("看数据库的原话", "see what the database said"),
    "missing-table": Words("核对映射里的表名", "check the table in the mapping"),
    "missing-column": Words("核对映射里的列名", "check the column in the mapping"),
    "bad-query": Words("核对 query 的 SQL", "check the SQL of query"),
    "denied": Words("给账号 GRANT SELECT", "GRANT SELECT to the account"),
    "bad-data": Words("看数据库指出的行或列", "see the row or column that the database names"),
    "bad-cursor": Words("changed 或 key 换一列", "take another column for changed or key"),
    "no-driver": Words(
        "安装数据库驱动（pip install）", "install the database driver (pip install)"
    ),
}
"""How to mend each of them."""


class SourceError(Exception):
    """A source that cannot be read. ``code`` is stable, ``reason`` is what the database said."""

    def __init__(self, code: str, reason: str) -> None:
        self.code = code
        self.reason = reason
        super().__init__(f"{code}: {reason}")

    @property
    def text(self) -> Words:
        """What is wrong, in Chinese and English, with what the database said."""
        said = TEXTS[self.code]
        return Words(f"{said.zh}：{self.reason}", f"{said.en}: {self.reason}")


class SourceDown(SourceError):  # noqa: N818 - the name the pipeline speaks of
    """The source cannot be read now; trying again later can help."""


class SourceFault(SourceError):  # noqa: N818
    """The settings and the source do not fit; trying again cannot help."""


_SQLSTATES = {  # PostgreSQL, appendix A; the longest prefix wins
    "28": "refused-login",
    "3D": "refused-login",
    "57014": "timeout",
    "57P": "gone",
    "53": "busy",
    "40": "busy",
    "55": "busy",
    "08": "gone",
    "42P01": "missing-table",
    "3F000": "missing-table",
    "42703": "missing-column",
    "42501": "denied",
    "42": "bad-query",
    "22": "bad-data",
}
_MYSQL_ERRORS = {  # MariaDB server and client error numbers
    1045: "refused-login",
    1044: "refused-login",
    1049: "refused-login",
    1698: "refused-login",
    2002: "unreachable",
    2003: "unreachable",
    2005: "unreachable",
    1969: "timeout",
    3024: "timeout",
    1317: "gone",
    1927: "gone",
    1053: "gone",
    2006: "gone",
    2013: "gone",
    2055: "gone",
    0: "gone",  # PyMySQL: the connection was already closed
    1040: "busy",
    1203: "busy",
    1205: "busy",
    1213: "busy",
    1226: "busy",
    1146: "missing-table",
    1054: "missing-column",
    1142: "denied",
    1143: "denied",
    1064: "bad-query",
}
_SHORT = 4  # characters of a password that ordinary words may have in them
_WORDS = (  # what libpq says before there is a SQLSTATE, and SQLite always says
    (r"authentication failed|no password supplied|no pg_hba.conf entry", "refused-login"),
    (r"(database|role) .* (does not exist|is not permitted to log in)", "refused-login"),
    (r"too many (clients|connections)|remaining connection slots|starting up", "busy"),
    (r"interrupted|no answer within", "timeout"),
    (r"locked", "busy"),
    (r"no such table", "missing-table"),
    (r"no such column", "missing-column"),
    (r"syntax error|incomplete input", "bad-query"),
    (r"not a database|malformed", "bad-data"),
    (r"could not receive|closed the connection|connection is lost", "gone"),
    (r"connection|unable to open|could not translate|failed to resolve", "unreachable"),
)
_FAULTS = {"missing-table", "missing-column", "bad-query", "denied", "bad-data"}


def translate(error: SQLAlchemyError, url: URL) -> SourceError:
    """Say what an error of the database means; the password of ``url`` is taken out of the text."""
    if isinstance(error, PoolTimeout):
        return SourceDown("busy", "all connections of this source are in use")
    orig = error.orig if isinstance(error, DBAPIError) else None
    code = "gone" if isinstance(error, DBAPIError) and error.connection_invalidated else None
    code = _known(orig) or code or "failed"
    text = orig.args[-1] if orig is not None and orig.args else error
    reason = scrub(" ".join(str(text).split())[:500], url)
    return SourceFault(code, reason) if code in _FAULTS else SourceDown(code, reason)


def scrub(text: str, url: URL) -> str:
    """Take the password of ``url`` out of a text, in every way in which it may be written.

    A short one is taken out only where it stands alone: as a part of words it tells nothing.
    """
    secret = url.password or ""
    for form in {secret, quote(secret, safe=""), quote_plus(secret)} - {""}:
        alone = r"(?<!\w){}(?!\w)" if len(form) < _SHORT else "{}"
        text = re.sub(alone.format(re.escape(form)), "***", text)
    return text


def _known(orig: BaseException | None) -> str | None:
    number = orig.args[0] if orig is not None and orig.args else None
    if isinstance(number, int):
        return _MYSQL_ERRORS.get(number)
    state = getattr(orig, "sqlstate", None)
    if isinstance(state, str):
        for length in (5, 3, 2):
            if state[:length] in _SQLSTATES:
                return _SQLSTATES[state[:length]]
    for words, code in _WORDS:
        if re.search(words, str(orig)):
            return code
    return None
