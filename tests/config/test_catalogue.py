from __future__ import annotations

from pathlib import Path

import pytest

from config import load
from tests.config.test_loading import ENVIRON, GOOD
from tests.support.settings import LIMIT, SOURCE, loaded, refused

CATALOGUE = """
[catalogue]
file = "lists/items.csv"
columns = { code = "事项编码", kind = "类型", promised_days = "承诺时限", valid_from = "施行日期" }
"""


def test_a_catalogue_of_a_source_is_loaded() -> None:
    catalogue = load(GOOD / "full.toml", ENVIRON).catalogue
    assert catalogue is not None
    assert (catalogue.source, catalogue.table, catalogue.refresh_every) == (
        "hall",
        "up_task",
        43_200.0,
    )


def test_there_is_none_unless_it_is_written(tmp_path: Path) -> None:
    assert loaded(tmp_path, SOURCE).catalogue is None


def test_its_file_is_beside_the_settings(tmp_path: Path) -> None:
    catalogue = loaded(tmp_path, CATALOGUE).catalogue
    assert catalogue is not None
    assert catalogue.file == tmp_path / "lists/items.csv"


def test_a_file_elsewhere_stays(tmp_path: Path) -> None:
    catalogue = loaded(tmp_path, CATALOGUE.replace("lists/", "/var/lib/")).catalogue
    assert catalogue is not None
    assert catalogue.file == Path("/var/lib/items.csv")


@pytest.mark.parametrize("fact", ["item_kind", "item_promised_days", "item_edition", "item_code"])
def test_conditions_may_name_the_facts_of_items(tmp_path: Path, fact: str) -> None:
    check = f'[[check]]\nid = "c"\ntitle = "t"\nwhen = "case.{fact} != null"\nlevel = "red"\n'
    assert loaded(tmp_path, SOURCE + CATALOGUE + check).check[0].id == "c"


@pytest.mark.parametrize("fact", ["item_deposit", "item_valid_from"])
def test_what_the_catalogue_does_not_map_is_no_fact(tmp_path: Path, fact: str) -> None:
    check = f'[[check]]\nid = "c"\ntitle = "t"\nwhen = "case.{fact} != null"\nlevel = "red"\n'
    found = refused(tmp_path, SOURCE + CATALOGUE + check).faults
    assert [one.code for one in found] == ["CFG-209"]


def test_a_limit_may_be_as_long_as_the_item_says(tmp_path: Path) -> None:
    limit = LIMIT.replace(
        '"20 working days"', '{ column = "item_promised_days", unit = "working days" }'
    )
    book = loaded(tmp_path, SOURCE + CATALOGUE + limit).rulebook()
    assert book.limits[0].allow.column == "item_promised_days"


def test_the_catalogue_bears_on_no_fingerprint(tmp_path: Path) -> None:
    without = loaded(tmp_path, SOURCE + LIMIT).fingerprint()
    assert loaded(tmp_path, SOURCE + CATALOGUE + LIMIT).fingerprint() == without
