"""Deliver: due deliveries → channels → receipts, with retries and rates in this one place."""

from __future__ import annotations

import asyncio
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from dataclasses import asdict, dataclass, field, replace
from threading import Thread

import structlog
from sqlalchemy import Connection

import notifiers
from monitor.acts.actor import machine
from monitor.links import Links
from monitor.pipeline import wording
from monitor.pipeline.in_force import InForce
from monitor.pipeline.poison_rows import ASIDE, report
from monitor.pipeline.taking_up import take_up
from monitor.store import audit_log, deliveries, delivery_queue
from monitor.store.audit_list import DELIVER, MACHINE
from monitor.store.audit_log import Act
from monitor.store.deliveries import Delivery, Failed, Postponed, Sent
from monitor.store.store import Store
from notifiers import Kind, Message, Receipt, Recipient, SendError
from notifiers.channel import Readers, TooSoonError
from notifiers.retry import GIVE_UP_AFTER, next_attempt
from rules.instants import MINUTE, SECOND

log = structlog.get_logger(__name__)

LEASE = 5 * MINUTE
"""How long a delivery is leased; while it is on its way the lease is renewed."""

IN_FLIGHT = 64  # of each channel: what a receiver that takes 50 ms needs to be kept busy

Outcome = Receipt | SendError


@dataclass
class DeliveryTally:
    """What a round of deliveries did, by channel.

    ``deferred`` are those that now wait for a digest, ``set_aside`` counts those whose message
    cannot be made, ``seconds`` are those from notice to receipt, ``errors`` the last failure of
    each channel.
    """

    sent: Counter[str] = field(default_factory=Counter)
    retried: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    deferred: Counter[str] = field(default_factory=Counter)
    set_aside: int = 0
    seconds: list[float] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def claimed(self) -> int:
        """How many deliveries were taken up."""
        counters = (self.sent, self.retried, self.failed, self.deferred)
        return sum(counter.total() for counter in counters) + self.set_aside


class Sending:
    """Messages on their way: what became of those that have ended, until it is asked for.

    ``ended`` is done when all of them have.
    """

    def __init__(self) -> None:
        self.ended: Future[None] = Future()
        self._arrived: deque[tuple[int, Outcome]] = deque()

    def note(self, index: int, outcome: Outcome) -> None:
        """Note what became of the message with that place in the order in which they were given."""
        self._arrived.append((index, outcome))

    def arrived(self) -> list[tuple[int, Outcome]]:
        """Return what has become known since this was last asked, each with its message's place."""
        return [self._arrived.popleft() for _ in range(len(self._arrived))]


class Sender:
    """The channels of the settings, sending many messages at once from an event loop of its own.

    Close it, or use it in a ``with`` statement.
    """

    def __init__(self, settings: Iterable[notifiers.ChannelSettings]) -> None:
        self.channels = {one.id: one.open() for one in settings}
        self._gates: dict[str, asyncio.Semaphore] = {}
        self._sending: set[asyncio.Task[None]] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, name="sender", daemon=True)
        self._thread.start()

    def send(self, channel: str, messages: Sequence[Message]) -> Sending:
        """Begin to send messages over a channel."""
        sending = Sending()
        self._loop.call_soon_threadsafe(self._begin, channel, messages, sending)
        return sending

    def _begin(self, channel: str, messages: Sequence[Message], sending: Sending) -> None:
        task = self._loop.create_task(self._each(channel, messages, sending))
        self._sending.add(task)

        def end(task: asyncio.Task[None]) -> None:
            self._sending.discard(task)
            sending.ended.set_result(None)

        task.add_done_callback(end)

    async def _each(self, channel: str, messages: Sequence[Message], sending: Sending) -> None:
        async def send(index: int, message: Message) -> None:
            sending.note(index, await self._send(channel, message))

        await asyncio.gather(*(send(*one) for one in enumerate(messages)))

    async def _send(self, channel: str, message: Message) -> Outcome:
        found = self.channels.get(channel)
        if found is None:
            return SendError(f"channel {channel} is not in the settings", permanent=True)
        gate = self._gates.setdefault(channel, asyncio.Semaphore(IN_FLIGHT))
        async with gate:
            try:
                return await found.send(message)
            except SendError as error:
                return error
            except Exception as error:  # a fault of one channel must not stop the others
                log.exception("channel_failed", channel=channel, key=message.key)
                return SendError(f"{type(error).__name__}: {error}", permanent=False)

    def close(self) -> None:
        """Close the channels and the loop; what is being sent is waited for."""

        async def close() -> None:
            await asyncio.gather(*self._sending)  # or nobody would know what became of them
            await asyncio.gather(*(channel.close() for channel in self.channels.values()))

        asyncio.run_coroutine_threadsafe(close(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def __enter__(self) -> Sender:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@dataclass
class Round:
    """Deliveries of one channel on their way, by the rules and channels with which they set out.

    ``waiting`` are those of which nothing is on record yet, by their place in ``sending``;
    ``arrived`` says what became of some of them.
    """

    rules: InForce
    sender: Sender
    who: str
    channel: str
    waiting: dict[int, Delivery]
    sending: Sending
    leased_until: int
    begun: float = field(default_factory=time.monotonic)
    arrived: dict[int, Outcome] = field(default_factory=dict)

    def collect(self) -> bool:
        """Take in what has arrived; whether there is anything to record."""
        self.arrived |= dict(self.sending.arrived())
        return bool(self.arrived)


@dataclass
class Begun:
    """What was taken up: the rounds that set out, and what became of the rest."""

    rounds: list[Round] = field(default_factory=list)
    tally: DeliveryTally = field(default_factory=DeliveryTally)


def begin(
    store: Store,
    rules: InForce,
    sender: Sender,
    who: str,
    clock: Callable[[], int],
    most: Callable[[str], int],
) -> Begun:
    """Lease what is due and begin to send it, a round for each channel.

    What is taken up is leased in one transaction, sent outside of any, and recorded by
    :func:`record`: when we fall silent between the two, the lease runs out and it is sent again
    under the same key. What a channel does not take now stays due, and is never dropped.

    Args:
        store: the store.
        rules: the rules in force.
        sender: the channels.
        who: who leases.
        clock: returns the instant.
        most: how much may be taken up of each channel; 0 leaves it out.
    """
    now = clock()
    taken = take_up(store, rules, who, now, now + LEASE, most)
    begun = Begun(tally=DeliveryTally(deferred=taken.held))
    if not taken.deliveries:
        return begun
    links = _links(store, rules)
    ready: dict[str, list[tuple[Delivery, Message]]] = {}
    faulty: list[tuple[Delivery, Exception]] = []
    for one in taken.deliveries:
        try:
            linked = _linked(rules, sender, links, one, message(rules, one), now)
        except Exception as fault:  # a message that cannot be made must not stop the rest
            faulty.append((one, fault))
        else:
            ready.setdefault(one.channel, []).append((one, linked))
    for channel, pairs in ready.items():
        sending = sender.send(channel, [linked for _, linked in pairs])
        waiting = dict(enumerate(one for one, _ in pairs))
        begun.rounds.append(Round(rules, sender, who, channel, waiting, sending, now + LEASE))
    if faulty:
        begun.tally.set_aside = len(faulty)
        with store.write() as connection:
            for one, error in faulty:
                why = f"{type(error).__name__}: {error}"
                aside = Postponed(one.id, now + ASIDE, why, now)
                deliveries.postpone(connection, who, [aside])
                report(connection, rules, "deliver", one.key, error, now)
    return begun


def record(store: Store, round_: Round, clock: Callable[[], int]) -> DeliveryTally:
    """Record what has arrived of a round; it stays in the round if that fails."""
    tally, sender, who = DeliveryTally(), round_.sender, round_.who
    at = clock()
    ready = [round_.waiting[index] for index in round_.arrived]
    outcomes = list(round_.arrived.values())
    results = [_result(one, outcome, at) for one, outcome in zip(ready, outcomes, strict=True)]
    with store.write() as connection:
        deliveries.sent(connection, [one for one in results if isinstance(one, Sent)])
        deliveries.postpone(connection, who, [r for r in results if isinstance(r, Postponed)])
        deliveries.failed(connection, who, [one for one in results if isinstance(one, Failed)])
        for one, outcome in zip(ready, outcomes, strict=True):
            _leave_alone(connection, sender, one.channel, outcome, at)
        _record(connection, ready, results, at)
    for index in round_.arrived:
        del round_.waiting[index]
    round_.arrived = {}
    for one, result in zip(ready, results, strict=True):
        if isinstance(result, Sent):
            tally.sent[one.channel] += 1
            tally.seconds.append((at - one.at) / SECOND)
            continue
        if isinstance(result, Postponed) and result.error is None:
            tally.deferred[one.channel] += 1
            continue
        given_up = isinstance(result, Failed)
        (tally.failed if given_up else tally.retried)[one.channel] += 1
        tally.errors[one.channel] = result.error or ""
        log.warning(
            "delivery_failed" if given_up else "delivery_retried",
            channel=one.channel,
            key=one.key,
            person=one.person,
            attempt=one.attempts + 1,
            reason=result.error,
        )
    return tally


def renew(store: Store, rounds: Iterable[Round], now: int) -> None:
    """Renew the leases of what is still on its way and whose lease is nearly half over."""
    for round_ in rounds:
        if round_.leased_until > now + LEASE // 2:
            continue
        ids = [one.id for one in round_.waiting.values()]
        with store.write() as connection:
            delivery_queue.renew(connection, ids, now + LEASE, round_.who)
        round_.leased_until = now + LEASE


def _record(
    connection: Connection,
    ready: Sequence[Delivery],
    results: Sequence[Sent | Postponed | Failed],
    at: int,
) -> None:
    """Put on record what channels took and what was given up: one act for all of them."""
    pairs = list(zip(ready, results, strict=True))
    told = {
        "sent": [
            [d.key, d.channel, one.receipt["id"]] for d, one in pairs if isinstance(one, Sent)
        ],
        "failed": [[d.key, d.channel, one.error] for d, one in pairs if isinstance(one, Failed)],
    }
    if any(told.values()):
        actor = machine(MACHINE)
        act = Act(actor.who, actor.origin, DELIVER, "deliveries", None, told)
        audit_log.record(connection, act, at)


def message(rules: InForce, delivery: Delivery) -> Message:
    """Give the message of a delivery, to the addresses that its receiver has now."""
    person = rules.book.directory.people.get(delivery.person or "")
    recipient = Recipient(person.name, person.contacts) if person else Recipient("")
    return Message(delivery.key, Kind(delivery.kind), rules.language, recipient, delivery.context)


def _links(store: Store, rules: InForce) -> Links | None:
    if rules.settings.daemon.base_url is None:
        return None
    with store.write() as connection:
        return Links.of(connection, rules.settings)


def _linked(
    rules: InForce,
    sender: Sender,
    links: Links | None,
    delivery: Delivery,
    plain: Message,
    now: int,
) -> Message:
    """Return a message with links that are for whoever reads it.

    Its receiver alone can answer it by one; those of a group name no case.
    """
    channel = sender.channels.get(delivery.channel)
    if channel is not None and channel.settings.readers is Readers.ROOM:
        return replace(plain, context=wording.for_room(rules, plain.context))
    if links is None or channel is None or channel.settings.readers is not Readers.EACH:
        return plain
    offered = {**(plain.context.get("links") or {}), **links.offered(delivery, now)}
    return replace(plain, context={**plain.context, "links": offered})


def _leave_alone(
    connection: Connection, sender: Sender, channel: str, outcome: Outcome, at: int
) -> None:
    """Send nothing over a channel that asks for a pause, where all it brings goes to one place."""
    if not isinstance(outcome, SendError) or isinstance(outcome, TooSoonError):
        return
    if outcome.retry_after is None:
        return
    settings = sender.channels[channel].settings
    if settings.readers is not Readers.EACH or settings.per_minute is not None:
        pause = min(outcome.retry_after, GIVE_UP_AFTER)
        delivery_queue.hold(connection, channel, at + int(pause * SECOND), outcome.reason)


def _result(delivery: Delivery, outcome: Outcome, at: int) -> Sent | Postponed | Failed:
    digest = delivery.kind == Kind.DIGEST
    if isinstance(outcome, Receipt):
        return Sent(delivery.id, at, asdict(outcome), digest)
    if isinstance(outcome, TooSoonError):
        return Postponed(delivery.id, at + int((outcome.retry_after or 0.0) * SECOND))
    pause = next_attempt(
        delivery.attempts + 1, delivery.key, outcome.retry_after, permanent=outcome.permanent
    )
    if pause is None:
        return Failed(delivery.id, outcome.reason, at, digest)
    return Postponed(delivery.id, at + int(pause * SECOND), outcome.reason, at)
