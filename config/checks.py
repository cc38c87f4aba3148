"""Settings of compliance checks: built-in ones and conditions of one's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any, Self

from pydantic import Field, PrivateAttr, ValidationInfo, field_validator, model_validator

from config.codes import Words
from config.fields import Id, Model, refusal
from config.registry import Registry
from rules.checks import Check
from rules.compliance import BY_ID, Builtin, Setting


class CheckSettings(Model):
    """A compliance rule over one case.

    With ``use`` it is the check of that name, for the cases of which the CEL expression ``when`` is
    true, tuned by ``settings``; id, title, level and law are the check's own unless given. Without
    it, it is found where ``when`` is true. The context of validation is the registry of checks
    that can be used; without one there are the built-in checks.
    """

    use: str | None = None
    id: Id
    title: str | None = Field(default=None, validate_default=True)
    when: str = Field(default="", validate_default=True)
    level: str = Field(default="", validate_default=True)
    law: str | None = None
    version: str = "1"
    shadow: bool = False
    settings: Mapping[str, Setting] = Field(default_factory=dict)
    _builtin: Builtin | None = PrivateAttr(None)

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
        defaults = _registry(info)[use].settings if use else {}
        for name, setting in value.items():
            if name not in defaults or not _alike(defaults[name], setting):
                known = ", ".join(f"{one} = {default!r}" for one, default in defaults.items())
                raise refusal("CFG-316", Words(known or "没有可调的项", known or "nothing to tune"))
        return value

    @model_validator(mode="after")
    def _look_up(self, info: ValidationInfo) -> Self:
        self._builtin = _registry(info)[self.use] if self.use else None
        return self

    def check(self, levels: Sequence[str], language: str) -> Check:
        """Give the rules' check; ``language`` is that of a title it does not give itself."""
        builtin = self._builtin
        level = self.level or (builtin.level if builtin else "")
        return Check(
            self.id,
            self.title or (builtin.title.of(language) if builtin else self.id),
            self.when,
            level,
            levels.index(level),
            self.law if self.law is not None else builtin.law if builtin else "",
            self.version,
            self.shadow,
            builtin,
            self.settings,
        )


def _registry(info: ValidationInfo) -> Registry:
    return info.context if info.context is not None else BY_ID


def _alike(default: Setting, value: Setting) -> bool:
    if isinstance(default, bool) or isinstance(value, bool):
        return isinstance(default, bool) and isinstance(value, bool)
    if isinstance(default, int | float):
        return isinstance(value, int | float)
    return isinstance(value, type(default))
