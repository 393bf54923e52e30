"""Look at every entry of an approved folder: what it is, what it holds, and whether it is really a file of its own."""

from __future__ import annotations

import hashlib
import os
import stat
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from planning.errors import Issue
from planning.messages import Text

SIGNATURES = "signatures"
"""Sub-folder for detached signatures of the record, which can only come after it; the one place outside the digest."""
SIGNATURE_ENDINGS = (".sig", ".asc", ".p7s", ".p7m", ".minisig", ".sm2")
_FROM_ARCHIVE = Text("approval.folder.bring_folder_back_archive")
_KINDS = {
    "link": Text("approval.folder.link_approved_layout_holds_files_itself"),
    "twin": Text("approval.folder.one_file_under_several_names_hard"),
    "other": Text("approval.folder.neither_file_nor_folder"),
}


@dataclass(frozen=True)
class Entry:
    """One thing in a folder: relative name with ``/``, and ``file``, ``folder``, ``link``, ``twin`` or ``other``."""

    name: str
    kind: str


def entries(folder: Path) -> Iterator[Entry]:
    """Yield everything below a folder, hidden things too, links not followed."""
    for path in sorted(folder.rglob("*")):
        state = path.lstat()
        kind = "other"
        if stat.S_ISLNK(state.st_mode):
            kind = "link"
        elif stat.S_ISDIR(state.st_mode):
            kind = "folder"
        elif stat.S_ISREG(state.st_mode):
            kind = "twin" if state.st_nlink > 1 else "file"
        yield Entry(path.relative_to(folder).as_posix(), kind)


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def hashes(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every file below a folder, by relative name."""
    return {e.name: file_hash(folder / e.name) for e in entries(folder) if e.kind in ("file", "twin")}


def signatures(folder: Path) -> tuple[str, ...]:
    """Return the relative names of the detached signatures of an approved folder."""
    return tuple(e.name for e in entries(folder) if _is_signature(e))


def unlike(folder: Path, expected: Mapping[str, str], without_hash: Iterable[str] = ()) -> Iterator[Issue]:
    """Yield every way in which a folder is not what was approved.

    Parameters
    ----------
    expected : mapping of str to str
        SHA-256 of every file by relative name.
    without_hash : iterable of str
        Files that must be there and are compared by the caller.
    """
    if folder.is_symlink():
        yield _problem(folder, "", _KINDS["link"])
    wanted = {*expected, *without_hash}
    parents = {p.as_posix() for name in wanted for p in Path(name).parents} | {SIGNATURES}
    found = {e.name: e for e in entries(folder) if not _is_signature(e)}
    alike = _alike(wanted)
    for name in sorted(wanted | found.keys()):
        entry = found.get(name)
        if entry is None:
            yield _missing(folder, name, expected.get(name, ""))
        elif entry.kind == "folder":
            if name in wanted or name not in parents:
                yield _added(folder, name, alike)
        elif entry.kind in _KINDS:
            yield _problem(folder, name, _KINDS[entry.kind])
        elif name not in wanted:
            yield _added(folder, name, alike)
        elif name in expected and (now := _hash_of(folder / name)) != expected[name]:
            yield changed(folder, name, expected[name], now)


def twins(names: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """Yield names that are one and the same on some systems: they differ only in case or in how signs are composed."""
    for same in _alike(names).values():
        if len(same) > 1:
            yield tuple(sorted(same))


def changed(folder: Path, name: str, expected: str, found: str) -> Issue:
    """Say that a file is not what it was."""
    return _problem(
        folder,
        name,
        Text("approval.folder.was_changed_after_approval"),
        found[:12],
        Text("approval.folder.bring_back_sha_256", expected=expected[:12]),
    )


def _is_signature(entry: Entry) -> bool:
    place, _, name = entry.name.rpartition("/")
    return (
        place == SIGNATURES
        and entry.kind == "file"
        and not name.startswith(".")
        and name.lower().endswith(SIGNATURE_ENDINGS)
    )


def _alike(names: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for name in names:
        found[_folded(name)].append(name)
    return found


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFKC", name).casefold())


def _hash_of(path: Path) -> str:
    try:
        return file_hash(path)
    except OSError as error:
        return os.strerror(error.errno or 0)


def _missing(folder: Path, name: str, expected: str) -> Issue:
    mend = Text("approval.folder.bring_back_sha_256", expected=expected[:12])
    return _problem(folder, name, Text("approval.folder.missing_after_approval"), "", mend)


def _added(folder: Path, name: str, alike: Mapping[str, list[str]]) -> Issue:
    mend = Text("approval.folder.move_out_folder")
    if name.lower().endswith(SIGNATURE_ENDINGS):
        mend = Text("approval.folder.signatures_approval_json_belong_into_move", signatures=SIGNATURES)
    if like := [n for n in alike.get(_folded(name), []) if n != name]:
        words = Text("approval.folder.was_added_after_approval_some_systems", like=like[0])
        return _problem(folder, name, words, "", mend)
    return _problem(folder, name, Text("approval.folder.was_added_after_approval"), "", mend)


def _problem(
    folder: Path,
    name: str,
    words: Text,
    value: str = "",
    mend: Text = _FROM_ARCHIVE,
) -> Issue:
    return Issue(words, str(folder / name) if name else str(folder), value=value, mend=mend)
