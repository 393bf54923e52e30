"""Commands about data: check a district, write the template."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from planning.cli.language import say, user_language
from planning.cli.show import console
from planning.errors import gathered
from planning.messages import Both

DEMO = "new-schools.yaml"
"""Scenario that shows most: projects, new catchments."""


def check(
    district: Annotated[
        Path,
        typer.Argument(help=say("cli.data.district_folder_workbook_xlsx")),
    ],
) -> int:
    """Check every table of a district at once."""
    from planning.library import check_district

    problems = gathered(check_district(district))
    wrong = [p for p in problems if p.level == "error"]
    for problem in problems:
        mark = "[red]✗[/]" if problem.level == "error" else "[yellow]![/]"
        console.print(f"{mark} {escape(problem.text(user_language()))}")
    warned = len(problems) - len(wrong)
    if wrong:
        console.print(
            say(
                "cli.data.check",
                many=Both(_many(len(wrong), "error"), str(len(wrong))),
                many2=Both(_many(warned, "warning"), str(warned)),
            )
        )
        return 2
    console.print(
        say(
            "cli.data.valid", district=escape(str(district)), many=Both(_many(warned, "warning"), str(warned))
        )
    )
    return 0


def new(
    folder: Annotated[Path, typer.Argument(help=say("cli.data.folder_make"))],
) -> None:
    """Copy the default county and its scenarios into a new folder, to try or to start from."""
    from planning.shipped import copy_shipped

    copy_shipped(folder)
    console.print(say("cli.data.copied_county_next", folder=escape(str(folder)), scenario=DEMO))


def _many(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"


def template(
    out: Annotated[Path, typer.Argument(help=say("cli.data.workbook_write_xlsx"))],
) -> None:
    """Write an empty workbook with every table, units, examples and drop-down lists."""
    from planning.district import write_template

    write_template(out, lang=user_language())
    console.print(say("cli.data.wrote_fill_then_planning_check", out=escape(str(out))))
