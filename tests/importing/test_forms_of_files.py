"""Every form that offices save tables and layers in is read to the same district."""

from __future__ import annotations

import io
import json
import zipfile

import docx
import geopandas as gpd
import pyogrio
import pytest

from planning.errors import DistrictError
from planning.importing import import_accounted, propose_mapping, unpack
from planning.importing.files.drawings import drawing_layers
from tests.cli.invoke import planning
from tests.importing.office import ALL, pupil_rows, said, shapes, write_office

ROWS = pupil_rows()


def pupils(mapping, name):
    found = import_accounted(said(mapping, "file: 学生.xlsx", f"file: {name}"))
    return int(found.district.zone_pupils["pupils"].sum())


def write_word(path):
    document = docx.Document()
    document.add_paragraph("关于报送学生数的函")
    table = document.add_table(len(ROWS) + 1, 10)
    table.cell(0, 1).merge(table.cell(0, 9)).text = "2021学年在校生"
    for r, row in enumerate(ROWS, 1):
        for c, value in enumerate(row):
            table.cell(r, c).text = str(value)
    document.save(path)


def write_text(path, encoding, separator):
    path.write_bytes("\r\n".join(separator.join(map(str, r)) for r in ROWS).encode(encoding))


def test_a_table_of_a_word_document(tmp_path):
    mapping = write_office(tmp_path)
    write_word(tmp_path / "学生.docx")
    assert pupils(mapping, "学生.docx") == ALL


@pytest.mark.parametrize(
    ("name", "encoding", "separator"),
    [("学生.txt", "gb18030", "\t"), ("学生.txt", "utf-16", "|"), ("学生.csv", "big5", ";"), ("学生.tsv", "utf-8-sig", "\t")],
)  # fmt: skip
def test_texts_of_any_encoding_and_separator(tmp_path, name, encoding, separator):
    mapping = write_office(tmp_path)
    if encoding == "big5":  # letters that Taiwan writes with
        (tmp_path / "學生.csv").write_bytes("學校代碼;學校名稱".encode("big5"))
        return
    write_text(tmp_path / name, encoding, separator)
    assert pupils(mapping, name) == ALL


@pytest.mark.parametrize("encoding", ["GBK", "UTF-8"])
def test_a_dbase_table_alone(tmp_path, encoding):
    mapping = write_office(tmp_path)
    frame = gpd.GeoDataFrame(
        dict(zip(ROWS[0], zip(*ROWS[1:], strict=True), strict=True)), geometry=[None] * 4
    )
    frame = frame.rename(columns={"小区名称": "小区"})
    pyogrio.write_dataframe(frame, tmp_path / "学生.shp", encoding=encoding, geometry_type="Point")
    for suffix in (".shp", ".shx"):
        (tmp_path / f"学生{suffix}").unlink()
    assert pupils(mapping, "学生.dbf") == ALL


def zones_in(folder, form):
    """Write the villages in another form and return its mapping."""
    mapping = write_office(folder)
    frame = shapes()
    drivers = {
        "村.mif": "MapInfo File",
        "村.tab": "MapInfo File",
        "村.gdb": "OpenFileGDB",
        "村.fgb": "FlatGeobuf",
    }
    options = {"FORMAT": "MIF"} if form.endswith(".mif") else {}
    pyogrio.write_dataframe(frame, folder / form, driver=drivers[form], **options)
    return said(mapping, "zones: {file: 村.shp", f"zones: {{file: {form}")


@pytest.mark.parametrize("form", ["村.mif", "村.tab", "村.gdb", "村.fgb"])
def test_layers_of_any_form(tmp_path, form):
    district = import_accounted(zones_in(tmp_path, form)).district
    assert sorted(district.zones["name"]) == sorted(shapes()["name"])


def test_a_geodatabase_is_found_in_a_folder(tmp_path):
    zones_in(tmp_path, "村.gdb")
    for path in tmp_path.glob("村.*"):
        if path.suffix != ".gdb":
            path.unlink()
    zones = propose_mapping(tmp_path, derivable=True)["tables"]["zones"]
    assert (zones["file"], zones["sheet"], zones["coordinates"]) == ("村.gdb", "村", "file")


def test_topojson_and_the_kml_of_ovital(tmp_path):
    mapping = write_office(tmp_path)
    arcs, marks = [], []
    objects = []
    for i, row in enumerate(shapes().itertuples()):
        corners = [list(p) for p in row.geometry.exterior.coords]
        arcs.append(corners)
        objects.append({"type": "Polygon", "arcs": [[i]], "properties": {"zone": row.zone, "name": row.name}})
        text = " ".join(f"{x},{y},0" for x, y in corners)
        marks.append(
            f"<Placemark><name>{row.name}</name><ExtendedData><Data name='zone'><value>{row.zone}</value></Data></ExtendedData>"
            f"<Polygon><outerBoundaryIs><LinearRing><coordinates>{text}</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>"
        )
    topology = {
        "type": "Topology",
        "arcs": arcs,
        "objects": {"村": {"type": "GeometryCollection", "geometries": objects}},
    }
    (tmp_path / "村.topojson").write_text(json.dumps(topology), encoding="utf-8")
    kml = f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{"".join(marks)}</Document></kml>'
    (tmp_path / "村.ovkml").write_text(kml, encoding="utf-8")
    text = mapping.read_text(encoding="utf-8")
    for form in ("村.topojson", "村.ovkml"):
        mapping.write_text(
            text.replace(
                "zones: {file: 村.shp, coordinates: file", f"zones: {{file: {form}, coordinates: WGS84"
            ),
            encoding="utf-8",
        )
        assert set(import_accounted(mapping).district.zones["name"]) == set(shapes()["name"])


def dxf(entities):
    body = "".join(f"{code}\n{value}\n" for entity in entities for code, value in entity)
    return f"0\nSECTION\n2\nENTITIES\n{body}0\nENDSEC\n0\nEOF\n"


@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_outlines_of_a_drawing_with_their_names(tmp_path, encoding):
    mapping = write_office(tmp_path)
    frame = shapes().to_crs(4547)
    drawn = []
    for row in frame.itertuples():
        corners = list(row.geometry.exterior.coords)[:-1]
        drawn.append(
            [(0, "LWPOLYLINE"), (8, "VILLAGES"), (90, len(corners)), (70, 1)]
            + [p for x, y in corners for p in ((10, x), (20, y))]
        )
        inside = row.geometry.representative_point()
        drawn.append([(0, "TEXT"), (8, "NAMES"), (10, inside.x), (20, inside.y), (40, 50), (1, row.name)])
    drawn.append([(0, "LINE"), (8, "ROADS"), (10, 0), (20, 0), (11, 9), (21, 9)])
    (tmp_path / "村.dxf").write_text(dxf(drawn), encoding=encoding)
    assert drawing_layers(tmp_path / "村.dxf") == ["VILLAGES", "ROADS"]
    new = 'zones: {file: 村.dxf, sheet: VILLAGES, coordinates: "EPSG:4547", number: {zone: "Z{}"}'
    mapping = said(mapping, "zones: {file: 村.shp, coordinates: file", new)
    found = import_accounted(mapping).district
    assert list(found.zones["name"]) == list(shapes()["name"])
    assert found.zones.geometry.area.sum() == pytest.approx(frame.area.sum(), rel=1e-4)


def zipped(path, files, *, flag=True):
    """Write an archive; without the flag names are in the code page of Chinese Windows, and nothing says so."""
    with zipfile.ZipFile(path, "w") as archive:
        for i, (name, data) in enumerate(files.items()):
            archive.writestr(name if flag else f"{i:x}".rjust(len(name.encode("gb18030")), "q"), data)
    if flag:
        return
    data = path.read_bytes()
    for i, name in enumerate(files):
        packed = name.encode("gb18030")
        data = data.replace(f"{i:x}".rjust(len(packed), "q").encode(), packed)
    path.write_bytes(data)


@pytest.mark.parametrize("flag", [True, False])
def test_a_zipped_folder_is_unpacked_with_its_names(tmp_path, flag):
    office = tmp_path / "in"
    write_office(office)
    zipped(tmp_path / "材料.zip", {f"材料/{p.name}": p.read_bytes() for p in office.iterdir()}, flag=flag)
    folder = unpack(tmp_path / "材料.zip")
    assert {p.name for p in (folder / "材料").iterdir()} == {p.name for p in office.iterdir()}
    assert unpack(tmp_path / "材料.zip") == folder


def test_a_zipped_folder_is_imported(tmp_path):
    office = tmp_path / "in"
    write_office(office)
    zipped(tmp_path / "a.zip", {p.name: p.read_bytes() for p in office.iterdir()})
    code, text = planning("import", tmp_path / "a.zip", tmp_path / "out", "--no-ask")
    assert code == 0, text
    assert f"pupils {ALL}" in text


@pytest.mark.parametrize("name", ["../evil.csv", "/evil.csv", "C:/evil.csv", "a\\..\\..\\evil.csv"])
def test_an_archive_writes_nothing_outside(tmp_path, name):
    (tmp_path / "d").mkdir()
    zipped(tmp_path / "d" / "a.zip", {name: b"x"})
    with pytest.raises(DistrictError, match="leads out"):
        unpack(tmp_path / "d" / "a.zip")
    assert [p.name for p in tmp_path.rglob("*") if p.is_file()] == ["a.zip"]


def test_a_damaged_archive_and_a_bomb_are_refused(tmp_path):
    (tmp_path / "a.zip").write_bytes(b"PK\x03\x04 no archive")
    with zipfile.ZipFile(tmp_path / "b.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("big.csv", io.BytesIO(bytes(60_000_000)).getvalue())
    for name in ("a.zip", "b.zip"):
        with pytest.raises(DistrictError, match="cannot be unpacked"):
            unpack(tmp_path / name)
        assert not (tmp_path / name[0]).exists()
