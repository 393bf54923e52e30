"""What is installed is called xuequ; the name of the package on the index belongs to somebody else."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from planning.errors import DISTRIBUTION, not_installed

ROOT = Path(__file__).parents[1]
TOLD = re.compile(r"(pip|uv|pipx|conda)\s+(install|add)\s[^\n`]*?['\" ]planning(\[|['\" `]|$)", re.MULTILINE)


def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_the_distribution_has_one_name() -> None:
    assert project()["name"] == DISTRIBUTION


def test_nothing_tells_anybody_to_install_a_stranger() -> None:
    suffixes = {".py", ".md", ".yaml", ".yml", ".toml", ".html", ".ipynb", ".txt"}
    folders = [p for p in ROOT.iterdir() if p.is_dir() and p.name not in {".venv", ".git", "runs"}]
    paths = [p for folder in folders for p in folder.rglob("*") if p.suffix in suffixes and p.is_file()]
    wrong = [p for p in [*paths, *ROOT.glob("*.md")] if TOLD.search(p.read_text(encoding="utf-8"))]
    assert not wrong


def test_a_missing_component_names_an_extra_that_exists() -> None:
    told = not_installed("x.tif", "raster")
    assert "pip install 'xuequ[raster]'" in told.text("en")
    assert "pip install 'xuequ[raster]'" in told.text("zh")
    named = re.compile(r"not_installed\((?:[^()]|\([^()]*\))*, \"(\w+)\",?\s*\)")
    used = {
        e for p in (ROOT / "planning").rglob("*.py") for e in named.findall(p.read_text(encoding="utf-8"))
    }
    assert used
    assert used <= set(project()["optional-dependencies"])
