"""Divide a batch into units: one county under one scenario, named by all that decides its result."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeAlias

from planning.batch.plan import DISTRICT, BatchPlan, is_bare
from planning.district.info import read_info
from planning.errors import Issue, PlanningError, ScenarioError
from planning.messages import user_language
from planning.messages.catalogue import is_chinese
from planning.runs import input_hashes
from planning.scenario import Scenario, read_scenario, scenario_from_data
from planning.scenario.settings import digest_of
from planning.sweep import useless_budget
from planning.version import __version__

_KEY_LENGTH = 20
_SHOWN = 60
Identity: TypeAlias = tuple[str, str, tuple[tuple[str, str], ...]]
"""What a person tells units apart by: county, scenario, values of what varies."""


@dataclass(frozen=True)
class Unit:
    """One county under one scenario.

    Parameters
    ----------
    key : str
        Hash of the files of the county, the resolved scenario, its standards, the layout it begins from and the version of the
        program: equal keys, equal results.
    county : str
        Folder or workbook, absolute.
    scenario : str
        Name of the scenario.
    settings : tuple of (str, str)
        The varied keys and their values.
    size : int
        Bytes of the county's files times the years to be solved: large units are begun first.
    data : str
        The resolved scenario as JSON.
    """

    key: str
    county: str
    scenario: str
    settings: tuple[tuple[str, str], ...]
    size: int
    data: str

    @property
    def identity(self) -> Identity:
        """County, scenario and values of what varies: one unit of a plan each."""
        return self.county, self.scenario, self.settings

    @property
    def title(self) -> str:
        """What a person calls it: the county's name (and its folder), the scenario's title, values of what varies."""
        county, scenario = Path(self.county), json.loads(self.data)
        names, chinese = county_names(county), is_chinese(user_language())
        name = names[0 if chinese else 1]
        if county.stem not in (DISTRICT, *names):
            name = f"{name}（{county.stem}）" if chinese else f"{name} ({county.stem})"
        told = scenario.get("title_zh" if chinese else "title") or scenario.get("title") or self.scenario
        return " · ".join([name, str(told), *(f"{k}={v}" for k, v in self.settings)])

    def as_record(self) -> dict[str, Any]:
        """Return the unit as plain data for the list of the batch."""
        return asdict(self)


def county_names(county: Path) -> tuple[str, str]:
    """Return the names of a county in Chinese and English; those of its folder where it has no readable ones."""
    file = county / "district.yaml"
    try:
        info = read_info(file)[0] if file.is_file() else None
    except OSError:
        info = None
    if info is not None:
        return info.name_zh, info.name or info.name_zh
    name = county.parent.name if county.name == DISTRICT else county.stem
    return name, name


def units_of(plan: BatchPlan) -> tuple[Unit, ...]:
    """Return every unit of a plan, largest first.

    Parameters
    ----------
    plan : BatchPlan
        Counties, scenarios and what varies; each is taken once, however often it is named.

    Raises
    ------
    ScenarioError
        What is wrong with any scenario or value, all at once; a county that is wrong is told when its unit is carried out.
    """
    wrong: list[Issue] = []
    made: dict[Identity, Unit] = {}
    scenarios: dict[str, list[Scenario]] = {name: [] for name in plan.scenarios}
    for county in plan.counties:
        inputs, weight = _inputs(county)
        for name, values in itertools.product(plan.scenarios, itertools.product(*plan.vary.values())):
            settings = tuple(zip(plan.vary, values, strict=True))
            try:
                scenario = _scenario(name, county, plan.sets, settings)
                unit = _unit(county, scenario, settings, inputs, weight)
            except PlanningError as error:
                wrong += [p for p in error.problems if p not in wrong]
                continue
            made.setdefault(unit.identity, unit)
            scenarios[name].append(scenario)
    wrong += [p for p in (useless_budget(n, plan.vary, s) for n, s in scenarios.items() if s) if p]
    if not made and not wrong and not plan.stores:
        wrong.append(Issue("batch.plan.nothing_to_do", plan.name, column="vary"))
    if wrong:
        raise ScenarioError(wrong)
    return _largest_first(made.values())


def units_as_now(units: Sequence[Unit]) -> tuple[Unit, ...]:
    """Return the units of a list with the keys that their counties' files ask for now.

    The resolved scenarios are those of the list, so that a batch goes on although a scenario file changed or is gone. A county
    that is gone keeps its keys: its results stay, and what is open of it is reported.
    """
    found: dict[str, tuple[dict[str, str], int]] = {}
    now = []
    for unit in units:
        if unit.county not in found:
            found[unit.county] = _inputs(Path(unit.county))
        inputs, weight = found[unit.county]
        scenario = scenario_from_data(json.loads(unit.data), unit.scenario)
        county = Path(unit.county)
        now.append(_unit(county, scenario, unit.settings, inputs, weight) if inputs else unit)
    return _largest_first(now)


def _largest_first(units: Iterable[Unit]) -> tuple[Unit, ...]:
    return tuple(sorted(units, key=lambda unit: (-unit.size, unit.key, unit.county)))


def _scenario(name: str, county: Path, sets: Sequence[str], settings: Sequence[tuple[str, str]]) -> Scenario:
    there = county.exists()  # not yet, or no longer: its unit tells
    place = str(county.resolve())
    told = [
        *sets,
        *(f"{k}={v}" for k, v in settings),
        f"district={json.dumps(place if there else str(Path.cwd()))}",
    ]
    own = county.parent / "scenarios" / f"{name}.yaml"  # as `planning start` writes it
    file = own if is_bare(name) and county.name == DISTRICT and own.is_file() else name
    try:
        scenario = read_scenario(file, told, allow_outside=True)
        return scenario if there else scenario.model_copy(update={"district": place})
    except OSError as error:  # a name that is too long for any file
        raise ScenarioError(
            [Issue("batch.plan.cannot_be_read", name[:_SHOWN], reason=error.strerror or "")]
        ) from None


def _unit(
    county: Path,
    scenario: Scenario,
    settings: tuple[tuple[str, str], ...],
    inputs: dict[str, str],
    weight: int,
) -> Unit:
    data = scenario.as_data()
    decided = {
        # the place of the county decides nothing: its files do
        "scenario": digest_of({**data, "district": ""}),
        "standards": digest_of(scenario.profile().model_dump(mode="json")),
        "begun_from": [_layout_hash(place) for place in (scenario.start_from, scenario.continues) if place],
        "inputs": inputs,
        "program": __version__,
    }
    key = hashlib.sha256(json.dumps(decided, sort_keys=True).encode()).hexdigest()[:_KEY_LENGTH]
    text = json.dumps(data, ensure_ascii=False, sort_keys=True)
    years = len(scenario.years) * (2 if scenario.phases else 1)  # once under one map, once in their phases
    return Unit(key, str(county.resolve()), scenario.name, settings, weight * years, text)


def _layout_hash(folder: str) -> str:
    """Return the hash of the catchments that a scenario begins from; nothing where they cannot be read, which the unit then tells."""
    try:
        return hashlib.sha256(Path(folder, "assignment.csv").read_bytes()).hexdigest()
    except OSError:
        return ""


def _inputs(county: Path) -> tuple[dict[str, str], int]:
    """Return the hashes of a county's files and their bytes; nothing of a county that cannot be read, which its unit then tells."""
    try:
        files = (
            [county]
            if county.is_file()
            else [p for p in county.iterdir() if p.is_file() and p.name[0] != "."]
        )
        return input_hashes(county), sum(p.stat().st_size for p in files)
    except OSError:
        return {}, 0
