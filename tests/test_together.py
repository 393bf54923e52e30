"""Killed, stopped or refused in the middle of several results: never some of the old beside some of the new."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

import planning.approval.freeze as freeze
import planning.phases as phases
import planning.sweep as sweeping
from planning.approval import Decision, list_approved
from planning.district import write_district
from planning.errors import LayoutError, WriteError
from planning.layout import load_layout
from planning.runs import approve_run
from planning.together import withdrawn, written_together
from tests.approval.made import project
from tests.zoning.county import small_county

NAMES = ("a.txt", "b.txt", "c.txt")


def killed(work: Callable[[], object]) -> None:
    """Do work in a copy of this process, which is killed by what it meets."""
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == -signal.SIGKILL


def die(*_: object, **__: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def said(place: Path) -> set[str]:
    return {(place / n).read_text() for n in NAMES if (place / n).exists()}


def hidden(place: Path) -> list[str]:
    return [p.name for p in place.rglob(".*")]


def write(place: Path, text: str, stop: Callable[[], object] | None = None, after: int = 3) -> None:
    with written_together(place, NAMES) as making:
        for k, name in enumerate(NAMES):
            if stop and k == after:
                stop()
            (making / name).write_text(text)
        if stop and after == 3:
            stop()


@pytest.mark.parametrize("after", range(4))
def test_killed_among_files_that_belong_together(tmp_path: Path, after: int) -> None:
    write(tmp_path, "old")
    killed(lambda: write(tmp_path, "new", die, after))
    assert said(tmp_path) == {"old"}
    write(tmp_path, "newer")
    assert said(tmp_path) == {"newer"}
    assert hidden(tmp_path) == []


def test_killed_while_files_take_their_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "old")
    real = Path.replace
    for step in (1, 2, 3):
        calls = iter(range(9))
        monkeypatch.setattr(
            Path,
            "replace",
            lambda a, b, calls=calls, step=step: real(a, b) if next(calls) < step - 1 else die(),
        )
        killed(lambda: write(tmp_path, "new"))
        monkeypatch.undo()
        assert said(tmp_path) <= {"new"}
    write(tmp_path, "newer")
    assert (said(tmp_path), hidden(tmp_path)) == ({"newer"}, [])


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt(), ValueError()])
def test_what_was_there_stays_when_it_ends_in_an_error(tmp_path: Path, error: BaseException) -> None:
    def fail() -> None:
        raise error

    write(tmp_path, "old")
    with pytest.raises((WriteError, KeyboardInterrupt, ValueError)):
        write(tmp_path, "new", fail, 2)
    assert (said(tmp_path), hidden(tmp_path)) == ({"old"}, [])


@pytest.mark.parametrize("name", ["../x", "a/b", "", "x\x00", "CON", "-" * 300])
def test_names_cannot_leave_the_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(WriteError), written_together(tmp_path / "home", [name]):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_withdrawn_table_comes_back_only_when_nothing_changed(tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text("old")
    with pytest.raises(ValueError, match="x"), withdrawn(table):
        raise ValueError("x")
    assert table.read_text() == "old"
    with withdrawn(table):
        assert not table.exists()
    assert list(tmp_path.iterdir()) == []


def phased(place: Path) -> Path:
    write_district(small_county(current="AABAAB"), place / "county")
    settings = {"name": "years", "district": "county", "year": 2020, "horizon": 2021, "phases": [2021], "demand": "medium",
                "missing_births": "hold", "catchments": "free", "solver": {"time_limit_s": 5}}  # fmt: skip
    file = place / "years.yaml"
    file.write_text(yaml.safe_dump(settings), encoding="utf-8")
    return file


@pytest.mark.slow
def test_killed_between_phases_no_plan_is_half_old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    file = phased(tmp_path)
    folder = phases.run_phases(file).folder
    (folder / "2019").mkdir()  # a phase that an earlier plan had
    (folder / "2019" / "summary.json").write_text("{}")
    real = phases.finish_run
    for step in range(3):  # before the first, the second and the third run folder is written
        calls = iter(range(9))
        monkeypatch.setattr(
            phases,
            "finish_run",
            lambda *a, calls=calls, step=step, **k: real(*a, **k) if next(calls) < step else die(),
        )
        killed(lambda: phases.run_phases(file))
        with pytest.raises(LayoutError, match="stopped before it was finished"):
            phases.run_folders(folder)
        assert step == 0 or not (folder / "2019").exists()
    monkeypatch.undo()
    monkeypatch.chdir(tmp_path)
    phases.run_phases(file)
    assert [p.name for p in phases.run_folders(folder)] == ["one-map", "2020", "2021"]
    assert hidden(tmp_path) == []


@pytest.mark.slow
def test_killed_while_a_run_is_approved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = project(tmp_path)
    decision = Decision("1号", "2020-08-01", "某局")
    for name in ("_copy_inputs", "_record", "_read_only"):
        with monkeypatch.context() as patch:
            patch.setattr(freeze, name, die)
            killed(lambda: approve_run(run, decision, root=tmp_path / "approved"))
        assert list_approved(tmp_path / "approved") == ()
    approve_run(run, decision, root=tmp_path / "approved")
    assert [p.name for p in list_approved(tmp_path / "approved")] == ["1号"]
    assert hidden(tmp_path) == []


def test_killed_in_a_sweep_the_table_of_another_grid_does_not_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    project(tmp_path)
    folder = sweeping.sweep("today.yaml", {"births": ["1.0"]}, jobs=1).folder
    (folder / sweeping.PICTURE).touch()
    with monkeypatch.context() as patch:
        patch.setattr(sweeping, "_table", die)
        killed(lambda: sweeping.sweep("today.yaml", {"births": ["0.9"]}, jobs=1))
    assert sorted(p.name for p in folder.iterdir()) == ["points"]
    again = sweeping.sweep("today.yaml", {"births": ["0.9", "1.0"]}, jobs=1)
    assert again.table["status"].tolist() == ["solved"] * 2


def living(session: int) -> list[int]:
    """Return the processes of a session that still work."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == session and fields[0] != "Z":
            found.append(int(stat.parent.name))
    return found


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
def test_a_sweep_that_is_stopped_leaves_no_process_behind(tmp_path: Path) -> None:
    project(tmp_path)
    births = ",".join(str(0.5 + k / 100) for k in range(60))
    process = subprocess.Popen([sys.executable, "-c", "from planning.cli import main; main()", "sweep", "today.yaml", "--vary", f"births={births}", "--jobs", "2"],
                               cwd=tmp_path, start_new_session=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)  # fmt: skip
    points = tmp_path / "runs" / "today-sweep" / "points"
    patience = time.monotonic() + 120
    while not (points.is_dir() and any(points.glob("*.json"))) and time.monotonic() < patience:
        time.sleep(0.05)
    assert len(living(process.pid)) >= 3
    process.send_signal(signal.SIGINT)
    heard, _ = process.communicate(timeout=120)
    assert process.returncode == 130, heard
    assert b"Traceback" not in heard
    patience = time.monotonic() + 20
    while living(process.pid) and time.monotonic() < patience:
        time.sleep(0.1)
    assert living(process.pid) == []
    assert hidden(tmp_path) == []
    assert (tmp_path / "runs" / "today-sweep" / "sweep.csv").is_file()


def test_a_folder_that_may_not_be_written_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    run = project(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "mkdir", refuse)
        with pytest.raises(WriteError, match="Permission denied"):
            write(tmp_path / "closed", "new")
        with pytest.raises(WriteError, match="Permission denied"):
            approve_run(run, Decision("1号", "2020-08-01", "某局"), root=tmp_path / "approved")
    assert load_layout(run).summary["pupils"]


@pytest.mark.parametrize("stopped", [KeyboardInterrupt, OSError])
def test_a_folder_made_for_files_that_were_stopped_goes_again(
    tmp_path: Path, stopped: type[BaseException]
) -> None:
    """A notice stopped with Ctrl-C, or by a full disk, left the empty folder it was to stand in."""
    with (
        pytest.raises(WriteError if stopped is OSError else stopped),
        written_together(tmp_path / "a" / "b", ["x"]),
    ):
        raise stopped
    assert list(tmp_path.iterdir()) == []
