"""Read the year's real enrolment: who attends which school and grade, in which class, and where they live."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import shapely

from planning.arrays import ObjectArray
from planning.district import District
from planning.district.cells.sheet import Sheet, problems_at
from planning.district.geometry.coordinates import shapes_to_wgs84, system_of
from planning.district.geometry.place import to_metric
from planning.district.names import Names
from planning.district.schema import STAGE_ZH, Choice, Column, Table
from planning.errors import Issue
from planning.evaluation.place import fill_zones, other_county
from planning.evaluation.sheets import Note, parse_sheet, raise_all, read_sheets
from planning.grades import USUAL, Grades, grade_name
from planning.messages import Both, Text, en_zh, zh_en

ENROLMENT = Table(
    "enrolment",
    "实际就读",
    "Real enrolment: a row per class, per group of pupils from one place, or per pupil.",
    (
        Column("unit", "办学单位编号", identifier=True, aliases=("办学单位",), example="S001-P",
               meaning="Unit, or give the school.", meaning_zh="办学单位编号，或填学校。"),
        Column("school", "学校", aliases=("学校名称", "学校编号", "就读学校"), example="第一小学",
               meaning="Name or id of the school.", meaning_zh="学校名称或编号。"),
        Column("stage", "学段", "choice", choices=tuple(Choice(stage, zh) for stage, zh in STAGE_ZH.items()),
               meaning="Not needed: the grade says it.", meaning_zh="可不填，由年级判断。"),
        Column("year", "学年", "int", minimum=1990, maximum=2100, meaning="School year.", meaning_zh="学年。"),
        Column("grade", "年级", "int", required=True, minimum=USUAL.first, maximum=USUAL.last, example="1",
               meaning="Grade of the county (1–9; 一年级, 初一, K are understood).", meaning_zh="本县的年级，如1—9（也可写一年级、初一、K）。"),
        Column("class_no", "班级", aliases=("班号", "班"), identifier=True, example="1",
               meaning="Class within its grade.", meaning_zh="年级内班号。"),
        Column("pupils", "学生数", "int", minimum=0, aliases=("人数",), unit="pupils", example="43",
               meaning="Pupils of the row; without the column every row is one pupil.", meaning_zh="该行学生数；没有此列时每行为一名学生。"),
        Column("zone", "居住单元编号", identifier=True, aliases=("居住单元", "单元编号", "单元", "家庭住址单元"), example="Z0001",
               meaning="Zone of the home; empty means outside the county.", meaning_zh="家庭住址所在单元，空为县外。"),
        Column("zone_name", "居住单元名称", aliases=("小区", "小区名称", "单元名称", "居住小区", "社区", "村组", "村", "家庭住址小区"), example="和平小区",
               meaning="Name of the zone of the home, instead of its id.", meaning_zh="居住单元名称，可代替编号。"),
        Column("county", "区县", aliases=("县区", "县（区）", "区县名称", "区县代码", "行政区划代码", "区划代码", "adcode"), identifier=True,
               meaning="Name or id of the county; the file must be of the approved layout's.", meaning_zh="区县名称或代码，须与批准方案一致。"),
        Column("lon", "经度", "number", minimum=70, maximum=140, aliases=("x", "lng", "住址经度"), example="106.2",
               meaning="Longitude of the home.", meaning_zh="家庭住址经度。"),
        Column("lat", "纬度", "number", minimum=15, maximum=55, aliases=("y", "住址纬度"), example="38.0",
               meaning="Latitude of the home.", meaning_zh="家庭住址纬度。"),
    ),
    meaning_zh="当年实际就读：一行一班、一行一处住址或一行一名学生。",
)  # fmt: skip
_NO_HOMES = pd.DataFrame(
    {"zone": pd.Series(dtype="str"), "unit": pd.Series(dtype="str"), "grade": pd.Series(dtype="int64"), "pupils": pd.Series(dtype="int64")}
)  # fmt: skip


@dataclass(frozen=True)
class RealEnrolment:
    """What a file says about one school year.

    Parameters
    ----------
    year : int, optional
        School year, where the file names it.
    enrolled : DataFrame
        ``unit, grade, pupils``: everybody.
    classes : DataFrame
        ``unit, grade, class_no, pupils``; empty where the file does not tell classes apart.
    homes : DataFrame
        ``zone, unit, grade, pupils``; ``zone`` is empty outside the county. Empty where the file says nothing of homes.
    notes : tuple of (str, str)
        Sheets and columns of the file that were left out, in Chinese and English.
    grades : Grades
        Grades of the county's stages.
    """

    year: int | None
    enrolled: pd.DataFrame
    classes: pd.DataFrame
    homes: pd.DataFrame
    notes: tuple[Note, ...] = ()
    grades: Grades = USUAL


def read_enrolment(
    path: str | Path, district: District, units: Mapping[str, str], *, coordinates: str = "wgs84"
) -> RealEnrolment:
    """Read real enrolment from a CSV file or a workbook.

    A workbook may hold several sheets: classes in one, homes in another. Where a sheet has classes it says how many attend; a
    sheet with homes then says where they live. Homes are zones by id or name, or longitude and latitude. What is not used is
    named in ``notes``.

    Parameters
    ----------
    district : District
        Zones and schools.
    units : mapping of str to str
        Stage of every unit that may occur, those of the layout's new schools included.
    coordinates : str
        System of longitude and latitude: ``wgs84``, ``cgcs2000``, ``gcj02`` or ``bd09``.

    Raises
    ------
    LayoutError
        Everything that is wrong, with file, row, column, value and mend.
    """
    problems = list(_unknown_system(coordinates))
    raise_all(problems)
    tables = []
    form = ENROLMENT.with_grades(district.grades)
    book = read_sheets(path, form)
    said = book.school_years()
    for sheet in book.sheets:
        table, wrong = _table(sheet, district, units, coordinates)
        table["year"] = table["year"].fillna(said.get(sheet.file))
        problems += [*wrong, *other_county(sheet, table, book.titles.get(sheet.file, []), district)]
        tables.append(table)
    problems += list(_years(Path(path).name, tables))
    raise_all(problems)
    problems += list(_uncounted(book.sheets, tables))
    raise_all(problems)
    with_classes = [t for t in tables if t.attrs["has"] & {"class_no"}]
    with_homes = [t for t in tables if t.attrs["has"] & {"zone", "lon"}]
    everybody = pd.concat(with_classes or tables)
    known = [t[~t["lost"]] for t in with_homes]
    homes = pd.concat(known)[["zone", "unit", "grade", "pupils"]] if known else _NO_HOMES
    key = ["unit", "grade"]
    enrolled = _summed(everybody, key)
    columns = [*key, "class_no"]
    classes = (
        _summed(pd.concat(with_classes), columns)
        if with_classes
        else pd.DataFrame(columns=[*columns, "pupils"])
    )
    raise_all(list(_more_homes(Path(path).name, enrolled, homes)))
    years = {int(y) for t in tables for y in t["year"].dropna().unique()}
    unknown = [t.attrs["note"] for t in with_homes if t.attrs["note"]]
    notes = (*book.notes, *_totals(book.sheets, tables), *unknown)
    return RealEnrolment(
        min(years, default=None), enrolled, classes, _summed(homes, ["zone", *key]), notes, district.grades
    )


def _summed(table: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    return pd.DataFrame(table.groupby(key)[["pupils"]].sum().reset_index())


def _table(
    sheet: Sheet, district: District, units: Mapping[str, str], coordinates: str
) -> tuple[pd.DataFrame, list[Issue]]:
    table, has, labels, problems = parse_sheet(sheet, ENROLMENT.with_grades(district.grades))
    problems += _units(sheet, table, has, labels, district, units)
    if "pupils" not in has:
        table["pupils"] = 1
    else:
        problems += _blank(sheet, table, labels, "pupils", "学生数") if not problems else []
    if "class_no" in has:
        problems += _blank(sheet, table, labels, "class_no", "班级")
    homes = None
    if has & {"zone", "zone_name"}:
        homes = fill_zones(sheet, table, labels, district)
        problems += homes.asked
        # a village that is misspelt is told and left out; a list of villages of elsewhere is refused
        problems += homes.unknown if problems or not homes.few else []
        has = has | {"zone"}
    if {"lon", "lat"} <= has:
        at = zones_at(district, table["lon"], table["lat"], coordinates)
        given = table["zone"].fillna("").astype("str") if "zone" in has else [""] * len(at)
        table["zone"] = [zone or point for zone, point in zip(given, at, strict=True)]
    elif {"lon", "lat"} & has:
        problems.append(Issue("evaluation.real.homes_need_both_lon_lat", sheet.file, row="1"))
    table.attrs["has"] = has
    if not problems:
        table = table.astype({"grade": "int64", "pupils": "int64"})
        table.attrs["has"] = has
        table["lost"] = homes.lost if homes else False
        table.attrs["note"] = homes.note(sheet.file, table["pupils"], Names.of(district)) if homes else None
    return table, problems


def zones_at(district: District, lon: pd.Series[float], lat: pd.Series[float], coordinates: str) -> list[str]:
    """Return the zone around every point, an empty text outside all of them or where there is no point."""
    known = (lon.notna() & lat.notna()).to_numpy()
    points = np.full(len(lon), None, dtype=object)
    points[known] = shapely.points(lon[known].to_numpy(dtype=float), lat[known].to_numpy(dtype=float))
    points = shapes_to_wgs84(points, coordinates)
    metric = np.asarray(to_metric(points, district.info.crs_metric).to_numpy(), dtype=object)
    result = np.full(len(lon), "", dtype=object)
    at, zone = shapely.STRtree(district.zones.geometry.to_numpy()).query(metric, predicate="intersects")
    first = np.unique(at, return_index=True)
    result[first[0]] = district.zones["zone"].to_numpy(dtype=object)[zone[first[1]]]
    return [str(z) for z in result]


def _units(
    sheet: Sheet,
    table: pd.DataFrame,
    has: set[str],
    labels: ObjectArray,
    district: District,
    units: Mapping[str, str],
) -> list[Issue]:
    """Fill in the unit of every row from the school and the grade, and say which rows fit none."""
    if not has & {"unit", "school"}:
        return [Issue("evaluation.real.neither_unit_nor_school", sheet.file, row="1")]
    stage = table["grade"].map(district.grades.stage_of).astype("object")
    at = _unit_names(district, units)
    by_school = [
        at.get((str(s), str(t)), "")
        for s, t in zip(table["school"].fillna(""), stage.fillna(""), strict=True)
    ]
    given = table["unit"].fillna("").astype("str")
    table["unit"] = [u or found for u, found in zip(given, by_school, strict=True)]
    unknown = ~table["unit"].isin(list(units)).to_numpy() & stage.notna().to_numpy()
    column = "unit" if "unit" in has else "school"
    written = (given if column == "unit" else table["school"].fillna("")).tolist()
    names = {key[0]: key[1] for key in at} if column == "school" else dict(units)
    problems = problems_at(
        unknown,
        labels,
        lambda i: _no_unit(
            sheet.file, str(labels[i]), column, str(written[i]), str(stage.iloc[i]), names, district.grades
        ),
    )
    wrong = ~unknown & (table["unit"].map(units).to_numpy() != stage.to_numpy()) & stage.notna().to_numpy()
    problems += problems_at(
        wrong,
        labels,
        lambda i: Issue(
            "evaluation.real.unit_does_not_grade_units",
            sheet.file,
            row=str(labels[i]),
            column="grade",
            value=grade_name(table["grade"].iloc[i]),
            grades=district.grades.told,
            unit=table["unit"].iloc[i],
        ),
    )
    return problems


def _unit_names(district: District, units: Mapping[str, str]) -> dict[tuple[str, str], str]:
    """Return units by school id or name and stage; names that several schools have are left out."""
    named = [
        *zip(district.schools["school"], district.schools["name"], strict=True),
        *zip(district.projects["school"], district.projects["name"], strict=True),
    ]
    school_of = dict(zip(district.units["unit"], district.units["school"], strict=True))
    result: dict[tuple[str, str], str] = {}
    twice: set[tuple[str, str]] = set()
    for unit, stage in units.items():
        school = str(school_of.get(unit, unit.rsplit("-", 1)[0]))
        for key in {(school, stage), *((str(n), stage) for s, n in named if s == school)}:
            if result.setdefault(key, unit) != unit:
                twice.add(key)
    return {k: v for k, v in result.items() if k not in twice}


def _no_unit(
    file: str, row: str, column: str, value: str, stage: str, names: Mapping[str, str], grades: Grades
) -> Issue:
    name = Text(f"evaluation.real.column.{'unit' if column == 'unit' else 'school'}")
    if value in names:
        zh = STAGE_ZH[stage]
        return Issue(
            Both(
                *en_zh("evaluation.real.no_such_part", column=column, column_name=name, stage=Both(stage, zh))
            ),
            file,
            row=row,
            column=column,
            value=value,
            mend="evaluation.mend.check_grade_of_stage",
            grades=grades.told,
        )
    near = difflib.get_close_matches(value, [n for n, s in names.items() if s == stage], 1, 0.5)
    return Issue(
        Both(
            *en_zh(
                "evaluation.real.no_such_in_layout",
                column=column,
                column_name=name,
                stage=Both(stage, STAGE_ZH[stage]),
            )
        ),
        file,
        row=row,
        column=column,
        value=value,
        mend="evaluation.mend.did_you_mean" if near else "evaluation.mend.write_id_name_districts_schools",
        near=(near[0]) if near else "",
    )


def _blank(sheet: Sheet, table: pd.DataFrame, labels: ObjectArray, column: str, zh: str) -> list[Issue]:
    empty = (table[column].isna() | (table[column].astype("str") == "")).to_numpy()
    return problems_at(
        empty,
        labels,
        lambda i: Issue(
            "evaluation.real.cell_empty_missing_number_not",
            sheet.file,
            row=str(labels[i]),
            column=column,
            zh=zh,
        ),
    )


def _unknown_system(coordinates: str) -> Iterator[Issue]:
    try:
        system_of(coordinates)
    except ValueError:
        yield Issue("evaluation.real.unknown_coordinate_system", "--coordinates", value=coordinates)


def _years(file: str, tables: list[pd.DataFrame]) -> Iterator[Issue]:
    years = sorted({int(y) for t in tables for y in t["year"].dropna().unique()})
    if len(years) > 1:
        yield Issue(
            "evaluation.real.file_holds_several_school_years",
            file,
            column="year",
            value=", ".join(map(str, years)),
        )


def _untold(tables: list[pd.DataFrame]) -> list[int]:
    """Return the sheets whose pupils other sheets count class by class, and which say nothing of homes."""
    if not any("class_no" in t.attrs["has"] for t in tables):
        return []
    return [k for k, t in enumerate(tables) if not t.attrs["has"] & {"class_no", "zone", "lon"}]


def _uncounted(sheets: Sequence[Sheet], tables: list[pd.DataFrame]) -> Iterator[Issue]:
    """Name what a sheet without classes holds and no sheet with classes does: it would be lost."""
    classes = [t for t in tables if "class_no" in t.attrs["has"]]
    for k in (k for k, t in enumerate(tables) if classes and "class_no" not in t.attrs["has"]):
        told = {key for t in classes for key in zip(t["unit"], t["grade"], strict=True)}
        mine = tables[k][tables[k]["pupils"] > 0]
        for unit, grade in sorted(set(zip(mine["unit"], mine["grade"], strict=True)) - told):
            yield Issue(
                "evaluation.real.grade_no_sheet_classes_so",
                sheets[k].file,
                row=f"{unit}, {grade_name(grade)}",
                column="class_no",
                grade=grade_name(grade),
                unit=unit,
            )


def _totals(sheets: Sequence[Sheet], tables: list[pd.DataFrame]) -> Iterator[Note]:
    for k in _untold(tables):
        name = sheets[k].file
        yield zh_en("evaluation.real.sheet_not_counted", name=name, shown=repr(name))


def _more_homes(file: str, enrolled: pd.DataFrame, homes: pd.DataFrame) -> Iterator[Issue]:
    living = homes.groupby(["unit", "grade"])["pupils"].sum()
    attend = enrolled.set_index(["unit", "grade"])["pupils"].reindex(living.index).fillna(0)
    for row in pd.DataFrame({"living": living, "attend": attend}).reset_index().to_dict("records"):
        if row["living"] <= row["attend"]:
            continue
        yield Issue(
            "evaluation.real.homes_pupils_but_only_attend",
            file,
            row=f"{row['unit']}, {grade_name(row['grade'])}",
            column="pupils",
            living=row["living"],
            attend=row["attend"],
        )
