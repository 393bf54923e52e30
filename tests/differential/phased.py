"""Try a plan in phases: every phase against the exact model of its years, given the phase before."""

from __future__ import annotations

import dataclasses
import time
from pathlib import Path

import yaml

from planning.district import write_district
from planning.errors import InfeasibleError, ScenarioError
from planning.phases import run_phases
from planning.runs import Run
from tests.differential.county import Case
from tests.differential.facts import Facts
from tests.differential.judge import Verdict, judged, refusal_of


def tried_in_phases(case: Case, folder: Path) -> list[Verdict]:
    """Run a county in phases and judge the one map over all years and every phase."""
    write_district(case.district, folder / "county")
    setting = case.scenario.model_dump(mode="json", by_alias=True, exclude_unset=True) | {
        "district": str(folder / "county")
    }
    (folder / "phases.yaml").write_text(yaml.safe_dump(setting, allow_unicode=True), encoding="utf-8")
    started = time.perf_counter()
    try:
        found = run_phases(folder / "phases.yaml", out=folder / "run", allow_outside=True)
    except (InfeasibleError, ScenarioError) as error:
        whole = dataclasses.replace(case, scenario=case.scenario.model_copy(update={"phases": ()}))
        seconds = time.perf_counter() - started
        return [judged(whole, Facts(whole), None, refusal_of(error), folder / "none", seconds)]
    seconds = (time.perf_counter() - started) / (1 + len(found.runs))
    verdicts = [_judged(case, found.one_map, None, folder, seconds)]
    for n, run in enumerate(found.runs):
        verdicts.append(_judged(case, run, found.runs[n - 1] if n else None, folder, seconds))
    return verdicts


def _judged(case: Case, run: Run, before: Run | None, folder: Path, seconds: float) -> Verdict:
    part = dataclasses.replace(case, district=run.district, scenario=run.scenario)
    facts = Facts(part, before.layout if before else None)
    return judged(part, facts, run.layout, "", folder / "copy", seconds)
