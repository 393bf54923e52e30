"""Advice never harms: what check offers, done as it is written, leads on; one mistake is one message."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest

from planning.district import check_district
from planning.errors import Issue
from tests.district.conftest import errors

FAULTS = (
    ("units.csv", "rooms", "room"),
    ("units.csv", "stage", "学段位"),
    ("units.csv", "admission", "admision"),
    ("units.csv", "B-P,B,primary,6", "B-P,B,primery,6"),
    ("units.csv", "catchment", "划片制"),
    ("units.csv", "B-P,B,", "B-P,b,"),
    ("units.csv", "B-P,B,", "B-P,学校B,"),
    ("units.csv", "B-P,B,primary,6,catchment,1,1,", "B-P,B,primary,6,catchment,1,1,,9"),
    ("classes.csv", "A-P,2020,3", "A-PP,2020,3"),
    ("zone_pupils.csv", "zone,", "zones,"),
    ("zone_pupils.csv", "Z1,2020,2", "小区1,2020,2"),
    ("zone_pupils.csv", "Z1,2020,2", "z1,2020,2"),
    ("zones.geojson", '"locale":"urban"', '"locale":"城里"'),
    ("zones.geojson", '"current_primary":"B-P"', '"current_primary":"学校B"'),
    ("zones.geojson", '"current_junior":"C-J"', '"current_junior":"学校C"'),
    ("district.yaml", "note:", "notes: x\nnote:"),
)


@pytest.mark.parametrize(("file", "right", "wrong"), FAULTS, ids=[f[2][:24] for f in FAULTS])
def test_a_mend_done_as_it_is_written_leads_on(folder: Path, file: str, right: str, wrong: str) -> None:
    text = (folder / file).read_text(encoding="utf-8")
    assert right in text
    spoiled = text.replace(right, wrong, 1)
    (folder / file).write_text(spoiled, encoding="utf-8")
    found = check_district(folder)
    told = errors(found) or found
    assert len(told) == 1, [p.text() for p in found]
    for mend in (told[0].mend_en, told[0].mend_zh):
        (folder / file).write_text(spoiled, encoding="utf-8")
        done(folder, told[0], mend)
        assert [p.text() for p in check_district(folder)] == []


def done(folder: Path, told: Issue, mend: str) -> None:
    """Do what a mend says, with nothing but its words and the place that is named."""
    path = folder / told.file
    text = path.read_text(encoding="utf-8")
    if renamed := re.fullmatch(r"rename column '(.+)' to '(.+)'|将列“(.+)”改名为“(.+)”", mend):
        old, new = [g for g in renamed.groups() if g]
        text = _of_row(text, 1, lambda cells: [new if c == old else c for c in cells])
    elif meant := re.match(r"did you mean '(.+?)'|是否应为“(.+?)”", mend):
        word = meant[1] or meant[2]
        if path.suffix == ".csv":
            row = int(told.row)
            old = told.column if row == 1 else told.value
            text = _of_row(text, row, lambda cells: [word if c == old else c for c in cells])
        elif path.suffix == ".geojson":
            data = json.loads(text)
            data["features"][int(told.row.split()[0]) - 1]["properties"][told.column] = word
            text = json.dumps(data, ensure_ascii=False)
        else:  # a key that means nothing beside the one that is meant: it goes
            text = re.sub(rf"^{told.column}:.*\n", "", text, flags=re.MULTILINE)
    elif "remove the extra cells" in mend or "删除多余单元格" in mend:
        wide = len(next(csv.reader(io.StringIO(text))))
        text = _of_row(text, int(told.row), lambda cells: cells[:wide])
    else:
        pytest.fail(f"nobody can do this: {mend}")
    path.write_text(text, encoding="utf-8")


def _of_row(text: str, row: int, change) -> str:
    rows = list(csv.reader(io.StringIO(text)))
    rows[row - 1] = change(rows[row - 1])
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()
