"""Say what a programme does not meet, and what stands in the way of meeting it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from planning.district.schema import STAGE_ZH
from planning.indicators.units import PASS
from planning.messages import Both, Text, en_zh
from planning.resourcing.case import TEACHERS, ResourceCase
from planning.resourcing.prices import Prices
from planning.resourcing.programme import Programme, held_amounts, verdicts

TOLERANCE = 1e-6
_NAMED = 5


def unmet_of(programme: Programme, case: ResourceCase, prices: Prices) -> list[dict[str, Any]]:
    """Return every demand that a programme misses, from its tables alone.

    Returns
    -------
    list of dict
        ``what`` (``share``, ``evenness``, ``rotation``, ``backbone``), ``year``, ``asked``, ``reached``, and in words ``text_en, text_zh``,
        ``why_en, why_zh`` (empty where nothing more than time was lacking).
    """
    found = [*_shares(programme, case, prices), *_uneven(programme, case), *_rotation(programme, case)]
    return [
        dict(
            zip(
                ("what", "year", "asked", "reached", "text_en", "text_zh", "why_en", "why_zh"),
                row,
                strict=True,
            )
        )
        for row in found
    ]


Row = tuple[str, int, float, float, str, str, str, str]


def _shares(programme: Programme, case: ResourceCase, prices: Prices) -> Iterator[Row]:
    held = held_amounts(case, programme.purchases, programme.moves)
    verdict = verdicts(case, held)
    for t, year in enumerate(case.years):
        wanted, passing = (
            math.ceil(case.share[t] * len(case.units) - 1e-9),
            int((verdict[:, t] == PASS).sum()),
        )
        if passing >= wanted:
            continue
        why_en, why_zh = _limits(programme, case, prices, held, verdict, t)
        yield (
            "share",
            year,
            float(wanted),
            float(passing),
            *en_zh(
                "resourcing.unmet.units_pass_asked",
                year=year,
                units=len(case.units),
                passing=passing,
                wanted=wanted,
            ),
            why_en,
            why_zh,
        )


def _limits(
    programme: Programme,
    case: ResourceCase,
    prices: Prices,
    held: np.ndarray[Any, np.dtype[np.float64]],
    verdict: np.ndarray[Any, np.dtype[np.int8]],
    t: int,
) -> tuple[str, str]:
    """Return which units lack so much of a resource that the yearly limits of the price file do not let them reach it."""
    until = float(t + 1)
    lacking: list[tuple[str, str]] = []
    for u in np.flatnonzero(verdict[:, t] != PASS).tolist():
        for r, name in enumerate(case.resources):
            asked = float(case.standard[u, r] * case.pupils[u, t])
            floor = case.profile.unit_verdict.floor * asked
            thing = prices.things[name]
            most = float(case.amounts[u, r, t]) + until * thing.most * thing.step * float(case.part[u, r, t])
            if held[u, r, t] < floor and most < floor and name not in TEACHERS:
                unit = str(case.units.iloc[u]["name"])
                lacking.append(
                    en_zh(
                        "resourcing.unmet.up_to",
                        unit=unit,
                        thing=Both(thing.name_en, thing.name_zh),
                        most=f"{most:,.0f}",
                        floor=f"{floor:,.0f}",
                        measure=Both(thing.unit_en, thing.unit_zh),
                    )
                )
    if not lacking:
        return "", ""
    more, named = len(lacking) - _NAMED, lacking[:_NAMED]
    return en_zh(
        "resourcing.unmet.yearly_limits",
        named=Both("; ".join(en for en, _ in named), "；".join(zh for _, zh in named)),
        more=Text("resourcing.unmet.more", count=more) if more > 0 else "",
    )


def _uneven(programme: Programme, case: ResourceCase) -> Iterator[Row]:
    year = case.years[-1]
    for row in programme.variation.to_dict("records"):
        if row["after"] > row["limit"] + TOLERANCE:
            stage, zh = str(row["stage"]), STAGE_ZH[str(row["stage"])]
            told = en_zh(
                "resourcing.unmet.varies",
                year=year,
                stage=Both(stage, zh),
                resource=row["resource"],
                after=f"{row['after']:.3f}",
                limit=f"{row['limit']:.2f}",
            )
            yield "evenness", year, float(row["limit"]), float(row["after"]), *told, "", ""


def _rotation(programme: Programme, case: ResourceCase) -> Iterator[Row]:
    every, backbone = TEACHERS[:2]
    for t, year in enumerate(case.years):
        left = programme.moves[programme.moves["year"] == year].groupby("resource")["leave"].sum()
        teachers = float(case.amounts[:, case.resources.index(every), t].sum())
        moved, best = float(left.get(every, 0)), float(left.get(backbone, 0))
        for what, who, reached, asked in (
            ("rotation", en_zh("resourcing.unmet.teachers_rotate"), moved, case.rotation("rotation_rate", year) * teachers),
            ("backbone", en_zh("resourcing.unmet.backbone_teachers_among_them"), best, case.rotation("rotation_backbone_rate", year) * moved),
        ):  # fmt: skip
            if reached < asked - TOLERANCE:
                yield (
                    what,
                    year,
                    asked,
                    reached,
                    *en_zh(
                        "resourcing.unmet.rotation_asked",
                        year=year,
                        reached=f"{reached:.0f}",
                        who=Both(*who),
                        asked=math.ceil(asked),
                    ),
                    *en_zh("resourcing.unmet.share_teachers_who_may"),
                )
