"""Office files whose cells mean something else than they seem to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from planning.errors import PlanningError
from planning.importing import import_tables, open_questions, still_open
from tests.importing.forms import write_ods
from tests.importing.office import pupil_rows, said, write_office
from tests.reliability.table import Outcome, checked, fault

PART = "Cells that mean something else · 含义不明的单元格"


def _pupils(place: Path, change: Callable[[Any], None]) -> Outcome:
    return _read(write_office(place / "in", pupils=change))


def _read(mapping: Path) -> Outcome:
    try:
        return checked(list(import_tables(mapping).problems))
    except PlanningError as error:
        return checked(list(error.problems))


@fault(PART, "one number merged over two villages", "一个人数合并在两个村上", "refused")
def merged_down(place: Path) -> Outcome:
    return _pupils(place, lambda book: book.active.merge_cells("C2:C3"))


@fault(PART, "one number merged over two grades", "一个人数合并在两个年级上", "refused")
def merged_across(place: Path) -> Outcome:
    return _pupils(place, lambda book: book.active.merge_cells("C2:D2"))


@fault(PART, "two sheets that fit one table", "两张工作表均可用于同一数据表", "refused")
def two_sheets(place: Path) -> Outcome:
    def change(book: Any) -> None:
        page = book.create_sheet("另一年")
        for row in pupil_rows():
            page.append(row)

    return _pupils(place, change)


@fault(PART, "a hidden old copy of a sheet", "隐藏的旧表", "warned")
def hidden_sheet(place: Path) -> Outcome:
    def change(book: Any) -> None:
        page = book.create_sheet("旧表", 0)
        for row in pupil_rows():
            page.append(row)
        page.sheet_state = "hidden"

    return _pupils(place, change)


@fault(PART, "a hidden row of pupils", "隐藏行中的学生数", "warned")
def hidden_row(place: Path) -> Outcome:
    return _pupils(place, lambda book: setattr(book.active.row_dimensions[3], "hidden", True))


@fault(PART, "a formula that was never calculated, among pupils", "学生数为从未计算过的公式", "refused")
def formula(place: Path) -> Outcome:
    return _pupils(place, lambda book: book.active.__setitem__("C3", "=11+11"))


@fault(PART, "a formula without a result in an .ods, among pupils", ".ods 学生数为没有结果的公式", "refused")
def formula_ods(place: Path) -> Outcome:
    mapping = said(write_office(place / "in"), "学生.xlsx", "学生.ods")
    rows = pupil_rows()
    rows[2][3] = None  # written as a formula below: the cell says how it is made, not what it is
    write_ods(rows, mapping.parent / "学生.ods", formulas={(2, 3)})
    return _read(mapping)


@fault(
    PART,
    "a list by school joined to units by stage: one number counts twice",
    "按校的表关联到分学段的表:一个数计两次",
    "warned",
)
def joined_twice(place: Path) -> Outcome:
    mapping = write_office(place / "in", units=lambda book: book.active.delete_cols(4))
    rows = [["学校名称", "普通教室数"], ["甲小学", 12], ["乙学校", 21]]
    write_ods(rows, mapping.parent / "校舍.ods")
    return _read(
        said(mapping, "{file: 办学单位.xlsx", "{file: 办学单位.xlsx, join: [{file: 校舍.ods, by: 学校名称}]")
    )


@fault(PART, "a sheet named after another year", "工作表名为另一年份", "warned")
def other_year(place: Path) -> Outcome:
    return _pupils(place, lambda book: setattr(book.active, "title", "2020学年"))


@fault(PART, "a village that is listed twice", "同一个村列了两次", "refused")
def twice(place: Path) -> Outcome:
    return _pupils(place, lambda book: book.active.append(list(pupil_rows()[1])))


@fault(PART, "names that a list numbers: 1、 （2） 三、", "名称前带序号", "read")
def numbered(place: Path) -> Outcome:
    def change(book: Any) -> None:
        for row, prefix in enumerate(("1、", "（2）", "三、", "4."), 2):
            book.active.cell(row, 1).value = prefix + book.active.cell(row, 1).value

    return _pupils(place, change)


@fault(PART, "a remark of two lines below the villages", "表下多行备注", "warned")
def remarks(place: Path) -> Outcome:
    return _pupils(place, lambda book: book.active.append(["2. 数据截至9月。"]))


@fault(PART, "a table that goes on below its header again", "续表重复表头", "warned")
def goes_on(place: Path) -> Outcome:
    def change(book: Any) -> None:
        book.active.insert_rows(4)
        for column, header in enumerate(pupil_rows()[0], 1):
            book.active.cell(4, column, header)

    return _pupils(place, change)


@fault(PART, "a boarding school without a word on admission", "寄宿制学校未填招生方式", "refused")
def boarding(place: Path) -> Outcome:
    mapping = write_office(place / "in", schools=lambda book: book.active.__setitem__("F3", "是"))
    data = yaml.safe_load(mapping.read_text(encoding="utf-8"))
    asked = still_open(open_questions(data, mapping.parent), mapping.name)
    return Outcome("refused", "asked: " + asked.problems[0].column + ", " + asked.problems[0].message_en)


@fault(PART, "a private school without a word on admission", "民办学校未填招生方式", "warned")
def private(place: Path) -> Outcome:
    return _read(write_office(place / "in", schools=lambda book: book.active.__setitem__("E3", "民办")))


@fault(PART, "a Shapefile in GBK whose .cpg says 1252", "GBK 编码的 Shapefile，其 .cpg 写为 1252", "warned")
def code_page(place: Path) -> Outcome:
    from tests.importing.office import shapes

    mapping = write_office(place / "in")
    shapes().to_file(mapping.parent / "村.shp", encoding="GBK")
    (mapping.parent / "村.cpg").write_text("1252", encoding="ascii")
    return _read(mapping)


@fault(PART, "a table in two encodings", "一个表混用两种编码", "refused")
def two_encodings(place: Path) -> Outcome:
    mapping = write_office(place / "in")
    lines = ["办学单位编号,学校名称,学段,普通教室数", "S1-P,甲小学,小学,12", "S2-P,乙学校,小学,12"]
    data = [line.encode("gb18030" if i == 2 else "utf-8") for i, line in enumerate(lines)]
    (mapping.parent / "办学单位.csv").write_bytes(b"\n".join(data))
    text = mapping.read_text(encoding="utf-8").replace("办学单位.xlsx", "办学单位.csv")
    mapping.write_text(text, encoding="utf-8")
    return _read(mapping)


@fault(PART, "eastings with the zone's number before them", "横坐标前带有带号", "warned")
def zone_number(place: Path) -> Outcome:
    return _moved(place, 38_000_000)


@fault(PART, "eastings of another zone", "横坐标为另一带", "refused")
def other_zone(place: Path) -> Outcome:
    return _moved(place, 39_000_000)


def _moved(place: Path, by: int) -> Outcome:
    from tests.importing.office import shapes

    mapping = write_office(place / "in")
    frame = shapes().to_crs(4547)
    frame.geometry = frame.geometry.translate(by)
    frame.to_file(mapping.parent / "村.shp", encoding="UTF-8")
    return _read(mapping)


@fault(PART, "a share of 50 without a unit in the register", "台账中比例填 50 而无单位", "refused")
def share(place: Path) -> Outcome:
    mapping = write_office(place / "in")
    (mapping.parent / "台账.csv").write_text(
        "indicator,item,value,unit_of_value\nC1,retention_rate,50,\n", encoding="utf-8"
    )
    text = mapping.read_text(encoding="utf-8") + "  register: {file: 台账.csv}\n"
    mapping.write_text(text, encoding="utf-8")
    return _read(mapping)


@fault(PART, "one road without a line among good ones", "道路图层中有一条没有线的要素", "warned")
def one_bad_road(place: Path) -> Outcome:
    import geopandas as gpd
    from shapely.geometry import LineString

    mapping = write_office(place / "in")
    ways = [LineString([(113.99 + k / 100, 30.005), (114.0 + k / 100, 30.005)]) for k in range(3)]
    ways[1] = LineString([(114.0, 30.005), (114.0, 30.005)])
    frame = gpd.GeoDataFrame({"road": ["R1", "R2", "R3"], "road_class": "rural"}, geometry=ways, crs=4326)
    frame.to_file(mapping.parent / "路.geojson", driver="GeoJSON")
    text = mapping.read_text(encoding="utf-8") + "  roads: {file: 路.geojson, coordinates: file}\n"
    mapping.write_text(text, encoding="utf-8")
    return _read(mapping)


@fault(
    PART,
    "encoding: of a Shapefile that is not that of its texts",
    "映射文件中的编码与 Shapefile 文字不符",
    "refused",
)
def stated_encoding(place: Path) -> Outcome:
    from tests.importing.office import shapes

    mapping = write_office(place / "in")
    shapes().to_file(mapping.parent / "村.shp", encoding="GBK")
    text = mapping.read_text(encoding="utf-8").replace("zones: {file", "zones: {encoding: UTF-8, file")
    mapping.write_text(text, encoding="utf-8")
    return _read(mapping)


@fault(
    PART,
    "a character that no file can hold, in district.yaml",
    "district.yaml 中含文件无法保存的字符",
    "refused",
)
def odd_setting(place: Path) -> Outcome:
    mapping = write_office(place / "in")
    text = mapping.read_text(encoding="utf-8").replace("name_zh: 四村", 'name_zh: "四\\x0b村"')
    mapping.write_text(text, encoding="utf-8")
    return _read(mapping)


@fault(PART, "a row of totals that does not equal its rows", "合计行与各行之和不符", "refused")
def total_off(place: Path) -> Outcome:
    return _pupils(
        place, lambda book: book.active.append(["合计", *[100 + 4 * g - (g == 3) for g in range(1, 10)]])
    )


@fault(PART, "a total that holds columns which no table uses", "合计包含未被使用的列", "warned")
def wider_total(place: Path) -> Outcome:
    def change(book: Any) -> None:
        page = book.active
        for row in range(1, 6):
            grades = [page.cell(row, c).value for c in range(2, 11)]
            beside = ["学前班", "特教班", "合计"] if row == 1 else [row, 2 * row, sum(grades) + 3 * row]
            for k, value in enumerate(beside):
                page.cell(row, 11 + k, value)

    return _pupils(place, change)


@fault(PART, "a total without a name below the villages", "未注明的合计行", "refused")
def total_without_name(place: Path) -> Outcome:
    return _pupils(place, lambda book: book.active.append(["全部", *[100 + 4 * g for g in range(1, 10)]]))
