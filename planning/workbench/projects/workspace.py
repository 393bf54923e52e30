"""List the projects and plans of a workspace, and change them: names, copies, what is deleted and taken back."""

from __future__ import annotations

import contextlib
import hashlib
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from planning.atomic import claimed, new_folder, writing
from planning.errors import Issue, LayoutError, WriteError
from planning.filenames import inside, name_problem
from planning.workbench.projects.record import (
    ProjectRecord,
    now,
    read_json,
    read_project,
    write_json,
    write_project,
)

RECORD, PLANS, NOTES, JOBS, BIN, DRAFTS, UPLOADS = (
    "project.json",
    "plans",
    "notes",
    "jobs",
    ".deleted",
    "drafts",
    "uploads",
)
_SIDE_BY_SIDE = ("runs", "approved")
"""Folders beside the workspace whose runs are shown with the county they belong to."""


@dataclass(frozen=True)
class Plan:
    """A run folder that a project shows.

    Parameters
    ----------
    id : str
        Name under which pages ask for it.
    folder : Path
        Where it is.
    own : bool
        Whether it lies in the project's folder; what lies elsewhere is only shown.
    """

    id: str
    project: str
    folder: Path
    own: bool


@dataclass(frozen=True)
class Project:
    """A county with its plans."""

    id: str
    folder: Path
    record: ProjectRecord

    @property
    def county(self) -> Path:
        """Return where the county's tables are."""
        return (self.folder / self.record.county).resolve()


class Workspace:
    """A folder of projects.

    Parameters
    ----------
    root : Path
        Made where it is missing.
    read_only : bool
        Change nothing, not even make the folder.
    """

    def __init__(self, root: Path, *, read_only: bool = False) -> None:
        self.root, self.read_only = root.resolve(), read_only

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Hold the workspace for one server; readers need not.

        Raises
        ------
        WriteError
            If another server has it, or the disk refuses.
        """
        if self.read_only:
            yield
            return
        with writing(self.root):
            self.root.mkdir(parents=True, exist_ok=True)
        with _claimed(self.root / "server"):
            yield

    def projects(self) -> list[Project]:
        """Return the projects, newest first."""
        found = []
        for path in sorted(self.root.glob(f"*/{RECORD}")):
            record = read_project(path)
            if record and not path.parent.name.startswith("."):
                found.append(Project(path.parent.name, path.parent, record))
        return sorted(found, key=lambda p: p.record.made, reverse=True)

    def project(self, project: str) -> Project:
        """Return the project of an id that a page asked for.

        Raises
        ------
        LayoutError
            If there is none.
        """
        for one in self.projects():
            if one.id == project:
                return one
        raise LayoutError([no_such(project)])

    def add_project(self, name: str, county: Path) -> Project:
        """Make a project of a county that lies where it lies."""
        folder = self._new_folder()
        record = ProjectRecord(name, str(county.resolve()), made=now())
        write_project(folder / RECORD, record)
        return Project(folder.name, folder, record)

    def place_for(self, name: str) -> Project:
        """Make a project whose county is still to be imported into it."""
        folder = self._new_folder()
        record = ProjectRecord(name, "county", made=now())
        return Project(folder.name, folder, record)

    def of_county(self, county: Path) -> Project | None:
        """Return the project of a county, if there is one."""
        return next((p for p in self.projects() if p.county == county.resolve()), None)

    def note(self, project: Project, **changes: Any) -> Project:
        """Write what changed of a project's record and return the project."""
        record = replace(project.record, **changes)
        write_project(project.folder / RECORD, record)
        return replace(project, record=record)

    def plans(self, project: Project) -> list[Plan]:
        """Return the run folders of a project: its own, those that were opened, and those beside the workspace, newest first."""
        own = [p.parent for p in (project.folder / PLANS).glob("*/summary.json")]
        beside = [
            p.parent
            for name in _SIDE_BY_SIDE
            for p in self.root.parent.glob(f"{name}/*/summary.json")
            if county_of(p.parent) == project.county
        ]
        opened = [p for p in map(Path, project.record.outside) if (p / "summary.json").is_file()]
        places = dict.fromkeys(p.resolve() for p in (*own, *opened, *beside) if not p.name.startswith("."))
        plans = [
            _plan(project, place, place.parent == (project.folder / PLANS).resolve()) for place in places
        ]
        return sorted(plans, key=lambda p: _moment(p.folder), reverse=True)

    def plan(self, plan: str) -> Plan:
        """Return the plan of an id that a page asked for.

        Raises
        ------
        LayoutError
            If there is none.
        """
        for project in self.projects():
            if plan.startswith(f"{project.id}."):
                for one in self.plans(project):
                    if one.id == plan:
                        return one
        raise LayoutError([no_such(plan)])

    def free_name(self, project: Project, wanted: str) -> str:
        """Return a name that no plan of the project has: the one wanted, or with a number.

        Raises
        ------
        WriteError
            If no folder can be called so.
        """
        _fit(wanted)
        taken = {p.name.casefold() for p in (project.folder / PLANS).glob("*")}
        names = (wanted if n == 1 else f"{wanted}-{n}" for n in range(1, len(taken) + 2))
        return next(n for n in names if n.casefold() not in taken)

    def copy_plan(self, plan: Plan, name: str) -> Plan:
        """Copy a plan into its project under another name; an approval stays with the folder that was approved."""
        project = self.project(plan.project)
        target = self._free(project, name)
        from planning.layout import MARKS

        _not_approved(plan)
        with new_folder(target, marks=MARKS) as temporary:
            shutil.copytree(plan.folder, temporary, dirs_exist_ok=True, symlinks=True)
            _seen_from(temporary, plan.folder, target)
        return _plan(project, target, True)

    def rename_plan(self, plan: Plan, name: str) -> Plan:
        """Give a plan another name."""
        project = self.project(plan.project)
        self._owned(plan)
        target = self._free(project, name)
        with claimed(plan.folder), writing(target):
            plan.folder.rename(target)
        return _plan(project, target, True)

    def delete_plan(self, plan: Plan) -> str:
        """Put a plan aside and return the word that brings it back."""
        self._owned(plan)
        return self._put_aside(plan.folder)

    def delete_project(self, project: Project) -> str:
        """Put a project aside, with the plans that lie in it, and return the word that brings it back."""
        return self._put_aside(project.folder)

    def restore(self, word: str) -> None:
        """Bring back what was put aside.

        Raises
        ------
        LayoutError
            If nothing was put aside under this word.
        WriteError
            If something else has its name now.
        """
        for entry in (self.root / BIN).glob("*.json"):
            note = read_json(entry)
            if note is None or entry.stem != word:
                continue
            target = self.root / str(note.get("from", ""))
            if not target.resolve().is_relative_to(self.root) or target.exists():
                raise WriteError([_name_taken(target.name)])
            with writing(target):
                (self.root / BIN / word).rename(target)
                entry.unlink()
            return
        raise LayoutError([no_such(word)])

    def _put_aside(self, folder: Path) -> str:
        word = secrets.token_hex(6)
        with claimed(folder), writing(folder):
            (self.root / BIN).mkdir(exist_ok=True)
            # the note first: a name without its folder is harmless, a folder without its name is lost
            write_json(
                self.root / BIN / f"{word}.json",
                {"from": folder.relative_to(self.root).as_posix(), "when": now()},
            )
            folder.rename(self.root / BIN / word)
        return word

    def _new_folder(self) -> Path:
        with writing(self.root):
            self.root.mkdir(parents=True, exist_ok=True)
            while True:
                folder = self.root / f"p{secrets.token_hex(4)}"
                with contextlib.suppress(FileExistsError):
                    folder.mkdir()
                    return folder

    def _owned(self, plan: Plan) -> None:
        if not plan.own:
            raise WriteError([_elsewhere(plan.folder)])
        _not_approved(plan)

    def _free(self, project: Project, name: str) -> Path:
        _fit(name)
        target = inside(project.folder / PLANS, name)
        if target.exists():
            raise WriteError([_name_taken(name)])
        return target


def _fit(name: str) -> None:
    if problem := name_problem(name, ""):  # whoever is told sees the field it stands in
        raise WriteError([problem])


def _not_approved(plan: Plan) -> None:
    from planning.approval import approval_of

    if approval_of(plan.folder):
        raise WriteError([_approved(plan.folder.name)])


def county_of(run: Path) -> Path | None:
    """Return where the county of a run lies, as its summary says, or in the run itself."""
    summary = read_json(run / "summary.json")
    if summary is None or not summary.get("district"):
        from planning.layout import inputs_of

        return inputs_of(run)
    from planning.scenario.whence import PROJECT

    return (run / str(summary.get(PROJECT, ".")) / str(summary["district"])).resolve()


def _seen_from(copy: Path, before: Path, after: Path) -> None:
    """Let the paths of a copied run lead from its new place."""
    from os.path import relpath

    from planning.scenario.whence import PROJECT

    summary = read_json(copy / "summary.json")
    if summary is not None and PROJECT in summary:
        home = (before / str(summary[PROJECT])).resolve()
        write_json(copy / "summary.json", {**summary, PROJECT: Path(relpath(home, after)).as_posix()})


def _plan(project: Project, folder: Path, own: bool) -> Plan:
    word = folder.name if own else str(folder)
    digest = hashlib.sha256(word.encode("utf-8", "surrogateescape")).hexdigest()[:12]
    return Plan(f"{project.id}.{digest}", project.id, folder, own)


def _moment(folder: Path) -> float:
    try:
        return (folder / "summary.json").stat().st_mtime
    except OSError:
        return 0.0


@contextlib.contextmanager
def _claimed(place: Path) -> Iterator[None]:
    try:
        stack = contextlib.ExitStack()
        stack.enter_context(claimed(place))
    except WriteError as error:
        if error.problems[0].code == "base.atomic.another_process_writing_folder":
            raise WriteError([_open_already(place.parent, error.problems[0].value)]) from error
        raise
    with stack:
        yield


def no_such(word: str) -> Issue:
    """Return the problem of an id that names nothing (any more)."""
    return Issue("workbench.workspace.not_any_more", "", value=word[:60])


def _open_already(root: Path, who: str) -> Issue:
    return Issue("workbench.workspace.open_another_workbench", str(root), value=who)


def _elsewhere(folder: Path) -> Issue:
    return Issue("workbench.workspace.lies_outside_workspace_only_shown", folder.name)


def _approved(name: str) -> Issue:
    return Issue("workbench.workspace.approved_stays", name)


def _name_taken(name: str) -> Issue:
    return Issue("workbench.workspace.one_name", name)
