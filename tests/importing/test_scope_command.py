"""Scope texts in a file become a draft, and the draft a district."""

from __future__ import annotations

import json
from dataclasses import replace

import pandas as pd
import pytest
import shapely

from planning.district import read_district, write_district
from planning.errors import DistrictError
from planning.importing.scope import read_texts
from tests.cli.invoke import planning
from tests.district.frame import make_layer, make_table
from tests.importing.town import block, town

WEST, EAST = "纵1路以东、横1街以北、纵3路以西、横3街以南。", "银杏花园、北屏社区，兰亭苑；不知何处小区。"


def blocks(county):
    """Return the streets cut where they meet, as a district needs them."""
    rows, lines = [], []
    for road in county.roads.itertuples():
        (x0, y0), (x1, y1) = road.geometry.coords
        for k in range(5):
            ends = [(x0 + (x1 - x0) * t / 5, y0 + (y1 - y0) * t / 5) for t in (k, k + 1)]
            rows.append({"road": f"{road.road}-{k}", "name": road.name, "road_class": "local"})
            lines.append(shapely.LineString(ends))
    return rows, lines


def test_a_list_of_texts_becomes_a_draft(tmp_path):
    pupils = [{"zone": z, "year": 2020, "grade": 1, "pupils": 9} for z in town().zones["zone"]]
    roads = make_layer("roads", *blocks(town()), town().roads.crs)
    county = replace(town(), zone_pupils=make_table("zone_pupils", pupils), roads=roads)
    write_district(county, tmp_path / "town")
    lines = f'2024年招生范围,\n学校名称,招生范围\n青禾小学,{WEST}\n白鹭小学,"{EAST}"\n'
    (tmp_path / "范围.csv").write_bytes(lines.encode("gbk"))
    code, said = planning(
        "draft",
        tmp_path / "town",
        tmp_path / "范围.csv",
        "--out",
        tmp_path / "out",
        "--apply",
        tmp_path / "new",
    )
    assert code == 0, said
    drafted = pd.read_csv(tmp_path / "out" / "draft_assignment.csv")
    assert set(drafted.loc[drafted["unit"] == "A-P", "zone"]) == block(range(1, 3), range(1, 3))
    lost = pd.read_csv(tmp_path / "out" / "not_understood.csv")
    assert "不知何处小区" in set(lost["text"])
    zones = read_district(tmp_path / "new").zones.set_index("zone")["current_primary"]
    assert set(zones[zones == "A-P"].index) >= block(range(1, 3), range(1, 3))


@pytest.mark.parametrize("kind", ["json", "xlsx"])
def test_other_files(tmp_path, kind):
    rows = [
        {"schoolName": "甲", "belongsText": "A路以东", "schoolClass": 3},
        {"schoolName": "乙", "belongsText": " "},
    ]
    if kind == "json":
        (tmp_path / "t.json").write_text(json.dumps(rows), encoding="utf-8")
    else:
        pd.DataFrame(rows).to_excel(tmp_path / "t.xlsx", index=False)
    texts = read_texts(tmp_path / f"t.{kind}")
    assert texts.to_dict("records") == [{"school": "甲", "text": "A路以东"}]


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.json", b"{", "not JSON"),
        ("a.json", b"{}", "not a list of records"),
        ("a.csv", b"x,y\n1,2\n", "no column of scope texts"),
        ("a.csv", b"", "empty"),
        ("a.xlsx", b"PK", "a.xlsx"),
    ],
)
def test_files_without_texts(tmp_path, name, data, message):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(DistrictError, match=message):
        read_texts(tmp_path / name)
    with pytest.raises(DistrictError, match="no such file"):
        read_texts(tmp_path / "none.csv")
