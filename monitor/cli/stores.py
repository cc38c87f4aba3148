"""Opening the store for a command, and telling what to do where its tables are not there."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from config import Settings, Words
from monitor.cli.failure import Failed
from monitor.pipeline.in_force import InForce
from monitor.store import calendar_days, items, migrations
from monitor.store.store import Store
from rules.calendar_days import EditedDays


def opened(settings: Settings) -> Store:
    """Open the store of the settings, with or without tables; close it."""
    return Store.open(settings.daemon.store.get_secret_value())


def revision(store: Store) -> str | None:
    """Give the revision of a store, ``None`` where there is nothing yet.

    Raises:
        Failed: it cannot be opened.
    """
    file = store.engine.url.database
    if store.engine.dialect.name == "sqlite" and file is not None and not Path(file).exists():
        return None  # to look into it would make the file
    try:
        return migrations.current(store.engine)
    except SQLAlchemyError as error:
        said = " ".join(str(getattr(error, "orig", None) or error).split())
        raise Failed(
            Words(f"库 {name(store)} 打不开：{said}", f"cannot open {name(store)}: {said}")
        ) from None


def kept(rules: InForce) -> InForce:
    """Give rules with the item catalogue and the edited days of the store.

    They are as they were where the store has no tables yet.

    Raises:
        Failed: the store cannot be opened.
    """
    with opened(rules.settings) as store:
        if revision(store) != migrations.newest():
            return rules
        with store.read() as connection:
            rules = rules.with_days(calendar_days.load(connection))
            return rules.with_catalogue(items.load(connection, rules.zone))


def days(settings: Settings) -> EditedDays:
    """Give the days of calendars that were entered by hand; none where there are no tables yet.

    Raises:
        Failed: the store cannot be opened.
    """
    with opened(settings) as store:
        if revision(store) != migrations.newest():
            return EditedDays()
        with store.read() as connection:
            return calendar_days.load(connection)


def name(store: Store) -> str:
    """Give the URL of a store, its password as asterisks."""
    return store.engine.url.render_as_string()


def require_current(store: Store) -> None:
    """Make sure that the tables of a store are those of this version.

    Raises:
        Failed: they are not, or it cannot be opened; with what to do.
    """
    found, needed = revision(store), migrations.newest()
    if found is None:
        raise Failed(
            Words(f"库 {name(store)} 还没有建表", f"the store {name(store)} has no tables yet"),
            Words(
                "先启动守护进程（duban run），或执行 duban db upgrade",
                "start the daemon first (duban run), or run: duban db upgrade",
            ),
        )
    if found != needed:
        raise Failed(
            Words(
                f"库 {name(store)} 的版本是 {found}，本程序需要 {needed}",
                f"the store {name(store)} is at revision {found}, this program needs {needed}",
            ),
            Words("执行 duban db upgrade", "run: duban db upgrade"),
        )
