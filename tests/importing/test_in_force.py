"""Columns of catchments in force, by the names of schools: one for both stages, one for each, and both that differ."""

from __future__ import annotations

import numpy as np
import pytest

from planning.district.cells.sheet import Sheet, text_frame
from planning.district.schema import TABLE
from planning.importing.values.names import look_up


def sheet(*rows: list[str]) -> Sheet:
    head, *body = rows
    labels = np.array([str(k) for k in range(2, len(body) + 2)], dtype=object)
    return Sheet("表.xlsx", head, text_frame(body, len(head)), labels)


def sheets(*cells: tuple[str, str]) -> dict[str, Sheet]:
    schools = [("S1", "一小"), ("S2", "二中"), ("S3", "三中")]
    return {
        "schools": sheet(["school", "name"], *([*s] for s in schools)),
        "units": sheet(
            ["unit", "school", "stage"],
            ["S1-P", "S1", "小学"],
            ["S2-J", "S2", "初中"],
            ["S3-J", "S3", "初中"],
        ),
        "zones": sheet(
            ["小区名称", "现学区", "现初中学区"], *([f"小区{k}", *c] for k, c in enumerate(cells))
        ),
    }


@pytest.mark.parametrize(
    ("both", "own", "told"),
    [
        ("一小、二中", "三中", True),
        ("二中", "三中", True),
        ("一小、二中", "二中", False),
        ("一小、二中", "S2", False),
        ("一小、二中", "", False),
        ("一小", "三中", False),
    ],
)
def test_two_columns_that_name_different_schools_of_one_stage_are_told(
    both: str, own: str, told: bool
) -> None:
    tables = sheets((both, own))
    found, problems = look_up(TABLE["zones"], tables, ["current_primary", "current_junior"])
    assert found.cells[2].tolist() == ["S3-J" if own == "三中" else "S2-J"]
    assert [p.code for p in problems] == (["importing.names.columns_disagree"] if told else [])
    if told:
        assert (problems[0].row, problems[0].value, problems[0].level) == ("2", "二中 / 三中", "warning")
        assert "现学区 and 现初中学区" in problems[0].message_en


def test_a_name_that_fits_several_schools_is_told_and_taken_as_the_list_has_it() -> None:
    tables = sheets(("县小", ""), ("县实小", ""))
    listed = [["S1", "利民县实验小学"], ["S4", "利民县县实小学"], ["S2", "二中"], ["S3", "三中"]]
    tables["schools"] = sheet(["school", "name"], *listed)
    tables["units"] = sheet(["unit", "school", "stage"], ["S1-P", "S1", "小学"], ["S4-P", "S4", "小学"])
    _, problems = look_up(TABLE["zones"], tables, ["current_primary"])
    several = [p for p in problems if p.code == "importing.names.several_fit_in_force"]
    assert [p.value for p in several] == ["县小", "县实小"]
    assert "利民县实验小学、利民县县实小学" in several[0].mend("zh")
    tables["zones"] = sheet(["小区名称", "现学区"], ["小区0", "利民县实验小学"])
    found, problems = look_up(TABLE["zones"], tables, ["current_primary"])
    assert (found.cells[1].tolist(), problems) == (["S1-P"], [])
