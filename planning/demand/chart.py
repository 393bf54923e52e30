"""Draw entrants, pupils and seats by year, and the heat table of the seat warning."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, wraps
from pathlib import Path
from typing import Any, ParamSpec

import numpy as np
import pandas as pd
from matplotlib import font_manager, rc_context
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.path import Path as Outline
from matplotlib.text import Text as Drawn
from matplotlib.textpath import TextPath
from matplotlib.transforms import Affine2D, IdentityTransform

from planning.arrays import FloatArray
from planning.atomic import whole_file
from planning.demand.cohorts import Forecast
from planning.demand.seats import COUNTY, SeatWarning
from planning.demand.tables import county_table, township_table
from planning.district.model import District
from planning.district.schema import STAGES
from planning.messages import Text

FONTS = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "Droid Sans Fallback",
    "Microsoft YaHei",
    "SimHei",
    "PingFang SC",
    "Heiti SC",
    "Arial Unicode MS",
)
_WORDS = ("county", "pupils", "band", "entrants", "seats", "year", "use")
_WIDE = 13.0
"""Width of a figure, inches."""
_SIGN_IN = 0.055
"""Width of half a Chinese character in labels of places, inches."""
# distance from 100 at which a cell is too dark for black figures
_DARK = 30
_PACKED = 3
"""How hard pictures are packed (zlib, 0–9): a tenth larger than the usual 6, in a third of its time."""
PLAIN = rc_context({"text.parse_math": False})
"""Names may hold ``$``: no text of a figure is read as mathematics."""
_Asked = ParamSpec("_Asked")
_PUPILS, _ENTRANTS, _SEATS = "#1b6ca8", "#e08e0b", "#333333"


def chinese_font() -> str | None:
    """Return the first installed font of :data:`FONTS`, or ``None``."""
    installed = {f.name for f in font_manager.fontManager.ttflist}
    found = next((name for name in FONTS if name in installed), None)
    return found or _newly_installed()


@cache
def _newly_installed() -> str | None:
    """Look at the machine's fonts again: Matplotlib's own list can be older than the last installation."""
    files: dict[str, str] = {}
    for path in sorted(font_manager.findSystemFonts()):
        try:
            files.setdefault(font_manager.get_font(path).family_name, path)
        except (OSError, RuntimeError, ValueError):  # bitmap and broken fonts
            continue
    found = next((name for name in FONTS if name in files), None)
    if found:
        font_manager.fontManager.addfont(files[found])
    return found


def _plain_and_readable(draw: Callable[_Asked, Figure]) -> Callable[_Asked, Figure]:
    """Set the texts of a figure in a font with Chinese signs, as they are made: going over all of them afterwards takes a second."""

    @wraps(draw)
    def drawn(*asked: _Asked.args, **named: _Asked.kwargs) -> Figure:
        font = chinese_font()
        settings: dict[Any, Any] = {"text.parse_math": False}
        with rc_context(settings | ({"font.family": [font]} if font else {})):
            return draw(*asked, **named)

    return drawn


@_plain_and_readable
def draw_forecast(
    forecasts: Mapping[str, Forecast],
    district: District,
    seats: pd.DataFrame | None = None,
    *,
    lang: str = "zh",
) -> Figure:
    """Draw pupils (low to high), entrants and seats by year: the county on top, one small panel per township.

    Parameters
    ----------
    forecasts : mapping of str to Forecast
        Forecast by variant; lines are the medium one (or the first given), the band spans all.
    district : District
        Names of the townships.
    seats : DataFrame, optional
        ``level, place, stage, year, seats`` as ``seats_by_year`` returns it.
    lang : str
        Language of the words; English, with township ids, where no Chinese font is installed.

    Returns
    -------
    Figure
    """
    font = chinese_font()
    lang = lang if font else "en"
    county = county_table(forecasts).assign(place=COUNTY)
    towns = township_table(forecasts, district).rename(columns={"township": "place"})
    places = sorted(set(towns["place"]))
    columns = 4
    rows = 2 + -(-len(places) // columns) * 2
    high = 2.3 * rows
    figure = Figure(figsize=(_WIDE, high))
    # margins in inches: working them out from the texts draws everything twice more
    grid = figure.add_gridspec(
        rows,
        columns,
        left=0.6 / _WIDE,
        right=1 - 0.15 / _WIDE,
        bottom=0.35 / high,
        top=1 - 0.35 / high,
        wspace=0.2,
        hspace=0.42,
    )
    words = _words(lang)
    for s, stage in enumerate(STAGES):
        axes = figure.add_subplot(grid[0:2, 2 * s : 2 * s + 2])
        _panel(axes, county[county["stage"] == stage], _seats_of(seats, "county", COUNTY, stage), words)
        axes.set_title(f"{words['county']} · {words[stage]}", y=1.0)  # found anew from all labels otherwise
        axes.set_xlabel(words["year"])
        axes.legend(fontsize="small", loc="center", bbox_to_anchor=(0.5, 0.36), ncols=2)
    names = (
        dict(zip(towns["place"], towns["name"], strict=True))
        if chinese_font() is not None
        else {p: p for p in places}
    )
    for i, place in enumerate(places):
        for s, stage in enumerate(STAGES):
            axes = figure.add_subplot(grid[2 + 2 * (i // columns) + s, i % columns])
            mine = towns[(towns["place"] == place) & (towns["stage"] == stage)]
            _panel(axes, mine, _seats_of(seats, "township", place, stage), words)
            axes.set_title(f"{names[place]} · {words[stage]}", fontsize="small", y=1.0)
            axes.tick_params(labelsize="x-small")
    return figure


def _words(lang: str) -> dict[str, str]:
    """Return the words of the charts in a language."""
    said = {word: Text(f"demand.chart.{word}") for word in _WORDS}
    return {
        code: text.text(lang) for code, text in (said | {s: Text(f"base.stage.{s}") for s in STAGES}).items()
    }


def _seats_of(seats: pd.DataFrame | None, level: str, place: str, stage: str) -> pd.DataFrame | None:
    if seats is None:
        return None
    rows = (seats["level"] == level) & (seats["place"] == place) & (seats["stage"] == stage)
    return seats[rows].sort_values("year") if rows.any() else None


def _panel(axes: Any, rows: pd.DataFrame, seats: pd.DataFrame | None, words: Mapping[str, str]) -> None:
    wide = rows.pivot_table(index="year", columns="variant", values="pupils", aggfunc="sum")
    main = "medium" if "medium" in wide else str(wide.columns[0])
    years = wide.index.to_numpy()
    axes.fill_between(
        years, wide.min(axis=1), wide.max(axis=1), color=_PUPILS, alpha=0.2, label=words["band"]
    )
    axes.plot(years, wide[main], color=_PUPILS, label=words["pupils"])
    entrants = rows[rows["variant"] == main].sort_values("year")
    axes.bar(entrants["year"], entrants["entrants"], color=_ENTRANTS, width=0.6, label=words["entrants"])
    if seats is not None:
        axes.step(seats["year"], seats["seats"], where="mid", color=_SEATS, ls="--", label=words["seats"])
    axes.set_ylim(bottom=0)
    axes.xaxis.get_major_locator().set_params(integer=True)


@_plain_and_readable
def draw_heat(
    warning: SeatWarning,
    *,
    level: str = "township",
    variant: str = "medium",
    names: Mapping[str, str] | None = None,
    lang: str = "zh",
) -> Figure:
    """Draw pupils per 100 seats by place and year, one panel per stage; red cells are short of seats.

    Parameters
    ----------
    warning : SeatWarning
        Result of ``seat_warning``.
    level : {"county", "township", "unit"}
        Places shown.
    variant : {"low", "medium", "high"}
        Variant shown.
    names : mapping of str to str, optional
        Names shown instead of the ids, where a Chinese font is installed.
    lang : str
        Language of the words.

    Returns
    -------
    Figure
    """
    font = chinese_font()
    words = _words(lang if font else "en")
    heat = warning.heat[(warning.heat["level"] == level) & (warning.heat["variant"] == variant)]
    longest = max(1, int(heat.groupby("stage")["place"].nunique().max())) if len(heat) else 1
    high = 1.5 + 0.32 * longest
    figure = Figure(figsize=(_WIDE, high))
    places = [names.get(p, p) if names and font else p for p in heat["place"].unique()]
    label = _SIGN_IN * max((len(place) * (1 if place.isascii() else 2) for place in places), default=0) + 0.2
    panel = (_WIDE - 2 * label - 1.6) / len(STAGES)  # inches, beside labels and the scale of colours
    grid = figure.add_gridspec(
        1,
        len(STAGES),
        left=label / _WIDE,
        right=1 - 1.5 / _WIDE,
        bottom=0.35 / high,
        top=1 - 0.4 / high,
        wspace=(label + 0.1) / panel,
    )
    image = None
    for axes, stage in zip(grid.subplots(squeeze=False)[0], STAGES, strict=True):
        rows = heat[heat["stage"] == stage].assign(
            use=lambda t: t["use"].where(t["seats"] > 0, np.where(t["pupils"] > 0, np.inf, np.nan))
        )
        wide = rows.pivot(index="place", columns="year", values="use") * 100
        if wide.empty:
            continue
        # 100 is the middle of the scale, so that red begins where seats end
        image = axes.imshow(np.clip(wide.to_numpy(), 0, 200), cmap="RdBu_r", vmin=50, vmax=150, aspect="auto")
        _write_figures(axes, wide.to_numpy())
        shown = [names.get(p, p) if names and font else p for p in wide.index]
        axes.set_yticks(range(len(shown)), shown, fontsize="x-small")
        axes.set_xticks(range(wide.shape[1]), [str(y) for y in wide.columns], fontsize="x-small")
        axes.set_title(words[stage], y=1.0)
    if image is not None:
        scale = figure.add_axes((1 - 1.2 / _WIDE, 0.35 / high, 0.25 / _WIDE, 1 - 0.75 / high))
        figure.colorbar(image, cax=scale, label=words["use"])
    return figure


def _write_figures(axes: Any, values: FloatArray) -> None:
    """Write every value in the middle of its cell, all of them as one drawing: a text each takes longer than all else of the table."""
    said = [["∞" if np.isinf(v) else "" if np.isnan(v) else f"{v:.0f}" for v in row] for row in values]
    font = FontProperties(size="x-small")
    shapes = {text: _in_the_middle(text, font) for text in {text for row in said for text in row if text}}
    cells = [(i, j) for i, row in enumerate(said) for j, text in enumerate(row) if text]
    axes.add_collection(
        PathCollection(
            [shapes[said[i][j]] for i, j in cells],
            sizes=[1.0],  # paths are in points
            offsets=[(j, i) for i, j in cells],
            offset_transform=axes.transData,
            facecolors=["white" if abs(values[i, j] - 100) > _DARK else "black" for i, j in cells],
            linewidths=0,
            transform=IdentityTransform(),
        ),
        autolim=False,
    )


def _in_the_middle(text: str, font: FontProperties) -> Outline:
    """Return the outline of a text around (0, 0), in points."""
    outline = TextPath((0, 0), text, prop=font)
    corners = outline.vertices  # the curves' own extents take ten times as long to find
    return outline.transformed(Affine2D().translate(*-(corners.min(axis=0) + corners.max(axis=0)) / 2))


def apply_font(figure: Figure, font: str | None) -> None:
    """Set every text of a figure in this font, where there is one."""
    if font:
        for text in figure.findobj(Drawn):
            text.set_fontfamily(font)


@PLAIN
def save_figure(figure: Figure, path: str | Path) -> Path:
    """Write a figure under a temporary name, then rename it; the suffix (``.png``, ``.svg``) tells the format."""
    target = Path(path)
    with whole_file(target) as temporary:
        packed: dict[str, Any] = (
            {"pil_kwargs": {"compress_level": _PACKED}} if target.suffix == ".png" else {}
        )
        figure.savefig(temporary, dpi=150, **packed)
    return target
