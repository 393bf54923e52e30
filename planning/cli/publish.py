"""Commands that make what people see: exports, notices, print maps, the public lookup page."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from planning.cli.language import say
from planning.cli.show import console
from planning.district import District
from planning.exchange import is_address
from planning.layout import Layout
from planning.runs import open_run
from planning.scenario import Notice, notice_with
from planning.together import written_together

RunFolder = Annotated[Path, typer.Argument(help=say("Run folder.", "运行结果文件夹。"))]
Out = Annotated[Path | None, typer.Option("--out", "-o", help=say("Where to write.", "输出位置。"))]
Stages = Annotated[
    list[str] | None,
    typer.Option("--stage", help=say("primary or junior; all by default.", "primary 或 junior；默认全部。")),
]
Sets = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        help=say(
            "key=value of the scenario's notice: part (issuer, number, date, window, phone, email, address, review_number …).",
            "情景 notice: 部分的 键=值（issuer、number、date、window、phone、email、address、review_number 等）。",
        ),
    ),
]


def export(
    folder: RunFolder,
    to: Annotated[
        str,
        typer.Option(
            "--to",
            help=say("gpkg, geojson, shp, kml, or postgis://…", "gpkg、geojson、shp、kml，或 postgis://…"),
        ),
    ] = "",
    out: Out = None,
    simplify: Annotated[
        float, typer.Option("--simplify", min=0, help=say("Simplify borders, metres.", "简化界线，米。"))
    ] = 0.0,
    smooth: Annotated[
        float,
        typer.Option(
            "--smooth", min=0, help=say("Round corners by at most, metres.", "圆滑拐角，最大米数。")
        ),
    ] = 0.0,
) -> None:
    """Write the catchments and schools of a run for desktop GIS, or a run or district into a database."""
    if is_address(to):
        from planning.cli.exchange import put

        put(to, folder)
        return
    from planning.publish.export.write import default_target, export_catchments, parts_report

    layout, _, district = open_run(folder)
    target = out or default_target(folder, to or "gpkg")
    catchments = export_catchments(district, layout, target, to, simplify_m=simplify, smooth_m=smooth)
    console.print(
        say(f"{len(catchments)} catchments written to ", f"已写出{len(catchments)}个学区：")
        + escape(str(target))
    )
    for row in parts_report(catchments).itertuples():
        name = escape(str(row.name))
        console.print(
            "  "
            + say(
                f"{name} ({row.stage}): {row.exclaves} exclaves, {row.holes} holes",
                f"{name}({row.stage})：飞地{row.exclaves}处，洞{row.holes}处",
            )
        )


def notice(
    folder: RunFolder,
    stage: Stages = None,
    out: Out = None,
    to: Annotated[
        str, typer.Option("--to", help=say("docx, pdf or both.", "docx、pdf 或 both（两者）。"))
    ] = "both",
    year: Annotated[
        int | None, typer.Option("--year", help=say("School year; the first by default.", "学年；默认首年。"))
    ] = None,
    sets: Sets = None,
    check: Annotated[
        bool,
        typer.Option(
            "--check",
            help=say(
                "Walk every border along its printed words and say how well it closes.",
                "按公示文字逐条走界线，报告与图形的一致程度。",
            ),
        ),
    ] = False,
) -> None:
    """Write the public notice of every stage as Word and PDF."""
    from planning.publish.notice.write import notice_kinds, write_notice
    from planning.publish.places import as_published, output_home, stages_of
    from planning.publish.told import notice_of

    layout, _, district = open_run(folder)
    info = notice_with(notice_of(layout), sets or ())
    stages = stage or stages_of(layout)
    home = out or output_home(folder) / "notice"
    papers = {f"notice-{s}.{kind}": s for s in stages for kind in notice_kinds(to)}
    with written_together(home, list(papers)) as making:
        # Word first: where PDF cannot be made, every stage still has its notice
        for paper, name in sorted(papers.items(), key=lambda item: Path(item[0]).suffix):
            write_notice(district, layout, name, making / paper, info, year=year)
    for paper in papers:
        _wrote(home / paper)
    if check:
        for name in stages:
            _agreement(as_published(layout), district, name)
    _blanks(info)


def print_(
    folder: RunFolder,
    paper: Annotated[str, typer.Option("--paper", help="A4, A3")] = "A4",
    stage: Stages = None,
    out: Out = None,
    sets: Sets = None,
) -> None:
    """Draw the catchments of every stage as a vector PDF to print."""
    from planning.publish.map.print_map import write_print_map
    from planning.publish.places import day_zh, output_home, stages_of
    from planning.publish.told import notice_of

    layout, _, district = open_run(folder)
    info = notice_with(notice_of(layout), sets or ())
    today = datetime.date.today()
    date = day_zh(info.date) or f"{today.year}年{today.month}月{today.day}日"
    home = out or output_home(folder) / "print"
    maps = {f"map-{name}-{paper}.pdf": name for name in stage or stages_of(layout)}
    with written_together(home, list(maps)) as making:
        for file, name in maps.items():
            write_print_map(
                district,
                layout,
                name,
                making / file,
                paper=paper,
                review_number=info.review_number,
                date=date,
            )
    for file in maps:
        _wrote(home / file)


def lookup(folder: RunFolder, out: Out = None, sets: Sets = None) -> None:
    """Make the page on which a parent finds the school of an estate or village, without internet."""
    from planning.publish.page.lookup import LOOKUP, write_lookup
    from planning.publish.places import output_home
    from planning.publish.told import notice_of

    layout, _, district = open_run(folder)
    info = notice_with(notice_of(layout), sets or ())
    path = write_lookup(district, layout, out or output_home(folder) / LOOKUP, info)
    _wrote(path)
    console.print(say(f"{path.stat().st_size / 1e6:.1f} MB, one file; opens without internet.",
                      f"{path.stat().st_size / 1e6:.1f} MB，单个文件，无需联网即可打开。"))  # fmt: skip


def _wrote(path: Path) -> None:
    console.print(say("Written: ", "已写出：") + escape(str(path)))


def _agreement(layout: Layout, district: District, stage: str) -> None:
    from planning.publish.notice.boundary_text import AGREE, check_words

    found = check_words(district, layout, stage)
    parts, exclaves, holes = (int(found[name].sum()) for name in ("parts", "exclaves", "holes"))
    console.print(
        say(
            f"  {stage}: words and map agree by {found['agreement'].median():.0%} (median of {len(found)}); "
            f"{parts} parts, {exclaves} exclaves, {holes} holes",
            f"  {stage}：文字与图形一致度中位数{found['agreement'].median():.0%}（{len(found)}个学区）；"
            f"共{parts}块，飞地{exclaves}处，洞{holes}处",
        )
    )
    for unit, row in found[found["agreement"] < AGREE].sort_values("agreement").iterrows():
        console.print(
            say(
                f"    {unit}: {row['agreement']:.0%}, read it against the map",
                f"    {unit}：{row['agreement']:.0%}，请对照示意图核对",
            )
        )
    for unit, row in found[(found["exclaves"] > 0) | (found["holes"] > 0)].iterrows():
        console.print(
            say(
                f"    {unit}: {row['exclaves']:.0f} exclaves, {row['holes']:.0f} holes; "
                f"the line describes {row['described']:.0%} of its area",
                f"    {unit}：飞地{row['exclaves']:.0f}处，洞{row['holes']:.0f}处；界线文字描述了面积的{row['described']:.0%}",
            )
        )


def _blanks(info: Notice) -> None:
    keys = ("issuer", "number", "date", "window", "phone", "email", "address", "review_number")
    empty = [key for key in keys if not getattr(info, key)]
    if empty:
        words = ", ".join(empty)
        console.print(
            say(
                f"Left blank: {words}. Fill in by hand, under notice: in the scenario, or with --set KEY=VALUE.",
                f"留空：{words}。请手工填写，或写入情景的 notice: 部分，或用 --set 键=值。",
            )
        )
