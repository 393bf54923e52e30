"""Say what the public notice of a stage's catchments says, block by block, for Word and PDF alike."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from planning.district import District
from planning.editing.moved import moved_by_hand
from planning.errors import Issue, LayoutError, PlanningError
from planning.layout import Layout, in_seats
from planning.messages import Text, paper_language, said, spoken
from planning.publish.catchments import catchment_polygons
from planning.publish.notice.blocks import Block, Grid, Heading, NoticePaper, Picture, Words
from planning.publish.notice.boundary_text import BoundaryText
from planning.publish.notice.entrants import expected_entrants, first_year, school_seats
from planning.publish.notice.limits import Limits, limits_of
from planning.publish.notice.overflow import arranged_flows, seats_missing
from planning.publish.notice.seats import seats_section
from planning.publish.places import (
    MAIN_ROADS,
    as_published,
    data_word,
    names_of_units,
    names_of_zones,
    public_note,
    school_sites,
    shared_name,
    stages_of,
)
from planning.publish.told import notice_of
from planning.publish.words import county_word, day_word, stage_word
from planning.scenario import Notice, scenario_from_data
from planning.zoning.build.units import later_note

BLANK = "__________"
SIDES_LABEL, REMARK_LABEL = Text("publish.paper.sides"), Text("publish.paper.remark")
"""Before what a notice says of a school's four sides, and of what its limits leave out."""
_ROAD_LEAST_M = 100.0
_MOST_ROADS = 12


def notice_paper(
    district: District, layout: Layout, stage: str, info: Notice | None = None, *, year: int | None = None
) -> NoticePaper:
    """Return what the notice of a stage says (standards.md §5); parameters as in :func:`planning.publish.notice.write.write_notice`."""
    from planning.publish.map.print_map import overview_figure

    info = notice_of(layout) if info is None else info
    year = first_year(layout) if year is None else year
    _check(layout, stage, year)
    layout = as_published(layout)
    name = county_word(district)
    blocks = (
        *_opening(district, layout, stage, info, year),
        *seats_section(district, layout, stage, year),
        *_later(district, layout, stage),
        Heading(said("publish.paper.3_catchments_of_the_schools")),
        Words(said("publish.paper.the_next_page_shows_all_catchments")),
        *_schools(district, layout, stage, year),
        *_changes(district, layout, stage),
        *_overflow(district, layout, stage, info, year),
        *_comments(info),
        Picture(
            lambda: overview_figure(
                district, layout, stage, review_number=info.review_number, date=day_word(info.date)
            ),
            "",
            whole_page=True,
        ),
    )
    return NoticePaper(
        title=said(
            "publish.paper.notice_of_the_school_catchments_of", name=name, year=year, stage=stage_word(stage)
        ),
        number=said("publish.paper.number", number=info.number or BLANK),
        status=said(
            "publish.paper.status_of_the_data",
            data_status=data_word(district, layout) or said("publish.word.not_stated"),
            public_note=public_note(district, layout),
        ),
        blocks=blocks,
        signature=(info.issuer or BLANK, day_word(info.date) or said("publish.paper.date")),
        lang=paper_language(),
    )


def _check(layout: Layout, stage: str, year: int) -> None:
    years = sorted({int(y) for y in layout.units["year"]})
    for value, known, zh in (
        (stage, stages_of(layout), said("publish.word.stage")),
        (year, years, said("publish.paper.year")),
    ):
        if value not in known:
            text = ", ".join(map(str, known))
            raise LayoutError(
                [
                    Issue(
                        "publish.paper.layout_does_not_hold_holds",
                        layout.name,
                        value=str(value),
                        text=text,
                        zh=zh,
                    )
                ]
            )


def _opening(district: District, layout: Layout, stage: str, info: Notice, year: int) -> Iterator[Block]:
    yield Heading(said("publish.paper.1_grounds"))
    capacity = (
        said("publish.word.seats") if in_seats(layout.units) else said("publish.paper.seats_class_sizes")
    )
    yield Words(
        said(
            "publish.paper.the_school_catchments_of_were_drawn",
            law=_law(layout, info),
            capacity=capacity,
            year=year,
            stage=stage_word(stage),
        )
    )
    yield Words(said("publish.paper.the_maps_are_sketches_and_no", review_number=info.review_number or BLANK))


def _law(layout: Layout, info: Notice) -> str:
    """Return the law a notice rests on: the one that was given, or by default that of the country whose standards are used."""
    if info.basis == Notice().basis:
        try:
            cites = bool(scenario_from_data(layout.scenario).profile().source)
        except PlanningError:
            cites = True  # a profile that is not at hand any more
        if not cites:
            return ""
    return said(
        "publish.paper.on_the_grounds_of",
        basis=said("publish.paper.law") if info.basis == Notice().basis else info.basis,
    )


def _later(district: District, layout: Layout, stage: str) -> Iterator[Block]:
    """Yield which schools and extensions are not in the plan, as they open only after its last year."""
    # the name is of files, and this is none
    scenario = scenario_from_data({**layout.scenario, "name": "layout", "stages": [stage]})
    later = later_note(district, scenario)
    if later is not None:
        yield Words(said("publish.paper.later", later=later.text(paper_language())), small=True)


SHARED_RULE = Text("publish.paper.children_of_this_area_may_enter")
"""What 多校划片 means for a family (standards.md §3)."""


def _schools(district: District, layout: Layout, stage: str, year: int) -> Iterator[Block]:
    from planning.publish.map.catchment_map import catchment_figure

    catchments = catchment_polygons(district, layout, stage)
    texts = limits_of(district, layout, stage, catchments=catchments)
    roads = roads_inside(district, catchments)
    whole = school_seats(layout, year) if in_seats(layout.units) else {}
    sites = school_sites(district, layout)
    for k, row in enumerate(
        expected_entrants(district, layout, stage, year=year).to_dict("records"), start=1
    ):
        unit = str(row["unit"])
        coming = said("publish.paper.entrants_expected", entrants=row["entrants"]) if row["told"] else ""
        yield Heading(school_heading(k, row["name"]), level=2)
        if unit not in texts:  # a school whose zones are all shared with others
            continue
        seats = _school_seats(row, whole)
        yield Words(
            said("publish.paper.way_and_seats", way=row["way"], seats=seats, coming=coming), keep=True
        )
        if ";" in unit:
            yield Words(spoken(SHARED_RULE))
        yield from _limits(*texts[unit], roads.get(unit, ()))
        draw = functools.partial(catchment_figure, district, sites, catchments, unit)
        yield Picture(draw, said("publish.paper.catchment_of_sketch_inside_the_red", name=row["name"]))


def _school_seats(row: Mapping[Any, Any], whole: Mapping[str, int]) -> str:
    """Return what is said of a school's seats; nothing where its classes would tell of too few children."""
    counted = said("publish.paper.together_with_other_areas_of_these") if row["within"] else ""
    if whole:
        return said(
            "publish.paper.seats_in_the_whole_school",
            total=sum(whole.get(u, 0) for u in str(row["unit"]).split(";")),
            counted=counted,
        )
    if not row["told"]:
        return ""
    return said(
        "publish.paper.entry_grade_class_seats", classes=row["classes"], seats=row["seats"], counted=counted
    )


def school_heading(k: int, name: object) -> str:
    """Return the heading under which a notice says the scope of its k-th school."""
    return said("publish.paper.numbered", k=k, name=str(name))


def _limits(words: BoundaryText, limits: Limits, roads: tuple[str, ...]) -> Iterator[Block]:
    for label, text in (
        (spoken(SIDES_LABEL), limits.sides),
        (said("publish.paper.border"), limits.line),
        (spoken(REMARK_LABEL), limits.remark),
    ):
        if text:
            yield Words(text, label=label)
    for town, places in words.places.items():
        yield Words(
            said("publish.paper.zones", places=said("publish.sign.comma").join(places)),
            label=said("publish.paper.township", town=town),
        )
    if roads:
        yield Words(
            said("publish.paper.sentence", roads=said("publish.sign.comma").join(roads)),
            label=said("publish.paper.main_streets"),
        )


def roads_inside(district: District, catchments: gpd.GeoDataFrame) -> dict[str, tuple[str, ...]]:
    """Return the named roads with at least 100 m inside each catchment: main roads first, then the longest, twelve at most."""
    roads = district.roads[district.roads["name"].fillna("").astype(str).str.strip() != ""]
    if roads.empty or catchments.empty:
        return {}
    area, line = shapely.STRtree(roads.geometry.to_numpy()).query(
        catchments.geometry.to_numpy(), "intersects"
    )
    table = pd.DataFrame(
        {
            "unit": catchments["unit"].to_numpy()[area],
            "name": roads["name"].astype(str).to_numpy()[line],
            "main": roads["road_class"].isin(MAIN_ROADS).to_numpy()[line],
            "length": shapely.length(
                shapely.intersection(roads.geometry.to_numpy()[line], catchments.geometry.to_numpy()[area])
            ),
        }
    )
    table = table.groupby(["unit", "name"], as_index=False).agg(
        main=("main", "max"), length=("length", "sum")
    )
    table = table[table["length"] >= _ROAD_LEAST_M]
    table = table.sort_values(["unit", "main", "length", "name"], ascending=[True, False, False, True])
    return {str(unit): tuple(part["name"].head(_MOST_ROADS)) for unit, part in table.groupby("unit")}


def _changes(district: District, layout: Layout, stage: str) -> Iterator[Block]:
    yield Heading(said("publish.paper.4_changes_since_last_year"))
    names = names_of_units(district, layout)
    zones = names_of_zones(district).set_axis(district.zones["zone"])
    part = layout.assignment[layout.assignment["stage"] == stage]
    known = part[part["previous_unit"] != ""]
    moved = known[known["previous_unit"] != known["unit"]]
    if known.empty:
        yield Words(said("publish.paper.last_year_s_catchments_were_not"))
        return
    if moved.empty:
        yield Words(said("publish.paper.the_catchments_do_not_change"))
        return
    by_hand = moved_by_hand(layout, district)
    by_hand = by_hand[by_hand["stage"] == stage]
    why = dict(zip(by_hand["zone"], by_hand["reason"], strict=True))
    moved = moved.assign(why=[why.get(str(z), "") for z in moved["zone"]])
    rows = [
        (
            shared_name(str(old), names),
            shared_name(str(new), names),
            said("publish.sign.comma").join(sorted(str(zones.get(z, z)) for z in group["zone"])),
            str(reason),
        )
        for (old, new, reason), group in moved.groupby(["previous_unit", "unit", "why"], sort=True)
    ]
    yield Words(
        said(
            "publish.paper.zone_of_with_a_new_catchment",
            moved=len(moved),
            part=len(part),
            moved2=len(moved) / len(part),
        )
    )
    heads: tuple[str, ...] = (
        said("publish.paper.last_year"),
        said("publish.paper.this_year"),
        said("publish.paper.zones_that_change"),
        said("publish.word.reason"),
    )
    if any(row[-1] for row in rows):
        yield Grid(heads, tuple(rows), (3.2, 3.2, 5.8, 3.6))
    else:
        yield Grid(heads[:-1], tuple(row[:-1] for row in rows), (3.6, 3.6, 8.6))


def _overflow(district: District, layout: Layout, stage: str, info: Notice, year: int) -> Iterator[Block]:
    yield Heading(said("publish.paper.5_where_seats_are_short"))
    yield Words(
        said("publish.paper.overflow_rule")
        if info.overflow_rule == Notice().overflow_rule
        else info.overflow_rule
    )
    grade = layout.units.loc[layout.units["stage"] == stage, "grade"].min()
    arranged = list(arranged_flows(district, layout, stage, year, int(grade)))
    if arranged:
        yield Words(
            said(
                "publish.paper.by_the_present_forecast_some_of",
                words=said("publish.sign.semicolon").join(arranged),
            )
        )
    if short := seats_missing(district, layout, stage, year, int(grade)):
        yield Words(said("publish.paper.missing_after" if arranged else "publish.paper.missing", short=short))


def _comments(info: Notice) -> Iterator[Block]:
    yield Heading(said("publish.paper.6_comments"))
    yield Words(said("publish.paper.while_the_notice_is_out_anybody"))
    rows = (
        (said("publish.paper.open_for_comments"), day_word(info.window)),
        (said("publish.word.telephone"), info.phone),
        (said("publish.word.e_mail"), info.email),
        (said("publish.word.address"), info.address),
    )
    yield Grid(
        (said("publish.paper.what"), said("publish.paper.how")),
        tuple((name, value or BLANK) for name, value in rows),
        (3.6, 12.2),
    )
