"""approve, layouts and evaluate as a person types them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from planning.cli.app import run
from tests.approval.made import shared, writable
from tests.evaluation.made import workbook


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path):
    """Return a function that types a command in an empty folder and gives exit code and words."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")

    def type_(*words: object) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["planning", *map(str, words)])
        capsys.readouterr()
        code = run()
        said = capsys.readouterr()
        return code, said.out + said.err

    return type_


@pytest.fixture
def made(tmp_path_factory: pytest.TempPathFactory):
    return shared(tmp_path_factory)


def test_what_is_missing_is_said_at_once(typed, made) -> None:
    code, said = typed("approve", made[0] / "runs" / "today")
    assert code == 2
    assert "3 problems" in said
    assert "--number" in said
    assert "--by" in said


def test_layouts_without_any(typed) -> None:
    code, said = typed("layouts")
    assert code == 0
    assert "planning approve" in said


def test_layouts_lists_and_notices(typed, made, tmp_path: Path) -> None:
    code, said = typed("layouts", "--folder", made[1].folder.parent)
    assert code == 0
    assert made[1].number in said
    assert made[1].digest[:12] in said
    copy = writable(made[1].folder, tmp_path / "archive" / "one")
    (copy / "units.csv").write_text("", encoding="utf-8")
    code, said = typed("layouts", "--folder", tmp_path / "archive")
    assert code == 1
    assert "units.csv" in said


def test_evaluate_writes_a_folder(typed, made, tmp_path: Path) -> None:
    file = workbook(tmp_path / "real.xlsx")
    code, said = typed("evaluate", made[1].folder, "--enrolment", file, "--date", "2020-10-01")
    assert code == 0, said
    assert "96.7%" in said  # 116 of 120 in the entry grade
    folder = tmp_path / "runs" / f"evaluate-{made[1].folder.name}-2020"
    assert (folder / "evaluation.html").is_file()
    assert "2020-10-01" in (folder / "ledger.csv").read_text(encoding="utf-8-sig")


def test_evaluate_needs_an_approved_layout(typed, made, tmp_path: Path) -> None:
    file = workbook(tmp_path / "real.xlsx")
    code, said = typed("evaluate", made[0] / "runs" / "today", "--enrolment", file)
    assert code == 2
    assert "no approved layout" in said


def test_a_date_that_is_none(typed, made, tmp_path: Path) -> None:
    file = workbook(tmp_path / "real.xlsx")
    code, said = typed("evaluate", made[1].folder, "--enrolment", file, "--date", "tomorrow")
    assert code == 2
    assert "--date" in said
