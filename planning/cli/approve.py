"""Commands about approved layouts: approve a run, list what was approved, evaluate it with real enrolment."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from planning.approval import Decision, approval_of, changes, list_approved
from planning.cli.language import say, user_language
from planning.cli.show import console
from planning.errors import LayoutError, Problem
from planning.runs import approve_run

Root = Annotated[
    Path, typer.Option("--folder", help=say("Folder of the approved layouts.", "批准方案所在文件夹。"))
]


def approve(
    run: Annotated[Path, typer.Argument(help=say("Run folder.", "运行结果文件夹。"))],
    number: Annotated[str, typer.Option(help=say("Document number.", "文号。"))] = "",
    date: Annotated[str, typer.Option(help=say("Date of the decision.", "批准日期。"))] = "",
    by: Annotated[str, typer.Option(help=say("Who approved.", "批准单位或批准人。"))] = "",
    note: Annotated[str, typer.Option(help=say("Remark.", "备注。"))] = "",
    with_exceptions: Annotated[
        bool,
        typer.Option(
            "--with-exceptions",
            help=say(
                "Approve although it does not verify; the exceptions are printed everywhere.",
                "复核未通过仍予批准;例外事项将随处标注。",
            ),
        ),
    ] = False,
    folder: Root = Path("approved"),
) -> None:
    """Freeze a run that was approved."""
    decision = Decision(number, date, by, note)
    approval = approve_run(run, decision, root=folder, with_exceptions=with_exceptions)
    first, *rest = approval.lines(user_language(), limit=20)
    console.print(f"[bold]{escape(first)}[/]")
    for line in rest:
        console.print("  " + escape(line))
    console.print("SHA-256  " + approval.digest)
    console.print(say("To sign: ", "待签字:") + escape(str(approval.folder)) + "/approval.html")


def layouts(folder: Root = Path("approved")) -> int:
    """List the approved layouts and whether anything in them changed."""
    found = list_approved(folder)
    if not found:
        console.print(
            say("No approved layouts in ", "没有已批准的方案:")
            + escape(str(folder))
            + say("; approve one with: planning approve RUN", ";可用 planning approve 批准")
        )
        return 0
    table = Table(box=None)
    for name in (
        say("Number", "文号"),
        say("Date", "日期"),
        say("By", "批准"),
        say("Layout", "方案"),
        say("Years", "学年"),
        say("Exceptions", "例外"),
        "SHA-256",
        say("State", "状态"),
    ):
        table.add_column(name)
    for position in (0, 1, 6, 7):
        table.columns[position].no_wrap = True
    broken: list[Problem] = []
    for path in found:
        wrong = changes(path)
        broken += wrong
        table.add_row(*_cells(path), _state(len(wrong)))
    console.print(table)
    for problem in broken:
        console.print("  [red]•[/] " + escape(problem.text(user_language())))
    return 1 if broken else 0


def _cells(path: Path) -> list[str]:
    try:
        approval = approval_of(path)
    except LayoutError:
        approval = None
    if approval is None:
        return [escape(path.name), *["–"] * 6]
    title = approval.title_zh if user_language() == "zh" else approval.title
    years = f"{approval.years[0]}–{approval.years[-1]}" if len(approval.years) > 1 else str(approval.years[0])
    cells = (
        approval.number,
        approval.date,
        approval.by,
        title,
        years,
        str(len(approval.exceptions)),
        approval.digest[:8],
    )
    return [escape(c) for c in cells]


def _state(wrong: int) -> str:
    if wrong:
        return f"[bold red]{say(f'CHANGED ({wrong})', f'已被改动({wrong})')}[/]"
    return f"[green]{say('intact', '完好')}[/]"


COMMANDS: dict[str, tuple[Callable[..., int | None], str]] = {
    "approve": (approve, say("Freeze a run that was approved.", "批准并冻结方案。")),
    "layouts": (
        layouts,
        say("List the approved layouts and any change in them.", "列出批准方案并检查是否被改动。"),
    ),
}
