"""Settings of the daemon itself, and of the embedded sample hall."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, SecretStr
from sqlalchemy.engine import make_url

from config.codes import Words
from config.fields import SHANGHAI, Address, DatabaseUrl, Id, Model, Seconds, refusal
from config.web import Header, HostName, NetworkField


def _store(value: SecretStr) -> SecretStr:
    if make_url(value.get_secret_value()).get_backend_name() not in ("sqlite", "postgresql"):
        raise refusal(
            "CFG-208",
            Words(
                "sqlite:///文件 或 postgresql+psycopg://…",
                "sqlite:///file or postgresql+psycopg://…",
            ),
        )
    return value


CaseUrl = Annotated[str, Field(pattern=r"^https?://.*\{no\}")]
"""An address with ``{no}`` where the number of the case goes."""

DeskUrl = Annotated[str, Field(pattern=r"^https?://[^\s/?#]+/?$")]
"""An address without a path: the pages of the desk are at the root of their host."""

BaseUrl = Annotated[str, Field(pattern=r"^https?://[^\s?#]+$")]
"""An address to which paths are added."""


class Daemon(Model):
    """How the daemon runs.

    ``levels`` names the levels from the mildest to the gravest. ``calendar`` is used by limits and
    policies that name none. ``case_url`` is the address of a case in the hall's own pages, with
    ``{no}`` for its number: messages link to it. ``desk_url`` is the address under which browsers
    reach the pages of the desk: messages link to what they are about there. ``base_url`` is the
    address under which phones reach the daemon: with it messages have links by which they can be
    acknowledged, signed with ``secret`` (without one the store makes its own). ``catch_up`` says
    what happens to the rungs of a policy that fell due while the daemon was down: only the
    ``latest`` one is told, ``each`` of them, or everybody on them once (``digest``). What proxies
    at the addresses of ``trusted_proxies`` say of where a request comes from is believed, and who
    it is from where they say that in ``user_header``. ``hosts`` are names by which browsers and
    programs reach the daemon, besides those of the addresses above. ``/metrics`` is shown with
    ``metrics_token`` alone, if one is set. With ``passwords = false`` nobody signs in
    with a password. ``public_facts`` are further facts of cases that may be shown to whoever sees a
    case. ``longest_silence`` is the most that those who inspect may silence at once, in
    seconds. The last seal of the record is kept in the file
    ``audit_heads`` once a day: beside a store on SQLite unless another file is named, nowhere for
    one on PostgreSQL. An answered alert about a closed case is settled ``settle_after`` seconds
    after it was opened.
    """

    language: Literal["zh_CN", "en"] = "zh_CN"
    timezone: ZoneInfo = SHANGHAI
    store: Annotated[DatabaseUrl, AfterValidator(_store)] = SecretStr("sqlite:///duban.db")
    presets: tuple[Id, ...] = ()
    levels: Annotated[tuple[Id, ...], Field(min_length=1)] = ("warning", "yellow", "red")
    calendar: Id = "cn"
    http: Address = "127.0.0.1:8321"
    case_url: CaseUrl | None = None
    desk_url: DeskUrl | None = None
    base_url: BaseUrl | None = None
    secret: Annotated[SecretStr, Field(min_length=16)] | None = None
    catch_up: Literal["latest", "each", "digest"] = "latest"
    trusted_proxies: tuple[NetworkField, ...] = ()
    user_header: Header | None = None
    hosts: tuple[HostName, ...] = ()
    metrics_token: Annotated[SecretStr, Field(min_length=16)] | None = None
    passwords: bool = True
    public_facts: tuple[Id, ...] = ()
    longest_silence: Seconds = 7 * 86400.0
    audit_heads: Path | None = None
    settle_after: Seconds = 30 * 86_400.0


class Sample(Model):
    """The embedded sample hall: so many invented cases, from a seed, that keep moving.

    ``pace`` is the seconds between two events of the hall.
    """

    cases: Annotated[int, Field(ge=1, le=1_000_000)] = 2000
    seed: int = 1
    pace: Seconds = 20.0
