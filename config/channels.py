"""The channels that settings can use: built-in ones, and those of packages installed beside duban.

A package gives a channel as an entry point of the group ``duban.channels`` whose object is a class
of settings, a subclass of :class:`notifiers.ChannelBase` with a literal ``kind`` of its own
(https://packaging.python.org/specifications/entry-points/).
"""

from __future__ import annotations

from functools import cache, reduce
from importlib.metadata import EntryPoint, entry_points
from operator import or_
from typing import Annotated, Any, get_args

from pydantic import Field, create_model

from config.faults import Fault, fault
from config.settings import Settings
from notifiers import ChannelBase, ChannelSettings

GROUP = "duban.channels"
"""The group of entry points."""


def settings_model() -> tuple[type[Settings], tuple[Fault, ...]]:
    """Give the settings with every kind of channel there is, and a fault for each unusable one."""
    kinds: dict[str, type[ChannelBase]] = {
        name: kind for kind in get_args(get_args(ChannelSettings)[0]) for name in _names(kind)
    }
    faults = []
    for point in sorted(entry_points(group=GROUP), key=lambda one: (one.name, one.value)):
        try:
            kind = _loaded(point)
            if taken := [name for name in _names(kind) if name in kinds]:
                raise ValueError(f"there is a channel {taken[0]} already")  # noqa: TRY301  # told like any other fault
            kinds |= dict.fromkeys(_names(kind), kind)
        except Exception as error:  # code of others may fail in any way
            package = f" ({point.dist.name})" if point.dist else ""
            where = f"{point.name} = {point.value}{package}"
            faults.append(fault("CFG-330", "channel", f"{where}: {type(error).__name__}: {error}"))
    return _model(tuple(dict.fromkeys(kinds.values()))), tuple(faults)


@cache
def _model(kinds: tuple[type[ChannelBase], ...]) -> type[Settings]:
    any_kind: Any = reduce(or_, kinds)
    told_apart: Any = Annotated[any_kind, Field(discriminator="kind")]
    field: Any = (tuple.__class_getitem__((told_apart, ...)), ())
    return create_model("Settings", __base__=Settings, channel=field)


def _loaded(point: EntryPoint) -> type[ChannelBase]:
    kind = point.load()
    if not (isinstance(kind, type) and issubclass(kind, ChannelBase)):
        raise TypeError(f"a {type(kind).__name__}, not a class of ChannelBase")
    if not _names(kind):
        raise TypeError(f"{kind.__name__} has no literal kind")
    return kind


def _names(kind: type[ChannelBase]) -> tuple[str, ...]:
    field = kind.model_fields.get("kind")
    return get_args(field.annotation) if field else ()
