"""Rendering: from a message to a notice in its language, and to the form of a channel.

``templates/<language>/texts.toml`` says what each kind of message says; ``templates/<channel>/``
says how a channel lays it out. An operator's own folder goes before both: entries of its
``<language>/texts.toml`` replace ours one by one, and a layout for one kind in one language is
``<language>/<channel>/<kind>.<ext>`` (or ``base.<ext>`` for all kinds), which may extend ours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined, TemplateError, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from notifiers.channel import SendError
from notifiers.message import Message
from notifiers.notice import Notice
from notifiers.texts import FOLDER, Texts, built_in

LANGUAGES = ("zh_CN", "en")
"""The languages that messages can be written in; the first is the default."""


class Renderer:
    """Renders for one channel.

    Args:
        channel: name of the channel's folder of layouts.
        own: the operator's folder of templates, or ``None``.
        escape: for layouts that are not HTML, makes a value harmless in their syntax.

    Raises:
        ValueError: a text in the operator's folder cannot be read; the message says where.
    """

    def __init__(
        self, channel: str, own: Path | None, escape: Callable[[str], str] = lambda text: text
    ) -> None:
        self._channel = channel
        self._texts = {
            language: Texts(language, own) if own else built_in(language) for language in LANGUAGES
        }
        loader = FileSystemLoader([own, FOLDER] if own else [FOLDER])
        self._html = _layouts(loader, lambda value: value)
        # Already escaped for its own syntax, so that the escaping for HTML leaves it as it is.
        self._text = _layouts(loader, lambda value: Markup(escape(str(value))))  # noqa: S704

    def notice(self, message: Message) -> Notice:
        """Give the words of a message.

        Raises:
            SendError: a field that its text needs is missing, or the operator's text is faulty.
        """
        with _faults(message):
            texts = self._texts.get(message.language)
            if texts is None:
                raise TemplateError(f"no texts in language {message.language!r}")
            return texts.notice(message)

    def layout(self, message: Message, extension: str, **values: Any) -> str:
        """Lay a message out by the channel's template with ``extension``.

        Args:
            message: chooses the template: that of its kind and language, else the common one.
            extension: ``html``, ``txt``, ``md`` or ``json``.
            values: what the template shows.

        Raises:
            SendError: the operator's template is faulty.
        """
        own = f"{message.language}/{self._channel}"
        names = [f"{own}/{message.kind}", f"{own}/base", f"{self._channel}/base"]
        with _faults(message):
            layouts = self._html if extension == "html" else self._text
            template = layouts.select_template([f"{name}.{extension}" for name in names])
            return template.render(language=message.language, **values)


def _layouts(
    loader: FileSystemLoader, harmless: Callable[[Any], Any]
) -> ImmutableSandboxedEnvironment:
    def shown(value: Any) -> Any:
        return value if isinstance(value, Markup | Undefined) else harmless(value)

    return ImmutableSandboxedEnvironment(
        loader=loader,
        undefined=StrictUndefined,
        finalize=shown,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@contextmanager
def _faults(message: Message) -> Iterator[None]:
    try:
        yield
    except (TemplateError, TypeError, ValueError, ArithmeticError) as error:
        what = f"the text of {message.kind} messages in {message.language} is faulty"
        raise SendError(f"{what}: {error}", permanent=True) from error
