"""What of the board is asked for, and the lists of cases behind its figures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from monitor.store.scope import Scope
from monitor.web.looking import Look


@dataclass(frozen=True, slots=True)
class Narrow:
    """The regions, departments and levels that the address asks for; empty: all of them."""

    regions: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    lamps: tuple[str, ...] = ()

    @classmethod
    def of(cls, look: Look) -> Narrow:
        """Read it from the address; levels that there are not are passed over."""
        known = look.rules.book.levels
        lamps = tuple(one for one in look.many("lamp") if one in known)
        return cls(look.many("region"), look.many("dept"), lamps)

    def __bool__(self) -> bool:
        return bool(self.regions or self.departments or self.lamps)

    def within(self, scope: Scope) -> Scope:
        """Give what is left of a scope."""
        return scope.narrowed(self.regions, self.departments)

    def wants(self, level: str | None) -> bool:
        """Tell whether a level is asked for."""
        return not self.lamps or level in self.lamps

    def cases(
        self,
        *,
        lamp: str | None = None,
        region: str | None = None,
        dept: Iterable[str] = (),
        due: str | None = None,
        state: str | None = None,
    ) -> str:
        """Give the address of the list of cases behind a figure."""
        query = {
            "lamp": lamp,
            "region": region or ",".join(self.regions),
            "dept": ",".join(dept) or ",".join(self.departments),
            "due": due,
            "state": state,
        }
        text = urlencode({name: value for name, value in query.items() if value}, safe=",")
        return f"/cases?{text}" if text else "/cases"
