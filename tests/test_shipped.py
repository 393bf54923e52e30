"""What is installed holds the default county and the scenarios, and works from an empty folder."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from planning.errors import WriteError
from planning.scenario import read_scenario
from planning.shipped import copy_shipped, shipped_county, shipped_scenario, shipped_scenarios

ROOT = Path(__file__).parents[1]
MOST_BYTES = 6_000_000
BUILD = "import setuptools.build_meta as b, sys; print(getattr(b, 'build_' + sys.argv[1])(sys.argv[2]))"
SOURCES = ("planning", "data", "scenarios", "pyproject.toml", "setup.py", "MANIFEST.in", "README.md", "LICENSE",
           "CHANGELOG.md", "README.zh-CN.md", "CITATION.cff", "constraints.txt")  # fmt: skip


def run(*command: str, folder: Path, **more: str) -> str:
    plain: Mapping[str, str] = {
        k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "PLANNING_LANG")
    }
    done = subprocess.run(
        [sys.executable, *command], cwd=folder, env={**plain, **more}, capture_output=True, text=True, check=False, timeout=300
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that holds what the wheel installs; the wheel is built from the source distribution."""
    base = tmp_path_factory.mktemp("built")
    tree = base / "tree"
    tree.mkdir()
    for name in SOURCES:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, tree / name)
    run("-c", BUILD, "sdist", str(base), folder=tree)
    (source,) = base.glob("*.tar.gz")
    with tarfile.open(source) as archive:
        archive.extractall(base / "sdist", filter="data")
    (unpacked,) = (base / "sdist").iterdir()
    run("-c", BUILD, "wheel", str(base), folder=unpacked)
    (wheel,) = base.glob("*.whl")
    assert source.stat().st_size <= MOST_BYTES
    assert wheel.stat().st_size <= MOST_BYTES
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(base / "site")
    return base / "site"


def test_the_wheel_copies_the_county_out(installed: Path, tmp_path: Path) -> None:
    told = run("-m", "planning", "--lang", "zh", "new", "mine", folder=tmp_path, PYTHONPATH=str(installed))
    assert "默认区县及情景已复制到 mine" in told
    theirs = {p.relative_to(tmp_path / "mine") for p in (tmp_path / "mine").rglob("*") if p.is_file()}
    ours = {p.relative_to(ROOT) for n in ("data/geo", "scenarios") for p in (ROOT / n).rglob("*") if p.is_file()}  # fmt: skip
    assert theirs == ours
    assert all((tmp_path / "mine" / p).read_bytes() == (ROOT / p).read_bytes() for p in ours)


def test_the_wheel_knows_its_scenarios_in_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    code = (
        "import planning; s = planning.read_scenario('new-schools'); print(s.name, planning.__file__);"
        "print(len(planning.read_district(s.district).zones))"
    )
    told = run("-c", code, folder=tmp_path, PYTHONPATH=str(installed))
    assert told.startswith(f"new-schools {installed}")
    assert int(told.split()[-1]) > 100
    assert not list(tmp_path.iterdir())


def test_every_package_file_is_in_the_wheel(installed: Path) -> None:
    ours = {
        p.relative_to(ROOT)
        for p in (ROOT / "planning").rglob("*")
        if p.is_file() and p.suffix != ".py" and p.parent.name != "__pycache__"
    }
    modules = {p.relative_to(ROOT) for p in (ROOT / "planning").rglob("*.py")}
    assert not {p for p in ours | modules if not (installed / p).is_file()}


def test_a_scenario_of_one_s_own_wins_over_a_shipped_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert read_scenario("baseline").name == "baseline"
    (tmp_path / "scenarios").mkdir()
    county = shipped_county()
    (tmp_path / "scenarios/baseline.yaml").write_text(f"{{name: mine, year: 2021, district: {county}}}")
    assert read_scenario("baseline", allow_outside=True).name == "mine"


def test_a_name_with_a_folder_or_an_ending_is_that_file_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("new-schools.yaml", "scenarios/new-schools", "../new-schools"):
        with pytest.raises(Exception, match="scenario file not found"):
            read_scenario(name)


def test_a_folder_that_exists_is_never_copied_into(tmp_path: Path) -> None:
    copy_shipped(tmp_path / "mine")
    (tmp_path / "mine/data/geo/litong/zones.geojson").write_text("my own work")
    with pytest.raises(WriteError, match="exists already"):
        copy_shipped(tmp_path / "mine")
    assert (tmp_path / "mine/data/geo/litong/zones.geojson").read_text() == "my own work"


def test_shipped_scenarios_are_found_by_name() -> None:
    assert shipped_scenario("new-schools") in shipped_scenarios()
    assert shipped_scenario("../new-schools") is None
    assert shipped_scenario("no such") is None
