"""Put Leaflet and our own scripts inside a page, so that it opens without internet."""

from __future__ import annotations

from typing import Any

import folium
from branca.element import Element, MacroElement
from jinja2 import Template

from planning.publish.map.files import asset, leaflet_source
from planning.publish.safe import script_json

_TEXT = Template("{{ this.text }}")


class Verbatim(Element):
    """A piece of a page that is written as it is; template signs inside mean nothing."""

    _template = _TEXT

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


class Program(MacroElement):
    """A script of ours that runs after the map was made."""

    _template = Template("{% macro script(this, kwargs) %}{{ this.text }}{% endmacro %}")

    def __init__(self, text: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.text = text


def offline_map(*, title: str) -> folium.Map:
    """Return an empty folium map whose page holds Leaflet itself and names no outside address."""
    page = folium.Map(
        tiles=None, prefer_canvas=True, zoom_control=False, control_scale=False, location=(0, 0), zoom_start=2
    )
    page.default_js = []
    page.default_css = []
    script, style = leaflet_source()
    root: Any = page.get_root()
    root.header.add_child(Verbatim(f"<style>{style}</style><script>{script}</script>"), name="leaflet")
    root.header.add_child(
        Verbatim(f"<script>document.documentElement.lang='zh-CN';document.title={script_json(title)}</script>"),
        name="title",
    )  # fmt: skip
    return page


def add_program(page: folium.Map, *, style: str, program: str, data: Any) -> None:
    """Add one of our style sheets and programs with its data; the program gets ``(map, data)``."""
    root: Any = page.get_root()
    root.header.add_child(Verbatim(f"<style>{asset(style)}</style>"), name="our_style")
    code = f"({asset(program)})({page.get_name()}, {script_json(data)});"
    page.add_child(Program(code), name="our_program")
