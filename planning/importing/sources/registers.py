"""Turn statistics by grade into a register of classes, split as evenly as the figures allow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from planning.arrays import BoolArray, FloatArray, IntArray
from planning.district.cells.dates import half_width
from planning.district.cells.headers import find_column, plain
from planning.district.cells.sheet import Sheet, problems_at, text_frame
from planning.district.schema import TABLE
from planning.errors import Issue
from planning.grades import USUAL, Grades
from planning.importing.forms.words import classes_of, grade_of
from planning.importing.methods import method

METHOD = method("classes")
_MOST = 100_000
COUNT_HEADERS = ("班数", "班级数", "教学班数", "classes", "class_count")


def needs_split(sheet: Sheet) -> bool:
    """Return whether a sheet of classes gives figures by grade instead of one row per class."""
    names = {hit[0] for h in sheet.headers if (hit := find_column(TABLE["classes"], h))}
    return "class_no" not in names


def split_classes(sheet: Sheet, class_size: int = 0, known: Grades = USUAL) -> tuple[Sheet, list[Issue]]:
    """Return one row per class from rows per unit and grade, or per unit with grades side by side.

    Parameters
    ----------
    sheet : Sheet
        Pupils by grade, with the number of classes where the file has it (班数, 一年级班数).
    class_size : int
        Where the number of classes is not given: as few classes as hold at most so many pupils. 0: it must be given.
    known : Grades
        Grades of the county.

    Returns
    -------
    sheet, problems
        Pupils of a grade are shared out evenly, larger classes first.
    """
    rows, fixed = _long(sheet, known)
    pupils = _whole(rows["pupils"])
    count = _whole(rows["count"])
    if class_size:
        count = np.where(count > 0, count, -(-pupils // class_size))
    there = pupils > 0
    wrong = _not_counts(rows["pupils"]) | _not_counts(rows["count"])
    bad = wrong | (there & (count <= 0))
    problems = problems_at(
        bad,
        rows["label"].to_numpy(dtype=object),
        lambda i: (
            _not_a_count(sheet.file, rows.iloc[i])
            if wrong[i]
            else Issue(
                "importing.registers.pupils_grade_but_no_number_split_classes",
                sheet.file,
                row=str(rows["label"].iloc[i]),
                column="class_no",
                pupils=pupils[i],
                grade=rows["grade"].iloc[i],
            )
        ),
    )
    good = np.flatnonzero(there & ~bad)
    own = sheet.cells[fixed].to_numpy(dtype=object).tolist()
    row_of, grades, names = rows["row"].tolist(), rows["grade"].tolist(), rows["label"].tolist()
    cells, labels = [], []
    for i in good:
        sizes = np.full(count[i], pupils[i] // count[i])
        sizes[: pupils[i] % count[i]] += 1
        for number, size in enumerate(sizes, 1):
            cells.append([*own[row_of[i]], grades[i], str(number), str(size)])
            labels.append(names[i])
    headers = [*(sheet.headers[f] for f in fixed), "grade", "class_no", "pupils"]
    found = replace(
        sheet, headers=headers, cells=text_frame(cells, len(headers)), labels=np.array(labels, dtype=object)
    )
    return found, problems


def _long(sheet: Sheet, known: Grades) -> tuple[pd.DataFrame, list[int]]:
    """Return ``row, label, grade, pupils, count`` per row and grade, and the positions of the other columns."""
    pupils: dict[int, int] = {}
    counts: dict[int, int] = {}
    for i, header in enumerate(sheet.headers):
        if (grade := grade_of(header, known)) is not None:
            pupils[grade] = i
        elif (grade := classes_of(header, known)) is not None:
            counts[grade] = i
    if len(pupils) > 1:
        used = {*pupils.values(), *counts.values(), *_totals(sheet)}
        parts = [
            _part(sheet, [str(g)] * len(sheet.cells), position, counts.get(g))
            for g, position in sorted(pupils.items())
        ]
        rows = pd.concat(parts).sort_values("row", kind="stable").reset_index(drop=True)
    else:
        names = {hit[0]: i for i, h in enumerate(sheet.headers) if (hit := find_column(TABLE["classes"], h))}
        count = next((i for i, h in enumerate(sheet.headers) if plain(h) in COUNT_HEADERS), None)
        used = {names.get("grade", -1), names.get("pupils", -1), -1 if count is None else count}
        grades = list(sheet.cells[names["grade"]]) if "grade" in names else [""] * len(sheet.cells)
        rows = _part(sheet, grades, names.get("pupils"), count)
    return rows, [i for i in range(len(sheet.headers)) if i not in used]


def _totals(sheet: Sheet) -> set[int]:
    """Return the columns that hold pupils of all grades together."""
    hits = {i: find_column(TABLE["classes"], h) for i, h in enumerate(sheet.headers)}
    return {i for i, hit in hits.items() if hit and hit[0] in ("pupils", "grade")}


def _part(sheet: Sheet, grades: Sequence[str], pupils: int | None, count: int | None) -> pd.DataFrame:
    blank = [""] * len(sheet.cells)
    return pd.DataFrame(
        {
            "row": np.arange(len(sheet.cells)),
            "label": sheet.labels,
            "grade": grades,
            "pupils": blank if pupils is None else list(sheet.cells[pupils]),
            "count": blank if count is None else list(sheet.cells[count]),
        }
    )


def _numbers(texts: pd.Series[str]) -> FloatArray:
    clean = texts.astype("str").map(half_width).str.strip().str.replace(",", "", regex=False)
    return pd.to_numeric(clean.where(clean != "", "0"), errors="coerce").to_numpy(dtype="float64")


def _whole(texts: pd.Series[str]) -> IntArray:
    numbers = _numbers(texts)
    return np.where(np.isfinite(numbers) & (np.abs(numbers) < _MOST), numbers, 0).round().astype(np.int64)


def _not_counts(texts: pd.Series[str]) -> BoolArray:
    """Return where a text is no whole number of pupils or classes that a school can have."""
    numbers = _numbers(texts)
    return np.asarray(~((numbers >= 0) & (numbers < _MOST) & (numbers == np.round(numbers))), dtype=np.bool_)


def _not_a_count(file: str, row: pd.Series[str]) -> Issue:
    return Issue(
        "importing.registers.pupils_classes_grade_must_whole",
        file,
        row=str(row["label"]),
        column="pupils",
        value=f"{row['pupils']} / {row['count']}",
        grade=row["grade"],
        most=_MOST - 1,
    )
