"""Read assignments and attendance that people made elsewhere, so that they can be scored without solving."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pandas as pd

from planning.district import District
from planning.district.schema import GRADES, STAGE_ZH
from planning.errors import DistrictError, Issue, LayoutError
from planning.indicators.enrolment import STAGE_OF_GRADE
from planning.messages import Both

HEADERS = {
    "zone": ("zone", "单元编号", "居住单元", "居住单元编号"),
    "stage": ("stage", "学段"),
    "unit": ("unit", "办学单位编号", "办学单位"),
    "grade": ("grade", "年级"),
    "pupils": ("pupils", "学生数", "人数"),
}
STAGE_WORDS = {word: stage for stage, zh in STAGE_ZH.items() for word in (stage, zh)}


def known_year(year: int | None, years: Iterable[int], where: str) -> int | None:
    """Return a year that was asked for, or complain when there are no figures of it; an empty county would pass nearly everything.

    Raises
    ------
    DistrictError
        Naming the years there are.
    """
    known = sorted({int(y) for y in years})
    if year is None or year in known:
        return year
    some = ", ".join(map(str, known)) or "–"
    raise DistrictError(
        [Issue("indicators.inputs.no_pupils_school_year", where, value=str(year), year=year, some=some)]
    )


def known_projects(projects: Iterable[str], district: District) -> tuple[str, ...]:
    """Return projects that were named, or complain about those the district does not have.

    Raises
    ------
    DistrictError
        With every unknown project.
    """
    named, known = tuple(projects), district.projects["project"].astype(str).tolist()
    unknown = [p for p in named if p not in known]
    if unknown:
        raise DistrictError(
            Issue(
                "indicators.inputs.no_such_project_district",
                "projects",
                value=p,
                known=known[:8],
                more=" …" if len(known) > 8 else "",
            )
            for p in unknown
        )
    return named


def read_assignment(path: str | Path, district: District, created: Iterable[str] = ()) -> pd.DataFrame:
    """Read catchments that nobody solved: ``zone, stage, unit``; several rows of one zone and stage are a shared zone.

    Parameters
    ----------
    created : iterable of str
        Units that projects in use create.

    Raises
    ------
    LayoutError
        With everything that is wrong: columns, unknown zones or units, stages that do not fit, zones left out.
    """
    file = Path(path)
    table = _read(file, ("zone", "stage", "unit"))
    table["stage"] = table["stage"].map(lambda s: STAGE_WORDS.get(str(s).strip(), str(s)))
    stages = dict(zip(district.units["unit"], district.units["stage"], strict=True))
    stages.update({u: "primary" if u.endswith("-P") else "junior" for u in created})
    problems = [*_unknown(file, table, district, set(stages)), *_wrong_stage(file, table, stages)]
    problems += _left_out(file, table, district)
    if problems:
        raise LayoutError(problems)
    return table.drop_duplicates(ignore_index=True)


def read_attendance(path: str | Path, district: District, created: Iterable[str] = ()) -> pd.DataFrame:
    """Read this year's real enrolment by home: ``zone, unit, grade, pupils``; an empty zone lies outside the county.

    Raises
    ------
    LayoutError
        With everything that is wrong.
    """
    file = Path(path)
    table = _read(file, ("zone", "unit", "grade", "pupils"))
    table["zone"] = table["zone"].fillna("")
    units = {*district.units["unit"], *created}
    problems = [*_unknown(file, table, district, units, empty_zone=True)]
    for column, low, high in (("grade", 1, max(STAGE_OF_GRADE)), ("pupils", 0, None)):
        number = pd.to_numeric(table[column], errors="coerce")
        bad = number.isna() | (number < low) | (number % 1 != 0) | (number > (high or number.max()))
        asked = f"a whole number from {low}" + (f" to {high}" if high else "")
        asked_zh = f"应为{low}" + (f"—{high}的整数" if high else "以上的整数")
        problems += [
            Issue(Both(f"expected {asked}", asked_zh), str(file), row=str(i + 2), column=column, value=str(table[column].iat[i]))
            for i in bad.to_numpy().nonzero()[0].tolist()
        ]  # fmt: skip
        table[column] = number
    if problems:
        raise LayoutError(problems)
    return table.astype({"grade": "int64", "pupils": "int64"})


def _read(file: Path, columns: tuple[str, ...]) -> pd.DataFrame:
    if not file.is_file():
        raise LayoutError([Issue("indicators.inputs.file_not_found", str(file))])
    try:
        table = pd.read_csv(file, dtype=str, encoding="utf-8-sig")
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError) as error:
        raise LayoutError(
            [Issue("indicators.inputs.not_readable_csv_utf_8", str(file), error=error)]
        ) from None
    names = {alias: column for column in columns for alias in HEADERS[column]}
    table = table.rename(columns=lambda h: names.get(str(h).strip(), str(h).strip()))
    missing = [c for c in columns if c not in table.columns]
    if missing:
        raise LayoutError(
            Issue(
                "indicators.inputs.column_missing_found",
                str(file),
                column=c,
                columns=table.columns,
                c=c,
                headers=HEADERS[c][1],
            )
            for c in missing
        )
    return table[list(columns)].copy()


def _unknown(
    file: Path, table: pd.DataFrame, district: District, units: set[str], *, empty_zone: bool = False
) -> Iterator[Issue]:
    known = {"zone": {*district.zones["zone"], *([""] if empty_zone else [])}, "unit": units}
    for column, values in known.items():
        for i in (~table[column].isin(values)).to_numpy().nonzero()[0].tolist():
            yield Issue(
                "indicators.inputs.no_such_district",
                str(file),
                row=str(i + 2),
                column=column,
                value=str(table[column].iat[i]),
                header=column,
            )


def _wrong_stage(file: Path, table: pd.DataFrame, stages: dict[str, str]) -> Iterator[Issue]:
    for i, (stage, unit) in enumerate(zip(table["stage"], table["unit"], strict=True)):
        if stage not in GRADES or stages.get(unit, stage) != stage:
            yield Issue(
                "indicators.inputs.stage_does_not_fit_unit",
                str(file),
                row=str(i + 2),
                column="stage",
                value=str(stage),
                unit=unit,
            )


def _left_out(file: Path, table: pd.DataFrame, district: District) -> Iterator[Issue]:
    """Yield the stages in which zones with pupils have no unit, unless the whole stage is absent."""
    homes = district.zone_pupils[district.zone_pupils["pupils"] > 0]
    for stage, grades in GRADES.items():
        placed = set(table.loc[table["stage"] == stage, "zone"])
        left = sorted(set(homes.loc[homes["grade"].isin(grades), "zone"]) - placed)
        if placed and left:
            some = ", ".join(left[:5])
            yield Issue(
                "indicators.inputs.zones_pupils_no_unit",
                str(file),
                column="zone",
                count=len(left),
                stage=stage,
                some=some,
            )
