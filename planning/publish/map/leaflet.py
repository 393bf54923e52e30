"""Set a map as a page of its own, with Leaflet inside, so that it opens without internet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from planning.publish.html import asset, render
from planning.publish.map.files import leaflet_source


@dataclass(frozen=True)
class MapPage:
    """A map to be drawn by one of our programs: its title, style sheet, program and data, and scripts that the program calls."""

    title: str
    style: str
    program: str
    data: Any
    called: tuple[str, ...] = ()

    def html(self) -> str:
        """Return the page: the data lie in it as JSON, which nothing runs."""
        script, style = leaflet_source()
        return render(
            "map.html",
            title=self.title,
            styles=[style, asset(self.style)],
            scripts=[
                script,
                *map(asset, self.called),
                asset("map_page.js"),
                program_call(self.program, "offlineMap"),
            ],
            data=self.data,
        )


def program_call(name: str, map_name: str) -> Markup:
    """Return the call of a program with the map of this name and the data that lie in the page."""
    ends = Markup(")({}, JSON.parse(document.getElementById('data').textContent));").format(Markup(map_name))
    return Markup("(") + asset(name) + ends
