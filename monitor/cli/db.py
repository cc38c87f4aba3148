"""``duban db``: the tables of the store and their revision."""

from __future__ import annotations

import getpass

from config import Words
from monitor.acts import running
from monitor.cli import stores
from monitor.cli.failure import Failed
from monitor.cli.options import CONFIG, ConfigOption, JsonOption
from monitor.cli.shell import Shell
from monitor.store import migrations
from monitor.store.migrations import NewerStoreError, OtherStoreError


def upgrade(config: ConfigOption = CONFIG, as_json: JsonOption = False) -> None:
    """建表或升级 · make the tables, or bring them up to date."""
    shell = Shell(config, as_json)
    with stores.opened(shell.settings) as store:
        stores.revision(store)
        try:
            before, after = running.upgrade(store, getpass.getuser(), shell.origin, shell.now)
            restored = running.guard(store, getpass.getuser(), shell.origin, shell.now)
        except NewerStoreError as error:
            raise Failed(
                Words("库由更新版本的 duban 升级过，本程序不认得；请安装新版", str(error))
            ) from None
        except OtherStoreError as error:
            raise stores.cannot_upgrade(store, error) from None
        data = {
            "store": stores.name(store),
            "before": before,
            "after": after,
            "guards_restored": restored,
        }
    if before == after:
        text = shell.word(f"✓ 已是最新版本 {after}", f"✓ up to date at revision {after}")
    else:
        text = shell.word(
            f"✓ 已升级：{before or '空库'} → {after}",
            f"✓ upgraded: {before or 'empty'} → {after}",
        )
    if restored:
        names = ", ".join(restored)
        text += shell.word(
            f"\n! {names} 的触发器不见了，已重建；运行 duban audit-log verify 核对留痕",
            f"\n! the triggers of {names} were gone and are there again; to check the record run: "
            "duban audit-log verify",
        )
    shell.result(data, text)


def current(config: ConfigOption = CONFIG, as_json: JsonOption = False) -> None:
    """查看版本 · show the revision; exit code 1: upgrade it."""
    shell = Shell(config, as_json)
    with shell.store() as store:
        revision = migrations.current(store.engine)
        data = {"store": stores.name(store), "revision": revision}
    shell.result(data, shell.word(f"✓ {revision}，已是最新", f"✓ {revision}, up to date"))
