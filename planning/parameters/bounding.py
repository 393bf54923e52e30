"""Parameters of bounds and first plans: relaxation, separators, pricing, items divided, proof, first plan."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from pydantic.dataclasses import dataclass

from planning.parameters.declared import (
    CHECKED,
    Count,
    CountOrNone,
    Factor,
    Gap,
    Positive,
    Seconds,
    Share,
)


@dataclass(frozen=True, kw_only=True, config=CHECKED)
class RelaxationParameters:
    """The linear relaxation: pricing, separators, elastic limits."""

    pricing_rounds: Count = 30
    """Rounds of pricing at most, each one linear programme."""
    separation_rounds: Count = 60
    """Rounds of separators at most, each one linear programme."""
    violation_first: Annotated[float, Field(gt=0, lt=1)] = 0.2
    """By so much of an item a separator must be violated in the first rounds (share of an item)."""
    violation_least: Annotated[float, Field(gt=0, lt=1)] = 0.02
    """By so much of an item a separator must be violated to be worth a row at all (share of an item)."""
    violation_step: Annotated[float, Field(gt=1, le=1000)] = 4.0
    """Divides the violation asked for when no separator is found."""
    several_years_time_share: Share = 0.1
    """Of the time, over several years: a relaxation that takes longer waits until the plan at hand has been annealed."""
    tail_rounds: Count = 6
    """Rounds of separators without progress of the bound, after which separation ends."""
    tail_progress: Positive = 1e-5
    """Rise of the bound in one round that counts as progress (share of the bound)."""
    separation_time_share: Share = 0.15
    """Of the time left, for separators before the first plan."""
    tighten_time_share: Share = 0.25
    """Of the time left, for separators once every pair that a better plan could use has joined."""
    tighten_time_least_s: Seconds = 5.0
    """For these separators at least (seconds)."""
    all_pairs_gap: Gap = 0.1
    """Gap of the incumbent from which on all pairs that a better plan could use are priced in."""
    all_pairs_most: CountOrNone = 20_000
    """Pairs of item and unit up to which they are priced in whatever the gap."""
    elastic_factor: Factor = 20.0
    """Price of breaking a limit in passing, per unit of it, in dearest arcs."""


@dataclass(frozen=True, kw_only=True, config=CHECKED)
class DividedParameters:
    """The bound with items divided and everything else whole."""

    whole_columns_least: CountOrNone = 30
    """Whole-number columns beside the arcs from which on this bound is sought."""
    from_gap: Gap = 0.05
    """Gap of the incumbent from which on it is sought."""
    again_at: Share = 0.7
    """It is sought again when the incumbent's distance to the relaxation has come down to this share."""
    reach: Annotated[tuple[Share, ...], Field(min_length=1)] = (0.55, 1.0)
    """How far on the way from bound to incumbent arcs are let in, one run after another (shares, rising)."""
    gap: Gap = 1e-5
    """Gap at which one of these runs ends."""
    time_share: Share = 0.4
    """Of the time left, for it, where one thread does everything in turn."""
    time_share_beside: Share = 0.8
    """The same where another thread improves the plan meanwhile."""
    time_most_s: Seconds = 120.0
    """For it at most (seconds)."""


@dataclass(frozen=True, kw_only=True, config=CHECKED)
class ProofParameters:
    """Branching over everything that is left, with separators."""

    gap: Gap = 1e-7
    """Gap below which a programme counts as closed."""
    after_steps: Count = 8
    """Steps of improvement without gain after which one thread is given to the proof."""
    after_time_share: Share = 0.2
    """Of the time left, after which it is given one in any case."""
    after_time_most_s: Seconds = 20.0
    """After so long it is given one in any case (seconds)."""


@dataclass(frozen=True, kw_only=True, config=CHECKED)
class FirstPlanParameters:
    """How a first plan is made, and how a plan is completed for given catchments."""

    mip_columns_most: CountOrNone = 60_000
    """Columns up to which the first plan is sought by branching; above it is rounded from the relaxation."""
    mip_whole_columns_most: CountOrNone = 300
    """Whole-number columns beside the arcs up to which that is done."""
    mip_nodes: Count = 200
    """Nodes of that search."""
    mip_gap: Gap = 0.002
    """Gap at which it ends."""
    mip_time_share: Share = 0.25
    """Of the time left, for it."""
    mip_time_least_s: Seconds = 3.0
    """For it at least, where the limit is short (seconds)."""
    mip_short_time_share: Share = 0.6
    """Of the time left, at most, for that least."""
    mip_above_gap: Gap = 0.03
    """Gap of the plan at hand above which it is sought at all."""
    arcs_share: Share = 0.35
    """Of the arcs, those of lowest reduced cost that it may use."""
    arcs_per_item_least: Count = 10
    """Arcs per item that it may use at least."""
    few_arcs_per_item: Count = 2
    """Arcs per item where few are enough (siting)."""
    few_arcs_least: Count = 2000
    """Arcs in all where few are enough (siting)."""
    completion_time_share: Share = 0.08
    """Of the time left, for classes and flows when the catchments are given."""
    completion_gap: Gap = 0.002
    """Gap at which that ends."""
    completion_nodes: Count = 50
    """Nodes of that search, for each part."""
    completion_part_columns: Count = 500
    """Columns below which independent parts of it are solved together."""
    tied_whole_columns_least: Count = 150
    """Whole-number columns from which on years that hang together are completed one after another first."""
    tied_gap: Gap = 0.001
    """Gap to which each of these years is solved."""
    start_time_least_s: Seconds = 1.0
    """For completing a plan at hand at least (seconds)."""
    any_completion_least_s: Seconds = 1.0
    """For completing all plans at hand in any way, where none was completed well, even when time is over (seconds)."""
    plain_completion_time_s: Seconds = 0.5
    """For completing a plan without pupils sent on, from which its completion starts, even when time is over (seconds)."""
    plain_completion_gap: Gap = 0.05
    """Gap at which that ends."""
