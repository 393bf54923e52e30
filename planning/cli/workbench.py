"""Command that opens the workbench in the browser."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from planning.cli.language import say
from planning.cli.show import console, errors
from planning.workbench import Opened, open_workbench


def open_(
    target: Annotated[
        Path | None,
        typer.Argument(
            help=say(
                "County (folder or .xlsx), run folder or scenario; all projects without it.",
                "区县数据（文件夹或 .xlsx）、方案文件夹或情景文件；省略则显示全部项目。",
            )
        ),
    ] = None,
    port: Annotated[
        int,
        typer.Option("--port", min=0, max=65535, help=say("0 takes a free one.", "端口；0 表示自动选择。")),
    ] = 0,
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help=say("Only print the address.", "只打印地址，不打开浏览器。"))
    ] = False,
    read_only: Annotated[
        bool,
        typer.Option("--read-only", help=say("Show plans, change nothing.", "只读：仅查看，不作任何更改。")),
    ] = False,
    host: Annotated[
        str,
        typer.Option(
            "--host",
            help=say(
                "Another address to listen on, with --read-only alone: whoever has the printed address sees the plans.",
                "在其他地址上监听，仅限 --read-only：持有所打印地址者均可查看方案。",
            ),
        ),
    ] = "127.0.0.1",
    workspace: Annotated[
        Path, typer.Option("--workspace", help=say("Folder of the projects.", "项目所在文件夹。"))
    ] = Path("workbench"),
) -> None:
    """Open projects and plans in the browser; Ctrl-C ends it."""

    def told(opened: Opened) -> None:
        if host != "127.0.0.1":
            warning = say(
                "ANYBODY in the network who has this address sees all plans with pupil counts.",
                "网络中持有该地址的任何人都能看到全部方案及学生人数。",
            )
            errors.print(f"[bold yellow]{warning}[/]")
        console.print(
            say("Workbench: ", "工作台：")
            + escape(opened.address)
            + say("   (Ctrl-C ends it)", "   （按 Ctrl-C 结束）")
        )

    left = open_workbench(
        target,
        workspace=workspace,
        host=host,
        port=port,
        browser=not no_browser,
        read_only=read_only,
        # the people it is for read Chinese, whatever the machine speaks; --lang en says otherwise
        lang="en" if os.environ.get("PLANNING_LANG", "").lower().startswith("en") else "zh",
        told=told,
    )
    if left:
        console.print(
            say(
                f"{left} job(s) go on; the next planning open shows them.",
                f"{left} 项任务继续在后台运行，下次 planning open 可查看。",
            )
        )
