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

Root = Annotated[Path, typer.Option("--folder", help=say("cli.approve.folder_approved_layouts"))]


def approve(
    run: Annotated[Path, typer.Argument(help=say("cli.approve.run_folder"))],
    number: Annotated[str, typer.Option(help=say("cli.approve.document_number"))] = "",
    date: Annotated[str, typer.Option(help=say("cli.approve.date_decision"))] = "",
    by: Annotated[str, typer.Option(help=say("cli.approve.who_approved"))] = "",
    note: Annotated[str, typer.Option(help=say("cli.approve.remark"))] = "",
    with_exceptions: Annotated[
        bool,
        typer.Option(
            "--with-exceptions",
            help=say("cli.approve.approve_although_does_not_verify"),
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
    console.print(say("cli.approve.sign") + escape(str(approval.folder)) + "/approval.html")


def layouts(folder: Root = Path("approved")) -> int:
    """List the approved layouts and whether anything in them changed."""
    found = sorted((*list_approved(folder), *without_record(folder)))
    if not found:
        console.print(
            say("cli.approve.no_approved_layouts")
            + escape(str(folder))
            + say("cli.approve.approve_one_planning_approve_run")
        )
        return 0
    table = Table(box=None)
    names = (say("cli.approve.layout"), say("cli.approve.date"), say("cli.approve.years"), say("cli.approve.exceptions"), "SHA-256", say("cli.approve.state"))  # fmt: skip
    for k, name in enumerate(names):
        table.add_column(name, no_wrap=k > 0)
    broken: list[Issue] = []
    signed: list[Path] = []
    for path in found:
        wrong = changes(path)
        broken += wrong
        table.add_row(*_cells(path), _state(len(wrong)))
        signed += [path / name for name in signatures(path)]
    console.print(table)
    for file in signed:
        console.print(say("cli.approve.signature_outside_sha_256") + escape(str(file)))
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
    title = say(approval.title, approval.title_zh)
    years = f"{approval.years[0]}–{approval.years[-1]}" if len(approval.years) > 1 else str(approval.years[0])
    about = f"[bold]{escape(approval.number)}[/]\n[dim]{escape(title)} · {escape(approval.by)}[/]"
    cells = (approval.date, years, str(len(approval.exceptions)), approval.digest[:12])
    return [about, *(escape(c) for c in cells)]


def _state(wrong: int) -> str:
    if wrong:
        return f"[bold red]{say('cli.approve.changed', wrong=wrong)}[/]"
    return f"[green]{say('cli.approve.intact')}[/]"


def evaluate(
    approved: Annotated[Path, typer.Argument(help=say("cli.approve.folder_approved_layout"))],
    enrolment: Annotated[
        Path,
        typer.Option(help=say("cli.approve.real_enrolment_xlsx_csv_school")),
    ],
    register: Annotated[
        Path | None,
        typer.Option(help=say("cli.approve.years_register_xlsx_csv")),
    ] = None,
    year: Annotated[int | None, typer.Option(help=say("cli.approve.school_year"))] = None,
    ledger: Annotated[
        Path | None,
        typer.Option(help=say("cli.approve.earlier_ledger_csv_compare")),
    ] = None,
    coordinates: Annotated[
        str,
        typer.Option(help=say("cli.approve.system_lon_lat_wgs84_cgcs2000")),
    ] = "wgs84",
    date: Annotated[str | None, typer.Option(help=say("cli.approve.date_ledger_today_default"))] = None,
    out: Annotated[Path | None, typer.Option("--out", "-o", help=say("cli.approve.where_write"))] = None,
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
    console.print(say("cli.approve.written") + escape(str(target)))
    print_internal()
