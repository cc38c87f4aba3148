"""Files of others, as their record in ``static/vendor/README.md`` tells."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path

import monitor.web

STATIC = Path(monitor.web.__file__).parent / "static"
RECORD = (STATIC / "vendor" / "README.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| `([^`]+)` .* `([0-9a-f]{64})` \|$", RECORD, re.MULTILINE)


def test_every_file_of_others_is_the_one_on_record() -> None:
    told = {(STATIC / "vendor" / name).resolve(): digest for name, digest in ROWS}
    found = {path.resolve() for path in (STATIC / "vendor").glob("*.js")}
    assert found | {(STATIC / "icons.svg").resolve()} == set(told)
    assert {path: sha256(path.read_bytes()).hexdigest() for path in told} == told


def test_every_licence_on_record_is_there() -> None:
    licences = set(re.findall(r"\]\((LICENSE\.[^)]+)\)", RECORD))
    assert licences
    assert all((STATIC / "vendor" / name).stat().st_size > 300 for name in licences)
