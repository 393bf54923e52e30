"""Read one source of a mapping into the sheet of its table."""

from __future__ import annotations

import csv
import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from planning.district.cells.headers import find_column, nearest
from planning.district.cells.sheet import Sheet, problems_at
from planning.district.formats.books import is_book
from planning.district.formats.files import cell_text, sheet_from_rows
from planning.district.formats.layers import encoding_said
from planning.district.formats.workbook import uncalculated
from planning.district.geometry.coordinates import system_of
from planning.district.geometry.gauss import settle_eastings
from planning.district.schema import Table
from planning.errors import DistrictError, Issue
from planning.importing.account import Trail, add_made, begin, step
from planning.importing.files.layers import SUFFIXES, is_layers, read_vector
from planning.importing.files.pages import ALL, ALSO, read_page
from planning.importing.forms.amounts import CLASSES, amounts_of
from planning.importing.forms.cohorts import ages_read, unpivot_births
from planning.importing.forms.grids import grid_sheet, is_records, unpivot_grades
from planning.importing.forms.rounded import as_written
from planning.importing.geometry.repair import repair_shapes
from planning.importing.geometry.streets import is_street_file, mended_streets
from planning.importing.mapping import Join, Origin, TableMap
from planning.importing.methods import Method, method
from planning.importing.sources.columns import digits_only, fill, full_name, rename
from planning.importing.sources.entrants import grades_by_entry, pupils_counted
from planning.importing.sources.joined import Joining, join_account
from planning.importing.sources.office import Office, below_each_other, fitting_sheets, read_office
from planning.importing.sources.registers import METHOD, needs_split, split_classes
from planning.importing.sources.stacked import stack_sheets
from planning.importing.steps.merged import added_up, merged_trail, said_once
from planning.importing.steps.positions import settle_positions
from planning.importing.steps.steps import (
    compute_columns,
    fill_texts,
    join_columns,
    keep_rows,
)
from planning.messages import Text


def source_path(entry: Origin, mapping_file: Path) -> Path:
    """Return where a source lies.

    Raises
    ------
    DistrictError
        If it does not exist, or lies outside the mapping's folder without being allowed to.
    """
    folder = mapping_file.resolve().parent
    source = (folder / entry.file).resolve()
    if not entry.outside and not source.is_relative_to(folder):
        raise DistrictError(
            [Issue("importing.sources.file_lies_outside_folder_mapping", mapping_file.name, value=entry.file)]
        )
    if not is_layers(source):
        near = (
            nearest(source.name, [p.name for p in source.parent.iterdir()]) if source.parent.is_dir() else ""
        )
        raise DistrictError(
            [
                Issue(
                    "importing.sources.no_such_file",
                    mapping_file.name,
                    value=entry.file,
                    mend="district.mend.did_you_mean" if near else "",
                    near=near,
                )
            ]
        )
    return source


@dataclasses.dataclass(frozen=True)
class Source:
    """What one entry of a mapping gives.

    Parameters
    ----------
    sheet : Sheet
        Rows of its table.
    problems : tuple of Issue
    methods : tuple of methods
        How values that the file does not hold came about.
    trail : Trail
        What was read, left out and made on the way.
    """

    sheet: Sheet
    problems: tuple[Issue, ...]
    methods: tuple[Method, ...]
    trail: Trail


def read_source(table: Table, entry: TableMap, mapping_file: Path) -> tuple[Sheet, list[Issue], list[Method]]:
    """Return the sheet that a mapping's entry gives for a table, what is wrong with it, and what was derived.

    Raises
    ------
    DistrictError
        As :func:`follow_source`.
    """
    found = follow_source(table, entry, mapping_file)
    return found.sheet, list(found.problems), list(found.methods)


def follow_source(table: Table, entry: TableMap, mapping_file: Path) -> Source:
    """Return what a mapping's entry gives for a table, keeping account of every row.

    Parameters
    ----------
    mapping_file : Path
        Paths are relative to it.

    Raises
    ------
    DistrictError
        If the file cannot be read or a step over its rows is wrong.
    """
    source = source_path(entry, mapping_file)
    office = _read(table, entry, source, mapping_file)
    office, about = _as_written(table, office, entry) if entry.approximate else (office, 0)
    sheet, problems = office.sheet, list(office.problems)
    trail = begin(table, rename(table, office.raw, entry)[0], encoding=office.encoding)
    reason = Text("importing.account.totals_equal" if office.totalled else "importing.account.totals")
    trail = left_out(trail, table, entry, office.raw, sheet, reason)
    for change in office.changes:
        trail = trail.noted(change)
    problems += [] if entry.addresses else repeated_rows(sheet)
    methods: list[Method] = [f"{name} = {formula}" for name, formula in entry.compute.items()]
    methods += [method("about", count=about)] if about else []
    if entry.repair or entry.merge:
        sheet, repaired, how = repair_shapes(table, sheet)
        problems, methods = [*problems, *repaired], [*how, *methods]
    sheet, trail, joins = _prepare(table, sheet, entry, mapping_file, trail)
    problems += joins
    if entry.merge:
        methods.append(method("merged"))
    if entry.counted and table.name == "classes":
        pupils = len(sheet.cells)
        named, wrong = rename(table, sheet, entry)
        sheet = pupils_counted(
            table, digits_only(table, grades_by_entry(table, fill(table, named, entry), entry))
        )
        problems += wrong
        trail = add_made(trail, {"pupils": float(pupils)}, method("per_pupil"))
        entry = entry.model_copy(update={"columns": {}})  # its headers are gone
    if table.name == "classes" and needs_split(sheet):
        sheet, wrong = rename(table, sheet, entry)
        sheet, more = split_classes(sheet, entry.class_size, table.grades)
        if entry.class_size:
            trail = add_made(
                trail, {CLASSES: float(len(sheet.cells))}, method("at_most", size=entry.class_size)
            )
        done = fill(table, digits_only(table, sheet), entry)
        return Source(done, (*problems, *wrong, *more), (*methods, METHOD), trail)
    problems += ages_read(sheet, entry.ages) if table.name == "births" else []
    renamed, wrong = rename(table, unpivot_births(table, unpivot_grades(table, sheet), entry.ages), entry)
    renamed = grades_by_entry(table, renamed, entry)
    done = fill(table, digits_only(table, renamed), entry)
    same = {k: float(v) for k, v in amounts_of(table, done).sum().items() if k in entry.values}
    return Source(done, (*problems, *wrong), tuple(methods), add_made(trail, same, method("same")))


def _as_written(table: Table, office: Office, entry: TableMap) -> tuple[Office, int]:
    """Return what office files give with numbers that are said about as they are written, and how many these are."""
    sheet, count = as_written(table, office.sheet, entry.columns)
    raw = as_written(table, office.raw, entry.columns)[0]
    return dataclasses.replace(office, sheet=sheet, raw=raw), count


def left_out(trail: Trail, table: Table, entry: TableMap, before: Sheet, after: Sheet, reason: Text) -> Trail:
    """Return the trail after rows of a sheet were left out."""
    return step(trail, table, rename(table, before, entry)[0], after, reason)


def repeated_rows(sheet: Sheet) -> list[Issue]:
    """Warn of rows that repeat another one in every cell: the same thing may be there twice."""
    if not len(sheet.cells) or sheet.shapes is not None:
        return []
    again = sheet.cells.duplicated().to_numpy() & (sheet.cells != "").sum(axis=1).gt(1).to_numpy()
    first = {tuple(row): str(label) for row, label in zip(
        sheet.cells[::-1].itertuples(index=False), sheet.labels[::-1], strict=True
    )} if again.any() else {}  # fmt: skip

    def twice(i: int) -> Issue:
        row = tuple(sheet.cells.iloc[i])
        return Issue(
            "importing.sources.repeats_row_every_cell",
            sheet.file,
            row=str(sheet.labels[i]),
            value=" ".join(c for c in row if c)[:60],
            level="warning",
            first=first[row],
        )

    return problems_at(again, sheet.labels, twice)


def _read(table: Table, entry: TableMap, source: Path, mapping_file: Path) -> Office:
    if is_street_file(source):
        words = {word: meant for column in entry.words.values() for word, meant in column.items()}
        sheet, said = mended_streets(source, table, words)
        return Office(sheet, sheet, tuple(said))
    if source.suffix.lower() in SUFFIXES and not is_records(source):
        sheet, stated = read_vector(source, entry.sheet, entry.encoding)
        said = []
        if source.suffix.lower() == ".shp":
            sheet = dataclasses.replace(sheet, headers=[full_name(table, h) for h in sheet.headers])
            said = [] if entry.encoding else encoding_said(source)
        if not table.geometry:  # its attributes alone
            sheet = dataclasses.replace(sheet, shapes=None)
            return Office(sheet, sheet, tuple(said))
        sheet, turned = settle_positions(sheet)
        sheet = dataclasses.replace(sheet, crs=system_stated(entry.coordinates, stated, source))
        sheet, moved = _settled(sheet)
        return Office(sheet, sheet, (*said, *turned, *moved))
    try:
        others = [entry.model_copy(update={"file": file}) for file in entry.also]
        files = [source, *(source_path(other, mapping_file) for other in others)]
        office = below_each_other([read_office(table, entry, file) for file in files])
    except (UnicodeDecodeError, LookupError, OSError, csv.Error) as error:
        raise unreadable(source, error) from error
    if not table.geometry:
        return office
    sheet, settled = settle_positions(office.sheet)
    sheet = dataclasses.replace(sheet, crs=system_stated(entry.coordinates, "", source))
    return dataclasses.replace(office, sheet=sheet, problems=(*office.problems, *settled))


def _settled(sheet: Sheet) -> tuple[Sheet, list[Issue]]:
    """Return a layer whose eastings are those of its system, and what was changed."""
    if sheet.shapes is None or not sheet.crs:
        return sheet, []
    try:
        system = system_of(sheet.crs)
    except ValueError:  # named where the shapes are read
        return sheet, []
    shapes, problems = settle_eastings(sheet.file, sheet.shapes, system)
    return dataclasses.replace(sheet, shapes=shapes), [p for p in problems if p.level == "warning"]


def _prepare(
    table: Table, sheet: Sheet, entry: TableMap, mapping_file: Path, trail: Trail
) -> tuple[Sheet, Trail, list[Issue]]:
    """Take the steps over rows in their fixed order: join, where, compute, text, merge; say what a join loses or repeats."""
    problems: list[Issue] = []
    for join in entry.join:
        other = _partner(table, join, mapping_file)
        on = {join.by: join.by} if isinstance(join.by, str) else join.by
        joined = join_columns(sheet, other, on, keep_all=join.keep_all, first=join.first)
        reason = Text("importing.account.no_partner", file=other.file)
        trail = left_out(trail, table, entry, sheet, rename(table, joined, entry)[0], reason)
        held, brought = (amounts_of(table, rename(table, s, entry)[0]) for s in (other, joined))
        how = Joining(sheet, other, on, held, brought.drop(columns=_made(entry, brought)), join.first)
        trail, more = join_account(table, how, trail)
        sheet, problems = joined, [*problems, *more]
    if entry.where or entry.without:
        kept = keep_rows(sheet, _words(entry.where), _words(entry.without))
        trail = left_out(
            trail,
            table,
            entry,
            sheet,
            kept,
            Text("importing.account.conditions"),
        )
        sheet = kept
    sheet = compute_columns(sheet, entry.compute)
    sheet = fill_texts(said_once(sheet, entry.compute) if entry.merge else sheet, entry.text)
    sheet = _without_served(table, sheet, set(entry.compute))
    if entry.compute:
        sums = amounts_of(table, rename(table, sheet, entry)[0]).sum()
        for name, formula in entry.compute.items():
            if name in sums:
                trail = add_made(trail, {name: float(sums[name])}, formula)
    if not entry.merge:
        return sheet, trail, problems
    one = added_up(table, sheet, rename(table, sheet, entry)[0])
    whole = merged_trail(table, trail, *(rename(table, s, entry)[0] for s in (sheet, one)))
    return one, whole, problems


def _made(entry: TableMap, amounts: pd.DataFrame) -> list[str]:
    """Return amounts that the mapping computes or states: what a file holds of them only serves."""
    return [c for c in amounts.columns if c in entry.compute or c in entry.values]


def _without_served(table: Table, sheet: Sheet, made: set[str]) -> Sheet:
    """Return a sheet without headers of the file that mean a column which is computed: they served the formula."""
    kept = [
        i
        for i, header in enumerate(sheet.headers)
        if (hit := find_column(table, header)) is None or hit[0] not in made or header.strip() == hit[0]
    ]
    cells = sheet.cells[kept].set_axis(range(len(kept)), axis=1)
    return dataclasses.replace(sheet, headers=[sheet.headers[i] for i in kept], cells=cells)


def _words(tests: Mapping[str, Any]) -> dict[str, list[str]]:
    return {
        h: [cell_text(w) for w in (some if isinstance(some, list) else [some])] for h, some in tests.items()
    }


def _partner(table: Table, join: Join, mapping_file: Path) -> Sheet:
    """Return the file that is joined: a list as offices write it where the rows of its header are said, else as it stands."""
    files = [source_path(join.model_copy(update={"file": f}), mapping_file) for f in (join.file, *join.also)]
    keys = [join.by] if isinstance(join.by, str) else list(join.by.values())
    parts = [(file, title) for file in files for title in _titles(table, join, file, keys)]
    if len(parts) == 1:
        if not join.header_rows or files[0].suffix.lower() in SUFFIXES:
            return plain_sheet(join.model_copy(update={"sheet": parts[0][1]}), mapping_file)
        name, page = read_page(files[0], parts[0][1], join.encoding)
        return grid_sheet(table, name, page.filled(), [], join.header_rows)[0]
    read = []
    for file, title in parts:
        name, page = read_page(file, title, join.encoding)
        read.append(grid_sheet(table, name, page.filled(), keys, join.header_rows)[0])
    whole = stack_sheets(ALSO.join(s.file for s in read), [s.file for s in read], read)
    return dataclasses.replace(  # which sheet a row of another table stood on says nothing of this one
        whole, headers=whole.headers[:-1], cells=whole.cells.iloc[:, :-1]
    )


def _titles(table: Table, join: Join, file: Path, keys: Sequence[str]) -> list[str]:
    """Return the sheets of a joined file that are read, an empty name for a file without any."""
    if not is_book(file):
        return [join.sheet]
    if join.sheet == ALL:
        return fitting_sheets(table, file, keys) or [""]
    if file.name == Path(join.file).name:
        return join.sheet.split(ALSO)
    return [""]


def plain_sheet(origin: Origin, mapping_file: Path) -> Sheet:
    """Return a file as it stands: headers in the first row that holds anything, shapes in their own system.

    Raises
    ------
    DistrictError
        If it cannot be read.
    """
    source = source_path(origin, mapping_file)
    if source.suffix.lower() in SUFFIXES and not is_records(source):
        sheet, stated = read_vector(source, origin.sheet, origin.encoding)
        if not origin.coordinates:
            return sheet
        sheet = settle_positions(sheet)[0] if sheet.shapes is not None else sheet
        return _settled(dataclasses.replace(sheet, crs=system_stated(origin.coordinates, stated, source)))[0]
    try:
        name, page = read_page(source, origin.sheet, origin.encoding)
    except (UnicodeDecodeError, LookupError, OSError, csv.Error) as error:
        raise unreadable(source, error) from error
    if empty := uncalculated(dataclasses.replace(page, title=name)):
        raise DistrictError(empty)
    return sheet_from_rows(name, page.filled())


def unreadable(source: Path, error: Exception) -> DistrictError:
    """Return the error for a file that cannot be read."""
    return DistrictError([Issue("district.folder.cannot_read", source.name, error=error)])


def system_stated(coordinates: str, stated: str, source: Path) -> str:
    """Return the coordinate system of a source: as the mapping says, or ``file`` as the file itself says.

    Raises
    ------
    DistrictError
        If the file is to say it and does not.
    """
    if coordinates.lower() != "file":
        return coordinates
    if not stated:
        raise DistrictError([Issue("importing.sources.file_does_not_say_coordinate", source.name)])
    return stated
