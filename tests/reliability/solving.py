"""Faults while catchments are drawn and judged: the solver's process breaks down, nothing may be kept on disk, nobody is there."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from unittest import mock

import numba

from planning import score, solve
from planning.layout import Layout
from planning.parameters import DEFAULTS
from planning.zoning.engine.compiled import compiled, kept
from planning.zoning.engine.process import apart
from tests.reliability.table import Outcome, fault, refused
from tests.zoning.county import scenario, small_county
from tests.zoning.engine.breaking import breaking

PART = "Solving · 求解"


def _drawn() -> Layout:
    # shorter runs, and small programmes unless the scenario says so, work in the same process
    solver = {
        "time_limit_s": 2 * DEFAULTS.process.time_least_s,
        "threads": 1,
        "engine": {"process": {"columns_least": 0}},
    }
    return solve(small_county(), scenario(solver=solver))


def _whole(layout: Layout) -> None:
    assert layout.assignment.groupby("stage")["pupils"].sum().to_dict() == {"primary": 720, "junior": 360}


@fault(PART, "a memory fault in the solver", "求解器发生内存错误", "whole")
def one_fault(folder: Path) -> Outcome:
    with mock.patch.object(apart, "COMMAND", breaking(folder / "flag", at="done")):
        layout = _drawn()
    _whole(layout)
    assert (folder / "flag").exists()
    assert layout.summary["stopped_by"] in ("proven", "gap")
    return Outcome("whole", "begun again from the best plan, and solved")


@fault(PART, "a memory fault in the solver, and again", "求解器两次发生内存错误", "whole")
def two_faults(folder: Path) -> Outcome:
    with mock.patch.object(apart, "COMMAND", breaking(folder / "flag", at="done", times=9)):
        layout = _drawn()
    _whole(layout)
    assert (folder / "flag").read_text() == "xx"
    return Outcome("whole", "the best plan that was found is kept")


@fault(PART, "a memory fault before there is a plan", "尚无方案时求解器发生内存错误", "refused")
def no_plan(folder: Path) -> Outcome:
    with mock.patch.object(apart, "COMMAND", breaking(folder / "flag", at="plan", times=9)):
        return refused(_drawn)


@fault(PART, "no folder of the package or the user may be written to", "程序目录和用户目录均不可写", "whole")
def nowhere_to_keep(folder: Path) -> Outcome:
    (folder / "file").touch()
    impl = numba.core.caching.CacheImpl
    with (
        mock.patch.object(impl, "_locator_classes", impl._locator_classes[:1]),
        mock.patch.object(numba.config, "CACHE_DIR", str(folder / "file" / "none")),
        mock.patch.object(tempfile, "tempdir", str(folder)),
    ):
        assert kept(compiled(_whole))
    return Outcome(
        "whole",
        "what is compiled is kept in a private temporary folder; compiling comes before the time limit starts",
    )


@fault(PART, "a stage without a school that B13 counts", "某学段没有计入 B13 的学校", "whole")
def nobody_counted(folder: Path) -> Outcome:
    county = small_county()
    county = replace(county, schools=county.schools.assign(boarding=county.schools["school"] == "C"))
    layout = solve(county, scenario(solver={"time_limit_s": 5}))
    row = score(county, layout).indicators.set_index("id").loc["B13"]
    assert layout.summary["nearby_ratio"]["junior"] is None
    assert row["shown"].endswith("不适用")
    return Outcome("whole", f"B13: {row['shown']}")
