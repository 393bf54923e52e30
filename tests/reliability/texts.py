"""Texts and identifiers that attack what shows them: pages, spreadsheets, terminals, lists."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

from planning.cli.show import console
from planning.district import read_district, write_district, write_workbook
from planning.district.check import check_district
from planning.publish import write_map
from planning.publish.export.write import export_catchments
from planning.tables import FORMULA
from tests.district.tiny import tiny_district
from tests.publish.hostile import hostile
from tests.publish.inspected import complaints
from tests.reliability.runs import county
from tests.reliability.table import Outcome, checked, fault

PART = "Texts that attack · 恶意文本"


def _with_unit(place: Path, unit: str) -> Outcome:
    folder = county(place)
    for name in ("units.csv", "classes.csv", "zones.geojson"):
        path = folder / name
        path.write_text(path.read_text(encoding="utf-8").replace("A-P", unit), encoding="utf-8")
    return checked([p for p in check_district(folder) if p.file == "units.csv"])


@fault(PART, "an identifier with a direction mark inside", "编号中含有方向控制符", "refused")
def turned_identifier(place: Path) -> Outcome:
    return _with_unit(place, "A\u202eP")


@fault(PART, "two identifiers that only differ in what nobody can see", "两个编号仅不可见字符不同", "refused")
def hidden_identifier(place: Path) -> Outcome:
    return _with_unit(place, "B-P\u200b")


@fault(PART, "a unit named like a list (A|B)", "办学单位编号写成列表(A|B)", "refused")
def listed_identifier(place: Path) -> Outcome:
    return _with_unit(place, "A|B")


@fault(PART, "an identifier of 300 characters", "编号长达 300 个字符", "refused")
def long_identifier(place: Path) -> Outcome:
    return _with_unit(place, "x" * 300)


@fault(PART, "a name with characters that nobody can see", "名称含有不可见字符", "warned")
def hidden_name(place: Path) -> Outcome:
    folder = county(place)
    path = folder / "schools.geojson"
    path.write_text(path.read_text(encoding="utf-8").replace("学校A", "学\u202e校A"), encoding="utf-8")
    return checked(check_district(folder))


@fault(
    PART,
    "texts that a spreadsheet would run, in the tables of a district",
    "区县数据表中含会被表格软件运行的文本",
    "read",
)
def formulas_in_tables(place: Path) -> Outcome:
    notes = ["=cmd|' /C calc'!A0", "'=1+1", "''@x", "-2+3"]
    district = tiny_district()
    rows = district.register.loc[[0] * len(notes)].reset_index(drop=True)
    rows = rows.assign(item=[f"item{k}" for k in range(len(notes))], note=notes)
    folder = write_district(replace(district, register=rows), place / "county")
    cells = [c for row in csv.reader((folder / "register.csv").open(encoding="utf-8")) for c in row]
    assert not [c for c in cells if FORMULA.match(c)]
    assert read_district(folder).register["note"].tolist() == notes
    return Outcome("read", "an apostrophe keeps them from running, and comes off when they are read")


@fault(
    PART,
    "markup, scripts and templates in every text of a county (49 payloads)",
    "区县全部文本含标记、脚本、模板(49 种)",
    "whole",
)
def hostile_county(place: Path) -> Outcome:
    district, layout = hostile(5)
    write_map(district, layout, place / "map.html")
    for kind in ("kml", "gpkg"):
        export_catchments(district, layout, place / f"x.{kind}", kind)
    write_workbook(district, place / "county.xlsx")
    assert [c for p in place.iterdir() for c in complaints(p)] == []
    return Outcome("whole", "text is text: nothing runs, nothing calls out, in no file of any command")


@fault(PART, "escape sequences that would steer the terminal", "含终端控制序列的名称", "whole")
def steering_terminal(place: Path) -> Outcome:
    with console.capture() as heard:
        console.print("甲\x1b[2J\x1b]0;x\x07乙\u202e")
    assert not {"\x1b", "\x07", "\u202e"} & set(heard.get())
    return Outcome("whole", "they are left out of what is printed")
