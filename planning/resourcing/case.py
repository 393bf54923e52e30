"""State what a programme starts from: pupils and resources of every assessed unit by year, and what is asked when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from planning.arrays import FloatArray, IntArray
from planning.errors import DistrictError, Issue
from planning.indicators import Figures
from planning.indicators.assessment import STAGES
from planning.messages import Both, en_zh
from planning.standards import Profile

TEACHERS = ("A1", "A2", "A3")
_ALL_PASS = en_zh("resourcing.case.standards_name_no_share")


@dataclass(frozen=True)
class ResourceCase:
    """A county over the years of a programme; n units, 7 resources, m years.

    Parameters
    ----------
    units : DataFrame (n)
        Indexed by unit: ``name, stage``; units that are assessed in every year and whose amounts are known.
    left_out : DataFrame
        ``unit, name, why_en, why_zh``: units that no programme can judge.
    years : tuple of int
        School years of the programme.
    resources : tuple of str
        A1 … A7.
    pupils : ndarray (n, m)
        Pupils.
    amounts : ndarray (n, 7, m)
        Amounts before any purchase; they change when a project opens.
    standard : ndarray (n, 7)
        Amount per pupil that meets the standard.
    share : tuple of float
        Share of the units that must pass in every year (S:69–S:81, S:139).
    profile : Profile
        The standards.
    buyer : ndarray (n, 7)
        Position of the unit that stands for the buyer: the unit itself, or the first of its school where the school holds
        the resource in common.
    part : ndarray (n, 7, m)
        Share of what the buyer buys that counts for the unit: 1, or the unit's weighted share of what its school holds in common.
    notes : tuple of (str, str)
        What a reader must know, English and Chinese.
    """

    units: pd.DataFrame
    left_out: pd.DataFrame
    years: tuple[int, ...]
    resources: tuple[str, ...]
    pupils: FloatArray
    amounts: FloatArray
    standard: FloatArray
    share: tuple[float, ...]
    profile: Profile
    buyer: IntArray
    part: FloatArray
    notes: tuple[tuple[str, str], ...] = ()

    def of_stage(self, stage: str) -> IntArray:
        """Return the positions of the units of a stage."""
        return np.flatnonzero((self.units["stage"] == stage).to_numpy())

    def buys(self, u: int, r: int) -> bool:
        """Say whether purchases of a resource are made at this unit, for itself or for its whole school."""
        return int(self.buyer[u, r]) == u

    def common(self, u: int, r: int) -> bool:
        """Say whether the unit holds a resource in common with others, or with a stage that is not assessed."""
        return not self.buys(u, r) or bool((self.part[u, r] != 1.0).any())

    def received(self, bought: FloatArray) -> FloatArray:
        """Return what every unit holds of what was bought until a year; facilities in common are split by weighted pupils.

        Parameters
        ----------
        bought : ndarray (n, 7, m)
            Bought in every year, at the buyer.
        """
        until = np.cumsum(bought, axis=2)
        taken = np.take_along_axis(until, self.buyer[:, :, None], axis=0)
        return np.asarray(taken * self.part)

    def rotation(self, name: str, year: int) -> float:
        """Return a rotation target of a year (S:251), 0 without one."""
        target = self.profile.targets.get(year, {}).get(name)
        return 0.0 if target is None else target.value


def resource_case(
    figures: Mapping[int, Figures], profile: Profile, *, reading: str = "default"
) -> ResourceCase:
    """Gather the case from the figures of one or more school years.

    Parameters
    ----------
    figures : mapping of int to Figures
        By school year; a year of the programme without figures of its own takes those of the last year before it.
    profile : Profile
        Its targets name the years and the share of units that must pass in each; without any, all units in the last year of
        the figures, as 教督〔2017〕6号 asks of every school.
    reading : str
        ``"default"`` or ``"other"`` where the plan gives two (2025: all units, or 95 %).

    Raises
    ------
    DistrictError
        If no unit can be judged.
    """
    asked = {
        y: t["units_passing_share"] for y, t in sorted(profile.targets.items()) if "units_passing_share" in t
    }
    years = tuple(asked) or (max(figures),)
    by_year = {y: figures[max((k for k in figures if k <= y), default=min(figures))] for y in years}
    names = tuple(profile.resources)
    keep, left = _assessed(by_year, names)
    if not keep:
        raise DistrictError([Issue("resourcing.case.no_unit_all_seven_resources", "resources.csv")])
    first = by_year[years[0]].units.loc[keep]
    standard = np.array(
        [[r.threshold(s) / r.per for r in profile.resources.values()] for s in first["stage"]], dtype=float
    )
    buyer, part = _buyers(by_year, keep, names)
    held = sorted({f.year for f in by_year.values()})
    note = en_zh("resourcing.case.enrolment", held=Both(", ".join(map(str, held)), "、".join(map(str, held))))
    return ResourceCase(
        units=first[["name", "stage"]],
        left_out=left,
        years=years,
        resources=names,
        pupils=np.column_stack([f.units.loc[keep, "pupils"] for f in by_year.values()]).astype(float),
        amounts=np.stack(
            [f.units.loc[keep, list(names)].to_numpy(dtype=float) for f in by_year.values()], axis=2
        ),
        standard=standard,
        share=tuple(t.also.value if reading == "other" and t.also else t.value for t in asked.values())
        or (1.0,),
        profile=profile,
        buyer=buyer,
        part=part,
        notes=(note,) if asked else (note, _ALL_PASS),
    )


def _buyers(
    by_year: Mapping[int, Figures], keep: list[str], names: tuple[str, ...]
) -> tuple[IntArray, FloatArray]:
    """Return who buys for every unit and resource, and the share the unit has of it in every year."""
    tables = [f.units.loc[keep] for f in by_year.values()]
    own = np.arange(len(keep))
    school = pd.Series(own).groupby(tables[0]["school"].to_numpy()).transform("min").to_numpy()
    pooled = np.column_stack([tables[0][f"{n}_pooled"].to_numpy(dtype=bool) for n in names])
    split = np.stack([t["split"].to_numpy(dtype=float) for t in tables], axis=1)[:, None, :]
    buyer = np.where(pooled, school[:, None], own[:, None]).astype(np.int64)
    return buyer, np.where(pooled[:, :, None], split, 1.0)


def _assessed(by_year: Mapping[int, Figures], names: tuple[str, ...]) -> tuple[list[str], pd.DataFrame]:
    """Split units into those that every year can judge and the others, with the reason."""
    last = by_year[max(by_year)].units
    keep, left = [], []
    for unit in last.index[last["stage"].isin(STAGES)]:
        rows = [f.units.loc[unit] for f in by_year.values() if unit in f.units.index]
        if len(rows) < len(by_year) or not all(bool(r["counted"]) for r in rows):
            left.append((unit, last.at[unit, "name"], *en_zh("resourcing.case.assessed_every_year")))
        elif any(pd.isna(r[n]) for r in rows for n in names):
            left.append((unit, last.at[unit, "name"], *en_zh("resourcing.case.resources_supplied")))
        else:
            keep.append(str(unit))
    return keep, pd.DataFrame(left, columns=["unit", "name", "why_en", "why_zh"])
