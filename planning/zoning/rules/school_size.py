"""Keep every school within its size, over both stages of an integrated school.

    Σ_{u of s} Σ_g attending[u,g,t] ≤ limit[s] + oversize[s,t]

Source: B4, 教督〔2017〕6号; S:163, S:243: 2000 pupils, 2500 for nine- and twelve-year schools.
"""

from __future__ import annotations

import pulp

from planning.tables import cell
from planning.zoning.model import ZoningModel


def add(model: ZoningModel) -> None:
    """Add the variables, rows and prices of this rule."""
    problem = model.problem
    attending, years = model.family("attending"), len(problem.years)
    for school, rows in problem.units.groupby("school", sort=False).indices.items():
        elsewhere = problem.carried.loc[problem.carried["school"] == school, "pupils"].sum()
        limit = float(problem.units["school_limit"].iloc[rows].max() - elsewhere)
        for t in range(years):
            oversize = model.add("oversize", (school, t))
            pupils = [
                (attending[int(u), g, t], 1.0)
                for u in rows
                for g in problem.grades(str(cell(problem.units, "stage", u)))
            ]
            model.require(
                pulp.LpAffineExpression([*pupils, (oversize, -1.0)]) <= limit, f"school_size_{school}_{t}"
            )
            model.price(
                "oversize",
                [(oversize, model.violation_price("school_size", problem.scenario.prices.oversize) / years)],
            )
