"""A run that was changed by hand is not published, and every picture of it says so."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from planning.approval import Decision
from planning.cli.plan import compare
from planning.errors import LayoutError
from planning.layout import changed_files, load_layout
from planning.runs import approve_run, open_run, open_to_publish, refuse_changed
from tests.approval.made import shared, writable
from tests.cli.invoke import planning


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return shared(tmp_path_factory)[0] / "runs" / "today"


@pytest.fixture
def run(made: Path) -> Path:
    """A copy of the run beside it, so that its county is found."""
    target = made.parent / "copied"
    shutil.rmtree(target, ignore_errors=True)
    return Path(shutil.copytree(made, target))


def moved(run: Path) -> Path:
    table = pd.read_csv(run / "assignment.csv", dtype=str, keep_default_na=False)
    table.loc[(table["zone"] == "Z3") & (table["stage"] == "primary"), "unit"] = "A-P"
    table.to_csv(run / "assignment.csv", index=False)
    return run


def figure(run: Path) -> Path:
    summary = json.loads((run / "summary.json").read_text(encoding="utf-8"))
    (run / "summary.json").write_text(
        json.dumps({**summary, "shortage_pupils": 0, "moved_pupils": -1}), encoding="utf-8"
    )
    return run


@pytest.mark.parametrize(("change", "file"), [(moved, "assignment.csv"), (figure, "summary.json")])
def test_what_was_changed_by_hand_is_not_published(run: Path, change, file: str, monkeypatch) -> None:
    change(run)
    assert changed_files(run, load_layout(run).summary) == (file,)
    with pytest.raises(LayoutError) as caught:
        open_to_publish(run)
    (found,) = caught.value.problems
    assert found.file == str(run / file)
    assert "planning edit" in found.mend_en
    for command in (
        ("notice",),
        ("lookup",),
        ("export",),
        ("map", "--public"),
        ("why", "Z3", "--reply", "letter"),
    ):
        code, text = planning(command[0], run, *command[1:])
        assert code == 2, text
        assert "changed by hand" in text
    # from a store it would come back as a run that nobody changed; no database is asked
    code, text = planning("store", "put", "postgis://nobody@localhost:1/none", run)
    assert code == 2, text
    assert "changed by hand" in text
    assert not [p for p in run.rglob("*") if p.parent.name in ("notice", "public")]


def test_a_map_of_a_changed_run_carries_the_warning(run: Path) -> None:
    code, text = planning("map", moved(run))
    assert code == 0
    assert "Not for publication: changed by hand" in text
    assert "不得对外发布：方案写出后文件被手工改动（assignment.csv）" in (run / "map.html").read_text(
        encoding="utf-8"
    )
    assert "不得对外发布" in open_run(run)[2].info.note


def test_a_table_that_a_spreadsheet_program_wrote_again_has_not_changed(run: Path) -> None:
    for file in run.glob("*.csv"):
        table = pd.read_csv(file, encoding="utf-8-sig")
        table.to_csv(file, index=False, lineterminator="\r\n")
    refuse_changed(run)


def test_a_run_of_an_earlier_version_has_no_record_and_is_taken_as_it_is(run: Path) -> None:
    summary = json.loads((run / "summary.json").read_text(encoding="utf-8"))
    del summary["record"]
    (run / "summary.json").write_text(json.dumps(summary), encoding="utf-8")
    refuse_changed(moved(run))


def test_an_approved_layout_is_held_against_its_approval(made: Path, tmp_path: Path) -> None:
    (approved,) = (made.parents[1] / "approved").glob("*")
    copy = writable(approved, tmp_path / "approved")
    refuse_changed(copy)
    with pytest.raises(LayoutError):
        refuse_changed(moved(copy))


def test_one_plan_is_approved_once(made: Path) -> None:
    root = made.parents[1] / "approved"
    with pytest.raises(LayoutError) as caught:
        approve_run(made, Decision("教发〔2020〕2号", "2020-09-01", "小县教育局"), root=root)
    (found,) = caught.value.problems
    assert "approved already as 教发〔2020〕1号" in found.message_en
    assert len(list(root.glob("*/"))) == 1


def test_rows_and_columns_in_another_order_say_the_same(run: Path) -> None:
    table = pd.read_csv(run / "assignment.csv", dtype=str, keep_default_na=False)
    table[table.columns[::-1]].iloc[::-1].to_csv(run / "assignment.csv", index=False)
    assert changed_files(run, load_layout(run).summary) == ()


def test_a_comparison_says_which_run_was_changed(
    made: Path, run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    compare([made, moved(run)], tmp_path / "comparison")
    said = capsys.readouterr().err.replace("\n", "")
    assert f"{run}: " in said
    assert f"{made}: " not in said
