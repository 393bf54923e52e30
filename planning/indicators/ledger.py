"""Keep the ledger of gaps (台账): what every unit lacks, in things, the year it must be cleared, and what was cleared since."""

from __future__ import annotations

import io
from collections.abc import Collection, Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from planning.district.cells.encoding import decode
from planning.errors import DistrictError, Issue
from planning.indicators.assessment import Assessment
from planning.indicators.case import Case
from planning.indicators.guarantee import oversized_schools
from planning.indicators.scorecard import write_csv
from planning.indicators.units import FAIL, MET, MISSING, NOISE, excused
from planning.messages import Text
from planning.standards import Profile
from planning.tables import as_written

COLUMNS = (
    "as_of", "unit", "name", "stage", "item", "item_zh", "have", "need", "gap", "measure", "measure_zh", "excused", "clear_by",
    "line", "school", "district", "district_zh", "year", "standards",
)  # fmt: skip
LATER = ("school", "district", "district_zh", "year", "standards")
"""Columns that ledgers of earlier versions do not have."""
NOTHING = "none"
"""Item of a unit that lacks nothing: it was looked at, so what it lacked before is cleared and not merely gone."""
STATUSES = {
    status: Text(f"indicators.ledger.status.{status}").text("zh")
    for status in (
        "cleared",
        "reduced",
        "unchanged",
        "grown",
        "new",
        "not_supplied",
        "supplied",
        "merged",
        "vanished",
        "unlisted",
    )
}
"""What may become of a lack between two dates; the last one only where a ledger of an earlier version does not tell."""
KEY = ["unit", "item"]
_SIGNS = {"m2": "㎡"}
_MEASURED = {
    "A1": ("teachers", True),
    "A2": ("teachers", True),
    "A3": ("teachers", True),
    "A4": ("m2", False),
    "A5": ("m2", False),
    "A6": ("yuan", False),
    "A7": ("rooms", True),
    "music_rooms": ("rooms", True),
    "art_rooms": ("rooms", True),
    "seats": ("seats", True),
    "over_cap": ("classes", True),
    "large": ("classes", True),
    "super": ("classes", True),
    "oversize": ("pupils", True),
    NOTHING: ("", False),
}  # item: measure, counted in whole things
ITEMS = {
    item: (
        Text(f"indicators.ledger.item.{item.lower()}").text("zh"),
        measure,
        _SIGNS.get(measure, measure and Text(f"indicators.ledger.measure.{measure}").text("zh")),
        whole,
    )
    for item, (measure, whole) in _MEASURED.items()
}
"""Item: Chinese name, measure, its Chinese, counted in whole things."""
FEWER = ("over_cap", "large", "super", "oversize")  # there is too much of these: the gap is what must go

Row = tuple[str, str, str, str, float, float, bool, int | None, str]


def make_ledger(case: Case, as_of: str, *, district: str = "", district_zh: str = "") -> pd.DataFrame:
    """Return everything the units of a county lack.

    Parameters
    ----------
    case : Case
        See :func:`planning.indicators.case.make_case`.
    as_of : str
        Date of the ledger, ``YYYY-MM-DD``.
    district, district_zh : str
        Identifier and name of the county, so that ledgers of two counties are not held against each other.

    Returns
    -------
    DataFrame
        One row per unit and lack: ``have, need, gap`` (of large classes and pupils over the cap: how many must go) in ``measure`` (teachers, m², yuan, rooms, seats, classes, pupils; whole
        things rounded up), ``excused`` (the single remainder at 85 % or more that the rule allows), ``clear_by`` (school year
        the plan asks for, missing where it names none), ``line`` of the plan. An amount that is not supplied has no gap but
        stands in the ledger with ``have`` missing. A unit with pupils that lacks nothing has one row, item ``none``.

    Notes
    -----
    Facilities of integrated schools are counted by the unit's weighted share. Failing units are spread over the years of the
    plan's 60 / 80 / 90 / 95 % targets (S:69–S:81), those that lack least first.
    """
    rows = [*_resource_gaps(case), *_room_gaps(case), *_class_gaps(case), *_size_gaps(case)]
    rows += _without_gaps(case, {row[0] for row in rows})
    table = pd.DataFrame(
        [
            (
                as_of,
                unit,
                name,
                stage,
                item,
                ITEMS[item][0],
                have,
                need,
                have - need if item in FEWER else need - have,
                *ITEMS[item][1:3],
                *rest,
            )
            for unit, name, stage, item, have, need, *rest in rows
        ],
        columns=[c for c in COLUMNS if c not in LATER],
    )
    table["clear_by"] = table["clear_by"].astype("Int64")
    schools = case.figures.units["school"]
    table["school"] = [str(schools.get(unit, unit)) for unit in table["unit"]]
    table["district"], table["district_zh"] = district, district_zh
    table["year"], table["standards"] = case.figures.year, case.profile.name
    return table.sort_values(["clear_by", "unit", "item"], kind="stable").reset_index(drop=True)


def compare_ledgers(before: pd.DataFrame, after: pd.DataFrame, merged: Collection[str] = ()) -> pd.DataFrame:
    """Return what became of every lack between two dates (销号).

    Whether the two belong together is asked by :func:`planning.indicators.ledger_pair.apart`.

    Parameters
    ----------
    merged : collection of str
        Units that the plan closed or merged (:func:`planning.indicators.closed.closed_units`): what they lacked is neither
        cleared nor without a trace.

    Returns
    -------
    DataFrame
        ``unit, name, item, item_zh, measure, gap_before, gap_after, change, status``. A lack is ``cleared`` only when the unit is
        still there and was looked at; ``merged`` when the plan closed the unit; ``vanished`` when it is gone otherwise; ``not_supplied`` when the amount is not known any more
        (``change`` is missing then), ``supplied`` when it was not known before; else ``reduced``, ``unchanged``, ``grown`` or
        ``new``. A unit that goes on under another identifier with the same name and stage is the same unit.
    """
    about = [*KEY, "name", "item_zh", "measure", "gap"]
    listed = units_of(after)
    earlier = before.assign(unit=before["unit"].replace(renamed(before, after)))
    sides = [t.loc[t["item"] != NOTHING, about] for t in (earlier, after)]
    both = sides[0].merge(sides[1], on=KEY, how="outer", suffixes=("_before", "_after"), indicator=True)
    for column in ("name", "item_zh", "measure"):
        both[column] = both[f"{column}_after"].fillna(both[f"{column}_before"])
    was, now = (both["_merge"] != "right_only").to_numpy(), (both["_merge"] != "left_only").to_numpy()
    known_before, known_after = both["gap_before"].notna().to_numpy(), both["gap_after"].notna().to_numpy()
    here = both["unit"].isin(listed).to_numpy()
    change = (both["gap_after"].fillna(0) - both["gap_before"].fillna(0)).to_numpy(dtype=float)
    tests = {
        "merged": was & ~now & ~here & both["unit"].isin(list(merged)).to_numpy(),
        "unlisted": ~now & ~here & (not _tells_all(after)),
        "vanished": ~now & ~here,
        "not_supplied": was & known_before & now & ~known_after,
        "supplied": was & ~known_before & (~now | known_after),
        "cleared": ~now,
        "new": ~was,
        "reduced": change < -NOISE,
        "grown": change > NOISE,
    }
    both["status"] = np.select(list(tests.values()), list(tests), "unchanged")
    unknown = both["status"].isin(("not_supplied", "supplied", "merged", "vanished", "unlisted")).to_numpy()
    both["change"] = np.where(unknown, np.nan, change)
    columns = [*KEY, "name", "item_zh", "measure", "gap_before", "gap_after", "change", "status"]
    return both[columns].sort_values(KEY).reset_index(drop=True)


def units_of(ledger: pd.DataFrame) -> set[str]:
    """Return the units, and the schools as a whole, that a ledger looked at."""
    return {*ledger["unit"].astype(str), *ledger["school"].dropna().astype(str)} - {""}


def renamed(before: pd.DataFrame, after: pd.DataFrame) -> dict[str, str]:
    """Return the new identifiers of units that go on under the same name and stage, by their old ones."""
    sides = [
        t[["unit", "name", "stage"]].drop_duplicates().drop_duplicates(["name", "stage"], keep=False)
        for t in (before, after)
    ]
    gone = sides[0][~sides[0]["unit"].isin(units_of(after))]
    come = sides[1][~sides[1]["unit"].isin(units_of(before))]
    same = gone.merge(come, on=["name", "stage"], suffixes=("_old", "_new"))
    return dict(zip(same["unit_old"], same["unit_new"], strict=True))


def _tells_all(ledger: pd.DataFrame) -> bool:
    """Return whether a ledger lists units that lack nothing, as those of earlier versions do not."""
    return bool((ledger["standards"].fillna("") != "").any())


def write_ledger(ledger: pd.DataFrame, path: str | Path) -> None:
    """Write a ledger as CSV that spreadsheets open and :func:`read_ledger` reads back."""
    write_csv(ledger, Path(path))


def read_ledger(path: str | Path) -> pd.DataFrame:
    """Read a ledger; columns that earlier versions did not write come back empty.

    Raises
    ------
    DistrictError
        If the file is missing or not readable, columns are missing, or values are none that a ledger holds; all at once.
    """
    file = Path(path)
    if not file.is_file():
        raise DistrictError([Issue("indicators.ledger.file_not_found", str(file))])
    try:
        text = io.StringIO(decode(file.read_bytes(), file.name), newline="")
        table = pd.read_csv(text, dtype=str, keep_default_na=False)
    except (ValueError, OSError) as error:
        raise DistrictError(
            [Issue("indicators.ledger.not_readable", str(file), error=error)]
        ) from None  # fmt: skip
    missing = [c for c in COLUMNS if c not in table.columns and c not in LATER]
    if missing:
        raise DistrictError(Issue("indicators.ledger.column_missing", str(file), column=c) for c in missing)
    for column in LATER:
        table[column] = table.get(column, "")
    problems = [*_numbers(table, file), *_days(table, file)]
    if problems:
        raise DistrictError(problems)
    table["excused"] = table["excused"].str.lower() == "true"
    for column in ("unit", "name", "district_zh", "school"):
        table[column] = as_written(table[column])
    return table[list(COLUMNS)]


def _numbers(table: pd.DataFrame, file: Path) -> Iterator[Issue]:
    """Turn the columns of numbers into numbers, and yield the cells that are none."""
    for column in ("have", "need", "gap", "clear_by", "year"):
        values = pd.to_numeric(table[column].replace("", None), errors="coerce")
        whole = column in ("clear_by", "year")
        wrong = (values.isna() & (table[column] != "")) | (whole & (values % 1 > 0)) | np.isinf(values)
        for row in np.flatnonzero(wrong).tolist():
            yield Issue(
                "indicators.ledger.no_number",
                str(file),
                row=str(row + 2),
                column=column,
                value=str(table[column].iloc[row]),
            )
        if not wrong.any():
            table[column] = values.astype("Int64") if whole else values.astype(float)


def _days(table: pd.DataFrame, file: Path) -> Iterator[Issue]:
    """Write the dates as ``YYYY-MM-DD``, spreadsheets do not keep them so, and yield those that are none."""
    days = pd.to_datetime(table["as_of"], format="mixed", errors="coerce")
    for row in np.flatnonzero(days.isna()).tolist():
        yield Issue(
            "indicators.ledger.no_date",
            str(file),
            row=str(row + 2),
            column="as_of",
            value=str(table["as_of"].iloc[row]),
        )
    table["as_of"] = days.dt.strftime("%Y-%m-%d")


def _resource_gaps(case: Case) -> Iterator[Row]:
    a, profile = case.resources, case.profile
    per = np.array([r.per for r in profile.resources.values()], dtype=float)
    pupils = a.units["pupils"].to_numpy(dtype=float)[:, None]
    need = a.thresholds * pupils / per
    whole = np.array([ITEMS[name][3] for name in a.names])
    # whole things: the smallest number of more teachers or rooms that reaches the standard
    need = np.where(whole, a.amounts + np.ceil((need - a.amounts) * (1 - NOISE)), need)
    need = np.where(np.isnan(a.amounts), np.nan, need)
    allowed = excused(a.code, profile.unit_verdict.met)
    years = clearance_years(a, profile)
    ids, names, stages = _labels(a.units)
    for u, i in np.argwhere(a.code != MET).tolist():
        free = bool(allowed[u, i])
        year, line = (None, "S:139") if free else years.get(u, (None, "S:139"))
        if a.code[u, i] == MISSING:
            year, line = None, "S:139"
        yield ids[u], names[u], stages[u], a.names[i], float(a.amounts[u, i]), float(need[u, i]), free, year, line  # fmt: skip


def clearance_years(a: Assessment, profile: Profile) -> dict[int, tuple[int | None, str]]:
    """Return the year every failing unit must pass by, so that the yearly shares of passing units are met.

    Units that miss fewest resources, then by the smallest worst gap, come first; those beyond the last share fall in the last
    year, since every unit must pass in the end (S:139).
    """
    asked = [
        (year, t["units_passing_share"])
        for year, t in sorted(profile.targets.items())
        if "units_passing_share" in t
    ]
    failing = np.flatnonzero(a.verdict == FAIL)
    if not asked or not len(failing):
        return {}
    gap = np.nan_to_num(1 - a.values / a.thresholds, nan=0.0).max(axis=1)
    missed = ((a.code != MET) & (a.code != MISSING)).sum(axis=1)
    order = failing[np.lexsort((gap[failing], missed[failing]))]
    passing, n = int((a.verdict == 1).sum()), len(a.verdict)
    result: dict[int, tuple[int | None, str]] = {}
    for rank, u in enumerate(order, start=1):
        share = (passing + rank - 1) / n  # reached before this unit is cleared
        due = next(((y, t) for y, t in asked if share < t.value - NOISE), asked[-1])
        result[int(u)] = (due[0], f"S:{due[1].line}")
    return result


def _room_gaps(case: Case) -> Iterator[Row]:
    units = case.figures.units
    assessed = units[units["counted"].to_numpy(dtype=bool) & (case.arrays.classes > 0)]
    need = np.ceil(assessed["classes"].to_numpy(dtype=float) / case.profile.special_rooms.classes_per_room)
    year = max(case.profile.targets, default=None)
    ids, names, stages = _labels(assessed)
    for item in ("music_rooms", "art_rooms"):
        have = assessed[item].to_numpy(dtype=float)
        for u in np.flatnonzero(~(have >= need)).tolist():
            yield ids[u], names[u], stages[u], item, float(have[u]), float(need[u]), False, year, "S:159"


def _class_gaps(case: Case) -> Iterator[Row]:
    classes, profile = case.classes, case.profile
    ids, names, stages = _labels(case.figures.units)
    n = len(ids)
    found = {
        "over_cap": (classes.over, _first_year(profile, "within_cap_share", 1.0)),
        "large": (classes.at_least("large"), _first_year(profile, "large_class_share", 0.0)),
        "super": (classes.at_least("super"), _first_year(profile, "super_large_classes", 0.0)),
    }
    for item, (flag, (year, line)) in found.items():
        count = np.bincount(classes.unit[flag], minlength=n)
        for u in np.flatnonzero(count).tolist():  # such classes must become none
            yield ids[u], names[u], stages[u], item, float(count[u]), 0.0, False, year, line
    pupils = np.bincount(classes.unit, weights=classes.pupils, minlength=n)
    over = np.where(classes.seated, np.maximum(classes.pupils - classes.cap, 0), classes.pupils)
    without = np.bincount(classes.unit, weights=over, minlength=n)
    year, line = found["over_cap"][1]
    for u in np.flatnonzero(without).tolist():
        have, need = float(pupils[u] - without[u]), float(pupils[u])
        yield ids[u], names[u], stages[u], "seats", have, need, False, year, line


def _without_gaps(case: Case, listed: set[str]) -> Iterator[Row]:
    units = case.figures.units
    rest = units[((units["pupils"] > 0) | (units["classes"] > 0)) & ~units.index.isin(listed)]
    for unit, name, stage in zip(*_labels(rest), strict=True):
        yield unit, name, stage, NOTHING, 0.0, 0.0, False, None, ""


def _labels(units: pd.DataFrame) -> tuple[list[str], list[str], list[str]]:
    return units.index.astype(str).tolist(), units["name"].tolist(), units["stage"].tolist()


def _size_gaps(case: Case) -> Iterator[Row]:
    year, line = _first_year(case.profile, "oversized_schools", 0.0)
    for school in oversized_schools(case):
        have, need = school.pupils, school.limit
        yield school.school, school.name, "", "oversize", have, need, False, year, line


def _first_year(profile: Profile, target: str, value: float) -> tuple[int | None, str]:
    """Return the first year whose target asks for this value, and its line; the standard's own line without one."""
    for year, targets in sorted(profile.targets.items()):
        if target in targets and targets[target].value == value:
            return year, f"S:{targets[target].line}"
    return None, "S:163" if target == "oversized_schools" else "S:167"
