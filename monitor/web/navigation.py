"""The places of the desk, as its bar lists them."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from config import Words
from monitor.access import Role, Visitor


@dataclass(frozen=True, slots=True)
class Place:
    """A place: its address, its name, the key that follows ``g``, and who may go there.

    ``work`` places stand in the bar itself, the others behind "more". ``also`` are the addresses of
    further pages that belong to it.
    """

    path: str
    name: Words
    key: str = ""
    role: Role = Role.VIEW
    work: bool = True
    also: tuple[str, ...] = ()

    def holds(self, path: str) -> bool:
        """Whether an address lies in this place."""
        return any(
            path == one or (one != "/" and path.startswith(one + "/"))
            for one in (self.path, *self.also)
        )


PLACES = (
    Place("/", Words("灯板", "Board"), "b"),
    Place("/cases", Words("办件", "Cases"), "c"),
    Place("/orders", Words("督办单", "Orders"), "o"),
    Place("/appeals", Words("申诉", "Appeals"), "a"),
    Place("/call-backs", Words("回访", "Call-backs"), "l"),
    Place("/rank", Words("排名", "Rankings"), "r"),
    Place("/silences", Words("静默", "Silences"), "s"),
    Place("/deliveries", Words("投递记录", "Deliveries"), "d"),
    Place("/rules", Words("规则", "Rules"), work=False),
    Place("/items", Words("事项目录", "Service items"), work=False),
    Place("/calendar", Words("日历", "Calendars"), work=False),
    Place("/wall", Words("大屏", "Wall board"), "w", work=False),
    Place("/health", Words("运行状况", "Health"), "h", work=False),
    Place("/people", Words("人员名录", "People"), "p", work=False),
    Place(
        "/admin/users",
        Words("账号与令牌", "Accounts and tokens"),
        role=Role.SYSTEM,
        work=False,
        also=("/admin/tokens",),
    ),
    Place("/admin/audit", Words("操作记录", "Audit log"), role=Role.SYSTEM, work=False),
    Place("/api/docs", Words("数据接口", "API"), work=False),
)
"""Every place, in the order of the bar."""


@dataclass(frozen=True, slots=True)
class Here:
    """A place as a visitor sees it: ``here`` says that he is in it."""

    place: Place
    here: bool


def places(visitor: Visitor, path: str) -> list[Here]:
    """Give the places where a visitor may go; ``path`` is where he is. None for a wall board."""
    if visitor.board:
        return []
    now = urlsplit(path).path
    return [Here(one, one.holds(now)) for one in PLACES if visitor.role >= one.role]
