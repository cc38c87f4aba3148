"""What all pages of the desk have in common."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from structlog.testing import capture_logs

from monitor.web.looking import LONGEST, MOST
from monitor.web.rendering import HEADERS
from monitor.web.visiting import Visitors
from tests.support.desks import NOW, Desk


def test_an_unchanged_page_is_not_sent_again(hall: Desk) -> None:
    hall.sign_in()
    tag = hall.look("/").headers["etag"]
    answer = hall.browser.get("/", headers={"if-none-match": tag})
    assert (answer.status_code, answer.content) == (304, b"")


def test_a_page_is_sent_again_when_a_card_is_gone(hall: Desk) -> None:
    hall.sign_in()
    tag = hall.look("/").headers["etag"]
    with hall.store.write() as connection:
        connection.exec_driver_sql("UPDATE alerts SET state = 'resolved' WHERE level = 'red'")
    assert hall.browser.get("/", headers={"if-none-match": tag}).status_code == 200


def test_a_page_that_came_out_the_same_is_not_sent_again(hall: Desk) -> None:
    hall.sign_in()
    tag = hall.look("/").headers["etag"]
    with hall.store.write() as connection:
        connection.exec_driver_sql("UPDATE sources SET rows_read = rows_read + 1")
    answer = hall.browser.get("/", headers={"if-none-match": tag})
    assert answer.status_code == 304
    assert answer.headers["etag"] != tag


def test_the_stamp_of_one_who_sees_less_is_another(hall: Desk) -> None:
    hall.enter("view")
    tag = hall.look("/").headers["etag"]
    hall.enter("view", regions=["990102"])
    assert hall.browser.get("/", headers={"if-none-match": tag}).status_code == 200


def test_time_alone_makes_a_page_another(hall: Desk) -> None:
    hall.sign_in()
    tag = hall.look("/").headers["etag"]
    hall.now = NOW + 3_600_000_000
    assert hall.browser.get("/", headers={"if-none-match": tag}).status_code == 200


def test_the_language_of_the_page_can_be_chosen(hall: Desk) -> None:
    hall.sign_in()
    assert 'lang="en"' in hall.do("/language", language="en", next="/").text
    assert 'lang="zh-CN"' in hall.do("/language", language="zh_CN", next="/").text


def test_a_fault_of_ours_is_in_the_log_and_tells_nothing(hall: Desk) -> None:
    hall.sign_in()
    with hall.store.write() as connection:
        connection.exec_driver_sql("DROP TABLE silences")
    with capture_logs() as logs:
        answer = hall.look("/silences", case="A-1")
    assert answer.status_code == 500
    assert answer.json() == {"status_code": 500, "detail": "Internal Server Error"}
    [line] = [one for one in logs if one["event"] == "page_failed"]
    assert line["page"] == "look /silences"
    assert "no such table" in str(line["exc_info"])


@pytest.mark.parametrize(("method", "path"), [("GET", "/nowhere"), ("PUT", "/cases")])
def test_what_the_framework_refuses_has_the_headers_of_a_page(
    hall: Desk, method: str, path: str
) -> None:
    answer = hall.browser.request(method, path)
    assert answer.status_code in (404, 405)
    assert (
        HEADERS.items() <= {name.title(): value for name, value in answer.headers.items()}.items()
    )


@pytest.mark.parametrize(
    "path",
    [
        *(f"/{name}?page={'9' * 5000}" for name in ("orders", "appeals", "call-backs", "items")),
        *(f"/{name}?page={'9' * 5000}" for name in ("people", "rules/promise", "cases")),
        f"/admin/audit?before={'9' * 30}",
        f"/deliveries/{'9' * 30}",
        "/deliveries?day=9999-12-31",
        "/cases?due=9999-12-31",
        "/cases?closed=0001-01-01..",
    ],
)
def test_no_number_or_day_of_an_address_is_too_large_for_a_page(hall: Desk, path: str) -> None:
    hall.enter("system")
    assert hall.look(path).status_code < 500


@pytest.mark.parametrize("path", ["/deliveries/{}/retry", "/views/{}/remove"])
def test_no_number_of_an_address_is_too_large_for_a_form(hall: Desk, path: str) -> None:
    hall.enter("system")
    assert hall.do(path.format("9" * 30)).status_code == 404


def test_no_day_of_a_form_is_too_late(hall: Desk) -> None:
    hall.enter("system")
    form = {"region": "990102", "reason": "割接", "until_at": "9999-12-31"}
    assert hall.do("/silences", **form).status_code == 422


def test_what_is_said_once_goes_over_https_alone_where_pages_do(
    hall: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Visitors, "by_https", lambda *_: True)
    hall.enter("view")
    hall.browser.follow_redirects = False
    answer = hall.do("/views", name="红牌", address="lamp=red")
    assert "duban_said=" in answer.headers["set-cookie"]
    assert "Secure" in answer.headers["set-cookie"]


def test_what_is_said_once_is_not_in_the_browser_and_for_nobody_else(hall: Desk) -> None:
    hall.enter("view")
    hall.browser.follow_redirects = False
    answer = hall.do("/views", name="何凯旋", address="lamp=red")
    key = answer.cookies["duban_said"]
    assert "何凯旋" not in unquote(answer.headers["set-cookie"])
    assert "已保存视图“何凯旋”" in hall.look("/cases").text
    hall.browser.cookies.set("duban_said", key)
    assert "已保存视图" not in hall.look("/cases").text
    hall.do("/views", name="何凯旋二", address="lamp=red")
    hall.enter("inspect")
    assert "已保存视图" not in hall.look("/cases").text


def test_an_address_has_so_many_values_of_a_condition_at_most(hall: Desk) -> None:
    hall.enter("view")
    few, many = (",".join(map(str, range(number))) for number in (MOST, MOST + 1))
    assert hall.look("/cases", region=few).status_code == 200
    assert hall.look("/cases", region=many).status_code == 422


def test_a_field_of_a_form_is_so_long_at_most(hall: Desk) -> None:
    hall.enter("system")
    form = {"region": "990102", "until": "2h"}
    answer = hall.do("/silences", **form, reason="x" * (LONGEST + 1))
    assert answer.status_code == 422
    assert "太长" in answer.text


def test_a_condition_with_lists_within_lists_is_no_silence(hall: Desk) -> None:
    hall.enter("inspect")
    when = "[1, 2].all(a, " * 3 + "true" + ")" * 3
    answer = hall.do("/silences", when=when, reason="割接", until="2h")
    assert answer.status_code == 422
    assert "条件有误：all walks one of pauses, steps, extensions, and no other list" in answer.text
