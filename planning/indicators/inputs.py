"""Read assignments and attendance that people made elsewhere, so that they can be scored without solving."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pandas as pd

from planning.district import District
from planning.district.schema import GRADES, STAGE_ZH
from planning.errors import DistrictError, LayoutError, Problem
from planning.indicators.enrolment import STAGE_OF_GRADE

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
        [
            Problem(
                where,
                f"no pupils of school year {year}",
                f"没有 {year} 学年的学生数据",
                value=str(year),
                mend_en=f"years on record: {some}",
                mend_zh=f"现有学年：{some}",
            )
        ]
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
            Problem(
                "projects",
                "no such project in the district",
                "区县数据中没有该项目",
                value=p,
                mend_en=f"known: {', '.join(known[:8])}" + (" …" if len(known) > 8 else ""),
                mend_zh=f"现有：{'、'.join(known[:8])}" + (" …" if len(known) > 8 else ""),
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
            Problem(str(file), f"expected {asked}", asked_zh, row=str(i + 2), column=column, value=str(table[column].iat[i]))
            for i in bad.to_numpy().nonzero()[0].tolist()
        ]  # fmt: skip
        table[column] = number
    if problems:
        raise LayoutError(problems)
    return table.astype({"grade": "int64", "pupils": "int64"})


def _read(file: Path, columns: tuple[str, ...]) -> pd.DataFrame:
    if not file.is_file():
        raise LayoutError([Problem(str(file), "file not found", "找不到文件")])
    try:
        table = pd.read_csv(file, dtype=str, encoding="utf-8-sig")
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError) as error:
        raise LayoutError(
            [Problem(str(file), f"not a readable CSV in UTF-8: {error}", "不是可读取的 UTF-8 CSV 文件")]
        ) from None
    names = {alias: column for column in columns for alias in HEADERS[column]}
    table = table.rename(columns=lambda h: names.get(str(h).strip(), str(h).strip()))
    missing = [c for c in columns if c not in table.columns]
    if missing:
        raise LayoutError(
            Problem(
                str(file),
                f"column is missing; found {', '.join(table.columns)}",
                f"缺少列；现有 {'、'.join(table.columns)}",
                column=c,
                mend_en=f"add a column {c} (or {HEADERS[c][1]})",
                mend_zh=f"请增加列 {c}（或 {HEADERS[c][1]}）",
            )
            for c in missing
        )
    return table[list(columns)].copy()


def _unknown(
    file: Path, table: pd.DataFrame, district: District, units: set[str], *, empty_zone: bool = False
) -> Iterator[Problem]:
    known = {"zone": {*district.zones["zone"], *([""] if empty_zone else [])}, "unit": units}
    for column, values in known.items():
        for i in (~table[column].isin(values)).to_numpy().nonzero()[0].tolist():
            yield Problem(
                str(file),
                f"no such {column} in the district",
                "区县数据中没有该编号",
                row=str(i + 2),
                column=column,
                value=str(table[column].iat[i]),
            )


def _wrong_stage(file: Path, table: pd.DataFrame, stages: dict[str, str]) -> Iterator[Problem]:
    for i, (stage, unit) in enumerate(zip(table["stage"], table["unit"], strict=True)):
        if stage not in GRADES or stages.get(unit, stage) != stage:
            yield Problem(
                str(file),
                f"stage does not fit unit {unit}; expected primary or junior as the unit has it",
                f"学段与办学单位 {unit} 不符，应为 primary/小学 或 junior/初中",
                row=str(i + 2),
                column="stage",
                value=str(stage),
            )


def _left_out(file: Path, table: pd.DataFrame, district: District) -> Iterator[Problem]:
    """Yield the stages in which zones with pupils have no unit, unless the whole stage is absent."""
    homes = district.zone_pupils[district.zone_pupils["pupils"] > 0]
    for stage, grades in GRADES.items():
        placed = set(table.loc[table["stage"] == stage, "zone"])
        left = sorted(set(homes.loc[homes["grade"].isin(grades), "zone"]) - placed)
        if placed and left:
            some = ", ".join(left[:5])
            yield Problem(
                str(file),
                f"{len(left)} zones with {stage} pupils have no unit: {some} …",
                f"{len(left)} 个有学生的居住单元缺少学区：{some} …",
                column="zone",
                mend_en="give every zone a row for the stage",
                mend_zh="请为每个单元补充该学段",
            )
