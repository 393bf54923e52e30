"""Commands that carry districts and layouts between formats and databases."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

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

Url = Annotated[
    str,
    typer.Argument(
        help=say(
            "postgis://user@host/database; the password comes from PGPASSWORD or ~/.pgpass.",
            "postgis://用户@主机/数据库；密码取自 PGPASSWORD 或 ~/.pgpass。",
        )
    ),
]
Replace = Annotated[bool, typer.Option("--replace", help=say("Replace what is there.", "覆盖已有内容。"))]

store = typer.Typer(no_args_is_help=True)


def convert(
    source: Annotated[
        str,
        typer.Argument(
            help=say(
                "District: folder, workbook, .gpkg or postgis://…",
                "区县数据：文件夹、工作簿、.gpkg 或 postgis://…",
            )
        ),
    ],
    out: Annotated[Path, typer.Argument(help=say("File or folder to write.", "要写出的文件或文件夹。"))],
    to: Annotated[
        str,
        typer.Option(
            "--to", help=say("Format: ", "格式：") + ", ".join(FORMATS) + say("; by the ending.", "。")
        ),
    ] = "",
) -> None:
    """Write a district in another format and prove that it reads back the same."""
    convert_district(_district(source), out, to)
    console.print(
        say(f"Wrote {escape(str(out))}; it reads back the same.", f"已写出 {escape(str(out))}，回读一致。")
    )


@store.command(
    "put", help=say("Put a district or a run folder into a database.", "将区县数据或运行结果存入数据库。")
)
def put(
    url: Url,
    source: Annotated[
        Path,
        typer.Argument(
            help=say("District (folder, .xlsx, .gpkg) or run folder.", "区县数据或运行结果文件夹。")
        ),
    ],
    replace: Replace = False,
) -> None:
    """Put a district or a run folder into a database, all or nothing."""
    if (source / "summary.json").is_file():
        district, layout = put_run(url, source, replace=replace)
        console.print(say(f"Stored layout {layout} of {district}.", f"已存入 {district} 的方案 {layout}。"))
        return
    name = put_district(url, read_district(source), replace=replace)
    console.print(say(f"Stored district {name}.", f"已存入区县 {name}。"))


@store.command("get", help=say("Get a district or a layout from a database.", "从数据库取出区县数据或方案。"))
def get(
    url: Url,
    name: Annotated[
        str, typer.Argument(help=say("DISTRICT or DISTRICT/LAYOUT.", "区县编号，或 区县编号/方案名。"))
    ],
    out: Annotated[Path, typer.Argument(help=say("File or folder to write.", "要写出的文件或文件夹。"))],
) -> None:
    """Get a district (in the format of the ending) or a layout (as a run folder)."""
    district, _, layout = name.partition("/")
    if layout:
        get_run(url, layout, out, district)
        console.print(
            say(
                f"Wrote {escape(str(out))}; draw its map with: planning map {escape(str(out))}",
                f"已写出 {escape(str(out))}；绘制地图：planning map {escape(str(out))}",
            )
        )
        return
    convert_district(read_store(url, district), out)
    console.print(say(f"Wrote {escape(str(out))}.", f"已写出 {escape(str(out))}。"))


@store.command("list", help=say("List what a database holds.", "列出数据库中的内容。"))
def list_(url: Url) -> None:
    """List the districts and layouts of a database."""
    table = Table(box=None, pad_edge=False)
    for head in (
        say("name", "名称"),
        say("title", "标题"),
        say("stored", "存入时间"),
        say("district since", "区县数据"),
    ):
        table.add_column(head)
    for entry in list_store(url):
        table.add_row(*map(escape, _line(entry)))
    console.print(table)


def _line(entry: Entry) -> tuple[str, str, str, str]:
    words = {
        None: "" if not entry.layout else say("not known", "无法判断"),
        True: say("unchanged", "未变"),
        False: say("changed", "已变更"),
    }
    name = f"{entry.district}/{entry.layout}" if entry.layout else entry.district
    return name, entry.title, entry.written, words[entry.current]


def _district(source: str) -> District:
    return read_store(source) if is_address(source) else read_district(source)
