"""That nothing on a page is told in one language alone."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

import monitor.web

TEMPLATES = Path(monitor.web.__file__).parent / "templates"
NAMES = sorted(path.name for path in TEMPLATES.glob("*.html") if path.name != "link.html")
TOLD = ("title", "aria-label", "placeholder", "alt", "data-confirm", "value")
HAN = re.compile(r"[\u3400-\u9fff]")
# What is the same in every language: names, keys of the keyboard, addresses, conditions.
PROPER = re.compile(
    r"\b(duban|JSON|CSV|XLSX|Excel|API|CEL|ID|[a-z?/]|Enter)\b|/\w+|\b\w+:\d+|\bcase\.\w+ == '\w+'"
)


class Texts(HTMLParser):
    """Gathers what a reader is told: text, and attributes that are read."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._code = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._code += tag in ("pre", "code", "kbd", "script")
        kind = dict(attrs).get("type")
        for name, value in attrs:
            if name in TOLD and not (name == "value" and kind not in ("submit", "button")):
                self.found.append(value or "")

    def handle_endtag(self, tag: str) -> None:
        self._code -= tag in ("pre", "code", "kbd", "script")

    def handle_data(self, data: str) -> None:
        if not self._code:
            self.found.append(data)


def tree(name: str) -> nodes.Template:
    return Environment(autoescape=True).parse((TEMPLATES / name).read_text("utf-8"))


@pytest.mark.parametrize("name", NAMES)
def test_every_text_of_a_template_has_two_languages(name: str) -> None:
    texts = Texts()
    # What is worked out stands for a mark that is no letter, so that tags stay whole.
    for output in tree(name).find_all(nodes.Output):
        for part in output.nodes:
            texts.feed(part.data if isinstance(part, nodes.TemplateData) else "·")
    told = [PROPER.sub("", text) for text in texts.found]
    assert [text.strip() for text in told if re.search(r"[^\W\d_]", text)] == []


@pytest.mark.parametrize("name", NAMES)
def test_each_of_them_is_in_its_language(name: str) -> None:
    for call in tree(name).find_all(nodes.Call):
        if not (isinstance(call.node, nodes.Name) and call.node.name == "t"):
            continue
        assert len(call.args) == 2, call.lineno
        _, english = (one.value if isinstance(one, nodes.Const) else "" for one in call.args)
        assert not HAN.search(str(english)), english


def told(parsed: nodes.Template) -> set[int]:
    """Give the texts of calls of ``t``, of pairs for it, and those that others are searched for."""
    calls = [
        call
        for call in parsed.find_all(nodes.Call)
        if isinstance(call.node, nodes.Getattr)
        or (isinstance(call.node, nodes.Name) and call.node.name == "t")
    ]
    pairs = [
        pair
        for pair in parsed.find_all(nodes.Tuple)
        if pair.items
        and isinstance(pair.items[-1], nodes.Const)
        and not HAN.search(str(pair.items[-1].value))
    ]
    return {id(const) for found in (*calls, *pairs) for const in found.find_all(nodes.Const)}


@pytest.mark.parametrize("name", NAMES)
def test_no_other_text_of_a_template_is_chinese(name: str) -> None:
    parsed = tree(name)
    known = told(parsed)
    alone = [
        str(const.value)
        for const in parsed.find_all(nodes.Const)
        if id(const) not in known and HAN.search(str(const.value)) and const.value != "中文"
    ]
    assert alone == []
