"""The catalogue of the planted hall: items whose fees, limits, documents and steps differ."""

from __future__ import annotations

from datetime import date
from itertools import product
from typing import Any, Final

from rules.catalogue import EVER, Catalogue, Item

STEPS: Final = "受理,审查,现场勘验?,决定"
JOINT_STEPS: Final = "受理,消防审查?,环评审查?,审查,现场勘验?,决定"
BRANCHES: Final = "消防审查,环评审查?"
DOCUMENTS: Final = ("申请表", "身份证明", "营业执照", "场所证明")
FREED: Final = date(2026, 1, 1)
"""The day from which the items called FREED cost nothing."""

DEPARTMENTS: Final = ("SCJG", "ZJ", "ZR", "RS", "GA", "WJ", "JT", "HB", "NY", "SL")

_KINDS = {"P": "promise", "I": "instant", "J": "joint"}
_FEES = (0.0, 0.0, 0.0, 50.0, 200.0)
_PROMISED = {"P": (10.0, 15.0), "I": (1.0,), "J": (30.0,)}
_STATUTORY = {10.0: 20.0, 15.0: 25.0, 1.0: 20.0, 30.0: 45.0}
"""What the law allows by what is promised, in working days."""


def _items() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = [
        {
            "code": f"{letter}{number:02}-{department}",
            "name": "事项",
            "department": department,
            "kind": _KINDS[letter],
            "promised_days": promised,
            "statutory_days": _STATUTORY[promised],
            "fee_standard": fee,
            "documents": "、".join(DOCUMENTS[: 2 + number % 3]),
            "steps": {"P": STEPS, "I": "", "J": JOINT_STEPS}[letter],
            "branches": BRANCHES if letter == "J" else "",
            "valid_from": None,
        }
        for letter in _KINDS
        for number, (promised, fee) in enumerate(product(_PROMISED[letter], _FEES))
        for department in DEPARTMENTS
    ]
    freed = dict(rows[0], code="FREED", fee_standard=80.0, valid_from=date(2020, 1, 1))
    return [*rows, freed, dict(freed, fee_standard=0.0, valid_from=FREED)]


ROWS: Final = tuple(_items())
"""The rows of the table of items; one without a beginning has always been in force."""

BY_CODE: Final = {row["code"]: row for row in ROWS}
"""An item by its code: of FREED what holds now."""


def catalogue() -> Catalogue:
    """Give the items as duban keeps them."""
    items = []
    for row in ROWS:
        facts = {
            name: value or None if isinstance(value, str) else value
            for name, value in row.items()
            if name not in ("code", "valid_from")
        }
        begins = row["valid_from"] or EVER
        ends = FREED if row["code"] == "FREED" and begins < FREED else None
        items.append(Item(row["code"], begins, ends, facts))
    return Catalogue(items)
