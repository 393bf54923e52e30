"""Starting is quick because little is loaded: what is not needed for help or for a name is not imported."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

import planning
from planning.cli.commands import COMMANDS

HEAVY = ("numpy", "pandas", "geopandas", "shapely", "matplotlib", "folium", "pulp", "scipy", "highspy", "networkx", "docx",
         "openpyxl", "pyogrio", "pydantic")  # fmt: skip
PACKAGE = Path(planning.__file__).parent
LAZY = sorted(
    ".".join(("planning", *path.parent.relative_to(PACKAGE).parts))
    for path in PACKAGE.rglob("__init__.py")
    if "lazily(__name__)" in path.read_text(encoding="utf-8")
)


def loaded_by(code: str, *arguments: str) -> set[str]:
    """Return which heavy modules a fresh interpreter holds after it ran some code."""
    end = f"import atexit, sys; atexit.register(lambda: print('HELD', *(m for m in {HEAVY!r} if m in sys.modules)))\n"
    done = subprocess.run(
        [sys.executable, "-c", end + code, *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.splitlines()[-1].split()[1:])


@pytest.mark.parametrize("words", [("--help",), ("--version",), ("--lang", "zh", "--help")])
def test_help_loads_nothing_heavy(words: tuple[str, ...]) -> None:
    assert loaded_by("from planning.cli import main; main()", *words) == set()


def test_importing_the_package_loads_nothing_heavy() -> None:
    assert loaded_by("import planning; dir(planning)") == set()


def test_why_and_verify_load_nothing_to_draw_or_write_with() -> None:
    code = (
        "from planning import zoning, runs, verify; zoning.explain, zoning.build_problem, verify.verify_run"
    )
    assert not loaded_by(code) & {"matplotlib", "folium", "docx", "openpyxl"}


def test_the_address_of_the_workbench_needs_nothing_heavy() -> None:
    code = "import planning.cli.workbench, planning.workbench.server.app"
    assert loaded_by(code) == set()


@pytest.mark.parametrize("package", LAZY)
def test_every_exported_name_is_there(package: str) -> None:
    module = importlib.import_module(package)
    assert sorted(module.__all__) == sorted(set(module.__all__))
    for name in module.__all__:
        value = getattr(module, name)
        assert not hasattr(value, "__path__"), f"{package}.{name} is a package, not what it exports"
    assert set(module.__all__) <= set(dir(module))
    with pytest.raises(AttributeError):
        module.no_such_name  # noqa: B018


def test_an_exported_function_wins_over_the_module_of_its_name() -> None:
    importlib.import_module("planning.zoning.solve")
    from planning.zoning import solve

    assert callable(solve)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: c.name)
def test_every_listed_command_can_be_loaded(command: object) -> None:
    assert command.loaded().name == command.name  # type: ignore[attr-defined]
