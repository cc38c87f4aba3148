"""Loading ``supervisor.toml``: one call that gives settings, or every fault in the file."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace as changed
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from config import placeholders
from config.channels import settings_model
from config.codes import CODES
from config.faults import Fault, Faulty, fault, words
from config.notice_references import notice_faults
from config.orders_references import order_faults
from config.people_references import people_faults
from config.places import Loc, Tree, deepest, items, line_of, lines
from config.references import calendar_faults, reference_faults
from config.registry import installed
from config.settings import Settings
from config.taking_in import take_in_presets
from config.translation import faults_of, show

_FILES = {"path", "templates", "ca_file"}  # what channels call their files
_AT = re.compile(r"\(at (?:line (\d+), column (\d+)|end of document)\)")
_PRESET = re.compile(r"^(\w+)\[(\d+)\]")


def load(path: Path, environ: Mapping[str, str]) -> Settings:
    """Load the settings file at ``path``, with placeholders replaced from ``environ``.

    Presets are taken in: an own limit, check or policy of the same id goes before a preset's.
    Relative paths of SQLite files and of channels are beside the settings file. A source without
    a time zone has the daemon's. Checks and channels of packages installed beside duban can be
    used.

    Raises:
        Faulty: the file is refused; it holds every fault found, in the order of the file.
    """
    text = _read(path)
    written = _parse(text)
    faults: list[Fault] = []
    tree = placeholders.replace(written, path.parent, environ, faults)
    registry, broken = installed()
    model, unusable = settings_model()
    faults += [*broken, *unusable]
    origins = {
        **take_in_presets(written, faults, registry),
        **take_in_presets(tree, [], registry),
    }
    _fill(tree, path.parent)
    settings = None
    try:
        settings = model.model_validate(tree, context=registry)
    except ValidationError as error:
        faults += faults_of(error, model, written)
    faults += reference_faults(tree, registry)
    faults += people_faults(tree)
    faults += order_faults(tree)
    faults += notice_faults(tree)
    faults += calendar_faults(tree)
    if settings is None or faults:
        raise Faulty(_in_order([*_as_written(faults, written)], text, origins))
    return settings


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")  # with or without the mark that some editors begin with
    except OSError as error:
        raise Faulty([fault("CFG-001", "", f"{path}: {error.strerror}")]) from None
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        found = fault("CFG-002", "", f"0x{error.object[error.start]:02x}")
        raise Faulty([changed(found, line=line)]) from None


def _parse(text: str) -> Tree:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = _AT.search(str(error))
        line = int(at[1]) if at and at[1] else len(text.splitlines())
        raise Faulty([changed(fault("CFG-002", "", str(error)), line=line)]) from None


def _fill(tree: Tree, folder: Path) -> None:
    """Write into the tree what depends on where the file is and on its other parts."""
    daemon = tree.setdefault("daemon", {})
    if isinstance(daemon, dict):
        daemon["store"] = _beside(daemon.get("store", "sqlite:///duban.db"), folder)
        if isinstance(daemon.get("audit_heads"), str):
            daemon["audit_heads"] = str(folder.resolve() / daemon["audit_heads"])
        elif (file := _file_of(daemon["store"])) is not None:
            daemon.setdefault("audit_heads", f"{file}.heads")
    for _, source in items(tree, "source"):
        if "url" in source:
            source["url"] = _beside(source["url"], folder)
        if isinstance(daemon, dict) and "timezone" in daemon:
            source.setdefault("timezone", daemon["timezone"])
    catalogue = tree.get("catalogue")
    if isinstance(catalogue, dict) and isinstance(catalogue.get("file"), str):
        catalogue["file"] = str(folder.resolve() / catalogue["file"])
    oidc = tree.get("oidc")
    if isinstance(oidc, dict) and isinstance(oidc.get("ca_file"), str):
        oidc["ca_file"] = str(folder.resolve() / oidc["ca_file"])
    for _, listed in items(tree, "directory"):
        if isinstance(listed.get("file"), str):
            listed["file"] = str(folder.resolve() / listed["file"])
    for _, channel in items(tree, "channel"):
        for key in _FILES & channel.keys():
            if isinstance(channel[key], str):
                channel[key] = str(folder.resolve() / channel[key])


def _beside(value: Any, folder: Path) -> Any:
    file = _file_of(value)
    if file is None:
        return value
    url = make_url(value).set(database=str(folder.resolve() / file))
    return url.render_as_string(hide_password=False)


def _file_of(value: Any) -> str | None:
    """Return the file of an SQLite database by its URL; ``None`` where it has none."""
    try:
        url = make_url(value) if isinstance(value, str) else None
    except (ArgumentError, ValueError):
        return None
    if url is None or url.get_backend_name() != "sqlite":
        return None
    file = url.database
    return None if not file or file == ":memory:" or file.startswith("file:") else file


def _as_written(faults: Iterable[Fault], written: Tree) -> Iterator[Fault]:
    """Show placeholders instead of what they were replaced by: it may be a secret."""
    for one in faults:
        _, value = deepest(written, _loc(one.path))
        # A URL is shown by its beginning only, and these codes show the placeholder itself.
        shown = one.code == "CFG-208" or one.code.startswith("CFG-5")
        if not shown and isinstance(value, str) and "${" in value:
            one = changed(one, found=show(value), expected=words(CODES[one.code].expected))
        yield one


def _in_order(
    faults: Sequence[Fault], text: str, origins: Mapping[tuple[str, int], str]
) -> list[Fault]:
    """Put faults in the order of the file, each once and with its line.

    What else is wrong with a value whose placeholder could not be replaced follows from that.
    """
    known = lines(text)
    unreplaced = {one.path for one in faults if one.code.startswith("CFG-5")}
    different = {
        (one.code, one.path, one.found): one
        for one in faults
        if one.code.startswith("CFG-5") or one.path not in unreplaced
    }
    placed = []
    for one in different.values():
        at = _PRESET.match(one.path)
        origin = origins.get((at[1], int(at[2]))) if at else None
        if origin is not None:
            line = line_of(("daemon", "presets"), known)
            placed.append(changed(one, path=f"preset {origin}: {one.path}", line=line))
        else:
            placed.append(changed(one, line=line_of(_loc(one.path), known)))
    return sorted(placed, key=lambda one: one.line or 0)


def _loc(path: str) -> Loc:
    parts: list[int | str] = []
    for name, index in re.findall(r"([^.\[\]]+)|\[(\d+)\]", path):
        parts.append(int(index) if index else name)
    return tuple(parts)
