"""Surveys travel with the rule book to the processes of an audit."""

from __future__ import annotations

import pickle

import pytest

import monitor.audit.engine  # noqa: F401  teaches pickle read-only mappings
from rules.surveys import SURVEYS, Survey


@pytest.mark.parametrize("survey", SURVEYS, ids=lambda one: one.id)
def test_a_survey_can_be_sent_to_another_process(survey: Survey) -> None:
    assert repr(pickle.loads(pickle.dumps(survey))) == repr(survey)
