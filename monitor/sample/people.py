"""Who and what there is in the sample: places, departments, items, handlers and applicants.

The city and everybody in it are made up. ``supervisor.toml`` names the same places, departments
and handlers in its directory.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Place:
    """A hall of the city: its area code, name, letters in case numbers, and its handlers."""

    area: str
    name: str
    letters: str
    handlers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """Something the halls do: an entry of the catalogue (事项).

    ``days`` are promised working days (0: done at once), ``statutory_days`` those of the law; the
    hotline has ``seconds`` instead of the former. ``fee`` is in yuan.
    """

    code: str
    name: str
    department: str
    statutory_days: int
    days: int | None
    fee: float
    seconds: int | None = None

    @property
    def kind(self) -> str:
        """The hall's code of the kind of case: 1 instant (即办), 2 promise (承诺), 9 hotline."""
        if self.seconds is not None:
            return "9"
        return "2" if self.days else "1"


PLACES = (
    Place("990100", "云岭市", "YL", ("赵文博", "孙晓岚", "周启明")),
    Place("990102", "东浦区", "DP", ("李阳", "陈雨桐", "何志远")),
    Place("990103", "临江区", "LJ", ("吴思敏", "郑凯", "冯佳宁")),
    Place("990104", "望湖区", "WH", ("褚云飞", "卫子涵", "蒋丽华")),
    Place("990105", "高新区", "GX", ("沈一鸣", "韩雪", "杨柳")),
    Place("990121", "青石县", "QS", ("朱建国", "秦小曼", "许峰")),
    Place("990122", "白鹭县", "BL", ("吕秀兰", "施展", "张望舒")),
    Place("990123", "松坪县", "SP", ("孔令仪", "曹阳春", "严冬青")),
)

DEPARTMENTS = {
    "SCJG": "市场监督管理局",
    "ZJ": "住房和城乡建设局",
    "ZR": "自然资源局",
    "RS": "人力资源和社会保障局",
    "GA": "公安局",
    "WJ": "卫生健康局",
    "JT": "交通运输局",
    "HB": "生态环境局",
    "NY": "农业农村局",
    "SL": "水利局",
}

_HOTLINE = (
    ("SCJG", "12345 热线：消费纠纷投诉", 24),
    ("ZJ", "12345 热线：供水供气抢修", 12),
    ("RS", "12345 热线：社保政策咨询", 18),
    ("GA", "12345 热线：噪声扰民求助", 24),
    ("JT", "12345 热线：道路积水处置", 12),
    ("HB", "12345 热线：异味污染举报", 36),
)

_CALL_DAYS = 13  # working days for the answer to a complaint, as one bureau has it

_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗"
_GIVEN = ("安然", "博文", "春燕", "德胜", "恩泽", "芳菲", "国强", "海燕", "嘉禾", "凯旋", "立群",
          "明珠", "宁静", "鹏程", "清扬", "瑞雪", "思源", "天佑", "文静", "晓东")  # fmt: skip
_FIRMS = ("置业", "建材", "食品", "医药", "物流", "餐饮", "农业科技", "环保", "机械", "商贸")


def _items() -> tuple[Item, ...]:
    text = files(__package__).joinpath("items.csv").read_text("utf-8")
    numbers = dict.fromkeys(DEPARTMENTS, 0)
    items = []
    for row in csv.DictReader(text.splitlines()):
        department = row["department"]
        numbers[department] += 1
        code = f"0001{list(DEPARTMENTS).index(department) + 1:02d}{numbers[department]:03d}000"
        days, statutory = int(row["promised_days"]), int(row["statutory_days"])
        items.append(Item(code, row["name"], department, statutory, days, float(row["fee"])))
    for number, (department, name, seconds) in enumerate(_HOTLINE, start=1):
        items.append(Item(f"12345{number:03d}", name, department, _CALL_DAYS, None, 0.0, seconds))
    return tuple(items)


ITEMS = _items()
"""The catalogue, hotline items last."""

APPLICANTS = tuple(f"{surname}{given}" for surname in _SURNAMES for given in _GIVEN) + tuple(
    f"云岭{surname}记{firm}有限公司" for surname in _SURNAMES for firm in _FIRMS
)

WINDOWS = tuple(f"{number} 号窗口" for number in range(1, 31))

PAUSE_REASONS = {
    "1": "申请材料不齐，已一次性告知补正",
    "2": "依法举行听证",
    "3": "组织专家评审，所需时间已书面告知申请人",
    "4": "现场检验检测",
}
EXTENSION_REASON = "情况复杂，经本机关负责人批准延长十个工作日"
EXTENSION_DAYS = 10

WRONG_FEE = 50.0
"""What is charged, now and then, where nothing should be (yuan)."""

APPROVER = "周正平"

STEPS = ("受理", "审查", "决定")
INSTANT_STEP = "即时办理"
HOTLINE_STEP = "派单处置"


REFUSAL_REASON = "申请材料与法定条件不符"

_COLLEAGUES = {name: place.handlers for place in PLACES for name in place.handlers}


def colleague(handler: str, steps: int) -> str:
    """Give who handles the step that comes so many steps after the handler's: somebody else."""
    names = _COLLEAGUES[handler]
    return names[(names.index(handler) + steps) % len(names)]


def case_number(place: Place, department: str, day: str, number: int) -> str:
    """Write a case number such as ``DP-ZJ-20260922-000173`` (``day``: ``YYYYMMDD``)."""
    return f"{place.letters}-{department}-{day}-{number:06d}"
