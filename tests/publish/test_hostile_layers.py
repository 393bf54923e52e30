"""Layers are read back in full: names stand in them as texts, and no document holds anything else."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pyogrio
import pytest

from planning.publish.export.write import export_catchments, export_layers
from tests.publish.hostile import HIDDEN, hostile

KML = "{http://www.opengis.net/kml/2.2}"


@pytest.mark.parametrize("shift", [0, 23])
def test_names_come_back_as_texts(tmp_path: Path, shift: int) -> None:
    district, layout = hostile(shift)
    export_catchments(district, layout, tmp_path / "c.gpkg", "gpkg")
    export_catchments(district, layout, tmp_path / "c.kml", "kml")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["c.gpkg", "c.kml"]
    wanted = {
        name: list(frame["name"].astype(str)) for name, frame in export_layers(district, layout).items()
    }
    assert {name for name, _ in pyogrio.list_layers(tmp_path / "c.gpkg")} == set(wanted)
    assert not set("".join(n for names in wanted.values() for n in names)) & set(HIDDEN)
    for name, names in wanted.items():
        assert list(pyogrio.read_dataframe(tmp_path / "c.gpkg", layer=name)["name"]) == names
    root = ElementTree.parse(tmp_path / "c.kml").getroot()
    marks = [mark.findtext(f"{KML}name") or "" for mark in root.iter(f"{KML}Placemark")]
    assert sorted(" ".join(m.split()) for m in marks) == sorted(
        " ".join(n.split()) for names in wanted.values() for n in names
    )
    assert not set("".join(root.itertext())) & set(HIDDEN)
    assert {e.tag.removeprefix(KML) for e in root.iter()}.isdisjoint({"script", "NetworkLink", "img", "a"})
