"""One way into HTML: template files that escape; no markup is put together in code, and nothing rendered is rendered again."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from jinja2 import UndefinedError

from planning.publish.html import render
from tests.syntax import PACKAGE, called, docstrings, nodes

TEMPLATES, ASSETS = PACKAGE / "publish" / "templates", PACKAGE / "publish" / "assets"
# a tag, but no group of a regular expression
MARKUP = re.compile(
    r"(?<!\?P)(?<!\?)<(?:/?[a-zA-Z][a-zA-Z0-9-]*(?:\s[^<>]*)?/?>|!--|!doctype html)", re.IGNORECASE
)
DOOR = "publish/html.py"
LEAFLET = {"publish/map/leaflet.py", "publish/map/files.py", "publish/map/folium_map.py"}


def test_no_markup_stands_in_code() -> None:
    wrong = [
        f"{name}:{node.lineno}: {node.value[:60]}"
        for name, node in nodes(ast.Constant)
        if isinstance(node.value, str) and id(node) not in docstrings()
        if MARKUP.search(node.value)
    ]
    assert wrong == []


def test_the_gate_sees_markup() -> None:
    for text in ("<b>", "</p>", "<a href='x'>", "<!doctype html>", "<td class='n'>", "<script>"):
        assert MARKUP.search(text), text
    for text in ("(?P<name>x)", "a < b > c", "x <y", "<= 3"):
        assert not MARKUP.search(text), text


def test_templates_are_made_in_one_place() -> None:
    users: dict[str, set[str]] = {}
    for name, node in nodes(ast.ImportFrom):
        for alias in node.names:
            users.setdefault(f"{node.module}.{alias.name}", set()).add(name)
    for name, bare in nodes(ast.Import):
        for alias in bare.names:
            users.setdefault(alias.name, set()).add(name)
    by_module = {m: f for m, f in users.items() if m.split(".")[0] in ("jinja2", "markupsafe", "branca")}
    assert {m for m in by_module if m.startswith("branca")} <= {"branca.element.Element"}
    assert all(f <= {DOOR} for m, f in by_module.items() if m.startswith("jinja2"))
    assert all(f <= {DOOR, *LEAFLET} for f in by_module.values())


def test_nothing_is_rendered_from_a_string() -> None:
    banned = (
        "Template",
        "from_string",
        "MacroElement",
        "Popup",
        "Tooltip",
        "GeoJsonTooltip",
        "GeoJsonPopup",
        "DivIcon",
        "Html",
    )
    calls = [(name, called(node.func)) for name, node in nodes(ast.Call)]
    assert len(calls) > 1000
    assert [(name, call) for name, call in calls if call.split(".")[-1] in banned] == []


@pytest.mark.parametrize("path", sorted(p for p in TEMPLATES.rglob("*") if p.is_file()), ids=lambda p: p.name)
def test_no_template_switches_escaping_off(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\|\s*safe\b|autoescape|Markup|xmlattr|\bon[a-z]+\s*=|javascript:", text)
    # an attribute that holds a value is always quoted
    assert not re.search(r"=\s*\{\{", text)


@pytest.mark.parametrize("path", sorted(ASSETS.glob("*.js")), ids=lambda p: p.name)
def test_scripts_write_text_and_never_markup(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    # the one place takes drawings that stand in the script itself
    text = text.replace("i.innerHTML = html; return i; };   // html is ours, never data", "")
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|bindPopup", text
    )
    assert not re.search(r"bind(?:Tooltip|Popup)\((?!(?:\(\) => )?(?:el|tip)\()", text)
    assert "</script" not in text


def test_a_value_nobody_gave_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        render("map.html", title="t", styles=[])


def test_values_are_text_once_and_for_all() -> None:
    text = render(
        "map.html", title="{{ 7 * 7 }}<b>\u202e", styles=[], data={"n": "</script>{{ 7 * 7 }}\u200b"}
    )
    assert "<title>{{ 7 * 7 }}&lt;b&gt;</title>" in text
    assert '{"n":"\\u003c/script\\u003e{{ 7 * 7 }}"}' in text
