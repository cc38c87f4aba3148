"""Packages installed beside duban as pip leaves them: a module and its metadata on the path."""

from __future__ import annotations

from pathlib import Path

import pytest

MODULE = """
import numpy as np

from rules.compliance import Builtin, Text, hits


def look(view):
    phones = view.batch.texts("phone")
    short = [phone is not None and len(phone) < view.number("figures") for phone in phones]
    return hits(np.array(short, dtype=bool), phone=phones)


phone_too_short = Builtin(
    "phone-too-short",
    Text("电话号码太短", "the phone number is too short"),
    "大厅规程",
    "warning",
    ("phone",),
    Text("电话号码 {phone} 太短", "the phone number {phone} is too short"),
    look,
    {"figures": 7},
)
"""


def install(
    monkeypatch: pytest.MonkeyPatch,
    folder: Path,
    name: str = "hall_checks",
    points: str = "phone = hall_checks:phone_too_short",
    module: str = MODULE,
    group: str = "duban.checks",
) -> None:
    """Put a package with entry points of a group on the path of this test."""
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.py").write_text(module, "utf-8")
    metadata = folder / f"{name}-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text(f"[{group}]\n{points}\n")
    monkeypatch.syspath_prepend(folder)
