"""Put Leaflet and our own scripts inside a page, so that it opens without internet."""

from __future__ import annotations

import base64
import re
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import folium
from branca.element import Element, MacroElement
from jinja2 import Template

from planning.errors import MissingExtraError, Problem
from planning.publish.safe import script_json

_TEXT = Template("{{ this.text }}")
_URL = re.compile(r"url\(['\"]?([^'\")]+)['\"]?\)")


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


@cache
def leaflet_source() -> tuple[str, str]:
    """Return Leaflet's script and style sheet, pictures inlined as data URLs.

    Raises
    ------
    MissingExtraError
        If the package ``XStatic-Leaflet`` is not installed.
    """
    try:
        import xstatic.pkg.leaflet as package
    except ImportError:
        raise MissingExtraError(
            [
                Problem(
                    "XStatic-Leaflet",
                    "the map needs Leaflet, which is not installed",
                    "绘制地图所需的 Leaflet 未安装",
                    mend_en="pip install 'xstatic-leaflet>=1.9.3,<1.9.4'",
                    mend_zh="请运行 pip install 'xstatic-leaflet>=1.9.3,<1.9.4'",
                )
            ]
        ) from None
    folder = Path(package.BASE_DIR)
    script = next(folder.rglob("leaflet.js")).read_text(encoding="utf-8")
    style = next(folder.rglob("leaflet.css"))

    def inline(match: re.Match[str]) -> str:
        picture = style.parent / match[1]
        if not picture.is_file():
            return "none"
        return f"url(data:image/png;base64,{base64.b64encode(picture.read_bytes()).decode()})"

    # the source map would be one more request
    script = re.sub(r"//# sourceMappingURL=.*", "", script)
    return script, _URL.sub(inline, style.read_text(encoding="utf-8"))


def asset(name: str) -> str:
    """Return the text of one of our own scripts or style sheets."""
    return files("planning.publish").joinpath("assets", name).read_text(encoding="utf-8")


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
