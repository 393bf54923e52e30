"""Count the children who enter school in every catchment, and say which of the counts may be published."""

from __future__ import annotations

from collections import Counter

import pandas as pd

from planning.district import District
from planning.layout import Layout
from planning.messages import said
from planning.publish.places import as_published, names_of_units, shared_name
from planning.publish.told import told_catchments, told_schools


def first_year(layout: Layout) -> int:
    """Return the school year that is announced: the first of the plan."""
    return int(layout.units["year"].min())


def way_of(unit: str) -> str:
    """Return how a catchment admits: one school, or several that share it."""
    return said("publish.entrants.several_schools") if ";" in unit else said("publish.entrants.one_school")


def expected_entrants(
    district: District, layout: Layout, stage: str, *, year: int | None = None
) -> pd.DataFrame:
    """Return the entry grade of every catchment and school: ``unit, name, way, classes, cap, seats, entrants, out, within, told``.

    ``seats`` = classes × cap of the entry grade; ``entrants`` live in the catchment, those sent elsewhere (``out``) included; the
    first year of the plan by default. Schools that admit from one shared area alone are one row, ``A;B``. Where a school has other
    zones too, the shared zones are a row ``within`` others: their entrants count in the rows of the schools they are divided among.
    ``told`` says whether the count, and the classes that follow from it, may be published (:mod:`planning.publish.told`).
    """
    layout = as_published(layout)
    names = names_of_units(district, layout)
    when = first_year(layout) if year is None else year
    units = layout.units[(layout.units["stage"] == stage) & (layout.units["year"] == when)]
    grade = units["grade"].min()
    entry = units[units["grade"] == grade].set_index("unit")
    assigned = layout.assignment[layout.assignment["stage"] == stage]
    keys = sorted(set(assigned["unit"].astype(str)) - {""})
    held = Counter(u for key in keys for u in key.split(";"))
    pooled = {key for key in keys if ";" in key and all(held[u] == 1 for u in key.split(";"))}
    single = sorted(set(held) - {u for key in pooled for u in key.split(";")})
    rows = []
    for key in sorted({*pooled, *single}):
        part = entry.reindex(key.split(";")).fillna(0)
        living = int((part["own"] + part["overflow_out"]).sum())
        way = way_of(key) if held[key.split(";")[0]] == 1 and key in keys else _ways(key, keys)
        rows.append((key, shared_name(key, names), way, int(part["classes"].sum()), int(part["cap"].max()), int(part["seats"].sum()),
                     living, int(part["overflow_out"].sum()), False))  # fmt: skip
    divided = layout.shared[(layout.shared["year"] == when) & (layout.shared["grade"] == grade)]
    for key in sorted(set(keys) - pooled - set(single)):
        zones = set(assigned.loc[assigned["unit"] == key, "zone"].astype(str))
        part = entry.reindex(key.split(";")).fillna(0)
        living = int(divided.loc[divided["zone"].astype(str).isin(zones), "pupils"].sum())
        rows.append((key, shared_name(key, names), way_of(key), int(part["classes"].sum()), int(part["cap"].max()),
                     int(part["seats"].sum()), living, 0, True))  # fmt: skip
    columns = ["unit", "name", "way", "classes", "cap", "seats", "entrants", "out", "within"]
    table = pd.DataFrame(rows, columns=columns)
    catchments, schools = told_catchments(layout), told_schools(layout)
    return table.assign(told=[key in (catchments if ";" in key else schools) for key in table["unit"]])


def school_seats(layout: Layout, year: int) -> dict[str, int]:
    """Return the seats of every unit over all its grades, where capacity is counted in seats."""
    rows = layout.units[layout.units["year"] == year]
    return {str(u): int(n) for u, n in rows.groupby("unit")["rooms"].max().items()}


def _ways(unit: str, keys: list[str]) -> str:
    """Return how a school admits that has shared zones beside, or instead of, zones of its own."""
    return (
        said("publish.entrants.one_school_several_schools")
        if unit in keys
        else said("publish.entrants.several_schools")
    )
