"""Where jobs run: threads of this process, each watching one child, or the workers of a Dask cluster."""

from __future__ import annotations

import asyncio
import importlib
import queue
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, Protocol

from planning.errors import Issue, MissingExtraError, PlanningError, not_installed
from planning.runner.outcome import Outcome

_CONNECT_S = 15.0
_DECLINED_S = 1.0
"""A worker that leaves a job to another waits so long, so that the job does not come back at once."""


class Job(Protocol):
    """One try of something, as it is sent to a worker."""

    @property
    def key(self) -> str:
        """What tells it apart."""

    def __call__(self, stop: Callable[[], bool] = ...) -> Outcome:
        """Carry it out, asking now and then whether to stop."""


class Workers(Protocol):
    """What carries jobs out."""

    def submit(self, job: Job) -> None:
        """Take a job; earlier ones are begun first."""

    def outcomes(self) -> Iterator[Outcome]:
        """Yield the outcome of every job taken, also of those taken meanwhile, as they end."""

    def one(self, job: Job) -> Outcome:
        """Carry one job out while nothing else runs."""

    def stop(self) -> None:
        """End what is under way; jobs that wait end as ``stopped``."""

    def stopped(self) -> bool:
        """Return whether it was stopped."""

    def dashboard(self) -> str:
        """Return the address of a page that shows the workers; nothing where there is none."""


@contextmanager
def workers_for(count: int, scheduler: str | None = None) -> Iterator[Workers]:
    """Yield the workers: so many here, or those of a Dask scheduler.

    Raises
    ------
    MissingExtraError
        If a scheduler is named and the extra ``cluster`` is missing.
    PlanningError
        If the scheduler does not answer.
    """
    if scheduler is None:
        with ThreadPoolExecutor(count, thread_name_prefix="unit") as pool:
            here = _Here(pool)
            try:
                yield here
            finally:
                here.stop()
        return
    with _client(scheduler) as client:
        yield _Cluster(client)


class _Here:
    """Threads of this process; the work is done by their children."""

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self._pool, self._ended, self._open = pool, queue.SimpleQueue[Outcome | BaseException](), 0
        self._stop = threading.Event()

    def submit(self, job: Job) -> None:
        self._open += 1
        self._pool.submit(self._carry, job)

    def _carry(self, job: Job) -> None:
        try:
            self._ended.put(self.one(job))
        except BaseException as error:  # whoever waits must hear of it
            self._ended.put(error)

    def outcomes(self) -> Iterator[Outcome]:
        while self._open:
            ended = self._ended.get()
            self._open -= 1
            if isinstance(ended, BaseException):
                raise ended
            yield ended

    def one(self, job: Job) -> Outcome:
        if self._stop.is_set():
            return Outcome(job.key, "stopped")
        return job(self._stop.is_set)

    def stop(self) -> None:
        self._stop.set()

    def stopped(self) -> bool:
        return self._stop.is_set()

    def dashboard(self) -> str:
        return ""


def _carried(job: Job, avoided: tuple[str, ...] = ()) -> tuple[Outcome | None, str]:
    """Carry a job out on a worker; return its outcome, or none where the worker is one of those to be avoided, with the worker's address.

    A scheduler that balances gives a job to an idle worker whatever workers it was sent to, and one that fails is soon idle again.
    """
    distributed: Any = importlib.import_module("distributed")
    here = str(distributed.get_worker().address)
    if here in avoided:
        time.sleep(_DECLINED_S)
        return None, here
    return job(), here


class _Cluster:
    """The workers of a Dask cluster; a job whose worker is lost, or that failed on one, is given to another where there is one."""

    def __init__(self, client: Any) -> None:
        distributed: Any = importlib.import_module("distributed")
        self._client, self._running = client, distributed.as_completed(loop=client.loop)
        self._jobs: dict[str, Job] = {}
        self._failed_at: dict[str, set[str]] = {}
        self._rank, self._stopped = 0, False

    def submit(self, job: Job) -> None:
        self._running.add(self._sent(job))

    def _sent(self, job: Job) -> Any:
        self._rank += 1
        name = f"{job.key}-{self._rank}"
        self._jobs[name] = job
        asked: dict[str, Any] = {"key": name, "priority": -self._rank, "pure": False}
        failed = self._failed_at.get(job.key)
        avoided: tuple[str, ...] = ()
        if failed:  # a full disk, a broken installation: of that machine, perhaps
            others = set(self._client.scheduler_info(n_workers=-1)["workers"]) - failed
            if others:
                asked |= {"workers": sorted(others), "allow_other_workers": True}
                avoided = tuple(sorted(failed))
        return self._client.submit(_carried, job, avoided, **asked)

    def outcomes(self) -> Iterator[Outcome]:
        for future in self._running:
            job = self._jobs.pop(future.key)
            outcome = self._outcome(job, future)
            if outcome is None:
                self.submit(job)
            else:
                yield outcome

    def _outcome(self, job: Job, future: Any) -> Outcome | None:
        """Return how a job ended; none where a worker left it to another."""
        if future.status == "finished":
            outcome: Outcome | None
            try:
                outcome, where = future.result()
            except OSError:  # the scheduler is gone before it was asked; what was done lies on disk
                return Outcome(job.key, "stopped")
            if outcome is None and self._stopped:
                return Outcome(job.key, "stopped")
            if outcome is not None and outcome.status == "failed":
                self._failed_at.setdefault(job.key, set()).add(where)
            return outcome
        if future.status == "cancelled":
            return Outcome(job.key, "stopped")
        said = repr(future.exception())[:300]
        return Outcome(job.key, "failed", note_zh=said, note_en=said)

    def one(self, job: Job) -> Outcome:
        outcome = None
        while outcome is None:
            future = self._sent(job)
            future.exception()  # waits for its end
            self._jobs.pop(future.key)
            outcome = self._outcome(job, future)
        return outcome

    def stop(self) -> None:
        self._stopped = True
        self._client.cancel(
            [self._client.futures[k] for k in self._jobs if k in self._client.futures], force=True
        )

    def stopped(self) -> bool:
        return self._stopped

    def dashboard(self) -> str:
        return str(self._client.dashboard_link)


def _client(address: str) -> Any:
    try:
        distributed: Any = importlib.import_module("distributed")
    except ImportError:
        raise MissingExtraError([not_installed("--scheduler", "cluster")]) from None
    try:  # asked before a client is made, which waits minutes for what is no scheduler
        kind = asyncio.run(asyncio.wait_for(_kind_at(address), _CONNECT_S))
        if kind != "Scheduler":
            raise ValueError(kind)
        return distributed.Client(address, timeout=_CONNECT_S, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        raise PlanningError([Issue("runner.workers.no_scheduler", "--scheduler", value=address)]) from error


async def _kind_at(address: str) -> str:
    """Return what answers at an address, such as ``Scheduler`` or ``Worker``.

    Raises
    ------
    OSError, ValueError
        If nothing of Dask answers there, or the text is no address.
    """
    comm: Any = importlib.import_module("distributed.comm")
    core: Any = importlib.import_module("distributed.core")
    security: Any = importlib.import_module("distributed.security")
    scheme, place = comm.parse_address(address, strict=True)
    if not place or scheme not in comm.registry.backends:
        raise ValueError(address)
    args = security.Security().get_connection_args("client")
    async with core.rpc(address, timeout=_CONNECT_S, connection_args=args) as there:
        said: dict[str, Any] = await there.identity()
        return str(said.get("type", ""))
