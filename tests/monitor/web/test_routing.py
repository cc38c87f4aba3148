"""What all pages of the desk have in common."""

from __future__ import annotations

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
