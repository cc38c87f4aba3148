"""Settings of compliance checks: built-in ones, surveys, and conditions of one's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any, Self

from pydantic import Field, PrivateAttr, ValidationInfo, field_validator, model_validator

from config.codes import Words
from config.fields import Id, Model, Seconds, refusal
from config.registry import BUILTIN, Registry
from rules.checks import Check
from rules.compliance import Builtin, Setting
from rules.surveys import Survey, SurveyRule
from rules.surveys.survey import SCOPE


class CheckSettings(Model):
    """A compliance rule over one case, or a survey across cases.

    With ``use`` it is the check of that name, for the cases of which the CEL expression ``when`` is
    true, tuned by ``settings``; id, title, level and law are the check's own unless given. Without
    it, it is found where ``when`` is true. A survey is made every so often (``every``), and the
    cases it looks at are chosen by its settings. The context of validation is the registry of
    checks that can be used; without one there are the built-in checks.
    """

    use: str | None = None
    id: Id
    title: str | None = Field(default=None, validate_default=True)
    when: str = Field(default="", validate_default=True)
    level: str = Field(default="", validate_default=True)
    law: str | None = None
    version: str = "1"
    shadow: bool = False
    every: Seconds | None = None
    settings: Mapping[str, Setting] = Field(default_factory=dict)
    _used: Builtin | Survey | None = PrivateAttr(None)

    @model_validator(mode="before")
    @classmethod
    def _named(cls, value: Any) -> Any:
        if isinstance(value, dict) and "id" not in value and isinstance(value.get("use"), str):
            return {**value, "id": value["use"]}
        return value

    @field_validator("use")
    @classmethod
    def _known(cls, use: str | None, info: ValidationInfo) -> str | None:
        registry = _registry(info)
        if use is not None and use not in registry:
            near = get_close_matches(use, registry, n=3) or registry
            names = ", ".join(near)
            raise refusal("CFG-315", Words(names, names))
        return use

    @field_validator("title", "when", "level")
    @classmethod
    def _given(cls, value: str | None, info: ValidationInfo) -> str | None:
        # Where ``use`` itself is refused, nothing is known of what may be left out.
        if not value and info.data.get("use", "") is None:
            raise refusal("CFG-102")
        return value

    @field_validator("when")
    @classmethod
    def _of_one_case(cls, when: str, info: ValidationInfo) -> str:
        if when and _is_survey(info):
            raise refusal("CFG-319", Words(_listed(SCOPE), _listed(SCOPE)))
        return when

    @field_validator("every")
    @classmethod
    def _of_surveys(cls, every: float | None, info: ValidationInfo) -> float | None:
        if every is not None and info.data.get("use", "") != "" and not _is_survey(info):
            raise refusal("CFG-318")
        return every

    @field_validator("settings", mode="before")
    @classmethod
    def _lists_are_tuples(cls, value: Any) -> Any:
        if isinstance(value, dict):
            return {k: tuple(v) if isinstance(v, list) else v for k, v in value.items()}
        return value

    @field_validator("settings")
    @classmethod
    def _tunes(cls, value: Mapping[str, Setting], info: ValidationInfo) -> Mapping[str, Setting]:
        use = info.data.get("use")
        used = _registry(info)[use] if use else None
        defaults = dict(used.settings) if used else {}
        if isinstance(used, Survey):
            defaults |= SCOPE
        for name, setting in value.items():
            if name not in defaults or not _alike(defaults[name], setting):
                known = _listed(defaults)
                raise refusal("CFG-316", Words(known or "没有可调的项", known or "nothing to tune"))
        if isinstance(used, Survey) and used.refuses:
            try:
                used.refuses({**defaults, **value})
            except ValueError as error:
                raise refusal("CFG-316", Words(str(error), str(error))) from None
        return value

    @model_validator(mode="after")
    def _look_up(self, info: ValidationInfo) -> Self:
        self._used = _registry(info)[self.use] if self.use else None
        return self

    def rule(self, levels: Sequence[str], language: str) -> Check | SurveyRule:
        """Give the rules' check or survey; ``language`` is that of a title it does not give."""
        used = self._used
        level = self.level or (used.level if used else "")
        title = self.title or (used.title.of(language) if used else self.id)
        law = self.law if self.law is not None else used.law if used else ""
        rank = levels.index(level)
        if isinstance(used, Survey):
            every = self.every or used.every
            return SurveyRule(
                *(self.id, title, level, rank, used, every, law, self.version, self.shadow),
                self.settings,
            )
        return Check(
            self.id,
            title,
            self.when,
            level,
            rank,
            law,
            self.version,
            self.shadow,
            used,
            self.settings,
        )


def _registry(info: ValidationInfo) -> Registry:
    return info.context if info.context is not None else BUILTIN


def _is_survey(info: ValidationInfo) -> bool:
    return isinstance(_registry(info).get(info.data.get("use") or ""), Survey)


def _listed(defaults: Mapping[str, Setting]) -> str:
    return ", ".join(f"{one} = {_written(default)}" for one, default in defaults.items())


def _written(value: Setting) -> str:
    """Write a setting as TOML does."""
    if isinstance(value, tuple):
        return f"[{', '.join(map(_written, value))}]"
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else repr(value)


def _alike(default: Setting, value: Setting) -> bool:
    if isinstance(default, bool) or isinstance(value, bool):
        return isinstance(default, bool) and isinstance(value, bool)
    if isinstance(default, int | float):
        return isinstance(value, int | float)
    return isinstance(value, type(default))
