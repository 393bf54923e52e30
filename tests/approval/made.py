"""Run and approve the county of tests/zoning/county.py: A takes Z1 Z2 Z4 Z5, B takes Z3 Z6 today."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path

import pytest
import yaml

from planning.approval import Approval, Decision
from planning.district import write_district
from planning.runs import approve_run, run_scenario
from tests.zoning.county import small_county

CURRENT = "AABAAB"
DECISION = Decision("教发〔2020〕1号", "2020年8月1日", "小县教育局")


def project(folder: Path, **settings: object) -> Path:
    """Write the county and a scenario that keeps today's catchments, run it, and return the run folder."""
    write_district(small_county(current=CURRENT), folder / "county")
    base = {
        "name": "today",
        "district": "county",
        "year": 2020,
        "demand": "register",
        "catchments": "current",
    }
    return run(folder, base | settings)


def run(folder: Path, settings: dict[str, object]) -> Path:
    """Write a scenario into the project and run it."""
    file = folder / f"{settings['name']}.yaml"
    file.write_text(yaml.safe_dump(settings, allow_unicode=True), encoding="utf-8")
    return run_scenario(file, out=folder / "runs" / str(settings["name"])).folder


def shared(factory: pytest.TempPathFactory) -> tuple[Path, Approval]:
    """Return a project with today's catchments approved, made once for all tests: they may add to it, not change it."""
    return _made(factory.getbasetemp() / "approved-county")


@cache
def _made(folder: Path) -> tuple[Path, Approval]:
    folder.mkdir()
    return folder, approve_run(project(folder), DECISION, root=folder / "approved")


def writable(source: Path, target: Path) -> Path:
    """Copy an approved folder so that it can be changed."""
    shutil.copytree(source, target)
    for path in (target, *target.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return target
