"""Scope texts become the zones they describe; what cannot be located is listed with its reason."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString

from planning.errors import DistrictError
from planning.importing.scope import REASONS, draft_assignment, entry_seats, shared_groups
from planning.importing.scope.sides import beside
from planning.messages import Text
from tests.district.conftest import errors
from tests.importing.town import block, town, zone_at

TOWN = town()
MIDDLE = block(range(1, 4), range(1, 3))


def draft(*rows: tuple[str, str], district=TOWN, **columns):
    texts = pd.DataFrame(rows, columns=["school", "text"]).assign(**columns)
    return draft_assignment(district, texts)


def zones(text: str, district=TOWN) -> set[str]:
    return set(draft(("青禾小学", text), district=district).assignment["zone"])


def reasons(found) -> list[tuple[str, str]]:
    keys = {Text(f"importing.scope.lost.{key}").text("en"): key for key in REASONS}
    return [
        (t, keys[r])
        for t, r in zip(found.not_understood["text"], found.not_understood["reason"], strict=True)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "纵1路以东，横1街以北，纵4路以西，横3街以南区域。",
        "东至纵4路，南至横1街，西至纵1路，北至横3街。",
        "东至纵4路；南至横1街；西至纵1路；北至横3街",
        "纵4路（以西）—横1街（以北）—纵1路（以东）—横3街（以南）的围合区域",
        "自西北角起顺时针：横3街（约3.0公里）—纵4路（约2.0公里）—横1街（约3.0公里）—纵1路（约2.0公里）。",
    ],
)
def test_four_streets_enclose_their_zones(text):
    assert zones(text) == MIDDLE


def test_the_county_limit_is_a_side():
    assert zones("东至纵2路，南至桥头市小城区界，西至桥头市小城区界，北至横2街") == block(range(2), range(2))


def test_a_limit_may_be_a_community_or_township():
    assert zones("东至东岸街道界，南至横1街，西至纵1路，北至横3街") == block(range(1, 3), range(1, 3))


def test_a_township_bounds_limits():
    assert zones("纵1路以东，横3街以南的西岸街道范围") == block(range(1, 3), range(3))
    assert zones("东岸街道所有行政区域") == block(range(3, 5), range(5))
    assert zones("东岸街道：梧桐苑、菊园") == {zone_at(3, 1), zone_at(4, 4)}


def test_names_are_found_with_and_without_their_ending():
    found = draft(("青禾小学", "青禾、白鹭村、柳岸社区，望月花园（1、2期）")).assignment.set_index("zone")
    assert set(found.index) == {zone_at(0, 1), zone_at(1, 1), zone_at(0, 2), zone_at(4, 1), zone_at(3, 2)}
    assert found.loc[zone_at(0, 2), "confidence"] > found.loc[zone_at(1, 1), "confidence"]


def test_a_community_is_all_zones_that_begin_with_its_name():
    found = draft(("青禾小学", "河湾社区")).assignment
    assert set(found["zone"]) == block(range(3), range(3, 4))
    assert (found["how"] == "name begins so").all()
    assert zones("河湾村1-2组") == {zone_at(0, 3), zone_at(1, 3)}


def test_a_community_stands_for_its_villages_where_zones_are_communities():
    found = draft(("青禾小学", "青禾社区：上庄、下庄"))
    assert set(found.assignment["zone"]) == {zone_at(0, 1)}
    assert found.assignment["confidence"].max() <= 0.5
    assert reasons(found) == [("上庄", "place"), ("下庄", "place")]
    assert zones("东岸街道：上庄、下庄") == set()


def test_exceptions_are_left_out():
    area = "纵1路以东，横1街以北，纵4路以西，横3街以南"
    assert zones(f"{area}（不含梧桐苑）") == MIDDLE - {zone_at(3, 1)}
    assert zones(f"{area}（纵2路以西、横2街以北的区域及梧桐苑除外）") == MIDDLE - {
        zone_at(3, 1),
        zone_at(1, 2),
    }


def test_a_whole_list_decides_and_examples_do_not():
    area = "纵1路以东，横1街以北，纵4路以西，横3街以南"
    assert zones(f"{area}（白鹭社区、梧桐苑）") == {zone_at(1, 1), zone_at(3, 1)}
    assert zones(f"{area}（包括白鹭社区、梧桐苑等）") == MIDDLE
    assert zones(f"{area}（含菊园）") == MIDDLE | {zone_at(4, 4)}
    # a list in which a name is unknown is not whole
    assert zones(f"{area}（白鹭社区、无名苑）") == MIDDLE


def test_schools_with_one_text_share_its_zones():
    found = draft(
        ("青禾小学", "梧桐苑、菊园。"), ("白鹭小学", "梧桐苑、菊园。"), ("青禾学校（小学部）", "松涛苑")
    )
    by_zone = found.assignment.set_index("zone")["unit"].to_dict()
    assert by_zone == {zone_at(3, 1): "A-P;B-P", zone_at(4, 4): "A-P;B-P", zone_at(0, 4): "C-P"}
    assert found.groups.to_dict("records") == [
        {"stage": "primary", "unit": "A-P;B-P", "schools": "青禾小学、白鹭小学"}
    ]
    assert len(found.unclaimed) == 25 - 3


def test_stages_are_apart():
    found = draft(("青禾学校（小学部）", "松涛苑"), ("青禾学校(初中部)", "松涛苑、竹溪苑"))
    assert found.assignment[["zone", "stage", "unit"]].to_numpy().tolist() == [
        [zone_at(0, 4), "junior", "C-J"],
        [zone_at(0, 4), "primary", "C-P"],
        [zone_at(1, 4), "junior", "C-J"],
    ]


def test_limits_that_overlap_go_to_the_nearer_school():
    area = "横1街以北，横3街以南，纵{}路以东，纵{}路以西"
    found = draft(("青禾小学", area.format(0, 3)), ("白鹭小学", area.format(2, 5)))
    rows = found.assignment.set_index("zone")
    assert rows.loc[zone_at(2, 1), "unit"] == "A-P"
    assert "B-P" in rows.loc[zone_at(2, 1), "how"]
    assert rows.loc[zone_at(2, 1), "confidence"] < rows.loc[zone_at(1, 1), "confidence"]
    assert rows.loc[zone_at(4, 1), "unit"] == "B-P"


def test_a_clause_for_one_school_alone():
    text = "（1）梧桐苑；（2）菊园仅可报白鹭小学"
    found = draft(("青禾小学", text), ("白鹭小学", text)).assignment.set_index("zone")["unit"]
    assert found.to_dict() == {zone_at(3, 1): "A-P;B-P", zone_at(4, 4): "B-P"}


def test_what_is_missing_is_listed_with_its_reason():
    found = draft(
        ("青禾小学", "（1）老城路以东，横1街以北；（2）无名苑；（3）某路穿过银杏山延伸至老厂以南"),
        ("查无小学", "梧桐苑（按志愿录取）"),
    )
    assert reasons(found) == [
        ("某路穿过银杏山延伸至老厂以南", "words"),
        ("老城路", "line"),
        ("老城路以东，横1街以北", "open"),
        ("无名苑", "place"),
        ("查无小学", "school"),
        ("按志愿录取", "note"),
    ]
    assert found.assignment.empty
    assert list(found.not_understood["clause"])[1:4] == ["（1）", "（1）", "（2）"]


def test_three_known_sides_are_enough_and_less_sure():
    whole = draft(("青禾小学", "纵1路以东，横1街以北，纵4路以西，横3街以南")).assignment["confidence"].min()
    found = draft(("青禾小学", "纵1路以东，横1街以北，老城路以西，横3街以南"))
    assert set(found.assignment["zone"]) == block(range(1, 5), range(1, 3))
    assert found.assignment["confidence"].max() < whole
    assert reasons(found) == [("老城路", "line")]


def test_a_district_without_roads_drafts_names_alone():
    bare = replace(TOWN, roads=TOWN.roads.iloc[:0])
    found = draft(("青禾小学", "纵1路以东，横1街以北；梧桐苑"), district=bare)
    assert set(found.assignment["zone"]) == {zone_at(3, 1)}
    assert {r for _, r in reasons(found)} == {"line", "open"}


def test_notes_are_read():
    found = draft(("青禾小学", "梧桐苑"), note="可分享【白鹭小学】或【青禾学校】学位")
    assert found.sharing[["kind", "schools"]].to_numpy().tolist() == [["overflow", "白鹭小学|青禾学校"]]


PARTS = st.sampled_from(
    ["纵1路", "纵4路", "横2街", "老城路", "梧桐苑", "白鹭社区", "西岸街道", "河湾", "以东", "以西", "以北", "东至", "北至", "，", "、", "；",
     "—", "（", "）", "不含", "包括", "除外", "1-3区", "中的", "的", "范围", "（以南）", "（约1公里）", "海边", "仅可报", "界"]
)  # fmt: skip


@settings(deadline=None, max_examples=60)
@given(st.lists(PARTS, max_size=14).map("".join))
def test_no_text_breaks_the_draft(text):
    found = draft(("青禾小学", text), ("白鹭小学", text))
    assert found.assignment["confidence"].between(0, 1).all()
    assert not found.assignment.duplicated(["zone", "stage"]).any()
    assert len(found.assignment) + len(found.unclaimed) == 25


def test_texts_without_a_column_are_refused():
    with pytest.raises(DistrictError) as error:
        draft_assignment(TOWN, pd.DataFrame({"学校": ["青禾小学"]}))
    assert [p.column for p in errors(list(error.value.problems))] == ["text", "school"]


def test_no_texts_give_an_empty_draft():
    found = draft_assignment(TOWN, pd.DataFrame({"unit": [], "text": []}))
    assert found.assignment.empty
    assert found.not_understood.empty


def test_seats_are_classes_times_the_cap():
    plans = pd.DataFrame(
        {"school": ["甲", "乙", "丙"], "stage": ["primary", "junior", "junior"], "classes": [4, "6", None]}
    )
    seats = entry_seats(plans, {"primary": 45, "junior": 50})["seats"]
    assert seats.tolist()[:2] == [180, 300]
    assert seats.isna().tolist() == [False, False, True]


def test_groups_need_no_district():
    rows = pd.DataFrame(
        {
            "school": ["甲", "乙", "丙", "丁"],
            "stage": "primary",
            "text": ["一村、二村", "一村、 二村", "三村", ""],
        }
    )
    assert shared_groups(rows)["schools"].tolist() == ["甲、乙"]


def test_beside_a_bent_line():
    bent = LineString([(0, 0), (0, 10), (10, 10)])
    points = np.array([(5.0, 5.0), (-5.0, 5.0), (5.0, 15.0), (20.0, 5.0)])
    assert beside(bent, points, "east").tolist() == [True, False, False, True]
    assert beside(bent, points, "south").tolist() == [True, False, False, True]
    assert not len(beside(bent, points[:0], "north"))
