"""Taking up what is due: as much as each channel takes now, merged where one is told too much."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from monitor.pipeline import merged
from monitor.pipeline.in_force import InForce
from monitor.store import delivery_queue as queue
from monitor.store import merging
from monitor.store.deliveries import Delivery
from monitor.store.merging import Member
from monitor.store.store import Store
from notifiers import ChannelBase
from notifiers.channel import Readers
from rules.grouping import Group, Grouping, Waiting, plan
from rules.instants import MINUTE, SECOND

_LOOK_AT = 1000
"""How many of a channel are looked at to decide what goes: those of one receiver may fill it."""


@dataclass
class Taken:
    """What was taken up: leased deliveries, and how many now wait for a digest, by channel."""

    deliveries: list[Delivery] = field(default_factory=list)
    held: Counter[str] = field(default_factory=Counter)


def take_up(
    store: Store,
    rules: InForce,
    who: str,
    now: int,
    lease_until: int,
    most: Callable[[str], int],
) -> Taken:
    """Lease what may be sent at ``now`` to ``who``, of each channel up to ``most`` deliveries.

    No channel is asked for more than its rate; what exceeds it stays due, and the most urgent goes
    first. Where nothing can go, nothing is written.
    """
    with store.read() as connection:
        channels = [one for one in _open(connection, rules, now) if most(one) > 0]
    taken = Taken()
    if not channels:
        return taken
    ids: list[int] = []
    with store.write() as connection:
        for channel in channels:  # in order, so that all daemons wait in the same order
            taking = _Taking(connection, rules, channel, who, now, lease_until)
            ids += taking.take(most(channel))
            taken.held[channel] += taking.held
        taken.deliveries = queue.taken(connection, ids)
    return taken


def _open(connection: Connection, rules: InForce, now: int) -> Iterator[str]:
    """Give the channels that have something due and take something now."""
    resting = queue.holds(connection, now)
    settings = {one.id: one for one in rules.settings.channel}
    for channel in queue.channels_due(connection, now):
        rate = settings[channel].per_minute if channel in settings else None
        if channel in resting:
            continue
        if rate is None or queue.load(connection, channel, now - MINUTE, now) < rate:
            yield channel


@dataclass
class _Taking:
    """Taking up for one channel, in one transaction."""

    connection: Connection
    rules: InForce
    channel: str
    who: str
    now: int
    lease_until: int
    held: int = 0

    def take(self, most: int) -> list[int]:
        """Lease up to ``most`` deliveries and give their ids."""
        settings = {one.id: one for one in self.rules.settings.channel}.get(self.channel)
        readers = settings.readers if settings else Readers.PROGRAM
        rate = settings.per_minute if settings else None
        if rate is not None or readers is not Readers.PROGRAM:
            queue.lock(self.connection, self.channel)
        if rate is not None:
            load = queue.load(self.connection, self.channel, self.now - MINUTE, self.now)
            most = min(most, rate - load)
        if most <= 0:
            return []
        if settings is None or readers is Readers.PROGRAM:
            return queue.claim(
                self.connection, self.channel, self.now, self.lease_until, self.who, most
            )
        return self._grouped(settings, most)

    def _grouped(self, settings: ChannelBase, most: int) -> list[int]:
        room = settings.readers is Readers.ROOM
        due = queue.due(self.connection, self.channel, self.now, max(most, _LOOK_AT))
        notices = self.rules.settings.notices
        group = Group(notices.group_after, int(notices.group_within * SECOND))
        recent = queue.recent(
            self.connection,
            self.channel,
            None if room else {one.address for one in due},
            self.now - group.within,
            self.now,
        )
        waiting = [
            Waiting(
                one.id,
                "" if room else one.address,
                Grouping(one.grouping),
                None if one.case_id is None else (one.address, one.case_id),
            )
            for one in due
        ]
        made = plan(waiting, recent, group, self.now, most, rated=settings.per_minute is not None)
        queue.lease(self.connection, made.single, self.lease_until, self.who)
        ids = [*made.single, *self._together(made.together, room), *self._merge(made.merged, room)]
        self.held += merging.keep_waiting(
            self.connection,
            self.channel,
            [(None if room else receiver, at) for receiver, at in made.held.items()],
            self.now,
        )
        return ids

    def _together(self, groups: Sequence[Sequence[int]], room: bool) -> list[int]:
        """Merge what is about one case for one receiver; return the ids of what goes instead."""
        if not groups:
            return []
        all_of_them = [ident for group in groups for ident in group]
        known = {one.id: one for one in merging.members(self.connection, all_of_them)}
        # Several notices of one alert, as of steps that were missed, say different things.
        alone = [ids for ids in groups if len({known[ident].alert_id for ident in ids}) < len(ids)]
        single = [ident for ids in alone for ident in ids]
        queue.lease(self.connection, single, self.lease_until, self.who)
        digests = merged.digests(
            self.connection,
            self.rules,
            self.channel,
            [
                ("" if room else known[group[0]].address, [known[ident] for ident in group])
                for group in groups
                if group not in alone
            ],
            self.now,
            room=room,
            one_case=True,
        )
        return [
            *single,
            *merging.merge(self.connection, digests, self.now, self.lease_until, self.who),
        ]

    def _merge(self, receivers: Sequence[str], room: bool) -> list[int]:
        """Merge what waits for each of the receivers and give the ids of what goes instead."""
        if not receivers:
            return []
        by_receiver: dict[str, list[Member]] = {}
        addresses = None if room else receivers
        for one in merging.to_be_merged(self.connection, self.channel, addresses, self.now):
            by_receiver.setdefault("" if room else one.address, []).append(one)
        lonely = [
            one.id
            for members in by_receiver.values()
            for one in members
            if len(members) == 1 and one.silence_id is None
        ]
        queue.lease(self.connection, lonely, self.lease_until, self.who)
        digests = merged.digests(
            self.connection,
            self.rules,
            self.channel,
            [
                (receiver, members)
                for receiver, members in by_receiver.items()
                if members[0].id not in lonely
            ],
            self.now,
            room=room,
        )
        return [
            *lonely,
            *merging.merge(self.connection, digests, self.now, self.lease_until, self.who),
        ]
