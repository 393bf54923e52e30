"""Say where a catchment ends as the public reads it: what the words leave out is said with them, and words that lead astray are not printed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import geopandas as gpd

from planning.district import District
from planning.layout import Layout
from planning.messages import said
from planning.publish.notice.boundary_text import BoundaryText
from planning.publish.notice.read_back import AGREE, Reader, texts_read

LEAST = 0.5
"""A line that describes less than this share of all rims, or encloses less than it of what it should, is not printed."""
_NAMED = 12
"""Zones of other parts that are named before the rest are counted."""


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
    district: District,
    layout: Layout,
    stage: str,
    *,
    catchments: gpd.GeoDataFrame | None = None,
    reader: Reader | None = None,
) -> dict[str, tuple[BoundaryText, Limits]]:
    """Return the description of every catchment of a stage, and what of it may be printed.

    ``catchments`` are those of :func:`planning.publish.catchment_polygons` with every corner, and ``reader`` that of the district, where they are at hand. Every line is read back from its words and followed as a reader would (:mod:`planning.publish.notice.read_back`).
    """
    read = texts_read(district, layout, stage, catchments=catchments, reader=reader)
    return {unit: (words, said_of(words, agreement)) for unit, (words, agreement) in read.items()}


def said_of(words: BoundaryText, agreement: float) -> Limits:
    """Return what may be printed of a description whose line agrees so far with its catchment (1: entirely)."""
    remarks = []
    if words.exclaves and words.rim < LEAST:
        remarks.append(said("publish.limits.in_parts", parts=words.exclaves + 1, share=_percent(words.rim)))
        return Limits("", "", "".join([*remarks, *_enclosed(words)]))
    if words.exclaves:
        remarks.append(
            said(
                "publish.limits.largest_only",
                share=_percent(words.rim),
                exclaves=words.exclaves,
                names=_names(words.apart),
            )
        )
    remarks += _enclosed(words)
    if agreement < LEAST:
        remarks.append(said("publish.limits.no_words"))
    elif agreement < AGREE:
        remarks.append(said("publish.limits.differs", share=_percent(1 - agreement)))
    return Limits(words.four_sides, words.enclosing_line if agreement >= LEAST else "", "".join(remarks))


def _enclosed(words: BoundaryText) -> list[str]:
    return [said("publish.limits.holes", holes=words.holes)] if words.holes else []


def _names(zones: tuple[Any, ...]) -> str:
    if not zones:
        return ""
    rest = said("publish.limits.and_more", count=len(zones)) if len(zones) > _NAMED else ""
    return said("publish.limits.named", names=said("publish.sign.comma").join(zones[:_NAMED]), rest=rest)


def _percent(share: float) -> str:
    return f"{max(share, 0.01):.0%}"
