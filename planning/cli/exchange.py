"""Commands that carry districts and layouts between formats and databases."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from planning.cli.commands import SpokenCommand, SpokenGroup
from planning.cli.language import say
from planning.cli.show import console
from planning.district import District, read_district
from planning.exchange import (
    FORMATS,
    Entry,
    convert_district,
    get_run,
    is_address,
    list_store,
    put_district,
    put_run,
    read_store,
)
from planning.runs import refuse_changed

Url = Annotated[
    str,
    typer.Argument(help=say("cli.exchange.postgis_user_host_database_password")),
]
Replace = Annotated[bool, typer.Option("--replace", help=say("cli.exchange.replace_what"))]

store = typer.Typer(cls=SpokenGroup, no_args_is_help=True)


def convert(
    source: Annotated[
        str,
        typer.Argument(help=say("cli.exchange.district_folder_workbook_gpkg")),
    ],
    out: Annotated[Path, typer.Argument(help=say("cli.exchange.file_folder_write"))],
    to: Annotated[
        str,
        typer.Option(
            "--to", help=say("cli.exchange.format") + ", ".join(FORMATS) + say("cli.exchange.ending")
        ),
    ] = "",
) -> None:
    """Write a district in another format and prove that it reads back the same."""
    convert_district(_district(source), out, to)
    console.print(say("cli.exchange.wrote_reads_back_same", out=escape(str(out))))


@store.command("put", cls=SpokenCommand, help=say("cli.exchange.put_district_run_folder_into"))
def put(
    url: Url,
    source: Annotated[
        Path,
        typer.Argument(help=say("cli.exchange.district_folder_xlsx_gpkg_run")),
    ],
    replace: Replace = False,
) -> None:
    """Put a district or a run folder into a database, all or nothing; a run that was changed by hand is refused."""
    if (source / "summary.json").is_file():
        refuse_changed(source)  # read from the store it would be a run that nobody changed
        district, layout = put_run(url, source, replace=replace)
        console.print(say("cli.exchange.stored_layout", layout=layout, district=district))
        return
    name = put_district(url, read_district(source), replace=replace)
    console.print(say("cli.exchange.stored_district", name=name))


@store.command("get", cls=SpokenCommand, help=say("cli.exchange.get_district_layout_from_database"))
def get(
    url: Url,
    name: Annotated[str, typer.Argument(help=say("cli.exchange.district_district_layout"))],
    out: Annotated[Path, typer.Argument(help=say("cli.exchange.file_folder_write"))],
) -> None:
    """Get a district (in the format of the ending) or a layout (as a run folder)."""
    district, _, layout = name.partition("/")
    if layout:
        get_run(url, layout, out, district)
        console.print(say("cli.exchange.wrote_draw_map_planning_map", out=escape(str(out))))
        return
    convert_district(read_store(url, district), out)
    console.print(say("cli.exchange.wrote", out=escape(str(out))))


@store.command("list", cls=SpokenCommand, help=say("cli.exchange.list_what_database_holds"))
def list_(url: Url) -> None:
    """List the districts and layouts of a database."""
    table = Table(box=None, pad_edge=False)
    for head in (
        say("cli.exchange.name"),
        say("cli.exchange.title"),
        say("cli.exchange.stored"),
        say("cli.exchange.district_since"),
    ):
        table.add_column(head)
    for entry in list_store(url):
        table.add_row(*map(escape, _line(entry)))
    console.print(table)


def _line(entry: Entry) -> tuple[str, str, str, str]:
    words = {
        None: "" if not entry.layout else say("cli.exchange.not_known"),
        True: say("cli.exchange.unchanged"),
        False: say("cli.exchange.changed"),
    }
    name = f"{entry.district}/{entry.layout}" if entry.layout else entry.district
    return name, entry.title, entry.written, words[entry.current]


def _district(source: str) -> District:
    return read_store(source) if is_address(source) else read_district(source)
