"""Command that carries many counties and scenarios out."""

from __future__ import annotations

import datetime
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from planning.cli.language import say
from planning.cli.show import console
from planning.errors import Issue, PlanningError
from planning.messages import user_language

if TYPE_CHECKING:
    from planning.batch import Batch, BatchPlan, Outcome, Unit

ACTIONS = ("status", "stop", "resume")
SHOWN = 20


def batch(
    what: Annotated[list[str], typer.Argument(help=say("cli.batch.what"))],
    scenario: Annotated[
        list[str] | None, typer.Option("--scenario", "-s", help=say("cli.batch.scenario"))
    ] = None,
    sets: Annotated[list[str] | None, typer.Option("--set", help=say("cli.batch.set"))] = None,
    vary: Annotated[list[str] | None, typer.Option("--vary", help=say("cli.batch.vary"))] = None,
    out: Annotated[Path | None, typer.Option("--out", "-o", help=say("cli.batch.out"))] = None,
    workers: Annotated[
        int | None, typer.Option("--workers", "-w", min=1, help=say("cli.batch.workers"))
    ] = None,
    scheduler: Annotated[str | None, typer.Option("--scheduler", help=say("cli.batch.scheduler"))] = None,
    replace: Annotated[bool, typer.Option("--replace", help=say("cli.batch.replace"))] = False,
    slurm: Annotated[bool, typer.Option("--slurm", help=say("cli.batch.slurm"))] = False,
) -> int:
    """Carry counties × scenarios out, here or on a cluster; what is done is not done again."""
    if slurm:
        from planning.batch import Limits, read_plan, slurm_script

        limits = read_plan(what[0]).limits if _is_plan(what) else Limits()
        script = slurm_script(scheduler or "tcp://HOST:8786", memory_mb=limits.memory_mb)
        console.print(escape(script), end="", soft_wrap=True)
        return 0
    if what[0] in ACTIONS:
        return _about(what, workers, scheduler)
    from planning.batch import plan_of_counties, read_plan
    from planning.sweep import read_grid

    if _is_plan(what):
        if scenario or sets or vary:
            raise PlanningError([Issue("cli.batch.plan_says_all", what[0])])
        return _carry_out(read_plan(what[0]), out, replace=replace, workers=workers, scheduler=scheduler)
    if not scenario:
        raise PlanningError([Issue("cli.batch.no_scenario", "planning batch")])
    grid = read_grid(vary) if vary else {}
    plan = plan_of_counties(what, scenario, sets=tuple(sets or ()), vary=grid)
    return _carry_out(plan, out, replace=replace, workers=workers, scheduler=scheduler)


def _is_plan(what: list[str]) -> bool:
    return len(what) == 1 and Path(what[0]).suffix.lower() in (".yaml", ".yml")


def _about(what: list[str], workers: int | None, scheduler: str | None) -> int:
    """Answer ``status``, ``stop`` and ``resume``."""
    from planning.batch import batch_counts, resume_batch, stop_batch

    action, folders = what[0], what[1:]
    if len(folders) != 1:
        raise PlanningError([Issue("cli.batch.one_folder", f"planning batch {action}")])
    folder = Path(folders[0])
    if action == "resume":
        course = _Course()
        return course.ended(
            resume_batch(folder, workers=workers, scheduler=scheduler, told=course.told, dashboard=_dashboard)
        )
    if action == "stop":
        console.print(say("cli.batch.asked_to_stop", count=stop_batch(folder)))
    counts = batch_counts(folder)
    console.print(
        say("cli.batch.counts", done=counts.done, all=counts.all, failed=counts.failed, open=counts.open)
    )
    for unit, zh, en in counts.failures[:SHOWN]:
        console.print(f"[red]✗[/] {escape(unit)}: {escape(en if user_language() == 'en' else zh)}")
    if len(counts.failures) > SHOWN:
        console.print(say("cli.batch.more_failures", count=len(counts.failures) - SHOWN))
    for worker in counts.workers:
        code = "cli.batch.is_stopping" if worker.stopping else "cli.batch.is_at_work"
        console.print(say(code, host=escape(worker.host)))
        if worker.dashboard:
            _dashboard(worker.dashboard)
    if counts.workers and counts.open and counts.hours_left is not None and counts.per_hour:
        console.print(
            say("cli.batch.rate", rate=f"{counts.per_hour:,.0f}", end=_clock(counts.hours_left * 3600))
        )
    return 0


def _carry_out(
    plan: BatchPlan, out: Path | None, *, replace: bool, workers: int | None, scheduler: str | None
) -> int:
    from planning.batch import run_batch

    if plan.left_out:
        names = ", ".join(plan.left_out[:SHOWN]) + (" …" if len(plan.left_out) > SHOWN else "")
        console.print(say("cli.batch.left_out", names=escape(names)))
    course = _Course()
    return course.ended(
        run_batch(
            plan,
            out=out,
            replace=replace,
            workers=workers,
            scheduler=scheduler,
            told=course.told,
            dashboard=_dashboard,
        )
    )


class _Course:
    """What is printed while a batch is under way, and at its end."""

    def __init__(self) -> None:
        self._began, self._here = time.monotonic(), 0

    def told(self, ended: int, every: int, unit: Unit, outcome: Outcome) -> None:
        """Print how a unit ended, and when all will have."""
        self._here += 1
        mark = "[green]✓[/]" if outcome.status == "done" else "[red]✗[/]"
        why = outcome.note_en if user_language() == "en" else outcome.note_zh
        line = (
            f"{mark} {ended}/{every}  {escape(unit.title)}  {say('cli.show.seconds', count=outcome.seconds)}"
        )
        if ended < every:
            left = (time.monotonic() - self._began) / self._here * (every - ended)
            line += "  " + say("cli.batch.end", end=_clock(left))
        console.print(line + (f"\n  {escape(why)}" if why else ""))

    def ended(self, made: Batch) -> int:
        """Say where everything is and return the exit code."""
        from planning.batch.names import workbook_name

        done = int((made.table["status"] == "done").sum())
        folder = escape(str(made.folder))
        book = workbook_name()
        console.print(say("cli.batch.ended", done=done, all=len(made.table), folder=folder, workbook=book))
        if not made.complete:
            console.print(say("cli.batch.go_on", folder=folder))
            return 130
        return 0 if done == len(made.table) else 1


def _dashboard(address: str) -> None:
    console.print(say("cli.batch.dashboard", address=escape(address)))


def _clock(seconds: float) -> str:
    end = datetime.datetime.now().astimezone() + datetime.timedelta(seconds=seconds)
    return f"{end:%m-%d %H:%M}"
