from __future__ import annotations

import numpy as np

from rules.batches import Batch
from rules.cases import Case, Fact, Part, PartKind
from rules.columns import Coded
from rules.gathering import gather
from rules.parts import Parts


def step(key: str, start: int | None, **facts: Fact) -> Part:
    return Part(PartKind.STEP, key, start, None, facts)


def steps(*parts: Part) -> Parts:
    return Batch.of([Case("", "", {}, parts)]).parts(PartKind.STEP)


def column(*values: Fact) -> Coded:
    given = np.empty(len(values), dtype=object)
    given[:] = values
    return Coded.of(given)


def test_a_fact_of_parts_is_coded_in_the_order_of_their_beginnings() -> None:
    names = steps(step("2", 20, name="审查"), step("1", 10, name="受理"), step("3", 30)).coded(
        "name"
    )
    assert [names.values[code] for code in names.codes] == ["受理", "审查", None]


def test_columns_serve_where_there_are_no_parts_and_follow_the_order_too() -> None:
    given = Parts(
        np.array([0, 2]),
        np.array([20, 10]),
        np.array([21, 11]),
        np.array([None, None], dtype=object),
        np.full(2, np.nan),
        np.array([None, None], dtype=object),
        columns={"name": np.array(["审查", "受理"], dtype=object)},
    ).in_order()
    assert given.coded("name").texts().tolist() == ["受理", "审查"]
    assert given.coded("handler").values == (None,)
    assert given.tells("name").all()
    assert not given.tells("handler").any()
    assert given.coded("kind").values == (None,)
    assert not given.tells("kind").any()
    assert given.key(1) == "1"


def test_the_name_of_one_row_is_that_among_all() -> None:
    """Of several of one name in one case the later ones are numbered; another case begins anew."""
    named = (["审查", "审查", "受理", None], ["审查", "审查"])
    parts = Parts.of(
        [
            [Part(PartKind.STEP, f"{at}", at, None, {"name": name}) for at, name in enumerate(one)]
            for one in named
        ]
    )
    assert [parts.name(row) for row in range(6)] == parts.names(np.arange(6))


def test_a_column_of_facts_gives_names_numbers_and_texts() -> None:
    facts = column("听证", 3, None, "听证")
    assert facts.values == ("听证", 3, None)
    assert facts.among({"听证"}).tolist() == [True, False, False, True]
    assert facts.texts().tolist() == ["听证", "3", "", "听证"]
    assert np.array_equal(facts.numbers(), [np.nan, 3.0, np.nan, np.nan], equal_nan=True)
    assert not len(column().texts())


def test_an_empty_fact_is_told_and_an_unmapped_one_is_not() -> None:
    assert steps(step("1", 10, reason=None), step("2", 20)).tells("reason").tolist() == [
        True,
        False,
    ]


def test_a_kind_that_the_source_tells_is_told_even_where_it_is_empty() -> None:
    nobody = np.full(2, None, object)
    owners, began, ended = (np.array(one, np.int64) for one in ([0, 0], [10, 20], [11, 21]))
    given = gather(1, owners, began, ended, ["1", "2"], {"kind": nobody})
    assert given.tells("kind").all()
    assert not gather(1, owners, began, ended, ["1", "2"], {}).tells("kind").any()


def test_a_fact_of_some_rows_is_given_as_it_is() -> None:
    parts = steps(step("1", 10, name="受理"), step("2", 20, name=3, kind="x"), step("3", 30))
    assert parts.facts("name", np.array([0, 1, 2])) == ["受理", 3, None]
    assert parts.facts("kind", np.array([2, 1])) == [None, "x"]
    assert Parts.none(1).facts("name", np.empty(0, np.int64)) == []
