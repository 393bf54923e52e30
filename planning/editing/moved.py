"""List what was moved by hand, as notices, approval pages and evaluations print it."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from planning.district import District
from planning.editing.journal import journal_from_data, units_named
from planning.layout import JOURNAL, Layout

COLUMNS = ("stage", "zone", "name", "from_unit", "from_name", "to_unit", "to_name", "reason", "who", "when")


def moved_by_hand(layout: Layout, district: District) -> pd.DataFrame:
    """Return a row for every zone that a step in force, or settled earlier, moved: from where before the first, to where, and why the last time.

    Zones that came back to their unit are left out; units that share a zone are joined by ``;``, their names by ``、``.

    Returns
    -------
    DataFrame
        ``COLUMNS``; empty for a layout that was not edited.

    Raises
    ------
    LayoutError
        If the journal of the layout is none.
    """
    if layout.journal is None:
        return pd.DataFrame(columns=list(COLUMNS), dtype="str")
    journal = journal_from_data(layout.journal, str((layout.path or "") and f"{layout.path}/{JOURNAL}"))
    first = {(s.move.stage, z): u for s in reversed(journal.told()) for z, u in s.before}
    last = {(s.move.stage, z): s for s in journal.told() for z in s.move.zones}
    zones = dict(
        zip(district.zones["zone"].astype(str), district.zones["name"].fillna("").astype(str), strict=True)
    )
    schools = school_names(layout, district)
    rows = [
        (
            stage, zone, zones.get(zone) or zone, first[stage, zone], _named(first[stage, zone], schools),
            step.move.unit, _named(step.move.unit, schools), step.move.reason, step.move.who, step.move.when,
        )
        for (stage, zone), step in last.items()
        if set(units_named(first[stage, zone])) != set(step.move.units)
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype="str")


def _named(units: str, schools: Mapping[str, str]) -> str:
    return "、".join(schools.get(u, u) for u in units_named(units))


def school_names(layout: Layout, district: District) -> dict[str, str]:
    """Return the name of the school of every unit; of a school that a project builds the project's."""
    names = dict(
        zip(
            district.projects["school"].astype(str),
            district.projects["name"].fillna("").astype(str),
            strict=True,
        )
    )
    names |= dict(
        zip(
            district.schools["school"].astype(str),
            district.schools["name"].fillna("").astype(str),
            strict=True,
        )
    )
    about = layout.units.drop_duplicates("unit")
    return {str(u): names.get(str(s)) or str(u) for u, s in zip(about["unit"], about["school"], strict=True)}
