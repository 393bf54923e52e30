"""A total is held against the rows it sums up, and left out with its sum."""

from __future__ import annotations

import pytest

from tests.importing.office import ALL, lines, one_error, problems, pupil_rows, write_office

TOWNS = ("河东镇", "河东镇", "河西镇", "河西镇")


def total_row(spoilt=0):
    return ["合计", *[100 + 4 * g + (spoilt if g == 3 else 0) for g in range(1, 10)]]


def test_totals_that_equal_their_rows_are_left_out_and_the_account_says_so(tmp_path):
    def change(book):
        page = book.active
        page.insert_rows(4)
        for column, cell in enumerate(["小计", *[30 + 2 * g for g in range(1, 10)]], 1):
            page.cell(4, column, cell)
        page.append(total_row())

    pupils = lines(write_office(tmp_path, pupils=change))["pupils"]
    assert pupils.written == ALL
    assert ["totals equal to their rows" in c.reason.text("en") for c in pupils.trail.changes] == [True]


@pytest.mark.parametrize("row", ["合计", "四村总计", "小计"])
def test_a_total_that_does_not_equal_its_rows_is_refused(tmp_path, row):
    mapping = write_office(tmp_path, pupils=lambda book: book.active.append([row, *total_row(spoilt=-7)[1:]]))
    found = one_error(mapping)
    assert (found.row, found.value) == ("6", "105")
    assert "105 instead of 112" in found.message_en


def test_a_total_without_a_name_is_refused(tmp_path):
    found = problems(
        write_office(tmp_path, pupils=lambda book: book.active.append(["全部", *total_row()[1:]]))
    )
    assert any("a total without a name" in p.message_en and p.row == "6" for p in found)


@pytest.mark.parametrize(("spoilt", "fits"), [(0, True), (5, False)])
def test_a_column_of_totals_is_held_against_the_grades(tmp_path, spoilt, fits):
    def change(book):
        book.active.cell(1, 11, "合计")
        for row in range(2, 6):
            book.active.cell(row, 11, 90 * (row - 1) + 45 + (spoilt if row == 3 else 0))

    mapping = write_office(tmp_path, pupils=change)
    if fits:
        assert lines(mapping)["pupils"].written == ALL
    else:
        found = one_error(mapping)
        assert (found.row, found.column, found.value) == ("3", "合计", "230")


@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_total_over_columns_that_no_table_uses_is_told(tmp_path, count):
    """学前班, 特教班, 复式班 stand beside the grades and are in 合计; a row where they are not is still refused."""
    names = ["学前班", "特教班", "复式班"][:count]

    def change(book, spoilt=0):
        page = book.active
        for k, name in enumerate([*names, "合计"]):
            page.cell(1, 11 + k, name)
        for row in range(2, 6):
            more = [row + k for k in range(count)]
            for k, value in enumerate(more):
                page.cell(row, 11 + k, value)
            page.cell(row, 11 + count, sum(page.cell(row, c).value for c in range(2, 11)) + sum(more))
        page.cell(3, 11 + count).value += spoilt

    mapping = write_office(tmp_path / "told", pupils=change)
    (found,) = [p for p in problems(mapping) if "total holds columns" in p.message_en]
    assert (found.level, found.value, found.column) == ("warning", "、".join(names), "合计")
    assert lines(mapping)["pupils"].written == ALL
    wrong = write_office(tmp_path / "wrong", pupils=lambda book: change(book, 1))
    assert any("does not equal its grades" in p.message_en for p in problems(wrong) if p.level == "error")


def _sums(*villages):
    return [sum(10 * k + g for k in villages) for g in range(1, 10)]


def _by_town(book, totals, towns=TOWNS, at="乡镇"):
    """Put a column of towns before the villages, written once above blank cells, and totals below all."""
    page = book.active
    page.insert_cols(1)
    page["A1"] = at
    for row, town in enumerate(towns, 2):
        page.cell(row, 1, town if town != page.cell(row - 1, 1).value else None)
    for label, numbers in totals:
        page.append([*label, *numbers])


@pytest.mark.parametrize(
    "totals",
    [
        [
            (["河东镇小计", None], _sums(1, 2)),
            (["河西镇小计", None], _sums(3, 4)),
            (["合计", None], _sums(1, 2, 3, 4)),
        ],
        [(["河西镇", "小计"], _sums(3, 4)), (["河东镇", "小计"], _sums(1, 2))],
        [(["小计（河西镇）", None], _sums(3, 4)), (["总计", None], _sums(1, 2, 3, 4))],
        [(["小计", None], _sums(1, 2)), (["小计", None], _sums(3, 4)), (["总计", None], _sums(1, 2, 3, 4))],
        [(["甲片小计", None], _sums(1, 2, 3)), (["乙片小计", None], _sums(4))],
    ],
)
def test_subtotals_gathered_at_the_end_are_held_against_the_rows_they_name(tmp_path, totals):
    mapping = write_office(tmp_path, pupils=lambda book: _by_town(book, totals))
    assert [p.text() for p in problems(mapping) if p.level == "error"] == []
    assert lines(mapping)["pupils"].written == ALL


@pytest.mark.parametrize(
    ("totals", "row", "expected"),
    [
        ([(["河东镇小计", None], _sums(1, 2, 3, 4)), (["河西镇小计", None], _sums(3, 4))], "6", 32),
        ([(["河西镇小计", None], _sums(1, 2, 3, 4))], "6", 72),
        ([(["河东镇小计", None], _sums(1, 2)), (["河西镇小计", None], _sums(1, 2))], "7", 72),
        ([(["小计", None], _sums(1, 2, 3, 4)), (["小计", None], _sums(3, 4))], "6", 32),
    ],
)
def test_a_subtotal_that_equals_the_whole_or_another_town_is_refused(tmp_path, totals, row, expected):
    mapping = write_office(tmp_path, pupils=lambda book: _by_town(book, totals))
    found = [p for p in problems(mapping) if p.level == "error"]
    assert {p.row for p in found} == {row}
    assert f"instead of {expected}" in found[0].message_en


def test_blocks_under_titles_have_subtotals_of_their_own(tmp_path):
    def change(book, last=()):
        rows = pupil_rows()
        page = book.active
        page.delete_rows(1, 9)
        for row in [rows[0], ["河东镇"], *rows[1:3], ["河西镇"], *rows[3:], *last]:
            page.append(row)

    good = [["河东镇小计", *_sums(1, 2)], ["河西镇小计", *_sums(3, 4)]]
    mapping = write_office(tmp_path / "a", pupils=lambda book: change(book, good))
    assert not [p.text() for p in problems(mapping) if "total" in p.message_en and p.level == "error"]
    bad = [["河东镇小计", *_sums(3, 4)], ["河西镇小计", *_sums(1, 2)]]
    mapping = write_office(tmp_path / "b", pupils=lambda book: change(book, bad))
    assert {p.row for p in problems(mapping) if "instead of" in p.message_en} == {"8", "9"}


def test_a_total_without_numbers_agrees_with_nothing(tmp_path):
    pupils = lines(write_office(tmp_path, pupils=lambda book: book.active.append(["合计", *[""] * 9])))[
        "pupils"
    ]
    assert [c.reason.text("en") for c in pupils.trail.changes] == ["totals and remarks"]
