"""Turn away whoever is not the user at this machine: other hosts, other sites, requests without the key, bodies too large.

A server on the user's own machine can be reached by every page that their browser shows. What keeps such pages out: the ``Host``
must be ours (a name that was made to lead here is not: DNS rebinding), a request that another site caused is refused whatever it
carries, and the key is in no page but ours. Plain ASGI, so that event streams end when the server does.
"""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qsl, urlencode

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from planning.messages import zh_en

KEY = "key"
"""Parameter of the address that the command prints; it is taken out of the address at the first request."""
BODY_LIMIT = 2_000_000
"""Bytes of a request that carries no file."""
UPLOAD_LIMIT = 200_000_000
"""Bytes of an uploaded file: the largest county workbook seen has 30 MB."""
UPLOADS = "/api/uploads"
"""The one place that takes files."""
PATIENCE_S = 30.0
"""Seconds that a body may pause between two pieces."""
HEADERS = (
    (b"content-security-policy", b"default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)  # fmt: skip
_READING = ("GET", "HEAD")
_SORRY = "\n".join((*zh_en("workbench.guard.whole_address"), ""))


@dataclass(frozen=True)
class Doors:
    """Who may come in.

    Parameters
    ----------
    hosts : frozenset of str
        Values of ``Host`` that mean this server, with the port.
    key : str
        Secret of the address.
    session : str
        Secret of the cookie that the key is exchanged for.
    read_only : bool
        Refuse every request that changes something.
    """

    hosts: frozenset[str]
    key: str
    session: str
    read_only: bool = False
    cookie: str = field(default="planning")

    @property
    def origins(self) -> frozenset[str]:
        """Return what our own pages call themselves."""
        return frozenset(f"http://{host}" for host in self.hosts)


class _RefusedError(Exception):
    """A body went over its limit, or paused too long."""

    def __init__(self, status: int, word: str) -> None:
        super().__init__(word)
        self.status, self.word = status, word


class Guard:
    """Pure ASGI middleware that lets requests of our own pages through and answers all others itself."""

    def __init__(self, app: ASGIApp, doors: Doors) -> None:
        self.app, self.doors = app, doors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":  # nothing here speaks another protocol
            await send({"type": "websocket.close", "code": 1008})
            return
        headers = _Headers(scope["headers"])
        refused = self._refused(scope, headers)
        if refused:
            await _answer(send, *refused, page=headers.asks_for_page())
        elif self._brings_key(scope):
            await _enter(scope, send, self.doors)
        elif not self._known(headers):
            await _answer(send, 401, "no_key", page=headers.asks_for_page())
        else:
            await self._through(scope, receive, send)

    def _refused(self, scope: Scope, headers: _Headers) -> tuple[int, str] | None:
        """Return why a request is turned away before its key is looked at."""
        method, doors = scope["method"], self.doors
        if headers.all("host") not in [[h] for h in doors.hosts]:
            return 421, "other_host"
        origin, site = headers.all("origin"), headers.all("sec-fetch-site")
        if (origin or method not in _READING) and origin not in [[o] for o in doors.origins]:
            return 403, "other_site"
        if any(s not in ("same-origin", "none") for s in site):
            return 403, "other_site"
        if method not in (*_READING, "POST", "DELETE"):
            return 405, "no_such_method"
        if doors.read_only and method not in _READING:
            return 403, "read_only"
        size = headers.all("content-length")
        if size and (len(size) > 1 or not size[0].isdigit() or int(size[0]) > _limit(scope)):
            return 413, "too_large"
        return None

    def _brings_key(self, scope: Scope) -> bool:
        pairs = parse_qsl(scope["query_string"].decode("latin-1"))
        given = [value for name, value in pairs if name == KEY]
        return scope["method"] == "GET" and len(given) == 1 and _same(given[0], self.doors.key)

    def _known(self, headers: _Headers) -> bool:
        for line in headers.all("cookie"):
            try:
                found = SimpleCookie(line).get(self.doors.cookie)
            except CookieError:
                continue
            if found is not None and _same(found.value, self.doors.session):
                return True
        return False

    async def _through(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: C901 - three callbacks share the state of one request
        """Hand a request on with its body counted and the headers of every answer added."""
        started, limit, seen = False, _limit(scope), 0
        whole = scope["method"] in _READING
        refused: _RefusedError | None = None

        def refuse(status: int, word: str) -> _RefusedError:
            nonlocal refused
            refused = _RefusedError(status, word)
            return refused

        async def counted() -> Message:
            nonlocal seen, whole
            if whole:  # what comes now is the news that the reader left, which may take hours
                return await receive()
            try:
                message = await asyncio.wait_for(receive(), PATIENCE_S)
            except TimeoutError:
                raise refuse(408, "too_slow") from None
            if message["type"] == "http.request":
                seen += len(message.get("body", b""))
                whole = not message.get("more_body", False)
            if seen > limit:
                raise refuse(413, "too_large")
            return message

        async def headed(message: Message) -> None:
            nonlocal started
            if refused and not started:  # what the application makes of it is not what the client is told
                return
            if message["type"] == "http.response.start":
                started = True
                message = {**message, "headers": [*message.get("headers", ()), *_added(message)]}
            await send(message)

        with contextlib.suppress(_RefusedError):
            await self.app(scope, counted, headed)
        if refused and not started:
            await _answer(send, refused.status, refused.word, close=True)


class _Headers:
    """The headers of a request, those given twice too."""

    def __init__(self, raw: Iterable[tuple[bytes, bytes]]) -> None:
        self._raw = [(name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in raw]

    def all(self, name: str) -> list[str]:
        """Return every value that was given for a name."""
        return [value for known, value in self._raw if known == name]

    def asks_for_page(self) -> bool:
        """Return whether a browser wants to show the answer to a person."""
        return any("text/html" in value for value in self.all("accept"))


def _limit(scope: Scope) -> int:
    return UPLOAD_LIMIT if scope["path"] == UPLOADS else BODY_LIMIT


def _same(given: str, secret: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), secret.encode("utf-8"))


def _added(message: Message) -> list[tuple[bytes, bytes]]:
    named = {name.lower() for name, _ in message.get("headers", ())}
    kept = [] if b"cache-control" in named else [(b"cache-control", b"no-store")]
    return [*(h for h in HEADERS if h[0] not in named), *kept]


async def _enter(scope: Scope, send: Send, doors: Doors) -> None:
    """Exchange the key for a cookie, and send the browser to the same address without the key."""
    pairs = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    rest = urlencode([(name, value) for name, value in pairs if name != KEY])
    # only a path of ours: "//evil" would be another host
    path = "/" + scope["raw_path"].decode("latin-1").lstrip("/\\")
    cookie = f"{doors.cookie}={doors.session}; Path=/; HttpOnly; SameSite=Strict"
    headers = [
        (b"location", (path + ("?" + rest if rest else "")).encode("latin-1")),
        (b"set-cookie", cookie.encode("ascii")),
    ]
    await _send(send, 303, headers, b"")


async def _answer(send: Send, status: int, word: str, *, close: bool = False, page: bool = False) -> None:
    body, kind = json.dumps({"refused": word}).encode("ascii"), b"application/json"
    if page:  # a person reads it
        body, kind = _SORRY.encode("utf-8"), b"text/plain; charset=utf-8"
    headers = [(b"content-type", kind), *([(b"connection", b"close")] if close else [])]
    await _send(send, status, headers, body)


async def _send(send: Send, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
    start: dict[str, Any] = {"type": "http.response.start", "status": status}
    size = [(b"content-length", str(len(body)).encode("ascii"))]
    start["headers"] = [*headers, *size, *_added(start)]
    await send(start)
    await send({"type": "http.response.body", "body": body})
