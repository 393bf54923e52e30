"""Write names on a map so that none covers another or a school."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import shapely
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.font_manager import FontProperties
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.textpath import TextPath
from matplotlib.transforms import Affine2D, ScaledTranslation

from planning.district import District
from planning.publish.fonts import chinese_font
from planning.publish.places import MAIN_ROADS
from planning.texts import one_line

# offset in points, and which side of the text stands at the place; to the right is what readers expect
_PLACES = (
    (4, 0, "left", "center"), (-4, 0, "right", "center"), (0, 4, "center", "bottom"), (0, -4, "center", "top"),
    (3, 4, "left", "bottom"), (3, -4, "left", "top"), (-3, 4, "right", "bottom"), (-3, -4, "right", "top"),
)  # fmt: skip
_BEFORE = {"left": 0.0, "bottom": 0.0, "center": 0.5, "right": 1.0, "top": 1.0}
"""Share of a text that lies left of its place, or below it, by how it is aligned."""
_ON_TOP = ((0, 0, "center", "center"),)
_MOST_ROADS = 14
_HALO_PT = 1.8
"""Width of the white rim around letters, so that borders and fills below do not touch them."""


@dataclass(frozen=True)
class _Line:
    """Width, height and depth below the baseline of a line of text, pixels."""

    wide: float
    high: float
    below: float

    def turned(self, angle: float) -> tuple[float, float]:
        """Return width and height of the upright box around the line turned by an angle in radians."""
        cosine, sine = abs(np.cos(angle)), abs(np.sin(angle))
        return float(self.wide * cosine + self.high * sine), float(self.wide * sine + self.high * cosine)


class Names:
    """Places names on one map, first come first served.

    Parameters
    ----------
    axes : matplotlib Axes
        The map; its limits must not change afterwards.
    points : array of shape (n, 2)
        Map coordinates that no name may cover.
    """

    def __init__(self, axes: Any, points: Any = ()) -> None:
        self.axes = axes
        self.renderer = axes.figure.canvas.get_renderer()
        self.taken: list[tuple[float, float, float, float]] = []
        self.frame = axes.get_window_extent(self.renderer)
        # pixels of one point
        self.unit = axes.figure.dpi / 72
        dot = 2.2 * self.unit
        for x, y in axes.transData.transform(np.asarray(points, dtype=float).reshape(-1, 2)):
            self.taken.append((x - dot, y - dot, x + dot, y + dot))

    def at_point(self, name: str, x: float, y: float, *, size: float, **style: Any) -> bool:
        """Write a name beside a point; return whether there was room."""
        return self._try(name, x, y, _PLACES, size, style)

    def centred(self, name: str, x: float, y: float, *, size: float, **style: Any) -> bool:
        """Write a name on a place; return whether there was room."""
        return self._try(name, x, y, _ON_TOP, size, style)

    def along(self, name: str, line: Any, *, size: float, **style: Any) -> bool:
        """Write a name along a line, where it lies in the map; return whether there was room."""
        west, east = self.axes.get_xlim()
        south, north = self.axes.get_ylim()
        shown = shapely.line_merge(shapely.intersection(line, shapely.box(west, south, east, north)))
        parts = [p for p in shapely.get_parts(shown) if p.length > 0]
        if not parts:
            return False
        longest = max(parts, key=lambda p: float(p.length))
        for share in (0.5, 0.3, 0.7):
            ends = [longest.interpolate(share + d, normalized=True) for d in (-0.05, 0.05)]
            angle = np.degrees(np.arctan2(ends[1].y - ends[0].y, ends[1].x - ends[0].x))
            turned = {**style, "rotation": (angle + 90) % 180 - 90, "rotation_mode": "anchor"}
            middle = longest.interpolate(share, normalized=True)
            if self._try(name, middle.x, middle.y, _ON_TOP, size, turned):
                return True
        return False

    def _try(self, name: str, x: float, y: float, places: Any, size: float, style: dict[str, Any]) -> bool:
        word = one_line(name) or " "
        angle = np.radians(style.get("rotation", 0.0))
        line = _measured(word, size, self.axes.figure.dpi)
        wide, high = line.turned(angle)
        at = self.axes.transData.transform((x, y))
        for dx, dy, ha, va in places:
            left = at[0] + dx * self.unit - _BEFORE[ha] * wide
            low = at[1] + dy * self.unit - _BEFORE[va] * high
            box = (left, low, left + wide, low + high)
            if not self._free(box):
                continue
            set_so: dict[str, Any] = {"xytext": (dx, dy), "textcoords": "offset points", "ha": ha, "va": va, "fontsize": size,
                                      "fontproperties": chinese_font(), "parse_math": False}  # fmt: skip
            self.axes.annotate(word, (x, y), zorder=9, **set_so, **style)
            middle = (left + wide / 2 - at[0]) / self.unit, (low + high / 2 - at[1]) / self.unit
            self._rim(_letters(word, size), line, (x, y), middle, angle)
            self.taken.append(
                (
                    box[0] - self.unit,
                    box[1] - 0.5 * self.unit,
                    box[2] + self.unit,
                    box[3] + 0.5 * self.unit,
                )
            )
            return True
        return False

    def _rim(
        self,
        letters: Path,
        line: _Line,
        place: tuple[float, float],
        middle: tuple[float, float],
        angle: float,
    ) -> None:
        """Draw the rim of a name whose middle lies so many points from its place.

        The rim is drawn by itself: with it a text would become outlines that nobody can search.
        """
        in_points = (
            Affine2D()
            .translate(-line.wide / self.unit / 2, (line.below - line.high / 2) / self.unit)
            .rotate(angle)
            .translate(*middle)
            .scale(1 / 72)
        )
        there = ScaledTranslation(*place, self.axes.transData)
        self.axes.add_artist(
            PathPatch(letters, transform=in_points + self.axes.figure.dpi_scale_trans + there, fill=False, edgecolor="white",
                      linewidth=_HALO_PT, joinstyle="round", alpha=0.85, zorder=8.9)
        )  # fmt: skip

    def _free(self, box: Any) -> bool:
        if (
            box[0] < self.frame.x0
            or box[1] < self.frame.y0
            or box[2] > self.frame.x1
            or box[3] > self.frame.y1
        ):
            return False
        if not self.taken:
            return True
        other = np.array(self.taken)
        apart = (
            (other[:, 0] >= box[2])
            | (other[:, 2] <= box[0])
            | (other[:, 1] >= box[3])
            | (other[:, 3] <= box[1])
        )
        return bool(apart.all())


@lru_cache(maxsize=10_000)
def _measured(word: str, size: float, dpi: float) -> _Line:
    """Return the measures of a line of text; the same names stand on the maps of all neighbours."""
    renderer: Any = RendererAgg  # without types of its own
    measures = renderer(1, 1, dpi).get_text_width_height_descent
    wide, high, below = measures(word, _font(size), False)
    _, least, least_below = measures("lp", _font(size), False)  # a line is as high as its tallest letters
    return _Line(float(wide), float(max(high, least)), float(max(below, least_below)))


@lru_cache(maxsize=10_000)
def _letters(word: str, size: float) -> Path:
    """Return the outlines of a line of text in points, its baseline at zero."""
    return TextPath((0, 0), word, size=size, prop=_font(size))


def _font(size: float) -> FontProperties:
    font = chinese_font().copy()
    font.set_size(size)
    return font


def name_roads(names: Names, district: District, near: Any, *, minor: bool) -> None:
    """Name the barriers and roads that run through an area, longest first."""
    lines = []
    for table in (district.barriers, district.roads):
        if not len(table):
            continue
        part = table[table.intersects(near) & (table["name"].fillna("").astype(str).str.strip() != "")]
        if "road_class" in part.columns and not minor:
            part = part[part["road_class"].isin(MAIN_ROADS)]
        if len(part):
            shapes = np.asarray(part.geometry.array, dtype=object)
            for name, at in (
                part["name"].reset_index(drop=True).groupby(part["name"].to_numpy()).indices.items()
            ):
                shape = shapely.intersection(shapely.union_all(shapes[at]), near)
                lines.append((float(shape.length), str(name), shape))
    for _, name, shape in sorted(lines, key=lambda item: (-item[0], item[1]))[:_MOST_ROADS]:
        names.along(name, shape, size=5.5, color="#4a3f35")
