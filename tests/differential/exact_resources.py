"""Add to the exact programme what resources are worth: pupils beyond a floor are paid, or units that pass are a gain."""

from __future__ import annotations

from tests.differential.facts import Facts
from tests.differential.programme import Programme
from tests.differential.tables import Key

FLOOR = 0.85
"""Of its standard that every resource must reach (S:139)."""
ENOUGH = 6.0
"""Resources of seven that must be at standard."""


def add_resources(programme: Programme, facts: Facts, attending: dict[Key, int]) -> None:
    """Pay pupils beyond 85 % of a resource (``floors``), or reward units that pass at 6 of 7 and all at 85 % (``pass``)."""
    if facts.scenario.resources.mode == "off":
        return
    for limits in facts.suffices:
        for t in range(len(facts.years) if limits else 0):
            pupils = [
                (enough, [(attending[v, g, t], w) for v, w in weights.items() for g in facts.grades[facts.units[v]["stage"]]],
                 sum(w * facts.everyone(facts.units[v]["stage"], t) for v, w in weights.items()))
                for weights, enough in limits
            ]  # fmt: skip
            if facts.scenario.resources.mode == "floors":
                starved = programme.column(facts.scenario.prices.starved / len(facts.years))
                for enough, terms, _ in pupils:
                    programme.row([*terms, (starved, -1.0)], high=enough / FLOOR)
                continue
            passes = programme.column(-facts.scenario.prices.unit_pass / len(facts.years), 1.0, whole=True)
            met = []
            for enough, terms, most in pupils:
                reached = programme.column(0.0, 1.0, whole=True)
                met.append((reached, 1.0))
                for switch, held in ((passes, enough / FLOOR), (reached, enough)):
                    slack = max(0.0, most - held)
                    programme.row([*terms, (switch, slack)], high=held + slack)
            programme.row([*met, (passes, -ENOUGH)], 0.0)
