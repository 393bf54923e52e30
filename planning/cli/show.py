"""Print problems, progress and results for people."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from rich.console import Console, ConsoleOptions, ConsoleRenderable, RenderHook
from rich.live import Live
from rich.markup import escape
from rich.segment import Segment
from rich.table import Table

from planning.cli.language import say, user_language
from planning.district.schema import STAGE_ZH
from planning.errors import PlanningError, gathered
from planning.gap import gap_share
from planning.internal import INTERNAL_EN, INTERNAL_ZH
from planning.messages import Both, Text
from planning.standards.money import money_of
from planning.texts import plain_text

if TYPE_CHECKING:
    from planning.district import District
    from planning.district.called import Called
    from planning.layout import Layout
    from planning.scenario import Scenario
    from planning.zoning import Explanation
    from planning.zoning.engine import TracePoint


_WIDE = 240
"""Columns of what is written where no terminal is."""


class _Readable(RenderHook):
    """Leave out of what is printed every sign of data that would steer the terminal or turn the text around it."""

    def process_renderables(self, renderables: list[ConsoleRenderable]) -> list[ConsoleRenderable]:
        """Return the same, each cleaned when it is drawn; no cell of a table is cut where a line has no room for it."""
        for table in (one for one in renderables if isinstance(one, Table)):
            for column in table.columns:
                column.overflow = "fold" if column.overflow == "ellipsis" else column.overflow
        return [_Cleaned(one) for one in renderables]


class _Cleaned:
    def __init__(self, shown: ConsoleRenderable) -> None:
        self.shown = shown

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Segment]:
        for segment in console.render(self.shown, options):
            # what rich itself says to the terminal is marked as control
            yield segment if segment.control else Segment(plain_text(segment.text), segment.style)


console = Console(highlight=False, soft_wrap=True)
errors = Console(stderr=True, highlight=False, soft_wrap=True)
for _one in (console, errors):
    _one.push_render_hook(_Readable())
    if not _one.is_terminal and "COLUMNS" not in os.environ:  # a file or a pipe has room for whole tables
        _one.width = _WIDE


def print_internal() -> None:
    """Say that everything a command has written is internal."""
    console.print(
        f"[yellow]{say('cli.show.every_file_folder', capitalize=Both(INTERNAL_EN.capitalize(), INTERNAL_ZH))}[/]"
    )


def warn_changed(layout: Layout, *, named: bool = False) -> None:
    """Say that a run was changed by hand since it was written, where it was; ``named`` with its folder, among several."""
    from planning.runs import changed_by_hand

    if changed := changed_by_hand(layout):
        run = f"{layout.path}: " if named else ""
        errors.print(f"[bold red]{escape(run + changed.text(user_language()))}[/]")


def fail(error: PlanningError) -> None:
    """Print every problem of an error."""
    problems = gathered(error.problems)
    title = say("cli.show.problem", count=len(problems))
    errors.print(f"[bold red]{title}[/]")
    for problem in problems:
        errors.print("  • " + escape(problem.text(user_language())))


class Progress:
    """Show phase, time, best plan, bound and gap while solving; a line now and then where there is no terminal."""

    def __init__(self) -> None:
        self.start = time.monotonic()
        self.live: Live | None = None
        self.spoken = 0.0

    def __call__(self, point: TracePoint) -> None:
        """Take the newest figures."""
        if self.live is not None:
            self.live.update(self._table(point))
        elif time.monotonic() - self.spoken >= 10:
            self.spoken = time.monotonic()
            errors.print("  " + _line(point))

    def _table(self, point: TracePoint) -> Table:
        table = Table.grid(padding=(0, 2))
        table.add_row(
            "  [cyan]●[/]",
            _line(point),
            say("cli.show.dim_ctrl_c_keeps_best"),
        )
        return table


def _line(point: TracePoint) -> str:
    known = point.objective < float("inf")
    best = f"{point.objective:,.0f}" if known else "–"
    share = f"{gap_share(point.objective, point.bound):.2%}" if known and point.bound > -float("inf") else "–"
    bound = f"{point.bound:,.0f}" if point.bound > -float("inf") else "–"
    return say(
        "cli.show.s_best_bound_gap",
        phase=_phase(point.phase),
        seconds=point.seconds,
        best=best,
        bound=bound,
        share=share,
    )


def _phase(name: str) -> str:
    """Return what a solver is doing, in words; as it calls it where no catalogue does."""
    code = f"cli.phases.{name.replace(' ', '_')}"
    found = say(code)
    return name if found == code else found


@contextmanager
def progress() -> Iterator[Progress]:
    """Yield the callback that shows the solver's progress."""
    shown = Progress()
    if not sys.stderr.isatty():
        yield shown
        return
    with Live(console=errors, refresh_per_second=4, transient=True) as live:
        shown.live = live
        yield shown


def headline(layout: Layout) -> Table:
    """Return the headline figures of a run as a table."""
    summary, unit = layout.summary, money_of(layout.scenario)
    table = Table(box=None, show_header=False, padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    stages = {stage: say(stage, zh) for stage, zh in STAGE_ZH.items()}

    def per_stage(values: Mapping[str, Any], form: Callable[[Any], str]) -> str:
        return "   ".join(f"{text} {form(values[s])}" for s, text in stages.items() if s in values)

    rows = [
        (say("cli.show.pupils"), per_stage(summary["pupils"], lambda v: f"{v:,}")),
        (say("cli.show.seats_use_possible"), _seats(summary, stages)),
        (say("cli.show.seats_short"), per_stage(summary["shortage_by_stage"], lambda v: f"{v:,}")),
        *(
            [(say("cli.show.classes_over_cap"), f"{summary['classes_over_cap']:,}")]
            if "classes_over_cap" in summary
            else []
        ),
        (say("cli.show.schools_over_size"), f"{summary['schools_over_size']}"),
        (
            say("cli.show.nearby_enrolment"),
            per_stage(summary["nearby_ratio"], lambda v: say("cli.show.nobody") if v is None else f"{v:.1%}"),
        ),
        *(
            [(say("cli.show.nearest_share"), per_stage(summary["nearest_share"], lambda v: f"{v:.1%}"))]
            if summary.get("nearest_share")
            else []
        ),
        (say("cli.show.mean_walk"), per_stage(summary["mean_distance_m"], _metres)),
        (say("cli.show.n95_walk_less_than"), per_stage(summary["p95_distance_m"], _metres)),
        (
            say("cli.show.pupils_new_catchment"),
            say("cli.show.none_before")
            if summary["moved_pupils"] is None
            else f"{summary['moved_pupils']:,}",
        ),
        (say("cli.show.projects"), listed(summary["projects_built"]) or "–"),
        (
            say("cli.show.cost"),
            f"{summary['cost_yuan'] / unit.scale:,.0f} " + unit.unit.text(user_language())
            if unit.named or summary["cost_yuan"]
            else "–",  # nothing of a currency that nobody names
        ),
        (
            say("cli.show.gap_proven_bound"),
            f"{_share(summary['gap'])} ({_solver(summary)}, {say('cli.show.seconds', count=summary['seconds'])}, {_ended(summary)})",
        ),
    ]
    years = summary["years"]
    if len(years) > 1:
        span = f"{years[0]}–{years[-1]}"
        rows.insert(
            0,
            (
                say("cli.show.years"),
                say("cli.show.pupils_seats_shortages_classes_sums", span=span, count=len(years)),
            ),
        )
    if summary.get("indicators"):
        i = summary["indicators"]
        rows.append(
            (
                say("cli.show.n32_indicators"),
                say(
                    "cli.show.pass_fail_not_supplied",
                    passed=i["passed"],
                    failed=i["failed"],
                    not_supplied=i["not_supplied"],
                )
                + (
                    say("cli.show.not_applicable", count=i["not_applicable"])
                    if i.get("not_applicable")
                    else ""
                ),
            )
        )
    for name, value in rows:
        table.add_row(f"[bold]{name}[/]", escape(value))
    return table


def _metres(distance: float) -> str:
    return say("cli.show.metres", count=distance)


def _seats(summary: Mapping[str, Any], stages: Mapping[str, str]) -> str:
    return "   ".join(
        f"{text} {summary['seats'][s]:,} / {summary['seats_possible'][s]:,}"
        for s, text in stages.items()
        if s in summary["seats"]
    )


def _ended(summary: Mapping[str, Any]) -> str:
    words = {
        "gap": say("cli.show.gap_reached"),
        "time_limit": say("cli.show.time_up"),
        "interrupt": say("cli.show.stopped_hand"),
        "rule": say("cli.show.stopping_rule"),
        "proven": say("cli.show.proven"),
        "fault": say("cli.show.solver_broke_down_best_plan"),
    }
    return words.get(summary["stopped_by"], str(summary["stopped_by"]))


def _solver(summary: Mapping[str, Any]) -> str:
    return say("cli.show.engine") if summary["solver"] == "engine" else str(summary["solver"])


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.2%}"


def listed(names: Sequence[str]) -> str:
    """Return names as a list in the user's language."""
    return say("cli.show.listed", names=tuple(names)) if names else ""


def print_later(district: District, scenario: Scenario) -> None:
    """Print which projects of the plan open only after its last year, so that it is made without them."""
    from planning.zoning.build.units import later_note

    later = later_note(district, scenario)
    if later is not None:
        console.print("[dim]" + escape(later.text(user_language())) + "[/]")


def print_explanation(explanation: Explanation, called: Called) -> None:
    """Print why a zone belongs to its unit, and the nearer units with the reasons against them."""
    stage = say(explanation.stage.capitalize(), STAGE_ZH[explanation.stage])
    console.print(
        f"[bold]{stage}[/]  {escape(called.zone(explanation.zone))} → [bold green]{escape(called.unit(explanation.unit, explanation.name))}[/] "
        + say(
            "cli.show.m_pupils",
            distance_m=explanation.distance_m,
            pupils=explanation.pupils,
            more=Text("cli.show.nearest") if explanation.nearest else "",
        )
    )
    if explanation.moved is not None:
        console.print("  " + escape(explanation.moved.text(user_language())))
    if explanation.shared:
        names, joined = ", ".join(explanation.shared), "、".join(explanation.shared)
        console.print("  " + escape(say("cli.show.shared_zone_pupils_may_go", names=Both(names, joined))))
    for other in explanation.alternatives:
        far = say("cli.show.metres", count=other.distance_m)
        console.print(f"  {say('cli.show.not')} {escape(called.unit(other.unit, other.name))} ({far})")
        for reason in other.reasons:
            console.print("    • " + escape(reason.text(user_language())))
        if other.mend:
            console.print("    → " + escape(say("cli.show.would_change", mend=other.mend)))
