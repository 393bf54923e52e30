"""Keep faults of the four villages' files with their mends, and do to workbooks and mapping what a message says."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import yaml

from planning.errors import Issue


@dataclass(frozen=True)
class Case:
    """A fault of the four villages' files, and its mend done by nothing but what the message says."""

    spoil: Callable[[Path], None]
    mend: Callable[[Path, Issue], None]
    part: str = ""
    """Words that the English mend must hold: what is done here is what is said there."""


CASES: dict[str, list[Case]] = {}


def case(code: str, part: str = "") -> Callable[[Callable[[Path], Callable[[Path, Issue], None]]], None]:
    """Keep a function that spoils the files and returns how they are mended as a case of a code."""

    def keep(write: Callable[[Path], Callable[[Path, Issue], None]]) -> None:
        held: dict[Path, Callable[[Path, Issue], None]] = {}

        def spoil(folder: Path) -> None:
            held[folder] = write(folder)

        CASES.setdefault(f"importing.{code}", []).append(
            Case(spoil, lambda folder, told: held[folder](folder, told), part)
        )

    return keep


@contextlib.contextmanager
def book(path: Path) -> Iterator[Any]:
    opened = openpyxl.load_workbook(path)
    yield opened.worksheets[0]
    opened.save(path)


@contextlib.contextmanager
def mapping(folder: Path) -> Iterator[dict[str, Any]]:
    path = folder / "mapping.yaml"
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    yield data
    path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")


def write(folder: Path, name: str, cells: dict[str, Any]) -> None:
    with book(folder / name) as page:
        for where, value in cells.items():
            page[where] = value


def of(folder: Path, table: str, **said: Any) -> None:
    """Say something of a table in the mapping; None takes it away."""
    with mapping(folder) as data:
        entry = data["tables"][table]
        for key, value in said.items():
            if value is None:
                entry.pop(key, None)
            else:
                entry[key] = value


def rows(folder: Path, name: str, table: list[list[Any]]) -> None:
    made = openpyxl.Workbook()
    for row in table:
        made.active.append(row)
    made.save(folder / name)


def told_row_deleted(name: str) -> Callable[[Path, Issue], None]:
    """Return the mend that deletes from a workbook the row that a message names."""

    def mend(folder: Path, told: Issue) -> None:
        with book(folder / name) as page:
            page.delete_rows(int(told.row))

    return mend


def join_rooms(folder: Path, *more: list[Any]) -> None:
    """Join rooms by unit from a list that holds these rows too."""
    known = [["办学单位编号", "普通教室数"], ["S1-P", 12], ["S2-P", 12], ["S2-J", 9]]
    rows(folder, "校舍.xlsx", [*known, *more])
    of(folder, "units", join=[{"file": "校舍.xlsx", "by": "办学单位编号"}])
