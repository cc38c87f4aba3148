"""Records of GB/T 39046-2020 section 6.8, in a file."""

from __future__ import annotations

import asyncio
import csv
import json
import os
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from notifiers import Gbt39046Settings, Kind, Message, SendError
from notifiers.supervision_record import FIELDS
from tests.support.messages import message

ALERT = {"id": 41, "rule": "promise", "since_at": "2026-10-16T17:30:00+08:00"}


def settings(path: Path, **changes: Any) -> Gbt39046Settings:
    return Gbt39046Settings(**{"kind": "gbt39046", "id": "record", "path": path} | changes)


def written(path: Path, *messages: Message, **changes: Any) -> list[dict[str, str]]:
    channel = settings(path, **changes).open()
    for one in messages:
        asyncio.run(channel.send(one))
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_a_record_has_the_fields_of_the_standard_in_its_order(tmp_path: Path) -> None:
    [record] = written(tmp_path / "r.csv", message(alert=ALERT, case={"kind": "01"}))
    assert list(record) == list(FIELDS.values())
    issued = record.pop("督办发出时间")
    assert len(issued) == len("2026-10-16 17:30:00")
    assert record == {
        "办件编号": "DP-ZJ-20260922-0173",
        "督办内容": record["督办内容"],
        "机构名称": "东浦区东浦区住房和城乡建设局 · 消防审验科",
        "事项类型代码": "01",
        "监察编号": "41",
        "监察规则编号": "promise",
        "监察预警类型代码": "2",
        "状态产生时间": "2026-10-16 17:30:00",
        "监察结果描述": "黄牌｜超期 1 个工作日",
        "责任部门": "东浦区住房和城乡建设局 · 消防审验科",
    }
    assert record["督办内容"].startswith("东浦区住房和城乡建设局")


def test_titles_are_written_once_and_excel_is_told_the_encoding(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    assert len(written(path, message(alert=ALERT), message(alert=ALERT))) == 2
    assert path.read_bytes().startswith("\ufeff办件编号".encode())
    assert path.read_text("utf-8").count("办件编号") == 1


def test_codes_and_names_are_those_of_the_receiving_side(tmp_path: Path) -> None:
    changes = {"codes": {"yellow": "B"}, "columns": {"case_no": "BJBH"}}
    [record] = written(tmp_path / "r.csv", message(alert=ALERT), **changes)
    assert record["BJBH"] == "DP-ZJ-20260922-0173"
    assert record["监察预警类型代码"] == "B"


def test_a_card_that_is_over_has_a_code_of_its_own(tmp_path: Path) -> None:
    [record] = written(tmp_path / "r.csv", message(Kind.RESOLVED, alert=ALERT))
    assert record["监察预警类型代码"] == "0"


@pytest.mark.parametrize("kind", [Kind.TEST, Kind.SYSTEM, Kind.DIGEST])
def test_what_is_about_no_case_is_no_record(tmp_path: Path, kind: Kind) -> None:
    path = tmp_path / "r.csv"
    receipt = asyncio.run(settings(path).open().send(message(kind)))
    assert receipt.response == "no record"
    assert not path.exists()


def test_records_may_be_lines_of_json(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    asyncio.run(settings(path, format="json").open().send(message(alert=ALERT)))
    assert json.loads(path.read_text("utf-8"))["监察编号"] == "41"


def test_a_file_that_cannot_be_written_is_tried_again(tmp_path: Path) -> None:
    with pytest.raises(SendError) as caught:
        written(tmp_path / "absent" / "r.csv", message())
    assert not caught.value.permanent


def test_a_column_for_a_field_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="no field case"):
        settings(tmp_path, columns={"case": "BJBH"})


def test_no_text_of_a_csv_record_is_a_formula(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    [record] = written(path, message(alert=ALERT, case={"no": "=1+1", "kind": "@SUM(A1)"}))
    assert "'=1+1" in record.values()
    assert "'@SUM(A1)" in record.values()


def test_a_new_file_is_nobody_elses_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        written(tmp_path / "r.csv", message(alert=ALERT))
    finally:
        os.umask(before)
    assert (tmp_path / "r.csv").stat().st_mode & 0o777 == 0o640
