"""Model, scorecard and verifier hold a school to one size limit, whatever is built and whatever it was."""

from __future__ import annotations

import numpy as np
import pytest

from planning.indicators import figures_of_layout
from planning.verify.evidence import Evidence
from planning.verify.rules.school_size import limits
from planning.zoning import build_problem
from planning.zoning.rules.school_size import limit_in
from tests.verify.test_figures import made

YEARS = (2021, 2022)


@pytest.mark.parametrize("seed", range(12))
def test_size_limits_agree(seed: int) -> None:
    district, layout, asked = made(seed, False)
    asked = asked.model_copy(
        update={
            "horizon": YEARS[-1], "demand": "register",
            "projects": asked.projects.model_copy(update={"fixed": "choose", "optional": "choose"}),
        }
    )  # fmt: skip
    problem = build_problem(district, asked)
    profile = asked.profile()
    evidence = Evidence(layout, district, asked, profile)
    opens = layout.projects.set_index("project")["year"].where(
        layout.projects.set_index("project")["built"].astype(bool)
    )
    of_school = problem.units.groupby("school", sort=False).indices
    for year in YEARS:
        built = [bool(opens.get(p, np.nan) <= year) for p in problem.projects["project"]]
        mine = {
            s: limit_in(problem, np.asarray(rows), lambda k, now=built: now[k])
            for s, rows in of_school.items()
        }
        theirs = limits(evidence, year)
        figures = figures_of_layout(district, layout, profile, year)
        judged = figures.units.groupby("school")["kind"].first().map(profile.school_limit)
        for school, limit in mine.items():
            assert limit == theirs[school], (school, year)
            if school in judged.index:
                assert limit == judged[school], (school, year)
