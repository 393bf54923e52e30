"""Commands that make what people see: exports, notices, print maps, the public lookup page."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from planning.cli.language import say, user_language
from planning.cli.show import console, warn_changed
from planning.district import District
from planning.district.schema import STAGE_ZH
from planning.exchange import is_address
from planning.layout import Layout
from planning.runs import open_run, open_to_publish
from planning.scenario import NOTICE_ZH, Notice, notice_with
from planning.together import written_together

RunFolder = Annotated[Path, typer.Argument(help=say("cli.publish.run_folder"))]
Out = Annotated[Path | None, typer.Option("--out", "-o", help=say("cli.publish.where_write"))]
Stages = Annotated[
    list[str] | None,
    typer.Option("--stage", help=say("cli.publish.primary_junior_all_default")),
]
Sets = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        help=say("cli.publish.key_value_scenarios_notice_part"),
    ),
]


def export(
    folder: RunFolder,
    to: Annotated[
        str,
        typer.Option(
            "--to",
            help=say("cli.publish.gpkg_geojson_shp_kml_postgis"),
        ),
    ] = "",
    out: Out = None,
    simplify: Annotated[
        float, typer.Option("--simplify", min=0, help=say("cli.publish.simplify_borders_metres"))
    ] = 0.0,
    smooth: Annotated[
        float,
        typer.Option("--smooth", min=0, help=say("cli.publish.round_corners_most_metres")),
    ] = 0.0,
) -> None:
    """Write the catchments and schools of a run for desktop GIS, or a run or district into a database."""
    if is_address(to):
        from planning.cli.exchange import put

        put(to, folder)
        return
    from planning.publish.export.write import default_target, export_catchments, parts_report

    layout, _, district = open_to_publish(folder)
    target = out or default_target(folder, to or "gpkg")
    catchments = export_catchments(district, layout, target, to, simplify_m=simplify, smooth_m=smooth)
    console.print(say("cli.publish.catchments_written", count=len(catchments)) + escape(str(target)))
    for row in parts_report(catchments).itertuples():
        name = escape(str(row.name))
        console.print(
            "  "
            + say(
                "cli.publish.exclaves_holes",
                name=name,
                stage=row.stage,
                exclaves=row.exclaves,
                holes=row.holes,
            )
        )


def notice(
    folder: RunFolder,
    stage: Stages = None,
    out: Out = None,
    to: Annotated[str, typer.Option("--to", help=say("cli.publish.docx_pdf_both"))] = "both",
    year: Annotated[
        int | None, typer.Option("--year", help=say("cli.publish.school_year_first_default"))
    ] = None,
    sets: Sets = None,
    check: Annotated[
        bool,
        typer.Option(
            "--check",
            help=say("cli.publish.walk_every_border_along_printed"),
        ),
    ] = False,
    compact: Annotated[bool, typer.Option("--compact", help=say("cli.publish.compact_form_too"))] = False,
) -> None:
    """Write the public notice of every stage as Word and PDF."""
    from planning.publish.notice.write import notice_kinds, write_notice
    from planning.publish.places import as_published, output_home, stages_of
    from planning.publish.told import notice_of

    layout, _, district = open_to_publish(folder)
    info = notice_with(notice_of(layout), sets or ())
    stages = stage or stages_of(layout)
    home = out or output_home(folder) / "notice"
    forms = {"": False, **({"-compact": True} if compact else {})}
    papers = {
        f"notice-{s}{form}.{kind}": (s, short)
        for s in stages
        for form, short in forms.items()
        for kind in notice_kinds(to)
    }
    with written_together(home, list(papers)) as making:
        # Word first: where PDF cannot be made, every stage still has its notice
        for paper, (name, short) in sorted(papers.items(), key=lambda item: Path(item[0]).suffix):
            write_notice(district, layout, name, making / paper, info, year=year, compact=short)
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
    from planning.publish.places import output_home, stages_of
    from planning.publish.told import notice_of
    from planning.publish.words import day_word

    layout, _, district = open_run(folder)
    warn_changed(layout)
    info = notice_with(notice_of(layout), sets or ())
    date = day_word(info.date or datetime.date.today().isoformat())
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

    layout, _, district = open_to_publish(folder)
    info = notice_with(notice_of(layout), sets or ())
    path = write_lookup(district, layout, out or output_home(folder) / LOOKUP, info)
    _wrote(path)
    console.print(say("cli.publish.mb_one_file_opens_without", st_size=path.stat().st_size / 1000000.0))


def _wrote(path: Path) -> None:
    console.print(say("cli.publish.written") + escape(str(path)))


def _agreement(layout: Layout, district: District, stage: str) -> None:
    from planning.district.called import Called
    from planning.publish.notice.read_back import AGREE, check_words

    found, called = check_words(district, layout, stage), Called.of(district, user_language())
    parts, exclaves, holes = (int(found[name].sum()) for name in ("parts", "exclaves", "holes"))
    console.print(
        say(
            "cli.publish.words_map_agree_median_parts",
            stage=say(stage, STAGE_ZH[stage]),
            median=found["agreement"].median(),
            count=len(found),
            parts=parts,
            exclaves=exclaves,
            holes=holes,
        )
    )
    for unit, row in found[found["agreement"] < AGREE].sort_values("agreement").iterrows():
        console.print(
            say("cli.publish.read_against_map", unit=called.unit(str(unit)), agreement=row["agreement"])
        )
    for unit, row in found[(found["exclaves"] > 0) | (found["holes"] > 0)].iterrows():
        console.print(
            say(
                "cli.publish.exclaves_holes_line_describes_area",
                unit=called.unit(str(unit)),
                exclaves=row["exclaves"],
                holes=row["holes"],
                described=row["described"],
            )
        )


def _blanks(info: Notice) -> None:
    keys = ("issuer", "number", "date", "window", "phone", "email", "address", "review_number")
    empty = [key for key in keys if not getattr(info, key)]
    if empty:
        words = say(", ".join(empty), "、".join(NOTICE_ZH[key] for key in empty))
        console.print(say("cli.publish.left_blank_fill_hand_under", words=words))
