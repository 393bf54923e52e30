"""Commands about the 32 indicators: score a run, a register or any catchments; compare ledgers."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.table import Table

from planning.atomic import new_folder
from planning.cli.language import say, user_language
from planning.cli.show import console, warn_changed
from planning.district import District, remembered_district
from planning.errors import ScenarioError
from planning.filenames import inside
from planning.indicators import (
    Figures,
    Scorecard,
    figures_of_assignment,
    figures_of_layout,
    figures_of_register,
    make_case,
    score,
    score_figures,
    write_scorecard,
)
from planning.indicators.closed import closed_units
from planning.indicators.elsewhere import read_assignment, read_attendance
from planning.indicators.inputs import known_projects, known_year
from planning.indicators.ledger import STATUSES, compare_ledgers, make_ledger, renamed, write_ledger
from planning.indicators.ledger_pair import read_both
from planning.indicators.scorecard import write_csv
from planning.indicators.verdict import shown_in
from planning.internal import write_internal_note
from planning.layout import load_layout
from planning.messages import Both, zh_en
from planning.runs import not_as_planned, open_run
from planning.standards import Profile, read_profile

if TYPE_CHECKING:
    import pandas as pd

_COLOUR = {"pass": "green", "fail": "red", "not_supplied": "yellow", "not_applicable": "dim"}


def score_(
    source: Annotated[
        Path,
        typer.Argument(help=say("cli.score.run_folder_district_folder_workbook")),
    ],
    assignment: Annotated[
        Path | None,
        typer.Option(help=say("cli.score.catchments_score_csv_zone_stage")),
    ] = None,
    attendance: Annotated[
        Path | None,
        typer.Option(help=say("cli.score.real_enrolment_csv_zone_unit")),
    ] = None,
    year: Annotated[int | None, typer.Option(help=say("cli.score.school_year"))] = None,
    standards: Annotated[
        str | None,
        typer.Option(help=say("cli.score.profile_standards_run_own_else")),
    ] = None,
    project: Annotated[list[str] | None, typer.Option(help=say("cli.score.project_use_repeatable"))] = None,
    out: Annotated[Path | None, typer.Option("--out", "-o", help=say("cli.score.where_write"))] = None,
) -> None:
    """Score a run, the class register of a district, or any catchments with or without real enrolment."""
    if (source / "summary.json").is_file():
        layout, scenario, district = open_run(source)
        warn_changed(layout)
        if assignment is not None or attendance is not None or project:
            raise typer.BadParameter(say("cli.score.assignment_attendance_project_go"))
        profile = read_profile(standards) if standards else scenario.profile()
        _fits(district, profile, standards or scenario.standards)
        notes = not_as_planned(layout, scenario, district, profile)
        year = known_year(year, layout.units["year"], "units")
        figures = figures_of_layout(district, layout, profile, year)
        card = score(district, layout, profile, figures.year)
    else:
        district, profile = remembered_district(source), read_profile(standards or "litong-2021")
        _fits(district, profile, standards or profile.id)
        notes = []
        figures = _figures(district, profile, assignment, attendance, year, tuple(project or ()))
        card = score_figures(figures, profile)
    console.print(_table(card))
    console.print(f"[bold]{escape(card.text(user_language()))}[/]")
    for zh, en in [*notes, *_of_other_years(card)]:
        console.print(f"[dim]{escape(say(en, zh))}[/]")
    if out is None and not (card.passed or card.failed):
        console.print(escape(say("cli.score.nothing_supplied")))
        return
    target = out or inside("runs", f"score-{source.resolve().name}")
    _write(target, district, figures, profile, card)
    console.print(say("cli.score.written") + escape(str(target)))


def _fits(district: District, profile: Profile, standards: str) -> None:
    if problems := profile.other_grades(district.grades, standards):
        raise ScenarioError(problems)


def _of_other_years(card: Scorecard) -> list[tuple[str, str]]:
    """Say which indicators rest on values of the register that are older than a school year."""
    old = card.indicators.loc[card.indicators["stale"].astype(bool), "id"].tolist()
    if not old:
        return []
    zh, en = "、".join(old), ", ".join(old)
    return [zh_en("cli.score.register_older", before=card.year - 1, year=card.year, some=Both(en, zh))]


def ledger(
    before: Annotated[Path, typer.Argument(help=say("cli.score.earlier_ledger_csv"))],
    after: Annotated[Path, typer.Argument(help=say("cli.score.later_ledger_csv"))],
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help=say("cli.score.csv_file_every_change")),
    ] = None,
    run: Annotated[
        Path | None,
        typer.Option(help=say("cli.score.run_approved_layout_force_between")),
    ] = None,
) -> None:
    """Say what was cleared between two ledgers of one county, and what was merged, only vanished or was not supplied."""
    earlier, later = read_both(before, after)
    changes = compare_ledgers(earlier, later, () if run is None else _closed_by(run, later))
    table = Table(box=None)
    for name in (
        say("cli.score.unit"),
        say("cli.score.item"),
        say("cli.score.before"),
        say("cli.score.after"),
        say("cli.score.status"),
    ):
        table.add_column(name)
    for row in changes[changes["status"] != "unchanged"].to_dict("records"):
        gaps = ["–" if row[c] != row[c] else f"{row[c]:,.6g}" for c in ("gap_before", "gap_after")]
        status = str(row["status"])
        table.add_row(
            escape(str(row["name"])),
            escape(str(row["item_zh"])),
            *gaps,
            say(status.replace("_", " "), STATUSES[status]),
        )
    console.print(table)
    counts = changes["status"].value_counts()
    if out is not None:
        write_csv(changes.assign(status_zh=changes["status"].map(STATUSES)), out)
    always = list(STATUSES)[:5]
    console.print(
        "  ".join(
            say(word.replace("_", " "), zh) + f" {int(counts.get(word, 0))}"
            for word, zh in STATUSES.items()
            if word in always or word in counts.index
        )
    )
    moved = renamed(earlier, later)
    for old, new in moved.items():
        console.print(escape(say("cli.score.goes_same_name_stage", old=old, new=new)))


def _closed_by(run: Path, later: pd.DataFrame) -> frozenset[str]:
    """Return the units that a run has closed by the school year of a ledger, or by its last one."""
    layout = load_layout(run)
    years = sorted({int(y) for y in layout.units["year"]} & {int(y) for y in later["year"].dropna()})
    return closed_units(layout, years[-1] if years else None)


def _figures(
    district: District,
    profile: Profile,
    assignment: Path | None,
    attendance: Path | None,
    year: int | None,
    projects: tuple[str, ...],
) -> Figures:
    projects = known_projects(projects, district)
    if assignment is None and attendance is None:
        year = known_year(year, district.classes["year"], "classes")
        if projects:
            raise typer.BadParameter(say("cli.score.project_needs_assignment"))
        return figures_of_register(district, profile, year)
    if assignment is None:
        raise typer.BadParameter(say("cli.score.attendance_needs_assignment"))
    if attendance is None:
        year = known_year(year, district.zone_pupils["year"], "zone_pupils")
    built = district.projects[district.projects["project"].isin(projects)]
    created = [
        f"{s}-{'P' if t == 'primary' else 'J'}" for s, t in zip(built["school"], built["stage"], strict=True)
    ]
    read = read_assignment(assignment, district, created)
    homes = None if attendance is None else read_attendance(attendance, district, created)
    for finding in (*read.findings, *(homes.findings if homes else ())):
        console.print(f"[dim]{escape(finding.text(user_language()))}[/]")
    return figures_of_assignment(
        district, read.table, profile, year=year, attendance=homes.table if homes else None, projects=projects
    )


def _write(target: Path, district: District, figures: Figures, profile: Profile, card: Scorecard) -> None:
    table = make_ledger(
        make_case(figures, profile),
        date.today().isoformat(),
        district=district.info.id,
        district_zh=district.info.name_zh,
    )
    synthetic = any(layer.status == "synthetic" for layer in district.info.layers.values())
    with new_folder(target) as folder:
        write_internal_note(folder)
        write_scorecard(card, folder)
        write_ledger(table, folder / "ledger.csv")
        from planning.publish.workbook.scorecard import write_scorecard_workbook

        write_scorecard_workbook(
            card, folder / "scorecard.xlsx", county=district.info.name_zh, synthetic=synthetic, ledger=table
        )


def _table(card: Scorecard) -> Table:
    words = {
        "pass": say("cli.score.pass"),
        "fail": say("cli.score.fail"),
        "not_supplied": say("cli.score.not_supplied"),
        "not_applicable": say("cli.score.not_applicable"),
    }
    table = Table(box=None)
    for name in (
        "",
        say("cli.score.indicator"),
        say("cli.score.value"),
        say("cli.score.standard"),
        say("cli.score.verdict"),
    ):
        table.add_column(name)
    for row in [*card.indicators.to_dict("records"), *card.added.to_dict("records")]:
        name, asked = (say(str(row[f"{part}_en"]), str(row[f"{part}_zh"])) for part in ("name", "standard"))
        verdict = str(row["verdict"])
        figure = shown_in(row["shown"], user_language())
        cells = [str(row["id"]), name, figure, asked]
        table.add_row(*map(escape, cells), f"[{_COLOUR[verdict]}]{words[verdict]}[/]")
    return table
