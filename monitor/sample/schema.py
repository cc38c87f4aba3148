"""The hall's own tables: the national upload form (国家政务服务平台上报库表), as SQLAlchemy Core.

They are created on SQLite, PostgreSQL, MySQL and MariaDB. As in the halls, times are local time
without a zone, and a step that is still open carries its start as its end (GB/T 39046-2020).
``cd_time`` is the moment of the last change to a row, in microseconds.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Index,
    Integer,
    MetaData,
    Numeric,
    String,
    Table,
    Text,
)
from sqlalchemy.dialects import mysql

metadata = MetaData()

_MOMENT = DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb")
_ID = BigInteger().with_variant(Integer, "sqlite")
_MONEY = Numeric(10, 2, asdecimal=False)

items = Table(
    "up_task",
    metadata,
    Column("task_code", String(32), primary_key=True, comment="实施编码"),
    Column("task_name", String(128), nullable=False, comment="事项名称"),
    Column("dept_code", String(8), nullable=False, comment="部门"),
    Column("project_type", String(2), nullable=False, comment="1 即办 2 承诺 9 热线"),
    Column("anticipate_day", Integer, comment="法定时限"),
    Column("anticipate_type", String(1), comment="1 工作日"),
    Column("promise_day", Integer, comment="承诺时限"),
    Column("promise_type", String(1), comment="1 工作日 6 秒"),
    Column("fee_standard", _MONEY, nullable=False, comment="收费标准（元）"),
)
"""The catalogue of what the hall does (事项)."""

cases = Table(
    "up_pro_accept",
    metadata,
    Column("id", _ID, primary_key=True, autoincrement=False),
    Column("project_no", String(64), nullable=False, comment="办件编号"),
    Column("project_name", String(200), nullable=False, comment="办件名称"),
    Column("task_code", String(32), nullable=False, comment="实施编码"),
    Column("task_name", String(128), nullable=False, comment="事项名称"),
    Column("area_code", String(12), nullable=False, comment="区划"),
    Column("dept_code", String(8), nullable=False, comment="部门"),
    Column("org_name", String(128), nullable=False, comment="受理机构"),
    Column("window_no", String(32), nullable=False, comment="窗口"),
    Column("handler_name", String(64), nullable=False, comment="承办人"),
    Column("applicant_name", String(128), nullable=False, comment="申请人"),
    Column("project_type", String(2), nullable=False, comment="1 即办 2 承诺 9 热线"),
    Column("project_state", String(2), nullable=False, comment="1 在办 2 挂起 3 办结"),
    Column("process_name", String(32), nullable=False, comment="当前环节"),
    Column("apply_date", _MOMENT, nullable=False, comment="申请时间"),
    Column("accept_date", _MOMENT, nullable=False, comment="受理时间"),
    Column("promise_date", _MOMENT, comment="承诺办结时间"),
    Column("anticipate_day", Integer, comment="法定时限（工作日）"),
    Column("promise_day", Integer, comment="承诺时限（工作日）"),
    Column("promise_second", Integer, comment="热线时限（秒）"),
    Column("finish_date", _MOMENT, comment="办结时间"),
    Column("result_type", String(2), comment="1 准予 2 不予 3 退件"),
    Column("result_reason", String(200), comment="不予、退件的理由"),
    Column("deliver_date", _MOMENT, comment="送达时间"),
    Column("fee_standard", _MONEY, nullable=False, comment="收费标准（元）"),
    Column("fee_paid", _MONEY, nullable=False, comment="实收（元）"),
    Column("satisfaction", String(1), comment="好差评：1 非常满意 … 5 非常不满意"),
    Column("satisfaction_date", _MOMENT, comment="评价时间"),
    Column("revisit_date", _MOMENT, comment="差评回访时间"),
    Column("cd_time", _MOMENT, nullable=False, comment="变更时间"),
    Index("ux_accept_project", "project_no", unique=True),
    Index("ix_accept_changed", "cd_time", "project_no"),
    Index("ix_accept_state", "project_type", "project_state", "id"),
)
"""One row a case (办件)."""

steps = Table(
    "up_pro_process",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("project_no", String(64), nullable=False, comment="办件编号"),
    Column("event_name", String(32), nullable=False, comment="环节"),
    Column("process_name", String(64), nullable=False, comment="经办人"),
    Column("event_start_time", _MOMENT, nullable=False, comment="环节开始时间"),
    Column("event_end_time", _MOMENT, nullable=False, comment="环节结束时间；未结束时等于开始时间"),
    Column("event_state", String(1), nullable=False, comment="1 待办 2 已办"),
    Column("cd_time", _MOMENT, nullable=False, comment="变更时间"),
    Index("ix_process_project", "project_no"),
    Index("ix_process_changed", "cd_time", "project_no"),
)
"""The steps (环节) of the cases."""

pauses = Table(
    "up_pro_special_procedure",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("project_no", String(64), nullable=False, comment="办件编号"),
    Column("special_type", String(2), nullable=False, comment="1 补正 2 听证 3 评审 4 检测"),
    Column("special_reason", Text, nullable=False, comment="启动理由"),
    Column("special_time", _MOMENT, nullable=False, comment="启动时间"),
    Column("end_time", _MOMENT, comment="结束时间"),
    Column("cd_time", _MOMENT, nullable=False, comment="变更时间"),
    Index("ix_special_project", "project_no"),
    Index("ix_special_changed", "cd_time", "project_no"),
)
"""The special procedures (特别程序), during which the clock stands still."""

extensions = Table(
    "up_pro_extension",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("project_no", String(64), nullable=False, comment="办件编号"),
    Column("extend_value", Integer, nullable=False, comment="延长多少"),
    Column("extend_unit", String(1), nullable=False, comment="1 工作日 2 自然日 3 小时 4 分钟"),
    Column("extend_reason", Text, nullable=False, comment="延期理由"),
    Column("approved_by", String(64), nullable=False, comment="批准人"),
    Column("approve_time", _MOMENT, nullable=False, comment="批准时间"),
    Column("cd_time", _MOMENT, nullable=False, comment="变更时间"),
    Index("ix_extension_project", "project_no"),
    Index("ix_extension_changed", "cd_time", "project_no"),
)
"""The extensions (延期) that were granted."""
