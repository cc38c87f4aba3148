"""The manual: whatever an operator can write, read or call is in it, in both languages."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel
from pydantic_core import PydanticUndefined
from typer.main import get_command

import config
from docs import tables
from docs.pictures import pictures
from monitor.cli.app import app
from monitor.sources.errors import TEXTS
from monitor.sources.rows import Reason
from rules.amounts import Amount, clock_seconds, parse_amount
from rules.findings import Outcome

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
LANGUAGES = ("en", "zh")

_ROW = re.compile(r"^\| `(?P<key>\w+)` \|[^|]*\| (?P<default>[^|]*) \|", re.MULTILINE)
_REQUIRED = ("required", "必填")
_NONE = ("none", "无")


def page(language: str, name: str) -> str:
    return (DOCS / language / f"{name}.md").read_text(encoding="utf-8")


def pages(language: str) -> str:
    return "\n".join(path.read_text("utf-8") for path in sorted((DOCS / language).glob("*.md")))


def sections(language: str, table: str) -> str:
    """Give the sections of the page on settings that are about a table of the file."""
    parts = re.split(r"^## ", page(language, "settings"), flags=re.MULTILINE)[1:]
    named = re.compile(rf"\[{table}[\].]")
    return "\n".join(one for one in parts if named.search(one.splitlines()[0]))


def models(annotation: Any, around: tuple[type[BaseModel], ...] = ()) -> Iterator[type[BaseModel]]:
    """Return the models that an annotation speaks of, and those within them but themselves."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        if annotation in around:
            return
        yield annotation
        for field in annotation.model_fields.values():
            yield from models(field.annotation, (*around, annotation))
    for argument in get_args(annotation):
        yield from models(argument, around)


def keys(table: str) -> Iterator[tuple[str, Any]]:
    """Give every key of a table of the file, and of the tables within it."""
    for model in models(config.Settings.model_fields[table].annotation):
        for name, field in model.model_fields.items():
            yield field.alias or name, field


def written_keys(text: str) -> set[str]:
    return {row["key"] for row in _ROW.finditer(text)}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("table", config.Settings.model_fields)
def test_every_key_of_the_settings_is_documented(table: str, language: str) -> None:
    known = {key for key, _ in keys(table)}
    assert known
    assert not known - written_keys(sections(language, table))


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_key_is_documented_that_is_none(language: str) -> None:
    known = {key for table in config.Settings.model_fields for key, _ in keys(table)}
    assert not written_keys(page(language, "settings")) - known


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("table", config.Settings.model_fields)
def test_the_defaults_of_the_settings_are_those_of_the_models(table: str, language: str) -> None:
    written: dict[str, set[str]] = {}
    for row in _ROW.finditer(sections(language, table)):
        written.setdefault(row["key"], set()).add(row["default"].strip())
    for key, field in keys(table):
        told = [default for default in written[key] if fits(default, field)]
        assert told, f"{key}: {written[key]}, the model has {field.default!r}"


def fits(written: str, field: Any) -> bool:
    """Tell whether a default as a page writes it is that of a field."""
    if written in _REQUIRED or field.is_required():
        return written in _REQUIRED and field.is_required()
    default = field.get_default(call_default_factory=True)
    if default is PydanticUndefined or default in (None, (), {}, ""):
        return written in _NONE or not written.startswith("`")  # "that of [daemon]" and such
    if not written.startswith("`"):
        return field.annotation is not None and "daemon" in written  # a zone taken over
    value = tomllib.loads(f"value = {written.strip('`')}")["value"]
    if isinstance(default, float) and isinstance(value, str):
        return clock_seconds(value) == default
    if isinstance(default, Amount):
        return isinstance(value, str) and parse_amount(value) == default
    if hasattr(default, "get_secret_value"):
        default = default.get_secret_value()
    return value == (
        list(default) if isinstance(default, tuple) else getattr(default, "key", default)
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_examples_of_the_settings_are_one_file_that_loads(
    language: str, tmp_path: Path
) -> None:
    text = page(language, "settings")
    file = tmp_path / "supervisor.toml"
    file.write_text("\n".join(re.findall(r"```toml\n(.*?)```", text, re.DOTALL)), encoding="utf-8")
    secrets = {
        "APPROVAL_DB_URL": "postgresql+psycopg://reader:secret@127.0.0.1/approval",
        "SMTP_PASSWORD": "secret",
        "WECOM_KEY": "secret",
        "DUBAN_WEBHOOK_SECRET": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    }
    settings = config.load(file, secrets)
    assert settings.source
    assert settings.calendar
    assert settings.rulebook().limits


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "name", ["connect-your-database", "escalation", "channels", "working-time", "presets"]
)
def test_the_examples_of_other_pages_are_toml(language: str, name: str) -> None:
    for example in re.findall(r"```toml\n(.*?)```", page(language, name), re.DOTALL):
        tomllib.loads(example)


def test_tables_say_what_the_code_knows_now() -> None:
    """``python -m docs`` fills them in."""
    old = [path.name for path, text in tables.pages().items() if path.read_text("utf-8") != text]
    assert not old


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_of_sources_and_rows_is_documented(language: str) -> None:
    text = page(language, "connect-your-database")
    assert not [code for code in (*TEXTS, *Reason) if f"`{code}`" not in text]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_of_the_command_check_is_documented(language: str) -> None:
    text = page(language, "connect-your-database")
    code = re.compile(r'"((?:STO|SRC|CAT|CHN)-\d{3})"')
    sources = "".join(path.read_text("utf-8") for path in (ROOT / "monitor").rglob("*.py"))
    assert not [one for one in set(code.findall(sources)) if one not in text]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_metric_is_documented(language: str) -> None:
    source = (ROOT / "monitor/metrics.py").read_text("utf-8")
    text = page(language, "operations")
    assert not [
        name for name in set(re.findall(r'"(duban_\w+)"', source)) if f"`{name}" not in text
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_log_event_is_documented(language: str) -> None:
    rows = [line for line in page(language, "operations").splitlines() if line.startswith("|")]
    text = "\n".join(row.split("|")[1] for row in rows)  # the first cells of tables
    events = {outcome.value for outcome in Outcome} | set(log_events())
    assert not [event for event in sorted(events) if f"`{event}`" not in text]


def log_events() -> Iterator[str]:
    """Give the events that the code logs: the texts that stand first in calls of ``log``."""
    for path in (ROOT / "monitor").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and isinstance(node.func.value, ast.Name)
                and node.func.value.id == "log"
                and node.args
            ):
                for one in ast.walk(node.args[0]):
                    if isinstance(one, ast.Constant) and isinstance(one.value, str):
                        yield one.value


def commands() -> Iterator[tuple[str, list[str]]]:
    """Give every command with its long options."""
    waiting = [("duban", get_command(app))]
    while waiting:
        name, command = waiting.pop()
        inner = getattr(command, "commands", None)
        if inner:
            waiting += [(f"{name} {key}", value) for key, value in inner.items()]
            continue
        options = [
            option
            for parameter in command.params
            for option in (*parameter.opts, *parameter.secondary_opts)
            if option.startswith("--")
        ]
        yield name, options


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("name", "options"), sorted(commands()))
def test_every_command_and_option_is_documented(
    name: str, options: list[str], language: str
) -> None:
    text = page(language, "commands")
    begin = text.index(f"\n## {name}\n")
    own = text[begin : text.find("\n## ", begin + 1)]
    common = text[: text.index("\n## ")]
    written = set(re.findall(r"`(--[a-z-]+)`", own + common))
    assert not set(options) - written - {"--help"}


def test_both_languages_have_the_same_pages() -> None:
    assert {path.name for path in (DOCS / "en").iterdir()} == {
        path.name for path in (DOCS / "zh").iterdir()
    }


@pytest.mark.parametrize(
    "path",
    [*DOCS.rglob("*.md"), *ROOT.glob("*.md")],
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_links_lead_to_files_and_headings_that_are_there(path: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)|src(?:set)?=\"([^\"]+)\"", path.read_text("utf-8")):
        file, _, anchor = "".join(target).partition("#")
        if file.startswith(("http:", "https:")):
            continue
        aim = (path.parent / file).resolve() if file else path
        assert aim.exists(), file
        if anchor:
            assert anchor in anchors(aim), f"{file}#{anchor}"


def anchors(path: Path) -> set[str]:
    """Give the anchors of a page's headings as GitHub makes them."""
    headings = re.findall(r"^#+ (.*)$", path.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("name", sorted(pictures()))
def test_pictures_are_as_they_are_drawn_now(name: str) -> None:
    """``python -m docs`` draws them."""
    assert (DOCS / "pictures" / name).read_text("utf-8") == pictures()[name]
