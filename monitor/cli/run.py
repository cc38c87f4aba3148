"""``duban run``: the daemon."""

from __future__ import annotations

from sqlalchemy.exc import SQLAlchemyError

from monitor.cli.options import CONFIG, ConfigOption, JsonOption
from monitor.cli.serving import daemon_for, keep_alive, sample_hall, unusable
from monitor.cli.shell import Shell


def run(config: ConfigOption = CONFIG, as_json: JsonOption = False) -> None:
    """启动守护进程 · run the daemon until SIGTERM or Ctrl-C; SIGHUP reloads the settings."""
    shell = Shell(config, as_json)
    settings = shell.settings
    with sample_hall(shell, settings) as hall:
        daemon = daemon_for(config, settings)
        keep_alive(daemon, hall)
        shell.say(
            f"监察已启动，按 Ctrl-C 停止。指标与健康：{daemon.web.url}/metrics、/healthz、/readyz",
            f"running, Ctrl-C stops it. See {daemon.web.url}/metrics, /healthz, /readyz",
        )
        try:
            ended = daemon.run()
        except SQLAlchemyError as error:
            raise unusable(settings, error) from None
    if not ended:
        from monitor.daemon import exit_now

        exit_now()
