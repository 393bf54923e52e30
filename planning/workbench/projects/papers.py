"""Keep what is made of a plan for people (notices, maps, reports) in its project, and find it again by ids."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from planning.errors import LayoutError
from planning.workbench.projects.workspace import Plan, Project, no_such

PAPERS = "papers"
MAKES = ("notice", "print", "lookup", "gpkg", "geojson", "shp", "kml")
"""What can be made of a plan for the public."""


@dataclass(frozen=True)
class Paper:
    """One file that was made.

    Parameters
    ----------
    id : str
        Name under which pages ask for it.
    kind : str
        What it was made by: the folder it lies in (``publish``, ``compare``, …).
    """

    id: str
    kind: str
    path: Path


def home_of(project: Project, plan: Plan) -> Path:
    """Return the folder of a plan's papers; it lies in the project, so that plans elsewhere stay as they are."""
    return project.folder / PAPERS / plan.id.rpartition(".")[2]


def papers(project: Project, plan: Plan) -> list[Paper]:
    """Return the papers of a plan, by kind and name."""
    home, found = home_of(project, plan), []
    for path in sorted(home.rglob("*")):
        inner = path.relative_to(home)
        if path.is_file() and not any(part.startswith(".") for part in inner.parts) and len(inner.parts) > 1:
            word = hashlib.sha256(inner.as_posix().encode("utf-8", "surrogateescape")).hexdigest()[:16]
            found.append(Paper(word, inner.parts[0], path))
    return found


def paper(project: Project, plan: Plan, word: str) -> Paper:
    """Return the paper of an id that a page asked for.

    Raises
    ------
    LayoutError
        If there is none.
    """
    for one in papers(project, plan):
        if one.id == word:
            return one
    raise LayoutError([no_such(word)])
