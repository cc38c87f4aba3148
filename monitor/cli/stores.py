"""Opening the store for a command, and telling what to do where its tables are not there."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from config import Settings, Words
from monitor.catalogue import FileFault, Reading, first, read_configured
from monitor.cli.failure import Failed
from monitor.pipeline.in_force import InForce
from monitor.printing import printable
from monitor.sources import SourceError
from monitor.store import calendar_days, items, migrations
from monitor.store.migrations import OtherStoreError
from monitor.store.store import Store
from rules.calendar_days import EditedDays
from rules.catalogue import Catalogue


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
    """Return rules with the item catalogue and the edited days of the store.

    Before the store has a catalogue it is read where the settings say, so that cases are judged
    as they will be after the first start.

    Raises:
        Failed: the store cannot be opened, or the catalogue cannot be read.
    """
    with opened(rules.settings) as store:
        if revision(store) == migrations.newest():
            with store.read() as connection:
                rules = rules.with_days(calendar_days.load(connection))
                if items.state(connection).version or rules.settings.catalogue is None:
                    return rules.with_catalogue(items.load(connection, rules.zone))
    if rules.settings.catalogue is None:
        return rules
    return rules.with_catalogue(first(listed(rules.settings), rules.zone))


def catalogue(rules: InForce) -> Catalogue | None:
    """Return the item catalogue of the store, ``None`` if nothing was ever stored."""
    with opened(rules.settings) as store:
        try:
            if revision(store) != migrations.newest():
                return None
        except Failed:
            return None  # the check of the store tells of it
        with store.read() as connection:
            stored = items.load(connection, rules.zone)
    return stored if stored.version else None


def listed(settings: Settings) -> Reading:
    """Read the list of items where the settings say.

    Raises:
        Failed: it cannot be read, or the settings have no catalogue.
    """
    catalogue = settings.catalogue
    if catalogue is None:
        raise Failed(
            Words("设置里没有 [catalogue]", "the settings have no [catalogue]"),
            Words(
                "加上 [catalogue]：file 或 source，以及 columns（事项的哪一列是什么）",
                "add [catalogue] with file or source, and columns (which column is which fact)",
            ),
        )
    try:
        return read_configured(settings, catalogue)
    except FileFault as error:
        raise Failed(error.why) from None
    except SourceError as error:
        raise Failed(error.text) from None


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
    return printable(store.engine.url)


def cannot_upgrade(store: Store, error: OtherStoreError) -> Failed:
    """Say that the tables of a store cannot be brought up to date, and what to do."""
    cause = error.__cause__
    said = " ".join(str(getattr(cause, "orig", None) or cause).split())
    return Failed(
        Words(
            f"库 {name(store)} 不能升级到 {migrations.newest()}：{said}。库没有改动。"
            "若说缺少或已有某个表、索引，则此库由未发布的版本或人工建立："
            "请恢复备份，或改用空库",
            str(error),
        )
    )


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
