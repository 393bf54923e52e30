"""Unpack a zipped folder of office files: names as they were meant, nothing outside the folder, no bombs."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path, PurePosixPath

from planning.atomic import new_folder
from planning.district.books import MAX_RATIO, MAX_UNPACKED
from planning.errors import DistrictError, Issue
from planning.messages import Text, Words

ARCHIVE = ".zip"
_UTF8 = 0x800
"""Flag of an entry whose name is UTF-8; others are in the code page of the machine that packed it."""


def unpack(path: Path) -> Path:
    """Unpack an archive into a folder of its name beside it, and return that folder; one that is there is taken as it is.

    Raises
    ------
    DistrictError
        If it is damaged, encrypted, leads out of the folder, or would fill the disk.
    """
    folder = path.with_suffix("")
    if folder.is_dir():
        return folder
    try:
        with zipfile.ZipFile(path) as archive, new_folder(folder) as temporary:
            entries = [e for e in archive.infolist() if not e.is_dir()]
            size = sum(e.file_size for e in entries)
            if size > MAX_UNPACKED or size > MAX_RATIO * max(path.stat().st_size, 100_000):
                raise DistrictError(
                    [_refused(path, Text("importing.archives.unpacks_to", size=f"{size / 1e6:,.0f}"))]
                )
            for entry in entries:
                name = PurePosixPath(_name(entry).replace("\\", "/"))
                if name.is_absolute() or ".." in name.parts or ":" in name.parts[0]:
                    raise DistrictError([_refused(path, Text("importing.archives.leads_out", name=name))])
                if "__MACOSX" in name.parts or name.name.startswith("."):
                    continue
                target = temporary.joinpath(*name.parts)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(archive.read(entry))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, zlib.error) as error:
        raise DistrictError([_refused(path, str(error))]) from error
    return folder


def _name(entry: zipfile.ZipInfo) -> str:
    """Return the name of an entry; Chinese Windows packs names in GB18030 without saying so."""
    if entry.flag_bits & _UTF8:
        return entry.filename
    try:
        return entry.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return entry.filename


def _refused(path: Path, reason: Words | str) -> Issue:
    return Issue("importing.archives.cannot_be_unpacked", path.name, reason=reason)
