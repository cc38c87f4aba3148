"""Checks of the steps of a case: those it should have, their order, and who handled them."""

from __future__ import annotations

import pytest

from rules.cases import Case, Part
from tests.rules.compliance.looking import case, evidence, said, step

DEFINED = "受理,审查,现场勘验?,决定"


def steps(*names: str, **more: str) -> list[Part]:
    """Steps that began one day after the other."""
    return [step(f"2026-09-{day:02} 09:00", name=name) for day, name in enumerate(names, 1)]


def defined(*names: str, closed: str | None = None) -> Case:
    return case(*steps(*names), item_steps=DEFINED, closed_at=closed)


@pytest.mark.parametrize(
    ("one", "name"),
    [
        (defined("受理", "审查", "决定"), None),
        (defined("受理", "初审", "复审"), "初审"),
        (defined(), None),
        (case(*steps("初审")), None),
        (case(*steps("初审"), item_steps=""), None),
        (case(step("2026-09-01 09:00"), item_steps=DEFINED), None),
        (case(step("2026-09-01 09:00", name=""), item_steps=DEFINED), None),
        (case(step(None, name="初审"), item_steps=DEFINED), None),
    ],
)
def test_a_step_that_is_not_defined_is_found(one: Case, name: str | None) -> None:
    found = evidence("step-unknown", one)
    assert (found and found["name"]) == name


@pytest.mark.parametrize("text", ["受理，审查；决定", " 受理 、 审查 ;决定, ", "受理,审查?,决定？"])
def test_a_list_of_steps_is_read_as_people_write_it(text: str) -> None:
    one = case(*steps("受理", "审查", "决定"), item_steps=text)
    assert evidence("step-unknown", one) is None
    assert evidence("step-out-of-order", one) is None


def test_a_setting_goes_before_the_items_list() -> None:
    one = defined("受理", "审查", "决定")
    found = evidence("step-unknown", one, steps=("受理", "决定"))
    assert found is not None
    assert (found["name"], found["rows"]) == ("审查", "2026-09-02 09:00")
    assert evidence("step-unknown", one, steps=("受理", "审查", "决定")) is None


@pytest.mark.parametrize(
    ("one", "pair"),
    [
        (defined("受理", "审查", "决定"), None),
        (defined("受理", "现场勘验", "审查", "决定"), ("审查", "现场勘验")),
        (defined("审查", "受理"), ("受理", "审查")),
        # What is not defined has no place in the order.
        (defined("审查", "初审", "决定"), None),
        (defined("审查", "初审", "受理"), ("受理", "审查")),
        # The same step twice is not out of order.
        (defined("受理", "受理", "审查"), None),
        (case(*steps("审查", "受理")), None),
    ],
)
def test_a_step_before_its_turn_is_found(one: Case, pair: tuple[str, str] | None) -> None:
    found = evidence("step-out-of-order", one)
    assert (found and (found["name"], found["other"])) == pair


def test_steps_that_began_together_are_in_order() -> None:
    together = [step("2026-09-02 09:00", name=name) for name in ("决定", "受理", "审查")]
    assert evidence("step-out-of-order", case(*together, item_steps=DEFINED)) is None
    earlier = step("2026-09-01 09:00", name="审查")
    found = evidence("step-out-of-order", case(*together, earlier, item_steps=DEFINED))
    assert found is not None
    assert (found["name"], found["other"]) == ("受理", "审查")


def test_a_case_that_was_sent_back_may_go_through_its_steps_again() -> None:
    back = step("2026-09-02 09:00", name="决定", action="退回")
    again = step("2026-09-03 09:00", name="审查")
    first = step("2026-09-01 09:00", name="审查")
    assert evidence("step-out-of-order", case(first, back, again, item_steps=DEFINED)) is None
    found = evidence("step-out-of-order", case(first, back, again, item_steps=DEFINED), returns=())
    assert found is not None


@pytest.mark.parametrize(
    ("one", "name"),
    [
        (defined("受理", "审查", "决定"), None),
        (defined("受理", "决定"), "审查"),
        (defined("决定"), "受理"),
        (defined("受理"), None),
        (defined("受理", closed="2026-09-10 09:00"), None),
        (defined("初审"), None),
        (defined("初审", "审查"), "受理"),
        # In the wrong order, but not left out.
        (defined("决定", "审查", "受理"), None),
        (case(*steps("决定")), None),
        (defined(), None),
    ],
)
def test_a_step_that_was_left_out_is_found(one: Case, name: str | None) -> None:
    found = evidence("step-skipped", one)
    assert (found and found["name"]) == name


@pytest.mark.parametrize(
    ("one", "name"),
    [
        (defined("受理", closed="2026-09-10 09:00"), "审查"),
        (defined("受理", "审查", closed="2026-09-10 09:00"), "决定"),
        (defined("受理", "审查", "决定", closed="2026-09-10 09:00"), None),
        (defined("受理"), None),
    ],
)
def test_a_closed_case_may_be_asked_to_have_all_its_steps(one: Case, name: str | None) -> None:
    found = evidence("step-skipped", one, whole=True)
    assert (found and found["name"]) == name


def test_a_very_long_list_of_steps_is_looked_at_as_far_as_it_goes() -> None:
    names = [f"第{number}步" for number in range(100)]
    one = case(step("2026-09-01 09:00", name=names[61]), item_steps=",".join(names))
    found = evidence("step-skipped", one)
    assert found is not None
    assert (found["name"], found["reached"]) == ("第0步", "第61步")
    all_but_last = [step("2026-09-01 09:00", name=name) for name in names[:61]]
    one = case(*all_but_last, item_steps=",".join(names), closed_at="2026-09-10 09:00")
    found = evidence("step-skipped", one, whole=True)
    assert found is not None
    assert found["name"] == "第61步"


def handled(*pairs: tuple[str, str | None]) -> Case:
    days = enumerate(pairs, 1)
    return case(*(step(f"2026-09-{d:02} 09:00", name=name, handler=who) for d, (name, who) in days))


@pytest.mark.parametrize(
    ("one", "pair"),
    [
        (handled(("审查", "李"), ("决定", "王")), None),
        (handled(("审查", "李"), ("决定", "李")), ("审查", "决定")),
        (handled(("决定", "李"), ("审查", "李")), ("决定", "审查")),
        (handled(("受理", "李"), ("审查", "李"), ("决定", "王")), None),
        (handled(("审查", "李"), ("审查", "李")), None),
        (handled(("审查", "李"), ("审查", "王"), ("决定", "李")), ("审查", "决定")),
        (handled(("审查", None), ("决定", None)), None),
        (handled(("审查", ""), ("决定", "")), None),
        (handled(), None),
    ],
)
def test_posts_that_must_differ_have_different_handlers(
    one: Case, pair: tuple[str, str] | None
) -> None:
    found = evidence("same-person-in-two-posts", one)
    assert (found and (found["name"], found["other"])) == pair


def test_the_same_person_of_another_case_does_not_matter() -> None:
    one = handled(("受理", "李"), ("审查", "王"), ("决定", "李"))
    posts = ("受理", "审查", "决定")
    found = evidence("same-person-in-two-posts", one, posts=posts)
    assert found is not None
    assert (found["handler"], found["rows"]) == ("李", "2026-09-01 09:00, 2026-09-03 09:00")


def test_what_is_wrong_with_steps_in_words() -> None:
    assert said("step-unknown", defined("初审")) == (
        "环节初审（2026年9月1日）不在该事项规定的流程内",
        "the step 初审 (1 Sep 2026) is not among those defined for the item",
    )
    assert said("step-out-of-order", defined("审查", "受理")) == (
        "环节受理2026年9月2日才开始，排在它之后的审查2026年9月1日已开始",
        (
            "the step 受理 began on 2 Sep 2026, but 审查, which comes after it, had begun on "
            "1 Sep 2026"
        ),
    )
    assert said("step-skipped", defined("受理", "决定")) == (
        "已办到决定，没有规定的环节审查",
        "the case has come to 决定 without the defined step 审查",
    )
    assert said("same-person-in-two-posts", handled(("审查", "李"), ("决定", "李"))) == (
        "环节审查与决定由同一人办理，应由不同的人办理",
        "the steps 审查 and 决定 were handled by the same person, but must not be",
    )
