"""Commands about plans that people draw: change a run by hand, bring a drawn layout home."""

from __future__ import annotations

import re
from datetime import date as today
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from planning.anew import Told, finish_run_of
from planning.cli.anew import FREEZE, SET, asked_locks, print_run
from planning.cli.language import say, user_language
from planning.cli.show import console, headline, progress
from planning.editing import Finding, LiveLayout
from planning.edits import Edited, Wish, default_out, import_layouts, open_edit, save_edit
from planning.edits import edit as change

_SHOWN = 12
_KEPT_QUIET = 6


def edit(
    run: Annotated[Path, typer.Argument(help=say("Run folder.", "运行结果文件夹。"))],
    move: Annotated[
        list[str] | None,
        typer.Option(
            help=say(
                "ZONE=SCHOOL by name or id (repeatable; several zones: A、B=SCHOOL).",
                "小区=学校，名称或编号均可（可多次；多个小区：甲、乙=学校）。",
            )
        ),
    ] = None,
    moves: Annotated[
        list[Path] | None,
        typer.Option(
            help=say(
                "Table of moves, CSV or workbook: zone, school, reason.",
                "调整表（CSV 或 Excel）：小区、学校、原因。",
            )
        ),
    ] = None,
    stage: Annotated[
        str,
        typer.Option(
            help=say("primary or junior, where a school has both.", "学段：小学或初中（一贯制学校须指明）。")
        ),
    ] = "",
    reason: Annotated[
        str, typer.Option(help=say("Why; printed in the notice.", "调整原因，将印入公示。"))
    ] = "",
    who: Annotated[str, typer.Option(help=say("Who decided it.", "决定人。"))] = "",
    when: Annotated[str, typer.Option(help=say("Date (today).", "日期（默认今天）。"))] = "",
    undo: Annotated[int, typer.Option(help=say("Take so many steps back first.", "先撤销几步。"))] = 0,
    redo: Annotated[int, typer.Option(help=say("Make so many steps again first.", "先重做几步。"))] = 0,
    check: Annotated[
        bool,
        typer.Option(
            "--check", help=say("Only say what it does; write nothing.", "只检查并说明影响，不写出。")
        ),
    ] = False,
    finish: Annotated[
        bool,
        typer.Option(
            "--finish",
            help=say(
                "Draw the rest anew around the moves (RUN-finished).",
                "围绕调整重新划定其余学区（RUN-finished）。",
            ),
        ),
    ] = False,
    freeze: Annotated[list[str] | None, FREEZE] = None,
    sets: Annotated[list[str] | None, SET] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            help=say(
                "Run folder to write (RUN-edited, or RUN where it was edited).",
                "输出文件夹（默认 RUN-edited；已调整过的写回原处）。",
            ),
        ),
    ] = None,
) -> int:
    """Move zones of a run to other schools by hand and write a run like any other, with its journal."""
    opened = open_edit(run)
    wish = Wish(
        tuple(move or ()),
        tuple(moves or ()),
        stage,
        reason,
        who,
        when or today.today().isoformat(),
        undo,
        redo,
    )
    done = change(opened, wish)
    _print_steps(opened.live)
    _print_figures(done)
    _print_findings(done.findings)
    breaks = any(f.breaks and f.new for f in done.findings)
    if check:
        console.print(say("Checked only: nothing is written.", "仅作检查，未写出任何文件。"))
        return 1 if breaks else 0
    if finish:
        with progress() as shown:
            told = Told(shown)
            print_run(
                finish_run_of(opened, locks=asked_locks(freeze), sets=tuple(sets or ()), out=out, told=told)
            )
        return 0
    if not (wish.moves or wish.tables or undo or redo):
        console.print(
            say(
                "Nothing is moved: give --move, --moves, --undo or --redo.",
                "没有调整：请使用 --move、--moves、--undo 或 --redo。",
            )
        )
        return 0
    written = save_edit(opened, out if out is not None else default_out(opened))
    console.print(say("Written to ", "已写入 ") + escape(f"{written.folder}: map.html, journal.json"))
    if breaks:
        console.print(
            say(
                "It breaks a rule (marked ✗): `planning verify` will say so.",
                "该方案违反规则（标 ✗），复核将不通过。",
            )
        )
    return 0


def _print_steps(live: LiveLayout) -> None:
    units = {u.unit: u.name for u in live.units()}
    for step in live.journal.path()[-_SHOWN:]:
        moved = step.move
        names = "、".join(live.zone_names(moved.zones)[:_KEPT_QUIET]) + (
            " …" if len(moved.zones) > _KEPT_QUIET else ""
        )
        before = "、".join(dict.fromkeys(units[u] for _, u in step.before))
        about = "，".join(t for t in (moved.reason, moved.who, moved.when) if t)
        line = f"{step.number}. {names}: {before} → {units[moved.unit]}" + (f"（{about}）" if about else "")
        console.print(escape(line))
    if later := live.journal.branches():
        steps = ", ".join(map(str, later))
        console.print(
            "[dim]" + say(f"taken back, may be made again: {steps}", f"已撤销、可重做：{steps}") + "[/]"
        )


def _print_figures(done: Edited) -> None:
    live = done.opened.live
    table = Table(box=None, padding=(0, 1))
    heads = (
        say("school", "学校"), say("pupils", "学生"), say("largest class", "最大班额"), say("seats short", "缺学位"),
        say("mean walk, m", "平均步行（米）"), say("moved pupils", "变动学生"), say("connected", "相连"),
    )  # fmt: skip
    for k, head in enumerate(heads):
        table.add_column(head, justify="left" if not k else "right")
    for name in done.changed[:_SHOWN]:
        unit = live.unit(name)
        sizes = [max(unit.class_sizes(unit.years[-1], g), default=0) for g in unit.grades]
        walk = "–" if unit.mean_walk_m != unit.mean_walk_m else f"{unit.mean_walk_m:,.0f}"
        table.add_row(
            escape(unit.name), f"{sum(unit.pupils[-1]):,}", str(max(sizes)), f"{sum(unit.short[-1]):,}", walk,
            f"{unit.moved_pupils:,}", say("yes", "是") if unit.connected else say("NO", "否"),
        )  # fmt: skip
    if done.changed:
        console.print(table)
    county = live.county()
    more = county.price.total - done.price_before
    gap = (
        ""
        if county.gap is None
        else say(f", {county.gap:.2%} from the proven bound", f"，距已证明下界 {county.gap:.2%}")
    )
    console.print(
        say(
            f"Price {county.price.total:,.1f} pupil-km ({more:+,.1f} by this change){gap}; {county.seats_short} seats short; "
            f"{county.moved_pupils:,} pupils moved against last year",
            f"代价 {county.price.total:,.1f} 人·公里（本次 {more:+,.1f}）{gap}；缺学位 {county.seats_short}；"
            f"较上年变动学生 {county.moved_pupils:,} 人",
        )
    )


def _print_findings(findings: tuple[Finding, ...]) -> None:
    news = [f for f in findings if f.new]
    for finding in news[:_SHOWN]:
        mark = "[red]✗[/]" if finding.breaks else "[yellow]![/]"
        console.print(f"{mark} " + escape(say(finding.text_en, finding.text_zh)))
    rest, before = len(news) - _SHOWN, len(findings) - len(news)
    if rest > 0:
        console.print(say(f"… and {rest} more", f"……另有 {rest} 项"))
    if before:
        console.print(
            "[dim]"
            + say(f"{before} findings that the plan had before", f"原方案已有的问题 {before} 项")
            + "[/]"
        )
    if not news:
        console.print(say("Nothing new to mind.", "未发现新的问题。"))


def import_layout(
    base: Annotated[
        Path,
        typer.Argument(
            help=say(
                "Scenario file or run folder: district, years, projects.",
                "情景文件或运行结果：区县、学年、项目。",
            )
        ),
    ],
    files: Annotated[
        list[Path],
        typer.Argument(
            help=say(
                "Drawn catchments: Excel, CSV, GeoPackage, Shapefile, GeoJSON.",
                "已有学区：Excel、CSV、GeoPackage、Shapefile、GeoJSON。",
            )
        ),
    ],
    columns: Annotated[
        str,
        typer.Option(
            help=say(
                "Columns that name schools, one option each: A,B,C.", "学校所在列，每列一个方案：甲,乙,丙。"
            )
        ),
    ] = "",
    stage: Annotated[
        str,
        typer.Option(
            help=say("primary or junior, where the file does not say.", "学段：小学或初中（文件未注明时）。")
        ),
    ] = "",
    out: Annotated[
        Path, typer.Option("--out", "-o", help=say("Folder for the runs.", "存放运行结果的文件夹。"))
    ] = Path("runs"),
    allow_outside: Annotated[
        bool,
        typer.Option(
            "--allow-outside",
            help=say("Let the scenario name paths outside the project.", "允许情景引用项目之外的路径。"),
        ),
    ] = False,
) -> None:
    """Bring drawn catchments home: each option scored and mapped, several compared."""
    from planning.compare import compare_runs
    from planning.publish import comparison_table, write_comparison

    named = [c.strip() for c in re.split("[,，]", columns) if c.strip()]
    done = import_layouts(base, files, columns=named, stage=stage, out=out, allow_outside=allow_outside)
    for zh, en in done.notes:
        console.print("[yellow]![/] " + escape(say(en, zh)))
    for option, run in done.runs.items():
        console.print(f"[bold]{escape(option)}[/]  {escape(str(run.folder))}")
        console.print(headline(run.layout.summary))
    if len(done.runs) > 1:
        comparison = compare_runs([run.folder for run in done.runs.values()])
        console.print(comparison_table(comparison, user_language()))
        target = out / "comparison"
        write_comparison(comparison, target)
        console.print(say("Compared in ", "比较见 ") + escape(str(target / "comparison.html")))
