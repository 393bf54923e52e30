"""Say what a rule is: one object that says everything about itself, so that nothing else knows a rule by name."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from planning.arrays import BoolArray, FloatArray, IntArray
from planning.errors import Issue
from planning.layout import Layout
from planning.messages import Both, Text, Words
from planning.zoning.declare.family import Family, Role
from planning.zoning.declare.model import ZoningModel
from planning.zoning.problem import ZoningProblem

__all__ = ["Family", "PlanTables", "Reason", "Role", "Rule", "called_hard", "declared"]

WHOLE = 1e-6
"""So far from a whole number a value counts as divided."""
Hardness = Literal["definition", "strict", "priced", "choice"]
"""Says what a plan is; allows no violation; may be violated at a price; a scenario may call it hard."""
ABOUT = ("way", "stands", "seats", "lines", "price")
"""What a reason is about, in the order in which reasons are told: what comes first is mended first, seats before lines on the map."""


@dataclass(frozen=True)
class Reason:
    """One reason why a unit was not chosen.

    Parameters
    ----------
    kind : str
        Stable code of the reason: the name of the rule, or of one of the reasons it knows.
    text_en, text_zh : str
        In words.
    grade, year, seats : int
        How many seats are short in which grade and year (0 where it is not about seats).
    mend_en, mend_zh : str
        The cheapest change in favour of the unit.
    about : str
        One of :data:`ABOUT`.
    said, remedy : Words, optional
        Reason and change in every language (:meth:`of`); a rule from outside has two.
    """

    kind: str
    text_en: str
    text_zh: str
    grade: int = 0
    year: int = 0
    seats: int = 0
    mend_en: str = ""
    mend_zh: str = ""
    about: str = "price"
    said: Words | None = dataclasses.field(default=None, compare=False)
    remedy: Words | None = dataclasses.field(default=None, compare=False)

    @classmethod
    def of(cls, kind: str, said: Words, *, mend: Words | None = None, **more: Any) -> Reason:
        """Return a reason that is said in every language; ``more`` are the other fields."""
        if mend is not None:
            more |= {"mend_en": mend.text("en"), "mend_zh": mend.text("zh"), "remedy": mend}
        return cls(kind, said.text("en"), said.text("zh"), said=said, **more)

    def text(self, lang: str = "en") -> str:
        """Return the reason in a language."""
        return (self.said or Both(self.text_en, self.text_zh)).text(lang)

    @property
    def mend(self) -> Words | None:
        """The cheapest change in favour of the unit; None where there is none."""
        return self.remedy or (Both(self.mend_en, self.mend_zh) if self.mend_en else None)


@dataclass(frozen=True)
class PlanTables:
    """A plan as the tables of a layout; ``zoned`` are the rows of ``units`` that zoning fills, ``unit_of`` is (n_stages, n_zones)."""

    assignment: pd.DataFrame
    units: pd.DataFrame
    zoned: pd.DataFrame
    overflow: pd.DataFrame
    shared: pd.DataFrame
    projects: pd.DataFrame
    unit_of: IntArray


class Rule:
    """What every rule of the model says about itself, with honest defaults: one subclass and one object per rule.

    Attributes
    ----------
    name : str
        Stable code, unique among the rules.
    title, name_zh : str
        What it is called in a sentence, in English and Chinese; the name by default.
    words : Words, optional
        The same in every language, from the catalogues.
    families : tuple of Family
        The variables it adds.
    hardness : str
        :data:`Hardness`.
    violated : Family, optional
        By how much it is broken. Without it a plan that breaks the rule does not exist.
    twins : tuple of str
        Codes of the checks in :mod:`planning.verify.rules` that recompute it; the name by default. A rule from outside the package has
        ``check(evidence)`` instead.
    setting : str
        Key of the scenario that turns it, for messages.
    mend_en, mend_zh : str
        What lets plans exist where the rule forbids them all.
    mend : Words
        The same in every language; what :attr:`mend_en` says comes before.
    """

    name: str = ""
    title: str = ""
    name_zh: str = ""
    words: Words | None = None
    families: tuple[Family, ...] = ()
    hardness: Hardness = "strict"
    violated: Family | None = None
    twins: tuple[str, ...] = ()
    setting: str = "rules"
    mend_en: str = ""
    mend_zh: str = ""
    mend: Words = Text("zoning.mend.leave_rule_out")

    def __repr__(self) -> str:
        return f"<Rule {self.name}>"

    def called(self) -> Words:
        """Return what the rule is called, in every language it knows."""
        return self.words or Both(self.title or self.name, self.name_zh or self.name)

    def remedy(self) -> Words:
        """Return what lets plans exist where the rule forbids them all."""
        return Both(self.mend_en, self.mend_zh or self.mend_en) if self.mend_en else self.mend

    def active(self, problem: ZoningProblem) -> bool:
        """Return whether the scenario asks for the rule."""
        return True

    def value(self, problem: ZoningProblem) -> str:
        """Return the setting as the scenario has it, for messages."""
        return self.name if self.setting == "rules" else "true"

    def allows(self, problem: ZoningProblem, stage_index: int) -> BoolArray | None:
        """Return which pairs may be used at all (n_zones, n_units); None where all may."""
        return None

    def pairs(self, problem: ZoningProblem) -> BoolArray | None:
        """Return the pairs that its rows tie (n_zones, n_units): they are in the programme from the start.

        None where it does not say: if it then puts pairs into rows other than by
        :meth:`planning.zoning.declare.model.ZoningModel.require_pairs`, every pair is a candidate.
        """
        return None

    def pupil_price(
        self, problem: ZoningProblem, stage_index: int, unit: int, zones: Any
    ) -> FloatArray | None:
        """Return what one pupil of each of the zones (an index of rows) who goes to the unit costs under this rule, in pupil-kilometres."""
        return None

    def add(self, model: ZoningModel) -> None:
        """Add the variables, rows and prices of this rule."""

    def improve(self, model: ZoningModel, columns: FloatArray) -> FloatArray:
        """Return the columns of a plan with what this rule can better by itself, catchments as they are."""
        return columns

    def divide(self, model: ZoningModel, columns: FloatArray, divided: FloatArray) -> FloatArray:
        """Return the columns with this rule's flows whole where the search left them ``divided``."""
        return columns

    def settle(self, problem: ZoningProblem, stage_index: int, plan: IntArray) -> IntArray:
        """Return a plan at hand of one stage (n_zones,) with the zones that this rule gives to a unit."""
        return plan

    def repair(self, problem: ZoningProblem, plan: IntArray) -> IntArray:
        """Return a plan at hand of all stages (n_stages, n_zones) changed so that it keeps this rule."""
        return plan

    def broken(self, problem: ZoningProblem, tables: PlanTables) -> Iterator[Issue]:
        """Yield where a plan breaks this rule, for rules that say by how much they are ``violated``."""
        yield from ()

    def places(self, problem: ZoningProblem, plan: IntArray) -> list[tuple[int, int]]:
        """Return the zones of a plan (n_stages, n_zones) where it breaks this rule by itself, each with its unit: pairs it does not allow."""
        found: list[tuple[int, int]] = []
        for s, units in enumerate(plan):
            allowed = self.allows(problem, s)
            if allowed is not None:
                zones = np.flatnonzero(
                    (units >= 0) & ~np.asarray(allowed, dtype=bool)[np.arange(len(units)), units]
                )
                found += [(int(z), int(units[z])) for z in zones]
        return found

    def figures(self, problem: ZoningProblem, tables: PlanTables) -> Mapping[str, Any]:
        """Return what this rule has to say in ``summary.json``."""
        return {}

    def notes(self, figures: Mapping[str, Any], lang: str) -> list[str]:
        """Return what a reader must know of the figures of all rules, one line each, in a language."""
        return []

    def reasons(
        self, problem: ZoningProblem, layout: Layout, stage_index: int, zone: int, unit: int
    ) -> Iterator[Reason]:
        """Yield why the zone is not with the unit in a layout."""
        yield from ()

    def loosened(self, problem: ZoningProblem) -> ZoningProblem:
        """Return the problem without this rule."""
        return dataclasses.replace(problem, rules=tuple(r for r in problem.rules if r is not self))


SAID = tuple(name for name in vars(Rule) if not name.startswith("_"))


def declared(rule: Any) -> Rule:
    """Return a rule that a user gave: as it is where it is a :class:`Rule`, else one that says what the object says."""
    found = rule if isinstance(rule, Rule) else Rule()
    if found is not rule:
        for said in (said for said in SAID if hasattr(rule, said)):
            setattr(found, said, getattr(rule, said))
    return found


def called_hard(problem: ZoningProblem) -> tuple[Rule, ...]:
    """Return the rules that the scenario calls hard, in its order."""
    by_name = {rule.name: rule for rule in problem.rules}
    return tuple(by_name[name] for name in problem.scenario.hard)
