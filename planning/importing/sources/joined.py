"""Join another file to a source, and keep account of what it holds: nothing of it goes, or counts twice, in silence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from planning.arrays import BoolArray, FloatArray
from planning.district.cells.sheet import Sheet
from planning.district.schema import Table
from planning.errors import Issue
from planning.importing.account import Change, Trail, add_made
from planning.importing.methods import method
from planning.importing.steps.steps import partners, position_of
from planning.messages import Both, Text

_SHOWN = 6


@dataclass(frozen=True)
class Joining:
    """A join as its account needs it.

    Parameters
    ----------
    sheet, other : Sheet
        The source before the join; what is joined to it.
    on : mapping of str to str
        Header in the source: header in the other.
    held, brought : DataFrame
        Amounts of the other sheet by its rows, and of the source after the join by its own.
    first : bool
        Further rows of one key are left aside by the mapping's own word.
    """

    sheet: Sheet
    other: Sheet
    on: Mapping[str, str]
    held: pd.DataFrame
    brought: pd.DataFrame
    first: bool = False


def join_account(table: Table, joining: Joining, trail: Trail) -> tuple[Trail, list[Issue]]:
    """Return the account after a join, and warnings of what the joined file holds that goes, or that counts several times."""
    partner = partners(joining.sheet, joining.other, joining.on, first=joining.first)
    used = np.bincount(partner[~np.isnan(partner)].astype(int), minlength=len(joining.other.labels))
    own, other = joining.sheet.file, joining.other.file
    sums = {str(k): float(v) for k, v in joining.brought.sum().items() if k not in trail.read}
    held = joining.held.reindex(columns=list(sums), fill_value=0.0)
    names = {"own": own, "other": other}
    lost = Change(Text("importing.account.joined_never", **names), *_of(joining, held, used == 0, 1.0))
    times = np.maximum(used - 1.0, 0.0)
    more = Change(Text("importing.account.joined_again", **names), *_of(joining, held, used > 1, -times))
    for change in (lost, more):
        sums = {k: v + change.amounts.get(k, 0.0) for k, v in sums.items()}
    trail = add_made(trail, sums, method("from_file", file=other))
    # rows are named, not counted: they are rows of another file
    trail = trail.noted(_unnumbered(lost)).noted(_unnumbered(more))
    warnings = []
    if (used == 0).any() and not joining.first:
        warnings.append(_issue("importing.joined.rows_without_partner", table, joining, used == 0, lost))
    if any(more.amounts.values()):
        warnings.append(_issue("importing.joined.counts_several_times", table, joining, used > 1, more))
    return trail, warnings


def _of(
    joining: Joining,
    held: pd.DataFrame,
    chosen: BoolArray,
    times: FloatArray | float,
) -> tuple[tuple[str, ...], dict[str, float]]:
    """Return the rows of the joined file that are chosen, and their amounts so many times."""
    labels = joining.other.labels.astype(str)
    weights = np.where(chosen, times, 0.0)
    amounts = {str(k): float(held[k].to_numpy() @ weights) for k in held.columns}
    return tuple(labels[chosen]), {k: v for k, v in amounts.items() if v}


def _unnumbered(change: Change) -> Change:
    return Change(change.reason, (), change.amounts, kept=True)


def _issue(code: str, table: Table, joining: Joining, chosen: BoolArray, change: Change) -> Issue:
    keys = [joining.other.cells[position_of(joining.other, h)] for h in joining.on.values()]
    names = [" ".join(str(k.iloc[i]) for k in keys) for i in np.flatnonzero(chosen)[:_SHOWN]]
    rest = int(chosen.sum()) - len(names)
    return Issue(
        code,
        joining.other.file,
        row=", ".join(change.rows[:_SHOWN]) + (f" … (+{rest})" if rest > 0 else ""),
        value=", ".join(names),
        level="warning",
        count=int(chosen.sum()),
        own=joining.sheet.file,
        amounts=_amounts(table, change.amounts),
    )


def _amounts(table: Table, amounts: Mapping[str, float]) -> Both:
    """Return amounts as words in brackets; nothing where there are none."""
    told = [(k, table.column_of[k].zh if k in table.column_of else k, abs(v)) for k, v in amounts.items()]
    en, zh = (
        ", ".join(f"{k} {n:.10g}" for k, _, n in told),
        "、".join(f"{z}{n:.10g}" for _, z, n in told),
    )
    return Both(f" ({en})" if en else "", f"（{zh}）" if zh else "")
