"""KML and KMZ as map programs export them: columns in Chinese, folders, holes, archives."""

from __future__ import annotations

import zipfile

import pytest

from planning.errors import DistrictError
from planning.importing.files.kml import kml_layers, read_kml
from planning.importing.files.layers import layers_of, read_vector

FILE = """<?xml version="1.0" encoding="{encoding}"?>
<kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>全区</name>
<Folder><name>学校</name>
<Placemark><name>第一小学</name><ExtendedData>
<Data name="办学类型"><value>完全小学</value></Data><Data name="城乡类型"><value>城区</value></Data>
<Data name="学校标识码"><value>02164000001</value></Data></ExtendedData>
<Point><coordinates>106.2, 38.0,1100</coordinates></Point></Placemark>
<Placemark><name>第二小学</name><ExtendedData><SchemaData schemaUrl="#s"><SimpleData name="办学类型">初级中学</SimpleData>
</SchemaData></ExtendedData><Point><coordinates>106.3,38.1</coordinates></Point></Placemark>
</Folder>
<Folder><name>小区</name>
<Placemark><name>甲</name><Polygon><outerBoundaryIs><LinearRing><coordinates>0,0 4,0 4,4 0,4 0,0</coordinates></LinearRing>
</outerBoundaryIs><innerBoundaryIs><LinearRing><coordinates>1,1 2,1 2,2 1,2 1,1</coordinates></LinearRing></innerBoundaryIs>
</Polygon></Placemark>
<Placemark><name>乙</name><MultiGeometry><Point><coordinates>1,2</coordinates></Point><Point><coordinates>3,4</coordinates>
</Point></MultiGeometry></Placemark>
</Folder></Document></kml>"""


def kml(path, text=FILE, encoding="UTF-8"):
    path.write_bytes(text.replace("{encoding}", encoding).encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["UTF-8", "GBK"])
def test_every_column_comes_whatever_it_is_called_in(tmp_path, encoding):
    sheet, crs = read_vector(kml(tmp_path / "学校.kml", encoding=encoding), "学校")
    assert sheet.headers == ["Name", "办学类型", "城乡类型", "学校标识码"]
    assert sheet.cells.to_numpy().tolist() == [
        ["第一小学", "完全小学", "城区", "02164000001"],
        ["第二小学", "初级中学", "", ""],
    ]
    assert crs == "EPSG:4326"
    assert [(p.x, p.y, p.has_z) for p in sheet.shapes] == [(106.2, 38.0, False), (106.3, 38.1, False)]


def test_folders_are_layers_and_shapes_keep_their_holes(tmp_path):
    path = kml(tmp_path / "a.kml")
    assert layers_of(path) == ["学校", "小区"]
    shapes = read_kml(path, "小区").geometry
    assert shapes[0].area == 15
    assert shapes[1].geom_type == "MultiPoint"
    assert len(read_kml(path)) == 4
    with pytest.raises(DistrictError, match="no folder '道路'"):
        read_kml(path, "道路")


def test_an_archive_is_read_and_a_bomb_is_not(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.kmz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("doc.kml", FILE.replace("{encoding}", "UTF-8"))
    assert kml_layers(tmp_path / "a.kmz") == ["学校", "小区"]
    with zipfile.ZipFile(tmp_path / "bomb.kmz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("doc.kml", " " * 50_000_000)
    with pytest.raises(DistrictError, match="unpacks to 50 MB"):
        read_kml(tmp_path / "bomb.kmz")
    with zipfile.ZipFile(tmp_path / "none.kmz", "w") as archive:
        archive.writestr("readme.txt", "")
    with pytest.raises(DistrictError, match=r"no \.kml inside"):
        read_kml(tmp_path / "none.kmz")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (FILE[:700], "not a readable layer"),
        (FILE.replace("106.2, 38.0", "nan,38"), "placemark 1: no coordinates"),
        (FILE.replace("106.2, 38.0,1100", "106.2"), "placemark 1"),
        (FILE.replace("106.2, 38.0,1100", "east,north"), "placemark 1"),
        ('<!DOCTYPE k [<!ENTITY a "b">]>' + FILE.partition("?>")[2], "declares entities"),
        ("<kml>" + "<Folder>" * 100_000 + "</Folder>" * 100_000 + "</kml>", ""),
    ],
)
def test_what_is_damaged_is_refused_in_words(tmp_path, text, said):
    path = kml(tmp_path / "a.kml", text)
    if not said:
        assert len(read_kml(path)) == 0
        return
    with pytest.raises(DistrictError, match=said):
        read_kml(path)
