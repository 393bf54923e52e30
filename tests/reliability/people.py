"""What people do to run folders."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from planning.errors import LayoutError
from planning.layout import load_layout
from planning.verify import verify_run
from tests.reliability.runs import copied, finished
from tests.reliability.table import Outcome, fault, refused

PART = "Run folders that were changed · 被改动的运行结果"


def _changed(place: Path, file: str, change: Callable[[str], str]) -> Outcome:
    folder = copied(place)
    text = (folder / file).read_text(encoding="utf-8")
    assert change(text) != text
    (folder / file).write_text(change(text), encoding="utf-8")
    return refused(lambda: load_layout(folder), LayoutError)


def _first_cell(row: int, column: int, value: str) -> Callable[[str], str]:
    def change(text: str) -> str:
        lines = text.split("\n")
        cells = lines[row].split(",")
        cells[column] = value
        return "\n".join([*lines[:row], ",".join(cells), *lines[row + 1 :]])

    return change


_CASES: tuple[tuple[str, str, str, Callable[[str], str]], ...] = (
    ("a table cut in the middle", "结果表被截断", "units.csv", lambda t: t[: int(len(t) * 0.6)]),
    ("a column deleted", "列被删除", "units.csv", lambda t: t.replace("classes", "c", 1)),
    ("a number turned into a word", "数值改成文字", "units.csv", _first_cell(1, 5, "many")),
    ("a number turned into inf", "数值改成无穷大", "units.csv", _first_cell(1, 5, "inf")),
    ("yes instead of True", "True 改成 yes", "assignment.csv", lambda t: t.replace("False", "yes", 1)),
    ("a number of pupils below zero", "学生数为负", "units.csv", _first_cell(1, 5, "-5")),
    (
        "a number of pupils beyond any county",
        "学生数大得不可能",
        "assignment.csv",
        _first_cell(1, 3, "1e300"),
    ),
    ("a broken school year", "学年不是整数", "units.csv", _first_cell(1, 3, "2025.5")),
    ("a header without rows", "只剩表头", "units.csv", lambda t: t.split("\n")[0] + "\n"),
    ("a row written twice", "同一行写了两次", "assignment.csv", lambda t: t + t.split("\n")[1] + "\n"),
    ("a unit that no table has", "办学单位编号不存在", "assignment.csv", _first_cell(1, 2, "X-P")),
    ("summary.json cut in the middle", "summary.json 被截断", "summary.json", lambda t: t[:50]),
    ("scenario.yaml emptied", "scenario.yaml 被清空", "scenario.yaml", lambda t: ""),
)

for _what, _zh, _file, _change in _CASES:
    fault(PART, _what, _zh, "refused")(lambda place, f=_file, c=_change: _changed(place, f, c))  # type: ignore[misc]


@fault(
    PART, "a run of an earlier version, without shares", "旧版本的运行结果缺少 share 列和 shared.csv", "read"
)
def earlier(place: Path) -> Outcome:
    folder = copied(place)
    table = pd.read_csv(folder / "assignment.csv").drop(columns="share")
    table.to_csv(folder / "assignment.csv", index=False, lineterminator="\n")
    (folder / "shared.csv").unlink()
    layout = load_layout(folder)
    assert (layout.assignment["share"] == 1).all()
    assert layout.shared.empty
    return Outcome("read", "with the meaning it had then")


@fault(
    PART,
    "a run of an earlier version that pools whole catchments",
    "旧版本的运行结果将整个学区合并",
    "refused",
)
def pooled(place: Path) -> Outcome:
    folder = copied(place)
    row = "2020,1,A-P,B-P,1,1.0,True"
    (folder / "overflow.csv").write_text(f"year,grade,from_unit,to_unit,pupils,distance_m,shared\n{row}\n")
    return refused(lambda: load_layout(folder), LayoutError)


@fault(PART, "a file deleted", "文件被删除", "refused")
def deleted(place: Path) -> Outcome:
    folder = copied(place)
    (folder / "overflow.csv").unlink()
    return refused(lambda: load_layout(folder), LayoutError)


def _verified(folder: Path) -> Outcome:
    report = verify_run(folder, finished().scenario.district)
    wrong = [check for check in report.checks if not check.ok]
    return Outcome("refused", "planning verify: " + wrong[0].text("en")[:120]) if wrong else Outcome("read")


@fault(PART, "a zone given to another school by hand", "手工改划居住单元", "refused")
def moved(place: Path) -> Outcome:
    folder = copied(place)
    text = (folder / "assignment.csv").read_text(encoding="utf-8")
    line = next(row for row in text.splitlines() if ",A-P," in row)
    (folder / "assignment.csv").write_text(
        text.replace(line, line.replace(",A-P,", ",B-P,", 1)), encoding="utf-8"
    )
    return _verified(folder)


@fault(PART, "a pupil added to a class by hand", "手工增加班级人数", "refused")
def added(place: Path) -> Outcome:
    folder = copied(place)
    lines = (folder / "units.csv").read_text(encoding="utf-8").split("\n")
    cells = lines[1].split(",")
    cells[5] = str(int(float(cells[5])) + 1)
    (folder / "units.csv").write_text("\n".join([lines[0], ",".join(cells), *lines[2:]]), encoding="utf-8")
    return _verified(folder)
