"""Start the server, say where it is, and end within two seconds when asked to."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import signal
import socket
import threading
import webbrowser
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from planning.errors import Issue, PlanningError, WriteError
from planning.workbench.projects.opening import BOARD, open_target
from planning.workbench.projects.workspace import Workspace
from planning.workbench.server.app import application
from planning.workbench.server.bench import Bench
from planning.workbench.server.guard import KEY, Doors
from planning.workbench.server.kept import Kept

HOST = "127.0.0.1"
_LAST_S = 1  # seconds that answers under way may take once the end was asked for


@dataclass(frozen=True)
class Opened:
    """A workbench that listens.

    Parameters
    ----------
    address : str
        Where to open it, with the key.
    """

    address: str


def open_workbench(
    target: str | Path | None = None,
    *,
    workspace: str | Path = "workbench",
    host: str = HOST,
    port: int = 0,
    browser: bool = True,
    read_only: bool = False,
    lang: str = "zh",
    told: Callable[[Opened], None] | None = None,
) -> int:
    """Serve a workspace until Ctrl-C; return how many jobs go on without the server.

    Parameters
    ----------
    target : str or Path, optional
        County (workbook or folder), run folder, scenario or files to import; the home page without it.
    workspace : str or Path
        Folder of the projects; made where it is missing.
    host : str
        Another address than this machine's own is for reading only.
    port : int
        0 takes a free one.
    browser : bool
        Show the address in the user's browser.
    read_only : bool
        Show plans, change nothing.
    lang : str
        Language the pages begin with, one of :func:`planning.messages.languages`.
    told : callable, optional
        Called once the server listens.

    Raises
    ------
    WriteError
        If the workspace cannot be written, another server has it, or the port is taken.
    PlanningError
        If the target is nothing that can be opened.
    """
    if host != HOST and not read_only:
        raise WriteError([_only_reading(host)])
    place = Workspace(Path(workspace), read_only=read_only)
    with place.held():
        first = open_target(place, target)
        before = Kept.read(place.root) if host == HOST and not read_only else Kept()
        with _listening(host, port, before.port) as listener:
            port = int(listener.getsockname()[1])
            session = before.session if before.port == port else secrets.token_urlsafe(32)
            if host == HOST and not read_only:
                Kept(port, session).write(place.root)
            doors = _doors(host, port, read_only, session)
            bench = Bench(place, lang=lang, read_only=read_only)
            server = _Server(_config(bench, doors))
            shown = f"http://{host}:{port}{first}?{KEY}={doors.key}"

            def ready() -> None:
                if told:
                    told(Opened(shown))
                if browser:
                    with contextlib.suppress(webbrowser.Error, OSError):
                        webbrowser.open(shown)

            server.ready, server.first = ready, first
            asyncio.run(server.until_stopped(listener, bench))
            return bench.queue.running()


class _Server(uvicorn.Server):
    """A server that ends quietly: Ctrl-C is how it is meant to end, no error."""

    ready: Callable[[], None] = staticmethod(lambda: None)
    first = "/"
    bench: Bench

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals to :meth:`until_stopped`."""
        yield

    async def until_stopped(self, listener: socket.socket, bench: Bench) -> None:
        """Serve until a signal asks for the end; event streams are told at once."""
        loop, self.bench = asyncio.get_running_loop(), bench

        def stop() -> None:
            bench.closing.set()
            self.force_exit = self.should_exit
            self.should_exit = True

        before = {n: signal.getsignal(n) for n in (signal.SIGINT, signal.SIGTERM)}
        for number in before:
            with contextlib.suppress(
                NotImplementedError, ValueError, RuntimeError
            ):  # not the main thread, or no such system
                loop.add_signal_handler(number, stop)
        try:
            await self.serve(sockets=[listener])
        finally:
            for number, handler in before.items():
                with contextlib.suppress(NotImplementedError, ValueError, RuntimeError):
                    loop.remove_signal_handler(number)
                    signal.signal(number, handler)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then say so."""
        await super().startup(sockets=sockets)
        await asyncio.to_thread(self.ready)
        # while the browser starts; nobody waits for it, so Ctrl-C does not either
        threading.Thread(target=_load_what_boards_need, args=(self.bench, self.first), daemon=True).start()


def _load_what_boards_need(bench: Bench, first: str) -> None:
    """Load the tables, shapes and rules that the first plan asks for, and that plan where it is known: seconds that the address need not wait for."""
    from planning.workbench import board

    _ = board.open_board
    if first.startswith(BOARD):
        with contextlib.suppress(PlanningError):  # the page that asks for it says why
            _ = bench.boards.board(first.removeprefix(BOARD)).scene


def _config(bench: Bench, doors: Doors) -> uvicorn.Config:
    return uvicorn.Config(
        application(bench, doors),
        http="h11",
        ws="none",
        lifespan="on",
        log_level="error",
        access_log=False,
        server_header=False,
        timeout_keep_alive=5,
        timeout_graceful_shutdown=_LAST_S,
        limit_concurrency=500,
    )


def _doors(host: str, port: int, read_only: bool, session: str) -> Doors:
    names = (HOST, "localhost") if host == HOST else (host,)
    return Doors(
        frozenset(f"{name}:{port}" for name in names),
        secrets.token_urlsafe(32),
        session,
        read_only,
        f"planning_{port}",
    )


@contextlib.contextmanager
def _listening(host: str, port: int, before: int = 0) -> Iterator[socket.socket]:
    """Yield a socket that listens; without a port the one of the last time, or a free one."""
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            if port or not before or not _bound(listener, host, before):
                listener.bind((host, port))
        except OSError as error:
            raise WriteError([_taken(host, port, error.strerror or str(error))]) from error
        yield listener
    finally:
        listener.close()


def _bound(listener: socket.socket, host: str, port: int) -> bool:
    try:
        listener.bind((host, port))
    except OSError:
        return False
    return True


def _taken(host: str, port: int, reason: str) -> Issue:
    return Issue("workbench.serve.cannot_listen", f"{host}:{port}", reason=reason)


def _only_reading(host: str) -> Issue:
    return Issue("workbench.serve.whoever_network_could_change_plans", "--host", value=host)
