"""A join loses nothing of the file that it joins, and multiplies nothing, without a word."""

from __future__ import annotations

import openpyxl

from planning.importing import account_text, import_accounted
from tests.importing.office import said, write_office

ROOMS = [["学校名称", "普通教室数"], ["甲小学", 12], ["乙学校", 21], ["丙小学", 7]]


def joined(folder, rows):
    """Import units whose rooms stand in a list by school."""

    def bare(book):
        book.active.delete_cols(4)

    mapping = write_office(folder, units=bare)
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(folder / "校舍.xlsx")
    join = "join: [{file: 校舍.xlsx, by: {学校名称: 学校名称}}]"
    done = import_accounted(said(mapping, "{file: 办学单位.xlsx", f"{{file: 办学单位.xlsx, {join}"))
    rooms = next(li for li in done.account if (li.trail.table, li.amount) == ("units", "rooms"))
    return done, rooms, [p for p in done.problems if p.code.startswith("importing.joined")]


def test_what_a_join_loses_and_multiplies_is_said_and_in_the_account(tmp_path):
    done, rooms, (lost, more) = joined(tmp_path, ROOMS)
    assert (rooms.read, rooms.lost, rooms.added, rooms.written) == (40, 7, 21, 54)
    assert (lost.level, lost.file, lost.row, lost.value) == ("warning", "校舍.xlsx:Sheet", "4", "丙小学")
    assert "rooms 7" in lost.message_en
    assert (more.level, more.row, more.value) == ("warning", "3", "乙学校")
    assert "rooms 21" in more.message_en
    assert "普通教室数21" in more.message_zh
    assert "rooms 40 − 7 + 21 = 54" in "\n".join(account_text(done.account))


def test_a_join_of_one_row_to_one_says_nothing(tmp_path):
    _, rooms, said_of_it = joined(tmp_path, [ROOMS[0], ROOMS[1], ["乙学校", 0]])
    assert (rooms.read, rooms.left, rooms.written) == (12, 0, 12)
    assert not said_of_it


def test_rows_without_a_key_join_nothing(tmp_path):
    _, rooms, (lost,) = joined(tmp_path, [*ROOMS[:2], ["乙学校", 0], [None, 99]])
    assert rooms.written == 12
    assert "rooms 99" in lost.message_en
