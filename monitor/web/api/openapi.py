"""The description of the API (OpenAPI 3.1), made from the table of calls.

Texts of types are in both languages, "中文 · English", as the options of commands are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from importlib.metadata import version
from typing import Any

import msgspec

from config import Words
from monitor.web.api.calls import ROOT, Call
from monitor.web.api.problems import KINDS, MEDIA_TYPE, Problem
from monitor.web.api.table import CALLS, TAGS

_REFERENCE = "#/components/schemas/{name}"
_PARAMETER = re.compile(r"\{(\w+):\w+\}")
_FAILS = (400, 401, 403, 404, 405, 409, 413, 415, 422, 429, 500)
_OF_WRITES = (409, 413, 415)

_ABOUT = Words(
    "督办（电子监察）的接口，与页面用同一套函数、同样的权限。时刻为带时区的 RFC 3339；"
    "列表用 next 作为下一页的 cursor；写操作可带 Idempotency-Key，同一键只办一次，保存一天；"
    "出错时给 application/problem+json（RFC 9457）。",
    "The API of duban, on the same functions and rights as the pages. Moments are RFC 3339 with an "
    "offset; the next of a list is the cursor of the page after it; with an Idempotency-Key a "
    "write is done once, and that is kept for a day; problems are application/problem+json "
    "(RFC 9457).",
)
_KEY = Words(
    "Authorization: Bearer dbn_…：管理员发给程序的密钥。",
    "Authorization: Bearer dbn_…: a key that an administrator gave to a program.",
)
_COOKIE = Words("登录页面后的浏览器。", "A browser that is signed in to the pages.")
_SIGNED = Words(
    "Standard Webhooks 的签名，另须 webhook-id 和 webhook-timestamp。",
    "The signature of Standard Webhooks, beside webhook-id and webhook-timestamp.",
)
_ONCE = Words("同一键只办一次，保存一天", "done once for a key, which is kept for a day")


@cache
def document(language: str) -> dict[str, Any]:
    """Give the description in a language."""
    types = [Problem, *_types(CALLS)]
    _, components = msgspec.json.schema_components(types, ref_template=_REFERENCE)
    paths: dict[str, dict[str, Any]] = {}
    for call in CALLS:
        path = ROOT + _PARAMETER.sub(r"{\1}", call.path)
        paths.setdefault(path, {})[call.method.lower()] = _operation(call, language)
    made = {
        "openapi": "3.1.0",
        "info": {
            "title": Words("duban（督办）接口", "The API of duban").text(language),
            "version": version("duban"),
            "description": _ABOUT.text(language),
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "security": [{"key": []}, {"session": []}],
        "tags": [{"name": name, "description": said.text(language)} for name, said in TAGS.items()],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                "key": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "dbn_…",
                    "description": _KEY.text(language),
                },
                "session": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": "duban_session",
                    "description": _COOKIE.text(language),
                },
                "signature": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "webhook-signature",
                    "description": _SIGNED.text(language),
                },
            },
        },
    }
    spoken: dict[str, Any] = _spoken(made, language)
    return spoken


def _types(calls: Iterable[Call]) -> list[Any]:
    found: list[Any] = []
    for call in calls:
        found += [one for one in (call.gives, call.body) if one is not None and one not in found]
    return found


def _operation(call: Call, language: str) -> dict[str, Any]:
    role = Words(f"角色：{call.role.name.lower()}。", f"Role: {call.role.name.lower()}.")
    said = [] if call.signed else [role.text(language)]
    said += [call.note.text(language)] if call.note else []
    made: dict[str, Any] = {
        "operationId": call.name,
        "tags": [call.tag],
        "summary": call.says.text(language),
        "description": " ".join(said),
        "parameters": [*_path(call), *_query(call), *_headers(call, language)],
        "responses": _responses(call, language),
    }
    if call.body is not None:
        schema = msgspec.json.schema_components([call.body], ref_template=_REFERENCE)[0][0]
        content: dict[str, Any] = {"schema": schema}
        if call.example is not None:
            content["example"] = call.example
        required = any(one.required for one in msgspec.structs.fields(call.body))
        made["requestBody"] = {"required": required, "content": {"application/json": content}}
    if call.signed:
        made["security"] = [{"signature": []}]
    return made


def _path(call: Call) -> list[dict[str, Any]]:
    kinds = {"id": {"type": "integer", "minimum": 1, "maximum": 2**63 - 1}, "day": _DATE}
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": kinds.get(name, {"type": "string", "minLength": 1})
            if not call.signed
            else {"type": "string", "minLength": 1},
        }
        for name in _PARAMETER.findall(call.path)
    ]


_DATE = {"type": "string", "format": "date"}


def _query(call: Call) -> list[dict[str, Any]]:
    if call.query is None:
        return []
    (reference,), components = msgspec.json.schema_components([call.query], ref_template=_REFERENCE)
    schema = components[reference["$ref"].rpartition("/")[2]]
    made = []
    for name, of in schema["properties"].items():
        given = _inlined(_not_null(of), components)
        one = {
            "name": name,
            "in": "query",
            "required": name in schema.get("required", ()),
            "description": given.pop("description", ""),
            "schema": given,
        }
        if given.get("type") == "array":
            one |= {"style": "form", "explode": False}
        made.append(one)
    return made


def _inlined(given: Any, components: dict[str, Any]) -> Any:
    """Give a schema with the enumerations it refers to within it."""
    if isinstance(given, dict):
        if "$ref" in given:
            rest = {name: one for name, one in given.items() if name != "$ref"}
            return {**components[given["$ref"].rpartition("/")[2]], **rest}
        return {name: _inlined(one, components) for name, one in given.items()}
    return given


def _not_null(given: dict[str, Any]) -> dict[str, Any]:
    """Give the schema of a parameter, which is left out and never null."""
    given = {name: one for name, one in given.items() if name != "default" or one is not None}
    choices = given.pop("anyOf", None)
    if choices is None:
        if isinstance(given.get("enum"), list):
            given["enum"] = [one for one in given["enum"] if one is not None]
        return given
    [chosen] = [one for one in choices if one.get("type") != "null"]
    return {**chosen, **given}


def _headers(call: Call, language: str) -> list[dict[str, Any]]:
    if not call.writes or call.reckons:  # what is only worked out may be asked for twice
        return []
    names = ["webhook-id", "webhook-timestamp"] if call.signed else ["Idempotency-Key"]
    return [
        {
            "name": name,
            "in": "header",
            "required": call.signed,
            "description": "" if call.signed else _ONCE.text(language),
            "schema": {"type": "string", "minLength": 1, "maxLength": 255},
        }
        for name in names
    ]


def _responses(call: Call, language: str) -> dict[str, Any]:
    schema = msgspec.json.schema_components([call.gives], ref_template=_REFERENCE)[0][0]
    done = Words("办好了", "Done") if call.writes else Words("所要的", "What was asked for")
    made: dict[str, Any] = {
        str(call.status): {
            "description": done.text(language),
            "content": {"application/json": {"schema": schema}},
        }
    }
    titles = {kind.status: kind.title for kind in KINDS.values()}
    problem = {MEDIA_TYPE: {"schema": {"$ref": _REFERENCE.format(name="Problem")}}}
    for status in _FAILS:
        if call.writes or status not in _OF_WRITES or (status == 409 and "{no" in call.path):
            made[str(status)] = {"description": titles[status].text(language), "content": problem}
    return made


def _spoken(given: Any, language: str) -> Any:
    """Give the same with every description of both languages in one."""
    if isinstance(given, dict):
        return {
            name: spoken(one, language)
            if name == "description" and isinstance(one, str)
            else _spoken(one, language)
            for name, one in given.items()
        }
    return [_spoken(one, language) for one in given] if isinstance(given, list) else given


def spoken(text: str, language: str) -> str:
    """Give the part of "中文 · English" that is of a language."""
    zh, dot, en = text.partition(" · ")
    return text if not dot else (en if language == "en" else zh)
