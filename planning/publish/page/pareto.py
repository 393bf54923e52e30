"""Draw what money buys: cost against seats short and against the mean walk of every plan of a sweep."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from planning.demand.chart import PLAIN, apply_font, chinese_font, save_figure
from planning.messages import Text
from planning.standards.money import YUAN, Money, money

# Okabe–Ito: distinct for all forms of colour blindness
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")


_YUAN = money(YUAN)


@PLAIN
def draw_pareto(
    table: pd.DataFrame, varied: Sequence[str], given: Sequence[str], *, unit: Money = _YUAN, lang: str = "zh"
) -> Figure:
    """Draw cost against shortage and travel, one colour per outlook (births, demand …), a line along the Pareto set.

    Parameters
    ----------
    table : DataFrame
        ``planning.sweep.Sweep.table``.
    varied, given : sequence of str
        Keys that vary; those of them that the planner does not decide.
    unit : Money
        What amounts are told in.
    lang : str
        Language of the words; English where no Chinese font is installed.
    """
    font = chinese_font()

    def words(key: str) -> str:
        return Text(f"publish.pareto.{key}", unit=unit.unit).text(lang if font else "en")

    solved = table[table["status"] == "solved"]
    keys = [k for k in varied if k in given]
    groups = list(solved.groupby(keys, sort=False)) if keys and len(solved) else [((), solved)]
    figure = Figure(figsize=(12, 5.4), layout="constrained")
    panels = zip(
        figure.subplots(1, 2), (("shortage_pupils", "short"), ("mean_distance_m", "walk")), strict=True
    )
    for axes, (column, word) in panels:
        for i, (values, part) in enumerate(groups):
            label = ", ".join(f"{k}={v}" for k, v in zip(keys, values, strict=bool(values))) or words("all")
            _points(axes, part, column, COLOURS[i % len(COLOURS)], label, words("rooms"), unit.scale)
        axes.set_xlabel(words("cost"))
        axes.set_ylabel(words(word))
        axes.grid(alpha=0.25)
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
        axes.margins(0.12)
        if solved.empty:
            axes.text(0.5, 0.5, words("none"), ha="center", transform=axes.transAxes)
        else:
            axes.legend(fontsize="small")
    gap = solved["gap"].astype(float).max() if len(solved) else float("nan")
    title = words("title") if pd.isna(gap) else words("title") + f" ({words('gap')} {gap:.1%})"
    figure.suptitle(title)
    apply_font(figure, font)
    return figure


def _points(
    axes: Any, part: pd.DataFrame, column: str, colour: str, label: str, rooms_word: str, scale: float
) -> None:
    cost = part["cost_yuan"].astype(float) / scale
    best = part["pareto"].astype(bool)
    line = part[best].sort_values(["cost_yuan", column])
    axes.plot(
        line["cost_yuan"].astype(float) / scale, line[column].astype(float), color=colour, lw=1, alpha=0.6
    )
    axes.scatter(cost[best], part.loc[best, column].astype(float), color=colour, s=46, label=label, zorder=3)
    axes.scatter(
        cost[~best],
        part.loc[~best, column].astype(float),
        edgecolors=colour,
        facecolors="none",
        s=46,
        zorder=3,
    )
    seen: set[tuple[float, float]] = set()
    for x, y, rooms in zip(cost[best], part.loc[best, column], part.loc[best, "rooms"], strict=True):
        if (x, y) not in seen:
            axes.annotate(
                f"+{int(rooms)}{rooms_word}",
                (x, y),
                xytext=(5, 5),
                textcoords="offset points",
                fontsize="x-small",
            )
            seen.add((x, y))


def write_pareto(
    table: pd.DataFrame,
    varied: Sequence[str],
    given: Sequence[str],
    path: str | Path,
    *,
    unit: Money = _YUAN,
    lang: str = "zh",
) -> Path:
    """Write the chart (``.png``, ``.svg``), whole or not at all; return its path."""
    return save_figure(draw_pareto(table, varied, given, unit=unit, lang=lang), path)
