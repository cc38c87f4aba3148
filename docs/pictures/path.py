"""The way of the data, from a source row to a person who has been told."""

from __future__ import annotations

from docs.pictures.svg import box, document, text

_WORDS = {
    "zh": {
        "title": "从审批库的一行到监察人手里的一条消息：读库、检查、升级、投递",
        "steps": ("读库", "检查", "升级", "投递"),
        "stages": (
            ("源行", "审批库，只读", ("受理表", "特别程序表", "延期表")),
            ("办件", "连同暂停、环节、延期", ("受理 9月22日", "承诺 10 个工作日", "暂停 3 日")),
            ("监察发现", "此刻应亮什么", ("剩 2 个工作日", "已到期", "超 3 个工作日")),
            ("亮牌", "一件一规则一张", ("预警", "黄牌", "红牌")),
            ("通知", "告诉谁，为什么", ("承办人", "部门负责人", "上级监察员")),
            ("投递", "每条有回执", ("企业微信 ✓", "电子邮件 ✓", "网络回调 ↻")),
        ),
        "under": "每一件事都带着下一次该做的时刻：到点取出 → 按规则算出 → 在一个事务里写回。"
        "中途断电，恢复后从断处接着做。",
    },
    "en": {
        "title": "From a source row to a person who has been told: poll, check, escalate, deliver",
        "steps": ("poll", "check", "escalate", "deliver"),
        "stages": (
            ("Source rows", "only ever read", ("accepted", "paused", "extended")),
            ("Cases", "and their pauses", ("accepted 22 Sep", "10 working days", "3 days paused")),
            ("Findings", "what should stand", ("2 days left", "over", "3 days over")),
            ("Alerts", "one a case and rule", ("warning", "yellow card", "red card")),
            ("Notices", "who, and why", ("handler", "department lead", "inspector above")),
            ("Deliveries", "each with a receipt", ("WeCom ✓", "e-mail ✓", "webhook ↻")),
        ),
        "under": "Everything that will need work carries the moment at which it will: claim what "
        "is due → work it out → write it back in one transaction.",
    },
}
_WIDE, _GAP, _EDGE, _TOP, _HIGH = 138, 30, 18, 44, 148
_OVER = ((0, 1), (1, 3), (3, 5), (5, 5))
"""From which stage to which each step of the daemon leads."""
_LEVELS = (("amber", "card"), ("gold", "over"), ("red", "card"))


def path(language: str) -> str:
    """Draw the way of the data with the words of ``zh`` or ``en``."""
    words = _WORDS[language]
    width = 2 * _EDGE + 6 * _WIDE + 5 * _GAP
    body = []
    for i, (name, about, lines) in enumerate(words["stages"]):
        x = _EDGE + i * (_WIDE + _GAP)
        body.append(box(x, _TOP, _WIDE, _HIGH, "card s-edge", 8))
        body.append(text(x + _WIDE / 2, _TOP + 26, name, "ink bold middle", 16))
        body.append(text(x + _WIDE / 2, _TOP + 45, about, "soft middle", 11.5))
        for k, line in enumerate(lines):
            ink, fill = _LEVELS[k] if i in (2, 3) else ("ink", "off")
            edge = f"s-{ink}" if i in (2, 3) else "s-off"
            y = _TOP + 58 + k * 28
            body.append(box(x + 10, y, _WIDE - 20, 23, f"{fill} {edge}", 4))
            look = f"{ink} middle" + (" bold" if i == 3 else "")
            body.append(text(x + _WIDE / 2, y + 16, line, look, 12))
    for i in range(5):
        x, y = _EDGE + (i + 1) * _WIDE + i * _GAP, _TOP + _HIGH / 2
        arrow = f"M{x + 4:g} {y:g}h{_GAP - 10:g}m-6 -5l6 5l-6 5"
        body.append(f'<path class="none s-blue" stroke-width="2" d="{arrow}"/>')
    for (first, last), name in zip(_OVER, words["steps"], strict=True):
        begin = _EDGE + first * (_WIDE + _GAP) + (_WIDE / 2 + 8 if first < last else 56)
        end = _EDGE + last * (_WIDE + _GAP)
        end += _WIDE - 8 if first == last else 40 if last == 5 else _WIDE / 2 - 8
        body += _step(begin, end - begin, name)
    body.append(text(_EDGE + 2, _TOP + _HIGH + 28, words["under"], "soft", 12.5))
    return document(width, _TOP + _HIGH + 46, words["title"], body)


def _step(x: float, wide: float, name: str) -> list[str]:
    """Mark the stages that one step of the daemon leads over."""
    y = _TOP - 10
    return [
        f'<path class="none s-blue" stroke-width="1.4" d="M{x:g} {y:g}v-5h{wide:g}v5"/>',
        text(x + wide / 2, y - 11, name, "blue bold middle", 13),
    ]
