"""What happens when the server goes away, is killed, or two windows want one plan: nothing that was drawn is lost, nobody paints over another."""

from __future__ import annotations

import http.client
import json
import random
import re
import subprocess
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from planning.errors import LayoutError
from planning.workbench.projects.editors import GRACE_S, Editors
from planning.workbench.projects.workspace import DRAFTS
from tests.workbench.served import Served, sample_workspace, served
from tests.workbench.test_open import started
from tests.workbench.test_pages import page_of


def test_one_window_edits_a_plan_until_it_goes_or_another_takes_over() -> None:
    clock = [0.0]
    editors = Editors(lambda: clock[0])
    assert editors.ask("p", "one", "张三").tab == "one"
    assert editors.ask("p", "two", "").who == "张三"
    with pytest.raises(LayoutError):
        editors.refuse("p", "two")
    editors.refuse("p", "one")
    editors.refuse("another", "two")
    with editors.present("one"):
        clock[0] += 100 * GRACE_S
        assert editors.ask("p", "two", "").tab == "one"  # it draws nothing, but it is there
    assert editors.ask("p", "two", "").tab == "one"  # its page may only be loaded again
    clock[0] += GRACE_S + 1
    assert editors.ask("p", "two", "").tab == "two"
    assert editors.ask("p", "one", "张三", take=True).tab == "one"
    assert editors.told("two")["p"]["mine"] is False
    editors.leave("p", "two")
    assert "p" in editors.told("one")
    editors.leave("p", "one")
    assert editors.told("one") == {}


def paint(page: Any, zone: int) -> None:
    """Give one zone to the second school by the way a click goes."""
    page.evaluate("(z) => { board.drawing.target = 'S2-P'; board.painter.on.done([z]); }", zone)


@pytest.mark.browser
def test_two_windows_and_a_lost_connection(tmp_path: Path) -> None:
    place, plan = sample_workspace(tmp_path / "workbench")
    with served(place.root) as bench:
        zones = [str(z) for z in bench.bench.boards.board(plan).live.problem.zones]
        held = bench.bench.boards.board(plan).live
        mine = [n for n, z in enumerate(zones) if held.unit_at(z, "primary") == "S1-P"]
        with page_of(bench, path=f"/board/{plan}") as (page, _):
            page.wait_for_selector("[data-tool=brush]", timeout=60_000)
            second = page.context.new_page()
            second.goto(f"http://{bench.host}/board/{plan}")
            second.wait_for_selector("#held", timeout=60_000)
            assert second.locator("[data-tool=brush], #save, #undo").count() == 0
            body = {"stage": "primary", "zones": [1], "unit": "S2-P", "reason": "", "who": "", "head": 0}
            assert bench.ask("POST", f"/api/boards/{plan}/strokes", body)[0] == 422  # held
            assert bench.ask("POST", f"/api/plans/{plan}/delete", {})[0] == 422
            paint(page, mine[0])
            page.wait_for_selector("#edited")
            second.click("#take")
            second.wait_for_selector("#edited")  # with the stroke of the first
            second.wait_for_selector("[data-tool=brush]")
            page.wait_for_selector("#held")
            second.close()
            page.wait_for_selector("#held", state="detached", timeout=30_000)
            page.wait_for_selector("[data-tool=brush]")
            _server_goes_and_comes_back(page, bench, place.root, plan, mine[1])


def _server_goes_and_comes_back(page: Any, bench: Served, root: Path, plan: str, zone: int) -> None:
    """Stop the server below an open page, paint, start it again, and find the stroke made once."""
    bench.stop()
    page.wait_for_selector("#lost", timeout=30_000)
    paint(page, zone)
    page.wait_for_timeout(300)
    assert page.evaluate("board.idle()") is False  # it waits, it is not thrown away
    with served(root, at=bench.port) as again:
        page.wait_for_selector("#lost", state="detached", timeout=30_000)
        page.wait_for_selector("#edited:has-text('2')", timeout=30_000)
        live = again.bench.boards.board(plan).live
        assert live.unit_at(str(live.problem.zones[zone]), "primary") == "S2-P"
        assert len(live.journal.path()) == 2
        page.wait_for_selector("[data-tool=brush]")
        page.goto("about:blank")


class Client:
    """Speaks to a server that may be killed under it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.cookie = folder, ""
        self.child: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Start the server; a session of before goes on."""
        self.child, line = started(self.folder)
        found = re.search(r":(\d+)/\S*\?key=(\S+)", line)
        assert found, line
        port, key = int(found[1]), found[2]
        if self.cookie:
            assert port == self.port  # a page that is open finds it again
        else:
            self.port = port
            answer = self.ask("GET", f"/?key={key}")
            self.cookie = answer[1].split(";")[0]

    def ask(self, method: str, path: str, body: Any = None) -> tuple[int, str, bytes]:
        host = f"127.0.0.1:{self.port}"
        line = http.client.HTTPConnection(host, timeout=60)
        headers = {"Host": host, "Origin": f"http://{host}", "Content-Type": "application/json"}
        line.request(method, path, json.dumps(body) if body is not None else None, headers | ({"Cookie": self.cookie} if self.cookie else {}))  # fmt: skip
        answer = line.getresponse()
        return answer.status, answer.getheader("set-cookie") or "", answer.read()

    def kill(self) -> None:
        assert self.child is not None
        self.child.kill()
        self.child.wait()


@pytest.mark.parametrize("times", [1, pytest.param(50, marks=pytest.mark.slow)])
def test_a_server_killed_at_any_moment_loses_no_stroke_that_was_answered(tmp_path: Path, times: int) -> None:
    place, plan = sample_workspace(tmp_path / "workbench")
    client, dice = Client(tmp_path), random.Random(5)
    head, zones = 0, (2, 3)
    for _ in range(times):
        client.start()
        told = json.loads(client.ask("GET", f"/api/boards/{plan}/state")[2])
        assert told["head"] in (head, head + 1)  # what was answered is there, and at most one that was not
        head, number = told["head"], len(told["steps"])
        killer = threading.Timer(dice.uniform(0.0, 0.4), client.kill)
        killer.start()
        for unit in ("S2-P", "S1-P") * 500:
            body = {"stage": "primary", "zones": [zones[number % 2]], "unit": unit, "reason": "", "who": "", "head": head}  # fmt: skip
            try:
                status, _, answer = client.ask("POST", f"/api/boards/{plan}/strokes", body)
            except (OSError, http.client.HTTPException):
                break
            if status == 200:
                head = json.loads(answer)["head"]
            time.sleep(0.001)
        killer.join()
        for path in place.root.rglob("*.json"):
            text = path.read_text(encoding="utf-8")
            for line in text.split("\n")[:-1] if path.parent.name == DRAFTS else [text]:
                json.loads(line)  # whole, or not there; the last line of a draft may be cut off
    client.start()
    try:
        told = json.loads(client.ask("GET", f"/api/boards/{plan}/state")[2])
        assert told["head"] in (head, head + 1)
        assert told["note"] is None
    finally:
        client.kill()
