"""Faults while results are written: killed processes, full disks, two writers, wrong places."""

from __future__ import annotations

import dataclasses
import os
import random
import resource
import signal
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path

from planning.atomic import claimed, new_folder
from planning.district import read_district, write_district, write_workbook
from planning.district.write import district_files
from planning.errors import PlanningError, WriteError
from planning.exchange import convert_district
from planning.layout import MARKS, load_layout, save_tables
from planning.phases import ONE_MAP, run_folders
from planning.runs import finish_run, run_scenario
from planning.together import written_together
from tests.district.tiny import tiny_district
from tests.reliability.runs import contents, copied, finished, names
from tests.reliability.table import Outcome, fault, refused

PART = "Writing · 写入结果"
Write = Callable[[int], object]


def _child(work: Callable[[], object]) -> int:
    """Start a process that works and leaves; return its number."""
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(0)
    return child


def _kill_at_random(
    write: Write, whole: Callable[[], bool], rounds: int, most: float, begun: Path | None = None
) -> None:
    """Kill a process that writes one version after the other, and look at the result each time.

    The time is counted from the start of the process, or from the first exchange of the folder ``begun``.
    """
    chance = random.Random(rounds)
    for _ in range(rounds):

        def work() -> None:
            for step in count():
                write(step)

        before = begun and begun.stat().st_ino
        child = _child(work)
        patience = time.monotonic() + 20
        while begun and begun.stat().st_ino == before and time.monotonic() < patience:
            time.sleep(0.001)
        time.sleep(chance.uniform(0.0, most))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        assert whole()


def _two_layouts() -> tuple[object, object]:
    first = finished().layout
    return first, dataclasses.replace(
        first, units=first.units.assign(pupils=0, own=0), summary={"version": 2}
    )


@fault(
    PART,
    "killed (SIGKILL) at 28 moments while a run folder is written",
    "写运行结果时在 28 个时刻被强制终止",
    "whole",
)
def killed_run(place: Path) -> Outcome:
    first, second = _two_layouts()
    target = place / "runs" / "today"

    def write(step: int) -> None:
        with new_folder(target, marks=MARKS) as folder:
            save_tables((first, second)[step % 2], folder)

    write(0)
    files = names(target)

    def whole() -> bool:
        layout = load_layout(target)
        return (layout.units["own"].sum() == 0) == ("version" in layout.summary) and names(target) == files

    _kill_at_random(write, whole, 25, 0.06)
    _kill_at_random(write, whole, 3, 0.06, begun=target)
    write(0)
    assert names(place / "runs") == ["today"]
    return Outcome(
        "whole", "the old or the new folder, never a mixture; what was left over goes with the next run"
    )


@fault(
    PART, "killed at 40 moments while a district is written", "写区县数据时在 40 个时刻被强制终止", "whole"
)
def killed_district(place: Path) -> Outcome:
    one = tiny_district()
    two = dataclasses.replace(one, zones=one.zones.assign(population=7.0), register=one.register.iloc[:0])
    target = place / "county"
    versions = [{n: t.encode() for n, t in district_files(d).items()} for d in (one, two)]
    write_district(one, target)
    _kill_at_random(
        lambda step: write_district((one, two)[step % 2], target),
        lambda: contents(target) in versions,
        40,
        0.08,
    )
    write_district(one, target)
    assert names(place) == ["county"]
    return Outcome("whole", "the old or the new district, never a mixture")


@fault(
    PART,
    "killed at 3 moments while a workbook and a GeoPackage are written",
    "写工作簿和 GeoPackage 时在 3 个时刻被强制终止",
    "whole",
)
def killed_file(place: Path) -> Outcome:
    one = tiny_district()
    book, package = place / "county.xlsx", place / "county.gpkg"

    def write(step: int) -> None:
        write_workbook(one, book)
        convert_district(one, package)

    write(0)
    whole = [district_files(one)] * 2
    _kill_at_random(
        write, lambda: [district_files(read_district(p)) for p in (book, package)] == whole, 3, 0.5
    )
    return Outcome("whole", "the file is complete")


def _limited(limit: int, work: Callable[[], object]) -> str:
    """Do work in a process whose files may not grow beyond a limit, as on a full disk; return what it said."""
    reader, writer = os.pipe()

    def attempt() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        try:
            work()
            said = "done"
        except PlanningError as error:
            said = "refused: " + error.problems[0].message_en
        except BaseException as error:
            said = f"Traceback {type(error).__name__} {error}"
        os.write(writer, said.encode())

    child = _child(attempt)
    os.close(writer)
    with os.fdopen(reader, encoding="utf-8") as answer:
        said = answer.read()
    os.waitpid(child, 0)
    return said


def _full(target: Path, limits: tuple[int, ...], work: Callable[[], object]) -> Outcome:
    before = contents(target) if target.is_dir() else target.read_bytes()
    neighbours = names(target.parent)
    said = set()
    for limit in limits:
        said.add(_limited(limit, work))
        assert (contents(target) if target.is_dir() else target.read_bytes()) == before, limit
        assert names(target.parent) == neighbours, limit
    assert all(s.startswith("refused: cannot be written: ") for s in said), said
    return Outcome("old kept", min(said, key=len).removeprefix("refused: "))


@fault(
    PART,
    "the disk is full while a run folder is written (5 sizes)",
    "写运行结果时磁盘已满(5 种大小)",
    "old kept",
)
def full_run(place: Path) -> Outcome:
    run, target = finished(), copied(place)
    return _full(
        target,
        (0, 500, 4_000, 60_000, 120_000),
        lambda: finish_run(run.district, run.scenario, run.layout, out=target),
    )


@fault(
    PART,
    "the disk is full while a district is written (3 sizes)",
    "写区县数据时磁盘已满(3 种大小)",
    "old kept",
)
def full_district(place: Path) -> Outcome:
    target = write_district(tiny_district(), place / "county")
    return _full(target, (0, 300, 1_000), lambda: write_district(tiny_district(), target))


@fault(
    PART,
    "the disk is full while a GeoPackage is written (4 sizes)",
    "写 GeoPackage 时磁盘已满(4 种大小)",
    "old kept",
)
def full_package(place: Path) -> Outcome:
    target = convert_district(tiny_district(), place / "county.gpkg")
    outcome = _full(target, (0, 4_096, 60_000, 150_000), lambda: convert_district(tiny_district(), target))
    return Outcome(outcome.kind, "cannot be written: …; what was there stays as it was")


@fault(PART, "the disk is full while a workbook is written", "写工作簿时磁盘已满", "old kept")
def full_book(place: Path) -> Outcome:
    target = write_workbook(tiny_district(), place / "county.xlsx")
    outcome = _full(target, (0, 5_000, 20_000), lambda: write_workbook(tiny_district(), target))
    return Outcome(outcome.kind, outcome.said)


@fault(PART, "two runs into one folder", "两个运行写入同一文件夹", "turned away")
def two_runs(place: Path) -> Outcome:
    target = copied(place)
    before = contents(target)
    reader, writer = os.pipe()

    def hold() -> None:
        with claimed(target):
            os.write(writer, b"!")
            time.sleep(30)

    child = _child(hold)
    os.read(reader, 1)
    try:
        scenario = finished().folder.parents[1] / "today.yaml"
        outcome = refused(lambda: run_scenario(scenario, out=target), WriteError)
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    assert contents(target) == before
    run_scenario(scenario, out=target)  # the claim has ended with its process
    assert names(place) == ["today"]
    return Outcome("turned away", outcome.said.partition(" (found")[0])


@fault(
    PART,
    "two writers and a reader in one folder at once",
    "两个写入者和一个读取者同时使用同一文件夹",
    "whole",
)
def crowd(place: Path) -> Outcome:
    first, second = _two_layouts()
    target = place / "runs" / "today"

    def work(layout: object) -> None:
        for _ in range(10_000):
            try:
                with new_folder(target, marks=MARKS) as folder:
                    save_tables(layout, folder)
            except WriteError:
                pass
            time.sleep(1.0)  # a slow machine must find time for a reading between two exchanges

    with new_folder(target) as folder:
        save_tables(first, folder)
    children = [_child(lambda layout=layout: work(layout)) for layout in (first, second)]
    try:
        end, looked = time.monotonic() + 3.0, 0
        while time.monotonic() < end or looked < 5:
            layout = load_layout(target)
            assert (layout.units["own"].sum() == 0) == ("version" in layout.summary)
            looked += 1
    finally:
        for child in children:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
    return Outcome("whole", "every reading is of one run")


@fault(PART, "stopped with Ctrl-C while writing", "写入时按 Ctrl-C", "old kept")
def interrupted(place: Path) -> Outcome:
    target = copied(place)
    before = contents(target)
    try:
        with new_folder(target, marks=MARKS) as folder:
            (folder / "units.csv").write_text("half", encoding="utf-8")
            raise KeyboardInterrupt
    except KeyboardInterrupt:
        assert contents(target) == before
        assert names(place) == ["today"]
        return Outcome("old kept", "nothing is left over")


@fault(PART, "the place holds other people's files", "目标文件夹中是其他文件", "refused")
def occupied(place: Path) -> Outcome:
    (place / "Documents").mkdir()
    (place / "Documents" / "thesis.txt").write_text("mine", encoding="utf-8")
    run = finished()
    outcome = refused(lambda: finish_run(run.district, run.scenario, run.layout, out=place / "Documents"))
    assert contents(place / "Documents") == {"thesis.txt": b"mine"}
    return outcome


@fault(PART, "a file stands where the folder should", "目标位置是一个文件", "refused")
def file_there(place: Path) -> Outcome:
    (place / "today").write_text("mine", encoding="utf-8")
    run = finished()
    outcome = refused(lambda: finish_run(run.district, run.scenario, run.layout, out=place / "today"))
    assert (place / "today").read_text(encoding="utf-8") == "mine"
    return outcome


@fault(PART, "a file stands where the parent folder should", "上级位置是一个文件", "refused")
def no_parent(place: Path) -> Outcome:
    (place / "runs").write_text("mine", encoding="utf-8")
    run = finished()
    return refused(lambda: finish_run(run.district, run.scenario, run.layout, out=place / "runs" / "today"))


@fault(
    PART,
    "a file system that cannot exchange folders, killed between its two steps",
    "文件系统不支持交换，且在两步之间被终止",
    "whole",
)
def two_steps(place: Path) -> Outcome:
    target = copied(place)
    before = contents(target)
    target.rename(place / ".today.previous")  # where the two steps put the old folder aside
    load_layout(target)
    assert contents(target) == before
    return Outcome("whole", "the next reader brings the old folder back")


@fault(
    PART,
    "killed while notices are written, before and among the last steps",
    "写公示文件时(各步骤之间)被强制终止",
    "whole",
)
def killed_papers(place: Path) -> Outcome:
    names_of = ("a.docx", "a.pdf", "b.docx")

    def write(text: str, after: int = 9) -> None:
        with written_together(place / "notice", names_of) as making:
            for k, name in enumerate(names_of):
                if k == after:
                    os.kill(os.getpid(), signal.SIGKILL)
                (making / name).write_text(text)

    write("old")
    for after in range(3):
        os.waitpid(_child(lambda after=after: write("new", after)), 0)
        assert {p.read_text() for p in (place / "notice").glob("[!.]*.*")} == {"old"}
    write("newer")
    assert names(place / "notice") == sorted(names_of)
    return Outcome("whole", "all of the old, or only new ones; what was left over goes with the next command")


@fault(PART, "a plan in phases that was killed half-way", "分期方案中途被强制终止", "refused")
def killed_phases(place: Path) -> Outcome:
    (place / "years-phases" / ONE_MAP).mkdir(parents=True)
    return refused(lambda: run_folders(place / "years-phases"))
