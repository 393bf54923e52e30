"""Command that carries many counties and scenarios out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from planning.cli.language import say
from planning.cli.show import console
from planning.errors import Issue, PlanningError

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
    slurm: Annotated[bool, typer.Option("--slurm", help=say("cli.batch.slurm"))] = False,
) -> int:
    """Carry counties × scenarios out, here or on a cluster; what is done is not done again."""
    if slurm:
        from planning.batch import slurm_script

        console.print(escape(slurm_script(scheduler or "tcp://HOST:8786")), end="", soft_wrap=True)
        return 0
    if what[0] in ACTIONS:
        return _about(what, workers, scheduler)
    from planning.batch import plan_of_counties, read_plan
    from planning.sweep import read_grid

    if len(what) == 1 and Path(what[0]).suffix.lower() in (".yaml", ".yml"):
        if scenario or sets or vary:
            raise PlanningError([Issue("cli.batch.plan_says_all", what[0])])
        return _carry_out(read_plan(what[0]), out, workers, scheduler)
    if not scenario:
        raise PlanningError([Issue("cli.batch.no_scenario", "planning batch")])
    grid = read_grid(vary) if vary else {}
    plan = plan_of_counties(what, scenario, sets=tuple(sets or ()), vary=grid)
    return _carry_out(plan, out, workers, scheduler)


def _about(what: list[str], workers: int | None, scheduler: str | None) -> int:
    """Answer ``status``, ``stop`` and ``resume``."""
    from planning.batch import batch_counts, stop_batch
    from planning.batch.batch import read_list

    action, folders = what[0], what[1:]
    if len(folders) != 1:
        raise PlanningError([Issue("cli.batch.one_folder", f"planning batch {action}")])
    folder = Path(folders[0])
    counts = batch_counts(folder)
    if action == "stop":
        stop_batch(folder)
    if action == "resume":
        return _carry_out(read_list(folder)[0], folder, workers, scheduler)
    console.print(
        say("cli.batch.counts", done=counts.done, all=counts.all, failed=counts.failed, open=counts.open)
    )
    for county, scenario, note in counts.failures[:SHOWN]:
        console.print(f"[red]✗[/] {escape(county)} · {escape(scenario)}: {escape(note)}")
    if counts.stopping:
        console.print(say("cli.batch.stopping"))
    return 0


def _carry_out(plan: object, out: Path | None, workers: int | None, scheduler: str | None) -> int:
    from planning.batch import BatchPlan, Outcome, run_batch

    assert isinstance(plan, BatchPlan)

    def told(done: int, every: int, outcome: Outcome) -> None:
        mark = "[green]✓[/]" if outcome.status == "done" else "[red]✗[/]"
        note = f" {escape(outcome.note)}" if outcome.note else ""
        console.print(f"{mark} {done}/{every}  {outcome.key}  {outcome.seconds:,.0f} s{note}")

    made = run_batch(plan, out=out, workers=workers, scheduler=scheduler, told=told)
    short = made.table[made.table["status"] == "done"] if len(made.table) else made.table
    console.print(
        say("cli.batch.ended", done=len(short), all=len(made.units), folder=escape(str(made.folder)))
    )
    if not made.complete:
        console.print(say("cli.batch.go_on", folder=escape(str(made.folder))))
        return 130
    return 0 if len(short) == len(made.units) else 1
