"""A scenario in phases is a unit like any other: its folder counts when it is whole, its row speaks of all phases."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from planning.batch import batch_counts, plan_of_counties, read_plan, run_batch, units_of
from planning.batch import work as work_module
from planning.batch.child import carried_out
from planning.district import write_district
from planning.errors import ScenarioError
from planning.phases import TABLE
from planning.verify import verify_run
from tests.batch.made import plan_for, province
from tests.zoning.county import project, small_county, with_projects

YEARS = {
    "name": "years", "district": "x", "year": 2020, "horizon": 2023, "demand": "register", "phases": [2022],
    "stages": ["primary"], "solver": {"time_limit_s": 20, "threads": 1},
}  # fmt: skip
NEW_SCHOOL = project("P1", "new", "D", 12, 1e7, (2, 0), open_year=2022, fixed=True)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a batch with a scenario in phases."""
    place = tmp_path_factory.mktemp("phases")
    write_district(with_projects(small_county(), NEW_SCHOOL), place / "county")
    (place / "years.yaml").write_text(json.dumps(YEARS), encoding="utf-8")

    def watched(_: object, job: Mapping[str, Any], *__: object) -> dict[str, str]:
        return {"status": carried_out(job)["status"], "zh": "", "en": ""}

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(work_module, "watched", watched)
        plan = plan_of_counties([place / "county"], [str(place / "years.yaml")])
        assert run_batch(plan, out=place / "out", workers=1).complete
    return place / "out"


def row_of(home: Path) -> pd.Series:
    (row,) = pd.read_csv(home / "province.csv", encoding="utf-8-sig").iloc
    return row


def test_a_row_speaks_of_all_phases_and_leads_to_the_last(made: Path) -> None:
    row = row_of(made)
    assert (row["status"], row["years"]) == ("done", "2020–2023")
    assert row["run"].endswith("/2022")
    assert (made / row["run"] / "map.html").is_file()
    assert f"{row['run']}/map.html" in (made / "province.html").read_text(encoding="utf-8")
    assert row["cost_yuan"] == 1e7
    # 20 pupils in six grades of six zones, in the last year alone, as indicators and targets are
    assert row["pupils_primary"] == 720
    phases = pd.read_csv((made / row["run"]).parent / TABLE, encoding="utf-8-sig")
    assert row["moved_pupils"] == phases["moved_pupils"].sum()
    assert 0 <= row["gap"] <= phases["gap"].max()
    assert verify_run(made / row["run"]).failures == ()


def test_a_plan_in_phases_that_was_killed_half_way_is_open(made: Path) -> None:
    table = (made / row_of(made)["run"]).parent / TABLE
    text = table.read_bytes()
    table.unlink()
    assert batch_counts(made).open == 1
    table.write_bytes(text)
    assert batch_counts(made).open == 0


def test_short_names_vary_and_a_budget_that_buys_nothing_is_told(tmp_path: Path) -> None:
    place = province(tmp_path)
    text = "counties: [counties/a]\nscenarios: [one.yaml]\nvary: {budget: [1000, 2000]}\n"
    (place / "plan.yaml").write_text(text, encoding="utf-8")
    assert set(read_plan(place / "plan.yaml").vary) == {"projects.budget_yuan"}
    with pytest.raises(ScenarioError, match="budget") as raised:
        units_of(read_plan(place / "plan.yaml"))
    assert [p.column for p in raised.value.problems] == ["projects.optional"]
    assert len(units_of(plan_for(place, "a", vary={"solver.seed": ("1", "2")}))) == 2
