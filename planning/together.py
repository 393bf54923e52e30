"""Keep results of several files together: never some of the old beside some of the new, whenever the writing ends."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from planning.atomic import folders_above, refuse_link, writing
from planning.errors import PlanningError, WriteError
from planning.filenames import inside
from planning.leftovers import clear_leftovers, temporary_folder


@contextmanager
def withdrawn(table: Path) -> Iterator[None]:
    """Take away the table by which readers find a set of results while the set changes; it comes back when nothing changed.

    Parameters
    ----------
    table : Path
        Without it, readers say that the set is not finished. After the block it is gone: the caller writes the new one.
    """
    aside = table.parent / f".{table.name}.previous"
    aside.unlink(missing_ok=True)
    with contextlib.suppress(FileNotFoundError):
        table.rename(aside)
    try:
        yield
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            aside.rename(table)
        raise
    aside.unlink(missing_ok=True)


@contextmanager
def written_together(home: Path, names: Sequence[str]) -> Iterator[Path]:
    """Yield a temporary folder for files that belong together; they take their places when all are written.

    A process that is killed leaves the old ones, or only new ones. When one of them cannot be made (``PlanningError``), those
    that are finished take their places and what was there of the others goes; the error goes on.

    Parameters
    ----------
    home : Path
        Folder in which they are to stand.
    names : sequence of str
        Names of the files.

    Raises
    ------
    WriteError
        If a name leads out of the folder, a link stands there, or the disk refuses.
    """
    targets = [inside(home, name) for name in names]
    for target in targets:
        refuse_link(target)
    with folders_above(home / "together"):
        clear_leftovers(home)
        with _made_together(home, targets) as folder:
            yield folder


@contextmanager
def _made_together(home: Path, targets: Sequence[Path]) -> Iterator[Path]:
    with writing(home), temporary_folder(home / "together") as folder:
        try:
            yield folder
        except PlanningError as error:
            if any((folder / target.name).exists() for target in targets):
                _place(folder, targets)
            if isinstance(error, WriteError):  # the user knows it by the name it was to have
                named = [p.at(file=p.file.replace(str(folder), str(home))) for p in error.problems]
                raise WriteError(named) from error
            raise
        _place(folder, targets)


def _place(folder: Path, targets: Sequence[Path]) -> None:
    for target in targets:
        target.unlink(missing_ok=True)
    for target in targets:
        made = folder / target.name
        if made.exists():
            made.replace(target)
