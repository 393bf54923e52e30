"""Files as other offices write them become a district without a trap: each set is one newcomer's."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from openpyxl import Workbook
from pyproj import Transformer

from planning.district import District
from planning.errors import DistrictError
from planning.importing.candidates import kind_of_names
from planning.importing.forms.cohorts import birth_columns
from planning.importing.forms.words import grade_of
from planning.importing.steps.positions import degrees_of
from planning.start import begin_county, build_county, keep_answer, take_files

GRADES = [f"{c}年级" for c in "一二三四五六七八九"]
ZONES = [
    ("阳光花园", "城关镇", 106.20, 38.00),
    ("兴隆村", "城关镇", 106.21, 38.01),
    ("望河苑", "河东镇", 106.25, 38.00),
    ("东湾村", "河东镇", 106.26, 38.01),
]
NUMBERS = {name: [20 + 3 * k + g for g in range(9)] for k, (name, *_) in enumerate(ZONES)}
PUPILS = sum(map(sum, NUMBERS.values()))
SCHOOLS = [("第一小学", "小学", 14, 106.201, 38.0), ("第一中学", "初级中学", 14, 106.251, 38.0)]
ANSWERS = {"coordinates": "GPS", "status": "合成", "name": "利和县", "year": "2025"}
Rows = list[list[object]]


def books(folder: Path, **tables: Rows) -> Path:
    for name, rows in tables.items():
        book = Workbook()
        page = book.active
        assert page is not None
        for row in rows:
            page.append(row)
        book.save(folder / f"{name}.xlsx")
    return folder


def schools(change: Callable[[float, float], tuple[object, object]] = lambda x, y: (x, y)) -> Rows:
    rows: Rows = [["学校名称", "学校类型", "教室数", "经度", "纬度"]]
    return rows + [[n, k, r, *change(x, y)] for n, k, r, x, y in SCHOOLS]


def homes(*, points: bool = True, pupils: bool = True) -> Rows:
    head = ["小区名称", "所属乡镇", *(["经度", "纬度"] if points else []), *(GRADES if pupils else [])]
    body = [[n, t, *([x, y] if points else []), *(NUMBERS[n] if pupils else [])] for n, t, x, y in ZONES]
    return [head, *body]


def cells() -> list[shapely.Polygon]:
    return [shapely.box(x - 0.005, y - 0.005, x + 0.005, y + 0.005) for _, _, x, y in ZONES]


def started(place: Path, county: Path, **answers: str) -> District:
    take_files([place], county)
    for key, value in {**ANSWERS, **answers}.items():
        keep_answer(county, key, value)
    beginning = begin_county(county)
    assert [q.key for q in beginning.open if not q.default] == []
    return build_county(county, beginning).imported.district


def layer_beside_its_list(place: Path) -> Mapping[str, str]:
    frame = gpd.GeoDataFrame({"name": [z[0] for z in ZONES]}, geometry=cells(), crs=4326)
    frame.to_file(place / "小区边界.geojson")
    books(place, 小区学生=homes(points=False), 学校=schools())
    return {}


def layer_beside_sheets_by_town(place: Path) -> Mapping[str, str]:
    layer_beside_its_list(place)
    sheets_by_town(place, points=False, title=True)  # over the list of one sheet
    return {}


def layer_beside_files_by_town(place: Path) -> Mapping[str, str]:
    layer_beside_its_list(place)
    (place / "小区学生.xlsx").unlink()
    files_by_town(place, points=False)
    return {}


def points_as_layers(place: Path) -> Mapping[str, str]:
    """Schools as raw GeoJSON, estates as points of a map and a list whose header says neither estate nor village."""
    frame = gpd.GeoDataFrame(
        {
            "name": [s[0] for s in SCHOOLS],
            "办学类型": [s[1] for s in SCHOOLS],
            "教室数": [s[2] for s in SCHOOLS],
        },
        geometry=[shapely.Point(s[3], s[4]) for s in SCHOOLS],
        crs=4326,
    )
    frame.to_file(place / "schools.geojson")
    rows = homes()
    books(place, 适龄儿童=[["小区/村", *rows[0][1:]], *rows[1:]])
    return {}


def layer_by_code(place: Path) -> Mapping[str, str]:
    codes = [f"XQ{k:03d}" for k in range(len(ZONES))]
    frame = gpd.GeoDataFrame({"XQDM": codes}, geometry=cells(), crs=4326)
    frame.to_file(place / "xq.shp")
    rows = homes(points=False)
    coded = [["小区编号", *rows[0]], *([c, *r] for c, r in zip(codes, rows[1:], strict=True))]
    books(place, 小区学生=[["各小区学龄儿童"], *coded], 学校=schools())
    return {}


def births_long(place: Path) -> Mapping[str, str]:
    rows: Rows = [["小区名称", "出生年份", "出生人数"]]
    rows += [[n, 2019 - g, v] for n, own in NUMBERS.items() for g, v in enumerate(own)]
    books(place, 出生人口=rows, 小区=homes(pupils=False), 学校=schools())
    return {}


def births_wide(place: Path) -> Mapping[str, str]:
    rows: Rows = [
        ["村名", *(f"{y}年" for y in range(2019, 2010, -1))],
        *([n, *own] for n, own in NUMBERS.items()),
    ]
    books(place, 出生人口=rows, 小区=homes(pupils=False), 学校=schools())
    return {}


def births_by_township(place: Path) -> Mapping[str, str]:
    towns = dict.fromkeys(t for _, t, *_ in ZONES)
    rows: Rows = [["乡镇", *range(2019, 2010, -1)]]
    rows += [[t, *(sum(NUMBERS[n][g] for n, own, *_ in ZONES if own == t) for g in range(9))] for t in towns]
    books(place, 各乡镇出生人口=rows, 小区=homes(pupils=False), 学校=schools())
    return {}


def degrees_and_minutes(place: Path) -> Mapping[str, str]:
    def said(x: float, y: float) -> tuple[str, str]:
        return tuple(f"{int(v)}°{int(v % 1 * 60)}′{v * 60 % 1 * 60:.2f}″" for v in (x, y))  # type: ignore[return-value]

    rows = [[c if k not in (2, 3) else said(r[2], r[3])[k - 2] for k, c in enumerate(r)] for r in homes()[1:]]  # type: ignore[arg-type]
    books(place, 小区=[homes()[0], *rows], 学校=schools(said))
    return {}


def one_column(place: Path) -> Mapping[str, str]:
    rows: Rows = [["小区名称", "所属乡镇", "坐标", *GRADES]]
    rows += [[n, t, f"{x}，{y}", *NUMBERS[n]] for n, t, x, y in ZONES]
    books(place, 小区=rows, 学校=schools())
    return {}


def axes_exchanged(place: Path) -> Mapping[str, str]:
    rows = [[r[0], r[1], r[3], r[2], *r[4:]] for r in homes()[1:]]
    books(place, 小区=[homes()[0], *rows], 学校=schools(lambda x, y: (y, x)))
    return {}


def eastings(place: Path, system: int) -> None:
    grid = Transformer.from_crs(4490, system, always_xy=True)
    rows = [[r[0], r[1], *grid.transform(r[2], r[3])[::-1], *r[4:]] for r in homes()[1:]]
    head = ["小区名称", "所属乡镇", "X坐标", "Y坐标", *GRADES]
    books(place, 小区=[head, *rows], 学校=schools(lambda x, y: grid.transform(x, y)))


def zone_number(place: Path) -> Mapping[str, str]:
    eastings(place, 4523)
    return {}


def no_zone_number(place: Path) -> Mapping[str, str]:
    eastings(place, 4544)
    return {"meridian": "105"}


def files_by_town(place: Path, *, points: bool = True) -> Mapping[str, str]:
    rows = homes(points=points)
    for town in dict.fromkeys(z[1] for z in ZONES):
        books(place, **{f"{town}学生": [rows[0], *(r for r in rows[1:] if r[1] == town)]})
    books(place, 学校=schools())
    return {}


def sheets_by_town(place: Path, *, points: bool = True, title: bool = False) -> Mapping[str, str]:
    book, rows = Workbook(), homes(points=points)
    for k, town in enumerate(dict.fromkeys(z[1] for z in ZONES)):
        page = book.create_sheet(town)
        for _ in range(k + 1 if title else 0):  # each sheet has its header in a row of its own
            page.append([f"{town}适龄儿童"])
        for row in (rows[0], *(r for r in rows[1:] if r[1] == town)):
            page.append(row)
    del book["Sheet"]
    book.save(place / "小区学生.xlsx")
    books(place, 学校=schools())
    return {}


def of_taiwan(place: Path) -> Mapping[str, str]:
    grades = ["小一", "小二", "小三", "小四", "小五", "小六", "國一", "國二", "國三"]
    rows: Rows = [["民國114學年度學齡人口"], ["里別", "鄉鎮", "經度", "緯度", *grades]]
    rows += [[n, t, x, y, *NUMBERS[n]] for n, t, x, y in ZONES]
    kinds = {"小学": "國小", "初级中学": "國中"}
    listed: Rows = [["學校代碼", "學校名稱", "學校類別", "教室數", "經度", "緯度"]]
    listed += [[f"0{k}", n, kinds[kind], r, x, y] for k, (n, kind, r, x, y) in enumerate(SCHOOLS)]
    books(place, 里別學生=rows, 學校名錄=listed)
    return {}


def in_english(place: Path) -> Mapping[str, str]:
    with (place / "neighbourhoods.csv").open("w", encoding="utf-8", newline="") as file:
        head = ["Neighbourhood", "Township", "Longitude", "Latitude", *(f"Grade {g}" for g in range(1, 10))]
        csv.writer(file).writerows([head, *([n, t, x, y, *NUMBERS[n]] for n, t, x, y in ZONES)])
    with (place / "schools.csv").open("w", encoding="utf-8", newline="") as file:
        head = ["School name", "Type", "Classrooms", "Longitude", "Latitude"]
        kinds = {"小学": "Elementary school", "初级中学": "Middle school"}
        csv.writer(file).writerows([head, *([n, kinds[k], r, x, y] for n, k, r, x, y in SCHOOLS)])
    return {}


@pytest.mark.parametrize(
    "write",
    [
        layer_beside_its_list,
        layer_beside_sheets_by_town,
        layer_beside_files_by_town,
        points_as_layers,
        layer_by_code,
        births_long,
        births_wide,
        births_by_township,
        degrees_and_minutes,
        one_column,
        axes_exchanged,
        zone_number,
        no_zone_number,
        files_by_town,
        sheets_by_town,
        of_taiwan,
        in_english,
    ],
    ids=lambda write: write.__name__,
)
def test_what_an_office_hands_over_is_a_district(
    write: Callable[[Path], Mapping[str, str]], tmp_path: Path
) -> None:
    place = tmp_path / "desk"
    place.mkdir()
    district = started(place, tmp_path / "county", **write(place))
    pupils = district.zone_pupils
    assert (len(district.zones), len(district.schools), int(pupils["pupils"].sum())) == (4, 2, PUPILS)
    where = district.schools.geometry.to_crs(4326).iloc[0]
    assert (where.x, where.y) == pytest.approx((106.201, 38.0), abs=1e-4)
    assert district.info.base_year == 2025


def test_a_file_that_cannot_be_read_is_named_where_a_list_is_missing(tmp_path: Path) -> None:
    place = books(tmp_path, 学校=schools()) / "desk"
    place.mkdir()
    (tmp_path / "学校.xlsx").rename(place / "学校.xlsx")
    lines = [",".join(map(str, row)) for row in homes()]
    mixed = [line.encode("gb18030" if k % 2 else "utf-8") for k, line in enumerate(lines)]
    (place / "小区.csv").write_bytes(b"\r\n".join(mixed))
    take_files([place], tmp_path / "county")
    with pytest.raises(DistrictError) as refused:
        begin_county(tmp_path / "county")
    assert "小区.csv" in {p.file for p in refused.value.problems}


def test_sheets_of_a_joined_list_are_read_to_the_last(tmp_path: Path) -> None:
    place = tmp_path / "desk"
    place.mkdir()
    layer_beside_sheets_by_town(place)
    take_files([place], tmp_path / "county")
    for key, value in ANSWERS.items():
        keep_answer(tmp_path / "county", key, value)
    done = build_county(tmp_path / "county", begin_county(tmp_path / "county"))
    said = {p.code for p in (*done.aside, *done.imported.problems)}
    assert not said & {"importing.pages.sheet_not_read_rows", "importing.joined.rows_without_partner"}


def test_a_file_that_was_taken_for_nothing_is_named_where_the_build_fails(tmp_path: Path) -> None:
    place = tmp_path / "desk"
    place.mkdir()
    rows = homes(pupils=False)
    books(place, 小区=rows, 学校=schools(), 户籍人口=[["户主", "人口"], ["张三", 4], ["李四", 3]])
    take_files([place], tmp_path / "county")
    for key, value in ANSWERS.items():
        keep_answer(tmp_path / "county", key, value)
    with pytest.raises(DistrictError) as refused:
        build_county(tmp_path / "county", begin_county(tmp_path / "county"))
    found = {p.file: p.code for p in refused.value.problems}
    assert found["户籍人口.xlsx"] == "importing.propose.files_taken_no_table"
    assert "importing.pupils.no_file_says_how_many" in found.values()


def test_estates_as_points_of_a_map_need_no_coordinates_elsewhere(tmp_path: Path) -> None:
    place = tmp_path / "desk"
    place.mkdir()
    marks = "".join(
        f"<Placemark><name>{n}</name><Point><coordinates>{x},{y},0</coordinates></Point></Placemark>"
        for n, _, x, y in ZONES
    )
    kml = f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{marks}</Document></kml>'
    (place / "村点位.ovkml").write_text(kml, encoding="utf-8")
    rows: Rows = [["村（社区）", *["户籍人口（人）"] * 9], ["名称", *(f"{a}岁" for a in range(6, 15))]]
    at: Rows = [["学校名称", "类别", "教室（间）", "学校地址"]]
    at += [
        [n, k, r, f"利和县{home}旁"]
        for (n, k, r, *_), home in zip(SCHOOLS, ("阳光花园", "望河苑"), strict=True)
    ]
    books(place, 适龄人口=[*rows, *([n, *own] for n, own in NUMBERS.items())], 学校=at)
    district = started(place, tmp_path / "county")
    assert (len(district.zones), len(district.schools)) == (4, 2)
    assert int(district.zone_pupils["pupils"].sum()) == PUPILS


def test_names_say_what_they_are_names_of() -> None:
    assert kind_of_names(["马莲渠乡", "上桥镇", "金星街道"]) == "townships"
    assert kind_of_names(["利通二小", "第十八小学", "Garrison Elementary School"]) == "schools"
    assert kind_of_names(["阳光花园", "东湾村"]) == "zones"


def test_angles_grades_and_years_as_forms_write_them() -> None:
    assert degrees_of("E106°12′36″") == pytest.approx(106.21)
    assert [grade_of(h) for h in ("P1", "S3", "小学阶段一", "Grade 4", "K1")] == [1, 9, 1, 4, None]
    assert birth_columns(["村名", "2019年", "2020年", "合计"]) == {1: 2019, 2: 2020}


def test_a_list_whose_stages_name_several_at_once_is_divided_and_said(tmp_path: Path) -> None:
    rows: Rows = [["学校名称", "学段", "教室数", "经度", "纬度"]]
    rows += [
        ["第一小学", "小学", 14, 106.201, 38.0],
        ["县一中", "初中", 14, 106.251, 38.0],
        ["河东学校", "九年一贯制", 18, 106.26, 38.0],
        ["柳林学校", "小学、初中", 9, 106.25, 38.01],
        ["县高级中学", "高中", 40, 106.22, 38.0],
        ["机关幼儿园", "幼儿园", 9, 106.23, 38.0],
    ]
    place = tmp_path / "desk"
    place.mkdir()
    county = tmp_path / "county"
    district = started(books(place, 小区学生=homes(), 学校=rows), county)
    kinds = dict(zip(district.schools["name"], district.schools["kind"], strict=True))
    assert kinds == {
        "第一小学": "primary",
        "县一中": "junior",
        "河东学校": "nine_year",
        "柳林学校": "nine_year",
    }
    assert district.units["rooms"].tolist() == [14, 14, 12, 6, 6, 3]
    said = [p for p in build_county(county, begin_county(county)).imported.problems if p.column == "rooms"]
    assert "河东学校18间（小学12间、初中6间）" in said[0].text("zh")


def test_births_under_names_in_other_characters_are_those_of_the_zones(tmp_path: Path) -> None:
    place, county = tmp_path / "desk", tmp_path / "county"
    place.mkdir()
    other = ["陽光花園", "興隆村", "望河苑", "東灣村"]
    born: Rows = [["小區名稱", *[f"{y}年出生" for y in range(2010, 2020)]]]
    born += [[name, *[30 + k for k in range(10)]] for name in other]
    district = started(books(place, 小区=homes(pupils=False), 学校=schools(), 出生=born), county)
    assert set(district.zone_pupils["zone"]) == set(district.zones["zone"])
    pupils = district.zone_pupils.groupby("zone")["pupils"].sum()
    assert pupils.nunique() == 1
    assert pupils.min() > 0


@pytest.mark.parametrize(
    ("header", "called"),
    [
        ("小区名称", ["第一小学", "第二小学", "第一中学", "实验学校"]),
        ("名称", ["第一小学家属院", "二中宿舍", "实验学校片区", "第三小学旁小区"]),
    ],
)
def test_estates_that_are_all_called_after_schools_are_estates(
    tmp_path: Path, header: str, called: list[str]
) -> None:
    rows = homes()
    rows = [[header, *rows[0][1:]], *([name, *row[1:]] for name, row in zip(called, rows[1:], strict=True))]
    (tmp_path / "files").mkdir()
    district = started(books(tmp_path / "files", 学校=schools(), 小区=rows), tmp_path / "county")
    assert district.zones["name"].tolist() == called
    assert district.schools["name"].tolist() == [s[0] for s in SCHOOLS]


def test_a_list_passed_over_for_its_names_is_named_with_them(tmp_path: Path) -> None:
    rows = [
        ["名称", "经度", "纬度"],
        *([n, 106.2 + k / 100, 38.0] for k, n in enumerate(["一小", "二中", "三小学", "四小学"])),
    ]
    books(tmp_path, 学校=schools(), 名单=rows)
    take_files([tmp_path / "学校.xlsx", tmp_path / "名单.xlsx"], tmp_path / "county")
    with pytest.raises(DistrictError) as refused:
        begin_county(tmp_path / "county")
    (found,) = [p for p in refused.value.problems if p.code == "importing.propose.names_look_like_schools"]
    assert (found.file, found.column) == ("名单.xlsx", "名称")
