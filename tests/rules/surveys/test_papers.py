"""What holds for every survey: its papers, its settings, and finding nothing in an empty hall."""

from __future__ import annotations

import pytest

from config.checks import CheckSettings
from rules.surveys import SURVEY_BY_ID, SurveyRule
from tests.rules.surveys.looking import hall, look


@pytest.mark.parametrize("survey", SURVEY_BY_ID)
def test_every_survey_has_its_papers(survey: str) -> None:
    one = SURVEY_BY_ID[survey]
    assert one.level in ("warning", "yellow", "red")
    assert one.law
    assert all((*one.title, *one.sentence))
    assert one.every >= 60
    assert set(one.naming) <= one.settings.keys()


@pytest.mark.parametrize("survey", SURVEY_BY_ID)
def test_nothing_is_found_where_there_is_nothing(survey: str) -> None:
    assert look(survey, []) == []
    assert look(survey, hall({}, {})) == []


def test_it_is_tuned_and_made_as_often_as_the_settings_say() -> None:
    tuned = CheckSettings.model_validate(
        {
            "use": "number-gap",
            "id": "gaps-of-one-source",
            "every": "2h",
            "level": "red",
            "shadow": True,
            "settings": {"sources": ["hall"], "most": 3},
        }
    )
    rule = tuned.rule(("warning", "yellow", "red"), "en")
    assert isinstance(rule, SurveyRule)
    assert (rule.id, rule.title, rule.every) == (
        "gaps-of-one-source",
        "a gap in the case numbers",
        7200.0,
    )
    assert (rule.level, rule.rank, rule.shadow) == ("red", 2, True)
    assert rule.settings == {"sources": ("hall",), "most": 3}


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"use": "number-gap", "settings": {"wide": 3}}, "CFG-316"),
        ({"use": "number-gap", "settings": {"most": "3"}}, "CFG-316"),
        ({"use": "closing-rate-low", "settings": {"period": "year"}}, "CFG-316"),
        ({"use": "report-late", "every": "1h"}, "CFG-318"),
        ({"id": "own", "title": "t", "when": "true", "level": "red", "every": "1h"}, "CFG-318"),
        ({"use": "number-gap", "when": "case.kind == 'x'"}, "CFG-319"),
    ],
)
def test_what_makes_no_sense_is_refused(given: dict[str, object], code: str) -> None:
    with pytest.raises(ValueError, match=code):
        CheckSettings.model_validate(given)
