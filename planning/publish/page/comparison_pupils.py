"""Say what layouts mean for pupils: zones that change school, who walks less and who more, and groups of pupils."""

from __future__ import annotations

import pandas as pd

from planning.compare import Comparison
from planning.compare.people import BINS
from planning.digits import in_digits
from planning.messages import Text, paper_language, said, spoken
from planning.publish.page.blocks import Bar, Block, Cell, Folded, Keys, Words
from planning.publish.page.blocks import Table as Grid
from planning.publish.page.comparison_drawing import COLOURS, change_maps, way_curves
from planning.publish.page.figures import signed
from planning.publish.places import names_of_zones
from planning.publish.words import stage_word

GROUP_WORDS = {
    "all": Text("publish.word.all_pupils"),
    "urban": Text("publish.word.urban_area"),
    "town": Text("publish.word.town"),
    "rural": Text("publish.word.rural_area"),
    "migrant": Text("publish.word.children_of_migrant_workers"),
    "other": Text("publish.word.other_pupils"),
}
SHOWN_ZONES = 20


def zones_that_change(c: Comparison) -> list[Block]:
    """Return for every plan and stage a map before and after, and the zones whose way grows most."""
    parts: list[Block] = []
    for name in c.names[1:]:
        for stage in pd.unique(c.walks["stage"]) if len(c.walks) else ():
            drawing = change_maps(c, name, stage)
            moved = c.moved_zones[(c.moved_zones["layout"] == name) & (c.moved_zones["stage"] == stage)]
            count = said(
                "publish.comparison_page.zone_pupils", moved=len(moved), pupils=moved["pupils"].sum()
            )
            parts.append(
                Words(
                    said(
                        "publish.comparison_page.against",
                        name=name,
                        names=c.names[0],
                        stage=stage_word(stage),
                        count=count,
                    ),
                    "h3",
                )
            )
            if moved.empty:
                parts.append(Words(said("publish.comparison_page.no_change")))
            else:
                parts += [*([drawing] if drawing else []), _longest(c, moved)]
    keys = {
        "win": said("publish.word.nearer"),
        "same": said("publish.comparison_page.within_100_m_2"),
        "lose": said("publish.word.farther"),
    }
    return [Keys([(COLOURS[k], zh) for k, zh in keys.items()]), *parts] if parts else []


def _longest(c: Comparison, moved: pd.DataFrame) -> Block:
    names, units = _place_names(c)
    worst = moved[moved["delta_m"] > 0].head(SHOWN_ZONES)
    if worst.empty:
        return Words(said("publish.comparison_page.no_zone_that_changes_has_a"))
    rows: list[list[Cell | str]] = [
        [
            Cell(names.get(str(r["zone"]), ""), str(r["zone"])),
            units.get(str(r["before"]), str(r["before"])),
            units.get(str(r["unit"]), str(r["unit"])),
            f"{r['pupils']:,.0f}",
            in_digits(r["distance_m"]),
            signed(r["delta_m"]),
        ]
        for r in worst.to_dict("records")
    ]
    heads = [
        said("publish.word.zones"),
        said("publish.word.old_school"),
        said("publish.comparison_page.new_school"),
        said("publish.word.pupils"),
        said("publish.word.new_way_m"),
        said("publish.comparison_page.more_m"),
    ]
    more = (
        said("publish.comparison_page.the_first_all_in_the_workbook", shown_zones=SHOWN_ZONES)
        if len(moved[moved["delta_m"] > 0]) > SHOWN_ZONES
        else ""
    )
    return Folded(
        said("publish.comparison_page.zones_with_a_longer_way", more=more), Grid(heads, rows, left=(1, 2))
    )


def _place_names(c: Comparison) -> tuple[dict[str, str], dict[str, str]]:
    """Return the names of zones and of units (their school's), as far as the district has them."""
    d = c.district
    if d is None:
        return {}, {}
    zones = dict(zip(d.zones["zone"].astype(str), names_of_zones(d), strict=True))
    schools = dict(zip(d.projects["school"], d.projects["name"].astype(str), strict=True))
    schools |= dict(zip(d.schools["school"], d.schools["name"].astype(str), strict=True))
    units = {f"{s}-{x}": n for s, n in schools.items() for x in ("P", "J")}
    units |= {u: schools.get(s, u) for u, s in zip(d.units["unit"], d.units["school"], strict=True)}
    return zones, units


def ways_of_pupils(c: Comparison) -> list[Block]:
    """Return for every stage who is nearer and who farther, how ways change, and their curve."""
    parts: list[Block] = []
    for stage in pd.unique(c.winners["stage"]) if len(c.winners) else ():
        part = c.winners[c.winners["stage"] == stage]
        rows = [
            [
                str(r["layout"]),
                *(f"{r[k]:,.0f}" for k in ("pupils", "moved", "shorter", "same", "longer")),
                *(signed(r[k]) for k in ("mean_m", "q05", "q25", "q50", "q75", "q95")),
            ]
            for r in part.to_dict("records")
        ]
        heads = [
            said("publish.word.plan"),
            said("publish.word.pupils"),
            said("publish.word.new_school"),
            said("publish.word.nearer"),
            said("publish.comparison_page.within_100_m"),
            said("publish.word.farther"),
            said("publish.word.mean_change_m"),
            said("publish.word.quantile_5"),
            "25%",
            said("publish.word.median"),
            "75%",
            "95%",
        ]
        zh = stage_word(stage)
        curve = way_curves(c, stage, said("publish.comparison_page.how_many_walk_how_far_the", zh=zh))
        parts += [Words(zh, "h3"), Grid(heads, rows), _change_bars(c, stage), *([curve] if curve else [])]
    return parts


def _change_bars(c: Comparison, stage: str) -> Grid:
    part = c.changes[c.changes["stage"] == stage]
    names = pd.unique(part["layout"])
    widest = max(part.loc[part["bin"] != 4, "pupils"].max(), 1.0)
    rows: list[list[Cell | str]] = []
    for k, words in enumerate(BINS):
        colour = COLOURS["win" if k < 4 else "lose"]
        cells: list[Cell | str] = [words.text(paper_language())]
        for name in names:
            r = part[(part["layout"] == name) & (part["bin"] == k)].iloc[0]
            # who keeps the way is mostly everybody: a bar of that length, or one cut short, would hide the others or lie
            bar = Bar(f"{150 * r['pupils'] / widest:.0f}px", colour) if k != 4 else None
            cells.append(
                Cell(
                    said("publish.comparison_page.count_and_share", pupils=r["pupils"], share=r["share"]),
                    bar=bar,
                )
            )
        rows.append(cells)
    return Grid(
        [said("publish.word.change_of_the_walk"), *map(str, names)],
        rows,
        left=tuple(range(1, len(names) + 1)),
    )


def ways_of_groups(c: Comparison) -> list[Block]:
    """Return for every stage the ways of groups of pupils, plan by plan."""
    parts: list[Block] = []
    heads = [
        said("publish.word.group"),
        said("publish.word.plan"),
        said("publish.word.pupils"),
        said("publish.word.mean_m"),
        said("publish.word.median_m"),
        said("publish.word.95_m"),
        said("publish.comparison_page.beyond_the_norm"),
        said("publish.word.against_the_base_m"),
    ]
    for stage in pd.unique(c.equity["stage"]) if len(c.equity) else ():
        part = c.equity[c.equity["stage"] == stage]
        rows: list[list[Cell | str]] = [
            [
                spoken(GROUP_WORDS[group]),
                str(r["layout"]),
                *(in_digits(r[k]) for k in ("pupils", "mean_m", "median_m", "p95_m")),
                f"{r['beyond']:.1%}",
                signed(r["delta_m"]),
            ]
            for group in GROUP_WORDS
            for r in part[part["group"] == group].to_dict("records")
        ]
        parts += [Words(stage_word(stage), "h3"), Grid(heads, named_once(rows), left=(1,))]
    return parts


def named_once(rows: list[list[Cell | str]]) -> list[list[Cell | str]]:
    """Leave the first cell empty where it repeats the row above."""
    return [[r[0] if k == 0 or rows[k - 1][0] != r[0] else "", *r[1:]] for k, r in enumerate(rows)]
