"""Scope texts become sides and places, and not a character is lost."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planning.importing.scope import parse_scope, parse_sharing
from planning.importing.scope.match import clauses_of

WORDS = st.sampled_from(
    [*"，、；。：（）()—-→ \n1２3区东南西北以至到和及含除外等的路村", "社区", "以东", "仅可报", "包括", "不含", "除外", "（1）",
     "2.", "主要社区有：", "为界", "区域", "（约1米）", "中的", "原", "街道", "大道", "——", "顺时针", "107国道", "（以西）", "海边",
     "可分享", "【", "】", "或", "学校", "组", "号楼", "东："]
)  # fmt: skip
TEXTS = st.one_of(st.text(max_size=60), st.lists(WORDS, max_size=40).map("".join))


def one(text: str):
    """The only clause of a text that is understood to the last word."""
    scope = parse_scope(text)
    assert not scope.not_understood, scope.not_understood
    (clause,) = scope.clauses
    return clause


def sides(clause) -> list[tuple[str, tuple[str, ...]]]:
    return [(s.lies, s.lines) for s in clause.sides]


def names(clause) -> list[str]:
    return [p.name for p in clause.places]


@settings(deadline=None, max_examples=300)
@given(TEXTS)
def test_no_text_raises_and_the_pieces_cover_it(text):
    scope = parse_scope(text)
    assert "".join(p.text for p in scope.pieces) == text
    at = 0
    for piece in scope.pieces:
        assert (piece.start, text[piece.start : piece.end]) == (at, piece.text)
        at = piece.end
    assert at == len(text)
    for clause in clauses_of(scope.clauses):
        assert 0 <= clause.start <= clause.end <= len(text)


@settings(deadline=None, max_examples=200)
@given(TEXTS)
def test_no_note_raises(note):
    assert parse_sharing(note).kind in ("", "shared", "overflow", "single")


@pytest.mark.parametrize(
    "text", ["（" * 3000, "（" * 1500 + "）" * 1500, "甲-" * 3000 + "以东", "和甲村" * 2000, "社区" * 3000]
)
def test_long_nonsense_ends(text):
    assert "".join(p.text for p in parse_scope(text).pieces) == text


def test_roads_with_directions():
    clause = one("纵1路以东，横2街、横3街以南，纵4路—老城路--滨河路以西，横0街以北区域。")
    assert sides(clause) == [
        ("east", ("纵1路",)),
        ("south", ("横2街", "横3街")),
        ("west", ("纵4路", "老城路", "滨河路")),
        ("north", ("横0街",)),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "东至纵4路，南至横1街，西至纵1路，北至横3街。",
        "东至纵4路；南至横1街；西至纵1路；北至横3街",
        "东：纵4路；南：横1街；西：纵1路；北：横3街。",
        "东起纵4路西至纵1路，南起横1街北至横3街",
        "东以纵4路为界，南以横1街为界，西以纵1路为界，北以横3街为界的围合片区",
        "纵4路以西、横1街以北、纵1路以东、横3街以南合围的区域",
        "纵4路（以西）——横1街（以北）——纵1路（以东）——横3街（以南）的围合区域",
        "纵4路西侧、横1街北侧、纵1路东侧、横3街南侧",
    ],
)
def test_every_way_to_say_four_sides(text):
    assert sorted(sides(one(text))) == [
        ("east", ("纵1路",)),
        ("north", ("横1街",)),
        ("south", ("横3街",)),
        ("west", ("纵4路",)),
    ]


def test_to_the_shore_is_a_limit_of_its_own():
    assert sides(one("滨河路以西至海边，横1街以北")) == [
        ("west", ("滨河路",)),
        ("east", ("海边",)),
        ("north", ("横1街",)),
    ]


def test_a_line_of_a_ring_may_have_no_direction():
    clause = one("纵1路以东——横2街以北——银杏山——纵4路")
    assert clause.ring
    assert sides(clause) == [("east", ("纵1路",)), ("north", ("横2街",)), ("", ("银杏山",)), ("", ("纵4路",))]


def test_numbered_districts_are_counted_out():
    assert names(one("纵1路以东，横2街以北区域（包括1-3区、7、9区）")) == ["1区", "2区", "3区", "7区", "9区"]
    assert names(one("11和13区中的区域")) == ["11区", "13区"]


def test_the_ending_of_a_list_holds_for_all_of_it():
    clause = one("青禾、白鹭、柳岸社区，梧桐苑")
    assert names(clause) == ["青禾社区", "白鹭社区", "柳岸社区", "梧桐苑"]
    assert clause.places[0].other_names == ("青禾",)
    assert names(one("河湾村1、2、5-6组")) == ["河湾村1组", "河湾村2组", "河湾村5组", "河湾村6组"]


def test_what_holds_a_place():
    heading = one("青禾社区：上庄、下庄")
    assert heading.within == ("青禾社区",)
    assert names(heading) == ["上庄", "下庄"]
    clause = one("白鹭社区上坪村、下坪村，柳岸社区（部分）")
    assert [p.within for p in clause.places] == [("白鹭社区",), ("白鹭社区",), ()]
    assert [p.part for p in clause.places] == [False, False, True]


def test_numbers_below_a_heading():
    scope = parse_scope("1.青禾社区；2.白鹭社区：（1）纵1路以西；（2）纵1路以东；3.梧桐苑。")
    assert [(c.number, c.within, len(c.sides), names(c)) for c in scope.clauses] == [
        ("1.", (), 0, ["青禾社区"]),
        ("2.（1）", ("白鹭社区",), 1, []),
        ("2.（2）", ("白鹭社区",), 1, []),
        ("3.", (), 0, ["梧桐苑"]),
    ]


def test_exceptions():
    for text in (
        "纵1路以东、横2街以南（不含梧桐苑、银杏花园）",
        "除梧桐苑、银杏花园外，纵1路以东、横2街以南",
        "纵1路以东、横2街以南，但不包括梧桐苑、银杏花园",
        "纵1路以东、横2街以南（梧桐苑、银杏花园除外）",
    ):
        clause = one(text)
        assert len(clause.sides) == 2
        assert names(clause) == []
        assert [names(e) for e in clause.excluded] == [["梧桐苑", "银杏花园"]]
    (out, more) = one("纵1路以东（横1街以南、纵3路以东的区域和银杏花园除外）").excluded
    assert sides(out) == [("south", ("横1街",)), ("east", ("纵3路",))]
    assert names(more) == ["银杏花园"]


def test_examples_and_whole_lists():
    assert one("纵1路以东（含梧桐苑），横2街以南").complete is False
    assert one("纵1路以东（包括1-3区等）").complete is False
    assert one("纵1路以东。主要小区有：梧桐苑、菊园。").complete is False
    whole = one("东至纵3路，西至纵1路。包括：东岸街道：梧桐苑、菊园。")
    assert whole.complete
    assert names(whole) == ["梧桐苑", "菊园"]


def test_a_place_cut_by_a_road():
    scope = parse_scope("青禾社区、横2街以南的柳岸社区、梧桐苑")
    assert [(names(c), c.restricts) for c in scope.clauses] == [
        (["青禾社区"], False),
        (["柳岸社区"], True),
        (["梧桐苑"], False),
    ]
    (held,) = parse_scope("纵1路以西，横2街以北的西岸街道范围").clauses
    assert held.within == ("西岸街道",)
    (cut,) = one("青禾社区（纵1路以东）、菊园").places[:1]
    assert sides(cut) == [("east", ("纵1路",))]


def test_only_for_one_school():
    assert one("青禾社区仅可报白鹭小学和柳岸学校（小学部）").only == ("白鹭小学", "柳岸学校（小学部）")


def test_former_names_and_phases():
    old, new = one("青禾社区（原禾一、禾二）、望月花园（1、2期）").places
    assert old.other_names == ("禾一", "禾二")
    assert new.name == "望月花园（1、2期）"


def test_what_only_describes_is_not_understood():
    scope = parse_scope("纵1路以东，某路穿过银杏山延伸至老厂分界处以南；梧桐苑。")
    assert [p.text for p in scope.not_understood] == ["某路穿过银杏山延伸至老厂分界处以南"]
    (odd,) = scope.not_understood
    assert [c.start <= odd.start < c.end for c in scope.clauses] == [True, False]


def test_conditions_are_kept_as_notes():
    scope = parse_scope("梧桐苑。（购房户按志愿优先录取）")
    assert [p.kind for p in scope.pieces if "志愿" in p.text] == ["note"]


@pytest.mark.parametrize(
    ("note", "kind", "groups"),
    [
        ("单享学区", "single", ()),
        ("可分享青禾学校学位", "overflow", (("青禾学校",),)),
        (
            "（可分享【青禾小学、白鹭小学】或【和平学校（小学部）】共享学区学位）",
            "overflow",
            (("青禾小学", "白鹭小学"), ("和平学校（小学部）",)),
        ),
        ("共享学区", "shared", ()),
        ("只在周一办理", "", ()),
    ],
)
def test_sharing_notes(note, kind, groups):
    sharing = parse_sharing(note)
    assert (sharing.kind, sharing.groups) == (kind, groups)
    assert bool(sharing.rest) == (kind == "")
