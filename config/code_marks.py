"""What tells the code of a package from that of another release of it."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path


def code_mark(module: str) -> str:
    """Return what tells the code of the package that a module is in: 64 hexadecimal digits.

    It changes with the source of any of its modules, so that what was found by older code is
    looked at again. "" where the source is not at hand.
    """
    found = find_spec(module.partition(".")[0])
    if found is None:
        return ""
    folders = tuple(found.submodule_search_locations or ())
    return _mark(folders or ((found.origin,) if found.origin else ()))


@lru_cache(maxsize=64)
def _mark(places: tuple[str, ...]) -> str:
    mark = sha256()
    for place in map(Path, places):
        files = sorted(place.rglob("*.py")) if place.is_dir() else [place]
        for file in files:
            mark.update(f"{file.name}\n".encode())
            mark.update(file.read_bytes())
    return mark.hexdigest()
