"""Instant items (即办件): handled at once, without special procedures and not as promises.

=============  ============================================================
``kind``       of a case: "instant", "promise" or other values; without it
               ``item_kind`` of the catalogue
``item_kind``  of a case: what the catalogue says its item is
=============  ============================================================
"""

from __future__ import annotations

import numpy as np

from rules.cases import PartKind
from rules.compliance.check import Builtin, Hits, Text, View, hits
from rules.compliance.columns import absent, among, among_item
from rules.compliance.rows import earliest_of_each
from rules.compliance.working_days import earliest
from rules.instants import NONE

_LAW = "行政许可法 第三十四条；五制：即办"
_KINDS = ("instant",)


def _delayed(view: View) -> Hits:
    """Find instant items whose clock was stopped or that were given more time.

    A correction asked for before acceptance stops no clock: none has started.
    """
    batch = view.batch
    pauses, extensions = batch.parts(PartKind.PAUSE), batch.parts(PartKind.EXTENSION)
    accepted = batch.moments("accepted_at")[pauses.owners]
    stops = (accepted != NONE) & (pauses.started >= accepted)
    first = earliest(
        earliest_of_each(pauses, np.where(stops, pauses.started, NONE)),
        earliest_of_each(extensions, extensions.started),
    )
    times = np.bincount(pauses.owners[stops], minlength=batch.size) + np.diff(extensions.offsets)
    found = among_item(batch, "kind", view.names("kinds")) & (times > 0)
    return hits(found, first_at=first, times=times)


def _promised(view: View) -> Hits:
    """Find instant items that were taken up as cases of another kind."""
    batch, kinds = view.batch, view.names("kinds")
    found = among(batch, "item_kind", kinds) & ~among(batch, "kind", kinds) & ~absent(batch, "kind")
    accepted = batch.moments("accepted_at")
    return hits(found & (accepted != NONE), accepted_at=accepted, kind=batch.texts("kind"))


CHECKS = (
    Builtin(
        "instant-item-delayed",
        Text("即办件启动特别程序或延期", "an instant item was paused or extended"),
        _LAW,
        "yellow",
        ("accepted_at", "kind|item_kind", "pauses|extensions"),
        Text(
            "即办件自{first_at}起 {times} 次启动特别程序或延期",
            "an instant item was paused or extended {times} times from {first_at} on",
        ),
        _delayed,
        {"kinds": _KINDS},
    ),
    Builtin(
        "instant-item-as-promise",
        Text("即办件按承诺件办理", "an instant item was not handled as one"),
        _LAW,
        "yellow",
        ("accepted_at", "kind", "item_kind"),
        Text(
            "事项是即办件，{accepted_at}却按“{kind}”受理",
            "the item is an instant one, but on {accepted_at} the case was accepted as “{kind}”",
        ),
        _promised,
        {"kinds": _KINDS},
    ),
)
"""The checks of this file."""
