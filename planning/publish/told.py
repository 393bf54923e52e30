"""Decide once for a run which catchments' counts are public: the notice of every year, the layers and the lookup page ask here."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from planning.arrays import BoolArray, FloatArray
from planning.layout import Layout
from planning.publish.disclosure import LEAST_ZONES, publishable
from planning.publish.places import as_published, stages_of
from planning.scenario import Notice


def notice_of(layout: Layout) -> Notice:
    """Return the ``notice:`` part of the scenario a layout came from."""
    return Notice.model_validate(dict(layout.scenario.get("notice") or {}))


def told_catchments(layout: Layout) -> frozenset[str]:
    """Return the catchments (units; ``A;B`` where several share one) whose counts may be published, in every file of the run.

    A catchment is told when it has two zones or more and each of its counts that any file could give (pupils of the first
    year, entrants of every year) reaches ``notice.pupils_from``; the catchments of schools that share zones are told together or
    not at all. Further ones are left out until what is missing of every sum covers two catchments and that many pupils.
    """
    layout, least = as_published(layout), notice_of(layout).pupils_from
    told: set[str] = set()
    for stage in stages_of(layout):
        part = layout.assignment[layout.assignment["stage"] == stage]
        zones = part["unit"].astype(str).pipe(lambda s: s[s != ""]).value_counts().sort_index()
        groups = linked(zones.index)
        counts = _counts(layout, stage, list(zones.index))
        shown = (zones.to_numpy() >= LEAST_ZONES) & (counts >= least).all(axis=1)
        shown = _together(shown, zones.index, groups)
        # the smallest first: what is left out to hide another costs the reader least there
        for k in np.argsort(counts[:, 0], kind="stable"):
            hidden = ~shown
            if not hidden.any() or (hidden.sum() >= 2 and (counts[hidden].sum(axis=0) >= least).all()):
                break
            shown[k] = False
            shown = _together(shown, zones.index, groups)
        told.update(zones.index[shown])
    return frozenset(told)


def told_schools(layout: Layout) -> frozenset[str]:
    """Return the units all of whose catchments are told: their classes, which follow from their pupils, may be published too."""
    told = told_catchments(layout)
    keys = set(as_published(layout).assignment["unit"].astype(str))
    kept = {unit for key in keys - told for unit in key.split(";")}
    return frozenset(layout.units["unit"].astype(str)) - kept


def told_zones(layout: Layout, stage: str, least: int) -> pd.Series[bool]:
    """Return which zones' counts the lookup page may show, by zone: none of a catchment that is not told, nor by subtraction."""
    told = told_catchments(layout)
    part = as_published(layout).assignment
    part = part[part["stage"] == stage]
    shown = pd.Series(False, index=part["zone"].astype(str))
    for unit, group in part.groupby("unit"):
        if str(unit) in told:
            # the office has agreed to counts of single zones: every one stands for as many as a catchment needs
            enough = publishable(group["pupils"], np.full(len(group), LEAST_ZONES), least)
            shown.loc[list(group["zone"].astype(str))] = enough
    return shown


def linked(keys: Iterable[str]) -> list[set[str]]:
    """Return the groups of schools that shared areas link, directly or through others; a school alone is a group."""
    groups: list[set[str]] = []
    for key in keys:
        group = set(key.split(";"))
        for other in [g for g in groups if g & group]:
            group |= other
            groups.remove(other)
        groups.append(group)
    return groups


def _together(shown: BoolArray, keys: pd.Index[str], groups: list[set[str]]) -> BoolArray:
    kept = {unit for key in keys[~shown] for unit in key.split(";")}
    open_ = [not (group & kept) for group in groups]
    return np.array(
        [any(o and set(key.split(";")) <= g for o, g in zip(open_, groups, strict=True)) for key in keys],
        dtype=bool,
    )


def _counts(layout: Layout, stage: str, keys: list[str]) -> FloatArray:
    """Return the counts of every catchment: pupils of the first year, then the entrants of each year."""
    part = layout.assignment[layout.assignment["stage"] == stage]
    columns = [part.groupby(part["unit"].astype(str))["pupils"].sum().reindex(keys, fill_value=0)]
    zone_key = dict(zip(part["zone"].astype(str), part["unit"].astype(str), strict=True))
    units = layout.units[layout.units["stage"] == stage]
    grade = units["grade"].min()
    entry = units[units["grade"] == grade]
    for year, rows in entry.groupby("year"):
        living = (rows["own"] + rows["overflow_out"]).groupby(rows["unit"].astype(str)).sum()
        columns.append(_entrants(layout, living, int(str(year)), grade, zone_key, keys))
    return np.column_stack([column.to_numpy(dtype=float) for column in columns])


def _entrants(
    layout: Layout, living: pd.Series[float], year: int, grade: int, zone_key: dict[str, str], keys: list[str]
) -> pd.Series[float]:
    """Return the entrants of every catchment in a year; those of shared zones are taken off the schools they are divided among."""
    table = layout.shared
    table = table[(table["year"] == year) & (table["grade"] == grade)]
    key = table["zone"].astype(str).map(zone_key)
    table = table.assign(key=key)[key.notna() & key.isin(keys)]
    divided = table.groupby("key")["pupils"].sum()
    taken = table.groupby(table["unit"].astype(str))["pupils"].sum()
    single = living.sub(taken, fill_value=0)
    found = {
        k: divided.get(k, living.reindex(k.split(";")).sum()) if ";" in k else single.get(k, 0.0)
        for k in keys
    }
    return pd.Series(found, dtype=float)
