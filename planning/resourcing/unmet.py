"""Say what a programme does not meet, and what stands in the way of meeting it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from planning.district.schema import STAGE_ZH
from planning.indicators.units import PASS
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
            f"{year}: {passing} of {len(case.units)} units pass, {wanted} are asked",
            f"{year}年：{len(case.units)}个办学单位中{passing}个达标，要求{wanted}个",
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
    en, zh = [], []
    for u in np.flatnonzero(verdict[:, t] != PASS).tolist():
        for r, name in enumerate(case.resources):
            asked = float(case.standard[u, r] * case.pupils[u, t])
            floor = case.profile.unit_verdict.floor * asked
            thing = prices.things[name]
            most = float(case.amounts[u, r, t]) + until * thing.most * thing.step * float(case.part[u, r, t])
            if held[u, r, t] < floor and most < floor and name not in TEACHERS:
                unit = str(case.units.iloc[u]["name"])
                en.append(f"{unit}: {thing.name_en} up to {most:,.0f} of {floor:,.0f} {thing.unit_en}")
                zh.append(
                    f"{unit}：{thing.name_zh}最多达到{most:,.0f}{thing.unit_zh}，至少需{floor:,.0f}{thing.unit_zh}"
                )
    if not en:
        return "", ""
    more = len(en) - _NAMED
    return (
        "yearly limits (`most` of the price file): "
        + "; ".join(en[:_NAMED])
        + (f"; {more} more" if more > 0 else ""),
        "受年度上限（价格文件 most）限制："
        + "；".join(zh[:_NAMED])
        + (f"；另有{more}项" if more > 0 else ""),
    )


def _uneven(programme: Programme, case: ResourceCase) -> Iterator[Row]:
    year = case.years[-1]
    for row in programme.variation.to_dict("records"):
        if row["after"] > row["limit"] + TOLERANCE:
            stage, zh = str(row["stage"]), STAGE_ZH[str(row["stage"])]
            en = f"{year}: {stage} {row['resource']} varies by {row['after']:.3f} between schools, at most {row['limit']:.2f}"
            told = f"{year}年：{zh}{row['resource']}差异系数{row['after']:.3f}，上限{row['limit']:.2f}"
            yield "evenness", year, float(row["limit"]), float(row["after"]), en, told, "", ""


def _rotation(programme: Programme, case: ResourceCase) -> Iterator[Row]:
    every, backbone = TEACHERS[:2]
    for t, year in enumerate(case.years):
        left = programme.moves[programme.moves["year"] == year].groupby("resource")["leave"].sum()
        teachers = float(case.amounts[:, case.resources.index(every), t].sum())
        moved, best = float(left.get(every, 0)), float(left.get(backbone, 0))
        for what, who, reached, asked in (
            ("rotation", ("teachers rotate", "教师交流轮岗"), moved, case.rotation("rotation_rate", year) * teachers),
            ("backbone", ("backbone teachers among them", "其中骨干教师"), best, case.rotation("rotation_backbone_rate", year) * moved),
        ):  # fmt: skip
            if reached < asked - TOLERANCE:
                yield (
                    what,
                    year,
                    asked,
                    reached,
                    f"{year}: {reached:.0f} {who[0]}, {math.ceil(asked):.0f} are asked",
                    f"{year}年：{who[1]}{reached:.0f}人，要求{math.ceil(asked):.0f}人",
                    "the share of teachers who may leave a unit (`leaving_share`)",
                    "受每校每年可交流教师比例（leaving_share）限制",
                )
