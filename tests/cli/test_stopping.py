"""Signals at any moment of a command, streams that break, and what stands afterwards."""

from __future__ import annotations

import os
import random
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml

from planning.cli import app, stopping
from planning.district import write_workbook
from planning.layout import load_layout
from tests.approval.made import project
from tests.begin.offices import Office
from tests.importing.office import write_office
from tests.zoning.county import small_county

COMMAND = "from planning.cli import main; main()"
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
DONE = {0, *(128 + int(s) for s in SIGNALS)}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project with a finished run, the same plan in phases and a workbook to import."""
    place = tmp_path_factory.mktemp("stopped")
    project(place)
    settings = yaml.safe_load((place / "today.yaml").read_text(encoding="utf-8"))
    settings |= {"name": "phased", "phases": [2020, 2021], "horizon": 2021, "demand": "medium", "missing_births": "hold", "catchments": "free"}  # fmt: skip
    (place / "phased.yaml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    write_workbook(small_county(current="AABAAB"), place / "county.xlsx")
    Office().write(place / "desk")
    write_office(place / "office")
    return place


def forked(place: Path, words: list[str]) -> tuple[int, int]:
    """Start a command in a copy of this process, where everything is loaded; return its number and where it speaks."""
    reader, writer = os.pipe()
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)  # until the copy answers them itself
    child = os.fork()
    if child == 0:
        code = 99
        try:
            os.close(reader)
            os.chdir(place)
            os.dup2(writer, 1)
            os.dup2(writer, 2)
            sys.stdout, sys.stderr = open(1, "w", closefd=False), open(2, "w", closefd=False)  # noqa: SIM115
            stopping.listen()
            signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
            sys.argv = ["planning", *words]
            code = app.run()
            sys.stdout.flush()
            sys.stderr.flush()
        finally:
            os._exit(code)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
    os.close(writer)
    return child, reader


def heard(reader: int, until: float) -> str:
    """Return everything a process says until it ends."""
    said = b""
    while time.monotonic() < until:
        if select.select([reader], [], [], 0.2)[0]:
            part = os.read(reader, 65536)
            if not part:
                break
            said += part
    os.close(reader)
    return said.decode(errors="replace")


def stopped_at(place: Path, words: list[str], seconds: float, number: int) -> tuple[int, str]:
    child, reader = forked(place, words)
    time.sleep(seconds)
    os.kill(child, number)
    said = heard(reader, time.monotonic() + 120)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status), said


def hidden(place: Path) -> list[str]:
    return [p.name for p in place.rglob(".*")]


COMMANDS = {
    "start": ["start", "desk", "--out", "begun", "--no-ask", "-a", "坐标=WGS84", "--seconds", "1"],
    "run": ["run", "today.yaml", "--out", "runs/again"],
    "phases": ["run", "phased.yaml", "--out", "runs/phased"],
    "notice": ["notice", "runs/today", "--out", "papers", "--to", "docx"],
    "print": ["print", "runs/today", "--out", "papers"],
    "export": ["export", "runs/today", "--out", "papers/layers.gpkg"],
    "import": ["convert", "county.xlsx", "imported"],
    "office": ["import", "office/mapping.yaml", "read"],
    "edit": ["edit", "runs/today", "--move", "Z4=B", "--reason", "近", "--out", "runs/edited"],
    "approve": ["approve", "runs/today", "--number", "1号", "--date", "2020-08-01", "--by", "某局"],
    "sweep": ["sweep", "today.yaml", "--vary", "births=0.9,1.1", "--jobs", "1"],
}


@pytest.mark.slow
@pytest.mark.parametrize("moment", ["", "county/files", "county/district", "county/runs"])
def test_ctrl_c_in_a_terminal_reaches_all_processes_and_says_one_line(tmp_path: Path, moment: str) -> None:
    desk = Office().write(tmp_path / "desk")
    words = [
        "start",
        str(desk),
        "--out",
        str(tmp_path / "county"),
        "--no-ask",
        "-a",
        "坐标=WGS84",
        "--seconds",
        "3",
    ]
    process = subprocess.Popen(
        [
            sys.executable,
            "-c",
            f"import planning.cli as c\nc.listen()\nprint(1, flush=True)\n{COMMAND}",
            *words,
        ],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        env={**os.environ, "PLANNING_LANG": "zh"},
    )
    assert process.stdout is not None
    process.stdout.readline()  # before, Python itself is being loaded
    while process.poll() is None and not (tmp_path / moment).exists():
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=120)
    assert process.returncode == 130
    assert b"Traceback" not in said
    if moment:  # its words are loaded
        assert said.decode().splitlines()[-1] == "已停止。"
    assert hidden(tmp_path) == []
    district = tmp_path / "county" / "district"
    assert not district.exists() or (district / "district.yaml").is_file()


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(n, marks=[] if n in ("run", "import", "approve") else [pytest.mark.slow])
        for n in COMMANDS
    ],
)
def test_a_signal_at_any_moment_ends_cleanly(home: Path, name: str) -> None:
    chance = random.Random(name)
    for number in SIGNALS:
        code, said = stopped_at(home, COMMANDS[name], chance.uniform(0.0, 1.2), number)
        # where it had finished or begun to (an approval is given once), the code is its own
        assert code in {0, 2, 128 + number}, said
        assert "Traceback" not in said
        assert "Exception ignored" not in said
        assert hidden(home) == []
        if (home / "runs" / "again").exists():
            assert load_layout(home / "runs" / "again").summary["pupils"]
        if (home / "approved" / "1号").exists():
            assert (home / "approved" / "1号" / "approval.json").is_file()


@pytest.mark.slow
@pytest.mark.parametrize("name", COMMANDS)
def test_what_a_kill_leaves_the_next_clears(home: Path, name: str) -> None:
    chance = random.Random(f"{name} killed")
    for _ in range(3):
        stopped_at(home, COMMANDS[name], chance.uniform(0.1, 2.0), signal.SIGKILL)
        given = (home / "approved" / "1号").exists()
        assert not given or (home / "approved" / "1号" / "approval.json").is_file()
        child, reader = forked(home, COMMANDS[name])
        said = heard(reader, time.monotonic() + 240)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        assert code == (2 if name == "approve" and given else 0), said  # an approval is given once
        assert hidden(home) == []
        for run in (home / "runs").iterdir():
            if (run / "summary.json").exists():
                assert load_layout(run).summary["pupils"]


def test_a_signal_while_it_loads(tmp_path: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", "import planning.cli as c\nc.listen()\nprint(1, flush=True)\nc.main()", "check", "x"],
                               cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE)  # fmt: skip
    assert process.stdout is not None
    process.stdout.readline()
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=120)
    assert process.returncode in (130, 2)
    assert b"Traceback" not in said


def test_signals_that_are_to_be_ignored_stay_ignored() -> None:
    before = [signal.getsignal(s) for s in SIGNALS]
    hook = sys.unraisablehook
    try:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        stopping.listen()
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        for number, handler in zip(SIGNALS, before, strict=True):
            signal.signal(number, handler)
        sys.unraisablehook = hook


def typed(
    place: Path, *words: str, shell: str = '"$@"', **environment: str
) -> subprocess.CompletedProcess[bytes]:
    """Type a command in a shell; ``shell`` says how, ``"$@"`` being the command."""
    return subprocess.run(
        ["bash", "-c", f"set -o pipefail; {shell}", "planning", sys.executable, "-c", COMMAND, *words],
        cwd=place,
        env={**os.environ, **environment},
        capture_output=True,
        timeout=300,
        check=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    "encoding",
    ["ascii", "gbk", *(pytest.param(e, marks=pytest.mark.slow) for e in ("latin-1", "cp1252", "cp437"))],
)
def test_a_terminal_of_another_code_page(home: Path, encoding: str) -> None:
    done = typed(home, "why", "runs/today", "Z1", "--lang", "zh", PYTHONIOENCODING=encoding)
    assert done.returncode == 0, done.stderr
    assert b"1,000" in done.stdout


@pytest.mark.parametrize(
    "shell", ['"$@" | head -c 1', '"$@" >&-', '"$@" >&- 2>&- <&-', '"$@" >/dev/full', '"$@" 2>&1 | true']
)
def test_nobody_listens_and_the_work_is_done(home: Path, tmp_path: Path, shell: str) -> None:
    out = tmp_path / "papers"
    done = typed(home, "export", "runs/today", "--out", str(out / "x.gpkg"), shell=shell)
    assert done.returncode == 0, done.stderr
    assert b"Traceback" not in done.stderr
    assert [p.name for p in out.iterdir()] == ["x.gpkg"]
    assert (out / "x.gpkg").read_bytes()[:6] == b"SQLite"  # not what was printed


def test_names_that_the_system_cannot_write(home: Path, tmp_path: Path) -> None:
    done = typed(
        home, "template", str(tmp_path / "数据.xlsx"), LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0"
    )
    assert done.returncode in (0, 2), done.stderr
    assert b"Traceback" not in done.stderr
