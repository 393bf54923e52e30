"""Say why two ledgers do not belong together: two counties, a wrong order, other stages, other standards."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from planning.errors import DistrictError, Issue
from planning.indicators.ledger import NOTHING, read_ledger, renamed
from planning.messages import Text

SAME = 0.2
"""Share of the units of the smaller ledger that both must name alike, where a file does not say which county it is of."""


def read_both(before: str | Path, after: str | Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read two ledgers that belong together.

    Raises
    ------
    DistrictError
        If one of them cannot be read, or they do not belong together; all at once.
    """
    tables: list[pd.DataFrame] = []
    problems: list[Issue] = []
    for file in (before, after):
        try:
            tables.append(read_ledger(file))
        except DistrictError as error:
            problems += error.problems
    if not problems:
        problems = apart(tables[0], tables[1], (before, after))
    if problems:
        raise DistrictError(problems)
    return tables[0], tables[1]


def apart(before: pd.DataFrame, after: pd.DataFrame, files: tuple[str | Path, str | Path]) -> list[Issue]:
    """Return everything that keeps two ledgers from being compared.

    Parameters
    ----------
    files : tuple of two
        What the ledgers are called in messages.
    """
    names = (str(files[0]), str(files[1]))
    mixed = [p for table, name in zip((before, after), names, strict=True) for p in _mixed(table, name)]
    if mixed or before.empty or after.empty:
        return mixed
    return [*_counties(before, after, names), *_order(before, after, names), *_stages(before, after, names),
            *_standards(before, after, names)]  # fmt: skip


def _mixed(table: pd.DataFrame, name: str) -> Iterator[Issue]:
    for column in ("district", "as_of", "year"):
        values = _values(table, column)
        if len(values) > 1:
            yield Issue(
                "indicators.ledger_pair.ledger_holds_several",
                name,
                column=column,
                value=", ".join(values),
                en=Text(f"indicators.ledger_pair.column.{column}"),
            )


def _counties(before: pd.DataFrame, after: pd.DataFrame, names: tuple[str, str]) -> Iterator[Issue]:
    said = [_one(t, "district") for t in (before, after)]
    shown = [_shown(t) for t in (before, after)]
    # under one identifier a single unit in common is enough, for units may be renumbered and schools renamed
    least = 1e-9 if all(said) else SAME
    if (all(said) and said[0] != said[1]) or _common(before, after) < least:
        yield Issue(
            "indicators.ledger_pair.another_county_than_not",
            names[1],
            column="district",
            value=said[1],
            names=names[0],
            shown=shown[1],
            shown2=shown[0],
        )


def _order(before: pd.DataFrame, after: pd.DataFrame, names: tuple[str, str]) -> Iterator[Issue]:
    for column in ("as_of", "year"):
        first, second = _one(before, column), _one(after, column)
        if first and second and second < first:
            yield Issue(
                "indicators.ledger_pair.earlier_than",
                names[1],
                column=column,
                value=second,
                en=Text(f"indicators.ledger_pair.one.{column}"),
                second=second,
                names=names[0],
                first=first,
            )


def _stages(before: pd.DataFrame, after: pd.DataFrame, names: tuple[str, str]) -> Iterator[Issue]:
    found = [set(_values(t, "stage")) for t in (before, after)]
    told = all(
        _one(t, "standards") for t in (before, after)
    )  # those of earlier versions leave out what lacks nothing
    if found[0] == found[1] or (not told and (found[0] & found[1] or not all(found))):
        return
    shown = [", ".join(sorted(f)) or "–" for f in found]
    yield Issue(
        "indicators.ledger_pair.holds_other_stages_than",
        names[1],
        column="stage",
        value=shown[1],
        shown=shown[1],
        names=names[0],
        shown2=shown[0],
    )


def _standards(before: pd.DataFrame, after: pd.DataFrame, names: tuple[str, str]) -> Iterator[Issue]:
    said = [_one(t, "standards") for t in (before, after)]
    if all(said) and said[0] != said[1]:
        yield Issue(
            "indicators.ledger_pair.made_other_standards_than",
            names[1],
            column="standards",
            value=said[1],
            said=said[1],
            names=names[0],
            said2=said[0],
        )


def _common(before: pd.DataFrame, after: pd.DataFrame) -> float:
    """Return the share of units that both name alike, of those of the smaller ledger."""
    earlier = before.assign(unit=before["unit"].replace(renamed(before, after)))
    sides = [set(zip(t["unit"].astype(str), t["name"].astype(str), strict=True)) for t in (earlier, after)]
    return len(sides[0] & sides[1]) / max(1, min(map(len, sides)))


def _shown(table: pd.DataFrame) -> str:
    said = f"{_one(table, 'district_zh')} {_one(table, 'district')}".strip()
    units = table.loc[table["item"] != NOTHING, "name"].astype(str).drop_duplicates().head(3)
    return said or "、".join(units)


def _one(table: pd.DataFrame, column: str) -> str:
    return next(iter(_values(table, column)), "")


def _values(table: pd.DataFrame, column: str) -> list[str]:
    found = table[column].dropna().astype(str)
    return sorted(set(found) - {""})
