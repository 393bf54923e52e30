"""Make one small finished run, for faults that need one."""

from __future__ import annotations

import atexit
import functools
import os
import shutil
import tempfile
from pathlib import Path

import yaml

from planning.district import write_district
from planning.runs import Run, run_scenario
from tests.district.tiny import tiny_district
from tests.zoning.county import small_county

SCENARIO = {
    "name": "today",
    "district": "county",
    "year": 2020,
    "demand": "register",
    "catchments": "current",
}


def _scratch() -> Path:
    """Return a folder that goes when this process does."""
    folder = Path(tempfile.mkdtemp(prefix="planning-test-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@functools.cache
def _made() -> tuple[Path, Run]:
    home = _scratch()
    home_run = _run(home)
    return home, home_run


def _run(home: Path) -> Run:
    write_district(small_county(current="AABAAB"), home / "county")
    (home / "today.yaml").write_text(yaml.safe_dump(SCENARIO), encoding="utf-8")
    return run_scenario(home / "today.yaml", out=home / "runs" / "today")


def finished() -> Run:
    """Return a finished run; it is made once."""
    return _made()[1]


def copied(place: Path) -> Path:
    """Return a copy of its folder that a fault may spoil."""
    return shutil.copytree(finished().folder, place / "today")


@functools.cache
def _tiny() -> Path:
    return write_district(tiny_district(), _scratch() / "county")


def county(place: Path) -> Path:
    """Return a copy of the tiny county as a folder that a fault may spoil."""
    return shutil.copytree(_tiny(), place / "county")


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder."""
    return {p.name: p.read_bytes() for p in sorted(folder.iterdir())}


def names(place: Path) -> list[str]:
    """Return what stands in a folder, hidden files too."""
    return sorted(os.listdir(place))
