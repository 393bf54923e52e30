"""Find the counties and the scenarios that come with the package, and copy them out to work on."""

from __future__ import annotations

import shutil
from pathlib import Path

from planning.atomic import new_folder
from planning.errors import Issue, WriteError

COUNTY, SCENARIOS = Path("data/geo/litong"), Path("scenarios")
_INSTALLED = Path(__file__).with_name("shipped_files")
_CHECKOUT = Path(__file__).parents[1]


def shipped_folder() -> Path:
    """Return the folder that holds ``data/geo`` and ``scenarios``: inside the installed package, or the checkout itself."""
    return _INSTALLED if _INSTALLED.is_dir() else _CHECKOUT


def shipped_county() -> Path | None:
    """Return the folder of the default county, or None where the package came without it."""
    county = shipped_folder() / COUNTY
    return county if county.is_dir() else None


def shipped_scenario(name: str) -> Path | None:
    """Return the shipped scenario of this name (``new-schools``), or None.

    Parameters
    ----------
    name : str
        Name without folder and ending; anything else is no shipped scenario.
    """
    return next((file for file in shipped_scenarios() if file.stem == name), None)


def shipped_scenarios() -> list[Path]:
    """Return the scenario files that come with the package, by name."""
    return sorted((shipped_folder() / SCENARIOS).glob("*.yaml"))


def copy_shipped(target: Path) -> None:
    """Copy the counties and the scenarios into a new folder, whole or not at all.

    Parameters
    ----------
    target : Path
        Folder to make. One that exists is never touched: there may be plans in it.

    Raises
    ------
    WriteError
        If it exists or cannot be written.
    """
    if target.exists() or target.is_symlink():
        raise WriteError([Issue("base.shipped.exists_nothing_copied", str(target))])
    source = shipped_folder()
    with new_folder(target) as folder:
        shutil.copytree(source / COUNTY.parent, folder / COUNTY.parent)
        shutil.copytree(source / SCENARIOS, folder / SCENARIOS)
