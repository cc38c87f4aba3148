"""Grouping: which messages go by themselves, which are merged into one digest, and when. Pure.

A receiver is told a few messages one by one; what comes on top of them within the same few minutes
is merged into one digest (汇总) that goes at the end of those minutes, or at once where the rate of
the channel makes it wait anyway.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class Grouping(StrEnum):
    """Whether a message may be merged with others of its receiver."""

    MAY = "may"
    HELD = "held"  # it waits to be merged
    ALONE = "alone"  # never: an order, a digest, a test, or what was sent by itself already


@dataclass(frozen=True, slots=True)
class Group:
    """More than ``after`` messages within ``within`` microseconds are merged into a digest."""

    after: int
    within: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message that is due, for one receiver of a channel.

    ``about`` is the person and the case that it is for: those of one go together; ``None``: alone.
    """

    id: int
    receiver: str
    grouping: Grouping = Grouping.MAY
    about: tuple[str, int] | None = None


@dataclass
class Plan:
    """What becomes of the messages that are due.

    ``single`` are the ids of those that go now by themselves, ``together`` those of messages to
    one receiver about one case, which go now as one message, ``merged`` the receivers for whom
    all that wait go now as one digest, ``held`` the receivers whose messages wait for a digest,
    each with the instant until which they do. What is named in none of them stays due.
    """

    single: list[int] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)
    held: dict[str, int] = field(default_factory=dict)
    together: list[list[int]] = field(default_factory=list)

    @property
    def messages(self) -> int:
        """How many messages go now."""
        return len(self.single) + len(self.together) + len(self.merged)


def plan(
    waiting: Sequence[Waiting],
    recent: Mapping[str, Sequence[int]],
    group: Group,
    now: int,
    allowance: int,
    *,
    rated: bool = False,
) -> Plan:
    """Decide what becomes of the messages of one channel that are due.

    Args:
        waiting: the messages, the most urgent first.
        recent: by receiver, the instants of the messages he was sent in the last ``group.within``,
            and ``now`` for each that is being sent.
        group: when messages are merged.
        now: the instant now.
        allowance: how many messages the channel takes now.
        rated: the channel has a rate, so that ``allowance`` is all it takes for a while.
    """
    made = Plan()
    told = Counter({receiver: len(instants) for receiver, instants in recent.items()})
    due = {one.receiver for one in waiting if one.grouping is Grouping.HELD}
    merged: dict[str, None] = {}
    companions: dict[tuple[str, int], list[int]] = {}
    excess: Counter[str] = Counter()
    for one in waiting:
        full = len(made.single) + len(merged) >= allowance
        if one.grouping is Grouping.ALONE:
            if not full:
                made.single.append(one.id)
                told[one.receiver] += 1
        elif one.receiver in merged:
            continue
        elif one.about in companions:
            companions[one.about].append(one.id)
        elif one.receiver in due:
            if not full:
                merged[one.receiver] = None
        elif told[one.receiver] >= group.after:
            excess[one.receiver] += 1
        elif not full:
            made.single.append(one.id)
            told[one.receiver] += 1
            if one.about is not None:
                companions[one.about] = [one.id]
    made.together = [ids for ids in companions.values() if len(ids) > 1]
    accompanied = {ident for ids in made.together for ident in ids}
    made.single = [ident for ident in made.single if ident not in accompanied]
    for receiver, count in excess.items():
        left = allowance - len(made.single) - len(made.together) - len(merged)
        # At most one digest comes early: else every round would make another.
        if rated and 0 < left < count and told[receiver] == group.after:
            merged[receiver] = None
        else:
            # When fewer than ``after`` of them lie in the minutes before.
            instants = sorted(recent.get(receiver, ()))
            instants += [now] * (told[receiver] - len(instants))
            made.held[receiver] = instants[-group.after] + group.within
    made.merged += merged
    return made
