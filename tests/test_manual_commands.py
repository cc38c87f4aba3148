"""The commands that the manual shows run as it shows them, on a sample hall.

Each block of a page that calls ``duban`` is run by a shell in a copy of a prepared hall, so that no
block depends on another. A block that needs what a test cannot have says so in a comment before it,
with the reason: ``<!-- not run: REASON -->``.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.support.daemons import duban

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
PAGES = [*sorted((ROOT / "docs").rglob("*.md")), ROOT / "README.md", ROOT / "README.zh-CN.md"]
_BLOCK = re.compile(
    r"(?:<!-- not run: (?P<why>[^>]+) -->\n)?^```\w*\n(?P<text>.*?)^```", re.MULTILINE | re.DOTALL
)
_CALL = re.compile(r"^(?:[^\s#]+/)?duban ", re.MULTILINE)
_MOST_NOT_RUN = 14
"""So many blocks, in both languages together, may be left out."""


def blocks() -> Iterator[tuple[str, str, str]]:
    """Yield each block that calls duban: where it is, its text, and why it is not run, or ""."""
    for page in PAGES:
        text = page.read_text("utf-8")
        for found in _BLOCK.finditer(text):
            if _CALL.search(found["text"]):
                line = text.count("\n", 0, found.start("text"))
                yield f"{page.relative_to(ROOT)}:{line}", found["text"], found["why"] or ""


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as after a look at the demonstration: ``var/demo`` has settings, hall and store."""
    folder = tmp_path_factory.mktemp("manual")
    done = duban("demo", "--duration", "6s", "--cases", "400", "--port", "0", cwd=folder)
    assert done.returncode == 0, done.stderr
    settings = folder / "var" / "demo" / "supervisor.toml"
    text = settings.read_text("utf-8").replace("127.0.0.1:8321", "127.0.0.1:0")
    settings.write_text(text, "utf-8")
    for command in PREPARED:
        done = duban(*command, cwd=settings.parent)
        assert done.returncode == 0, done.stderr
    (settings.parent / "notice.txt").write_text(NOTICE, "utf-8")
    shutil.copy(settings, settings.parent / "new.toml")
    return folder


@pytest.fixture(scope="session")
def examples(prepared: Path) -> dict[str, str]:
    """What stands for something of the reader's own: numbers of cases and alerts, the last seal."""
    hall = prepared / "var" / "demo"
    listed = duban("alerts", "--unacknowledged", "-n", "100", "--json", cwd=hall)
    waiting = [one for one in json.loads(listed.stdout) if one["no"]]
    first, second = waiting[0], waiting[-1]
    head = duban("audit-log", "head", cwd=hall)
    return {
        "DP-ZJ-20260922-0173": first["no"],
        "duban ack 17": f"duban ack {second['id']}",
        "call-backs record 12": "call-backs record 1",
        "9f2c…": head.stdout.split()[1],
    }


PREPARED = (
    ("leave", "add", "赵文博", "--from", "2030-01-01", "--until", "2030-01-02"),
    ("leave", "add", "孙晓岚", "--from", "2030-01-01", "--until", "2030-01-02"),
    ("silence", "add", "--region", "990121", "--why", "库房搬迁", "--for", "1d", "--as", "王敏"),
)
"""What the manual takes for granted: rows that its examples are numbered after."""

NOTICE = """国务院办公厅关于2027年部分节假日安排的通知
一、元旦：1月1日（周五）至3日（周日）放假，共3天。
"""


@pytest.mark.parametrize(
    ("place", "text"), [(place, text) for place, text, why in blocks() if not why]
)
def test_the_block_runs(
    place: str, text: str, prepared: Path, examples: dict[str, str], tmp_path: Path
) -> None:
    hall = tmp_path / "hall"
    shutil.copytree(prepared, hall)
    for shown, real in examples.items():
        text = text.replace(shown, real)
    # What is entered for a time to come is entered for one that is to come.
    text = re.sub(r"^(duban \w+ add .*)$", _ahead, text, flags=re.MULTILINE)
    env = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "LANG": "C.UTF-8",
        "APPROVAL_DB_URL": "sqlite:///hall.db",
    }
    env.pop("LC_ALL", None)
    where = hall if "cd var/demo" in text else hall / "var" / "demo"
    if "duban init" in text:
        where = tmp_path / "own"
        where.mkdir()
    done = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", text],
        cwd=where,
        env=env,
        input=2 * "correct horse battery\n",
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    said = f"{place}\n{text}\n{done.stdout}\n{done.stderr}"
    assert done.returncode == 0, said
    assert "Traceback" not in done.stdout + done.stderr, said


def _ahead(line: re.Match[str]) -> str:
    return re.sub(r"\b20\d\d-(?=\d\d-\d\d)", f"{datetime.now(UTC).year + 1}-", line[1])


def test_few_blocks_are_left_out_and_each_says_why() -> None:
    left_out = [(place, why) for place, _, why in blocks() if why]
    assert len(left_out) <= _MOST_NOT_RUN, left_out
    assert all(len(why) > 10 for _, why in left_out)
