"""Show a comparison: in the terminal, as CSV, as one HTML page that needs no internet."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
from rich.markup import escape
from rich.table import Table

from planning.atomic import new_folder
from planning.compare import Comparison
from planning.compare.people import BINS
from planning.compare.rows import GROUPS
from planning.compare.sides import OBJECTIVES
from planning.district.schema import TABLE
from planning.indicators.bands import BAND_NAMES_ZH, BANDS
from planning.internal import write_internal_note
from planning.messages import Text
from planning.publish.page.blocks import (
    Bar,
    Block,
    Cell,
    Folded,
    Keys,
    Section,
    Warned,
    Words,
    report_page,
)
from planning.publish.page.blocks import Table as Grid
from planning.publish.page.comparison_drawing import COLOURS, change_maps, pareto_plot, way_curves
from planning.publish.places import KIND_NAMES, STAGE_NAMES
from planning.publish.safe import safe_table
from planning.publish.workbook.comparison import write_comparison_workbook

VERDICT_ZH = {"pass": "达标", "fail": "未达标", "not_supplied": "未提供", "not_applicable": "不适用"}
GROUP_ZH = {
    "all": "全部学生", "urban": "城区", "town": "镇区", "rural": "乡村", "migrant": "随迁子女", "other": "其他学生",
}  # fmt: skip
BAND_COLOURS = {"normal": "#9ecae1", "largish": "#fdd49e", "large": "#ef8a62", "super": "#b2182b"}
SHOWN_ZONES = 20
NORMS = {"radius": "（GB 50099-2011）", "minutes": "（国办发〔2018〕27号）"}
HOW = {
    "table": "绿底并打勾的是较优值（各方案相等时不标）；“计算方法”一栏说明每个数字怎么来。规划跨多个学年时，人数与班数为各年合计；学年不同的方案，合计数不标优劣。",
    "map": "居住单元换了学校才上色：蓝色离新学校更近，橙色更远（相差超过100米），灰色基本不变。距离为步行网络距离。黑点为学校，紫点为规划新校。",
    "people": "以第一个方案为基准，逐个居住单元比较到学区学校的步行距离，按居住在该单元的学生数（第一个方案首年）加权。因学位不足被统筹到外校的学生，这里仍按其学区学校计算；统筹人数见总表。",
    "equity": "“超出宜达范围”：城区超过服务半径{radius}，镇区和乡村超过步行时限{minutes}的学生占比，数值取自所用标准。随迁子女按所在居住单元的步行距离计算。",
    "bands": "规划末年的班额，年级学生平均分到班。各档界限与超标准的班额上限取自所用标准。",
    "indicators": "数值取自各方案的评分表；“未提供”不等于达标。",
    "cost": "各方案建成的项目及投用学年；投资为项目表中的估算。",
    "pareto": "六个目标都是越小越好。若另一方案在六项上都不差、且至少一项更好，则本方案“被占优”；其余方案各有所长，取舍由决策者定。图中横轴投资、纵轴平均步行距离，空心点为被占优。",
}  # fmt: skip


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
        table.add_row(str(row[f"name_{lang}"]), *cells)
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
        "comparison": comparison.table.drop(columns="form"), "indicators": comparison.indicators, "moved": comparison.moved,
        "changes": comparison.changes, "winners": comparison.winners, "equity": comparison.equity, "bands": comparison.bands,
        "moved_zones": comparison.moved_zones, "pareto": comparison.pareto,
    }  # fmt: skip
    with new_folder(target, marks=("comparison.html",)) as temporary:
        for name, table in tables.items():
            safe_csv(table, temporary / f"{name}.csv")
        (temporary / "comparison.html").write_text(comparison_page(comparison), encoding="utf-8")
        write_comparison_workbook(comparison, temporary / "comparison.xlsx")
        write_internal_note(temporary)
    return target


def safe_csv(table: pd.DataFrame, path: Path) -> None:
    """Write a CSV in which no cell can start a formula in a spreadsheet."""
    safe_table(table).to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\n")


def _how(key: str, comparison: Comparison) -> str:
    """Return how a section counts; national norms are cited where the standards of the plans cite them."""
    cited = NORMS if comparison.cites else dict.fromkeys(NORMS, "")
    return HOW[key].format(**cited) if key == "equity" else HOW[key]


def comparison_page(comparison: Comparison) -> str:
    """Return the report as one HTML page: no script, no outside address, names are text."""
    parts: list[tuple[str, str, str, list[Block]]] = [
        ("table", "总表", "Headline figures", _headline(comparison)),
        ("map", "学校有变动的居住单元", "Zones that change", _maps(comparison)),
        ("people", "谁走得更近，谁走得更远", "Winners and losers", _people(comparison)),
        ("equity", "公平性", "Equity", _equity(comparison)),
        ("bands", "班额分布", "Class bands", _bands(comparison)),
        ("indicators", "32项指标", "The 32 indicators", _indicators(comparison)),
        ("cost", "建设项目与投资", "Projects and cost", _projects(comparison)),
        ("pareto", "综合取舍（帕累托位置）", "Pareto position", _pareto(comparison)),
    ]
    county = comparison.district.info.name_zh if comparison.district is not None else ""
    return report_page(
        f"{county}布局方案比较",
        english="Layouts side by side",
        head=_head(comparison),
        sections=[Section(zh, en, _how(key, comparison), blocks) for key, zh, en, blocks in parts],
    )


def _head(c: Comparison) -> list[Block]:
    rows = []
    for k, name in enumerate(c.names):
        title = c.titles[k] if k < len(c.titles) else ""
        years = c.years[k] if k < len(c.years) else ""
        approved = c.approvals[k][0] if k < len(c.approvals) and c.approvals[k] else "未批准"
        rows.append([name + ("（基准）" if k == 0 else ""), title, years, approved])
    warnings = [
        Warned(f"{name}:{lines[1]}", lines[2:])
        for name, lines in zip(c.names, c.approvals, strict=False)
        if len(lines) > 1
    ]
    notes = [Words(n, "note") for n in (*(note.text("zh") for note in c.notes), *_synthetic(c))]
    return [Grid(["方案", "名称", "学年", "批准情况"], rows, left=(1, 2, 3)), *warnings, *notes]


def _synthetic(c: Comparison) -> list[str]:
    """Say that layers are synthetic (design.md §7)."""
    if c.district is None:
        return []
    layers = [n for n, layer in c.district.info.layers.items() if layer.status == "synthetic"]
    names = [TABLE[n].zh if n in TABLE else n for n in sorted(layers)]
    return [f"数据状态：{'、'.join(names)}为合成数据，仅供演示。"] if layers else []


def _headline(c: Comparison) -> list[Block]:
    rows: list[list[Cell | str]] = []
    for group in GROUPS:
        named = Text(f"compare.group.{group}")
        part = c.table[c.table["group"] == group]
        if len(part):
            rows.append([Cell(named.text("zh"), named.text("en"), span=len(c.names) + 2)])
        for row in part.to_dict("records"):
            values = [
                Cell(_form(row, n), kind="best" if b else "")
                for n, b in zip(c.names, c.best(row["key"]), strict=True)
            ]
            rows.append([Cell(row["name_zh"], row["name_en"]), *values, Cell(row["how_zh"], kind="how")])
    return [Grid(["指标", *c.names, "计算方法"], rows, left=(len(c.names) + 1,))]


def _maps(c: Comparison) -> list[Block]:
    parts: list[Block] = []
    for name in c.names[1:]:
        for stage in pd.unique(c.walks["stage"]) if len(c.walks) else ():
            drawing = change_maps(c, name, stage)
            moved = c.moved_zones[(c.moved_zones["layout"] == name) & (c.moved_zones["stage"] == stage)]
            count = f"{len(moved)} 个居住单元，{moved['pupils'].sum():,.0f} 名学生"
            parts.append(Words(f"{name} 对比 {c.names[0]} · {STAGE_NAMES[stage][0]}：{count}", "h3"))
            if moved.empty:
                parts.append(Words("没有变动。"))
            else:
                parts += [*([drawing] if drawing else []), _longest(c, moved)]
    keys = {"win": "更近", "same": "相差不超过100米", "lose": "更远"}
    return [Keys([(COLOURS[k], zh) for k, zh in keys.items()]), *parts] if parts else []


def _longest(c: Comparison, moved: pd.DataFrame) -> Block:
    names, units = place_names(c)
    worst = moved[moved["delta_m"] > 0].head(SHOWN_ZONES)
    if worst.empty:
        return Words("没有居住单元因换校而走得更远。")
    rows: list[list[Cell | str]] = [
        [
            Cell(names.get(str(r["zone"]), ""), str(r["zone"])),
            units.get(str(r["before"]), str(r["before"])),
            units.get(str(r["unit"]), str(r["unit"])),
            f"{r['pupils']:,.0f}",
            f"{r['distance_m']:,.0f}",
            _signed(r["delta_m"]),
        ]
        for r in worst.to_dict("records")
    ]
    heads = ["居住单元", "原学校", "新学校", "学生", "新距离（米）", "增加（米）"]
    more = f"（前 {SHOWN_ZONES} 个，全部见 Excel）" if len(moved[moved["delta_m"] > 0]) > SHOWN_ZONES else ""
    return Folded(f"走得更远的居住单元{more}", Grid(heads, rows, left=(1, 2)))


def place_names(c: Comparison) -> tuple[dict[str, str], dict[str, str]]:
    """Return the names of zones and of units (their school's), as far as the district has them."""
    d = c.district
    if d is None:
        return {}, {}
    zones = dict(zip(d.zones["zone"].astype(str), d.zones["name"].astype(str), strict=True))
    schools = dict(zip(d.projects["school"], d.projects["name"].astype(str), strict=True))
    schools |= dict(zip(d.schools["school"], d.schools["name"].astype(str), strict=True))
    units = {f"{s}-{x}": n for s, n in schools.items() for x in ("P", "J")}
    units |= {u: schools.get(s, u) for u, s in zip(d.units["unit"], d.units["school"], strict=True)}
    return zones, units


def _people(c: Comparison) -> list[Block]:
    parts: list[Block] = []
    for stage in pd.unique(c.winners["stage"]) if len(c.winners) else ():
        part = c.winners[c.winners["stage"] == stage]
        rows = [
            [
                str(r["layout"]),
                *(f"{r[k]:,.0f}" for k in ("pupils", "moved", "shorter", "same", "longer")),
                *(_signed(r[k]) for k in ("mean_m", "q05", "q25", "q50", "q75", "q95")),
            ]
            for r in part.to_dict("records")
        ]
        heads = ["方案", "学生", "换校", "更近", "±100米内", "更远", "平均变化（米）", "5%分位", "25%", "中位", "75%", "95%"]  # fmt: skip
        zh = STAGE_NAMES[stage][0]
        curve = way_curves(c, stage, f"{zh}步行距离累计分布：曲线越靠左上，学生走得越近")
        parts += [Words(zh, "h3"), Grid(heads, rows), _change_bars(c, stage), *([curve] if curve else [])]
    return parts


def _change_bars(c: Comparison, stage: str) -> Grid:
    part = c.changes[c.changes["stage"] == stage]
    names = pd.unique(part["layout"])
    widest = max(part.loc[part["bin"] != 4, "pupils"].max(), 1.0)
    rows: list[list[Cell | str]] = []
    for k, words in enumerate(BINS):
        colour = COLOURS["win" if k < 4 else "lose"]
        cells: list[Cell | str] = [words.text("zh")]
        for name in names:
            r = part[(part["layout"] == name) & (part["bin"] == k)].iloc[0]
            # who keeps the way is mostly everybody: a bar of that length, or one cut short, would hide the others or lie
            bar = Bar(f"{150 * r['pupils'] / widest:.0f}px", colour) if k != 4 else None
            cells.append(Cell(f"{r['pupils']:,.0f}（{r['share']:.1%}）", bar=bar))
        rows.append(cells)
    return Grid(["步行距离变化", *map(str, names)], rows, left=tuple(range(1, len(names) + 1)))


def _equity(c: Comparison) -> list[Block]:
    parts: list[Block] = []
    heads = ["群体", "方案", "学生", "平均（米）", "中位（米）", "95%分位（米）", "超出宜达范围", "比基准（米）"]  # fmt: skip
    for stage in pd.unique(c.equity["stage"]) if len(c.equity) else ():
        part = c.equity[c.equity["stage"] == stage]
        rows: list[list[Cell | str]] = [
            [
                GROUP_ZH[group],
                str(r["layout"]),
                *(f"{r[k]:,.0f}" for k in ("pupils", "mean_m", "median_m", "p95_m")),
                f"{r['beyond']:.1%}",
                _signed(r["delta_m"]),
            ]
            for group in GROUP_ZH
            for r in part[part["group"] == group].to_dict("records")
        ]
        parts += [Words(STAGE_NAMES[stage][0], "h3"), Grid(heads, _once(rows), left=(1,))]
    return parts


def _once(rows: list[list[Cell | str]]) -> list[list[Cell | str]]:
    """Leave the first cell empty where it repeats the row above."""
    return [[r[0] if k == 0 or rows[k - 1][0] != r[0] else "", *r[1:]] for k, r in enumerate(rows)]


def _bands(c: Comparison) -> list[Block]:
    order = {name: k for k, name in enumerate(c.names)}
    records = sorted(c.bands.to_dict("records"), key=lambda r: (r["stage"] != "primary", order[r["layout"]]))
    rows: list[list[Cell | str]] = []
    for r in records:
        bars = [
            Bar(f"{100 * r[b] / max(r['classes'], 1):.2f}%", BAND_COLOURS[b], f"{BAND_NAMES_ZH[b]} {r[b]}")
            for b in BANDS
        ]
        counts = [f"{r[k]:,}" for k in ("classes", *BANDS, "over_cap", "largest")]
        rows.append([STAGE_NAMES[r["stage"]][0], str(r["layout"]), *counts, Cell(bands=bars)])
    heads = ["学段", "方案", "班数", *(BAND_NAMES_ZH[b] for b in BANDS), "超标准班", "最大班额", "构成"]
    legend = Keys([(BAND_COLOURS[b], BAND_NAMES_ZH[b]) for b in BANDS])
    return [legend, Grid(heads, _once(rows), left=(1, 9))] if rows else []


def _indicators(c: Comparison) -> list[Block]:
    values = c.values.set_index("id") if len(c.values) else pd.DataFrame()
    rows = []
    for row in c.indicators.to_dict("records"):
        cells = [
            Cell(
                VERDICT_ZH.get(row[n], "–"),
                str(values[n].get(row["id"], "")) if n in values else "",
                kind=row[n] if row[n] in VERDICT_ZH else "",
            )
            for n in c.names
        ]
        differs = len({row[n] for n in c.names}) > 1
        label = Cell(f"{row['id']} {row['name_zh']}{' ◆' if differs else ''}", bold=differs)
        rows.append([label, *cells])
    return [Grid(["指标（◆ 结论不同）", *c.names], rows)] if rows else []


def _projects(c: Comparison) -> list[Block]:
    unit = c.money.unit.text("zh")
    rows = [
        [
            str(r["name"]),
            KIND_NAMES.get(r["kind"], (str(r["kind"]),))[0],
            f"{r['cost_yuan'] / c.money.scale:,.0f}",
            *("–" if pd.isna(r[n]) else f"{r[n]:.0f}" for n in c.names),
        ]
        for r in c.projects.to_dict("records")
    ]
    cost = c.table[c.table["key"] == "cost"]
    if len(cost):
        rows.append(
            [f"合计（{unit}）", "", "", *(_form(r, n) for r in cost.to_dict("records") for n in c.names)]
        )
    return [Grid(["项目", "类型", f"投资（{unit}）", *c.names], rows, left=(1,))] if rows else []


def _pareto(c: Comparison) -> list[Block]:
    rows = []
    for r in c.pareto.to_dict("records"):
        figures = ["–" if pd.isna(r[k]) else f"{r[k]:,.0f}" for k in OBJECTIVES]
        verdict = f"被占优：{r['beaten_by']}" if r["beaten_by"] else "未被占优"
        rows.append([str(r["layout"]), *figures, verdict])
    plot = pareto_plot(c)
    heads = ["方案", *(c.objective(k).text("zh") for k in OBJECTIVES), "位置"]
    return [Grid(heads, rows), *([plot] if plot else [])] if rows else []


def _form(row: dict[Any, Any], name: str) -> str:
    return "–" if pd.isna(row[name]) else format(row[name], row["form"])


def _signed(value: float) -> str:
    return "–" if pd.isna(value) else "0" if abs(value) < 0.5 else f"{value:+,.0f}".replace("-", "−")
