"""Unpack a zipped folder of office files: names as they were meant, nothing outside the folder, no bombs."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path, PurePosixPath

from planning.atomic import new_folder
from planning.district.formats.books import MAX_RATIO, MAX_UNPACKED
from planning.errors import DistrictError, Issue
from planning.messages import Text, Words

ARCHIVE = ".zip"
MOST_FILES = 5000
"""An office's folder holds fewer files."""
_ENCRYPTED = 0x1
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
    with new_folder(folder) as temporary:
        unpack_into(path, temporary)
    return folder


def unpack_into(path: Path, folder: Path) -> Path:
    """Unpack an archive into a folder that is there, and return that folder.

    Raises
    ------
    DistrictError
        As :func:`unpack`.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = [e for e in archive.infolist() if not e.is_dir()]
            if len(entries) > MOST_FILES:
                raise _refused(path, Text("importing.archives.too_many_files", count=len(entries)))
            size = sum(e.file_size for e in entries)
            if size > MAX_UNPACKED or size > MAX_RATIO * max(path.stat().st_size, 100_000):
                raise _refused(path, Text("importing.archives.unpacks_to", size=f"{size / 1e6:,.0f}"))
            if any(e.flag_bits & _ENCRYPTED for e in entries):
                raise _refused(path, Text("importing.archives.encrypted"))
            for entry in entries:
                if (target := _place(path, entry, folder)) is not None:
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_bytes(archive.read(entry))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, zlib.error, OSError) as error:
        raise _refused(path, Text("importing.archives.damaged", error=error)) from error
    return folder


def _place(path: Path, entry: zipfile.ZipInfo, folder: Path) -> Path | None:
    """Return where an entry goes, nothing for what a machine adds by itself."""
    name = PurePosixPath(_name(entry).replace("\\", "/"))
    if name.is_absolute() or ".." in name.parts or any(":" in part or "\0" in part for part in name.parts):
        raise _refused(path, Text("importing.archives.leads_out", name=name))
    if not name.parts or "__MACOSX" in name.parts or name.name.startswith("."):
        return None
    return folder.joinpath(*name.parts)


def _name(entry: zipfile.ZipInfo) -> str:
    """Return the name of an entry; Chinese Windows packs names in GB18030 without saying so."""
    if entry.flag_bits & _UTF8:
        return entry.filename
    try:
        return entry.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return entry.filename


def _refused(path: Path, reason: Words) -> DistrictError:
    return DistrictError([Issue("importing.archives.cannot_be_unpacked", path.name, reason=reason)])
