"""Many counties and scenarios: every unit gets a result or a reason, the truth is on disk, nothing is done twice."""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

import planning
from planning.batch import (
    BatchPlan,
    Limits,
    Outcome,
    batch_counts,
    plan_of_counties,
    province_table,
    read_plan,
    run_batch,
    stop_batch,
    units_of,
)
from planning.batch import work as work_module
from planning.batch.table import changed
from planning.batch.work import carry_out
from planning.district import read_district, write_district
from planning.errors import LayoutError, ScenarioError
from planning.runner.process import memory_mb
from tests.zoning.county import small_county

FEW = Limits(time_s=120, memory_mb=4000, tries=3)
SCENARIO = "{name: one, year: 2025, solver: {threads: 1, gap: 0.05, time_limit_s: 20}, district: counties/a}"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of two counties that differ, one that is broken, and a scenario."""
    folder = tmp_path_factory.mktemp("province")
    county = planning.sample_district()
    county.save(folder / "counties" / "a")
    shutil.copytree(folder / "counties" / "a", folder / "counties" / "b")
    info = folder / "counties" / "b" / "district.yaml"
    info.write_text(info.read_text(encoding="utf-8") + "# another county\n", encoding="utf-8")
    shutil.copytree(folder / "counties" / "a", folder / "counties" / "poisoned")
    (folder / "counties" / "poisoned" / "zones.geojson").write_text("not JSON", encoding="utf-8")
    (folder / "one.yaml").write_text(SCENARIO, encoding="utf-8")
    return folder


def plan_of(place: Path, *names: str, **more: object) -> BatchPlan:
    return plan_of_counties(
        [place / "counties" / n for n in names], [str(place / "one.yaml")], limits=FEW, **more
    )


def test_every_unit_has_a_result_or_a_reason(place: Path) -> None:
    told: list[Outcome] = []
    made = run_batch(
        plan_of(place, "a", "b", "poisoned"), out=place / "out", workers=2, told=lambda *t: told.append(t[3])
    )
    assert made.complete
    assert sorted(made.table["status"]) == ["done", "done", "refused"]
    assert {o.status for o in told} == {"done", "refused"}
    counts = batch_counts(place / "out")
    assert (counts.all, counts.done, counts.failed, counts.open) == (3, 2, 1, 0)
    assert counts.failures[0][0].endswith("(poisoned) · one")  # the county's name, then its folder
    assert "zones.geojson" in counts.failures[0][1]
    assert "无法读取" in counts.failures[0][1]
    assert "not a readable layer" in counts.failures[0][2]
    done = made.table[made.table["status"] == "done"]
    assert (done["shortage_pupils"] >= 0).all()
    assert set(done["A1"]) <= {"pass", "fail", "not_supplied"}
    assert all((place / "out" / run / "map.html").is_file() for run in done["run"])
    # what is there is not done again: nothing of a finished unit is touched
    before = {p: p.stat().st_mtime_ns for p in (place / "out" / "units").rglob("*") if p.is_file()}
    text = (place / "out" / "province.csv").read_bytes()
    again = run_batch(plan_of(place, "a", "b", "poisoned"), out=place / "out", workers=2)
    assert {p: p.stat().st_mtime_ns for p in before} == before
    assert (place / "out" / "province.csv").read_bytes() == text
    assert not len(pd.read_csv(place / "out" / "changes.csv"))
    pd.testing.assert_frame_equal(again.table, made.table)


def test_a_county_that_start_made_is_found_with_the_scenario_beside_it(tmp_path: Path, monkeypatch) -> None:
    home = tmp_path / "counties" / "利和"
    write_district(small_county(current="AABAAB"), home / "district")
    (home / "files").mkdir()
    (home / "scenarios").mkdir()
    text = "{name: first, title_zh: 初步方案, district: ../district, year: 2020, catchments: free, demand: register}"
    (home / "scenarios/first.yaml").write_text(text, encoding="utf-8")
    monkeypatch.setenv("PLANNING_LANG", "zh")
    for told in ([home], [tmp_path / "counties"], [home / "district"]):
        plan = plan_of_counties(told, ["first"])
        (unit,) = units_of(plan)
        assert (Path(unit.county).name, unit.scenario, plan.left_out) == ("district", "first", ())
        name = read_district(home / "district").info.name_zh
        assert unit.title == f"{name} · 初步方案"
    (tmp_path / "plan.yaml").write_text("{counties: ['counties/*'], scenarios: [first]}", encoding="utf-8")
    assert len(units_of(read_plan(tmp_path / "plan.yaml"))) == 1


def test_what_decides_a_result_names_it(place: Path, tmp_path: Path) -> None:
    first = units_of(plan_of(place, "a", "b"))
    assert len({u.key for u in first}) == 2
    shutil.copytree(place / "counties" / "a", tmp_path / "elsewhere")
    (moved,) = units_of(plan_of_counties([tmp_path / "elsewhere"], [str(place / "one.yaml")]))
    assert moved.key in {u.key for u in first}
    (other,) = units_of(plan_of(place, "a", sets=("solver.seed=7",)))
    assert other.key not in {u.key for u in first}


def test_what_varies_is_a_unit_each(place: Path) -> None:
    units = units_of(plan_of(place, "a", vary={"births": ("0.9", "1.1"), "solver.seed": ("1", "2")}))
    assert len(units) == 4
    assert {dict(u.settings)["births"] for u in units} == {"0.9", "1.1"}


def child(tmp_path: Path, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the process of a unit run other code."""
    file = tmp_path / "child.py"
    file.write_text(code, encoding="utf-8")
    monkeypatch.setattr(work_module, "COMMAND", (str(file),))


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("import time; time.sleep(60)", "time"),
        ("x = bytearray(300_000_000); import time; time.sleep(60)", "memory"),
        ("import os; os.kill(os.getpid(), 9)", "failed"),
        ("print('nothing of use')", "failed"),
    ],
)
@pytest.mark.skipif(sys.platform != "linux", reason="memory of processes is read from /proc")
def test_a_process_that_goes_wrong_is_ended_and_told(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, status: str
) -> None:
    (unit,) = units_of(plan_of(place, "a"))
    child(tmp_path, code, monkeypatch)
    limits = Limits(time_s=4 if status != "time" else 0.5, memory_mb=200)
    outcome = carry_out(unit, tmp_path / "out", limits)
    assert outcome.status == status
    assert outcome.note_zh
    assert outcome.note_en
    assert (tmp_path / "out" / "logs" / f"{unit.key}.log").is_file()


def test_a_unit_that_fails_three_times_is_reported_and_stops_nobody(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    child(tmp_path, f"open({str(tmp_path / 'tries')!r}, 'a').write('x'); raise SystemExit(3)", monkeypatch)
    made = run_batch(plan_of(place, "a", "b"), out=tmp_path / "out", workers=2)
    assert made.complete
    assert (tmp_path / "tries").read_text() == "x" * 6
    assert set(made.table["status"]) == {"failed"}
    failures = [json.loads(p.read_text(encoding="utf-8")) for p in (tmp_path / "out" / "failures").iterdir()]
    assert {f["tries"] for f in failures} == {3}


def test_too_much_memory_is_tried_once_more_alone(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[float] = []

    def carried(
        unit: object, home: Path, limits: Limits, stop: Callable[[], bool] = lambda: False
    ) -> Outcome:
        asked.append(limits.memory_mb)
        return Outcome(unit.key, "memory", 0.0, "x", "x")  # type: ignore[attr-defined]

    monkeypatch.setattr("planning.batch.work.carry_out", carried)
    made = run_batch(plan_of(place, "a"), out=tmp_path / "out", workers=1)
    assert made.complete
    assert len(asked) == 2
    assert asked[0] == FEW.memory_mb
    assert asked[1] != FEW.memory_mb
    assert set(made.table["status"]) == {"memory"}


def test_a_batch_that_is_asked_to_stop_ends_soon_and_goes_on_later(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    child(tmp_path, "import time; time.sleep(60)", monkeypatch)
    units = units_of(plan_of(place, "a", "b"))
    import threading

    began = time.monotonic()
    threading.Thread(target=lambda: (time.sleep(1.5), stop_batch(out)), daemon=True).start()
    made = run_batch(plan_of(place, "a", "b"), out=out, workers=1)
    assert not made.complete
    assert time.monotonic() - began < 20
    assert set(made.table["status"]) == {"open"}
    assert not list((out / "units").glob("*")) if (out / "units").exists() else True
    assert batch_counts(out).open == len(units)
    assert not batch_counts(out).workers


def test_a_plan_file_names_counties_by_pattern_and_says_what_is_wrong(place: Path) -> None:
    file = place / "plan.yaml"
    file.write_text(
        "counties: [counties/*]\nscenarios: [one.yaml]\nsets: [solver.seed=3]\nvary: {births: [0.9, 1.0]}\n"
        "limits: {tries: 2}\n",
        encoding="utf-8",
    )
    plan = read_plan(file)
    assert [p.name for p in plan.counties] == ["a", "b", "poisoned"]
    assert plan.vary == {"births": ("0.9", "1.0")}
    assert plan.limits.tries == 2
    file.write_text("counties: [nowhere, counties/z*]\nscenarios: [one.yaml]\n", encoding="utf-8")
    with pytest.raises(ScenarioError) as raised:
        read_plan(file)
    assert [p.value for p in raised.value.problems] == ["nowhere", "counties/z*"]
    file.write_text("counties: [counties/a]\nscenarioes: [one.yaml]\n", encoding="utf-8")
    with pytest.raises(ScenarioError, match="scenarioes"):
        read_plan(file)
    with pytest.raises(LayoutError, match="holds no batch"):
        batch_counts(place)


def test_changes_between_two_tables_are_a_row_each() -> None:
    before = pd.DataFrame(
        {
            "county": ["甲", "乙"],
            "folder": ["a", "b"],
            "scenario": "s",
            "status": "done",
            "gap": ["0.1", "0.2"],
        }
    )
    now = before.assign(gap=["0.1", "0.3"])
    told = changed(before, now)
    assert told.to_dict("records") == [
        {"county": "乙", "folder": "b", "scenario": "s", "figure": "gap", "before": "0.2", "now": "0.3"}
    ]


def test_the_table_of_nothing_is_empty(tmp_path: Path) -> None:
    assert not len(province_table(tmp_path, ()))


def test_memory_of_a_session_that_is_gone_is_nothing() -> None:
    assert memory_mb(2**22 + 5) == 0.0


def test_counties_with_the_same_files_have_a_row_each(place: Path, tmp_path: Path) -> None:
    for name in ("east", "west"):
        shutil.copytree(place / "counties" / "a", tmp_path / name)
    plan = plan_of_counties([tmp_path / "east", tmp_path / "west"], [str(place / "one.yaml")])
    units = units_of(plan)
    assert len({u.key for u in units}) == 1
    assert sorted(province_table(tmp_path, units)["folder"]) == ["east", "west"]


def test_a_figure_that_changed_under_one_value_of_what_varies_is_told() -> None:
    before = pd.DataFrame(
        {
            "county": "甲",
            "folder": "a",
            "scenario": "s",
            "births": ["0.9", "1.0"],
            "status": "done",
            "gap": "0.1",
        }
    )
    told = changed(before, before.assign(gap=["0.2", "0.1"]))
    assert told[["births", "before", "now"]].to_numpy().tolist() == [["0.9", "0.1", "0.2"]]
