"""List the names of schools beside a map on paper: those that found no room on it, and all of them by town and country."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
from matplotlib.figure import Figure

from planning.messages import Text, said, spoken
from planning.publish.fonts import chinese_font
from planning.texts import one_line

_LONGEST_NAME = 18
_LOCALES = {
    "urban": Text("publish.word.urban_area"),
    "town": Text("publish.word.town"),
    "rural": Text("publish.word.rural_area"),
}


def list_missed(
    figure: Figure, box: Any, missed: list[tuple[int, str]], large: float, *, aside: bool
) -> None:
    """Write number and name of the schools that are numbered on the map; ``aside`` in the right half of the box, beside the legend."""
    if not missed:
        return
    left, width = (box[0] + box[2] / 2, box[2] / 2) if aside else (box[0], box[2])
    columns = 2
    high = -(-len(missed) // columns)
    step = min(0.014, box[3] / (high + 1.5))
    size = min(7.0, 0.75 * step * 297 / 25.4 * 72) * large
    texts = [(0, 0, said("publish.print_map.schools_numbered_on_the_map"))]
    texts += [
        (k // high, 1 + k % high, f"{number} {_short(name)}") for k, (number, name) in enumerate(missed)
    ]
    for column, line, text in texts:
        figure.text(left + column * width / columns, box[1] + box[3] - (line + 0.8) * step, text, fontproperties=chinese_font(),
                    fontsize=size, parse_math=False)  # fmt: skip


def list_schools(figure: Figure, box: Any, places: gpd.GeoDataFrame, listed: int, large: float) -> None:
    """Name every school by town and country below the numbered ones, where all of them find room."""
    step = 0.014
    room = int(box[2] * figure.get_figwidth() * 72 / (7.0 * large))
    lines = [said("publish.print_map.schools", places=len(places))]
    for locale, name in ((key, spoken(word)) for key, word in _LOCALES.items()):
        names = sorted(map(_short, places.loc[places["locale"] == locale, "name"]))
        lines += (
            _in_lines(said("publish.print_map.locale_schools", name=name, names=len(names)), names, room)
            if names
            else []
        )
    first = (-(-listed // 2) + 2.5) * step if listed else 0.0
    if first + len(lines) * step > box[3]:
        return
    for k, line in enumerate(lines):
        figure.text(box[0], box[1] + box[3] - first - (k + 0.8) * step, line, fontproperties=chinese_font(), fontsize=7.0 * large,
                    fontweight="bold" if k == 0 else "normal", parse_math=False)  # fmt: skip


def _short(name: object) -> str:
    """Return a name that fits a column of a list."""
    text = one_line(name)
    return text if len(text) <= _LONGEST_NAME else text[: _LONGEST_NAME - 1] + "…"


def _in_lines(head: str, names: list[str], room: float) -> list[str]:
    """Return a list of names in lines of so many letters; no name is broken, no line begins with a comma."""
    lines, line = [], head
    for k, name in enumerate(names):
        word = name + (said("publish.sign.comma") if k < len(names) - 1 else said("publish.sign.end"))
        # figures and Latin letters are about half as wide
        if sum(1.0 if ord(sign) > 0x2E7F else 0.55 for sign in line + word) > room:
            lines.append(line)
            line = ""
        line += word
    return [*lines, line]
