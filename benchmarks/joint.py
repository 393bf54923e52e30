"""Count the units that pass A1–A7 for the same money when zoning knows the resources and when it does not."""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd

from planning.district import read_district
from planning.indicators import figures_of_layout
from planning.resourcing import cheapest_by_unit, read_prices, resource_case
from planning.scenario import read_scenario
from planning.zoning import solve

MILLIONS = (0, 2, 5, 10, 20, 40)


def passing(mode: str, seconds: float) -> dict[str, object]:
    """Solve the plan's five projects with the rule ``resources`` in a mode and buy the cheapest units first."""
    settings = [f"resources.mode={mode}", f"solver.time_limit_s={seconds}"]
    scenario = read_scenario("scenarios/new-schools.yaml", settings)
    district, profile, prices = read_district(scenario.district), scenario.profile(), read_prices()
    layout = solve(district, scenario)
    figures = figures_of_layout(district, layout, profile)
    case = resource_case({figures.year: figures}, profile)
    cost = cheapest_by_unit(case, prices).sort_values().cumsum()
    counts = {f"{m} million yuan": int((cost <= m * 1e6 + 1e-6).sum()) for m in MILLIONS}
    summary = layout.summary
    return {
        "resources": mode, "units": len(case.units), **counts, "all, million yuan": round(cost.iloc[-1] / 1e6, 1),
        "seats short": summary["shortage_pupils"], "walk, m": round(summary["mean_distance_m"]["primary"]),
        "gap": f"{summary['gap']:.1%}",
    }  # fmt: skip


if __name__ == "__main__":
    limit = float(sys.argv[1]) if len(sys.argv) > 1 else 60.0
    table = pd.DataFrame([passing(mode, limit) for mode in ("off", "floors", "pass")])

    target = Path("benchmarks/results/joint.csv")
    target.parent.mkdir(exist_ok=True)
    table.to_csv(target, index=False)
    print(table.to_csv(index=False))
