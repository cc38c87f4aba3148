"""The surveys (普查) that come with duban: checks across cases, by what they look at.

Each is a pure function over columns that the store reads for it, named in the tuple of its file;
this module puts the tuples together.
"""

from rules.surveys import closings, concealed, gaps, joint, targets, twice, units, windows
from rules.surveys.survey import Found, Occasion, Survey, SurveyRule

SURVEYS: tuple[Survey, ...] = (
    *twice.SURVEYS,
    *gaps.SURVEYS,
    *closings.SURVEYS,
    *joint.SURVEYS,
    *windows.SURVEYS,
    *concealed.SURVEYS,
    *units.SURVEYS,
    *targets.SURVEYS,
)
"""Every survey."""

SURVEY_BY_ID = {survey.id: survey for survey in SURVEYS}
"""Every survey by its id."""

__all__ = ["SURVEYS", "SURVEY_BY_ID", "Found", "Occasion", "Survey", "SurveyRule"]
