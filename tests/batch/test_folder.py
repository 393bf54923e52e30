"""A batch's folder holds one plan, says what is wrong with it, and is written where it is asked to and nowhere else."""

from __future__ import annotations

import errno
import importlib
import json
import os
import shutil
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from planning.atomic import claimed
from planning.batch import (
    BatchPlan,
    Outcome,
    batch_counts,
    plan_of_counties,
    province_table,
    read_plan,
    resume_batch,
    run_batch,
    stop_batch,
    units_of,
)
from planning.batch import work as work_module
from planning.batch.presence import at_work, present, stop_file
from planning.batch.results import write_results
from planning.errors import LayoutError, PlanningError, ScenarioError, WriteError
from tests.batch.made import hand_out, plan_for, province

batch_module = importlib.import_module("planning.batch.batch")


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return two counties and a scenario; a batch of them costs nothing and only its table is made."""
    hand_out(monkeypatch)
    monkeypatch.setattr(
        "planning.batch.batch.write_results", lambda home, units, _: province_table(home, units)
    )
    return province(tmp_path)


def test_another_plan_does_not_take_the_place_of_one_unasked(place: Path) -> None:
    out = place / "out"
    run_batch(plan_for(place, "a"), out=out)
    for other in (plan_for(place, "b"), plan_for(place, "a", sets=("solver.seed=2",))):
        before = (out / "batch.json").read_bytes()
        with pytest.raises(WriteError, match="holds another batch") as raised:
            run_batch(other, out=out)
        assert "--replace" in raised.value.problems[0].mend("zh")
        assert (out / "batch.json").read_bytes() == before
    grown = run_batch(plan_for(place, "b", "a"), out=out)  # keeps what was asked for
    assert sorted(grown.table["folder"]) == ["a", "b"]
    replaced = run_batch(plan_for(place, "b"), out=out, replace=True)
    assert list(replaced.table["folder"]) == ["b"]
    assert len(list((out / "units").iterdir())) == 2


def test_nobody_puts_another_plan_where_somebody_is_at_work(place: Path) -> None:
    out = place / "out"
    run_batch(plan_for(place, "a"), out=out)
    with present(out, "digest of the plan"), pytest.raises(WriteError, match="somebody is at work"):
        run_batch(plan_for(place, "b"), out=out, replace=True)
    assert not at_work(out)


DAMAGES: dict[str, Callable[[Path], object]] = {
    "empty": lambda p: p.write_bytes(b""),
    "cut off": lambda p: p.write_bytes(p.read_bytes()[:200]),
    "not text": lambda p: p.write_bytes(bytes(range(256))),
    "a list": lambda p: p.write_text("[]"),
    "a key missing": lambda p: p.write_text(json.dumps({**json.loads(p.read_text()), "units": [{}]})),
    "a folder that leads out": lambda p: p.write_text(
        p.read_text().replace(json.loads(p.read_text())["units"][0]["key"], "../../../../etc")
    ),
    "of another kind": lambda p: p.write_text(json.dumps({**json.loads(p.read_text()), "plan": "x"})),
}


@pytest.mark.parametrize("damage", list(DAMAGES))
def test_a_damaged_list_is_told(place: Path, damage: str) -> None:
    out = place / "out"
    run_batch(plan_for(place, "a"), out=out)
    DAMAGES[damage](out / "batch.json")
    for ask in (batch_counts, stop_batch, resume_batch, lambda f: run_batch(plan_for(place, "a"), out=f)):
        with pytest.raises(LayoutError, match="the list of the batch is damaged"):
            ask(out)
    (out / "batch.json").unlink()  # what the mend says: nothing is lost
    before = {p: p.stat().st_mtime_ns for p in (out / "units").rglob("*")}
    assert list(run_batch(plan_for(place, "a"), out=out).table["status"]) == ["done"]
    assert {p: p.stat().st_mtime_ns for p in before} == before


@pytest.mark.parametrize("file", ["summary.json", "scorecard.csv", "targets.csv", "scorecard_classes.csv"])
def test_a_damaged_result_stands_in_the_table(place: Path, file: str) -> None:
    out = place / "out"
    run_batch(plan_for(place, "a", "b"), out=out)
    (first, _) = sorted((out / "units").iterdir())
    (first / file).write_bytes(b"\xff\x00{")
    table = resume_batch(out).table
    assert sorted(table["status"]) == ["damaged", "done"]
    assert first.name in table.loc[table["status"] == "damaged", "note_zh"].item()


def test_a_damaged_failure_is_an_open_unit(place: Path) -> None:
    out = place / "out"
    (unit,) = units_of(plan_for(place, "a"))
    run_batch(plan_for(place, "a"), out=out)
    shutil.rmtree(out / "units" / unit.key)
    (out / "failures").mkdir(exist_ok=True)
    (out / "failures" / f"{unit.key}.json").write_text("[]", encoding="utf-8")
    assert batch_counts(out).open == 1


def test_patterns_may_be_absolute_and_names_may_look_like_patterns(place: Path) -> None:
    odd = place / "counties" / "c[1]"
    shutil.copytree(place / "counties" / "a", odd)
    (place / "other").mkdir()
    file = place / "other" / "plan.yaml"
    file.write_text(
        f"counties: [{place}/counties/?, '{odd}']\nscenarios: [{place}/one.yaml]\n", encoding="utf-8"
    )
    assert [p.name for p in read_plan(file).counties] == ["a", "b", "c[1]"]
    file.write_text(f"counties: ['{place}/nowhere/*']\nscenarios: [{place}/one.yaml]\n", encoding="utf-8")
    with pytest.raises(ScenarioError, match="no county there"):
        read_plan(file)


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("vary: {births: []}", "vary.births"),
        ("vary: {births: [1.0, 1.0]}", "vary.births"),
        (f"name: {'省' * 200}", "name"),
        ("name: ../out", "name"),
        ("scenarios: []", "scenarios"),
    ],
)
def test_what_a_plan_file_cannot_mean_is_told_with_its_key(place: Path, text: str, column: str) -> None:
    file = place / "plan.yaml"
    base = "" if text.startswith("scenarios") else "scenarios: [one.yaml]\n"
    file.write_text(f"counties: [counties/*]\n{base}{text}\n", encoding="utf-8")
    with pytest.raises(ScenarioError) as raised:
        read_plan(file)
    assert [p.column for p in raised.value.problems] == [column]


LONG = "长" * 400


@pytest.mark.parametrize(
    "ask",
    [
        lambda place: read_plan(place / LONG),
        lambda place: plan_of_counties([place / LONG], ["x"]),
        lambda place: units_of(plan_of_counties([place / "counties/a"], [LONG])),
        lambda place: units_of(plan_of_counties([place / "counties/a"], [f"{LONG}/{LONG}.yaml"])),
        lambda place: run_batch(plan_for(place, "a"), out=place / LONG),
        lambda place: run_batch(plan_for(place, "a", name=LONG)),
        lambda place: batch_counts(place / LONG),
        lambda place: stop_batch(place / LONG),
        lambda place: run_batch(plan_for(place, "a", vary={"births": ()}), out=place / "out"),
        lambda place: run_batch(BatchPlan("x", (), ("one",)), out=place / "out"),
        lambda place: run_batch(plan_for(place, "a"), out=place / "one.yaml"),
        lambda place: run_batch(plan_for(place, "a"), out=place / "one.yaml" / "below"),
    ],
)
def test_names_and_places_that_cannot_be_are_told(
    place: Path, ask: Callable[[Path], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(place)
    before = sorted(p for p in place.rglob("*"))
    with pytest.raises(PlanningError):
        ask(place)
    assert sorted(p for p in place.rglob("*")) == before


def test_a_folder_of_other_things_is_left_alone(place: Path) -> None:
    mine = place / "mine"
    mine.mkdir()
    (mine / "province.csv").write_text("mine", encoding="utf-8")
    with pytest.raises(WriteError):
        run_batch(plan_for(place, "a"), out=mine)
    assert [p.name for p in mine.iterdir()] == ["province.csv"]
    assert (mine / "province.csv").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    "name", ["units", "failures", "logs", "scenarios", "outlines", "at-work", "province.csv", "batch.json"]
)
def test_a_link_in_the_folder_is_not_followed(place: Path, name: str) -> None:
    out, elsewhere = place / "out", place / "elsewhere"
    out.mkdir()
    elsewhere.mkdir()
    (out / name).symlink_to(elsewhere, target_is_directory=True)
    with pytest.raises(WriteError):
        run_batch(plan_for(place, "a"), out=out)
    assert not list(elsewhere.iterdir())


def test_a_link_in_the_place_of_a_result_is_no_result(place: Path) -> None:
    out, elsewhere = place / "out", place / "elsewhere"
    (unit,) = units_of(plan_for(place, "a"))
    elsewhere.mkdir()
    (elsewhere / "summary.json").write_text("{}", encoding="utf-8")
    (out / "units").mkdir(parents=True)
    (out / "units" / unit.key).symlink_to(elsewhere, target_is_directory=True)
    (out / "logs").mkdir()
    (out / "logs" / f"{unit.key}.log").symlink_to(elsewhere / "log")
    made = run_batch(plan_for(place, "a"), out=out)
    assert list(made.table["status"]) == ["failed"]
    assert not (elsewhere / "log").exists()


def test_a_county_that_is_gone_keeps_its_results_and_stops_nobody(place: Path) -> None:
    out = place / "out"
    run_batch(plan_for(place, "a", "b"), out=out)
    gone, other = (next(u for u in units_of(plan_for(place, n))) for n in "ab")
    shutil.rmtree(place / "counties" / "a")
    (place / "one.yaml").unlink()  # the list holds what it said
    shutil.rmtree(out / "units" / other.key)
    made = resume_batch(out)
    assert made.complete
    assert {u.key for u in made.units} == {gone.key, other.key}
    assert list(made.table["status"]) == ["done", "done"]


def test_a_county_that_changed_is_made_again_by_resume(place: Path) -> None:
    out = place / "out"
    run_batch(plan_for(place, "a"), out=out)
    info = place / "counties" / "a" / "district.yaml"
    info.write_text(info.read_text(encoding="utf-8") + "# corrected\n", encoding="utf-8")
    made = resume_batch(out)
    assert len(list((out / "units").iterdir())) == 2
    assert list(made.table["status"]) == ["done"]


def test_who_begins_later_does_not_cancel_the_stop_of_another(place: Path) -> None:
    out = place / "out"
    plan = plan_for(place, "a")
    run_batch(plan, out=out)
    with pytest.raises(LayoutError, match="nobody is at work"):
        stop_batch(out)
    with present(out, at_work_digest(plan)) as name:
        assert stop_batch(out) == 1
        assert batch_counts(out).stopping
        assert run_batch(plan, out=out).complete  # a second one comes and goes
        assert stop_file(out, name).exists()
        assert [w.stopping for w in at_work(out)] == [True]
    assert not batch_counts(out).workers


def at_work_digest(plan: BatchPlan) -> str:
    from planning.batch.listing import plan_digest

    return plan_digest(plan, units_of(plan))


def test_two_batches_on_one_folder_share_the_work_and_say_the_same(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch_module, "_TAKEN_WAIT_S", 0.05)
    monkeypatch.setattr(batch_module, "write_results", write_results)
    plan = plan_for(place, "a", "b", vary={"births": ("0.9", "1.0", "1.1")})
    run_batch(plan, out=place / "alone")
    with ThreadPoolExecutor(2) as pool:
        made = list(pool.map(lambda _: run_batch(plan, out=place / "out", workers=2), range(2)))
    assert all(m.complete for m in made)
    assert len(list((place / "out" / "units").iterdir())) == 6
    for name in ("province.csv", "province.zh.csv", "province.html"):
        assert (place / "out" / name).read_bytes() == (place / "alone" / name).read_bytes()


def test_a_full_disk_of_one_machine_costs_a_try(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    carried, full = work_module.carry_out, [OSError(errno.ENOSPC, "No space left on device")] * 2

    def once_full(*told: object) -> Outcome:
        if full:
            raise full.pop()
        return carried(*told)  # type: ignore[arg-type]

    monkeypatch.setattr(work_module, "carry_out", once_full)
    assert list(run_batch(plan_for(place, "a"), out=place / "out").table["status"]) == ["done"]
    full[:] = [OSError(errno.ENOSPC, "No space left on device")] * 9
    made = run_batch(plan_for(place, "b"), out=place / "full")
    assert list(made.table["status"]) == ["failed"]
    assert "No space left" in made.table["note_en"].item()


def test_a_folder_without_a_county_among_counties_is_named(place: Path) -> None:
    (place / "counties" / "half" / "sub").mkdir(parents=True)
    (place / "counties" / ".hidden").mkdir()
    assert plan_of_counties([place / "counties"], ["one"]).left_out == ("half",)
    (place / "plan.yaml").write_text("counties: [counties]\nscenarios: [one.yaml]\n", encoding="utf-8")
    assert read_plan(place / "plan.yaml").left_out == ("half",)
    assert plan_of_counties([place / "counties" / "a"], ["one"]).left_out == ()


def test_a_stop_file_goes_with_its_batch_and_is_left_for_workers_elsewhere(place: Path) -> None:
    plan = plan_for(place, "a")
    run_batch(plan, out=place / "out")
    for far, left in ((False, 0), (True, 1)):
        with present(place / "out", at_work_digest(plan), dashboard="http://x:8787", far=far):
            stop_batch(place / "out")
            assert [w.dashboard for w in at_work(place / "out")] == ["http://x:8787"]
        assert len(list((place / "out" / "at-work").glob("*.stop"))) == left
    run_batch(plan, out=place / "out")
    assert not list((place / "out" / "at-work").iterdir())


def test_no_clock_decides_who_is_at_work_or_has_a_unit(place: Path) -> None:
    plan = plan_for(place, "a")
    (unit,) = units_of(plan)
    out = place / "out"
    with claimed(out / "units" / unit.key), present(out, at_work_digest(plan)):
        for hours in (-9, 0, 9):  # written by a machine whose clock is hours off
            for file in [*out.rglob("*"), *out.rglob(".*")]:
                os.utime(file, (time.time() + hours * 3600,) * 2)
            assert work_module.carry_out(unit, out, plan.limits).status == "taken"
            assert len(at_work(out)) == 1
    assert work_module.carry_out(unit, out, plan.limits).status == "done"
    assert not at_work(out)
