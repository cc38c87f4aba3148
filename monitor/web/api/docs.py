"""The description of the API for people, and as it is for programs."""

from __future__ import annotations

import json
from typing import Any

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler

from monitor.web.api.calls import ROOT
from monitor.web.api.openapi import document, spoken
from monitor.web.api.problems import DOCS, KINDS
from monitor.web.api.table import CALLS, TAGS
from monitor.web.looking import Look, Page, Route, Shown
from monitor.web.visiting import Ask, Visitors


def show(look: Look) -> Shown:
    """Show the description, made from what programs read."""
    made = document(look.language)
    schemas: dict[str, Any] = made["components"]["schemas"]
    calls: dict[str, list[dict[str, Any]]] = {name: [] for name in TAGS}
    for path, methods in made["paths"].items():
        for method, operation in methods.items():
            calls[operation["tags"][0]].append(_shown(path, method, operation))
    return Shown(
        "api_docs.html",
        {
            "about": made["info"]["description"],
            "version": made["info"]["version"],
            "root": ROOT,
            "parts": [(tag, TAGS[tag].text(look.language), rows) for tag, rows in calls.items()],
            "number": len(CALLS),
            "schemas": [
                (name, spoken(one.get("description", ""), look.language), _fields(one))
                for name, one in sorted(schemas.items())
            ],
            "schemes": made["components"]["securitySchemes"],
            "problems": [
                (name, kind.status, kind.title.text(look.language)) for name, kind in KINDS.items()
            ],
        },
    )


def description(visitors: Visitors) -> HTTPRouteHandler:
    """Give the handler of the description as JSON, in the language asked for; it is no secret."""

    @get(f"{ROOT}/openapi.json", sync_to_thread=False, include_in_schema=False)
    def give(request: Ask) -> Response[bytes]:
        language = visitors.language(request)
        return Response(
            json.dumps(document(language), ensure_ascii=False).encode(),
            media_type="application/json",
            headers={
                "X-Content-Type-Options": "nosniff",
                "Content-Language": "en" if language == "en" else "zh-CN",
                "Vary": "Accept-Language, Cookie",
            },
        )

    return give


def _shown(path: str, method: str, operation: dict[str, Any]) -> dict[str, Any]:
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    given = next(
        (status, one["content"]["application/json"]["schema"])
        for status, one in operation["responses"].items()
        if status.startswith("2")
    )
    example = body.get("example")
    return {
        "id": operation["operationId"],
        "path": path,
        "method": method.upper(),
        "summary": operation["summary"],
        "note": operation["description"],
        "parameters": [
            (
                one["name"],
                one["in"],
                _type(one["schema"]),
                one["required"],
                one.get("description", ""),
            )
            for one in operation["parameters"]
        ],
        "body": _type(body["schema"]) if body else None,
        "example": json.dumps(example, ensure_ascii=False, indent=2) if example else None,
        "status": given[0],
        "gives": _type(given[1]),
    }


def _fields(schema: dict[str, Any]) -> list[tuple[str, tuple[str, str | None], bool, str]]:
    needed = schema.get("required", ())
    return [
        (name, _type(one), name in needed, _said(one))
        for name, one in schema.get("properties", {}).items()
    ] or [(str(one), ("", None), False, "") for one in schema.get("enum", ())]


def _said(schema: dict[str, Any]) -> str:
    if "description" in schema:
        return str(schema["description"])
    choices = schema.get("anyOf", ())
    return next((str(one["description"]) for one in choices if "description" in one), "")


def _type(schema: dict[str, Any]) -> tuple[str, str | None]:
    """Give what a type is called, and the name of the schema it leads to, if any."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return name, name
    if "anyOf" in schema:
        parts = [_type(one) for one in schema["anyOf"]]
        link = next((one[1] for one in parts if one[1]), None)
        return " | ".join(one[0] for one in parts), link
    if "enum" in schema:
        return " | ".join(json.dumps(one) for one in schema["enum"]), None
    if schema.get("type") == "array":
        name, link = _type(schema.get("items", {}))
        return f"[{name or '…'}]", link
    of = schema.get("type", "any")
    return f"{of}（{schema['format']}）" if "format" in schema else str(of), None


ROUTES: tuple[Route, ...] = (Page(DOCS, show, live=False),)
