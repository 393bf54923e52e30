"""The scorecard and the verifier work out the same figures, each by itself, whatever a layout looks like."""

from __future__ import annotations

import dataclasses
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from shapely.geometry import Point

from planning.district import District
from planning.indicators import score
from planning.layout import PROJECT_COLUMNS, UNIT_COLUMNS, Layout
from planning.scenario import Scenario
from planning.standards import RECOUNTED
from planning.verify import verify_run
from planning.verify.evidence import Evidence
from planning.verify.gather import gather
from planning.verify.rules.figures import against, recounted
from planning.verify.rules.scorecard import _verdicts
from tests.verify.hand import county, figures, scenario, unit_rows, write_run

KINDS = {
    "S1": ("primary", "teaching_point"), "S2": ("nine_year", "twelve_year"), "S3": ("primary", "special"),
    "S4": ("junior", "complete_secondary"), "S5": ("special", "primary"),
}  # fmt: skip
STAGES = {"S1": ("primary",), "S2": ("primary", "junior"), "S3": ("primary",), "S4": ("junior",), "S5": ("primary",)}  # fmt: skip
SUFFIX = {"primary": "P", "junior": "J"}
GRADES = {"primary": range(1, 7), "junior": range(7, 10)}
# project, kind, school, stage: conversions change a size limit, N2 is a new school of two stages
PROJECTS = (
    ("P1", "expansion", "S2", "junior"), ("P2", "new", "N1", "primary"), ("P3", "conversion", "S1", "junior"),
    ("P4", "conversion", "S4", "primary"), ("P5", "new", "N2", "primary"), ("P6", "new", "N2", "junior"), ("P7", "closure", "S1", "primary"),
)  # fmt: skip


def made(seed: int, odd: bool) -> tuple[District, Layout, Scenario]:
    """Return a county with private, special and boarding schools, and a layout of it that need keep no rule.

    ``odd``: ids of units do not say school and stage.
    """
    rng = np.random.default_rng(seed)
    base = county()
    schools = [
        (s, str(rng.choice(kinds)), str(rng.choice(["urban", "town", "rural"])), str(rng.choice(["public", "private"])), bool(rng.random() < 0.2))
        for s, kinds in KINDS.items()
    ]  # fmt: skip
    name = {(s, stage): f"U{k}{n}" if odd else f"{s}-{SUFFIX[stage]}" for k, s in enumerate(STAGES) for n, stage in enumerate(STAGES[s])}  # fmt: skip
    units = pd.DataFrame(
        [(u, s, stage, int(rng.integers(0, 30)), str(rng.choice(["catchment", "catchment", "none"]))) for (s, stage), u in name.items()],
        columns=["unit", "school", "stage", "rooms", "admission"],
    ).assign(music_rooms=1, art_rooms=1)  # fmt: skip
    units.loc[units.drop_duplicates("stage").index, "admission"] = "catchment"
    geometry = [Point(100 * k + 50, 50) for k in range(len(schools))]
    row = base.projects.iloc[[0] * len(PROJECTS)].reset_index(drop=True).drop(columns="geometry")
    projects = row.assign(
        project=[p[0] for p in PROJECTS], kind=[p[1] for p in PROJECTS], school=[p[2] for p in PROJECTS], stage=[p[3] for p in PROJECTS],
        rooms=[0 if p[1] == "closure" else int(rng.integers(0, 20)) for p in PROJECTS], locale=[str(rng.choice(["urban", "town"])) for _ in PROJECTS],
    )  # fmt: skip
    district = dataclasses.replace(
        base,
        classes=base.classes.iloc[:0],
        schools=gpd.GeoDataFrame(
            pd.DataFrame(schools, columns=["school", "kind", "locale", "ownership", "boarding"]).assign(
                name=[s[0] for s in schools], senior_pupils=rng.integers(0, 500, len(schools))
            ),
            geometry=geometry,
            crs=base.zones.crs,
        ),
        units=units,
        projects=gpd.GeoDataFrame(
            projects, geometry=[Point(50 * k, 50) for k in range(len(projects))], crs=base.zones.crs
        ),
    )
    built = rng.random(len(PROJECTS)) < 0.5
    asked = scenario().model_copy(
        update={"projects": scenario().projects.model_copy(update={"budget_yuan": None})}
    )
    return district, _layout(rng, district, built, name), asked


def _layout(rng: Any, district: District, built: Any, name: dict[tuple[str, str], str]) -> Layout:
    new = {(p[2], p[3]): f"{p[2]}-{SUFFIX[p[3]]}" for p in PROJECTS if p[1] in ("new", "conversion")}
    rows = []
    scale = int(rng.choice([60, 400, 700]))
    for (school, stage), unit in (name | new).items():
        if rng.random() < 0.1:
            continue
        for grade in GRADES[stage]:
            pupils = int(rng.integers(0, scale)) * int(rng.random() < 0.9)
            classes, cap = int(rng.integers(0, 12)), 45 if stage == "primary" else 50
            own = int(rng.integers(0, pupils + 1))
            # unit, school, stage, year, grade, pupils, own, in, out, classes, cap, seats, shortage, oversize, rooms
            rows.append((unit, school, stage, 2021, grade, pupils, own, pupils - own, 0, classes, cap, classes * cap, 0, 0, 9))  # fmt: skip
    stages = {"primary": [], "junior": []}
    for (_, stage), unit in (name | new).items():
        stages[stage].append(unit)
    places = [
        (z, stage, str(rng.choice(stages[stage])), int(rng.integers(0, 90)), float(rng.uniform(0, 1500)), False, 0.0, "", 1.0)
        for stage in stages
        for z in district.zones["zone"]
    ]  # fmt: skip
    said = [
        (p[0], p[0], p[1], p[2], p[3], bool(b), int(rng.choice([2021, 2021, 2022])) if b else None, 3, 1e6)
        for p, b in zip(PROJECTS, built, strict=True)
    ]
    columns = ["zone", "stage", "unit", "pupils", "distance_m", "crosses_barrier", "overflow", "previous_unit", "share"]  # fmt: skip
    return Layout(
        name="made", scenario=scenario().as_data(), assignment=pd.DataFrame(places, columns=columns),
        overflow=pd.DataFrame(columns=["year", "grade", "from_unit", "to_unit", "pupils", "distance_m"]),
        units=pd.DataFrame(rows, columns=list(UNIT_COLUMNS)), projects=pd.DataFrame(said, columns=list(PROJECT_COLUMNS)),
    )  # fmt: skip


@settings(max_examples=20, deadline=None, derandomize=True, phases=(Phase.explicit, Phase.generate))
@given(st.integers(0, 2**32 - 1), st.booleans())
def test_both_say_the_same_of_any_layout(seed: int, odd: bool) -> None:
    district, layout, asked = made(seed, odd)
    profile = asked.profile()
    evidence = Evidence(layout, district, asked, profile)
    scorecard = score(district, layout, profile, 2021)
    said = scorecard.figures.set_index(["figure", "of"])["value"]
    assert not [check.text() for check in against(evidence, said) if not check.ok]
    verdict = scorecard.indicators.set_index("id")["verdict"]
    decided = _verdicts(evidence)
    told = verdict.reindex(decided.index)
    assert decided.to_dict() == told.to_dict()


def test_the_list_is_what_both_work_out(tmp_path: Any) -> None:
    layout = Layout(
        name="hand", scenario=scenario().as_data(), assignment=pd.read_csv(write_run(tmp_path / "run") / "assignment.csv"),
        overflow=pd.DataFrame(columns=["year", "grade", "from_unit", "to_unit", "pupils", "distance_m"]), units=unit_rows(),
        projects=pd.read_csv(tmp_path / "run" / "projects.csv"),
    )  # fmt: skip
    names = {figure.name for figure in RECOUNTED}
    mine = score(county(), layout, scenario().profile()).figures
    other = recounted(Evidence(layout, county(), scenario(), scenario().profile()), 2021)
    assert set(mine["figure"]) == set(other.index.get_level_values("figure")) == names
    told = figures().set_index(["figure", "of"])["value"].astype(float).sort_index()
    assert mine.set_index(["figure", "of"])["value"].sort_index().to_dict() == pytest.approx(told.to_dict())


def test_a_figure_that_is_changed_is_named(tmp_path: Any) -> None:
    evidence = gather(write_run(tmp_path / "run"), county())
    for figure in RECOUNTED:
        said = figures().set_index(["figure", "of"])["value"].astype(float)
        at = next(key for key in said.index if key[0] == figure.name)
        said[at] += 1
        broken = [check for check in against(evidence, said) if not check.ok]
        assert [(check.what, check.where) for check in broken] == [(figure.name, f"{figure.of} {at[1]}")]


def test_figures_that_are_missing_are_said_to_be(tmp_path: Any) -> None:
    folder = write_run(tmp_path / "run")
    (folder / "scorecard_figures.csv").unlink()
    report = verify_run(folder, county())
    assert report.ok
    assert [check.where for check in report.warnings] == ["scorecard_figures.csv"]
