"""Commands about layouts: run, verify, score, compare, map."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.table import Table

from planning.cli.language import say, user_language
from planning.cli.show import console, headline, print_internal, progress
from planning.runs import open_run

if TYPE_CHECKING:
    from planning.runs import Run

RunFolder = Annotated[Path, typer.Argument(help=say("Run folder.", "运行结果文件夹。"))]
Out = Annotated[Path | None, typer.Option("--out", "-o", help=say("Where to write.", "输出位置。"))]


def run(
    scenario: Annotated[
        Path,
        typer.Argument(
            help=say("Scenario file (YAML), or a whole district.", "情景文件（YAML），或完整区县数据。")
        ),
    ],
    out: Out = None,
    sets: Annotated[
        list[str] | None,
        typer.Option("--set", help=say("key.key=value on top of the file.", "覆盖情景设置：键.键=值。")),
    ] = None,
    allow_outside: Annotated[
        bool,
        typer.Option(
            "--allow-outside",
            help=say("Let the scenario name paths outside the project.", "允许情景引用项目之外的路径。"),
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
        console.print(say("Scenario: ", "情景文件：") + escape(str(scenario)))
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
        "read": say("Reading the scenario and the district", "读取情景与区县数据"),
        "solve": say("Drawing catchments", "划定学区"),
        "score": say("Scoring the 32 indicators", "评估32项指标"),
        "draw": say("Drawing the map, writing the tables", "绘制地图、写出表格"),
    }
    with progress() as shown:
        done = work(
            progress=shown,
            stage=lambda name: console.print(f"[dim]{steps[name]} …[/]") if name in steps else None,
        )
    console.print(headline(done.layout.summary))
    for note in done.layout.summary["notes" if user_language() == "en" else "notes_zh"]:
        console.print(f"[dim]{escape(note)}[/]")
    return done


def say_files(folder: Path) -> None:
    """Say where the map and the tables of a run are."""
    files = {
        say("Map", "地图"): "map.html",
        say("Tables", "表格"): "units.csv, assignment.csv, overflow.csv, projects.csv",
        say("Scorecard", "评分表"): "scorecard.csv",
        say("Layers", "图层"): "layout.gpkg",
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
                f"[dim]{say('Drawing catchments', '划定学区')} · {_phase_name(name)} …[/]"
            ),
        )
    console.print(headline(done.one_map.layout.summary))
    table = Table(
        title=say("Phases (in brackets: one map over all years)", "各分期（括号内为全期单一学区方案）"),
        title_justify="left",
        box=None,
    )
    for name in (
        say("school years", "学年"),
        say("pupils moved", "变动学生"),
        say("seats short", "学位缺口"),
        say("mean walk, m", "平均步行（米）"),
        say("gap", "差距"),
    ):
        table.add_column(name, justify="right")
    for line in phase_lines(done):
        table.add_row(*line)
    console.print(table)
    note = say(
        "the programme is that of the one map; the gaps of phases are those of their catchments under it",
        "建设项目采用单一学区方案的结果；各分期差距为既定项目下的划片差距",
    )
    console.print(f"[dim]{note} ({done.gap:.2%})[/]")
    console.print(say("Written to ", "已写入 ") + escape(f"{done.folder}: phases.csv, changes.csv"))


def _phase_name(name: str) -> str:
    return say("one map over all years", "全期单一学区") if name == "one-map" else name


def verify(
    folder: RunFolder,
    district: Annotated[
        Path | None,
        typer.Option(
            help=say("District, where it is not where the run says.", "区县数据（不在运行结果所记位置时）。")
        ),
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
        for check in report.checks:
            mark = "[yellow]![/]" if check.warning else "[green]✓[/]" if check.ok else "[red]✗[/]"
            console.print(f"{mark} {escape(check.text(user_language()))}")
        good &= report.ok
        short += report.seats_short
    console.print(say("Verified." if good else "NOT verified.", "复核通过。" if good else "复核未通过。"))
    if short:
        console.print(
            say(
                f"The figures agree, but {short} seats are short in this plan.",
                f"数据一致，但该方案仍缺 {short} 个学位。",
            )
            if good
            else say(f"{short} seats are short in this plan.", f"该方案缺 {short} 个学位。")
        )
    return 0 if good else 1


def compare(
    folders: Annotated[
        list[Path], typer.Argument(help=say("Run folders, two or more.", "两个或更多运行结果文件夹。"))
    ],
    out: Out = None,
) -> None:
    """Put layouts side by side, the better value marked."""
    from planning.compare import compare_runs
    from planning.publish import comparison_table, write_comparison

    comparison = compare_runs(folders)
    console.print(comparison_table(comparison, user_language()))
    target = out or Path("runs") / "comparison"
    write_comparison(comparison, target)
    console.print(say("Written to ", "已写入 ") + escape(str(target)))
    print_internal()


def map_(
    folder: RunFolder,
    out: Out = None,
    public: Annotated[
        bool,
        typer.Option(
            "--public",
            help=say("A map to publish: no pupil counts.", "用于公开的地图：不含学生人数。"),
        ),
    ] = False,
) -> None:
    """Draw the map of a run again: the planners' (内部资料), or with --public one to publish."""
    from planning.publish import write_map
    from planning.publish.places import public_home

    layout, _, district = open_run(folder)
    target = out or (public_home(folder) / "map-public.html" if public else folder / "map.html")
    write_map(district, layout, target, public=public)
    console.print(say("Map: ", "地图：") + escape(str(target)))
