"""Who is let in: other hosts, other sites, requests without the key, and what a hostile client sends."""

from __future__ import annotations

import concurrent.futures
import contextlib
import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from planning.workbench.server import guard
from tests.workbench.served import Served, sample_workspace, served


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    root = tmp_path_factory.mktemp("guard") / "workbench"
    sample_workspace(root)
    with served(root) as found:
        yield found


def raw(bench: Served, text: bytes, *, read: bool = True) -> bytes:
    with socket.create_connection(("127.0.0.1", bench.port), timeout=10) as line:
        line.sendall(text)
        return line.recv(65536) if read else b""


def test_the_key_is_exchanged_for_a_cookie_and_leaves_the_address(bench: Served) -> None:
    status, headers, _ = bench.ask("GET", "/?key=the-key&project=p1", Cookie=None)
    assert (status, headers["location"]) == (303, "/?project=p1")
    assert "HttpOnly" in headers["set-cookie"]
    assert "SameSite=Strict" in headers["set-cookie"]
    assert "the-key" not in headers["set-cookie"]


def test_the_redirect_cannot_lead_to_another_host(bench: Served) -> None:
    for path in ("//evil.example/", "/\\evil.example/", "///evil.example"):
        _, headers, _ = bench.ask("GET", f"{path}?key=the-key", Cookie=None)
        assert headers["location"].startswith("/evil.example")


@pytest.mark.parametrize(
    "cookie", [None, "", "planning=the-session", "planning_1=x", "a=\x01;;;==", "planning_PORT=the-sessio"]
)
def test_without_the_cookie_nothing_is_told(bench: Served, cookie: str | None) -> None:
    sent = cookie.replace("PORT", str(bench.port)) if cookie else cookie
    for path in ("/", "/api/home", "/api/jobs/stream", "/pages/home.html", "/no/such"):
        status, _, body = bench.ask("GET", path, Cookie=sent)
        assert status == 401
        assert "示例县".encode() not in body


def test_a_wrong_key_opens_nothing(bench: Served) -> None:
    for query in ("key=wrong", "key=", "key=the-key&key=the-key", "key=%00", "key=%E4%B8%AD"):
        assert bench.ask("GET", f"/?{query}", Cookie=None)[0] == 401


@pytest.mark.parametrize(
    "host",
    [
        None,
        "evil.example",
        "127.0.0.1",
        "127.0.0.1:1",
        "evil.example:PORT",
        "[::1]:PORT",
        "127.0.0.1:PORT.evil.example",
    ],
)
def test_other_hosts_are_refused(bench: Served, host: str | None) -> None:
    """DNS rebinding: a name that was made to lead here keeps its name in Host."""
    assert bench.ask("GET", "/api/home", Host=host.replace("PORT", str(bench.port)) if host else host)[0] in (
        400,
        421,
    )


def test_two_hosts_are_refused(bench: Served) -> None:
    text = f"GET /api/home HTTP/1.1\r\nHost: 127.0.0.1:{bench.port}\r\nHost: evil.example\r\n\r\n".encode()
    assert raw(bench, text).split()[1] in (b"400", b"421")


@pytest.mark.parametrize(
    "origin",
    ["http://evil.example", "null", "http://127.0.0.1", "https://127.0.0.1:PORT", "http://localhost:1"],
)
def test_other_origins_are_refused(bench: Served, origin: str) -> None:
    sent = origin.replace("PORT", str(bench.port))
    assert bench.ask("GET", "/api/home", Origin=sent)[0] == 403
    assert bench.ask("POST", "/api/restore", {"undo": "x"}, Origin=sent)[0] == 403


def test_what_changes_something_must_say_where_it_comes_from(bench: Served) -> None:
    assert bench.ask("POST", "/api/restore", {"undo": "x"}, Origin=None)[0] == 403
    assert (
        bench.ask("POST", "/api/restore", {"undo": "x"}, Content_Type="text/plain")[0] == 415
    )  # what a form of another site can send
    assert bench.ask("POST", "/api/restore", {"undo": "x"}, Sec_Fetch_Site="cross-site")[0] == 403
    assert bench.ask("GET", "/api/home", Sec_Fetch_Site="same-site")[0] == 403
    assert bench.ask("GET", "/api/home", Sec_Fetch_Site="same-origin")[0] == 200
    for method in ("PUT", "PATCH", "OPTIONS", "TRACE", "CONNECT"):
        assert bench.ask(method, "/api/home")[0] in (400, 405)


def test_every_answer_carries_the_headers(bench: Served) -> None:
    for path, cookie in (("/", "x"), ("/api/home", "x"), ("/no/such", "x"), ("/api/home", None)):
        _, headers, _ = bench.ask("GET", path, **({} if cookie else {"Cookie": None}))
        policy = headers["content-security-policy"]
        assert policy.startswith("default-src 'self'")
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert "server" not in headers or "uvicorn" in headers["server"]


PATHS = [
    "/pages/../server/guard.py", "/pages/..%2fserver%2fguard.py", "/pages/%2e%2e/%2e%2e/cli/app.py", "/pages//etc/passwd", "/pages/..\\..\\x",
    "/leaflet/../../__init__.py", "/leaflet/%00", "/api/pictures/..%2f..%2fproject.json", "/api/pictures/p1.%00", "/api/boards/%2fetc%2fpasswd/scene",
    "/api/boards/../../etc/passwd/scene", "/" + "a" * 5000, "/%ff%fe", "/api/boards/" + "x" * 3000 + "/scene", "/api/pictures/%F0%9F%92%A9",
]  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_no_path_leads_to_the_disk(bench: Served, path: str) -> None:
    status, _, body = bench.ask("GET", path)
    assert status in (400, 404, 405, 422), (status, body)
    for secret in (b"import ", b"root:", b'"county"'):
        assert secret not in body


def test_large_bodies_are_refused_before_they_are_read(bench: Served) -> None:
    assert bench.ask("POST", "/api/restore", {}, Content_Length=str(guard.BODY_LIMIT + 1))[0] == 413
    assert bench.ask("POST", "/api/restore", {}, Content_Length="12345678901234567890123")[0] in (400, 413)


def test_a_body_that_says_nothing_of_its_size_is_counted(bench: Served) -> None:
    head = (
        f"POST /api/restore HTTP/1.1\r\nHost: {bench.host}\r\nOrigin: http://{bench.host}\r\nContent-Type: application/json\r\n"
        f"Cookie: planning_{bench.port}=the-session\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    piece = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
    with socket.create_connection(("127.0.0.1", bench.port), timeout=10) as line:
        line.sendall(head.encode())
        with contextlib.suppress(OSError):  # the server hangs up in the middle of it
            for _ in range(60):
                line.sendall(piece)
        assert b" 413 " in line.recv(4096)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"1",
        b"{",
        b"\xff",
        b'{"undo": 1}',
        b'{"undo": null}',
        b'{"undo": "%s"}' % (b"x" * 400),
        b"[" * 100000,
    ],
)
def test_bodies_of_another_form_are_refused(bench: Served, body: bytes) -> None:
    head = (
        f"POST /api/restore HTTP/1.1\r\nHost: {bench.host}\r\nOrigin: http://{bench.host}\r\nContent-Type: application/json\r\n"
        f"Cookie: planning_{bench.port}=the-session\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    assert raw(bench, head.encode() + body).split()[1] == b"400"


def test_a_thousand_quick_requests_are_answered(bench: Served) -> None:
    with concurrent.futures.ThreadPoolExecutor(32) as pool:
        codes = list(pool.map(lambda _: bench.ask("GET", "/api/session")[0], range(1000)))
    assert set(codes) <= {200, 503}
    assert codes.count(200) > 900
    assert bench.ask("GET", "/api/session")[0] == 200


def test_readers_that_never_read_hold_nobody_up(bench: Served) -> None:
    lines = []
    head = f"GET /api/jobs/stream HTTP/1.1\r\nHost: {bench.host}\r\nCookie: planning_{bench.port}=the-session\r\n\r\n".encode()
    for _ in range(60):
        line = socket.create_connection(("127.0.0.1", bench.port), timeout=10)
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
        line.sendall(head)
        lines.append(line)
    start = time.monotonic()
    for version in range(20):
        bench.bench.queue.version += 1
        assert bench.ask("GET", "/api/session")[0] == 200, version
    assert bench.ask("GET", "/api/jobs/stream")[0] == 503  # forty are enough
    assert time.monotonic() - start < 10
    for line in lines:
        line.close()
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with socket.create_connection(("127.0.0.1", bench.port), timeout=5) as line:
            line.sendall(head)
            if b" 200 " in line.recv(200):
                return
        time.sleep(0.2)
    pytest.fail("streams whose readers left are not given up")


def test_half_a_request_holds_nobody_up(bench: Served) -> None:
    lines = [socket.create_connection(("127.0.0.1", bench.port), timeout=10) for _ in range(50)]
    for line in lines:
        line.sendall(b"GET /api/session HTTP/1.1\r\nHost: 127")
    assert bench.ask("GET", "/api/session")[0] == 200
    for line in lines:
        line.close()


def test_headers_without_end_are_refused(bench: Served) -> None:
    with socket.create_connection(("127.0.0.1", bench.port), timeout=10) as line:
        with contextlib.suppress(OSError):  # the server hangs up in the middle of it
            line.sendall(b"GET / HTTP/1.1\r\n" + b"X: " + b"a" * 2_000_000)
        with contextlib.suppress(ConnectionError):
            assert b" 200 " not in line.recv(4096)
    assert bench.ask("GET", "/api/session")[0] == 200


def test_read_only_changes_nothing(tmp_path: Path) -> None:
    _, plan = sample_workspace(tmp_path / "workbench")
    with served(tmp_path / "workbench", read_only=True) as bench:
        assert json.loads(bench.ask("GET", "/api/home")[2])["projects"]
        assert bench.ask("POST", f"/api/plans/{plan}/delete", {})[0] == 403
        assert bench.ask("POST", f"/api/plans/{plan}/rename", {"name": "x"})[0] == 403
        assert bench.data("GET", "/api/home")["projects"][0]["plans"][0]["id"] == plan
