"""Command that opens the workbench in the browser."""

from __future__ import annotations

import contextlib
import os
import webbrowser
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from planning.cli.language import say
from planning.cli.show import console, errors
from planning.messages import LANGUAGE, matching
from planning.workbench import Opened, open_workbench


def open_(
    target: Annotated[
        Path | None,
        typer.Argument(help=say("cli.workbench.county_folder_xlsx_run_folder")),
    ] = None,
    port: Annotated[
        int,
        typer.Option("--port", min=0, max=65535, help=say("cli.workbench.n0_takes_free_one")),
    ] = 0,
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help=say("cli.workbench.only_print_address"))
    ] = False,
    read_only: Annotated[
        bool,
        typer.Option("--read-only", help=say("cli.workbench.show_plans_change_nothing")),
    ] = False,
    host: Annotated[
        str,
        typer.Option(
            "--host",
            help=say("cli.workbench.another_address_listen_read_only"),
        ),
    ] = "127.0.0.1",
    workspace: Annotated[Path, typer.Option("--workspace", help=say("cli.workbench.folder_projects"))] = Path(
        "workbench"
    ),
) -> None:
    """Open projects and plans in the browser; Ctrl-C ends it."""

    def told(opened: Opened) -> None:
        if host != "127.0.0.1":
            warning = say("cli.workbench.anybody_network_who_address_sees")
            errors.print(f"[bold yellow]{warning}[/]")
        console.print(
            say("cli.workbench.workbench") + escape(opened.address) + say("cli.workbench.ctrl_c_ends")
        )

    if target is not None and (target / "batch.json").is_file():
        _open_batch(target, browser=not no_browser)
        return
    left = open_workbench(
        target,
        workspace=workspace,
        host=host,
        port=port,
        browser=not no_browser,
        read_only=read_only,
        # the people it is for read Chinese, whatever the machine speaks; --lang en says otherwise
        lang=matching(os.environ[LANGUAGE]) if os.environ.get(LANGUAGE) else "zh",
        told=told,
    )
    if left:
        console.print(say("cli.workbench.job_s_go_next_planning", left=left))


def _open_batch(folder: Path, *, browser: bool) -> None:
    """Show the map of a batch, a file that leads to every county's own map."""
    from planning.batch import batch_map

    address = batch_map(folder).as_uri()
    console.print(say("cli.workbench.batch_map", address=escape(address)))
    if browser:
        with contextlib.suppress(webbrowser.Error, OSError):
            webbrowser.open(address)
