"""Divide a batch into units: one county under one scenario, named by all that decides its result."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from planning.batch.plan import BatchPlan
from planning.errors import Issue, ScenarioError
from planning.runs import input_hashes
from planning.scenario import Scenario, read_scenario
from planning.scenario.settings import digest_of
from planning.version import __version__

_KEY_LENGTH = 20


@dataclass(frozen=True)
class Unit:
    """One county under one scenario.

    Parameters
    ----------
    key : str
        Hash of the files of the county, the resolved scenario and the version of the program: equal keys, equal results.
    county : str
        Folder or workbook, absolute.
    scenario : str
        Name of the scenario.
    settings : tuple of (str, str)
        The varied keys and their values.
    size : int
        Bytes of the county's files times the years of the plan: large units are begun first.
    data : str
        The resolved scenario as JSON.
    """

    key: str
    county: str
    scenario: str
    settings: tuple[tuple[str, str], ...]
    size: int
    data: str

    def as_record(self) -> dict[str, Any]:
        """Return the unit as plain data for the list of the batch."""
        return asdict(self)


def units_of(plan: BatchPlan) -> tuple[Unit, ...]:
    """Return every unit of a plan, largest first.

    Parameters
    ----------
    plan : BatchPlan
        Counties, scenarios and what varies.

    Raises
    ------
    ScenarioError
        What is wrong with any scenario or value, all at once; a county that is wrong is told when its unit is carried out.
    """
    wrong: list[Issue] = []
    made: list[Unit] = []
    for county in plan.counties:
        hashes = input_hashes(county)
        weight = sum(p.stat().st_size for p in _files(county))
        for name, values in itertools.product(plan.scenarios, itertools.product(*plan.vary.values())):
            settings = tuple(zip(plan.vary, values, strict=True))
            try:
                scenario = _scenario(name, county, plan.sets, settings)
            except ScenarioError as error:
                wrong += [p for p in error.problems if p not in wrong]
                continue
            made.append(_unit(county, scenario, settings, hashes, weight))
    if wrong:
        raise ScenarioError(wrong)
    return tuple(sorted(made, key=lambda unit: (-unit.size, unit.key, unit.county)))


def _scenario(name: str, county: Path, sets: Sequence[str], settings: Sequence[tuple[str, str]]) -> Scenario:
    told = [*sets, *(f"{k}={v}" for k, v in settings), f"district={json.dumps(str(county.resolve()))}"]
    return read_scenario(name, told, allow_outside=True)


def _unit(
    county: Path,
    scenario: Scenario,
    settings: tuple[tuple[str, str], ...],
    hashes: dict[str, str],
    weight: int,
) -> Unit:
    data = scenario.as_data()
    # the place of the county decides nothing: its files do
    decided = {"scenario": digest_of({**data, "district": ""}), "inputs": hashes, "program": __version__}
    key = hashlib.sha256(json.dumps(decided, sort_keys=True).encode()).hexdigest()[:_KEY_LENGTH]
    years = int(getattr(scenario, "horizon", 1) or 1)
    text = json.dumps(data, ensure_ascii=False, sort_keys=True)
    return Unit(key, str(county.resolve()), scenario.name, settings, weight * years, text)


def _files(county: Path) -> list[Path]:
    if county.is_file():
        return [county]
    return [p for p in county.iterdir() if p.is_file() and p.name[0] != "."]
