"""Say where a catchment ends as the public reads it: what the words leave out is said with them, and words that lead astray are not printed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import geopandas as gpd

from planning.district import District
from planning.layout import Layout
from planning.publish.notice.boundary_text import BoundaryText
from planning.publish.notice.read_back import AGREE, texts_read

LEAST = 0.5
"""A line that describes less than this share of all rims, or encloses less than it of what it should, is not printed."""
_NAMED = 12
"""Zones of other parts that are named before the rest are counted."""
_LIST = "以居住单元名单和示意图为准"


@dataclass(frozen=True)
class Limits:
    """The limits of one catchment in public words.

    Parameters
    ----------
    sides, line : str
        Four sides and enclosing line; empty where they would lead astray.
    remark : str
        What they leave out, or why they are not printed; empty where they say all.
    """

    sides: str
    line: str
    remark: str

    @property
    def columns(self) -> tuple[str, str]:
        """Sides and line for tables and layers that have no column for the remark."""
        return self.sides + self.remark, (self.line + self.remark) if self.line else self.remark


def limits_of(
    district: District, layout: Layout, stage: str, *, catchments: gpd.GeoDataFrame | None = None
) -> dict[str, tuple[BoundaryText, Limits]]:
    """Return the description of every catchment of a stage, and what of it may be printed.

    ``catchments`` are those of :func:`planning.publish.catchment_polygons` with every corner, where they are at hand. Every line is read back from its words and followed as a reader would (:mod:`planning.publish.notice.read_back`).
    """
    read = texts_read(district, layout, stage, catchments=catchments)
    return {unit: (words, said_of(words, agreement)) for unit, (words, agreement) in read.items()}


def said_of(words: BoundaryText, agreement: float) -> Limits:
    """Return what may be printed of a description whose line agrees so far with its catchment (1: entirely)."""
    remarks = []
    if words.exclaves and words.rim < LEAST:
        remarks.append(
            f"由互不相连的{words.exclaves + 1}块组成，最大一块只占全部周界的{_percent(words.rim)}，不以四至、界线表述，范围{_LIST}。"
        )
        return Limits("", "", "".join([*remarks, *_enclosed(words)]))
    if words.exclaves:
        remarks.append(
            f"四至、界线只表述最大的一块（占全部周界的{_percent(words.rim)}）；另有飞地{words.exclaves}处{_names(words.apart)}，见示意图。"
        )
    remarks += _enclosed(words)
    if agreement < LEAST:
        remarks.append(f"界线难以用文字准确表述，{_LIST}。")
    elif agreement < AGREE:
        remarks.append(f"界线文字所围与示意图约有{_percent(1 - agreement)}不一致，{_LIST}。")
    return Limits(words.four_sides, words.enclosing_line if agreement >= LEAST else "", "".join(remarks))


def _enclosed(words: BoundaryText) -> list[str]:
    return [f"他校学区嵌入{words.holes}处，界线未表述，见示意图。"] if words.holes else []


def _names(zones: tuple[Any, ...]) -> str:
    if not zones:
        return ""
    rest = f"等{len(zones)}个居住单元" if len(zones) > _NAMED else ""
    return f"（{'、'.join(zones[:_NAMED])}{rest}）"


def _percent(share: float) -> str:
    return f"{max(share, 0.01):.0%}"
