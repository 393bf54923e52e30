"""Give one of our maps as a folium map, to which a user of Python adds more."""

from __future__ import annotations

from typing import Any

import folium
from branca.element import Element

from planning.publish.html import asset, render
from planning.publish.map.files import leaflet_source
from planning.publish.map.leaflet import MapPage, program_call


def folium_map(page: MapPage) -> folium.Map:
    """Return the map as a folium map that needs no internet; neither our data nor our texts pass its templates."""
    result = folium.Map(
        tiles=None, prefer_canvas=True, zoom_control=False, control_scale=False, location=(0, 0), zoom_start=2
    )
    result.default_js = []
    result.default_css = []
    script, style = leaflet_source()
    root: Any = result.get_root()
    head = render(
        "folium_head.html",
        title=page.title,
        styles=[style, asset(page.style)],
        scripts=[script, *map(asset, page.called), asset("folium_head.js")],
        data=page.data,
    )
    root.header.add_child(_Verbatim(head), name="planning")
    result.add_child(_Script(program_call(page.program, result.get_name())), name="our_program")
    return result


class _Verbatim(Element):
    """A piece of a folium page that is written as it is: no template ever sees it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def render(self, **_: Any) -> str:
        return self.text


class _Script(_Verbatim):
    """A script of ours that runs after the map was made."""

    def render(self, **_: Any) -> str:
        root: Any = self.get_root()
        root.script.add_child(_Verbatim(self.text), name="our_program")
        return ""
