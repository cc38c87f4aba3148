"""Text messages whose wording a vendor has approved: a template's code and what fills it.

Aliyun and Tencent send nothing but approved templates (模板), each with variables of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated

from jinja2 import ChainableUndefined, Template, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from notifiers.channel import SendError
from notifiers.message import Kind, Message
from notifiers.notice import Notice
from notifiers.words import cut, one_line, tight

OTHER = "other"
"""What is sent for kinds of messages that have no template of their own."""


def _environment() -> ImmutableSandboxedEnvironment:
    made = ImmutableSandboxedEnvironment(undefined=ChainableUndefined)
    made.filters["tight"] = tight
    return made


_ENVIRONMENT = _environment()


@lru_cache(maxsize=256)
def _compiled(text: str) -> Template:
    return _ENVIRONMENT.from_string(text)


def _kind(name: str) -> str:
    if name not in (OTHER, *Kind):
        raise ValueError(f"no kind of message; expected {', '.join(Kind)} or {OTHER}")
    return name


def _words(text: str) -> str:
    try:
        _compiled(text)
    except TemplateError as error:
        raise ValueError(f"not a template: {error}") from None
    return text


class Approved(BaseModel):
    """An approved template.

    Attributes:
        template: its code with the vendor.
        words: for each of its variables, in their order, what fills it: Jinja2 over the fields of a
            message and its ``short`` text.
        longest: most characters of one variable.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    template: str = Field(min_length=1)
    words: Mapping[str, Annotated[str, AfterValidator(_words)]] = Field(default_factory=dict)
    longest: int = Field(default=35, ge=1)

    def fill(self, message: Message, notice: Notice) -> dict[str, str]:
        """Give the value of each variable for a message.

        Raises:
            SendError: the words cannot be worked out for it.
        """
        fields = {**message.context, "short": notice.short}
        try:
            return {
                name: cut(one_line(_compiled(text).render(fields)), self.longest)
                for name, text in self.words.items()
            }
        except (TemplateError, TypeError, ValueError, ArithmeticError) as error:
            what = f"the words for template {self.template} are faulty"
            raise SendError(f"{what}: {error}", permanent=True) from error


ByKind = Mapping[Annotated[str, AfterValidator(_kind)], Approved]
"""Approved templates by the kind of message, or ``other`` for the rest."""


def chosen(approved: ByKind, kind: Kind) -> Approved:
    """Give the template for a kind of message.

    Raises:
        SendError: there is none for it.
    """
    found = approved.get(kind) or approved.get(OTHER)
    if found is None:
        raise SendError(f"no approved template for {kind} messages", permanent=True)
    return found
