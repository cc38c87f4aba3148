"""From what pydantic refuses to faults with a code, a path and a mend."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from config.codes import CODES, Words
from config.faults import Fault, fault
from config.places import Loc, Tree, deepest, write
from notifiers.channel import NO_LENGTH

_EXPECTED = {
    "string": Words("文本", "text"),
    "int": Words("整数", "a whole number"),
    "float": Words("数", "a number"),
    "bool": Words("true 或 false", "true or false"),
    "list": Words("列表", "a list"),
    "tuple": Words("列表", "a list"),
    "dict": Words("表", "a table"),
    "mapping": Words("表", "a table"),
    "model": Words("表", "a table"),
    "url": Words("网址", "a URL"),
    "path": Words("路径", "a path"),
}
_KINDS = (
    (bool, Words("true/false", "true or false")),
    (str, Words("文本", "text")),
    (int, Words("整数", "a whole number")),
    (float, Words("小数", "a decimal number")),
    (dict, Words("表", "a table")),
    (list, Words("列表", "a list")),
)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://")
_PLACEHOLDER = re.compile(r"\$\{[^{}]*\}")
_RANGES = {
    "ge": Words("不小于 {}", "{} or more"),
    "gt": Words("大于 {}", "more than {}"),
    "le": Words("不大于 {}", "{} or less"),
    "lt": Words("小于 {}", "less than {}"),
    "min_length": Words("至少 {} 项（字）", "at least {} of them"),
    "max_length": Words("至多 {} 项（字）", "at most {} of them"),
    "pattern": Words("符合 {} 的文本", "text of the form {}"),
}


def faults_of(error: ValidationError, model: type[BaseModel], tree: Tree) -> Iterator[Fault]:
    """Give a fault for each error of validating ``tree`` as ``model``.

    ``tree`` is the data as written, before placeholders were replaced, so that what was found
    shows ``${env:NAME}`` and not a secret.
    """
    faults = (
        _fault(detail, model, tree)
        for detail in error.errors(include_url=False)
        # Items that are refused are not counted, so that a list of them is also called too short.
        if detail["type"] != "too_short" or not deepest(tree, detail["loc"])[1]
    )
    yield from dict.fromkeys(faults)  # what a short form stands for is refused more than once


def _fault(detail: ErrorDetails, model: type[BaseModel], tree: Tree) -> Fault:
    kind, loc = detail["type"], detail["loc"]
    context = detail.get("ctx", {})
    place, found = deepest(tree, loc)
    path = write(place)
    if loc[-1] == "[key]":  # the key of a table is at fault, not what it leads to
        found = loc[-2]
        path = write(place if place[-1] == found else (*place, found))
    if kind == "extra_forbidden":
        known = _keys(model, loc[:-1])
        near = get_close_matches(str(loc[-1]), known, n=1)
        expected = Words("、".join(known), ", ".join(known)) if known else None
        return fault("CFG-101", path, str(loc[-1]), expected, near[0] if near else None)
    if kind in ("missing", "CFG-102", "union_tag_not_found"):
        name = "kind" if kind == "union_tag_not_found" else str(loc[-1])
        return fault("CFG-102", write((*place, name)), _NOTHING, Words(f"有 {name}", f"a {name}"))
    if kind in CODES:
        written = show_url(found) if kind == "CFG-208" else show(found)
        return fault(kind, path, written, context["expected"])
    if kind in ("literal_error", "enum", "union_tag_invalid"):
        possible = str(context.get("expected", context.get("expected_tags")))
        if kind == "union_tag_invalid":
            path, found = write((*place, "kind")), context["tag"]
        names = possible.replace(" or ", ", ").replace("'", "").split(", ")
        near = get_close_matches(str(found), names, n=1)
        return fault(
            "CFG-104",
            path,
            show(found),
            Words("、".join(names), possible),
            near[0] if near else None,
        )
    if kind == NO_LENGTH:
        return fault("CFG-204", path, show(found))
    if kind.startswith("zoneinfo"):
        return fault("CFG-207", path, show(found))
    for bound, form in _RANGES.items():
        if bound in context:
            limit = context[bound]
            expected = Words(form.zh.format(limit), form.en.format(limit))
            # A text may be a secret; a number that is a secret is refused as no text.
            written = show(found) if isinstance(found, int | float) else show_kind(found)
            return fault("CFG-105", path, written, expected)
    if kind in ("value_error", "assertion_error"):
        return fault("CFG-106", path, show_kind(found), _without(detail["msg"], detail["input"]))
    wanted = next((words for start, words in _EXPECTED.items() if kind.startswith(start)), None)
    # The kind alone is shown: a password written without quotes is a number where text is due.
    return fault("CFG-103", path, show_kind(found), wanted or detail["msg"])


_NOTHING = Words("没有写", "nothing")


def show(found: Any) -> Words:
    """Write a value for a fault, cut to 60 characters; of a table or list only the kind."""
    if isinstance(found, dict | list):
        return show_kind(found)
    text = f'"{found}"' if isinstance(found, str) else str(found)
    text = text if len(text) <= 60 else text[:60] + "…"
    return Words(text, text)


def show_url(found: Any) -> Words:
    """Write no more of a URL than how it begins: the rest may hold a password."""
    scheme = _SCHEME.match(str(found))
    text = str(found) if _PLACEHOLDER.fullmatch(str(found)) else f"{scheme[0]}…" if scheme else "…"
    return Words(text, text)


def show_kind(found: Any) -> Words:
    """Name the kind of a value, without the value."""
    return next(
        (words for kind, words in _KINDS if isinstance(found, kind)),
        Words(type(found).__name__, type(found).__name__),
    )


def _without(message: str, value: Any) -> str:
    """Take a refused value out of the message that refuses it: it may be a secret."""
    if hasattr(value, "get_secret_value"):
        value = value.get_secret_value()
    values = value.values() if isinstance(value, dict) else (value,)
    for text in values:
        if isinstance(text, str) and text:
            message = message.replace(text, "…")
    return message.removeprefix("Value error, ")


def _keys(model: type[BaseModel], loc: Loc) -> list[str]:
    """List the keys of the model at a place; of several possible ones, those of them all."""
    models = [model]
    for part in loc:
        if isinstance(part, int):
            continue
        inner = [
            found
            for one in models
            for name, field in one.model_fields.items()
            if (field.alias or name) == part
            for found in _models(field.annotation)
        ]
        tagged = [one for one in models if part in _tags(one)]
        models = inner or tagged or models
    return [field.alias or name for one in models for name, field in one.model_fields.items()]


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models(argument)


def _tags(model: type[BaseModel]) -> tuple[Any, ...]:
    kind = model.model_fields.get("kind")
    return get_args(kind.annotation) if kind else ()
