from __future__ import annotations

import json
import traceback
from pathlib import Path

import pytest

from config import Faulty, load
from tests.config.test_loading import ENVIRON, GOOD
from tests.support.settings import SOURCE, loaded, refused


def test_settings_never_print_a_secret() -> None:
    settings = load(GOOD / "full.toml", ENVIRON)
    written = [
        repr(settings),
        str(settings),
        str(settings.model_dump()),
        settings.model_dump_json(),
        json.dumps(settings.masked()),
        repr(settings.source[0]),
        repr(settings.rulebook()),
    ]
    assert [text for text in written if "hunter2" in text] == []


def test_masked_settings_are_values_of_json_with_the_names_of_the_file() -> None:
    masked = load(GOOD / "full.toml", ENVIRON).masked()
    assert masked["source"][0]["url"] == "**********"
    assert masked["daemon"]["store"] == "**********"
    assert masked["limit"][0]["from"] == "accepted_at"
    assert masked["limit"][0]["levels"] == {"red": "over", "warning": "80 %"}
    assert masked["calendar"][1]["hours"]["mon"] == ["22:00-30:00"]


ROBOT = '[[channel]]\nid = "robot"\nkind = "wecom"\n'
HOOK = '[[channel]]\nid = "hook"\nkind = "webhook"\n'


@pytest.mark.parametrize(
    "text",
    [
        SOURCE.replace("sqlite:///hall.db", "postgres://u:hunter2@h/d"),
        SOURCE.replace("sqlite:///hall.db", "u:hunter2@h/d"),
        SOURCE.replace("sqlite:///hall.db", "hunter2"),
        SOURCE.replace("sqlite:///hall.db", "postgres://u:hunter2@${env:HOST}/d"),
        SOURCE.replace("sqlite:///hall.db", "mysql+pymysql://u:hunter2@h:port/d"),
        SOURCE.replace("sqlite:///hall.db", "postgres://u:${env:PASSWORD}@h/d"),
        SOURCE.replace('"sqlite:///hall.db"', '["postgresql://u:hunter2@h/d"]'),
        SOURCE.replace("url =", 'password = "hunter2"\nurl ='),
        ROBOT + 'key = { value = "hunter2" }',
        ROBOT + 'key = ["hunter2"]',
        ROBOT + 'kee = "hunter2"',
        ROBOT + 'key = "hunter2" x',
        ROBOT + "key = hunter2",
        ROBOT + 'key = "a"\nproxy = "hunter2"\nper_minute = "hunter2"',
        HOOK + 'url = "hunter2"\nsecret = "hunter2"',
        HOOK + 'url = "${env:PASSWORD}"\nsecret = "${env:PASSWORD}"',
        '[daemon]\nstore = "postgresql://u:hunter2@h:port/d"',
        '[daemon]\ncalendar = "${env:PASSWORD}"\nlanguage = "${env:PASSWORD}"',
        '[[limit]]\nid = "a"\nwhen = "${env:PASSWORD}"',
    ],
)
def test_a_fault_never_prints_a_secret(tmp_path: Path, text: str) -> None:
    error = refused(tmp_path, text, {"PASSWORD": "hunter2"})
    shown = f"{error!r} {error.text('en')} {error.faults} " + "".join(
        traceback.format_exception(error)
    )
    assert error.faults
    assert "hunter2" not in shown


def test_a_password_without_quotes_is_not_printed(tmp_path: Path) -> None:
    error = refused(tmp_path, ROBOT + "key = 20261124")
    assert "20261124" not in f"{error!r} {error.faults}"


def test_a_missing_variable_is_named_with_its_path(tmp_path: Path) -> None:
    with pytest.raises(Faulty) as caught:
        loaded(tmp_path, SOURCE.replace("sqlite:///hall.db", "${env:HALL_URL}"))
    (fault,) = caught.value.faults
    assert (fault.code, fault.path, fault.found.en) == (
        "CFG-501",
        "source[0].url",
        "${env:HALL_URL}",
    )
