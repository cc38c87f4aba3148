"""The pipeline as the daemon drives it: each step drained until nothing is due, and counted."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, wait
from threading import Event, Lock, Thread

import structlog
from sqlalchemy import Connection

from config import Source
from monitor.metrics import Metrics
from monitor.pipeline import rules_in_store
from monitor.pipeline.cataloguing import refresh
from monitor.pipeline.channels import ChannelWatch
from monitor.pipeline.checking import check
from monitor.pipeline.delivering import DeliveryTally, Round, Sender, begin, record, renew
from monitor.pipeline.digesting import plan_digests, send_digests
from monitor.pipeline.escalating import escalate
from monitor.pipeline.gaps import watch_gaps
from monitor.pipeline.holders import has_ended, holder
from monitor.pipeline.in_force import InForce
from monitor.pipeline.ordering import follow_up
from monitor.pipeline.peopling import refresh_people
from monitor.pipeline.polling import Polled, poll
from monitor.pipeline.readings import reconcile_in_time
from monitor.pipeline.record_watch import RecordWatch
from monitor.pipeline.sealing import Sealer
from monitor.pipeline.silencing import end_refused, keep_silence, plan_maintenance
from monitor.pipeline.stored import with_stored
from monitor.pipeline.surveying import survey
from monitor.pipeline.unread import held, longest_wait, unread_sources, watch_sources
from monitor.pipeline.watching import watch
from monitor.pipeline.watching_orders import watch_orders
from monitor.sources import SourceReader
from monitor.store import (
    calendar_days,
    deliveries,
    people,
    rule_versions,
    sources,
    surveys,
    sweep,
)
from monitor.store.appeals import REVOKED
from monitor.store.counts import Lag
from monitor.store.store import Store

log = structlog.get_logger(__name__)

Clock = Callable[[], int]

_SWEEP_AT_ONCE = 10_000
_CLIMB_AT_FIRST, _CLIMB_AT_MOST = 50, 500
_SEND_AT_FIRST, _SEND_AT_MOST = 100, 1_000
_CLOSING = 10.0  # seconds that the end waits for channels that were replaced
_QUICK = 0.5  # seconds of a round of sending
_LOOK = 0.5  # seconds between two looks at what has arrived and what else is due


class Pipeline:
    """The four steps over one store, under the rules in force, with open readers and channels.

    Each method drains its step: it works in batches until nothing is due or ``stopping`` is set.
    They may be called from different threads, each from one at a time. ``clock`` gives the instant.
    ``hasten`` is told the step ("check", "escalate", "deliver") for which a batch has just made
    work, so that it need not wait until the step before it has drained.
    """

    def __init__(
        self,
        store: Store,
        rules: InForce,
        metrics: Metrics,
        clock: Clock,
        hasten: Callable[[str], None] = lambda _step: None,
    ) -> None:
        self.store = store
        self.hasten = hasten
        self._replacing = Lock()
        self.clock = clock
        self._keep_versions(rules)
        self.rules = self._with_stored(rules)
        self.metrics = metrics
        self.stopping = Event()
        self.beats: dict[str, float] = {}
        self._channels = ChannelWatch()
        self._sealer = Sealer()
        self._record_watch = RecordWatch()
        self._differ = False
        self._sending = Lock()
        self.started_at = clock()
        self.who = holder()
        self._under_way: list[Round] = []
        self._most: dict[str, int] = {}
        self._closing: list[Thread] = []
        self.sender = Sender(rules.settings.channel)
        self.readers = {one.id: SourceReader(one) for one in rules.settings.source}
        with store.write() as connection:
            sources.ensure(connection, list(self.readers), clock())
            # Nothing is judged before it has been read since the start.
            sources.read_anew(connection, list(self.readers), clock())
            reconcile_in_time(connection, self.rules, clock())
            self._plan(connection)
            rules_in_store.put(connection, self.rules, self.who)
            if store.alone:
                # Whoever held a lease has ended without letting go: nobody else is there.
                sources.release(connection)
                deliveries.release(connection, clock())
                surveys.release(connection)
            else:
                sources.release(connection, has_ended)

    def replace(self, rules: InForce) -> None:
        """Put other settings in force; readers and channels that did not change stay open."""
        with self._replacing:
            before, old = self.rules, self.sender
            if before.settings.channel != rules.settings.channel:
                sender = Sender(rules.settings.channel)
            else:
                sender = old
            self._keep_versions(rules)
            rules = self._with_stored(rules)
            with self._sending:  # no round sets out with channels that are being closed
                self.rules, self.sender = rules, sender
        if sender is not old:  # what is on its way may take its time-outs
            closing = Thread(target=old.close, name="closing channels", daemon=True)
            closing.start()
            self._closing = [one for one in self._closing if one.is_alive()] + [closing]
        old_sources = {one.id: one for one in before.settings.source}
        for one in rules.settings.source:
            if old_sources.get(one.id) != one:
                if one.id in self.readers:
                    self.readers.pop(one.id).close()
                self.readers[one.id] = SourceReader(one)
        for gone in set(self.readers) - {one.id for one in rules.settings.source}:
            self.readers.pop(gone).close()
        with self.store.write() as connection:
            sources.ensure(connection, list(self.readers), self.clock())
            # Whoever puts settings in force has mended something: no pause of a failure holds on.
            sources.retry(connection, list(self.readers), self.clock())
            reconcile_in_time(connection, self.rules, self.clock())
            self._plan(connection)
            rules_in_store.put(connection, self.rules, self.who)

    def poll_source(self, source: Source) -> list[Polled]:
        """Read what is new in a source, page by page, and give what each page brought."""
        pages = []
        while not self.stopping.is_set():
            reader = self.readers.get(source.id)
            if reader is None or reader.source != source:
                break  # settings were put in force meanwhile that read it otherwise, or not at all
            with self.metrics.step_seconds.labels("poll").time():
                polled = poll(self.store, self.rules, source, reader, self.who, self.clock)
            if polled is None:
                break
            pages.append(polled)
            self.metrics.rows.labels(source.id).inc(polled.rows)
            self.metrics.rejected.labels(source.id).inc(polled.rejected)
            if polled.error:
                self.metrics.source_failures.labels(source.id).inc()
            if polled.new or polled.changed:
                log.info("cases_read", source=source.id, new=polled.new, changed=polled.changed)
                self.hasten("check")
            if not polled.more:
                break
        return pages

    def watch_sources(self) -> None:
        """See which sources are not read as they should be, and how many cases wait for that."""
        now = self.clock()
        waits = watch_sources(self.store, self.rules, self.started_at, now)
        for source in self.rules.settings.source:
            self.metrics.held.labels(source.id).set(waits.get(source.id, 0))
        with self.store.write() as connection:
            for source in self.rules.settings.source:
                sources.poll_by(connection, source.id, now + longest_wait(source), now)
            reconcile_in_time(connection, self.rules, now)

    def refresh_catalogue(self) -> None:
        """Read the item catalogue where that is due, and take it over where it has changed."""
        settings = self.rules.settings.catalogue
        if settings is not None:
            reader = self.readers.get(settings.source or "")
            refresh(self.store, self.rules, settings, reader, self.clock())

    def refresh_people(self) -> None:
        """Read the lists of the directory that are due, and see who can be reached by now."""
        now = self.clock()
        refresh_people(self.store, self.rules, self.readers, now)
        with self.store.read() as connection:
            stale = people.version(connection) != self.rules.book.directory.version
        if stale:
            with self._replacing:  # or rules put in force meanwhile would be lost
                self.rules = self._with_stored(self.rules)
        watch_gaps(self.store, self.rules, now)

    def check_due(self) -> int:
        """Check every case that is due; give how many alerts changed."""
        changed = 0
        while not self.stopping.is_set():
            self._beat("check")
            with self.metrics.step_seconds.labels("check").time():
                tally = check(self.store, self.rules, self.clock(), started_at=self.started_at)
            if tally.stale:
                with self._replacing:  # or rules put in force meanwhile would be lost
                    self.rules = self._with_stored(self.rules)
                continue
            self.metrics.checked.inc(tally.cases)
            self.metrics.set_aside.inc(tally.set_aside)
            for (outcome, level), count in tally.changes.items():
                self.metrics.changes.labels(outcome.value, level).inc(count)
                changed += count
                log.info(outcome.value, card=level, count=count)
            if tally.changes:
                self.hasten("escalate")
            if not tally.cases + tally.set_aside:
                break
        return changed

    def follow_up_orders(self) -> int:
        """Issue every order that is asked for and look at all that are due; give how many."""
        taken = 0
        while not self.stopping.is_set():
            self._beat("order")
            with self.metrics.step_seconds.labels("order").time():
                tally = follow_up(self.store, self.rules, self.clock(), started_at=self.started_at)
            if tally.overdue:
                self.hasten("escalate")
            if tally.deliveries or tally.issued:
                self.hasten("deliver")
            self.metrics.rows_set_aside.labels("order").inc(tally.set_aside)
            worked = tally.requests + tally.orders + tally.appeals + tally.set_aside
            if not worked:
                break
            taken += worked
        return taken

    def watch_orders(self) -> None:
        """Report who has issued no order or made no call although it was time."""
        watch_orders(self.store, self.rules, self.clock())

    def survey_due(self) -> int:
        """Make every survey that is due; give how many alerts changed."""
        changed = 0
        while not self.stopping.is_set():
            self._beat("survey")
            tally = survey(self.store, self.rules, self.who, self.clock(), self.started_at)
            if tally is None:
                break
            self.metrics.step_seconds.labels("survey").observe(tally.seconds)
            self.metrics.survey_found.labels(tally.survey).set(tally.found)
            for (outcome, level), count in tally.changes.items():
                self.metrics.changes.labels(outcome.value, level).inc(count)
                changed += count
                log.info(outcome.value, card=level, count=count, survey=tally.survey)
            if not tally.waits and tally.error is None:
                log.info("survey_made", survey=tally.survey, found=tally.found)
        return changed

    def escalate_due(self) -> int:
        """Climb every ladder whose next rung is due; give how many deliveries that makes.

        The first batches are small, so that sending begins soon.
        """
        made, most = 0, _CLIMB_AT_FIRST
        while not self.stopping.is_set():
            self._beat("escalate")
            with self.metrics.step_seconds.labels("escalate").time():
                tally = escalate(self.store, self.rules, self.clock(), most, self.started_at)
            most = min(2 * most, _CLIMB_AT_MOST)
            if tally.stale:
                with self._replacing:
                    self.rules = self._with_stored(self.rules)
                continue
            self.metrics.unreachable.inc(tally.unreachable)
            self.metrics.unassigned.inc(tally.unassigned)
            for level, count in tally.revoked.items():
                self.metrics.changes.labels(REVOKED, level).inc(count)
            self.metrics.rows_set_aside.labels("escalate").inc(tally.set_aside)
            made += tally.deliveries
            if tally.deliveries:
                self.hasten("deliver")
            if tally.orders:
                self.hasten("order")
            if not tally.alerts:
                break
        return made

    def deliver_due(self) -> int:
        """Send everything that is due; return how many deliveries were taken up.

        Each channel goes at its own pace: while a round of it is on its way the next one is taken
        up, so that receivers need not wait for the store, and none waits for another channel. The
        first round is small, so that the first receipts are there soon; the next ones grow as long
        as receivers are quick. What is on its way is recorded even if nothing more can be taken up;
        what cannot be recorded is kept for the next time.
        """
        taken = self._record()  # first, or what arrived might be taken up again
        while True:
            self._beat("deliver")
            done = 0
            try:
                if not self.stopping.is_set():
                    done = self._set_out()
            finally:
                done += self._take_in()
            taken += done
            if not done and not self._under_way:
                return taken

    def _set_out(self) -> int:
        """Send rounds on their way; return how many deliveries need no sending."""
        under_way = Counter(one.channel for one in self._under_way)

        def most(channel: str) -> int:
            if under_way[channel] > 1:
                return 0
            return self._most.get(channel, _SEND_AT_FIRST)

        with self._sending:
            begun = begin(self.store, self.rules, self.sender, self.who, self.clock, most)
        self._under_way += begun.rounds
        self._note(begun.tally)
        return begun.tally.claimed

    def _take_in(self) -> int:
        """Wait until a round has ended, or a moment, and record what has arrived of all of them."""
        wait(
            [one.sending.ended for one in self._under_way],
            timeout=_LOOK,
            return_when=FIRST_COMPLETED,
        )
        return self._record()

    def _record(self) -> int:
        """Record what has arrived of all rounds; return how many deliveries that is."""
        recorded = 0
        for one in list(self._under_way):
            if one.collect():
                with self.metrics.step_seconds.labels("deliver").time():
                    tally = record(self.store, one, self.clock)
                self._note(tally)
                recorded += tally.claimed
            if not one.waiting:
                self._under_way.remove(one)
                self._pace(one)
        renew(self.store, self._under_way, self.clock())
        return recorded

    def _pace(self, ended: Round) -> None:
        """Let the next rounds of a channel be larger while it is quick, else smaller."""
        took = time.monotonic() - ended.begun
        most = self._most.get(ended.channel, _SEND_AT_FIRST)
        if took < 2 * _QUICK:
            self._most[ended.channel] = min(2 * most, _SEND_AT_MOST)
        elif took > 4 * _QUICK:
            self._most[ended.channel] = max(most // 2, _SEND_AT_FIRST)

    def _note(self, tally: DeliveryTally) -> None:
        if not tally.claimed:
            return
        for result in ("sent", "retried", "failed", "deferred"):
            for channel, count in getattr(tally, result).items():
                self.metrics.deliveries.labels(channel, result).inc(count)
        self.metrics.rows_set_aside.labels("deliver").inc(tally.set_aside)
        self._channels.note(self.store, self.rules, tally, self.clock())
        for seconds in tally.seconds:
            self.metrics.delivery_seconds.observe(seconds)

    def digest_due(self) -> int:
        """Begin and end silences, and make the daily digests; give how many deliveries are due."""
        with self.metrics.step_seconds.labels("digest").time():
            now = self.clock()
            made = keep_silence(self.store, self.rules, now)
            made += send_digests(self.store, self.rules, now)
        if made:
            self.hasten("deliver")
        return made

    def sweep(self) -> int:
        """Make a batch of the cases due that were last checked by other rules; give how many.

        The next batch has to wait until this one has been checked. Days of calendars that somebody
        has entered, on whatever daemon, are taken up first.
        """
        with self.store.read() as connection:
            stale = calendar_days.version(connection) != self.rules.days.version
        if stale:
            with self._replacing:  # or rules put in force meanwhile would be lost
                self.rules = self._with_stored(self.rules)
            log.info("calendar_days_taken_up", fingerprint=self.rules.book.fingerprint[:12])
        fingerprint = self.rules.book.fingerprint
        with self.store.read() as connection:
            left = sweep.left(connection, fingerprint)
        self.metrics.unswept.set(left)
        if not left:
            return 0
        with self.store.write() as connection:
            now = self.clock()
            waits = held(unread_sources(connection, self.rules, self.started_at, now))
            made = sweep.make_due(connection, fingerprint, now, _SWEEP_AT_ONCE, waits)
        if made:
            log.info("sweep_progress", due=made, left=left)
            self.hasten("check")
        return made

    def seal_due(self) -> int:
        """Seal what has been added to the record; give how many rows."""
        rows = 0
        self._record_watch.look(self.store, self.rules, self.clock(), self.stopping.is_set)
        while not self.stopping.is_set():
            with self.metrics.step_seconds.labels("seal").time():
                sealed = self._sealer.seal(self.store, self.clock(), self.rules.zone)
            for table, count in sealed.items():
                self.metrics.sealed.labels(table).inc(count)
            if not sealed:
                break
            rows += sealed.total()
        return rows

    def watch_rules(self) -> None:
        """See whether all daemons of the store go by the same rules."""
        differ = rules_in_store.differs(self.store, self.rules)
        if differ is not None and not self._differ:
            log.warning("rules_differ", who=differ.who, fingerprint=differ.fingerprint[:12])
        self._differ = differ is not None
        self.metrics.rules_differ.set(self._differ)

    def watch(self) -> Lag:
        """Recount what should be done by now, and see what silently goes wrong beside it."""
        lag = watch(self.store, self.rules, self.clock(), self.started_at)
        self.watch_orders()
        self.watch_rules()
        return lag

    def keep_head(self) -> None:
        """Keep the last seal outside of the store, as at the end of the daemon."""
        self._record_watch.keep(self.rules)

    def full_pass(self) -> None:
        """Go once through all four steps, for every source, and seal the record."""
        self.refresh_catalogue()
        self.refresh_people()
        for source in self.rules.settings.source:
            self.poll_source(source)
            self.poll_source(source)  # a source is read whole only after what is new in it
        self.watch_sources()
        self.check_due()
        while self.sweep() and not self.stopping.is_set():
            self.check_due()
        self.survey_due()
        self.follow_up_orders()
        self.watch_orders()
        self.escalate_due()
        self.follow_up_orders()
        self.digest_due()
        self.deliver_due()
        self.seal_due()

    def _beat(self, step: str) -> None:
        """Note that a step goes on: a long drain is work, and no standstill."""
        self.beats[step] = time.monotonic()

    def _plan(self, connection: Connection) -> None:
        """Keep in the store when digests and maintenance windows of the settings are due."""
        plan_digests(connection, self.rules, self.clock())
        plan_maintenance(connection, self.rules, self.clock())
        end_refused(connection, self.rules, self.clock())

    def _keep_versions(self, rules: InForce) -> None:
        """Number and keep the texts of rules that were never in force before."""
        texts = rules.settings.rule_texts
        with self.store.read() as connection:
            if not rule_versions.lacking(connection, texts):
                return
        with self.store.write() as connection:
            rule_versions.keep(connection, texts, self.clock())

    def _with_stored(self, rules: InForce) -> InForce:
        """Give the rules with what the store keeps: item catalogue, directory, edited days."""
        with self.store.read() as connection:
            return with_stored(connection, rules)

    def close(self) -> None:
        """Close readers and channels; the store stays open."""
        for reader in self.readers.values():
            reader.close()
        self.sender.close()
        for one in self._closing:
            one.join(_CLOSING)
