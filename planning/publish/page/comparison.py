"""Show a comparison: in the terminal, as CSV, as one HTML page that needs no internet."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
from rich.markup import escape
from rich.table import Table

from planning.atomic import new_folder
from planning.compare import Comparison
from planning.compare.rows import GROUPS
from planning.compare.sides import OBJECTIVES
from planning.digits import in_digits
from planning.indicators.bands import BANDS
from planning.internal import write_internal_note
from planning.messages import Both, Text, paper_language, said, spoken
from planning.publish.page.blocks import Bar, Block, Cell, Keys, Section, Warned, Words, report_page
from planning.publish.page.blocks import Table as Grid
from planning.publish.page.comparison_drawing import pareto_plot
from planning.publish.page.comparison_pupils import (
    named_once,
    ways_of_groups,
    ways_of_pupils,
    zones_that_change,
)
from planning.publish.safe import safe_csv
from planning.publish.words import (
    OUTCOMES,
    band_word,
    county_word,
    kind_word,
    outcome_word,
    own,
    own_cell,
    printed,
    stage_word,
    table_word,
)
from planning.publish.workbook.comparison import write_comparison_workbook

BAND_COLOURS = {"normal": "#9ecae1", "largish": "#fdd49e", "large": "#ef8a62", "super": "#b2182b"}
NORMS = {
    "radius": Text("publish.comparison_page.gb_50099_2011"),
    "minutes": Text("publish.comparison_page.state_council_office_2018_no_27"),
}
HOW = {
    "table": Text("publish.comparison_page.green_with_a_tick_is_the"),
    "map": Text("publish.comparison_page.zones_are_coloured_where_their_school"),
    "people": Text("publish.comparison_page.the_first_plan_is_the_base"),
    "bands": Text("publish.comparison_page.class_sizes_of_the_last_year"),
    "indicators": Text("publish.comparison_page.from_the_scorecards_of_the_plans"),
    "cost": Text("publish.comparison_page.projects_that_a_plan_builds_and"),
    "pareto": Text("publish.comparison_page.less_is_better_for_each_of"),
}


def comparison_table(comparison: Comparison, lang: str = "en") -> Table:
    """Return the comparison for the terminal; the better value of a row is marked."""
    table = Table(show_edge=False)
    table.add_column(Text("compare.table.figure").text(lang))
    for name in comparison.names:
        table.add_column(escape(name), justify="right")
    for row in comparison.table.to_dict("records"):
        best = comparison.best(row["key"])
        cells = [
            f"[bold green]{_form(row, n)} ✓[/]" if b else _form(row, n)
            for n, b in zip(comparison.names, best, strict=True)
        ]
        table.add_row(Both(row["name_en"], row["name_zh"]).text(lang), *cells)
    return table


def write_comparison(comparison: Comparison, folder: str | Path) -> Path:
    """Write ``comparison.html``, ``comparison.xlsx`` and one CSV per table; all or nothing.

    Raises
    ------
    WriteError
        If the folder holds something else, or the disk refuses.
    """
    target = Path(folder)
    tables = {
        "comparison": comparison.table.drop(columns="form"),
        "indicators": comparison.indicators,
        "moved": comparison.moved,
        "changes": comparison.changes,
        "winners": comparison.winners,
        "equity": comparison.equity,
        "bands": comparison.bands,
        "moved_zones": comparison.moved_zones,
        "pareto": comparison.pareto,
    }
    with new_folder(target, marks=("comparison.html",)) as temporary:
        for name, table in tables.items():
            safe_csv(table, temporary / f"{name}.csv")
        (temporary / "comparison.html").write_text(comparison_page(comparison), encoding="utf-8")
        write_comparison_workbook(comparison, temporary / "comparison.xlsx")
        write_internal_note(temporary)
    return target


def _how(key: str, comparison: Comparison) -> str:
    """Return how a section counts; national norms are cited where the standards of the plans cite them."""
    cited = NORMS if comparison.cites else dict.fromkeys(NORMS, "")
    return (
        said("publish.comparison_page.beyond_the_norm_share_of_pupils", **cited)
        if key == "equity"
        else spoken(HOW[key])
    )


def comparison_page(comparison: Comparison) -> str:
    """Return the report as one HTML page: no script, no outside address, names are text."""
    parts: list[tuple[str, str, list[Block]]] = [
        ("table", said("publish.comparison_page.headline_figures"), _headline(comparison)),
        ("map", said("publish.comparison_page.zones_that_change"), zones_that_change(comparison)),
        ("people", said("publish.comparison_page.who_walks_less_who_walks_more"), ways_of_pupils(comparison)),
        ("equity", said("publish.word.equity"), ways_of_groups(comparison)),
        ("bands", said("publish.word.class_sizes"), _bands(comparison)),
        ("indicators", said("publish.word.indicators"), _indicators(comparison)),
        ("cost", said("publish.comparison_page.projects_and_cost"), _projects(comparison)),
        ("pareto", said("publish.comparison_page.pareto_position"), _pareto(comparison)),
    ]
    county = county_word(comparison.district) if comparison.district is not None else ""
    return report_page(
        said("publish.comparison_page.layouts_side_by_side", county=county),
        head=_head(comparison),
        sections=[Section(title, _how(key, comparison), blocks) for key, title, blocks in parts],
    )


def _head(c: Comparison) -> list[Block]:
    rows = []
    for k, name in enumerate(c.names):
        title = spoken(c.titles[k]) if k < len(c.titles) else ""
        years = c.years[k] if k < len(c.years) else ""
        approved = (
            c.approvals[k][0]
            if k < len(c.approvals) and c.approvals[k]
            else said("publish.word.not_approved")
        )
        rows.append([name + (said("publish.comparison_page.base") if k == 0 else ""), title, years, approved])
    warnings = [
        Warned(f"{name}:{lines[1]}", lines[2:])
        for name, lines in zip(c.names, c.approvals, strict=False)
        if len(lines) > 1
    ]
    notes = [Words(n, "note") for n in (*(note.text(paper_language()) for note in c.notes), *_synthetic(c))]
    return [
        Grid(
            [
                said("publish.word.plan"),
                said("publish.word.title"),
                said("publish.word.school_years"),
                said("publish.comparison_page.approval"),
            ],
            rows,
            left=(1, 2, 3),
        ),
        *warnings,
        *notes,
    ]


def _synthetic(c: Comparison) -> list[str]:
    """Say that layers are synthetic (design.md §7)."""
    if c.district is None:
        return []
    layers = [n for n, layer in c.district.info.layers.items() if layer.status == "synthetic"]
    names = [table_word(n) for n in sorted(layers)]
    return (
        [
            said(
                "publish.comparison_page.status_of_the_data_are_synthetic",
                names=said("publish.sign.comma").join(names),
            )
        ]
        if layers
        else []
    )


def _headline(c: Comparison) -> list[Block]:
    rows: list[list[Cell | str]] = []
    for group in GROUPS:
        named = Text(f"compare.group.{group}")
        part = c.table[c.table["group"] == group]
        if len(part):
            rows.append([Cell(spoken(named), span=len(c.names) + 2)])
        for row in part.to_dict("records"):
            values = [
                Cell(_form(row, n), kind="best" if b else "")
                for n, b in zip(c.names, c.best(row["key"]), strict=True)
            ]
            rows.append([own_cell(row, "name"), *values, Cell(own(row["how_zh"], row["how"]), kind="how")])
    return [
        Grid(
            [said("publish.word.figure"), *c.names, said("publish.word.how_it_is_computed")],
            rows,
            left=(len(c.names) + 1,),
        )
    ]


def _bands(c: Comparison) -> list[Block]:
    order = {name: k for k, name in enumerate(c.names)}
    records = sorted(c.bands.to_dict("records"), key=lambda r: (r["stage"] != "primary", order[r["layout"]]))
    rows: list[list[Cell | str]] = []
    for r in records:
        bars = [
            Bar(f"{100 * r[b] / max(r['classes'], 1):.2f}%", BAND_COLOURS[b], f"{band_word(b)} {r[b]}")
            for b in BANDS
        ]
        counts = [f"{r[k]:,}" for k in ("classes", *BANDS, "over_cap", "largest")]
        rows.append([stage_word(r["stage"]), str(r["layout"]), *counts, Cell(bands=bars)])
    heads = [
        said("publish.word.stage"),
        said("publish.word.plan"),
        said("publish.word.classes"),
        *(band_word(b) for b in BANDS),
        said("publish.word.over_the_cap"),
        said("publish.word.largest_class"),
        said("publish.comparison_page.shares"),
    ]
    legend = Keys([(BAND_COLOURS[b], band_word(b)) for b in BANDS])
    return [legend, Grid(heads, named_once(rows), left=(1, 9))] if rows else []


def _indicators(c: Comparison) -> list[Block]:
    values = c.values.set_index("id") if len(c.values) else pd.DataFrame()
    rows = []
    for row in c.indicators.to_dict("records"):
        cells = [
            Cell(
                outcome_word(row[n]) if row[n] in OUTCOMES else "–",
                printed(values[n].get(row["id"], "")) if n in values else "",
                kind=row[n] if row[n] in OUTCOMES else "",
            )
            for n in c.names
        ]
        differs = len({row[n] for n in c.names}) > 1
        label = Cell(f"{row['id']} {own_cell(row, 'name')}{' ◆' if differs else ''}", bold=differs)
        rows.append([label, *cells])
    return [Grid([said("publish.comparison_page.indicator_verdicts_differ"), *c.names], rows)] if rows else []


def _projects(c: Comparison) -> list[Block]:
    unit = c.money.unit.text(paper_language())
    rows = [
        [
            str(r["name"]),
            kind_word(str(r["kind"])),
            f"{r['cost_yuan'] / c.money.scale:,.0f}",
            *("–" if pd.isna(r[n]) else f"{r[n]:.0f}" for n in c.names),
        ]
        for r in c.projects.to_dict("records")
    ]
    cost = c.table[c.table["key"] == "cost"]
    if len(cost):
        rows.append(
            [
                said("publish.comparison_page.total", unit=unit),
                "",
                "",
                *(_form(r, n) for r in cost.to_dict("records") for n in c.names),
            ]
        )
    return (
        [
            Grid(
                [
                    said("publish.word.project"),
                    said("publish.word.kind"),
                    said("publish.comparison_page.cost", unit=unit),
                    *c.names,
                ],
                rows,
                left=(1,),
            )
        ]
        if rows
        else []
    )


def _pareto(c: Comparison) -> list[Block]:
    rows = []
    for r in c.pareto.to_dict("records"):
        figures = ["–" if pd.isna(r[k]) else f"{r[k]:,.0f}" for k in OBJECTIVES]
        verdict = (
            said("publish.comparison_page.beaten_by", beaten_by=r["beaten_by"])
            if r["beaten_by"]
            else said("publish.word.not_beaten")
        )
        rows.append([str(r["layout"]), *figures, verdict])
    plot = pareto_plot(c)
    heads = [
        said("publish.word.plan"),
        *(c.objective(k).text(paper_language()) for k in OBJECTIVES),
        said("publish.comparison_page.position"),
    ]
    return [Grid(heads, rows), *([plot] if plot else [])] if rows else []


def _form(row: dict[Any, Any], name: str) -> str:
    return "–" if pd.isna(row[name]) else in_digits(row[name], row["form"])
