"""One late case, told over every chat channel; and what a vendor would drop without a word."""

from __future__ import annotations

import json
from contextlib import ExitStack

from monitor.pipeline.channels import REFUSES
from tests.notifiers.chat_vendors import CHATS, SECRET, TOKEN
from tests.support.sinks import http_sink
from tests.support.stories import Story
from tests.support.stories_settings import DIRECTORY, SYSTEM
from tests.support.vendors import WecomApplication

DUE = "2026-10-13 17:30"
LI = 'name = "李阳", '
REACHED = DIRECTORY.replace(
    LI, LI + 'wecom = "liyang", contacts = { dingtalk = "liyang", feishu = "ou_liyang" }, '
)
KEYS = {
    "wecom": f'key = "{TOKEN}"',
    "wecom-app": f'corpid = "ww1"\nagentid = 1000002\nsecret = "{SECRET}"',
    "dingtalk": f'access_token = "{TOKEN}"\nsecret = "{SECRET}"',
    "dingtalk-notice": f'app_key = "ding1"\nagent_id = 77\napp_secret = "{SECRET}"',
    "feishu": f'token = "{TOKEN}"\nsecret = "{SECRET}"\navoid_rush = false',
}
UNGROUPED = "[notices]\ngroup_after = 1000\n"


def channel(kind: str, url: str) -> str:
    return f'[[channel]]\nid = "{kind}"\nkind = "{kind}"\nbase_url = "{url}"\n{KEYS[kind]}\n'


def policy(*via: str) -> str:
    told = f"steps = [{{ after = '0m', tell = ['clerk'], via = {json.dumps(via)} }}]\n"
    return SYSTEM.replace('["out"]', json.dumps(via)) + f'[[policy]]\nid = "all"\n{told}'


def test_a_late_case_reaches_its_handler_over_every_chat_channel(story: Story) -> None:
    with ExitStack() as stack:
        sinks = {kind: stack.enter_context(http_sink(CHATS[kind].vendor())) for kind in CHATS}
        channels = "".join(channel(kind, sink.url) for kind, sink in sinks.items())
        story.reload(directory=REACHED, policies=policy(*CHATS), channels=channels)
        story.hall.accept("DP-ZJ-20260922-0173", at="2026-09-22 15:20", days=10)
        story.at(DUE)
        bodies = {kind: sink.requests[-1].body.decode() for kind, sink in sinks.items()}
    assert {(one["channel"], one["state"]) for one in story.deliveries()} == {
        (kind, "sent") for kind in CHATS
    }
    for kind, body in bodies.items():
        assert "0173" in body
        assert ("DP-ZJ-20260922-0173" in body) is CHATS[kind].private
    assert all("liyang" in body for body in bodies.values())


def test_a_person_whom_the_vendor_does_not_know_is_on_record_as_not_told(story: Story) -> None:
    vendor = WecomApplication("ww1", SECRET, 1000002, people=())
    with http_sink(vendor) as sink:
        channels = channel("wecom-app", sink.url)
        story.reload(directory=REACHED, policies=policy("wecom-app"), channels=channels)
        story.hall.accept("A1", at="2026-09-22 15:20", days=10)
        story.at(DUE)
    (delivery,) = story.deliveries()
    assert (delivery["state"], delivery["attempts"]) == ("failed", 1)
    assert "invaliduser" in delivery["last_error"]


def test_what_the_vendor_would_drop_waits_and_counts_as_no_failure(story: Story) -> None:
    vendor = WecomApplication("ww1", SECRET, 1000002)
    with http_sink(vendor) as sink:
        channels = UNGROUPED + channel("wecom-app", sink.url)
        story.reload(directory=REACHED, policies=policy("wecom-app"), channels=channels)
        story.hall.accept_many([f"B{n:04}" for n in range(33)], at="2026-09-22 15:20")
        story.at("2026-09-22 15:30")
        story.at(DUE)
    assert len(vendor.taken) == 30
    waiting = [one for one in story.deliveries() if one["state"] == "pending"]
    assert len(waiting) == 3
    assert all(one["attempts"] == 0 and one["not_before"] > story.now for one in waiting)
    assert story.system(REFUSES) == []
