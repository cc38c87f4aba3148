from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, select, text

from monitor.store import migrations
from monitor.store.store import Store
from monitor.store.tables import metadata
from tests.support.stores import fresh_url

NEWEST = max(
    path.stem[1:5] for path in Path(str(migrations.__file__)).parent.glob("versions/r*.py")
)
DEFINITIONS = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE tbl_name <> 'alembic_version' ORDER BY 1",
    "postgresql": """
        SELECT indexname, indexdef FROM pg_indexes
        WHERE schemaname = 'public' AND tablename <> 'alembic_version'
        UNION ALL
        SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace
          AND conrelid <> COALESCE(to_regclass('alembic_version'), 0)
        UNION ALL
        SELECT table_name || '.' || column_name,
               concat_ws(' ', ordinal_position, data_type, is_nullable, column_default)
        FROM information_schema.columns
        WHERE table_schema = 'public' AND table_name <> 'alembic_version'
        ORDER BY 1, 2
    """,
}


@pytest.fixture
def empty(url: str) -> Iterator[Store]:
    with Store.open(url) as store:
        yield store


def upgrade_to(revision: str, store: Store) -> None:
    config = Config()
    config.set_main_option("script_location", "monitor.store:migrations")
    with store.write() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def definitions(store: Store) -> list[tuple[str, str | None]]:
    """Give every table, index and constraint as the database writes it down."""
    with store.read() as connection:
        rows = connection.execute(text(DEFINITIONS[connection.dialect.name])).all()
    return [(name, sql and " ".join(sql.split())) for name, sql in rows]


# SQLite's index of the tails of numbers cannot be reflected; the next test compares it.
@pytest.mark.filterwarnings("ignore:.*expression-based index")
def test_lead_to_the_tables(empty: Store) -> None:
    migrations.upgrade(empty.engine)
    with empty.read() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, metadata) == []


def test_lead_to_the_same_definitions_as_the_tables(
    empty: Store, kind: str, tmp_path: Path
) -> None:
    migrations.upgrade(empty.engine)
    with fresh_url(kind, tmp_path) as other, Store.open(other) as direct:
        metadata.create_all(direct.engine)
        assert definitions(empty) == definitions(direct)


def test_are_at_no_revision_before_and_at_the_newest_after(empty: Store) -> None:
    assert migrations.current(empty.engine) is None
    migrations.upgrade(empty.engine)
    assert migrations.current(empty.engine) == NEWEST


def test_change_nothing_the_second_time(empty: Store) -> None:
    migrations.upgrade(empty.engine)
    before = definitions(empty)
    migrations.upgrade(empty.engine)
    assert definitions(empty) == before


def test_refuse_a_store_of_a_newer_duban(store: Store) -> None:
    with store.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    try:
        with pytest.raises(
            migrations.NewerStoreError, match=r"revision 9999.*knows up to " + NEWEST
        ):
            migrations.upgrade(store.engine)
    finally:
        with store.write() as connection:
            connection.execute(
                text("UPDATE alembic_version SET version_num = :newest"), {"newest": NEWEST}
            )


def test_leave_nothing_behind_when_they_fail(empty: Store) -> None:
    with empty.write() as connection:
        connection.execute(text("CREATE TABLE meta (id INTEGER)"))
    with pytest.raises(Exception, match="already exists"):
        migrations.upgrade(empty.engine)
    with empty.read() as connection:
        assert inspect(connection).get_table_names() == ["meta"]


def test_wait_for_another_daemon_that_upgrades(url: str) -> None:
    with Store.open(url) as one, Store.open(url) as two, ThreadPoolExecutor(2) as threads:
        list(threads.map(migrations.upgrade, [one.engine, two.engine]))
        assert migrations.current(one.engine) == NEWEST


def test_name_the_carrier_of_alerts_that_were_opened_before(empty: Store) -> None:
    upgrade_to("0003", empty)
    opened = (
        "INSERT INTO alerts (id, case_id, subject, rule, version, title, law, level, rank, state,"
        " opened_at, level_since_at, evidence) VALUES "
        "({}, {}, {}, 'r', '1', '', '', 'red', 2, 'open', 0, 0, '{{}}')"
    )
    with empty.write() as connection:
        connection.execute(
            text(
                "INSERT INTO cases (id, source, key, facts, digest, region, department, handler,"
                " first_seen_at, changed_at) VALUES (1, 's', 'k', '{}', '', '4503', 'zj', 'li',"
                " 0, 0)"
            )
        )
        connection.execute(text(opened.format(1, 1, "NULL")))
        connection.execute(text(opened.format(2, "NULL", "'daemon'")))
    migrations.upgrade(empty.engine)
    with empty.read() as connection:
        rows = connection.execute(
            text("SELECT region, department, handler FROM alerts ORDER BY id")
        ).all()
    assert [tuple(row) for row in rows] == [("4503", "zj", "li"), (None, None, None)]


def test_make_text_of_codes_that_were_kept_as_numbers(empty: Store) -> None:
    upgrade_to("0015", empty)
    facts = (
        '{"region": 4503, "kind": 1.0, "status": true, "title": "甲", "fee_paid": 50, "no": null}'
    )
    with empty.write() as connection:
        case = text(
            "INSERT INTO cases (id, source, key, facts, digest, first_seen_at, changed_at)"
            " VALUES (1, 's', 'k', :facts, '', 0, 0)"
        )
        connection.execute(case, {"facts": facts})
        part = text(
            "INSERT INTO parts (case_id, kind, key, facts) VALUES (1, 'pause', '1', :facts)"
        )
        connection.execute(part, {"facts": '{"kind": 3, "told_days": 20}'})
    migrations.upgrade(empty.engine)
    with empty.read() as connection:
        found = connection.scalar(select(metadata.tables["cases"].c.facts))
        of_part = connection.scalar(select(metadata.tables["parts"].c.facts))
    assert found == {
        "region": "4503",
        "kind": "1",
        "status": "true",
        "title": "甲",
        "fee_paid": 50,
        "no": None,
    }
    assert of_part == {"kind": "3", "told_days": 20}
