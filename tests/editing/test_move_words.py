"""Moves as people write them: understood, or everything that is wrong with them named."""

from __future__ import annotations

from planning.district.called import Called
from planning.district.names import Names, Place
from planning.editing.move_words import Asked, asked_in_words, understood
from planning.errors import Issue

NAMES = Names(
    {"Z1": "甲小区", "Z2": "乙小区", "Z3": "乙小区"},
    {"A-P": ("A", "第一小学", "primary"), "B-P": ("B", "第二小学", "primary"), "B-J": ("B", "第二小学", "junior")},
)  # fmt: skip


def asked(*texts: str, stage: str = "primary") -> list[Asked]:
    found = [asked_in_words(text, stage=stage) for text in texts]
    assert all(isinstance(one, Asked) for one in found)
    return [one for one in found if isinstance(one, Asked)]


def test_a_zone_given_to_two_schools_at_once_is_named() -> None:
    _, problems = understood(asked("甲小区=第一小学", "甲小区=第二小学"), NAMES)
    assert [(p.code, p.value) for p in problems] == [("editing.asked.given_to_two", "甲小区")]
    assert "第一小学" in problems[0].text("zh")


def test_a_zone_goes_to_a_school_of_each_stage() -> None:
    moves, problems = understood(
        [*asked("甲小区=第一小学"), *asked("甲小区=第二小学", stage="junior")], NAMES
    )
    assert not problems
    assert [(m.stage, m.unit) for m in moves] == [("primary", "A-P"), ("junior", "B-J")]


def test_width_of_signs_does_not_matter_and_double_names_are_asked_for() -> None:
    moves, problems = understood(asked("Ｚ１＝Ａ－Ｐ", "乙小区=第一小学"), NAMES)
    assert [(m.zones, m.unit) for m in moves] == [(("Z1",), "A-P")]
    assert [p.code for p in problems if p.value == "乙小区"] == ["district.names.several_zones_name"]


def test_a_township_beside_the_name_tells_namesakes_apart() -> None:
    zones = {"Z1": "幸福花园", "Z2": "幸福花园", "Z3": "幸福花园", "Z4": "东镇幸福里"}
    names = Names(zones, NAMES.units, {"Z1": "柳河乡", "Z2": "东镇", "Z3": "东镇街道", "Z4": "柳河乡"})
    for text in (
        "柳河乡幸福花园",
        "柳河幸福花园",
        "柳河乡 幸福花园",
        "柳河鄉·幸福花園",
        "幸福花园（柳河乡）",
    ):
        assert names.zone(text, Place("--move")) == "Z1", text
    assert (
        names.zone("东镇幸福里", Place("--move")) == "Z4"
    )  # a name of its own stands before a township and a name
    several = names.zone("幸福花园", Place("--move"))
    assert isinstance(several, Issue)
    assert "Z1 (柳河乡), Z2 (东镇), Z3 (东镇街道)" in several.text("en")
    assert "在名称前写上乡镇" in several.mend("zh")
    moves, problems = understood(asked("柳河乡幸福花园=第一小学"), names)
    assert not problems
    assert moves[0].zones == ("Z1",)


def test_ids_stand_beside_names_only_where_several_share_one() -> None:
    called = Called.by(NAMES, "en")
    assert (called.zone("Z1"), called.zone("Z2"), called.zone("Z9")) == ("甲小区", "乙小区 (Z2)", "Z9")
    assert (called.unit("A-P"), called.unit("B-J"), called.unit("A-P;B-P")) == (
        "第一小学", "第二小学 (junior)", "第一小学;第二小学 (primary)",
    )  # fmt: skip
    assert (
        called.in_place("unit A-P, zone Z1, Z2, year 2021")
        == "unit 第一小学, zone 甲小区, 乙小区 (Z2), year 2021"
    )
    assert [called.in_value(v) for v in ("not B-J", "120", "missing")] == [
        "not 第二小学 (junior)",
        "120",
        "missing",
    ]
