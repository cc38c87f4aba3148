"""Who may see and do what: every route, by every role."""

from __future__ import annotations

import re

import pytest

from monitor.access import Role
from monitor.web.looking import Form, Page, Route
from monitor.web.pages import ROUTES
from tests.support.desks import ROLES, Desk

PAGES = [route for route in ROUTES if isinstance(route, Page)]
FORMS = [route for route in ROUTES if isinstance(route, Form)]


def address(route: Route) -> str:
    """Give an address of a route that leads to nothing."""
    return re.sub(r"\{[^:}]+:(\w+)\}", lambda kind: "0" if kind[1] == "int" else "none", route.path)


def name(route: Route) -> str:
    return route.path


@pytest.mark.parametrize("route", PAGES, ids=name)
def test_nobody_sees_a_page_without_signing_in(hall: Desk, route: Page) -> None:
    assert hall.look(address(route)).url.path == "/sign-in"


@pytest.mark.parametrize("route", PAGES, ids=name)
def test_a_page_is_for_its_role_and_those_above(hall: Desk, route: Page) -> None:
    for role in ROLES:
        hall.enter(role)
        refused = hall.look(address(route)).status_code == 403
        assert refused is (Role.named(role) < route.role), role


@pytest.mark.parametrize("route", FORMS, ids=name)
def test_a_form_is_for_its_role_and_those_above(hall: Desk, route: Form) -> None:
    for role in ROLES:
        hall.enter(role)
        refused = hall.do(address(route)).status_code == 403
        assert refused is (Role.named(role) < route.role), role


@pytest.mark.parametrize("route", FORMS, ids=name)
def test_no_form_of_another_site_does_anything(hall: Desk, route: Form) -> None:
    hall.enter("system")
    answer = hall.browser.post(address(route), headers={"origin": "https://evil.example"})
    assert answer.status_code == 403


@pytest.mark.parametrize("route", FORMS, ids=name)
def test_nobody_does_anything_without_signing_in(hall: Desk, route: Form) -> None:
    assert hall.do(address(route)).url.path == "/sign-in"
