"""Commands about approved layouts: approve a run, list what was approved, evaluate it with real enrolment."""

from __future__ import annotations

from datetime import date as today
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from planning.approval import Decision, approval_of, changes, list_approved, signatures, without_record
from planning.cli.language import say, user_language
from planning.cli.show import console, print_internal
from planning.errors import Issue, LayoutError
from planning.evaluation import evaluate as hold_against
from planning.evaluation import known_units, read_all
from planning.filenames import inside
from planning.publish.page.evaluation import evaluation_table, write_evaluation
from planning.runs import approve_run, open_approved

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
                "复核未通过仍予批准；例外事项将随处标注。",
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
    console.print(say("To sign: ", "待签字：") + escape(str(approval.folder)) + "/approval.html")


def layouts(folder: Root = Path("approved")) -> int:
    """List the approved layouts and whether anything in them changed."""
    found = sorted((*list_approved(folder), *without_record(folder)))
    if not found:
        console.print(
            say("No approved layouts in ", "没有已批准的方案：")
            + escape(str(folder))
            + say("; approve one with: planning approve RUN", "；可用 planning approve 批准")
        )
        return 0
    table = Table(box=None)
    names = (("Layout", "方案"), ("Date", "日期"), ("Years", "学年"), ("Exceptions", "例外"), ("SHA-256", "SHA-256"), ("State", "状态"))  # fmt: skip
    for k, (en, zh) in enumerate(names):
        table.add_column(say(en, zh), no_wrap=k > 0)
    broken: list[Issue] = []
    signed: list[Path] = []
    for path in found:
        wrong = changes(path)
        broken += wrong
        table.add_row(*_cells(path), _state(len(wrong)))
        signed += [path / name for name in signatures(path)]
    console.print(table)
    for file in signed:
        console.print(
            say("  signature, outside the SHA-256: ", "  签名（不在 SHA-256 之内）：") + escape(str(file))
        )
    for problem in broken:
        console.print("  [red]•[/] " + escape(problem.text(user_language())))
    return 1 if broken else 0


def _cells(path: Path) -> list[str]:
    try:
        approval = approval_of(path)
    except LayoutError:
        approval = None
    if approval is None:
        return [escape(path.name), *["–"] * 4]
    title = approval.title_zh if user_language() == "zh" else approval.title
    years = f"{approval.years[0]}–{approval.years[-1]}" if len(approval.years) > 1 else str(approval.years[0])
    about = f"[bold]{escape(approval.number)}[/]\n[dim]{escape(title)} · {escape(approval.by)}[/]"
    cells = (approval.date, years, str(len(approval.exceptions)), approval.digest[:12])
    return [about, *(escape(c) for c in cells)]


def _state(wrong: int) -> str:
    if wrong:
        return f"[bold red]{say(f'CHANGED ({wrong})', f'已被改动({wrong})')}[/]"
    return f"[green]{say('intact', '完好')}[/]"


def evaluate(
    approved: Annotated[Path, typer.Argument(help=say("Folder of an approved layout.", "批准方案文件夹。"))],
    enrolment: Annotated[
        Path,
        typer.Option(
            help=say(
                "Real enrolment (xlsx or csv): school, grade, class, pupils, zone or lon/lat of the home.",
                "实际就读（xlsx 或 csv）：学校、年级、班级、学生数，住址单元或经纬度。",
            )
        ),
    ],
    register: Annotated[
        Path | None,
        typer.Option(help=say("The year's register (xlsx or csv).", "当年指标台账（xlsx 或 csv）。")),
    ] = None,
    year: Annotated[int | None, typer.Option(help=say("School year.", "学年。"))] = None,
    ledger: Annotated[
        Path | None,
        typer.Option(help=say("Earlier ledger.csv to compare with.", "作比较的前期台账 ledger.csv。")),
    ] = None,
    coordinates: Annotated[
        str,
        typer.Option(help=say("System of lon/lat: wgs84, cgcs2000, gcj02, bd09.", "经纬度坐标系。")),
    ] = "wgs84",
    date: Annotated[
        str | None, typer.Option(help=say("Date of the ledger; today by default.", "台账日期，默认今天。"))
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help=say("Where to write.", "输出位置。"))
    ] = None,
) -> None:
    """Score an approved layout with the year's real enrolment and hold it against its plan."""
    approval, layout, scenario, district = open_approved(approved)
    units = known_units(district, layout)
    real, values, before = read_all(
        enrolment, district, units, coordinates=coordinates, register=register, ledger=ledger
    )
    done = hold_against(
        district,
        layout,
        scenario.profile(),
        real,
        as_of=date or today.today().isoformat(),
        year=year,
        register=values,
        before=before,
    )
    target = out or inside("runs", f"evaluate-{approved.resolve().name}-{done.year}")
    given = {"enrolment": enrolment, "register": register, "ledger": ledger}
    sources = {role: path for role, path in given.items() if path is not None}
    write_evaluation(done, target, approval=approval, district=district, sources=sources)
    console.print(evaluation_table(done, user_language()))
    for zh, en in done.notes:
        console.print(f"[dim]{escape(say(en, zh))}[/]")
    console.print(say("Written to ", "已写入 ") + escape(str(target)))
    print_internal()
