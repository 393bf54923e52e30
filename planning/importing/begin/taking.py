"""Take the files that a county is made of: copied from folders and archives, each under a name of its own."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from planning.atomic import new_folder, whole_file, writing
from planning.errors import DistrictError, Issue
from planning.importing.files.archives import ARCHIVE, unpack_into
from planning.importing.files.layers import GEODATABASE

FILES = "files"
_NO_DATA = frozenset({"thumbs.db", "desktop.ini"})
_DEEPEST = 3
"""Archives within archives are opened so many times."""


@dataclass(frozen=True)
class _Found:
    """A file, or a geodatabase, and the name it is kept under."""

    path: Path
    name: str

    def same_as(self, other: _Found) -> bool:
        return _hash(self.path) == _hash(other.path)


def take_files(sources: Sequence[str | Path], folder: str | Path) -> list[Path]:
    """Copy files, and all files of folders and archives, to those that a county is made of; the same name is the newer file.

    Files of one name in different folders (甲镇/学生.xlsx, 乙镇/学生.xlsx) are kept apart by the folder's name.

    Raises
    ------
    DistrictError
        If a file is missing or empty, an archive cannot be opened, or two of different content have one name; then
        nothing is copied.
    """
    home = Path(folder) / FILES
    with tempfile.TemporaryDirectory(prefix="planning-") as scratch:
        problems: list[Issue] = []
        given: list[Path] = []
        for source in map(Path, sources):
            given += _inside(source, Path(folder).resolve(), Path(scratch), problems)
        found = _apart(given, problems)
        if problems:
            raise DistrictError(problems)
        with writing(home):
            home.mkdir(parents=True, exist_ok=True)
        for one in found:
            _copy(one.path, home / one.name)
    return [home / one.name for one in found]


def _inside(source: Path, county: Path, scratch: Path, problems: list[Issue], depth: int = 0) -> list[Path]:
    """Return the files of a source, archives unpacked; geodatabases are folders that count as one file."""
    found: list[Path] = []
    for file in _files(source):
        if file.name[0] in ".~" or file.name.lower() in _NO_DATA or file.resolve().is_relative_to(county):
            continue
        if wrong := _file_problems(file):
            problems += wrong
        elif file.suffix.lower() == ARCHIVE and depth < _DEEPEST:
            place = Path(tempfile.mkdtemp(dir=scratch)) / file.stem
            place.mkdir()
            try:
                found += _inside(unpack_into(file, place), county, scratch, problems, depth + 1)
            except DistrictError as error:
                problems += error.problems
        else:
            found.append(file)
    return found


def _files(source: Path) -> Iterator[Path]:
    if not source.is_dir() or source.suffix.lower() == GEODATABASE:
        yield source
        return
    for child in sorted(source.iterdir()):
        if not child.is_symlink():
            yield from _files(child)


def _apart(files: Sequence[Path], problems: list[Issue]) -> list[_Found]:
    """Return files under names that differ: with that of their folder where several are called the same."""
    groups: dict[str, list[Path]] = defaultdict(list)
    for file in files:
        groups[file.name.lower()].append(file)
    crowded = {
        (f.parent, f.stem.lower())
        for same in groups.values()
        if len({_hash(f) for f in same}) > 1
        for f in same
    }
    found: dict[str, _Found] = {}
    for file in files:
        apart = (file.parent, file.stem.lower()) in crowded  # with it the other parts of a layer
        one = _Found(file, f"{file.parent.name}-{file.name}" if apart and file.parent.name else file.name)
        held = found.setdefault(one.name.lower(), one)
        if not held.same_as(one):
            problems.append(Issue("importing.taking.two_files_different_content_name", file.name))
    return list(found.values())


def _copy(file: Path, target: Path) -> None:
    if not file.is_dir():
        with whole_file(target) as temporary:
            shutil.copyfile(file, temporary)
        return
    with new_folder(target) as folder:
        shutil.copytree(file, folder, dirs_exist_ok=True)


def _hash(file: Path) -> str:
    whole = hashlib.sha256()
    for part in sorted(p for p in file.rglob("*") if p.is_file()) if file.is_dir() else [file]:
        whole.update(part.read_bytes())
    return whole.hexdigest()


def _file_problems(file: Path) -> list[Issue]:
    if not file.exists():
        return [Issue("importing.taking.no_such_file_folder", str(file))]
    if file.is_file() and not file.stat().st_size:
        return [Issue("district.files.file_empty", file.name)]
    return []
