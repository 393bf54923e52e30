"""Work out again the figures that stand in scorecard_figures.csv: loads, class bands, B4, B5, B13, seats short, walks.

Source: :data:`planning.standards.RECOUNTED` says which; 教督〔2017〕6号 (S:163, S:167, S:199), class bands of standards.md §3.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from planning.grades import Grades
from planning.messages import Text
from planning.standards import RECOUNTED
from planning.verify.earlier import of_nobody
from planning.verify.evidence import Evidence
from planning.verify.report import Check, Series, compare, rows_of, warn
from planning.verify.rules.school_size import limits

RULE = "figures"
FILE = "scorecard_figures.csv"
_BANDS = ("normal", "largish", "large", "super")


def check(evidence: Evidence) -> Iterator[Check]:
    """Yield the checks of this rule: one of every figure in the list."""
    folder = evidence.layout.path
    if folder is None:
        return  # a layout in memory has no scorecard yet
    if not (folder / FILE).is_file():
        yield warn(RULE, Text("verify.figures.figures_scorecard_run_earlier_version_not"), FILE)  # fmt: skip
        return
    table = pd.read_csv(folder / FILE, dtype={"figure": "str", "of": "str"}, encoding="utf-8-sig")
    said = table.set_index(["figure", "of"])["value"].astype(float)
    yield from against(evidence, said)


def against(evidence: Evidence, said: Series) -> Iterator[Check]:
    """Compare the figures of the last year with those the scorecard says, indexed ``figure, of``."""
    mine = recounted(evidence, max(evidence.years))
    names = said.index.get_level_values("figure")
    for figure in RECOUNTED:
        expected = mine[mine.index.get_level_values("figure") == figure.name].droplevel("figure")
        found = said[names == figure.name].droplevel("figure")
        if evidence.profile.capacity == "seats" and not len(expected) + len(found):
            continue  # a figure of classes, where nobody counts any
        if figure.name.startswith("nearby"):
            found, earlier = of_nobody(evidence, RULE, expected, found.rename_axis(figure.of), 1.0)
            yield from earlier
        yield from compare(
            RULE, figure.said, expected.rename_axis(figure.of), found.rename_axis(figure.of), tolerance=figure.tolerance
        )  # fmt: skip
    known = {figure.name for figure in RECOUNTED}
    for name in sorted(set(names) - known):
        yield Check.of(RULE, False, Text("verify.figures.figures_list"), "none", str(name), FILE)


def recounted(evidence: Evidence, year: int) -> Series:
    """Return every figure of the list in a year, indexed ``figure, of``; what is not known is left out."""
    units: Any = _units(evidence, year)
    rows = evidence.layout.units
    rows = rows[(rows["year"] == year) & rows["unit"].isin(units.index)]
    units = units[units.index.isin(rows["unit"])]
    found: dict[tuple[str, str], float] = {}
    for unit, mine in rows.groupby("unit"):
        about = units.loc[str(unit)]
        cap = evidence.profile.class_cap[str(about["stage"])]
        for name, value in _of_unit(evidence, mine, cap, int(about["rooms"]) * cap).items():
            if evidence.profile.capacity == "seats" and name not in ("pupils", "load", "seats_short"):
                continue  # no classes, so no bands
            found[name, str(unit)] = value
    total = rows.groupby("school")["pupils"].sum()
    limit = limits(evidence, year).reindex(total.index)
    found |= {
        ("oversize", str(s)): max(0.0, float(n - cap))
        for s, n, cap in zip(total.index, total, limit, strict=True)
    }
    found |= _nearby(units, rows, evidence.grades) | _walks(evidence)
    result: Series = pd.Series(found, dtype=float).rename_axis(["figure", "of"])
    return result.dropna()


def _units(evidence: Evidence, year: int) -> pd.DataFrame:
    """Return the units that stand in a year, special schools left out, with their rooms and what B13 asks of them."""
    district = evidence.district
    schools = district.schools.set_index("school")
    about = district.units.set_index("unit")[["school", "stage", "rooms", "admission"]].join(
        schools[["kind", "locale", "ownership", "boarding"]], on="school"
    )
    about = about[about["kind"] != "special"]
    new = [
        evidence.zoned.loc[u]
        for u in evidence.zoned.index
        if u not in about.index
        and evidence.built["year"].get(evidence.zoned.at[u, "project"], year + 1) <= year
    ]
    table = pd.concat([about, pd.DataFrame(new).assign(admission="catchment")] if new else [about])
    rooms = {str(unit): int(n) for unit, n in table["rooms"].items()}
    at: dict[tuple[str, str], str] = {}
    for unit, school, stage in zip(table.index, table["school"], table["stage"], strict=True):
        usual = unit == f"{school}-{'P' if stage == 'primary' else 'J'}"
        at[school, stage] = str(unit) if usual else at.get((school, stage), str(unit))
    for row in rows_of(evidence.built[evidence.built["year"] <= year]):
        target = at.get((row.school, row.stage))
        if row.kind != "closure" and target is not None:
            rooms[target] += int(row.rooms)
    table["rooms"] = pd.Series(rooms)
    return table


def _of_unit(evidence: Evidence, rows: pd.DataFrame, cap: int, capacity: int) -> dict[str, float]:
    found = dict.fromkeys(("pupils", "classes", *_BANDS, "over_cap", "unseated", "seats_short"), 0.0)
    bounds = [evidence.profile.class_bands[name] for name in _BANDS[:-1]]
    for pupils, classes in zip(rows["pupils"].astype(int), rows["classes"].astype(int), strict=True):
        found["pupils"] += pupils
        found["seats_short"] += max(0, pupils - classes * cap)
        if not pupils:
            continue
        found["classes"] += classes
        if not classes:  # no class at all: over every cap, once
            found["unseated"] += pupils
            found["over_cap"] += 1
            found["super"] += 1
        for k in range(classes):
            size = pupils // classes + (k < pupils % classes)
            found["over_cap"] += size > cap
            found[_BANDS[sum(size > bound for bound in bounds)]] += 1
    return found | ({"load": found["pupils"] / capacity} if capacity > 0 else {})


def _nearby(units: pd.DataFrame, rows: pd.DataFrame, grades: Grades) -> dict[tuple[str, str], float]:
    """Return own pupils ÷ pupils of urban and town public day schools that admit by catchment, where there are any."""
    counted = units[
        units["locale"].isin(["urban", "town"])
        & (units["ownership"] == "public")
        & ~units["boarding"].fillna(False).astype(bool)
        & (units["admission"] == "catchment")
    ]
    entry = [of_stage[0] for of_stage in grades.values()]
    found = {}
    for group in ("primary", "junior", "urban", "town"):
        column = "locale" if group in ("urban", "town") else "stage"
        mine = rows[rows["unit"].isin(counted.index[counted[column] == group])]
        for name, part in (("nearby_stock", mine), ("nearby_intake", mine[mine["grade"].isin(entry)])):
            pupils = float(part["pupils"].sum())
            if pupils:
                found[name, group] = float(part["own"].sum()) / pupils
    return found


def _walks(evidence: Evidence) -> dict[tuple[str, str], float]:
    found = {}
    table = evidence.layout.assignment.dropna(subset="distance_m")
    for stage, part in table.groupby("stage"):
        total = float(part["pupils"].sum())
        if total <= 0:
            continue
        near = part["distance_m"] <= evidence.profile.travel.service_radius_m[str(stage)]
        found["mean_distance_m", str(stage)] = float((part["pupils"] * part["distance_m"]).sum()) / total
        found["within_radius", str(stage)] = float(part.loc[near, "pupils"].sum()) / total
    return found
