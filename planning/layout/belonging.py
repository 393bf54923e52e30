"""Say what the tables of a run refer to that its other tables, or its district, do not have."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from planning.arrays import BoolArray
from planning.district import District
from planning.district.cells.sheet import few, problems_at
from planning.errors import Issue
from planning.grades import grade_name
from planning.layout.frames import Layout
from planning.layout.schema import RUN_TABLE
from planning.messages import Both, Text


def contradictions(tables: Mapping[str, pd.DataFrame], path: Path) -> list[Issue]:
    """Return where tables of a run refer to zones and units that the others do not have, or to a unit of another stage.

    Parameters
    ----------
    tables : mapping
        Tables by name, indexed by the rows of their files.
    path : Path
        Folder of the run.
    """
    problems: list[Issue] = []
    for name, frame in tables.items():
        for column in RUN_TABLE[name].columns:
            if column.refers:
                table, _, key = column.refers.partition(".")
                wanted = Text("layout.belonging.in_table", file=f"{table}.csv", column=key)
                unknown = ~frame[column.name].isin(tables[table][key]).to_numpy()
                problems += _named(unknown, frame, column.name, path / f"{name}.csv", wanted)
    return problems or _stages(tables, path)


def foreign(layout: Layout, district: District, created: Collection[str] = ()) -> list[Issue]:
    """Return what a run names that its district does not have (zones, units, projects, grades), and what the run leaves out.

    Parameters
    ----------
    created : collection of str
        Units that the district's projects create.
    """
    named = Both(district.info.name, district.info.name_zh)
    units = layout.units.drop_duplicates("unit").set_index("unit")["stage"]
    grades = {(stage, grade) for stage, of_stage in district.grades.items() for grade in of_stage}
    known: dict[str, Collection[object]] = {
        "zone": set(district.zones["zone"]),
        "unit": {*district.units["unit"], *created},
        "project": set(district.projects["project"]),
        "year": set(_years(layout, district)),
        "grade": grades,
    }
    problems: list[Issue] = []
    for name, column, of in _REFERENCES:
        frame: pd.DataFrame = getattr(layout, name)
        cells = frame[column]
        if column == "grade":
            cells = pd.Series(list(zip(frame[of].map(units), cells, strict=True)), frame.index, dtype=object)
        unknown = np.array([cell not in known[column] for cell in cells], dtype=bool)
        if column in ("zone", "unit", "project"):
            unknown &= ~frame[column].duplicated().to_numpy()
        rows = frame.set_axis(pd.RangeIndex(2, len(frame) + 2))
        wanted = Text(f"layout.belonging.of_district.{column}", district=named)
        problems += _named(unknown, rows, column, _file(layout, name), wanted)
    return problems or _left_out(layout, district)


_REFERENCES = (
    ("assignment", "zone", ""),
    ("units", "unit", ""),
    ("units", "year", ""),
    ("units", "grade", "unit"),
    ("projects", "project", ""),
    ("overflow", "year", ""),
    ("overflow", "grade", "to_unit"),
    ("shared", "year", ""),
    ("shared", "grade", "unit"),
)
"""Table, column, and the column of the unit whose stage has the grade."""


def _file(layout: Layout, table: str) -> Path:
    return (layout.path or Path(layout.name)) / f"{table}.csv"


def _years(layout: Layout, district: District) -> range:
    """Return the school years that a run plans, as its scenario says."""
    first = int(layout.scenario.get("year") or district.info.base_year)
    return range(first, max(first, int(layout.scenario.get("horizon") or first)) + 1)


def _left_out(layout: Layout, district: District) -> list[Issue]:
    """Return the zones without a row in a stage that the run plans, and the years and grades without one of the units that have zones."""
    table, problems = layout.assignment, []
    for stage in layout.scenario.get("stages") or dict.fromkeys(table["stage"]):
        there = set(table.loc[table["stage"] == stage, "zone"])
        missing = [str(zone) for zone in district.zones["zone"] if zone not in there]
        problems += [Issue("layout.belonging.left_out", str(_file(layout, "assignment")), row=zone, value=str(stage)) for zone in missing]  # fmt: skip
    said = set(layout.units[["unit", "year", "grade"]].itertuples(index=False, name=None))
    for unit, stage in table[["unit", "stage"]].drop_duplicates().itertuples(index=False, name=None):
        for year in _years(layout, district):
            gone = tuple(grade_name(g) for g in district.grades[stage] if (unit, year, g) not in said)
            if gone:
                file = str(_file(layout, "units"))
                problems.append(
                    Issue("layout.belonging.grades_left_out", file, row=unit, value=str(year), grades=gone)
                )
    return few(problems)


def _stages(tables: Mapping[str, pd.DataFrame], path: Path) -> list[Issue]:
    """Return rows that say another stage of a unit than its first row in the table of units says."""
    units = tables["units"]
    stage_of = units.drop_duplicates("unit").set_index("unit")["stage"]
    problems: list[Issue] = []
    for name in ("assignment", "units"):
        frame = tables[name]
        other = frame["stage"].ne(frame["unit"].map(stage_of)).to_numpy()
        wanted = Text("layout.belonging.stage_of_unit", file="units.csv")
        problems += _named(other, frame, "stage", path / f"{name}.csv", wanted)
    return problems


def _named(wrong: BoolArray, frame: pd.DataFrame, column: str, file: Path, wanted: Text) -> list[Issue]:
    labels = frame.index.astype("str").to_numpy(dtype=object)
    cells = frame[column].astype("str").to_numpy(dtype=object)

    def said(i: int) -> Issue:
        return Issue(
            "layout.belonging.no_such",
            str(file),
            row=str(labels[i]),
            column=column,
            value=str(cells[i]),
            wanted=wanted,
        )

    return problems_at(wrong, labels, said)
