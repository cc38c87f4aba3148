"""The default settings file watches the sample hall."""

from __future__ import annotations

import shutil
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

import config
from monitor.sample import fill
from monitor.sample.fates import FATES, Fate, fates
from monitor.sample.people import DEPARTMENTS, PLACES
from monitor.sources import ReadCase, SourceReader
from rules.assessment import assess
from rules.audit import inspect
from rules.batches import Batch
from rules.cases import Case
from rules.roles import Resolver
from tests.support.halls import WORKDAY

FILE = Path(__file__).parents[3] / "supervisor.toml"

WRONGS = {("charged-though-free", "red"), ("charged-though-refused", "yellow")}


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    folder = tmp_path_factory.mktemp("settings")
    shutil.copy(FILE, folder)
    return config.load(folder / FILE.name, {})


@pytest.fixture(scope="module")
def found(settings):
    """What stands for each fate's cases: the sets of (rule, level), after reading and checking."""
    source = settings.source[0]
    engine = create_engine(source.url.get_secret_value(), poolclass=NullPool)
    fill(engine, 2_000, settings.sample.seed, WORKDAY)
    reader = SourceReader(source)
    read = [one for page in reader.read_all() for one in page]
    reader.close()
    assert all(isinstance(one, ReadCase) for one in read), read[:3]
    cases = [Case(source.id, one.key, one.facts, one.parts) for one in read]
    moment = np.full(len(cases), WORKDAY, np.int64)
    stands = assess(settings.rulebook(), Batch.of(cases), moment).findings()
    by_fate = defaultdict(list)
    for case, findings in zip(cases, stands, strict=True):
        fate = FATES[fates(np.array([int(case.key.rpartition("-")[2])]))[0]]
        by_fate[fate].append({(finding.rule, finding.level) for finding in findings})
    return by_fate


@pytest.mark.parametrize(
    ("fate", "stands"),
    [(Fate.OVERDUE, ("promise", "yellow")), (Fate.BADLY_OVERDUE, ("promise", "red"))],
)
def test_every_overdue_case_has_its_card(found, fate, stands):
    assert found[fate]
    assert all(stands in one for one in found[fate])


def test_cases_due_today_or_tomorrow_are_warned_of(found):
    warned = [("promise", "warning") in one for one in found[Fate.DUE_SOON]]

    assert any(warned)


@pytest.mark.parametrize(
    "fate", sorted(set(Fate) - {Fate.OVERDUE, Fate.BADLY_OVERDUE, Fate.DUE_SOON})
)
def test_cases_in_time_paused_extended_or_closed_have_no_card_for_time(found, fate):
    assert found[fate]
    assert set().union(*found[fate]) <= WRONGS


def test_the_checks_find_something(found):
    everything = set().union(*(one for several in found.values() for one in several))

    assert everything >= WRONGS


@pytest.mark.parametrize(
    "role", ["handler", "department-lead", "inspector", "inspector@region.parent"]
)
def test_someone_is_found_for_every_role_in_every_hall(settings, role):
    resolver = Resolver(settings.rulebook().directory, WORKDAY)
    for place in PLACES:
        for department in DEPARTMENTS:
            for handler in place.handlers:
                case = {"handler": handler, "department": department, "region": place.area}
                assert len(resolver.resolve(role, case, ("console",)).people) == 1, case


def test_the_compliance_preset_finds_a_few_of_many_kinds_and_floods_of_none(tmp_path):
    text = FILE.read_text("utf-8")
    text = text.replace('"administrative-licence"]', '"administrative-licence", "compliance"]')
    (tmp_path / "supervisor.toml").write_text(text, "utf-8")
    rules = config.load(tmp_path / "supervisor.toml", {})
    source = rules.source[0]
    engine = create_engine(source.url.get_secret_value(), poolclass=NullPool)
    fill(engine, 5_000, 1, WORKDAY)
    reader = SourceReader(source)
    cases = [
        Case(source.id, one.key, one.facts, one.parts) for page in reader.read_all() for one in page
    ]
    reader.close()
    seen = inspect(rules.rulebook(), Batch.of(cases), np.full(len(cases), WORKDAY), single=False)
    limits = {limit.id for limit in rules.limit}
    found = {one.rule: count for one, count in seen.counts.items() if one.rule not in limits}
    assert set(found) >= {
        *("charged-though-free", "charged-though-refused", "same-person-in-two-posts"),
        *("pause-without-reason", "extension-without-approval", "result-without-reason"),
        *("outside-office-hours", "bad-rating-without-call-back"),
    }
    assert max(found.values()) < len(cases) / 100


def test_the_directory_names_the_places_and_departments_of_the_hall(settings):
    assert {p.area: p.name for p in PLACES}.items() <= {
        r.id: r.name for r in settings.region
    }.items()
    assert {d.id: d.name for d in settings.department} == DEPARTMENTS
