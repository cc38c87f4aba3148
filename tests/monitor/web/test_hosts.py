"""Which host names are answered to, and who reads the metrics."""

from __future__ import annotations

from pathlib import Path

import pytest

from config import Daemon
from monitor.web.hosts import is_ours
from tests.monitor.web.vouching import behind

OURS = {
    "http": "duban.hall:8321",
    "desk_url": "https://jc.example.gov.cn",
    "base_url": "https://m.example.gov.cn/duban",
    "hosts": ["Old-Name.example.gov.cn"],
}


@pytest.mark.parametrize(
    ("host", "ours"),
    [
        ("duban.hall:8321", True),
        ("JC.example.gov.cn", True),
        ("m.example.gov.cn:443", True),
        ("old-name.example.gov.cn", True),
        ("localhost:8321", True),
        ("192.0.2.7:8321", True),
        ("[2001:db8::1]:8321", True),
        ("evil.example", False),
        ("evil.example:8321", False),
        ("127.0.0.1.evil.example", False),
        ("[nonsense", False),
        ("", False),
    ],
)
def test_addresses_and_our_own_names_are_answered_to(host: str, ours: bool) -> None:
    assert is_ours(host, Daemon.model_validate(OURS)) is ours


def test_another_name_reads_nothing_but_whether_we_are_well(tmp_path: Path) -> None:
    with behind(tmp_path) as desk:
        evil = {"host": "evil.example"}
        for path in ("/metrics", "/readyz", "/sign-in", "/api/v1/cases"):
            assert desk.browser.get(path, headers=evil).status_code == 421
        assert desk.browser.get("/healthz", headers=evil).status_code == 200
        assert desk.browser.get("/metrics").status_code == 200


def test_with_a_token_the_metrics_are_for_whoever_has_it(tmp_path: Path) -> None:
    with behind(tmp_path, 'metrics_token = "sixteen characters"') as desk:
        said = [None, "Bearer another one", "Basic sixteen characters", "Bearer sixteen characters"]
        found = [
            desk.browser.get("/metrics", headers={"authorization": one} if one else {}).status_code
            for one in said
        ]
    assert found == [401, 401, 401, 200]
