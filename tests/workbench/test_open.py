"""The command: one line with the address, and an end within two seconds also while a stream is open."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from planning.errors import PlanningError
from planning.workbench import open_workbench
from planning.workbench.projects.opening import open_target
from planning.workbench.projects.workspace import Workspace
from tests.workbench.served import sample_workspace

ROOT = Path(__file__).parents[2]


def started(folder: Path, *arguments: str) -> tuple[subprocess.Popen[str], str]:
    program = "import sys; from planning.cli import main; sys.argv[0] = 'planning'; main()"
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    child = subprocess.Popen(
        [sys.executable, "-c", program, "open", "--no-browser", "--lang", "en", *arguments],
        cwd=folder,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": path},
    )
    assert child.stdout is not None
    return child, child.stdout.readline()


def test_open_says_where_and_ends_with_open_streams(tmp_path: Path) -> None:
    child, line = started(tmp_path)
    try:
        found = re.search(r"http://127\.0\.0\.1:(\d+)/\?key=(\S+)", line)
        assert found, line
        port = int(found[1])
        enter = f"GET /?key={found[2]} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode()
        with socket.create_connection(("127.0.0.1", port), timeout=10) as one:
            one.sendall(enter)
            cookie = re.search(rb"set-cookie: ([^;]+);", one.recv(4096))
        assert cookie
        ask = b"GET /api/jobs/stream HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nCookie: %s\r\n\r\n" % (port, cookie[1])
        streams = [socket.create_connection(("127.0.0.1", port), timeout=10) for _ in range(5)]
        for stream in streams:
            stream.sendall(ask)
        assert b" 200 " in streams[0].recv(4096)
        second, said = started(tmp_path)  # two servers of one workspace would write over each other
        assert second.wait(60) == 2
        assert "http" not in said
        begun = time.monotonic()
        child.send_signal(signal.SIGINT)
        assert child.wait(10) == 0
        assert time.monotonic() - begun < 2
    finally:
        child.kill()


def test_another_host_is_for_reading_only(tmp_path: Path) -> None:
    with pytest.raises(PlanningError):
        open_workbench(workspace=tmp_path / "workbench", host="0.0.0.0", browser=False)


def test_what_can_be_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place, plan = sample_workspace(tmp_path / "workbench")
    project = place.projects()[0]
    run = place.plan(plan).folder
    assert open_target(place, None) == "/"
    assert open_target(place, run) == f"/board/{plan}"
    assert open_target(place, project.county) == f"/?project={project.id}"
    scenario = tmp_path / "s.yaml"
    scenario.write_text(f"name: s\ndistrict: {project.county}\nyear: 2021\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert open_target(place, scenario) == f"/?project={project.id}"
    assert place.projects()[0].record.scenarios == (str(scenario),)
    for wrong in (tmp_path / "none", tmp_path, scenario.with_name("x.xlsx")):
        with pytest.raises(PlanningError):
            open_target(place, wrong)


def test_the_first_start_shows_something(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    place = Workspace(tmp_path / "workbench")
    open_target(place, None)
    assert [p.county.is_dir() for p in place.projects()] == [True]
