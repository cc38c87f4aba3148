"""Placeholders in settings: ``${env:NAME}`` and ``${file:PATH}`` within any text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from config.faults import Fault, fault
from config.places import Loc, write

_FORM = re.compile(r"\$\{(?P<inner>[^{}]*)\}")


def replace(
    value: Any, folder: Path, environ: Mapping[str, str], faults: list[Fault], loc: Loc = ()
) -> Any:
    """Give a copy of a tree of values in which the placeholders are replaced.

    A file is read as UTF-8, relative to ``folder``, without the line ends at its end. What cannot
    be replaced stays as it is and adds to ``faults``.
    """
    if isinstance(value, dict):
        return {k: replace(v, folder, environ, faults, (*loc, k)) for k, v in value.items()}
    if isinstance(value, list):
        return [replace(v, folder, environ, faults, (*loc, i)) for i, v in enumerate(value)]
    if not isinstance(value, str):
        return value

    def one(match: re.Match[str]) -> str:
        kind, colon, name = match["inner"].partition(":")
        if kind == "env" and name:
            if name in environ:
                return environ[name]
            faults.append(fault("CFG-501", write(loc), match[0]))
        elif kind == "file" and name:
            try:
                return (folder / name).read_text("utf-8-sig").rstrip("\r\n")
            except (OSError, UnicodeDecodeError, ValueError):
                faults.append(fault("CFG-502", write(loc), match[0]))
        elif colon:
            faults.append(fault("CFG-503", write(loc), match[0]))
        return match[0]

    return _FORM.sub(one, value)
