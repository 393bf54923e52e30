"""Nothing that is read can run, and nothing that is written runs elsewhere."""

from __future__ import annotations

import ast
import csv
import dataclasses
import re
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
import yaml

from planning.district import check_district
from planning.layout import load_layout, save_tables
from planning.runs import finish_run
from planning.tables import as_written, harmless
from planning.yamlfile import read_yaml
from tests.reliability.runs import county, finished
from tests.syntax import PACKAGE, called, nodes

EVIL = ("=cmd|' /C calc'!A0", "+1+1", "@SUM(A1)", "-A1+1", "-2+3+cmd|' /C calc'!A0", "-2+3", "\tx")
PLAIN = ("Z1", "-1", "-0.5", "-1e-05", "-", "'quoted'", "", "—", "合成", "1=1")


def calls() -> list[tuple[str, str]]:
    """Return every call in the package: file, and name as written."""
    return [(file, called(node.func)) for file, node in nodes(ast.Call)]


def imports(file: str) -> set[str]:
    """Return the modules a file of the package imports."""
    return {a.name for there, node in nodes(ast.Import) if there == file for a in node.names}


def test_no_code_comes_from_data() -> None:
    banned = {
        "eval", "exec", "compile", "__import__", "yaml.load", "yaml.full_load", "yaml.unsafe_load", "pickle.load", "pickle.loads",
        "pd.read_pickle", "os.system", "os.popen", "marshal.loads",
    }  # fmt: skip
    # the two ends of the pipe between a run and its own solver: no file, nothing from outside
    ends = [
        ("zoning/engine/process/apart.py", "pickle.load"),
        ("zoning/engine/process/child.py", "pickle.load"),
    ]
    assert sorted((f, c) for f, c in calls() if c in banned) == ends
    assert len(calls()) > 1000


def test_yaml_is_read_in_one_place() -> None:
    # every way of PyYAML into plain data: its functions, and the loaders of any kind, also by another name
    loading = re.compile(r"yaml\.\w*(load|compose|parse|scan)\w*|_?\w*loader", re.IGNORECASE)
    readers = {f for f, c in calls() if loading.fullmatch(c) and "yaml" in imports(f)}
    assert readers == {"yamlfile.py"}
    named = {
        p.relative_to(PACKAGE).as_posix()
        for p in PACKAGE.rglob("*.py")
        if "SafeLoader" in p.read_text("utf-8")
    }
    assert named == {"yamlfile.py"}


def test_workbooks_are_read_for_their_results_only() -> None:
    asked: list[tuple[str, dict[str, str]]] = []
    for file, node in nodes(ast.Call):
        if called(node.func).endswith(("load_workbook", "open_book")):
            asked.append((file, {k.arg or "how": ast.unparse(k.value) for k in node.keywords}))
    # one door opens workbooks; it looks at formulas once, to name those whose result was never stored
    assert [place for place, said in asked if "how" in said] == ["district/formats/books.py"]
    formulas = [place for place, said in asked if not {"how", "data_only", "read_only"} & set(said)]
    assert formulas == ["district/formats/books.py"]


@pytest.mark.parametrize("text", EVIL)
def test_what_a_spreadsheet_would_run_is_guarded_and_comes_back(text: str) -> None:
    written = harmless(pd.DataFrame({"name": [text, "ok", None], "n": [1, 2, 3]}))
    assert written["name"].iloc[0] == "'" + text
    assert list(as_written(written["name"].iloc[:2])) == [text, "ok"]
    assert pd.isna(written["name"].iloc[2])


def test_plain_texts_stay_as_they_are() -> None:
    table = pd.DataFrame({"name": PLAIN, "n": [-1.5] * len(PLAIN)})
    pd.testing.assert_frame_equal(harmless(table), table)
    assert list(as_written(table["name"])) == list(PLAIN)


def test_no_file_of_a_run_starts_a_formula(tmp_path: Path) -> None:
    run = finished()
    schools = run.district.schools.assign(name=EVIL[0])
    layout = dataclasses.replace(
        run.layout,
        projects=pd.DataFrame([["P1", EVIL[0], "new", "A", "primary", True, 2021, 6, 1e6]], columns=run.layout.projects.columns),
    )  # fmt: skip
    folder = finish_run(
        dataclasses.replace(run.district, schools=schools), run.scenario, layout, out=tmp_path / "x"
    ).folder
    cells = [
        c
        for p in folder.glob("*.csv")
        for row in csv.reader(p.open(encoding="utf-8-sig", newline=""))
        for c in row
    ]
    assert not [c for c in cells if c.startswith(("=", "+", "@"))]
    assert "'" + EVIL[0] in cells
    assert load_layout(folder).projects["name"].iloc[0] == EVIL[0]
    for path in folder.glob("*.xlsx"):
        for sheet in openpyxl.load_workbook(path).worksheets:
            assert not [c for row in sheet.iter_rows() for c in row if c.data_type == "f"]


def test_saving_and_loading_changes_no_value(tmp_path: Path) -> None:
    first = finished().layout
    save_tables(first, tmp_path)
    again = load_layout(tmp_path)
    for name in ("assignment", "units", "overflow", "projects"):
        pd.testing.assert_frame_equal(getattr(first, name), getattr(again, name), check_dtype=False)


def test_an_identifier_that_would_run_is_refused(tmp_path: Path) -> None:
    folder = county(tmp_path)
    text = (folder / "units.csv").read_text(encoding="utf-8")
    (folder / "units.csv").write_text(text.replace("A-P,", "=A1,", 1), encoding="utf-8")
    assert "identifier that a spreadsheet would run as a formula" in [
        p.message_en for p in check_district(folder)
    ]


@pytest.mark.parametrize("text", ["[" * 100_000, "{a: " * 50_000, "- " * 50_000])
def test_deep_yaml_is_refused_and_ends_no_process(text: str) -> None:
    with pytest.raises(yaml.YAMLError, match="nested too deeply"):
        read_yaml(text)
