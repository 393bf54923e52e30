"""The commands as a person types them: whole runs on a small county, and every kind of bad input."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
import yaml

from planning.cli.publish import notice
from planning.district import write_district
from planning.errors import Issue, MissingExtraError
from tests.cli.invoke import typed
from tests.zoning.county import small_county

ROOT = Path(__file__).parents[2]
# a shell that starts tests in the background makes its children deaf to Ctrl-C
LISTENING = (
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "from planning.cli import main; main()"
)


def started(*arguments: str, cwd: Path, lang: str = "en") -> subprocess.CompletedProcess[str]:
    """Run the command line in a folder, as a process of its own."""
    environment = {**os.environ, "PLANNING_LANG": lang, "COLUMNS": "200"}
    command = [sys.executable, "-c", "from planning.cli import main; main()", *arguments]
    return subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=180, check=False
    )


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a small county and two scenarios, both run."""
    folder = tmp_path_factory.mktemp("place")
    write_district(small_county(current="AABAAB"), folder / "county")
    base = {
        "name": "today",
        "district": "county",
        "year": 2020,
        "demand": "register",
        "catchments": "current",
    }
    (folder / "today.yaml").write_text(yaml.safe_dump(base), encoding="utf-8")
    (folder / "free.yaml").write_text("extends: today.yaml\nname: free\ncatchments: free\n", encoding="utf-8")
    for name in ("today", "free"):
        done = (started if name == "free" else typed)("run", f"{name}.yaml", cwd=folder)
        assert done.returncode == 0, done.stdout + done.stderr
    return folder


def test_run_writes_a_complete_folder(place: Path) -> None:
    run = place / "runs" / "free"
    expected = {
        "assignment.csv", "units.csv", "overflow.csv", "projects.csv", "layout.gpkg", "scorecard.csv", "scenario.yaml",
        "summary.json", "map.html", "shortages.csv", "targets.csv",
    }  # fmt: skip
    assert expected <= {p.name for p in run.iterdir()}
    summary = json.loads((run / "summary.json").read_text(encoding="utf-8"))
    for key in ("objective", "bound", "gap", "seconds", "solver", "shortage_pupils", "classes_over_cap",
                "schools_over_size", "nearby_ratio", "contiguous", "indicators", "inputs", "versions"):  # fmt: skip
        assert key in summary
    assert summary["bound"] <= summary["objective"] + 1e-6
    assert len(pd.read_csv(run / "scorecard.csv")) == 32
    assert not [p for p in (place / "runs").iterdir() if p.name.startswith(".")], (
        "a temporary folder was left"
    )


def test_verify_agrees_and_notices_a_change(place: Path, tmp_path: Path) -> None:
    assert typed("verify", "runs/free", cwd=place).returncode == 0
    copy = place / "runs" / "changed"
    shutil.copytree(place / "runs" / "free", copy)
    table = pd.read_csv(copy / "assignment.csv")
    table.loc[0, "unit"] = "B-P"
    table.to_csv(copy / "assignment.csv", index=False)
    done = started("verify", "runs/changed", cwd=place)
    assert done.returncode == 1
    assert "NOT verified" in done.stdout
    shutil.rmtree(copy)


def test_compare_marks_the_better_value(place: Path) -> None:
    done = typed("compare", "runs/today", "runs/free", "-o", "both", cwd=place)
    assert done.returncode == 0, done.stderr
    mean = next(line for line in done.stdout.splitlines() if "Mean walk, primary" in line)
    assert mean.rstrip().endswith("✓")
    assert {"comparison.csv", "comparison.html", "comparison.xlsx"} <= {
        p.name for p in (place / "both").iterdir()
    }


def test_every_stage_has_its_word_notice_where_pdf_cannot_be_made(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(place)

    def no_font() -> None:
        raise MissingExtraError([Issue("publish.fonts.no_font_chinese_characters", "fonts")])

    monkeypatch.setattr("planning.publish.notice.pdf.chinese_font", no_font)
    with pytest.raises(MissingExtraError):
        notice(Path("runs/today"), out=tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["notice-junior.docx", "notice-primary.docx"]


def test_why_names_the_school_in_both_languages(place: Path) -> None:
    assert "甲小学" in typed("why", "runs/free", "Z1", cwd=place).stdout
    assert "小学" in typed("why", "runs/free", "Z2", cwd=place, lang="zh").stdout
    done = typed("why", "runs/free", "Z9", cwd=place)
    assert done.returncode == 2
    assert "did you mean" in done.stderr


def test_map_is_drawn_again(place: Path) -> None:
    assert typed("map", "runs/free", "-o", "again.html", cwd=place).returncode == 0
    page = (place / "again.html").read_text(encoding="utf-8")
    assert not re.findall(r'(?:src|href)="https?://[^"]*\.(?:js|css|png)', page), (
        "the map would load from the network"
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("extends: today.yaml\nyaer: 2021\n", "did you mean 'year'?"),
        ("extends: today.yaml\ndistrict: conty\n", "did you mean 'county'?"),
        ("extends: nothing.yaml\n", "scenario file not found"),
        ("extends: today.yaml\nsolver: {gap: wide}\n", "column solver.gap"),
        ("extends: today.yaml\nprojects: {exclude: [P77]}\n", "does not have"),
        ("extends: today.yaml\nname: x\ncatchments: free\nhard: [class_size]\noverflow: {allowed: false}\n"
         "standards_set: {class_cap: {primary: 12}}\n", "proven impossible"),
    ],
)  # fmt: skip
def test_bad_scenarios_end_with_code_2_and_leave_nothing(place: Path, text: str, expected: str) -> None:
    (place / "bad.yaml").write_text(text, encoding="utf-8")
    done = typed("run", "bad.yaml", "-o", "runs/bad", cwd=place)
    assert done.returncode == 2, done.stdout + done.stderr
    assert expected in done.stderr
    assert "Traceback" not in done.stderr
    assert not (place / "runs" / "bad").exists()


def break_district(place: Path, name: str, old: str, new: str) -> Path:
    """Copy the county with one piece of text replaced in one file."""
    target = place / "broken"
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(place / "county", target)
    text = (target / name).read_text(encoding="utf-8")
    assert old in text
    (target / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    return target


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        ("zone_pupils.csv", "Z1,2020,1,20", "Z1,2020,1,-3", "-3"),
        ("zone_pupils.csv", "Z1,2020,1,20", "Z1,2020,1,many", "many"),
        ("units.csv", "rooms", "romos", "rooms"),
        ("units.csv", "A-P,A,", "A-P,X,", "X"),
        ("zone_pupils.csv", "Z2,2020", "Z1,2020", "Z1"),
    ],
)
def test_check_names_what_is_wrong(place: Path, name: str, old: str, new: str, expected: str) -> None:
    target = break_district(place, name, old, new)
    done = typed("check", str(target), cwd=place)
    assert done.returncode == 2
    assert name.split(".")[0] in done.stdout
    assert expected in done.stdout
    assert "Traceback" not in done.stderr


def test_check_speaks_chinese(place: Path) -> None:
    target = break_district(place, "zone_pupils.csv", "Z1,2020,1,20", "Z1,2020,1,-3")
    assert "行" in started("check", str(target), "--lang", "zh", cwd=place).stdout


@pytest.mark.slow
def test_an_empty_and_a_missing_place(place: Path) -> None:
    (place / "empty").mkdir(exist_ok=True)
    for name in ("empty", "nowhere"):
        done = typed("check", name, cwd=place)
        assert done.returncode == 2
        assert "Traceback" not in done.stderr
    for command in ("verify", "map", "why"):
        done = typed(command, "runs/none", *(["Z1"] if command == "why" else []), cwd=place)
        assert done.returncode in (1, 2)
        assert "Traceback" not in done.stderr


def test_the_template_is_written_and_read_back(place: Path) -> None:
    assert typed("template", "blank.xlsx", cwd=place).returncode == 0
    assert (place / "blank.xlsx").stat().st_size > 5000


@pytest.mark.slow
def test_ctrl_c_keeps_the_best_plan(tmp_path: Path) -> None:
    scenario = ROOT / "scenarios" / "rezone-only.yaml"
    command = [
        sys.executable, "-c", LISTENING, "run", str(scenario), "-o", str(tmp_path / "out"),
        "--set", "solver.gap=0", "--set", "solver.time_limit_s=600",
    ]  # fmt: skip
    process = subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "PLANNING_LANG": "en", "COLUMNS": "200"},
    )  # fmt: skip
    assert process.stderr is not None
    said = []
    for line in process.stderr:
        said.append(line)
        if re.search(r"best [\d,]+ ", line):
            break
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=300)
    assert process.returncode == 130, "".join(said) + err  # kept, and stopped by hand
    summary = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    assert summary["stopped_by"] == "interrupt"
    # a plan at hand is told before the relaxation has a bound
    assert summary["bound"] is None or summary["bound"] <= summary["objective"]
    assert started("verify", str(tmp_path / "out"), cwd=tmp_path).returncode == 0
