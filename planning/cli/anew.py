"""Commands that draw a run anew: repaired with the least change, or supposed otherwise; what ``edit --finish`` prints, too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from planning.anew import Supposition, Told, repair_run_of, suppose
from planning.cli.language import say
from planning.cli.show import console, headline, print_internal, progress
from planning.edits import Wish, edit, open_edit
from planning.runs import Run

FREEZE = typer.Option(
    "--freeze",
    help=say(
        "School that neither gains nor loses a zone (repeatable).",
        "冻结的学校：学区既不增加也不减少（可多次）。",
    ),
)
SET = typer.Option("--set", help=say("key.key=value on top of the run's.", "覆盖原方案设置：键.键=值。"))


def repair(
    run: Annotated[Path, typer.Argument(help=say("Run folder.", "运行结果文件夹。"))],
    move: Annotated[
        list[str] | None,
        typer.Option(
            help=say("ZONE=SCHOOL to make first (repeatable).", "先做的调整：小区=学校（可多次）。")
        ),
    ] = None,
    stage: Annotated[
        str, typer.Option(help=say("primary or junior, where a school has both.", "学段：小学或初中。"))
    ] = "",
    reason: Annotated[
        str, typer.Option(help=say("Why; printed in the notice.", "调整原因，将印入公示。"))
    ] = "",
    sets: Annotated[list[str] | None, SET] = None,
    freeze: Annotated[list[str] | None, FREEZE] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            help=say("Run folder to write (RUN-repaired).", "输出文件夹（默认 RUN-repaired）。"),
        ),
    ] = None,
) -> None:
    """Repair a run after a move or in a new year: as few seats short as can be, then the fewest pupils moved, then the price."""
    opened = open_edit(run)
    if move:
        edit(opened, Wish(tuple(move), (), stage, reason))
    with progress() as shown:
        done = repair_run_of(
            opened, locks=asked_locks(freeze), sets=tuple(sets or ()), out=out, told=Told(shown)
        )
    _print_repair(done.layout.summary["repair"])
    print_run(done)


class Redrawn(StrEnum):
    """Which catchments may change."""

    held = "held"
    nearby = "nearby"
    free = "free"


def whatif(
    run: Annotated[Path, typer.Argument(help=say("Run folder.", "运行结果文件夹。"))],
    rooms: Annotated[
        list[str] | None,
        typer.Option(help=say("SCHOOL=+6 classrooms (repeatable).", "学校=+6：增减教室（可多次）。")),
    ] = None,
    project: Annotated[
        list[str] | None,
        typer.Option(help=say("PROJECT@2023: built, in use from then.", "项目@2023：建成并从该学年启用。")),
    ] = None,
    births: Annotated[float, typer.Option(help=say("Factor on births.", "出生人口倍数。"))] = 1.0,
    estate: Annotated[
        list[str] | None,
        typer.Option(
            help=say("ZONE:650户@2024→SCHOOL: new homes.", "小区:650户@2024→学校：新建住房（→学校可省略）。")
        ),
    ] = None,
    stage: Annotated[
        str, typer.Option(help=say("primary or junior, where a school has both.", "学段：小学或初中。"))
    ] = "",
    catchments: Annotated[
        Redrawn,
        typer.Option(
            help=say("Catchments: held, nearby or free.", "学区：不变 held、附近 nearby、全部 free。")
        ),
    ] = Redrawn.held,
    sets: Annotated[list[str] | None, SET] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            help=say("Folder for the page (RUN-whatif).", "页面输出文件夹（默认 RUN-whatif）。"),
        ),
    ] = None,
) -> None:
    """Say what more rooms, a project, more births or an estate would do to a plan: before and after, and a page to hand on."""
    from planning.publish.page.supposed import supposed_rows

    asked = Supposition(
        tuple(rooms or ()), tuple(project or ()), births, tuple(estate or ()), stage, catchments.value
    )
    with progress() as shown:
        supposed, folder = suppose(run, asked, sets=tuple(sets or ()), out=out, told=Told(shown))
    table = Table(box=None, padding=(0, 1))
    for k, head in enumerate(
        (say("figure", "指标"), say("now", "现方案"), say("then", "假设后"), say("change", "变化"))
    ):
        table.add_column(head, justify="left" if not k else "right")
    for row in supposed_rows(supposed):
        table.add_row(escape(say(row.en, row.zh)), *row.texts())
    console.print(table)
    console.print(say("Written to ", "已写入 ") + escape(f"{folder}: whatif.html, whatif.docx"))


def asked_locks(freeze: Sequence[str] | None) -> dict[str, Any]:
    """Return the locks that options ask for."""
    return {"frozen": list(freeze or ())}


def print_run(done: Run) -> None:
    """Print the headline figures of a run and where it is."""
    console.print(headline(done.layout.summary))
    console.print(
        say("Written to ", "已写入 ") + escape(f"{done.folder}: map.html, units.csv, scorecard.csv")
    )
    print_internal()


def _print_repair(told: Mapping[str, Any]) -> None:
    moved, least = told["moved_pupils"], told["at_least"]
    console.print(
        say(
            f"Seats short {told['seats_short_before']} → {told['seats_short']}; {moved:,.0f} pupils a year in {told['moved_zones']} zones are moved.",
            f"学位缺口 {told['seats_short_before']} → {told['seats_short']}；变动学生 {moved:,.0f} 人（年均），{told['moved_zones']} 个单元。",
        )
    )
    if told["proven"]:
        console.print(
            say(
                "Proven: no plan with as few seats short, and as few sent on, moves fewer.",
                "已证明：学位缺口和统筹人数不多于本方案的，变动学生不可能更少。",
            )
        )
    else:
        console.print(
            say(
                f"Proven: any such plan moves {least:,.0f} pupils at least; more time may come nearer.",
                f"已证明：此类方案至少须变动 {least:,.0f} 人；延长时间可能更接近。",
            )
        )
