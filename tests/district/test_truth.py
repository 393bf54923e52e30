"""Encodings, characters, units, shares, zone numbers, admission: what is not plainly said is found or refused."""

from __future__ import annotations

import json

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pytest
import shapely

from planning.district.admission import settle_admission
from planning.district.cells.characters import character_problems
from planning.district.cells.encoding import codec_of, decode, find_encoding, ungarbled
from planning.district.cells.quantities import quantity
from planning.district.formats.books import read_pages
from planning.district.frames import district_from_frames
from planning.district.geometry.gauss import settle_eastings
from planning.district.info import info_from_data
from planning.district.register import settle_values
from planning.district.said import Said
from planning.errors import DistrictError
from planning.importing.files.layers import read_vector
from planning.texts import visible

TEXTS = ["甲水社区,乙山村,丙桥小区", "馬蓮渠鄉,扁擔溝鎮,國民小學", "古城镇胜利村一组"]


@pytest.mark.parametrize(
    "stated", ["", "1252", "ISO-8859-1", "ANSI 936", "System", "UTF-8", "Big5", "klingon"]
)
@pytest.mark.parametrize(
    ("text", "encoding"),
    [(t, e) for t in TEXTS for e in ("utf-8", "gb18030")] + [(TEXTS[1], "big5hkscs")],
)
def test_the_text_decides_over_what_is_stated(text, encoding, stated):
    found = find_encoding([cell.encode(encoding) for cell in text.split(",")], stated)
    assert found is not None
    assert found.encoding == encoding
    assert found.believed == (not stated or codec_of(stated) == encoding)


def test_what_is_stated_is_believed_where_it_gives_words():
    cells = [t.encode("cp1252") for t in ("Straße", "Müllerweg", "Café")]
    assert find_encoding(cells, "1252").believed
    assert find_encoding(cells, "").encoding == "cp1252"


@pytest.mark.parametrize(
    "text",
    ["a,12\u00a0", "x\u00a0y,é", "m²,m³", "Zürich", "10\u202f000", "\u2192", "\ufeff12", "甲水社区,\u00a0"],
)
@pytest.mark.parametrize("stated", ["", "UTF-8"])
def test_valid_utf8_is_utf8_however_odd_its_signs(text, stated):
    assert decode(f"a,b\n{text}\n".encode(), "f.csv", stated) == f"a,b\n{text}\n"


def test_mixed_encodings_are_named_by_row_and_cell():
    rows = [
        "编号,名称".encode(),
        "1,甲水社区".encode(),
        "2,乙山社区".encode("gb18030"),
        "3,丙桥社区".encode(),
    ]
    with pytest.raises(DistrictError) as caught:
        decode(b"\n".join(rows), "f.csv")
    (found,) = caught.value.problems
    assert (found.file, found.row, found.column, found.value) == ("f.csv", "3", "2", "乙山社区")
    one_line = "1,甲水社区,".encode() + "乙山社区".encode("gb18030")
    with pytest.raises(DistrictError, match="mixed encodings"):
        decode(one_line, "f.csv")


def test_a_stated_encoding_that_gives_nonsense_is_refused_with_the_right_one():
    with pytest.raises(DistrictError) as caught:
        decode("1,甲水社区".encode("gb18030"), "f.csv", "cp1252")
    assert "encoding: gb18030" in caught.value.problems[0].mend_en


def test_utf16_without_a_mark_is_read():
    assert decode("编号,名称\n1,abcdefgh\n".encode("utf-16-le"), "f.csv").startswith("编号")


def test_garbled_text_shows_what_it_was():
    assert ungarbled("甲水社区".encode("gb18030").decode("latin-1")) == "甲水社区"
    assert ungarbled("甲水社区".encode().decode("gb18030")) == "甲水社区"
    assert ungarbled("胜利镇第十七小学") == ""


@pytest.mark.parametrize(
    "char", ["\x0b", "\x00", "\x1f", "\uffff", "\ufffe", "\ufdd0", "\U0001ffff", "\x7f", "\x9f"]
)
def test_characters_that_no_file_can_hold_are_named(char):
    labels = np.array(["2", "3"], dtype=object)
    (found,) = character_problems(pd.Series(["甲校", f"乙{char}校"], dtype="str"), "f", labels, "name")
    assert (found.row, found.column, found.level) == ("3", "name", "error")
    assert f"U+{ord(char):04X}" in found.message_en
    assert found.value == visible(f"乙{char}校")


def test_half_a_pair_is_named_by_row_and_column(folder):
    from planning.district import check_district

    path = folder / "zones.geojson"
    data = json.loads(path.read_text(encoding="utf-8"))
    data["features"][1]["properties"]["name"] = "戊\ud842水"
    path.write_text(json.dumps(data), encoding="utf-8")
    found = [p for p in check_district(folder) if "U+D842" in p.message_en]
    assert [(p.file, p.row, p.column) for p in found] == [("zones.geojson", "2", "name")]


@pytest.mark.parametrize("cell", ["#N/A", "#REF!", "锟斤拷小学", "甲\ufffd校"])
def test_lost_text_and_error_values_are_refused(cell):
    found = character_problems(pd.Series([cell], dtype="str"), "f", np.array(["2"], dtype=object), "name")
    assert [p.level for p in found] == ["error"]


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("3.5万元", "yuan", 35000),
        ("0.07万元", "yuan", 700),
        ("12亩", "m2", 8000),
        ("1,234㎡", "m2", 1234),
        ("0.3万人", "persons", 3000),
        ("45人", "pupils", 45),
        ("1 234", "pupils", 1234),
        ("一百零五", "rooms", 105),
        ("95%", "share", 0.95),
    ],
)
def test_quantities_with_units(text, unit, value):
    assert quantity(text, unit)[0] == pytest.approx(value)


@pytest.mark.parametrize(
    ("text", "unit"), [("50%", "pupils"), ("3公里", "m2"), ("12间", "pupils"), ("5美元", "yuan"), ("1,2", "rooms"), ("约45", "pupils")]
)  # fmt: skip
def test_a_unit_that_does_not_fit_is_no_number(text, unit):
    assert quantity(text, unit) is None


@pytest.mark.parametrize(
    ("item", "value", "unit", "settled"),
    [
        ("retention_rate", "50", "%", "0.5"),
        ("retention_rate", "50%", "", "0.5"),
        ("retention_rate", "50%", "%", "0.5"),
        ("retention_rate", "950", "‰", "0.95"),
        ("retention_rate", "0.5", "share", "0.5"),
        ("special_per_pupil_yuan", "0.62", "万元", "6200"),
        ("special_per_pupil_yuan", "0.62", "万元/生", "6200"),
        ("special_per_pupil_yuan", "6.2千元", "", "6200"),
        ("school_difference", "12", "%", "0.12"),
        ("met", "1", "", "1"),
    ],
)
def test_the_register_goes_by_its_units(item, value, unit, settled):
    values, _, problems = settle_values([item], [value], [unit], "register.csv", ["2"])
    assert (values, problems) == ([settled], [])


@pytest.mark.parametrize(
    ("item", "value", "unit"),
    [("retention_rate", "50", ""), ("retention_rate", "50", "share"), ("retention_rate", "150", "%"),
     ("retention_rate", "-1", "%"), ("retention_rate", "50", "元"), ("special_per_pupil_yuan", "6200", "美元"),
     ("special_per_pupil_yuan", "50", "%"), ("retention_rate", "0.62万元", "")],
)  # fmt: skip
def test_a_share_above_one_and_a_foreign_unit_are_refused(item, value, unit):
    values, _, problems = settle_values([item], [value], [unit], "register.csv", ["2"])
    assert values == [""]
    assert [(p.file, p.row, p.level) for p in problems] == [("register.csv", "2", "error")]
    assert problems[0].mend_en
    assert problems[0].mend_zh


def at(x, y):
    return np.array([shapely.box(x, y, x + 100, y + 100)], dtype=object)


@pytest.mark.parametrize(
    ("x", "system", "easting"),
    [
        (38_420_000, "EPSG:4547", 420_000),
        (420_000, "EPSG:4526", 38_420_000),
        (20_420_000, "EPSG:4509", 420_000),
        (39_600_000, "EPSG:2384", 600_000),
        (420_000, "EPSG:4547", 420_000),
        (38_420_000, "EPSG:4526", 38_420_000),
    ],
)
def test_zone_numbers_are_settled_and_said(x, system, easting):
    shapes, problems = settle_eastings("f", at(x, 4_200_000), system)
    assert shapely.bounds(shapes)[0, 0] == easting
    assert [p.level for p in problems] == ([] if x == easting else ["warning"])


def test_another_zone_and_exchanged_axes_are_refused():
    _, (zone,) = settle_eastings("f", at(39_420_000, 4_200_000), "EPSG:4547")
    assert (zone.level, "EPSG:4527" in zone.mend_en) == ("error", True)
    for y in (420_000, 38_420_000):
        _, (axes,) = settle_eastings("f", at(4_200_000, y), "EPSG:4547")
        assert (axes.level, axes.message_en) == ("error", "northing and easting are exchanged")


def test_kind_and_boarding_decide_who_admits():
    schools = pd.DataFrame(
        {
            "school": ["A", "B", "C", "D"],
            "name": ["甲小学", "乙学校", "丙中学", "私立丁学校"],
            "kind": ["primary"] * 4,
            "ownership": ["public", "private", "public", "public"],
            "boarding": [False, True, True, False],
        }
    )
    units = pd.DataFrame({"unit": list("abcd"), "school": list("ABCD"), "admission": ["catchment"] * 4})
    settled, said = settle_admission(units, schools, np.ones(4, dtype=bool), "units.csv")
    assert settled["admission"].tolist() == ["catchment", "none", "catchment", "catchment"]
    assert [(p.value, p.level) for p in said] == [("b", "warning"), ("d", "warning"), ("c", "warning")]
    told, none = settle_admission(units, schools, np.zeros(4, dtype=bool), "units.csv")
    assert (told["admission"].tolist(), none) == (["catchment"] * 4, [])


def test_strict_open_xml_and_percent_formats(tmp_path):
    import zipfile

    book = openpyxl.Workbook()
    page = book.active
    page.append(["名称", "率", "数"])
    page.append(["甲", 0.5, 3])
    page["B2"].number_format = "0.0%"
    page.merge_cells("A3:A4")
    page.row_dimensions[2].hidden = True
    book.save(tmp_path / "usual.xlsx")
    pairs = [
        (b"http://schemas.openxmlformats.org/spreadsheetml/2006/main", b"http://purl.oclc.org/ooxml/spreadsheetml/main"),
        (b"http://schemas.openxmlformats.org/officeDocument/2006/relationships", b"http://purl.oclc.org/ooxml/officeDocument/relationships"),
    ]  # fmt: skip
    with (
        zipfile.ZipFile(tmp_path / "usual.xlsx") as old,
        zipfile.ZipFile(tmp_path / "strict.xlsx", "w") as new,
    ):
        for name in old.namelist():
            data = old.read(name)
            for usual, strict in pairs:
                data = data.replace(usual, strict)
            new.writestr(name, data)
    assert b"purl.oclc" in zipfile.ZipFile(tmp_path / "strict.xlsx").read("xl/workbook.xml")
    usual, strict = read_pages(tmp_path / "usual.xlsx"), read_pages(tmp_path / "strict.xlsx")
    assert usual == strict
    assert usual[0].rows[1] == ["甲", "50%", "3"]
    assert (usual[0].merged, usual[0].hidden_rows) == (((2, 0, 3, 0),), (1,))


def test_opendocument_is_read_with_its_merged_and_hidden_cells_and_formulas_without_a_result(tmp_path):
    import zipfile

    head = (
        '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">'
        '<office:body><office:spreadsheet><table:table table:name="学生">'
    )
    number = '<table:table-cell office:value-type="float" office:value="{0}"{1}><text:p>{0}</text:p></table:table-cell>'
    word = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    formula = '<table:table-cell table:formula="of:=1+1"{}/>'
    rows = [
        word.format("小区") + word.format("人数"),
        word.format("甲")
        + number.format(12, ' table:number-rows-spanned="2" table:number-columns-spanned="1"'),
        word.format("乙") + "<table:covered-table-cell/>",
        word.format("丙") + formula.format(""),
        word.format("丁") + formula.format(' office:value-type="float" office:value="2"'),
    ]
    hidden = {3: ' table:visibility="filter"'}
    body = "".join(f"<table:table-row{hidden.get(i, '')}>{r}</table:table-row>" for i, r in enumerate(rows))
    tail = "</table:table></office:spreadsheet></office:body></office:document-content>"
    with zipfile.ZipFile(tmp_path / "a.ods", "w") as book:
        book.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        book.writestr("content.xml", head + body + tail)
        book.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
    (page,) = read_pages(tmp_path / "a.ods")
    assert page.rows == [["小区", "人数"], ["甲", "12"], ["乙", ""], ["丙", ""], ["丁", "2"]]
    assert page.merged == ((1, 1, 2, 1),)
    assert (page.hidden_rows, page.hidden_columns, page.uncalculated) == ((3,), (), frozenset({(3, 1)}))


def test_settings_go_through_the_same_character_check_as_cells():
    data = {"id": "a", "name_zh": "甲\x0b县", "base_year": 2020, "crs_metric": "EPSG:4544",
            "layers": {"zones": {"status": "real", "source": "锟斤拷"}}}  # fmt: skip
    _, found = info_from_data(data, "district.yaml")
    assert [(p.column, p.level) for p in found] == [("name_zh", "error"), ("layers.zones.source", "error")]
    assert "U+000B" in found[0].message_en


def test_frames_go_through_the_checks_of_characters_and_of_the_register():
    zones = gpd.GeoDataFrame(
        {"zone": ["Z1", "Z2"], "name": ["甲\x0b一", "乙"], "pupils": [60, 60]},
        geometry=[shapely.box(0, 0, 500, 500), shapely.box(500, 0, 1000, 500)],
        crs="EPSG:4544",
    )
    schools = gpd.GeoDataFrame(
        {"school": ["S1"], "rooms": [12]}, geometry=[shapely.Point(250, 250)], crs="EPSG:4544"
    )
    register = pd.DataFrame(
        {"indicator": ["C1"], "item": ["retention_rate"], "value": [50], "unit_of_value": ["%%"]}
    )
    with pytest.raises(DistrictError) as caught:
        district_from_frames(zones, schools, said=Said(base_year=2025), register=register)
    said = {p.column for p in caught.value.problems}
    assert {"name", "unit_of_value"} <= said


@pytest.mark.parametrize(
    ("stated", "refused"), [("UTF-8", True), ("klingon", True), ("GBK", False), ("", False)]
)
def test_the_stated_encoding_of_a_shapefile_is_tested_against_its_texts(tmp_path, stated, refused):
    frame = gpd.GeoDataFrame({"name": ["甲水社区", "乙山社区"]}, geometry=[shapely.Point(0, 0)] * 2, crs=4326)
    frame.to_file(tmp_path / "a.shp", encoding="GBK")
    if refused:
        with pytest.raises(DistrictError, match=r"encoding|not UTF-8"):
            read_vector(tmp_path / "a.shp", "", stated)
    else:
        assert read_vector(tmp_path / "a.shp", "", stated)[0].cells.iat[0, 0] == "甲水社区"
