"""A run's tables are read by their schema: what no run writes is refused with its place, whoever reads it."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planning.district.schema import Column, Table
from planning.errors import Issue, LayoutError, PlanningError
from planning.layout import foreign, load_layout, save_tables
from planning.layout.reading import read_table
from planning.layout.schema import RUN_TABLE
from planning.verify.evidence import Evidence
from planning.verify.run import verify_evidence
from planning.zoning.build.units import units_of_projects
from tests.differential.county import Case
from tests.editing.made import plan

SAMPLE = {
    "overflow": "2020,1,{unit},{unit},3,10.0",
    "projects": "P1,扩建,expansion,A,primary,True,2020,2,1000000.0",
    "shared": "{zone},{unit},2020,1,20",
    "neighbours": "{zone},{zone}",
}
"""A row of every table as a run writes it, where the run at hand has none."""
EVERY = [(table, column) for table in RUN_TABLE.values() for column in table.columns]


def rows_of(folder: Path, table: str) -> list[list[str]]:
    with (folder / f"{table}.csv").open(encoding="utf-8-sig", newline="") as text:
        return list(csv.reader(text))


def write(folder: Path, table: str, rows: list[list[str]]) -> None:
    with (folder / f"{table}.csv").open("w", encoding="utf-8-sig", newline="") as text:
        csv.writer(text, lineterminator="\n").writerows(rows)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run folder whose tables all hold a row."""
    folder = tmp_path_factory.mktemp("run")
    save_tables(plan("shared", 0)[2], folder)
    rows = {table: rows_of(folder, table) for table in RUN_TABLE}
    unit, zone = (rows[table][1][0] for table in ("units", "assignment"))
    for table, whole in rows.items():
        if len(whole) == 1:
            write(folder, table, [*whole, SAMPLE[table].format(unit=unit, zone=zone).split(",")])
    load_layout(folder)
    return folder


@pytest.fixture
def run(sound: Path, tmp_path: Path) -> Path:
    return shutil.copytree(sound, tmp_path / "run")


def said(problems: Sequence[Issue]) -> Sequence[Issue]:
    """Return problems, each of which has words and a mend in every language."""
    assert all(p.text(lang) and p.mend(lang) for p in problems for lang in ("en", "zh", "zh-Hant"))
    return problems


def wrong(folder: Path, table: str) -> Sequence[Issue]:
    """Return what is wrong with one table by itself."""
    return said(read_table(folder / f"{table}.csv", RUN_TABLE[table])[1])


def refused(folder: Path) -> Sequence[Issue]:
    """Return what is wrong with a run that is refused."""
    with pytest.raises(LayoutError) as error:
        load_layout(folder)
    return said(error.value.problems)


def created(case: Case) -> list[str]:
    return [unit for unit, *_ in units_of_projects(case.district)]


def impossible(column: Column) -> list[str]:
    """Return cells that a column of this kind cannot hold."""
    if column.kind == "bool":
        return ["", "yes", "NaN"]
    if column.kind == "choice":
        return ["", "senior", "小学"]
    if column.kind == "text":
        return [""] if column.required else []
    cells = ["-5", "1e300", "NaN", "inf", "-0.5", "many", "５人"]
    return cells + ["2025.5"] * (column.kind == "int") + [""] * column.required


@pytest.mark.parametrize(("table", "column"), EVERY, ids=lambda each: each.name)
def test_a_cell_that_no_run_writes_is_named(run: Path, table: Table, column: Column) -> None:
    whole = rows_of(run, table.name)
    at = whole[0].index(column.name)
    for value in impossible(column):
        rows = [list(row) for row in whole]
        rows[1][at] = value
        write(run, table.name, rows)
        (problem,) = wrong(run, table.name)
        place = (Path(problem.file).name, problem.row, problem.column, problem.value)
        assert place == (f"{table.name}.csv", "2", column.name, value)


@pytest.mark.parametrize(
    ("table", "column"), [(t, c) for t, c in EVERY if c.refers], ids=lambda each: each.name
)
def test_what_another_table_does_not_have_is_named(run: Path, table: Table, column: Column) -> None:
    rows = rows_of(run, table.name)
    rows[1][rows[0].index(column.name)] = "nobody"
    write(run, table.name, rows)
    assert ("2", column.name, "nobody") in {(p.row, p.column, p.value) for p in refused(run)}


@pytest.mark.parametrize("table", RUN_TABLE.values(), ids=lambda each: each.name)
def test_columns_and_rows_that_are_gone_too_many_or_said_twice_are_named(run: Path, table: Table) -> None:
    whole = rows_of(run, table.name)
    for i, name in enumerate(whole[0]):
        write(run, table.name, [row[:i] + row[i + 1 :] for row in whole])
        if name == "share":  # runs of earlier versions have none
            assert (load_layout(run).assignment["share"] == 1).all()
        else:
            assert [p.column for p in wrong(run, table.name)] == [name]
    write(run, table.name, [[*row, row[0]] for row in whole])
    assert [p.column for p in wrong(run, table.name)] == [whole[0][0]]
    write(run, table.name, [*whole, whole[1]])
    (twice,) = wrong(run, table.name)
    assert (twice.row, twice.column) == (str(len(whole) + 1), ", ".join(table.key))
    write(run, table.name, [whole[0], [*whole[1], "more"], whole[1][:-1], *whole[2:]])
    assert [p.row for p in wrong(run, table.name)] == ["2", "3"]
    write(run, table.name, whole[:1])
    if table.required:
        assert "no rows" in "".join(p.text("en") for p in wrong(run, table.name))


def test_everything_that_is_wrong_is_said_at_once(run: Path) -> None:
    for table, column, value in (
        ("units", "pupils", "-5"),
        ("assignment", "share", "3"),
        ("shared", "year", "1"),
    ):
        rows = rows_of(run, table)
        rows[1][rows[0].index(column)] = value
        write(run, table, rows)
    assert {(Path(p.file).stem, p.column) for p in refused(run)} == {
        ("units", "pupils"), ("assignment", "share"), ("shared", "year"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("assignment", "zone", "nobody"),
        ("units", "unit", "nobody"),
        ("projects", "project", "nobody"),
        ("units", "year", 2070),
        ("units", "grade", 12),
    ],
)
def test_what_the_district_does_not_have_is_named(table: str, column: str, value: object) -> None:
    case, _, layout = plan("budget", 0)
    assert foreign(layout, case.district, created(case)) == []
    frame = getattr(layout, table).copy()
    frame.loc[frame.index[-1], column] = value
    found = said(foreign(replace(layout, **{table: frame}), case.district, created(case)))
    assert [(p.row, p.column, p.value) for p in found] == [(str(len(frame) + 1), column, str(value))]


def test_a_zone_that_the_run_leaves_out_is_named() -> None:
    case, _, layout = plan("budget", 0)
    zone, stage = layout.assignment[["zone", "stage"]].iloc[0]
    rest = layout.assignment[layout.assignment["zone"].ne(zone) | layout.assignment["stage"].ne(stage)]
    found = said(foreign(replace(layout, assignment=rest), case.district, created(case)))
    assert [(p.row, p.value) for p in found] == [(zone, stage)]


def test_a_grade_that_the_run_leaves_out_is_named() -> None:
    case, _, layout = plan("budget", 0)
    unit, year, grade = layout.units.loc[
        layout.units["unit"] == layout.assignment["unit"].iat[0], ["unit", "year", "grade"]
    ].iloc[0]
    gone = layout.units[["unit", "year", "grade"]].eq([unit, year, grade]).all(axis=1)
    (found,) = said(foreign(replace(layout, units=layout.units[~gone]), case.district, created(case)))
    assert (found.row, found.value) == (unit, str(year))
    assert f"grade {grade}" in found.text("en")


def test_verification_says_no_error_of_the_machine() -> None:
    """A plan that cannot be recomputed is said to be so."""
    case, _, layout = plan("budget", 0)
    units = layout.units[layout.units["grade"] != 3].drop(columns="oversize")
    broken = replace(layout, units=units)
    report = verify_evidence(Evidence(broken, case.district, case.scenario, case.scenario.profile()))
    assert "they cannot be recomputed" in report.text("en")
    assert "Error" not in report.text("en") + report.text("zh")


CELLS = st.sampled_from(
    (
        "",
        "0",
        "1",
        "-1",
        "0.5",
        "2020",
        "2021",
        "1e9",
        "1e10",
        "nan",
        "True",
        "primary",
        "junior",
        "A-P",
        "B-P",
        "C-J",
        "Z1",
        "'=1",
        "甲",
    )
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_cells_are_read_or_refused(sound: Path, tmp_path: Path, data: st.DataObject) -> None:
    """Whatever a hand may write: the layout that comes of it keeps the schema's types, and saves and reads back the same."""
    run = tmp_path / "run"
    shutil.rmtree(run, ignore_errors=True)
    shutil.copytree(sound, run)
    for _ in range(data.draw(st.integers(1, 3))):
        table = data.draw(st.sampled_from(list(RUN_TABLE)))
        rows = rows_of(run, table)
        row = data.draw(st.integers(0, len(rows) - 1))
        rows[row][data.draw(st.integers(0, len(rows[0]) - 1))] = data.draw(CELLS)
        write(run, table, rows)
    try:
        layout = load_layout(run)
    except PlanningError:
        return
    for name, table in RUN_TABLE.items():
        frame: Any = getattr(layout, name)
        for column in table.columns:
            if column.kind in ("int", "number") and len(frame):
                values = pd.to_numeric(frame[column.name]).dropna()
                assert values.between(column.minimum or 0, column.maximum or 1e18).all()
    again = run.parent / "again"
    shutil.rmtree(again, ignore_errors=True)
    again.mkdir()
    save_tables(layout, again)
    assert load_layout(again) == layout


@pytest.mark.parametrize("kind", ["short", "nine_year", "shared", "stay", "budget", "closures"])
def test_what_runs_write_is_read(kind: str, tmp_path: Path) -> None:
    layout = plan(kind, 0)[2]
    save_tables(layout, tmp_path)
    assert load_layout(tmp_path) == layout
