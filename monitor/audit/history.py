"""What sources changed about the cases of an audit, as the store has kept it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.store import fact_changes
from monitor.store.store import Store
from rules.batches import Batch
from rules.history import FactChange


@dataclass(frozen=True)
class History:
    """Reads the changes of cases from the store at ``url``, wherever the audit works.

    ``source`` is where the cases are from, "" for where their batch says.
    """

    url: str
    source: str = ""

    def of(self, batch: Batch) -> dict[int, Sequence[FactChange]]:
        """Give the changes of the cases of a batch by their indexes."""
        places = {key: index for index, key in enumerate(batch.keys)}
        with Store.open(self.url) as store, store.read() as connection:
            changes = fact_changes.by_key(connection, self.source or batch.source, places)
        return {places[key]: of_case for key, of_case in changes.items()}
