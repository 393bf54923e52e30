"""Check the tables of a district against each other: identifiers, sums, stages, years, money."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from planning.district.cells.headers import nearest, plain
from planning.district.cells.sheet import problems_at
from planning.district.load import Loaded
from planning.district.schema import STAGE_ZH, STAGES, TABLE, TABLES, Column, Table
from planning.errors import Issue
from planning.grades import grade_name, grade_names
from planning.messages import Both, Text

PUPIL_TOLERANCE = 0.02
"""Share by which pupils of zones and of classes may differ before it is mentioned."""
LISTED = 10
"""Identifiers named in one line."""
STAGES_OF_KIND: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "primary": (frozenset({"primary"}), frozenset({"primary"})),
    "junior": (frozenset({"junior"}), frozenset({"junior"})),
    "nine_year": (frozenset({"primary", "junior"}), frozenset({"primary", "junior"})),
    "twelve_year": (frozenset({"primary", "junior"}), frozenset({"primary", "junior"})),
    "complete_secondary": (frozenset({"junior"}), frozenset({"junior"})),
    "teaching_point": (frozenset({"primary"}), frozenset({"primary"})),
    "special": (frozenset({"primary", "junior"}), frozenset()),
}
"""Kind of school: stages it may have, stages it should have."""


def listed(names: Any) -> str:
    """Return the first identifiers of a list and how many more there are."""
    words = [str(n) for n in names]
    more = len(words) - LISTED
    return ", ".join(words[:LISTED]) + (f" … (+{more})" if more > 0 else "")


def references_join(tables: Loaded) -> Iterator[Issue]:
    """Every identifier that refers to another table exists there."""
    for table in TABLES:
        for column in table.columns:
            other = column.refers.split(".")[0]
            if column.refers and tables.has(table.name, other):
                yield from _unknown_references(tables, table, column)


def _unknown_references(tables: Loaded, table: Table, column: Column) -> Iterator[Issue]:
    other, key = column.refers.split(".")
    known = set(tables.frames[other][key].dropna())
    values = tables.frames[table.name][column.name].fillna("")
    lost = {v: _lost(v, known, column.many) for v in values.unique()}
    named = _ids_by_name(tables, other, key, column)
    labels, file = tables.labels[table.name], tables.files[table.name]

    def unknown(i: int) -> Issue:
        missing = lost[values.iloc[i]]
        near = named.get(plain(missing)) or nearest(missing, list(known))
        return Issue(
            "district.cross.no_such_identifier",
            file,
            row=str(labels[i]),
            column=column.name,
            value=missing,
            mend="district.mend.did_you_mean" if near else "district.mend.add_correct_identifier",
            near=near,
            key=key,
            other=Both(other, TABLE[other].zh),
        )

    yield from problems_at(values.map(lost).to_numpy() != "", labels, unknown)


def _ids_by_name(tables: Loaded, other: str, key: str, column: Column) -> dict[str, str]:
    """Return the identifiers of a table by the name that stands for one row only; of units by their school, within the column's stage."""
    frame = tables.frames[other]
    if other == "units" and tables.has("schools"):
        stage = next((s for s in STAGES if column.name.endswith(s)), "")
        frame = frame[frame["stage"] == stage] if stage else frame
        schools = tables.frames["schools"]
        names = frame["school"].map(dict(zip(schools["school"], schools["name"], strict=True)))
    elif "name" in frame:
        names = frame["name"]
    else:
        return {}
    words = names.fillna("").astype(str).map(plain)
    once = (words != "") & ~words.duplicated(keep=False) & frame[key].notna()
    return dict(zip(words[once], frame.loc[once, key].astype(str), strict=True))


def _lost(value: str, known: set[str], many: bool) -> str:
    parts = value.split(";") if many else [value]
    return next((p for p in parts if p and p not in known), "")


def units_fit_school_kind(tables: Loaded) -> Iterator[Issue]:
    """Refuse stages that a school of its kind does not have: a junior unit in a primary school."""
    if not tables.has("schools", "units"):
        return
    schools, units, labels = tables.frames["schools"], tables.frames["units"], tables.labels["units"]
    kinds = dict(zip(schools["school"], schools["kind"], strict=True))
    any_stage = (frozenset(STAGES), frozenset[str]())
    wrong = [
        isinstance(stage, str) and stage not in STAGES_OF_KIND.get(kinds.get(school, ""), any_stage)[0]
        for school, stage in _pairs(units)
    ]
    yield from problems_at(
        np.array(wrong, dtype=bool),
        labels,
        lambda i: Issue(
            "district.cross.school_kind_no_stage",
            tables.files["units"],
            row=str(labels[i]),
            column="stage",
            value=f"{units['school'].iloc[i]} {units['stage'].iloc[i]}",
            kinds=kinds[units["school"].iloc[i]],
            stage=units["stage"].iloc[i],
        ),
    )


def stages_have_grades(tables: Loaded) -> Iterator[Issue]:
    """Refuse units of a stage that the county has no grades of."""
    if not tables.has("units"):
        return
    stages, labels = tables.frames["units"]["stage"], tables.labels["units"]
    wrong = stages.isin(list(STAGES)) & ~stages.isin(list(tables.grades))
    yield from problems_at(
        wrong.to_numpy(dtype=bool),
        labels,
        lambda i: Issue(
            "district.cross.stage_without_grades",
            tables.files["units"],
            row=str(labels[i]),
            column="stage",
            value=str(stages.iloc[i]),
            grades=tables.grades.told,
        ),
    )


def schools_have_their_stages(tables: Loaded) -> Iterator[Issue]:
    """Miss the units that a school of its kind should have: both stages in a nine-year school."""
    if not tables.has("schools", "units"):
        return
    schools, units = tables.frames["schools"], tables.frames["units"]
    if units["stage"].isna().any() or not units["school"].isin(schools["school"]).all():
        return  # a unit whose stage or school cannot be read may be the one that is missed
    stages: dict[Any, set[Any]] = {}
    for school, stage in _pairs(units):
        stages.setdefault(school, set()).add(stage)
    for i, (school, kind) in enumerate(zip(schools["school"], schools["kind"], strict=True)):
        need = STAGES_OF_KIND.get(kind, (frozenset(), frozenset()))[1] - stages.get(school, set())
        if need:
            yield Issue(
                "district.cross.school_lacks_stage",
                tables.files["schools"],
                row=str(tables.labels["schools"][i]),
                column="kind",
                value=str(school),
                level="warning",
                mend="district.mend.add_unit_units_correct_kind",
                kind=kind,
                stages=tuple(Text(f"base.stage.{stage}") for stage in sorted(need)),
            )


def _pairs(units: pd.DataFrame) -> list[tuple[Any, Any]]:
    return list(zip(units["school"], units["stage"], strict=True))


def class_grades_fit_stage(tables: Loaded) -> Iterator[Issue]:
    """Classes of a unit are of the grades of its stage: 1–6 in a primary unit, 7–9 in a junior one where district.yaml names no others."""
    if not tables.has("classes", "units"):
        return
    classes, labels = tables.frames["classes"], tables.labels["classes"]
    stage, grades = classes["unit"].map(_stage_of(tables)), tables.grades
    low = stage.map({s: g[0] for s, g in grades.items()}).astype("float64")
    high = stage.map({s: g[-1] for s, g in grades.items()}).astype("float64")
    wrong = (classes["grade"] < low) | (classes["grade"] > high)
    yield from problems_at(
        wrong.to_numpy(dtype=bool),
        labels,
        lambda i: Issue(
            "district.cross.grade_does_not_belong_stage",
            tables.files["classes"],
            row=str(labels[i]),
            column="grade",
            value=f"{classes['unit'].iloc[i]} {grade_name(classes['grade'].iloc[i])}",
            grades=grades.told,
            stage=Text(f"base.stage.{stage.iloc[i]}"),
        ),
    )


def _stage_of(tables: Loaded) -> dict[str, str]:
    units = tables.frames["units"].dropna(subset=["unit", "stage"])
    return dict(zip(units["unit"], units["stage"], strict=True))


def current_units_fit_stage(tables: Loaded) -> Iterator[Issue]:
    """Today's catchments name units of the right stage that take pupils by catchment."""
    if not tables.has("zones", "units"):
        return
    stage_of = _stage_of(tables)
    units = tables.frames["units"]
    admission = dict(zip(units["unit"], units["admission"], strict=True))
    zones, labels = tables.frames["zones"], tables.labels["zones"]
    for stage, zh in STAGE_ZH.items():
        column = f"current_{stage}"
        named = zones[column].fillna("")
        wrong = named.map(lambda v, s=stage: any(stage_of.get(u, s) != s for u in v.split(";")))
        yield from problems_at(
            wrong.to_numpy(dtype=bool),
            labels,
            lambda i, stage=stage, zh=zh, column=column, named=named: Issue(  # type: ignore[misc]
                "district.cross.not_unit",
                tables.files["zones"],
                row=str(labels[i]),
                column=column,
                value=named.iloc[i],
                stage=Both(stage, zh),
            ),
        )
        used = {u for v in named.unique() for u in v.split(";")}
        if odd := sorted(u for u in used if admission.get(u, "catchment") != "catchment"):
            yield Issue(
                "district.cross.units_named_do_not_take",
                tables.files["zones"],
                column=column,
                level="warning",
                count=len(odd),
                header=column,
                listed=listed(odd),
            )


def resources_fit_units(tables: Loaded) -> Iterator[Issue]:
    """Resources of a stage belong to a school that has a unit of this stage."""
    if not tables.has("resources", "units"):
        return
    resources, labels = tables.frames["resources"], tables.labels["resources"]
    have = set(_pairs(tables.frames["units"]))
    # of units whose stage cannot be read, that alone is told
    unclear = tables.frames["units"].loc[tables.frames["units"]["stage"].isna(), "school"]
    own = (resources["stage"].isin(list(STAGES)) & ~resources["school"].isin(unclear)).to_numpy()
    known = resources["school"].isin(tables.frames["units"]["school"]).to_numpy()
    lost = np.array([pair not in have for pair in _pairs(resources)], dtype=bool)
    yield from problems_at(
        own & known & lost,
        labels,
        lambda i: Issue(
            "district.cross.school_no_unit_stage",
            tables.files["resources"],
            row=str(labels[i]),
            column="stage",
            value=f"{resources['school'].iloc[i]} {resources['stage'].iloc[i]}",
        ),
    )


def migrants_within_pupils(tables: Loaded) -> Iterator[Issue]:
    """Migrant children are part of the pupils of a row."""
    rows, labels = tables.frames["zone_pupils"], tables.labels["zone_pupils"]
    wrong = (rows["migrant"] > rows["pupils"]).to_numpy(dtype=bool)
    yield from problems_at(
        wrong,
        labels,
        lambda i: Issue(
            "district.cross.more_migrant_children_than_pupils",
            tables.files["zone_pupils"],
            row=str(labels[i]),
            column="migrant",
            value=f"{rows['migrant'].iloc[i]:g}",
            pupils=rows["pupils"].iloc[i],
        ),
    )


def base_year_present(tables: Loaded) -> Iterator[Issue]:
    """Pupils (error) and classes (warning) of the base year exist."""
    if tables.info is None:
        return
    year = tables.info.base_year
    for name, level in (("zone_pupils", "error"), ("classes", "warning")):
        if tables.has(name) and not (tables.frames[name]["year"] == year).any():
            years = listed(sorted(int(y) for y in tables.frames[name]["year"].dropna().unique()))
            yield Issue(
                "district.cross.no_rows_base_year",
                tables.files[name],
                column="year",
                level=level,
                year=year,
                years=years,
            )


def pupils_sum(tables: Loaded) -> Iterator[Issue]:
    """Pupils who live in zones and pupils in classes of zoned or county-wide units agree, grade by grade."""
    if not tables.has("zone_pupils", "classes", "units") or tables.info is None:
        return
    year, units = tables.info.base_year, tables.frames["units"]
    counted = units.loc[units["admission"].isin(["catchment", "county"]), "unit"]
    living, sitting = tables.frames["zone_pupils"], tables.frames["classes"]
    sitting = sitting[(sitting["year"] == year) & sitting["unit"].isin(counted)]
    lives = living[living["year"] == year].groupby("grade")["pupils"].sum()
    sits = sitting.groupby("grade")["pupils"].sum()
    if not len(lives) or not len(sits):
        return
    both = pd.DataFrame({"zones": lives, "classes": sits}).fillna(0)
    off = both[(both["zones"] - both["classes"]).abs() > PUPIL_TOLERANCE * both.max(axis=1)]
    if off.empty:
        return
    share = (off["zones"] - off["classes"]).abs() / off.max(axis=1)
    worst = off.iloc[int(np.argmax(share))]
    yield Issue(
        f"district.cross.{'grade' if len(off) == 1 else 'grades'}_pupils_live_zones_sit",
        f"{tables.files['zone_pupils']} / {tables.files['classes']}",
        column="pupils",
        level="warning",
        grade=grade_name(off.index[int(np.argmax(share))]),
        grades=grade_names(off.index),
        year=year,
        zones=worst["zones"],
        classes=worst["classes"],
        share=share.max(),
        all_zones=off["zones"].sum(),
        all_classes=off["classes"].sum(),
    )


def zones_have_pupils(tables: Loaded) -> Iterator[Issue]:
    """Zones without any pupil in the base year are named."""
    if not tables.has("zones", "zone_pupils") or tables.info is None:
        return
    rows = tables.frames["zone_pupils"]
    living = rows[(rows["year"] == tables.info.base_year) & (rows["pupils"] > 0)]["zone"]
    zones = tables.frames["zones"]["zone"].dropna()
    empty = zones[~zones.isin(living)]
    if len(empty):
        yield Issue(
            "district.cross.zones_no_pupils",
            tables.files["zones"],
            column="zone",
            level="warning",
            count=len(empty),
            count2=len(zones),
            base_year=tables.info.base_year,
            listed=listed(empty),
        )


def catchments_have_zones(tables: Loaded) -> Iterator[Issue]:
    """Every unit that takes pupils by catchment is named by a zone, where today's catchments are known."""
    if not tables.has("zones", "units"):
        return
    units, zones = tables.frames["units"], tables.frames["zones"]
    for stage, zh in STAGE_ZH.items():
        named = {u for v in zones[f"current_{stage}"].dropna().unique() for u in v.split(";")}
        own = units[(units["stage"] == stage) & (units["admission"] == "catchment")]
        alone = own[~own["unit"].isin(named)]
        if named and len(alone):
            yield Issue(
                "district.cross.units_no_zone_their_catchment",
                tables.files["units"],
                column="unit",
                level="warning",
                count=len(alone),
                stage=Both(stage, zh),
                listed=listed(_school_names(tables, alone)),
            )


def _school_names(tables: Loaded, units: pd.DataFrame) -> list[str]:
    """Return the names of the schools of units of one stage; the id of the unit where a school has no name, and beside names that several have."""
    if not tables.has("schools"):
        return units["unit"].astype(str).tolist()
    schools = tables.frames["schools"].drop_duplicates("school")
    names = units["school"].map(dict(zip(schools["school"], schools["name"], strict=True)))
    count = schools["name"].value_counts()
    return [
        str(unit) if not isinstance(name, str) else name if count[name] == 1 else f"{name} ({unit})"
        for unit, name in zip(units["unit"], names, strict=True)
    ]
