"""The peer: Debian's ``prometheus-alertmanager``, given alerts for one receiver."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from socket import socket
from tempfile import TemporaryDirectory
from typing import Any

import httpx

from bench.notices.falling_due import case_columns
from bench.notices.sending import Sent, wait
from bench.sink import sink


def alertmanager(alerts: int, delay: float) -> Sent | None:
    """Give it as many alerts, ungrouped; ``None`` where it is not installed."""
    program = shutil.which("prometheus-alertmanager")
    if program is None:
        return None
    with TemporaryDirectory() as folder, sink(delay) as (hook, arrived):
        settings = {
            "route": {"receiver": "hook", "group_by": ["..."], "group_wait": "0s"},
            "receivers": [{"name": "hook", "webhook_configs": [{"url": hook}]}],
        }
        path = Path(folder) / "alertmanager.yml"
        path.write_text(json.dumps(settings), "utf-8")  # JSON is YAML
        url = f"http://127.0.0.1:{_free_port()}"
        listen = url.removeprefix("http://")
        process = subprocess.Popen(  # noqa: S603  # the program that which() found
            [
                program,
                f"--config.file={path}",
                f"--storage.path={folder}",
                f"--web.listen-address={listen}",
                "--cluster.listen-address=",
                "--log.level=error",
            ]
        )
        try:
            with httpx.Client(base_url=url, trust_env=False, timeout=60) as client:
                _until_ready(client)
                body = _alerts(alerts)
                start = time.monotonic()
                for first in range(0, alerts, 1000):
                    client.post(
                        "/api/v2/alerts", json=body[first : first + 1000]
                    ).raise_for_status()
                wait(lambda: len(arrived().keys), alerts)
            memory = _peak_of(process.pid)
            found = arrived()
        finally:
            process.terminate()
            process.wait()
    complete = len(found.keys) == alerts
    return Sent(alerts / (found.last_at - start), found.first_at - start, memory, complete)


def _alerts(count: int) -> list[dict[str, Any]]:
    """Give as many alerts as Alertmanager's API takes them, one for each case."""
    starts = datetime.now(UTC).isoformat()
    ends = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    cases = (case_columns(n, 0) for n in range(count))
    return [
        {
            "labels": {"alertname": "promise", "level": "yellow", "case": case["key"]},
            "annotations": {key: str(value) for key, value in case["facts"].items()},
            "startsAt": starts,
            "endsAt": ends,
        }
        for case in cases
    ]


def _until_ready(client: httpx.Client) -> None:
    for _ in range(200):
        try:
            if client.get("/-/ready").is_success:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.05)
    raise RuntimeError("Alertmanager does not start")


def _free_port() -> int:
    with socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


def _peak_of(process: int) -> float:
    status = Path(f"/proc/{process}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) / 1024
