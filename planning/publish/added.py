"""Write the outputs that installed packages add to a run folder, each file whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from planning.atomic import whole_file
from planning.district import District
from planning.errors import PlanningError
from planning.filenames import name_problem
from planning.layout import Layout
from planning.messages import said
from planning.plugins import Plugin, at_work, installed

if TYPE_CHECKING:
    from planning.indicators import Scorecard

GROUP = "planning.outputs"
"""Entry points by which packages add outputs of their own."""


class Output(Protocol):
    """One file that a run folder gets besides those of the package."""

    file: str
    """Name of the file in the run folder."""

    def write(self, district: District, layout: Layout, scorecard: Scorecard, path: Path) -> None:
        """Write the file at ``path``, a temporary name that takes its place when everything is written."""


def added_outputs(given: Iterable[Any] = ()) -> tuple[Plugin, ...]:
    """Return the outputs that packages add and those given, before anything is written.

    Raises
    ------
    PlanningError
        Every package that cannot be loaded or adds something else.
    """
    return installed(GROUP, ("file", "write"), given)


def write_added(
    district: District, layout: Layout, scorecard: Scorecard, folder: Path, *, outputs: Iterable[Any] = ()
) -> tuple[Path, ...]:
    """Write every added output into a run folder.

    Parameters
    ----------
    district, layout, scorecard : District, Layout, Scorecard
        What there is to write about.
    folder : Path
        Run folder, complete but for these.
    outputs : iterable of Output
        Outputs beside those of installed packages (entry points of the group ``planning.outputs``).

    Returns
    -------
    tuple of Path
        What was written.

    Raises
    ------
    PlanningError
        If an output cannot be loaded, names a file that is there or cannot be, fails, or writes nothing; names its package.
    """
    written = []
    for plugin in added_outputs(outputs):
        path = folder / _file_of(plugin, folder)
        with at_work(plugin), whole_file(path) as temporary:
            plugin.given.write(district, layout, scorecard, temporary)
            if not temporary.is_file():
                raise PlanningError(
                    [
                        plugin.fault(
                            f"it did not write {path.name}",
                            said("publish.added.was_not_written", name=path.name),
                        )
                    ]
                )
        written.append(path)
    return tuple(written)


def _file_of(plugin: Plugin, folder: Path) -> str:
    """Return the name of a file, or complain where a folder cannot have it or has it already."""
    name = str(plugin.given.file)
    problem = name_problem(name, plugin.package or plugin.name)
    if problem is not None:
        raise PlanningError([problem])
    if (folder / name).exists():
        raise PlanningError(
            [
                plugin.fault(
                    f"the run folder has a file {name} already",
                    said("publish.added.the_folder_already_holds", name=name),
                )
            ]
        )
    return name
