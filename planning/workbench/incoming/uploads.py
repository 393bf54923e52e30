"""Keep uploaded files on disk, one folder for every import, until they have become a county."""

from __future__ import annotations

import secrets
import shutil
import tempfile
import unicodedata
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool

from planning.atomic import whole_file, writing
from planning.errors import DistrictError, Issue, LayoutError
from planning.filenames import inside, name_fault
from planning.messages import Both
from planning.workbench.projects.workspace import UPLOADS, Workspace, no_such

KINDS = frozenset(
    [".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".et", ".csv", ".tsv", ".json", ".geojson", ".gpkg", ".kml", ".kmz", ".shp", ".shx", ".dbf", ".prj", ".cpg", ".sbn", ".sbx", ".pbf", ".parquet", ".tif", ".tiff", ".txt", ".docx", ".topojson", ".ovkml", ".mif", ".mid", ".dxf"]
)  # fmt: skip
"""Endings of the files that an import can read, and of those that lie beside them."""
ARCHIVE = ".zip"
"""Ending of zipped folders, whose files are taken."""
_MOST_FILES = 80
_MOST_BYTES = 1_000_000_000
_FILES = "files"  # as in the folder of planning start


@dataclass(frozen=True)
class Upload:
    """Files that are to become a county.

    Parameters
    ----------
    id : str
        Name under which pages ask for it.
    folder : Path
        Holds ``files/`` and the answers given so far, as the folder of ``planning start`` does.
    """

    id: str
    folder: Path

    @property
    def files(self) -> Path:
        """Return the folder of the files."""
        return self.folder / _FILES

    def names(self) -> list[str]:
        """Return the names of the files."""
        return sorted(p.name for p in self.files.iterdir() if p.is_file() and p.name[0] != ".")

    def mark(self) -> tuple[tuple[str, int, int], ...]:
        """Return what changes whenever a file does."""
        found = [(name, (self.files / name).stat()) for name in self.names()]
        return tuple((name, stat.st_size, stat.st_mtime_ns) for name, stat in found)

    def answers(self) -> dict[str, str]:
        """Return what was answered, in the order it was."""
        from planning.start import kept_answers

        return kept_answers(self.folder)

    def forget(self) -> None:
        """Forget what was answered."""
        from planning.start import ANSWERS

        with writing(self.folder):
            (self.folder / ANSWERS).unlink(missing_ok=True)

    def remove(self, name: str) -> None:
        """Forget one file."""
        if name not in self.names():
            raise LayoutError([no_such(name)])
        with writing(self.files):
            (self.files / name).unlink()

    async def take(self, name: str, pieces: AsyncIterator[bytes]) -> None:
        """Write a file as it comes; it appears when it is whole, and of a zipped folder the files that an import reads.

        Raises
        ------
        PlanningError
            If its name or kind is none that an import reads, there are too many, an archive cannot be unpacked, or the disk refuses.
        """
        known = unicodedata.normalize("NFC", name)
        problem = _unfit(known) or self._full(known)
        if problem:
            raise DistrictError([problem])
        if Path(known).suffix.lower() != ARCHIVE:
            await self._write(inside(self.files, known), pieces)
            return
        with tempfile.TemporaryDirectory(prefix=".", dir=self.folder) as scratch:
            archive = inside(scratch, known)
            await self._write(archive, pieces)
            await run_in_threadpool(self._unpack, archive, Path(scratch) / "unpacked")

    async def _write(self, target: Path, pieces: AsyncIterator[bytes]) -> None:
        size, left = 0, self._left()
        with whole_file(target) as temporary, temporary.open("wb") as stream:
            async for piece in pieces:
                size += len(piece)
                if size > left:
                    raise DistrictError([_too_much(target.name)])
                await run_in_threadpool(stream.write, piece)

    def _unpack(self, archive: Path, place: Path) -> None:
        """Take the files of an archive that an import reads: all, or none where one cannot be taken."""
        from planning.importing.begin import take_files

        found = [p for p in take_files([archive], place) if p.is_file() and p.suffix.lower() in KINDS]
        problems = [problem for p in found if (problem := _unfit(p.name))]
        if not found:
            problems = [Issue("workbench.uploads.nothing_in_archive", archive.name[:60])]
        elif (
            len({*self.names(), *(p.name for p in found)}) > _MOST_FILES
            or sum(p.stat().st_size for p in found) > self._left()
        ):
            problems.append(_too_much(archive.name))
        if problems:
            raise DistrictError(problems)
        with writing(self.files):
            for path in found:
                path.replace(self.files / path.name)

    def _left(self) -> int:
        return _MOST_BYTES - sum(p.stat().st_size for p in self.files.iterdir())

    def _full(self, name: str) -> Issue | None:
        names = self.names()
        return _too_much(name) if name not in names and len(names) >= _MOST_FILES else None


def new_upload(place: Workspace) -> Upload:
    """Make the folder of an import."""
    folder = place.root / UPLOADS / f"u{secrets.token_hex(6)}"
    with writing(folder):
        (folder / _FILES).mkdir(parents=True)
    return Upload(folder.name, folder)


def upload(place: Workspace, word: str) -> Upload:
    """Return the import of an id that a page asked for.

    Raises
    ------
    LayoutError
        If there is none.
    """
    for path in (place.root / UPLOADS).glob("u*"):
        if path.name == word and (path / _FILES).is_dir():
            return Upload(word, path)
    raise LayoutError([no_such(word)])


def uploads(place: Workspace) -> list[dict[str, Any]]:
    """Return the imports that are not finished, those without a file left out."""
    found = [Upload(p.name, p) for p in sorted((place.root / UPLOADS).glob("u*")) if (p / _FILES).is_dir()]
    return [{"id": u.id, "files": u.names()} for u in found if u.names()]


def discard(one: Upload) -> None:
    """Delete the copies that were uploaded; the user's own files are where they were."""
    with writing(one.folder):
        shutil.rmtree(one.folder)


def _unfit(name: str) -> Issue | None:
    if fault := name_fault(name):
        return Issue("workbench.uploads.name", name[:60], fault=Both(fault[0], fault[1]))
    if Path(name).suffix.lower() in {*KINDS, ARCHIVE}:
        return None
    return Issue("workbench.uploads.none_kinds_files_can_imported", name[:60], value=Path(name).suffix)


def _too_much(name: str) -> Issue:
    return Issue(
        "workbench.uploads.more_than_files_gb_one",
        name[:60],
        most_files=_MOST_FILES,
        most_bytes=_MOST_BYTES // 1000000000,
    )
