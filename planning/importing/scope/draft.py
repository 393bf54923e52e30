"""Draft catchments from the official scope texts of a county's schools."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from planning.arrays import BoolArray
from planning.atomic import new_folder
from planning.district.model import District
from planning.errors import DistrictError, Issue
from planning.importing.scope import words as w
from planning.importing.scope.gazetteer import Gazetteer, Shape, make_gazetteer
from planning.importing.scope.match import Lost, Match, match_scope
from planning.importing.scope.model import Scope
from planning.importing.scope.parse import parse_scope, parse_sharing
from planning.messages import en_zh
from planning.tables import harmless

REACH_M = 8000.0
"""Limits are looked for within this radius of the school, metres."""
ASSIGNMENT = ("zone", "stage", "unit", "clause", "confidence", "how")
NOT_UNDERSTOOD = ("school", "stage", "clause", "text", "reason", "reason_zh")
_STAGES = {
    "小学部": "primary", "小学": "primary", "初中部": "junior", "初中": "junior", "中学": "junior",
    "primary": "primary", "junior": "junior", "1": "primary", "2": "junior",
}  # fmt: skip
_PART_OF_SCHOOL = re.compile(r"[（(]?(小学部|初中部)(?:公办班)?[）)]?")
# claims this close are both kept: the zone is shared
_TIE = 0.05
# two texts whose limits overlap cannot both be read rightly
_DOUBTFUL = 0.7


@dataclass(frozen=True)
class Draft:
    """Catchments drafted from texts, for a person to check.

    Parameters
    ----------
    assignment : DataFrame
        One row per zone and stage that a text claims: ``zone, stage, unit`` (several joined by ``;`` where schools
        share a scope), ``clause``, ``confidence`` (0–1), ``how`` (the rule that found the zone).
    not_understood : DataFrame
        ``school, stage, clause, text, reason, reason_zh``: words that did not become zones.
    groups : DataFrame
        ``stage, unit, schools``: units with one scope text (多校划片).
    sharing : DataFrame
        ``school, stage, kind, schools, rest``: notes on places of other schools, alternatives joined by ``|``.
    unclaimed : DataFrame
        ``zone, stage``: zones that no text claims.
    scopes : mapping of str to Scope
        What was read from every text.
    """

    assignment: pd.DataFrame
    not_understood: pd.DataFrame
    groups: pd.DataFrame
    sharing: pd.DataFrame
    unclaimed: pd.DataFrame
    scopes: Mapping[str, Scope]


def draft_assignment(district: District, texts: pd.DataFrame, *, reach_m: float = REACH_M) -> Draft:
    """Read scope texts and return the zones they describe.

    Parameters
    ----------
    district : District
        Zones, townships, roads and barriers with names; schools.
    texts : DataFrame
        ``text`` and ``unit`` or ``school`` (name or identifier); optionally ``stage`` (primary, junior, 小学, 初中 or the
        codes 1, 2; else from the school's name or its only unit) and ``note`` (共享, 分享 …).
    reach_m : float
        Limits are looked for within so many metres of the school.

    Raises
    ------
    DistrictError
        If ``texts`` lacks a column.
    """
    _check(texts)
    known = make_gazetteer(district)
    rows = _resolved(district, texts)
    scopes = {text: parse_scope(text) for text in dict.fromkeys(rows["text"])}
    lost: list[tuple[Any, Lost]] = []
    claims: list[pd.DataFrame] = []
    row: Any
    for row in rows.itertuples():
        if not row.unit:
            lost.append((row, Lost("", row.school, "school")))
        found = match_scope(
            known, scopes[row.text], _near(known, row.point, reach_m), row.point, (row.school, row.name)
        )
        lost += [(row, x) for x in found.lost]
        if row.unit:
            claims.append(_claims(district, known, row, found))
    claimed = pd.concat(claims) if claims else pd.DataFrame(columns=[*ASSIGNMENT, "group", "away_m"])
    assignment = _settled(claimed)
    return Draft(
        assignment, _not_understood(lost), shared_groups(rows), _sharing(rows), _unclaimed(district, rows, assignment), scopes
    )  # fmt: skip


def _check(texts: pd.DataFrame) -> None:
    problems = []
    if "text" not in texts.columns:
        problems.append(Issue("importing.draft.column_missing", "texts", column="text"))
    if not {"unit", "school"} & set(texts.columns):
        problems.append(Issue("importing.draft.column_missing_check", "texts", column="school"))
    if problems:
        raise DistrictError(problems)


def _resolved(district: District, texts: pd.DataFrame) -> pd.DataFrame:
    """Return ``school, name, stage, unit, text, note, point, group`` for every text."""
    table = pd.DataFrame({"text": texts["text"].fillna("").astype(str).to_numpy()})
    for column in ("school", "unit", "stage", "note"):
        table[column] = texts[column].fillna("").astype(str).to_numpy() if column in texts else ""
    units = district.units.drop_duplicates("unit").set_index("unit")
    schools = district.schools.drop_duplicates("school").set_index("school")
    by_name: dict[str, list[str]] = {}
    for school, name in schools["name"].astype(str).items():
        for key in dict.fromkeys((w.bare(str(school)), w.bare(name))):
            by_name.setdefault(key, []).append(str(school))
    found = [
        _unit(units, by_name, *r) for r in zip(table["school"], table["unit"], table["stage"], strict=True)
    ]
    table["unit"], table["stage"] = [u for u, _ in found], [s for _, s in found]
    where = [str(units["school"].get(u, "")) for u in table["unit"]]
    table["school"] = [s or o or u for s, o, u in zip(table["school"], where, table["unit"], strict=True)]
    table["name"] = [str(schools["name"].get(s, "")) for s in where]
    table["point"] = [_point(schools.geometry.get(s)) for s in where]
    table["group"] = [w.bare(t) for t in table["text"]]
    return table


def _unit(
    units: pd.DataFrame, by_name: dict[str, list[str]], school: str, unit: str, stage: str
) -> tuple[str, str]:
    """Return the unit and stage of a row; an empty unit where the district has none."""
    if unit in units.index:
        return unit, str(units.at[unit, "stage"])
    part = _PART_OF_SCHOOL.search(school)
    stage = _STAGES.get(stage.strip().removesuffix(".0"), "") or (_STAGES[part[1]] if part else "")
    keys = (
        w.bare(school),
        w.bare(_PART_OF_SCHOOL.sub("", school)),
        w.bare(re.sub(r"[（(]借址.*$", "", school)),
    )
    for key in dict.fromkeys(keys):
        here = units[units["school"].astype(str).isin(by_name.get(key, ()))]
        fits = here[here["stage"] == stage] if stage else here
        if len(fits) == 1:
            return str(fits.index[0]), str(fits["stage"].iloc[0])
    return "", stage


def _point(shape: Shape | None) -> Shape | None:
    return None if shape is None or shape.is_empty else shape


def _near(known: Gazetteer, point: Shape | None, reach_m: float) -> BoolArray:
    if point is None:
        return np.ones(len(known.zones), dtype=bool)
    return np.asarray(np.hypot(*(known.points - [point.x, point.y]).T) <= reach_m)


def _claims(district: District, known: Gazetteer, row: Any, found: Match) -> pd.DataFrame:
    at = np.flatnonzero(found.confidence > 0)
    away = known.points[at] - ([row.point.x, row.point.y] if row.point is not None else [np.nan, np.nan])
    return pd.DataFrame(
        {
            "zone": district.zones["zone"].astype(str).to_numpy()[at],
            "stage": row.stage,
            "unit": row.unit,
            "clause": found.clause[at],
            "confidence": found.confidence[at].round(3),
            "how": found.how[at],
            "group": row.group,
            "away_m": np.hypot(away[:, 0], away[:, 1]),
        }
    )


def _settled(claims: pd.DataFrame) -> pd.DataFrame:
    """Give every zone to the claim that is surest; schools with one text, and names in several texts, share it.

    Limits of two texts that overlap are no shared zone but two readings: the nearer school's holds, and ``how`` says so.
    """
    columns = list(ASSIGNMENT)
    if claims.empty:
        return pd.DataFrame(columns=columns)
    best = claims.groupby(["zone", "stage"])["confidence"].transform("max")
    kept = claims[claims["confidence"] >= best - _TIE].sort_values(
        ["zone", "stage", "confidence", "unit"], ascending=[True, True, False, True]
    )
    rows = [(*key, *_one_zone(part)) for key, part in kept.groupby(["zone", "stage"], sort=True)]
    return pd.DataFrame(rows, columns=columns)


def _one_zone(part: pd.DataFrame) -> tuple[str, str, float, str]:
    """Return unit(s), clause, confidence and rule of a zone with one or several claims as sure."""
    first, more = part.iloc[0], ""
    if part["group"].nunique() > 1:
        more = "; several texts"
        if (part["how"] == "limits").all():
            nearest = part.sort_values("away_m", kind="stable")["group"].iat[0]
            others = sorted(set(part.loc[part["group"] != nearest, "unit"]))
            part = part[part["group"] == nearest]
            first, more = part.iloc[0], f"; also inside the limits of {', '.join(others)}"
    units = ";".join(sorted(set(part["unit"])))
    confidence = float(first["confidence"]) * (_DOUBTFUL if "also" in more else 1.0)
    return units, str(first["clause"]), round(confidence, 3), f"{first['how']}{more}"


def _not_understood(lost: list[tuple[Any, Lost]]) -> pd.DataFrame:
    rows = [
        (r.school, r.stage, x.clause, x.text, *en_zh(f"importing.scope.lost.{x.reason}")) for r, x in lost
    ]
    return pd.DataFrame(list(dict.fromkeys(rows)), columns=list(NOT_UNDERSTOOD))


def shared_groups(rows: pd.DataFrame) -> pd.DataFrame:
    """Return ``stage, unit, schools`` of the schools whose scope texts are the same.

    Parameters
    ----------
    rows : DataFrame
        ``school, stage, text`` and, where known, ``unit``.
    """
    table = rows.assign(group=[w.bare(str(t)) for t in rows["text"]])
    found = []
    for (_, stage), part in table.groupby(["group", "stage"], sort=False):
        if len(part) > 1 and part["group"].iat[0]:
            units = sorted({u for u in part["unit"] if u}) if "unit" in part else []
            found.append((stage, ";".join(units), "、".join(part["school"])))
    return pd.DataFrame(found, columns=["stage", "unit", "schools"])


def _sharing(rows: pd.DataFrame) -> pd.DataFrame:
    found = []
    row: Any
    for row in rows[rows["note"].str.strip() != ""].itertuples():
        note = parse_sharing(row.note)
        schools = "|".join("、".join(group) for group in note.groups)
        found.append((row.school, row.stage, note.kind, schools, note.rest))
    return pd.DataFrame(found, columns=["school", "stage", "kind", "schools", "rest"])


def _unclaimed(district: District, rows: pd.DataFrame, assignment: pd.DataFrame) -> pd.DataFrame:
    stages = [s for s in ("primary", "junior") if s in set(rows["stage"])]
    every = pd.MultiIndex.from_product([district.zones["zone"].astype(str), stages], names=["zone", "stage"])
    taken = pd.MultiIndex.from_frame(assignment[["zone", "stage"]])
    return every[~every.isin(taken)].to_frame(index=False)


def entry_seats(plans: pd.DataFrame, class_cap: Mapping[str, int]) -> pd.DataFrame:
    """Return the entry seats of planned classes: seats = classes × class cap.

    Parameters
    ----------
    plans : DataFrame
        ``school, stage, classes`` (entry classes planned).
    class_cap : mapping of str to int
        Pupils per class by stage, as the profile of standards gives it (GB 50099-2011: 45 and 50).

    Returns
    -------
    DataFrame
        ``school, stage, classes, cap, seats``; a missing number of classes stays missing.
    """
    table = plans[["school", "stage", "classes"]].reset_index(drop=True)
    table["classes"] = pd.to_numeric(table["classes"], errors="coerce").astype("Int64")
    table["cap"] = table["stage"].map(dict(class_cap)).astype("Int64")
    table["seats"] = table["classes"] * table["cap"]
    return table


def write_draft(draft: Draft, folder: str | Path) -> Path:
    """Write the tables of a draft as CSV files, all or nothing.

    Returns
    -------
    Path
        The folder: ``draft_assignment.csv`` (one row per unit, as ``planning score --assignment`` reads it once no zone
        is left open), ``not_understood.csv``,
        ``groups.csv``, ``sharing.csv``, ``unclaimed.csv``.
    """
    target = Path(folder)
    with new_folder(target, marks=("draft_assignment.csv",)) as temporary:
        for name, table in (
            (
                "draft_assignment",
                draft.assignment.assign(unit=draft.assignment["unit"].str.split(";")).explode("unit"),
            ),
            ("not_understood", draft.not_understood),
            ("groups", draft.groups),
            ("sharing", draft.sharing),
            ("unclaimed", draft.unclaimed),
        ):
            harmless(table).to_csv(
                temporary / f"{name}.csv", index=False, encoding="utf-8-sig", lineterminator="\n"
            )
    return target


def with_draft(district: District, draft: Draft) -> District:
    """Return a district in which today's catchments are those of the draft; zones it leaves open keep theirs."""
    zones = district.zones.copy()
    for stage in ("primary", "junior"):
        own = draft.assignment[draft.assignment["stage"] == stage].set_index("zone")["unit"]
        found = zones["zone"].astype(str).map(own)
        zones[f"current_{stage}"] = found.where(found.notna(), zones[f"current_{stage}"])
    return replace(district, zones=zones)
