from __future__ import annotations

import re
import shutil
from contextlib import suppress
from pathlib import Path

import pytest

from config import Faulty, load
from tests.config.test_loading import ENVIRON, GOOD

LINES = (GOOD / "full.toml").read_text("utf-8").splitlines()
KEYED = [number for number, line in enumerate(LINES) if re.match(r"\S+ = ", line)]


@pytest.mark.slow
@pytest.mark.parametrize("junk", ["5", '"x"', "[]", "{}", "[5]", "{ a = {} }", "1.5", "true", None])
def test_any_value_in_place_of_a_right_one_loads_or_is_a_fault(
    tmp_path: Path, junk: str | None
) -> None:
    """Nothing but ``Faulty`` is ever raised."""
    shutil.copy(GOOD / "store-password.txt", tmp_path)
    path = tmp_path / "supervisor.toml"
    for number in KEYED:
        key = LINES[number].partition(" = ")[0]
        line = f"{key} = {junk}" if junk is not None else ""
        path.write_text("\n".join([*LINES[:number], line, *LINES[number + 1 :]]), "utf-8")
        with suppress(Faulty):
            load(path, ENVIRON).rulebook()
