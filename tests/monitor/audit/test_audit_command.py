"""``duban audit`` on a sample hall: recounted, drawn again, from files and on a cluster."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import Engine, create_engine

import config
from monitor.audit import databases
from monitor.audit.engine import Local
from monitor.audit.job import Job
from monitor.cli.demo import default_settings
from monitor.pipeline.in_force import InForce
from monitor.sample import fill
from monitor.sources import ReadCase, SourceReader
from rules.assessment import assess
from rules.batches import Batch
from rules.cases import Case
from rules.instants import instant
from tests.support import parquet
from tests.support.cli import duban
from tests.support.halls import WORKDAY

PERIOD = ("--from", "2026-01-01", "--to", "2026-10-20T14:32:01", "--json")


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("audit")
    path = folder / "supervisor.toml"
    path.write_text(default_settings(), encoding="utf-8")
    hall = engine(path)
    fill(hall, 600, 1, WORKDAY)
    hall.dispose()
    return path


def loaded(settings: Path) -> config.Settings:
    return config.load(settings, os.environ)


def engine(settings: Path) -> Engine:
    return create_engine(loaded(settings).source[0].url.get_secret_value())


def audited(settings: Path, *options: object) -> dict[str, Any]:
    called = duban("audit", "-c", settings, *PERIOD, *options)
    assert called.code == 0, called.err
    result: dict[str, Any] = json.loads(called.out)
    return result


def counted(result: dict[str, Any]) -> dict[tuple[str, str], int]:
    """Give the findings of open cases by rule and level."""
    return {
        (one["rule"], one["level"]): one["cases"]
        for one in result["rules"]
        if one["stratum"] == "*" and not one["late"]
    }


def cases(settings: Path) -> Iterator[Case]:
    source = loaded(settings).source[0]
    reader = SourceReader(source)
    for page in reader.read_all():
        for one in page:
            assert isinstance(one, ReadCase)
            yield Case(source.id, one.key, one.facts, one.parts)
    reader.close()


def test_what_stands_is_what_the_check_of_each_case_finds(settings: Path) -> None:
    rules = InForce.of(loaded(settings))
    now = instant(datetime.fromisoformat("2026-10-20T14:32:01+08:00"))
    since = instant(datetime.fromisoformat("2026-01-01T00:00:00+08:00"))
    chosen = [
        rules.book.catalogue.enrich(case, now)
        for case in cases(settings)
        if (case.facts["closed_at"] or now) >= since  # under way in the period
    ]
    found = assess(rules.book, Batch.of(chosen), np.full(len(chosen), now)).findings()
    expected = Counter((one.rule, one.level) for of_case in found for one in of_case)
    result = audited(settings)
    assert counted(result) == dict(expected)
    assert result["cases"] == len(chosen)


def test_a_sample_is_drawn_again_by_its_seed_and_keeps_the_shares_of_the_strata(
    settings: Path,
) -> None:
    whole = audited(settings, "--by", "region")
    sample = audited(settings, "--sample", 120, "--seed", 7, "--by", "region")
    assert sample == audited(settings, "--sample", 120, "--seed", 7, "--by", "region")
    assert sample != audited(settings, "--sample", 120, "--seed", 8, "--by", "region")
    assert sample["cases"] == 120
    shares = {one["stratum"]: one["cases"] / whole["cases"] for one in whole["strata"]}
    for one in sample["strata"]:
        assert abs(one["cases"] / 120 - shares[one["stratum"]]) < 0.02


def test_single_findings_are_written_with_a_sentence(settings: Path, tmp_path: Path) -> None:
    out = tmp_path / "findings.json"
    result = audited(settings, "--out", out)
    lines = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert len(lines) == sum(one["cases"] for one in result["rules"] if one["stratum"] == "*")
    assert all(line["sentence"] and line["key"] for line in lines)


def test_columnar_files_give_what_the_database_gives(settings: Path, tmp_path: Path) -> None:
    paths = parquet.written(engine(settings), loaded(settings).source[0], tmp_path)
    options = [option for path in paths for option in ("--parquet", path)]
    found, expected = audited(settings, *options), audited(settings)
    assert found["rules"] == expected["rules"]
    assert found["cases"] == expected["cases"]


@pytest.mark.slow
def test_a_cluster_of_two_workers_gives_what_one_process_gives(settings: Path) -> None:
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    ) as cluster:
        found = audited(settings, "--engine", "dask", "--scheduler", cluster.scheduler_address)
    assert found == audited(settings)


@pytest.mark.slow
def test_several_processes_give_what_one_gives(settings: Path) -> None:
    rules = InForce.of(loaded(settings))
    [source] = loaded(settings).source
    job = Job(rules.book, 0, WORKDAY, WORKDAY, past=True, by="region", single=True)
    portions = databases.portions(source)

    def results(engine: Local) -> list[tuple[object, ...]]:
        found = [one for _, one in engine.run(job.inspect, portions)]
        return [
            (one.cases, one.wrong, one.counts, [list(each.rows()) for each in one.found])
            for one in found
        ]

    assert results(Local(many=0)) == results(Local())
