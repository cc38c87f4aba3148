"""People from the hall's own tables and files: read on schedule, kept when a source is down."""

from __future__ import annotations

from pathlib import Path

from monitor.store import rejects
from tests.support.stories import Event, Story
from tests.support.stories_settings import DIRECTORY, SOURCE, SYSTEM

DUE = "2026-10-13 17:30"

LISTS = """
[[directory]]
id = "staff"
kind = "person"
source = "hall"
table = "staff"
columns = {{ id = "no", name = "name", region = "area", posts = "post", sms = "phone" }}
values.posts = {{ "1" = "inspector", "2" = "handler" }}
refresh_every = "1h"

[[directory]]
id = "away"
kind = "leave"
file = "away.csv"
columns = {{ person = "工号", from = "开始", until = "结束" }}
refresh_every = "1h"

[[directory]]
id = "deputies"
kind = "deputy"
source = "hall"
query = "SELECT person, deputy, since FROM deputies"
columns = {{ person = "person", deputy = "deputy", from = "since" }}
refresh_every = "1h"
"""
INSPECTORS = """
[[policy]]
id = "inspectors"
levels = ["yellow"]
steps = [{ after = "0m", tell = ["inspector"], via = ["out"] }]
"""
OWN = "\n".join(line for line in DIRECTORY.splitlines() if '"qian"' not in line)


def begin(story: Story) -> None:
    """Open a hall whose inspectors are in its own tables, and one of whose leaves is in a file."""
    story.hall.database.run(
        "CREATE TABLE staff (no TEXT, name TEXT, area TEXT, post TEXT, phone TEXT)",
        "CREATE TABLE deputies (person TEXT, deputy TEXT, since TEXT)",
        "INSERT INTO staff VALUES ('q1', '钱程', '990102', '1、2', '139'), "
        "('q2', '冯宁', '990102', '2', NULL)",
    )
    leave(story, "")
    story.reload(directory=OWN, sources=SOURCE + LISTS, policies=SYSTEM + INSPECTORS)


def leave(story: Story, rows: str) -> None:
    Path(story.folder / "away.csv").write_text(f"工号,开始,结束\n{rows}", "utf-8")


def told(story: Story, no: str = "A1") -> list[str]:
    return [one.who for one in story.told(no)]


def test_people_of_the_halls_own_table_are_told(story: Story) -> None:
    begin(story)
    story.hall.accept("A1", at="2026-09-22 15:20", days=10)
    story.at(DUE)
    assert told(story) == ["钱程"]
    people = story.pipeline.rules.book.directory.people
    assert people["q1"].contacts == {"sms": "139"}
    assert people["q1"].posts == ("inspector", "handler")
    assert people["q2"].contacts == {}


def test_a_change_is_taken_over_at_the_next_reading_and_not_before(story: Story) -> None:
    begin(story)
    story.hall.accept("A1", at="2026-09-22 15:20", days=10)
    story.at("2026-10-13 16:45")
    story.hall.database.run("UPDATE staff SET name = '钱承' WHERE no = 'q1'")
    leave(story, "q1,2026-10-13,2026-10-13\n")
    story.hall.database.run("INSERT INTO deputies VALUES ('q1', 'q2', NULL)")
    story.at(DUE)
    assert told(story) == ["钱程"]
    story.hall.accept("A2", at="2026-09-22 15:20", days=10)
    story.at("2026-10-13 17:45")
    assert told(story, "A2") == ["冯宁"]
    assert story.pipeline.rules.book.directory.people["q1"].name == "钱承"


def test_the_last_good_lists_stay_while_the_source_is_down_and_over_a_restart(
    story: Story,
) -> None:
    begin(story)
    story.at("2026-10-13 16:00")
    story.hall.database.run("ALTER TABLE staff RENAME TO staff_old")
    story.hall.accept("A1", at="2026-09-22 15:20", days=10)
    story.restart()
    story.at(DUE)
    assert told(story) == ["钱程"]
    assert story.system("source-down")[0] == Event("alert_opened", "red", "source-down")
    story.hall.database.run("ALTER TABLE staff_old RENAME TO staff")
    story.at("2026-10-13 17:36")
    assert story.system("source-down")[-1] == Event("alert_resolved", "red", "read")


def test_rows_that_cannot_hold_are_set_aside_and_the_others_are_used(story: Story) -> None:
    begin(story)
    story.hall.database.run(
        "INSERT INTO staff VALUES ('q3', NULL, '990102', '1', NULL), "
        "('q4', '吴思', '990102', '7', NULL), ('q5', '郑凯', '990102', '2', NULL), "
        "('q5', '郑楷', '990102', '2', NULL), ('q6', '贺明', '990102', '2', NULL), "
        "('q6', '贺明', '990102', '1', NULL)",
        "INSERT INTO deputies VALUES ('q1', 'q2', '2026-10-01'), ('q2', 'q1', '2026-10-20'), "
        "('q1', 'nobody', NULL)",
    )
    leave(story, "q2,2026-10-10,2026-10-09\nq9,2026-10-10,\nq2,soon,\n")
    story.at("2026-10-13 09:00")
    directory = story.pipeline.rules.book.directory
    assert directory.people["q6"].posts == ("handler", "inspector")
    assert {"q3", "q4", "q5"}.isdisjoint(directory.people)
    assert [(one.person, one.deputy) for one in directory.delegations] == [("q1", "q2")]
    assert directory.leaves == ()
    with story.store.read() as connection:
        found = {(one.source, one.key, one.reason) for one in rejects.listing(connection, None, 50)}
    assert found == {
        ("directory:staff", "q3", "null-key"),
        ("directory:staff", "q4", "unknown-code"),
        ("directory:staff", "q5", "duplicate-key"),
        ("directory:deputies", "q2", "contradiction"),
        ("directory:deputies", "q1", "contradiction"),
        ("directory:away", "q2", "contradiction"),
        ("directory:away", "q9", "contradiction"),
        ("directory:away", "q2", "bad-time"),
    }
    assert len([one for one in story.system("rows-rejected") if one.event == "alert_opened"]) == 3


def test_a_list_that_has_lost_most_of_its_people_is_doubted(story: Story) -> None:
    begin(story)
    rows = ", ".join(f"('p{n}', '人{n}', '990102', '2', NULL)" for n in range(40))
    story.hall.database.run(f"INSERT INTO staff VALUES {rows}")
    story.at("2026-10-13 09:00")
    story.hall.database.run("DELETE FROM staff WHERE no LIKE 'p%'")
    story.at("2026-10-13 10:00")
    assert "p7" in story.pipeline.rules.book.directory.people
    assert story.system("source-emptied") == [Event("alert_opened", "red", "source-emptied")]


def test_a_list_taken_out_of_the_settings_is_forgotten(story: Story) -> None:
    begin(story)
    story.at("2026-10-13 09:00")
    story.reload(sources=SOURCE, directory=DIRECTORY)
    story.at("2026-10-13 09:01")
    assert "q1" not in story.pipeline.rules.book.directory.people
