"""Faults in the tables of a district folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from planning.district import check_district, read_district
from tests.reliability.runs import county
from tests.reliability.table import Outcome, checked, fault

PART = "Tables · 数据表"


def edited(place: Path, file: str, change: Callable[[str], str], encoding: str = "utf-8") -> Path:
    """Return the tiny county with one file changed."""
    folder = county(place)
    text = (folder / file).read_text(encoding="utf-8")
    assert change(text) != text or encoding != "utf-8"
    (folder / file).write_bytes(change(text).encode(encoding))
    return folder


def _check(place: Path, file: str, change: Callable[[str], str], encoding: str = "utf-8") -> Outcome:
    return checked(check_district(edited(place, file, change, encoding)))


def _line(text: str, number: int, change: Callable[[str], str]) -> str:
    lines = text.split("\n")
    lines[number] = change(lines[number])
    return "\n".join(lines)


def _cell(row: int, column: int, value: str) -> Callable[[str], str]:
    def change(text: str) -> str:
        return _line(
            text,
            row,
            lambda line: ",".join([*line.split(",")[:column], value, *line.split(",")[column + 1 :]]),
        )

    return change


_SIMPLE: tuple[tuple[str, str, str, str, Callable[[str], str]], ...] = (
    ("an empty file", "空文件", "refused", "units.csv", lambda t: ""),
    ("a header and no rows", "只有表头", "refused", "units.csv", lambda t: t.split("\n")[0] + "\n"),
    ("a file cut in the middle of a row", "文件在行中间被截断", "refused", "units.csv", lambda t: t[: t.index("B-P") + 2]),
    ("a required column is missing", "缺少必填列", "refused", "units.csv", lambda t: t.replace("rooms", "rums", 1)),
    ("two headers for one column", "同一列有两个表头", "refused", "units.csv", lambda t: t.replace("music_rooms", "教室数", 1)),
    ("a row longer than the header", "某行比表头长", "refused", "units.csv", lambda t: _line(t, 1, lambda r: r + ",7,8")),
    ("an identifier twice", "编号重复", "refused", "units.csv", lambda t: t + t.split("\n")[1] + "\n"),
    ("an identifier that nobody knows", "引用了不存在的编号", "refused", "units.csv", _cell(1, 1, "X9")),
    ("an identifier in scientific notation", "编号成了科学计数法", "refused", "units.csv", _cell(1, 0, "6.40302E+11")),
    ("NaN where a number belongs", "数值为 NaN", "refused", "units.csv", _cell(1, 3, "NaN")),
    ("inf where a number belongs", "数值为无穷大", "refused", "resources.csv", _cell(1, 2, "inf")),
    ("a number beyond any range (1e400)", "数值溢出(1e400)", "refused", "resources.csv", _cell(1, 2, "1e400")),
    ("a negative count", "人数为负", "refused", "zone_pupils.csv", _cell(1, 3, "-1")),
    ("half a pupil", "半个学生", "refused", "zone_pupils.csv", _cell(1, 3, "10.5")),
    ("a word where a number belongs", "数值写成文字", "refused", "units.csv", _cell(1, 3, "若干间")),
    ("a number in Chinese numerals with what it counts", "数值写成中文数字并带量词", "read", "units.csv", _cell(1, 3, "六间")),
    ("a choice that is none", "不在可选值之内", "refused", "units.csv", _cell(1, 2, "幼儿园")),
    ("a day that does not exist (2020-13-45)", "不存在的日期", "refused", "register.csv", lambda t: t.replace("2020-09-01", "2020-13-45")),
    ("a byte 0 inside a cell", "单元格含空字节", "refused", "units.csv", _cell(1, 3, "\x00")),
    ("an unknown column", "未知的列", "warned", "units.csv", lambda t: _line(t, 0, lambda r: r.replace("art_rooms", "colour"))),
)  # fmt: skip

for _what, _zh, _expected, _file, _change in _SIMPLE:
    fault(PART, _what, _zh, _expected)(lambda place, f=_file, c=_change: _check(place, f, c))  # type: ignore[misc]


@fault(PART, "GBK instead of UTF-8", "GBK 编码", "read")
def gbk(place: Path) -> Outcome:
    folder = edited(place, "register.csv", lambda t: t, "gb18030")
    assert read_district(folder).register["note"].iloc[0] == "=虚构"
    return checked(check_district(folder), "the same values")


@fault(PART, "UTF-16 with a byte mark", "UTF-16 编码", "read")
def utf16(place: Path) -> Outcome:
    folder = edited(place, "register.csv", lambda t: t, "utf-16")
    assert read_district(folder).register["note"].iloc[0] == "=虚构"
    return checked(check_district(folder), "the same values")


@fault(PART, "bytes that are no text", "既非 UTF-8 也非 GBK 的字节", "refused")
def no_text(place: Path) -> Outcome:
    folder = edited(place, "units.csv", lambda t: t + " ")
    (folder / "units.csv").write_bytes((folder / "units.csv").read_bytes() + b"\xff\xff\x80")
    return checked(check_district(folder))


@fault(PART, "a date as a spreadsheet's day number (44075)", "日期成了数字 44075", "read")
def day_number(place: Path) -> Outcome:
    folder = edited(place, "register.csv", lambda t: t.replace("2020-09-01", "44075"))
    value = read_district(folder).register["date"].iloc[0]
    assert value == "2020-09-01"
    return checked(check_district(folder), f"as {value}")


@fault(PART, "full-width digits and thousands separators", "全角数字与千分位", "read")
def full_width(place: Path) -> Outcome:
    folder = edited(place, "resources.csv", lambda t: t.replace("720000", '"７２０,０００"', 1))
    value = read_district(folder).resources["equipment_yuan"].iloc[0]
    assert value == 720_000
    return checked(check_district(folder), f"as {value:.0f}")


@fault(PART, "a name that a spreadsheet would run (=cmd…)", "像公式的名称(=cmd…)", "read")
def formula(place: Path) -> Outcome:
    name = "=cmd|' /C calc'!A0"
    folder = edited(place, "schools.geojson", lambda t: t.replace("学校A", name))
    assert read_district(folder).schools["name"].iloc[0] == name
    return checked(check_district(folder), "as text")


@fault(PART, "required tables are missing", "缺少必需的表", "refused")
def missing(place: Path) -> Outcome:
    folder = edited(place, "units.csv", lambda t: t + " ")
    (folder / "units.csv").unlink()
    return checked(check_district(folder))


@fault(PART, "a table in two files", "同一张表有两个文件", "refused")
def twice(place: Path) -> Outcome:
    folder = edited(place, "units.csv", lambda t: t + " ")
    (folder / "办学单位.csv").write_bytes((folder / "units.csv").read_bytes())
    return checked(check_district(folder))
