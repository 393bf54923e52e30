"""Faults of batches: folders of other plans, damaged lists, links, counties that are gone, poisoned units."""

from __future__ import annotations

import errno
import importlib
import os
import shutil
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from planning.atomic import claimed
from planning.batch import (
    Limits,
    batch_counts,
    read_plan,
    resume_batch,
    run_batch,
    stop_batch,
    table,
    units_of,
)
from planning.batch.presence import at_work, present
from planning.batch.work import carry_out
from tests.batch.made import hand_out, plan_for, province
from tests.reliability.table import Outcome, fault, refused

PART = "Many counties · 批量计算"


@contextmanager
def _made(place: Path, *names: str) -> Iterator[Path]:
    """Yield the folder of a batch that ended, whose units cost nothing."""
    province(place)
    with pytest.MonkeyPatch.context() as patch:
        hand_out(patch)
        patch.setattr(
            "planning.batch.batch.write_results", lambda home, units, _: table.province_table(home, units)
        )
        if names:
            run_batch(plan_for(place, *names), out=place / "out")
        yield place / "out"


@fault(PART, "a batch into the folder of another plan", "写入另一计划的批次文件夹", "old kept")
def another_plan(place: Path) -> Outcome:
    with _made(place, "a") as out:
        before = (out / "batch.json").read_bytes()
        said = refused(lambda: run_batch(plan_for(place, "b"), out=out)).said
        assert (out / "batch.json").read_bytes() == before
    return Outcome("old kept", said)


@fault(PART, "another plan while somebody is at work", "他人计算时换入另一计划", "turned away")
def others_at_work(place: Path) -> Outcome:
    with _made(place, "a") as out, present(out, "another"):
        said = refused(lambda: run_batch(plan_for(place, "b"), out=out, replace=True)).said.partition(
            " (found"
        )[0]
    return Outcome("turned away", said)


@fault(PART, "the list of a batch is cut off", "批次清单被截断", "refused")
def damaged_list(place: Path) -> Outcome:
    with _made(place, "a") as out:
        (out / "batch.json").write_bytes((out / "batch.json").read_bytes()[:100])
        return refused(lambda: batch_counts(out))


@fault(PART, "a result in the folder of a batch is damaged", "批次中某一结果损坏", "warned")
def damaged_result(place: Path) -> Outcome:
    with _made(place, "a", "b") as out:
        (first, _) = sorted((out / "units").iterdir())
        (first / "scorecard.csv").unlink()
        rows = resume_batch(out).table
        assert sorted(rows["status"]) == ["damaged", "done"]
        said = str(rows.loc[rows["status"] == "damaged", "note_en"].item())
    return Outcome("warned", said.replace(first.name, "…"))


@fault(PART, "a link in the place of units", "units 为符号链接", "refused")
def linked_units(place: Path) -> Outcome:
    with _made(place) as out:
        (place / "elsewhere").mkdir()
        out.mkdir()
        (out / "units").symlink_to(place / "elsewhere")
        outcome = refused(lambda: run_batch(plan_for(place, "a"), out=out))
        assert not list((place / "elsewhere").iterdir())
    return outcome


@fault(PART, "a batch into a file", "批次写入已有文件", "old kept")
def into_a_file(place: Path) -> Outcome:
    with _made(place):
        before = (place / "one.yaml").read_bytes()
        said = refused(lambda: run_batch(plan_for(place, "a"), out=place / "one.yaml")).said
        assert (place / "one.yaml").read_bytes() == before
    return Outcome("old kept", said)


@fault(PART, "a key of `vary` without values", "vary 某项没有取值", "refused")
def empty_vary(place: Path) -> Outcome:
    province(place)
    text = "counties: [counties/*]\nscenarios: [one.yaml]\nvary: {births: []}\n"
    (place / "plan.yaml").write_text(text, encoding="utf-8")
    return refused(lambda: read_plan(place / "plan.yaml"))


@fault(PART, "a county is gone when its batch goes on", "继续批次时某区县数据已不在", "whole")
def county_gone(place: Path) -> Outcome:
    with _made(place, "a", "b") as out:
        (other,) = units_of(plan_for(place, "b"))
        shutil.rmtree(place / "counties" / "a")
        shutil.rmtree(out / "units" / other.key)
        assert list(resume_batch(out).table["status"]) == ["done", "done"]
    return Outcome("whole")


@fault(
    PART, "a second batch begins after the first was asked to stop", "已通知停止后又启动第二个批次", "whole"
)
def stop_stays(place: Path) -> Outcome:
    with _made(place, "a") as out, present(out, _digest(place)):
        stop_batch(out)
        run_batch(plan_for(place, "a"), out=out)
        assert batch_counts(out).stopping
    return Outcome("whole")


@fault(PART, "two batches at once on one folder", "两个批次同时使用同一文件夹", "whole")
def two_at_once(place: Path) -> Outcome:
    with _made(place, "a", "b") as out, pytest.MonkeyPatch.context() as patch:
        patch.setattr(importlib.import_module("planning.batch.batch"), "_TAKEN_WAIT_S", 0.05)
        alone = resume_batch(out).table
        with ThreadPoolExecutor(2) as pool:
            made = list(
                pool.map(lambda _: run_batch(plan_for(place, "a", "b"), out=place / "both").table, range(2))
            )
        assert all(one.to_csv() == alone.to_csv() for one in made)
    return Outcome("whole")


@fault(PART, "the clocks of machines differ by hours", "各机器时钟相差数小时", "whole")
def clocks(place: Path) -> Outcome:
    with _made(place) as out:
        (unit,) = units_of(plan_for(place, "a"))
        with claimed(out / "units" / unit.key), present(out, _digest(place)):
            for hours in (-9, 9):
                for file in out.rglob("*"):
                    os.utime(file, (time.time() + hours * 3600,) * 2)
                assert carry_out(unit, out, Limits()).status == "taken"
                assert len(at_work(out)) == 1
        assert run_batch(plan_for(place, "a"), out=out).complete
    return Outcome("whole")


@fault(PART, "the disk is full on the machine of a unit", "某单元所在机器磁盘已满", "warned")
def full_disk(place: Path) -> Outcome:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with _made(place) as out, pytest.MonkeyPatch.context() as patch:
        patch.setattr("planning.batch.work.carry_out", full)
        rows = run_batch(plan_for(place, "a"), out=out).table
        assert list(rows["status"]) == ["failed"]
        patch.undo()
        assert list(resume_batch(out).table["status"]) == ["done"]
    return Outcome("warned", str(rows["note_en"].item()).partition("] ")[2])


@fault(PART, "a unit that never ends", "某单元永不结束", "warned")
def endless(place: Path) -> Outcome:
    province(place)
    (unit,) = units_of(plan_for(place, "a"))
    (place / "child.py").write_text("import time; time.sleep(600)", encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("planning.batch.work.COMMAND", (str(place / "child.py"),))
        outcome = carry_out(unit, place / "out", Limits(time_s=0.5))
    assert outcome.status == "time"
    return Outcome("warned", outcome.note_en)


def _digest(place: Path) -> str:
    from planning.batch.listing import plan_digest

    plan = plan_for(place, "a")
    return plan_digest(plan, units_of(plan))
