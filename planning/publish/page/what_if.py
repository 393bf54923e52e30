"""Say on one page what a change would do to a plan: before and after side by side, for whoever decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from planning.digits import in_digits
from planning.district import District
from planning.district.schema import STAGES
from planning.editing.moved import school_names
from planning.editing.what_if import NEAREST, Supposed
from planning.grades import grade_name
from planning.indicators.verdict import NONE_EN, NONE_ZH
from planning.internal import INTERNAL_EN, INTERNAL_ZH
from planning.layout import Layout, in_seats, one_row_per_zone
from planning.messages import Both, Text, is_chinese, written
from planning.publish.notice.blocks import Block, Grid, Heading, NoticePaper, Words
from planning.publish.places import data_status_in
from planning.standards.money import money_of

MOST = 14
"""Schools that one page has room for."""


@dataclass(frozen=True)
class Row:
    """One figure before and after, ``None`` where it does not apply; ``form`` prints it."""

    name: Text
    before: float | None
    after: float | None
    form: str = ",.0f"

    @property
    def zh(self) -> str:
        """Name in Chinese."""
        return self.name.text("zh")

    @property
    def en(self) -> str:
        """Name in English."""
        return self.name.text("en")

    def texts(self, lang: str = "zh") -> tuple[str, str, str]:
        """Return before, after and the difference as they are printed."""
        if self.before is None or self.after is None:
            none = Both(NONE_EN, NONE_ZH).text(lang)
            known = [none if v is None else in_digits(v, self.form) for v in (self.before, self.after)]
            return known[0], known[1], "–"
        more = in_digits(self.after - self.before, self.form)
        plus = "+" if self.after - self.before > 0 and more.strip("0.,%") else ""
        return in_digits(self.before, self.form), in_digits(self.after, self.form), plus + more


def supposed_rows(supposed: Supposed) -> list[Row]:
    """Return the figures that are held side by side."""
    a, b = supposed.before.summary, supposed.after.summary
    rows = [
        Row(_of("seats_short"), a["shortage_pupils"], b["shortage_pupils"]),
        *(
            Row(_of("classes_over"), x["classes_over_cap"], y["classes_over_cap"])
            for x, y in ((a, b),)
            if "classes_over_cap" in a and "classes_over_cap" in b
        ),
        Row(_of("schools_over"), a["schools_over_size"], b["schools_over_size"]),
        Row(_of("sent_on"), a["overflow_pupils"], b["overflow_pupils"]),
        Row(_of("zones_changed"), 0, len(_changed_zones(supposed))),
    ]
    for group in dict.fromkeys((*a["nearby_ratio"], *b["nearby_ratio"])):
        rows.append(Row(_of("nearby", group=_group(group)), a["nearby_ratio"].get(group), b["nearby_ratio"].get(group), ".1%"))  # fmt: skip
    for stage in a["mean_distance_m"]:
        if stage in b["mean_distance_m"]:
            rows.append(Row(_of("mean_walk", group=_group(stage)), a["mean_distance_m"][stage], b["mean_distance_m"][stage]))  # fmt: skip
    unit = money_of(supposed.before.scenario)
    if unit.named or a["cost_yuan"] or b["cost_yuan"]:  # nothing of a currency that nobody named says nothing
        rows.append(
            Row(_of("cost", unit=unit.unit), a["cost_yuan"] / unit.scale, b["cost_yuan"] / unit.scale)
        )
    return rows


def _of(code: str, /, **said: object) -> Text:
    return Text(f"publish.supposed.{code}", **said)


def _group(name: str) -> Text | str:
    return Text(f"base.stage.{name}") if name in STAGES else name


def supposed_paper(
    supposed: Supposed, district: District, asked: Sequence[str], name: str, *, lang: str = "zh"
) -> NoticePaper:
    """Return the page for a leader.

    Parameters
    ----------
    supposed : Supposed
        The plan before and after.
    district : District
        The county.
    asked : sequence of str
        What is supposed, a line each, in the language of the page.
    name : str
        Name of the plan's run.
    lang : str
        Language of the page.
    """
    say, chinese = _Page(lang), is_chinese(lang)
    info, years = district.info, supposed.after.summary["years"]
    span = say("year" if len(years) == 1 else "years", first=years[0], last=years[-1])
    title = written(str(supposed.before.scenario.get("title_zh" if chinese else "title") or name), lang)
    way = say(f"catchments_{supposed.catchments}", nearest=NEAREST)
    names = school_names(supposed.before, supposed.district) | school_names(supposed.after, supposed.district)
    blocks: list[Block] = [
        Heading(say("supposed")),
        *(Words(line) for line in asked),
        Words(say("way_and_years", way=way, span=span)),
        Heading(say("conclusion")),
        *(Words(line) for line in _conclusions(supposed, names, say)),
        Heading(say("before_after")),
        Grid(
            (say("figure"), say("now"), say("then"), say("change")),
            tuple((r.name.text(lang), *r.texts(lang)) for r in supposed_rows(supposed)),
            (7.0, 3.0, 3.0, 2.8),
        ),
        Heading(say("schools_changed")),
        *_schools(supposed, names, say),
        *(Words(line, small=True) for line in _remarks(supposed, say)),
    ]
    return NoticePaper(
        say("title", title=title),
        say("of_plan", name=name, internal=Both(INTERNAL_EN, INTERNAL_ZH)),
        data_status_in(district, supposed.before, lang),
        tuple(blocks),
        ((info.name_zh or info.name) if chinese else (info.name or info.name_zh),),
        lang,
    )


class _Page:
    """The words of the page in one language."""

    def __init__(self, lang: str) -> None:
        self.lang = lang

    def __call__(self, name: str, /, **said: object) -> str:
        return _of(name, **said).text(self.lang)


def _conclusions(supposed: Supposed, names: Mapping[str, str], say: _Page) -> list[str]:
    short = [supposed.before.summary["shortage_pupils"], supposed.after.summary["shortage_pupils"]]
    if short[0] == short[1]:
        first = say("short_same" if short[1] else "short_none", short=short[1])
    else:
        first = say("short_less" if short[1] < short[0] else "short_more", before=short[0], after=short[1])
    left = _shortages(supposed.after, names)
    lines = [first]
    if left:
        lines.append(say("short_where_more" if len(left) > 6 else "short_where", places=tuple(left[:6])))
    changed = _changed_zones(supposed)
    if len(changed):
        pupils = int(changed["pupils"].sum())
        lines.append(say("zones_to_change", count=len(changed), pupils=pupils))
    return lines


def _shortages(layout: Layout, names: Mapping[str, str]) -> list[Text]:
    rows, place = layout.units[layout.units["shortage"] > 0], "short_at"
    if in_seats(layout.units):  # seats belong to no grade
        rows = rows.groupby(["unit", "year"], as_index=False)[["shortage"]].sum()
        place = "short_at_school"
    rows = rows.sort_values("shortage", ascending=False)
    return [
        _of(
            place,
            name=names.get(str(r["unit"]), r["unit"]),
            year=r["year"],
            **({"grade": grade_name(r["grade"])} if "grade" in r else {}),
            short=r["shortage"],
        )
        for r in rows.to_dict("records")
    ]


def _changed_zones(supposed: Supposed) -> pd.DataFrame:
    """Return the zones whose unit differs between before and after."""
    now = one_row_per_zone(supposed.after.assignment)
    was = one_row_per_zone(supposed.before.assignment).set_index(["zone", "stage"])["unit"]
    before = was.reindex(pd.MultiIndex.from_frame(now[["zone", "stage"]])).fillna("").to_numpy()
    found: pd.DataFrame = now[(before != "") & (before != now["unit"].to_numpy())]
    return found


def _schools(supposed: Supposed, names: Mapping[str, str], say: _Page) -> list[Block]:
    before, after = (_by_unit(x) for x in (supposed.before, supposed.after))
    units = [u for u in after if after[u] != before.get(u)]
    units.sort(key=lambda u: (u not in supposed.changed, -abs(_more(before.get(u), after[u], "pupils"))))
    if not units:
        return [Words(say("no_school_changes"))]
    seats = in_seats(supposed.after.units)
    told = ("rooms", "pupils", "shortage") if seats else ("rooms", "pupils", "shortage", "largest")
    heads = {k: say("head_seats" if seats and k == "rooms" else f"head_{k}") for k in told}
    rows = tuple(
        (names.get(u, u), *(f"{_value(before.get(u), k)}→{after[u][k]:,}" for k in heads))
        for u in units[:MOST]
    )
    widths = (5.8, 2.4, 2.8, 2.4, 2.4)[: len(heads) + 1]
    found: list[Block] = [Grid((say("head_school"), *heads.values()), rows, widths)]
    if len(units) > MOST:
        found.append(Words(say("more_schools", count=len(units) - MOST), small=True))
    return found


def _by_unit(layout: Layout) -> dict[str, dict[str, int]]:
    """Return rooms, pupils, seats short and the largest class of every unit in the last year."""
    table = layout.units[layout.units["year"] == layout.units["year"].max()]
    sizes = -(-table["pupils"] // table["classes"].where(table["classes"] > 0, 1))
    grouped = table.assign(largest=sizes).groupby("unit", sort=True)
    found = grouped.agg(
        rooms=("rooms", "max"), pupils=("pupils", "sum"), shortage=("shortage", "sum"), largest=("largest", "max")
    )  # fmt: skip
    return {str(u): {str(k): int(v) for k, v in row.items()} for u, row in found.to_dict("index").items()}


def _value(row: Mapping[str, int] | None, key: str) -> str:
    return "—" if row is None else f"{row[key]:,}"


def _more(a: Mapping[str, int] | None, b: Mapping[str, int], key: str) -> int:
    return b[key] - (0 if a is None else a[key])


def _remarks(supposed: Supposed, say: _Page) -> list[str]:
    lines = [say("remark")]
    if supposed.forecast:
        lines.append(say("remark_forecast"))
    if supposed.catchments == "held":
        lines.append(say("remark_held"))
    elif supposed.bound is not None:
        objective = float(supposed.after.summary["objective"])
        gap = max(0.0, objective - supposed.bound) / max(abs(objective), 1e-9)
        lines.append(say("remark_bound", gap=gap))
    return lines
