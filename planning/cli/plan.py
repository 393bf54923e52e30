"""Commands about layouts: run, verify, score, compare, map."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.table import Table

from planning.cli.language import say, user_language
from planning.cli.show import console, headline, print_internal, progress, warn_changed
from planning.errors import PlanningError
from planning.layout.notes import notes_of
from planning.runs import open_run, open_to_publish

if TYPE_CHECKING:
    from planning.district.called import Called
    from planning.runs import Run

RunFolder = Annotated[Path, typer.Argument(help=say("cli.plan.run_folder"))]
Out = Annotated[Path | None, typer.Option("--out", "-o", help=say("cli.plan.where_write"))]


def run(
    scenario: Annotated[
        Path,
        typer.Argument(help=say("cli.plan.scenario_file_yaml_whole_district")),
    ],
    out: Out = None,
    sets: Annotated[
        list[str] | None,
        typer.Option("--set", help=say("cli.plan.key_key_value_top_file")),
    ] = None,
    allow_outside: Annotated[
        bool,
        typer.Option(
            "--allow-outside",
            help=say("cli.plan.let_scenario_name_paths_outside"),
        ),
    ] = False,
) -> None:
    """Solve a scenario: catchments, classes, projects, scorecard, map; one map for each phase when it names phases."""
    from planning.importing import is_district
    from planning.runs import run_scenario
    from planning.scenario import read_scenario
    from planning.start import scenario_for

    if is_district(scenario):
        scenario = scenario_for(scenario)
        console.print(say("cli.plan.scenario") + escape(str(scenario)))
    if read_scenario(scenario, tuple(sets or ()), allow_outside=allow_outside).phases:
        _run_phases(scenario, tuple(sets or ()), out, allow_outside)
        return
    done = carry_out(
        lambda **told: run_scenario(
            scenario, sets=tuple(sets or ()), out=out, allow_outside=allow_outside, **told
        )
    )
    say_files(done.folder)


def carry_out(work: Callable[..., Run]) -> Run:
    """Carry a run out with its progress shown, and print its headline and notes."""
    steps = {
        "read": say("cli.plan.reading_scenario_district"),
        "solve": say("cli.plan.drawing_catchments"),
        "score": say("cli.plan.scoring_32_indicators"),
        "draw": say("cli.plan.drawing_map_writing_tables"),
    }
    with progress() as shown:
        done = work(
            progress=shown,
            stage=lambda name: console.print(f"[dim]{steps[name]} …[/]") if name in steps else None,
        )
    console.print(headline(done.layout))
    for note in notes_of(done.layout.summary, user_language()):
        console.print(f"[dim]{escape(note)}[/]")
    return done


def say_files(folder: Path) -> None:
    """Say where the map and the tables of a run are."""
    from planning import publish

    files = {
        say("cli.plan.results"): publish.results_name(),
        say("cli.plan.map"): "map.html",
        say("cli.plan.tables"): "units.csv, assignment.csv, overflow.csv, projects.csv",
        say("cli.plan.scorecard"): "scorecard.csv",
        say("cli.plan.layers"): "layout.gpkg",
    }
    for name, file in files.items():
        console.print(f"[bold]{name}[/]  " + ", ".join(str(folder / f.strip()) for f in file.split(",")))
    print_internal()


def _run_phases(scenario: Path, sets: tuple[str, ...], out: Path | None, allow_outside: bool) -> None:
    """Solve a plan in phases and show what each of them changes and buys."""
    from planning.phases import phase_lines, run_phases

    with progress() as shown:
        done = run_phases(
            scenario,
            sets=sets,
            out=out,
            allow_outside=allow_outside,
            progress=shown,
            told=lambda name: console.print(
                f"[dim]{say('cli.plan.drawing_catchments')} · {_phase_name(name)} …[/]"
            ),
        )
    console.print(headline(done.one_map.layout))
    table = Table(
        title=say("cli.plan.phases_brackets_one_map_over"),
        title_justify="left",
        box=None,
    )
    for name in (
        say("cli.plan.school_years"),
        say("cli.plan.pupils_moved"),
        say("cli.plan.seats_short"),
        say("cli.plan.mean_walk_m"),
        say("cli.plan.gap"),
    ):
        table.add_column(name, justify="right")
    for line in phase_lines(done):
        table.add_row(*line)
    console.print(table)
    note = say("cli.plan.programme_one_map_gaps_phases")
    console.print(f"[dim]{note} ({done.gap:.2%})[/]")
    console.print(say("cli.plan.written") + escape(f"{done.folder}: phases.csv, changes.csv"))


def _phase_name(name: str) -> str:
    return say("cli.plan.one_map_over_all_years") if name == "one-map" else name


def verify(
    folder: RunFolder,
    district: Annotated[
        Path | None,
        typer.Option(help=say("cli.plan.district_where_not_where_run")),
    ] = None,
) -> int:
    """Recompute every rule from the run's files and the district alone; of a plan in phases, those of every phase."""
    from planning.phases import run_folders
    from planning.verify import verify_run

    folders, good, short = run_folders(folder), True, 0
    for one in folders:
        report = verify_run(one, district)
        if len(folders) > 1:
            console.print(f"[bold]{escape(str(one))}[/]")
        called = _called(one, district)
        for check in report.checks:
            mark = "[yellow]![/]" if check.warning else "[green]✓[/]" if check.ok else "[red]✗[/]"
            console.print(
                f"{mark} {escape(check.named(called.in_place, called.in_value).text(user_language()))}"
            )
        good &= report.ok
        short += report.seats_short
    console.print(say("cli.plan.verified" if good else "cli.plan.not_verified"))
    if short:
        console.print(
            say("cli.plan.figures_agree_but_seats_short", short=short)
            if good
            else say("cli.plan.seats_short_plan", short=short)
        )
    return 0 if good else 1


def _called(run: Path, district: Path | None) -> Called:
    """Return what the zones and units of a run are called; of a district that is not at hand nothing, so that ids are said."""
    from planning.district import read_district
    from planning.district.called import Called

    try:
        return Called.of(read_district(district) if district else open_run(run)[2], user_language())
    except PlanningError:
        return Called({}, {})


def compare(
    folders: Annotated[list[Path], typer.Argument(help=say("cli.plan.run_folders_two_more"))],
    out: Out = None,
) -> None:
    """Put layouts side by side, the better value marked."""
    from planning.compare import compare_runs
    from planning.layout import load_layout
    from planning.publish import comparison_table, write_comparison

    comparison = compare_runs(folders)
    for folder in folders:
        warn_changed(load_layout(folder), named=True)
    console.print(comparison_table(comparison, user_language()))
    target = out or Path("runs") / "comparison"
    write_comparison(comparison, target)
    console.print(say("cli.plan.written") + escape(str(target)))
    print_internal()


def map_(
    folder: RunFolder,
    out: Out = None,
    public: Annotated[
        bool,
        typer.Option(
            "--public",
            help=say("cli.plan.map_publish_no_pupil_counts"),
        ),
    ] = False,
) -> None:
    """Draw the map of a run again: the planners' (内部资料), or with --public one to publish."""
    from planning.publish import write_map
    from planning.publish.places import public_home

    layout, _, district = open_to_publish(folder) if public else open_run(folder)
    warn_changed(layout)
    target = out or (public_home(folder) / "map-public.html" if public else folder / "map.html")
    write_map(district, layout, target, public=public)
    console.print(say("cli.plan.map_map") + escape(str(target)))
