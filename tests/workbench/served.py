"""A workbench on a real socket, in a thread, and a client that speaks to it as raw as an attacker does."""

from __future__ import annotations

import atexit
import http.client
import json
import os
import shutil
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import uvicorn

import planning
from planning.district import write_district
from planning.messages import speaking
from planning.workbench.jobs.child import carry_out
from planning.workbench.jobs.folder import STARTED, hold, read_asked
from planning.workbench.jobs.kinds import KINDS
from planning.workbench.jobs.queue import Queue
from planning.workbench.jobs.work import Work
from planning.workbench.projects.record import now, write_json
from planning.workbench.projects.workspace import Workspace
from planning.workbench.server.app import application
from planning.workbench.server.bench import Bench
from planning.workbench.server.guard import Doors


@dataclass
class Served:
    """A running workbench."""

    port: int
    bench: Bench
    stop: Callable[[], None]

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def address(self) -> str:
        return f"http://{self.host}/?key=the-key"

    def ask(
        self, method: str, path: str, body: Any = None, *, raw: bytes | None = None, **headers: str | None
    ) -> tuple[int, dict[str, str], bytes]:
        """Ask as our own page does, with data or raw bytes; a header given as None is left out."""
        data = raw if raw is not None else json.dumps(body).encode() if body is not None else b""
        sent: dict[str, str | None] = {"Host": self.host, "Cookie": f"planning_{self.port}=the-session"}
        if method != "GET":
            sent |= {
                "Origin": f"http://{self.host}",
                "Content-Type": "application/json",
                "Content-Length": str(len(data)),
            }
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        line.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in sent.items():
            if value is not None:
                line.putheader(name, value)
        line.endheaders(data)
        answer = line.getresponse()
        found = answer.status, dict(answer.getheaders()), answer.read()
        line.close()
        return found

    def data(self, method: str, path: str, body: Any = None) -> Any:
        """Ask as our own page does and return the data of a good answer."""
        status, _, text = self.ask(method, path, body)
        assert status == 200, text
        return json.loads(text)


@contextmanager
def served(root: Path, *, read_only: bool = False, lang: str = "zh", at: int = 0) -> Iterator[Served]:
    """Yield a workbench over a folder, at a port that another left or at a free one."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", at))
    port = int(listener.getsockname()[1])
    bench = Bench(Workspace(root, read_only=read_only), lang=lang, read_only=read_only)
    hosts = frozenset((f"127.0.0.1:{port}", f"localhost:{port}"))
    doors = Doors(hosts, "the-key", "the-session", read_only, f"planning_{port}")
    server = uvicorn.Server(
        uvicorn.Config(
            application(bench, doors), log_level="error", http="h11", ws="none", timeout_graceful_shutdown=1
        )
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.02)

    def stop() -> None:
        bench.closing.set()
        server.should_exit = True
        thread.join(10)
        listener.close()

    try:
        yield Served(port, bench, stop)
    finally:
        stop()
        for child in bench.queue._children.values():
            child.kill()
            child.wait()


def sample_workspace(root: Path) -> tuple[Workspace, str]:
    """Return a workspace with one small county and one plan of it, and the plan's id."""
    shutil.copytree(_sample(), root)
    place = Workspace(root)
    return place, place.plans(place.projects()[0])[0].id


@cache
def _sample() -> Path:
    place = Workspace(Path(tempfile.mkdtemp()) / "workbench")
    project = place.place_for("示例县")
    district = planning.sample_district()
    write_district(district, project.folder / "county")
    place.note(project)
    layout = planning.solve(district, {"name": "一", "solver": {"time_limit_s": 5}})
    layout.save(project.folder / "plans" / "方案一")
    atexit.register(shutil.rmtree, place.root.parent, ignore_errors=True)
    return place.root


def jobs_at_home(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let jobs run in a thread of the test: what a job does is the same, and no interpreter is started for it."""

    def start(queue: Queue, folder: Path, lang: str) -> None:
        handle = hold(folder)
        write_json(folder / STARTED, {"pid": os.getpid(), "when": now()})

        def work() -> None:
            asked = read_asked(folder)
            assert asked is not None
            try:
                with speaking(lang):
                    carry_out(folder, KINDS[asked.kind], asked.values)
            finally:
                os.close(handle)

        threading.Thread(target=work, daemon=True).start()

    monkeypatch.setattr(Queue, "_start", start)
    monkeypatch.setattr(Work, "listen", lambda _: None)
