"""A digest changes exactly when what a case says changes."""

from __future__ import annotations

from dataclasses import replace

from monitor.sources.mapping import digest
from rules.cases import Fact, Part, PartKind

FACTS: dict[str, Fact] = {
    "no": "DP-1",
    "title": "办件",
    "accepted_at": 1_790_000_000_000_000,
    "fee_paid": 1.5,
}
PART = Part(PartKind.PAUSE, "1", 5, None, {"kind": "hearing"})


def test_a_digest_is_the_same_in_every_run_and_version_of_python() -> None:
    assert digest(FACTS, (PART,)) == "7efed77eeedd86a93fd84bfd94b54ebe"


def test_equal_values_that_are_other_objects_have_one_digest() -> None:
    again = {name[:1] + name[1:]: value for name, value in FACTS.items()}
    again["no"] = "".join(["DP", "-", "1"])

    assert digest(again, (replace(PART, key=str(1)),)) == digest(FACTS, (PART,))


def test_every_difference_changes_the_digest() -> None:
    others = [
        digest(FACTS, ()),
        digest(FACTS, (PART, PART)),
        digest(FACTS, (replace(PART, ended_at=6),)),
        digest(FACTS, (replace(PART, kind=PartKind.STEP),)),
        digest(FACTS, (replace(PART, facts={"kind": "x"}),)),
        digest(FACTS | {"no": None}, (PART,)),
        digest(FACTS | {"fee_paid": 2}, (PART,)),
        digest({**FACTS, "more": None}, (PART,)),
        digest({"nr" if name == "no" else name: v for name, v in FACTS.items()}, (PART,)),
    ]

    assert digest(FACTS, (PART,)) not in others
    assert len(set(others)) == len(others)
