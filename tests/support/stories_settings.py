"""The settings under which stories happen: a county hall under its city, and ladders that climb."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")

DIRECTORY = """
region = [
  { id = "990000", name = "南岭自治区" },
  { id = "990100", name = "云岭市", parent = "990000" },
  { id = "990102", name = "东浦区", parent = "990100" },
]
department = [{ id = "ZJ", name = "住房和城乡建设局" }]
person = [
  { id = "li", name = "李阳", region = "990102", posts = ["clerk"] },
  { id = "chen", name = "陈波", department = "ZJ", posts = ["department-lead"] },
  { id = "qian", name = "钱程", region = "990102", posts = ["inspector"] },
  { id = "wang", name = "王敏", region = "990100", posts = ["inspector"] },
  { id = "luo", name = "罗维", region = "990000", posts = ["inspector"] },
  { id = "on-duty", name = "值班员" },
]
"""

SOURCE = """
[[source]]
id = "hall"
url = "{hall}"
{source}
[source.cases]
table = "cases"
key = "no"
changed = "changed"
[source.cases.columns]
no = "no"
item_name = "item"
region = "region"
department = "department"
handler = "handler"
accepted_at = "accepted"
closed_at = "closed"
promised_days = "days"
statutory_days = "law_days"
fee_paid = "fee"
[source.pauses]
table = "pauses"
changed = "changed"
columns = {{ case = "no", started_at = "started", ended_at = "ended" }}
[source.extensions]
table = "extensions"
changed = "changed"
columns = {{ case = "no", granted_at = "granted", amount = "days" }}
"""

PROMISE = """
[[limit]]
id = "promise"
title = "承诺办结时限"
from = "accepted_at"
until = "closed_at"
allow = { column = "promised_days", unit = "working days" }
levels = { warning = "2 working days left", yellow = "over", red = "3 working days over" }
"""

STATUTORY = """
[[limit]]
id = "statutory"
title = "法定办结时限"
from = "accepted_at"
until = "closed_at"
allow = { column = "statutory_days", unit = "working days" }
levels = { warning = "5 working days left", yellow = "over" }
"""

SYSTEM = """
[[policy]]
id = "system"
when = "alert.subject != ''"
steps = [{ after = "0m", tell = ["person:on-duty"], via = ["out"], at_any_hour = true }]
"""

LADDER = """
[[policy]]
id = "warning"
levels = ["warning"]
steps = [{ after = "0m", tell = ["clerk"], via = ["out"] }]

[[policy]]
id = "ladder"
steps = [
  { after = "0m", tell = ["clerk"], via = ["out"] },
  { after = "4 working hours", tell = ["department-lead"], via = ["out"] },
  { after = "1 working day", tell = ["inspector"], via = ["out"] },
  { after = "2 working days", tell = ["inspector@region.parent"], via = ["out"] },
]
"""

HANDLER_ONLY = """
[[policy]]
id = "handler"
steps = [{ after = "0m", tell = ["clerk"], via = ["out"] }]
"""

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def file_channel(path: Path) -> str:
    """Give the channel ``out`` that writes to a file."""
    return f'[[channel]]\nid = "out"\nkind = "file"\npath = "{path}"\n'


def webhook(url: str, **more: int | float) -> str:
    """Give the channel ``out`` that posts to a URL."""
    lines = "".join(f"{name} = {value}\n" for name, value in more.items())
    head = '[[channel]]\nid = "out"\nkind = "webhook"\n'
    return f'{head}url = "{url}"\nsecret = "{SECRET}"\n{lines}'


def settings_text(
    *,
    store: str,
    hall: str,
    channels: str,
    daemon: str = "",
    source: str = "",
    sources: str = SOURCE,
    directory: str = DIRECTORY,
    limits: str = PROMISE,
    policies: str = SYSTEM + LADDER,
) -> str:
    """Write a settings file; ``daemon`` and ``source`` are more lines of those tables."""
    return "\n".join(
        (
            directory,
            f'[daemon]\nstore = "{store}"\nhttp = "127.0.0.1:0"\n{daemon}',
            sources.format(hall=hall, source=source),
            limits,
            policies,
            channels,
        )
    )
