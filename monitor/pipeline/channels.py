"""Channels under watch: one that refuses again and again is itself an alert."""

from __future__ import annotations

from collections import Counter

from config import Words
from monitor.pipeline.delivering import DeliveryTally
from monitor.pipeline.in_force import InForce
from monitor.pipeline.raising import raise_alert
from monitor.store import system_alerts
from monitor.store.store import Store
from rules.cases import Fact
from rules.instants import SECOND

REFUSES = "channel-refuses"

_AT_LEAST = 3
"""Failures without a success between them: fewer may be one receiver's fault."""

_LASTING = 4 * SECOND
"""For how long they have to go on, so that something has been tried again: everything that is on
its way fails at one moment when our own process was stopped for a while."""


class ChannelWatch:
    """Counts the failures of each channel since its last success, and knows since when it fails."""

    def __init__(self) -> None:
        self._failures: Counter[str] = Counter()
        self._since: dict[str, int] = {}
        self._well: set[str] = set()

    def note(self, store: Store, rules: InForce, tally: DeliveryTally, now: int) -> None:
        """Take in what a round of deliveries did, and open or resolve the channels' alerts."""
        recovered = [channel for channel in tally.sent if channel not in self._well]
        for channel in tally.sent:
            self._failures[channel] = 0
            self._since.pop(channel, None)
        self._well |= set(recovered)
        refusing = []
        for channel in tally.errors.keys() - tally.sent.keys():
            self._failures[channel] += tally.failed[channel] + tally.retried[channel]
            since = self._since.setdefault(channel, now)
            lasting = now - since >= _LASTING or tally.failed[channel] > 0
            if self._failures[channel] >= _AT_LEAST and lasting:
                refusing.append(channel)
                self._well.discard(channel)
        if not recovered and not refusing:
            return
        with store.write() as connection:
            for channel in recovered:
                subject = f"channel:{channel}"
                system_alerts.resolve_system(connection, subject, REFUSES, "sent", now)
            for channel in refusing:
                failures, reason = self._failures[channel], tally.errors[channel]
                title = Words(
                    f"渠道 {channel} 发不出去，已连续失败 {failures} 次",
                    f"Channel {channel} refuses, {failures} failures in a row: {reason}",
                )
                evidence: dict[str, Fact] = {"failures": failures, "reason": reason}
                subject = f"channel:{channel}"
                raise_alert(connection, rules, subject, REFUSES, title, evidence, now)
