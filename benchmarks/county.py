"""Print the main figures of a district as the table that data/geo/README.md shows."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from planning.district import District, read_district
from planning.indicators import figures_of_register, make_case
from planning.indicators.assessment import unit_table, variation_table
from planning.standards import read_profile

CITY = "urban"


def figures(district: District) -> dict[str, str]:
    """Return the figures by name, as text."""
    profile = read_profile("litong-2021")
    year = district.info.base_year
    zones, schools = district.zones, district.schools
    area = zones.geometry.area / 1e6
    kinds = zones["kind"].value_counts()
    pupils = district.zone_pupils[district.zone_pupils["year"] == year]
    placed = pupils.groupby("zone")["pupils"].sum().reindex(zones["zone"]).fillna(0)
    by_stage = [int(pupils.loc[pupils["grade"].between(*g), "pupils"].sum()) for g in ((1, 6), (7, 9))]
    units = district.units.merge(schools[["school", "locale", "kind", "ownership"]], on="school")
    classes = district.classes[district.classes["year"] == year]
    enrolled = classes.groupby("unit")["pupils"].sum().reindex(units["unit"]).fillna(0).to_numpy()
    units["seats"] = units["rooms"] * units["stage"].map(profile.class_cap)
    units["enrolled"] = enrolled
    zoned = units["admission"] == "catchment"
    size = classes["pupils"].to_numpy()
    share = [np.mean(size <= 45), np.mean((size > 45) & (size <= 55)), np.mean((size > 55) & (size <= 65))]
    largest = units.groupby("school")["enrolled"].sum().nlargest(4)
    case = make_case(figures_of_register(district, profile=profile, year=year), profile)
    table = unit_table(case.resources, case.figures.units)
    counted = table[table["verdict"] != "not_counted"]
    spread = variation_table(case.resources)
    cv = {
        s: " ".join(f"{v:.2f}"[1:] if v < 1 else f"{v:.2f}" for v in g["cv"][:7])
        for s, g in spread.groupby("stage")
    }
    roads = district.roads
    fixed = district.projects["fixed"].astype(bool) if "fixed" in district.projects else None
    result = {
        "zones": f"{len(zones)}: {kinds['estate']} estates (median {area[zones['kind'] == 'estate'].median():.2f} km²), "
        f"{kinds['town_block']} town blocks, {kinds['village_group']} village groups "
        f"(median {area[zones['kind'] == 'village_group'].median():.1f} km²); {int((placed == 0).sum())} without pupils",
        "residents, area": f"{zones['population'].sum():,.0f}; {area.sum():,.0f} km² inside the outline",
        "pupils by catchment": f"{by_stage[0]:,} primary, {by_stage[1]:,} junior; "
        f"{pupils['migrant'].sum() / pupils['pupils'].sum():.1%} children of migrant workers",
        "pupils outside the zoning": f"{int(enrolled[~zoned.to_numpy()].sum()):,} (private, special, boarding)",
        "schools": f"{len(schools)}: "
        + ", ".join(f"{n} {k}" for k, n in schools["kind"].value_counts().items())
        + f"; {int((schools['ownership'] == 'private').sum())} private",
    }
    for stage, total in zip(("primary", "junior"), by_stage, strict=True):
        part = units[zoned & (units["stage"] == stage)]
        city = part[part["locale"] == CITY]
        short = (city["enrolled"] - city["seats"]).clip(lower=0).sum()
        result[f"{stage} seats today"] = (
            f"{part['seats'].sum():,.0f} for {total:,} pupils in the county; city units {city['seats'].sum():,.0f} for "
            f"{city['enrolled'].sum():,.0f}, {short:,.0f} seats short where units are full"
        )
    return result | {
        "classes": f"{len(size):,}: {share[0]:.1%} up to 45, {share[1]:.1%} 46–55, {share[2]:.1%} 56–65, "
        f"{int((size > 65).sum())} classes of 66 and more",
        "largest schools": ", ".join(f"{v:,.0f}" for v in largest) + " pupils",
        "projects": f"{int(fixed.sum())} decided, {int((~fixed).sum())} optional"
        if fixed is not None
        else "–",
        "streets": f"{len(roads):,} segments, {roads.geometry.length.sum() / 1e3:,.0f} km, "
        f"{int(roads['crossing'].astype(bool).sum())} segments flagged as crossings",
        "variation of A1–A7 today": f"primary {cv['primary']}; junior {cv['junior']}",
        "units that meet the resource standard": f"{(counted['verdict'] == 'pass').mean():.0%} of the {len(counted)} that count",
        "straight way to today's school (mean / 95th percentile)": _straight(district, pupils, units),
    }


def _straight(district: District, pupils: pd.DataFrame, units: pd.DataFrame) -> str:
    point = district.zones.geometry.representative_point()
    home = district.schools.set_index("school").geometry.reindex(units["school"])
    home.index = units["unit"]
    texts = []
    for name, city in (("city", True), ("country", False)):
        here = ((district.zones["locale"] == CITY) == city).to_numpy()
        words = []
        for stage, (low, high) in {"primary": (1, 6), "junior": (7, 9)}.items():
            unit = district.zones[f"current_{stage}"]
            known = here & unit.notna().to_numpy()
            metres = (
                point[known].distance(home.reindex(unit[known]).set_axis(point[known].index)).to_numpy() / 1e3
            )
            weight = (
                pupils[pupils["grade"].between(low, high)].groupby("zone")["pupils"].sum()
                .reindex(district.zones["zone"]).fillna(0).to_numpy()[known]
            )  # fmt: skip
            order = np.argsort(metres)
            share = np.cumsum(weight[order]) / weight.sum()
            far = metres[order][np.searchsorted(share, 0.95)]
            words.append(f"{stage} {np.average(metres, weights=weight):.1f} / {far:.1f} km")
        texts.append(f"{name}: " + ", ".join(words))
    return "; ".join(texts)


if __name__ == "__main__":
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "data/geo/litong")
    print("| what | value |\n|---|---|")
    for what, value in figures(read_district(folder)).items():
        print(f"| {what} | {value} |")
