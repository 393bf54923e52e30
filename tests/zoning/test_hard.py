"""Hard rules: kept whatever else it costs, counted as the standard counts, and called impossible only where that is proven."""

from __future__ import annotations

import pytest

from planning.errors import InfeasibleError
from planning.layout import save_tables
from planning.verify.evidence import Evidence
from planning.verify.run import verify_evidence
from planning.zoning import solve
from tests.zoning.county import project, scenario, small_county, with_projects

QUICK = {"time_limit_s": 10}


def test_a_hard_rule_is_kept_however_dear_its_project_is() -> None:
    dear = project("P1", "expansion", "A", 12, 1e12, (0, 0))
    county = with_projects(small_county(rooms=(6, 6, 9)), dear)
    settings = {"stages": ["primary"], "projects": {"optional": "choose"}, "solver": QUICK}
    assert not solve(county, scenario(**settings)).projects["built"].any()
    layout = solve(county, scenario(**settings, hard=["class_size"]))
    assert layout.projects["built"].any()
    assert layout.units["shortage"].sum() == 0


def test_a_conflict_of_a_hard_rule_with_budgets_is_proven() -> None:
    dear = project("P1", "expansion", "A", 12, 100e6, (0, 0))
    county = with_projects(small_county(rooms=(6, 6, 9)), dear)
    projects = {"optional": "choose", "budget_yuan": 60e6}
    with pytest.raises(InfeasibleError, match="proven impossible"):
        solve(
            county,
            scenario(stages=["primary"], projects=projects, hard=["class_size"], solver=QUICK),
        )


def test_pupils_whom_a_town_school_takes_in_count_as_outside(tmp_path) -> None:
    county = small_county(rooms=(6, 18, 9))
    county.schools.loc[county.schools["school"] == "A", "locale"] = "rural"
    plan = scenario(stages=["primary"], catchments="current", solver=QUICK)
    layout = solve(county, plan)
    taken = int(layout.overflow["pupils"].sum())
    assert taken > 0
    b = layout.units[layout.units["unit"] == "B-P"]
    assert layout.summary["nearby_ratio"]["primary"] == pytest.approx(1 - taken / b["pupils"].sum(), abs=1e-6)
    assert layout.summary["objective_parts"]["nearby"] == pytest.approx(8.0 * taken)
    save_tables(layout, tmp_path)
    failures = verify_evidence(Evidence(layout, county, plan, plan.profile())).failures
    assert [c.what for c in failures if c.rule in ("objective", "nearby")] == []
