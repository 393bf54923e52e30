"""Parameters of the searches for better plans: neighbourhoods, effort of a step, crossing, recombination, annealing."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator
from pydantic.dataclasses import dataclass

from planning.parameters.declared import CHECKED, Count, CountOrNone, Factor, Gap, Positive, Seconds, Share


@dataclass(frozen=True, kw_only=True, config=CHECKED)
class NeighbourhoodParameters:
    """Which items are set free in a step, and how hard they are solved."""

    items_first: Positive = 80.0
    """Items of the first neighbourhoods."""
    items_least: Positive = 30.0
    """Items of a neighbourhood to which its size may shrink."""
    items_per_unit_most: Positive = 100.0
    """Items per unit above which only arcs of low reduced cost are taken up, and items count that have more than one of them."""
    arcs_per_item: Positive = 1.7
    """Arcs per item that are taken up then."""
    arcs_growth: Factor = 1.05
    """Multiplies them after a step that gave nothing; a gain divides by three of these."""
    arcs_per_item_most: Positive = 5.0
    """Arcs per item that are taken up at most."""
    sweep_arcs_per_item: Annotated[tuple[Positive, ...], Field(min_length=1)] = (1.2, 1.4, 1.7, 2.0)
    """Arcs per item in the searches over everything that such a county starts with, one after another."""
    sweep_time_share: Share = 0.15
    """Of the time left, for these."""
    growth: Factor = 1.06
    """Multiplies the size when a step was easy."""
    shrinkage: Share = 0.9
    """Multiplies the size when a step was hard or did not end."""
    retry_growth: Factor = 1.01
    """Multiplies the size when a choice of units was tried in vain already."""
    effort_least: CountOrNone = 4000
    """Simplex iterations below which a step was easy."""
    effort_most: Count = 20_000
    """Simplex iterations above which a step was hard."""
    choices: Count = 20
    """Choices of units at most until one is taken that was not tried in vain."""
    slack_chance: Share = 0.5
    """Chance of taking a path from a unit over its limits to one with slack, while limits are broken."""
    path_step_least: Positive = 0.2
    """Length of a step on such a path at least; random lengths have mean 1."""
    nodes: Count = 400
    """Nodes of one search."""
    gap_connected: Gap = 1e-4
    """Gap of a search along the present catchments."""
    gap_exact: Gap = 1e-7
    """Gap of a search with separators."""
    separation_rounds: Count = 10
    """Rounds of separators in one step at most."""
    time_most_s: Seconds = 6.0
    """For one search at most (seconds)."""
    rough_above_gap: Gap = 0.03
    """Gap of the incumbent above which steps are solved roughly."""
    rough_nodes: Count = 30
    """Nodes of a rough search."""
    rough_gap: Gap = 0.005
    """Gap of a rough search."""
    rough_effort: Share = 0.05
    """Of the effort above, for a rough step."""
    exact_after_steps: Count = 6
    """Steps without gain, at least, after which every other step is exact (a third of the units where these are more)."""
    patience_steps: Count = 10
    """Steps without gain after which improvement counts as stuck, without those per unit."""
    patience_steps_per_unit: CountOrNone = 2
    """The same per unit of the programme."""
    patience_steps_whole: Count = 3
    """The same, in all, where the first neighbourhood is the whole programme already."""
    owner_rounds: Count = 4
    """Rounds in which columns are given to the units their rows speak of."""
    owners_most: Count = 4
    """Units of which a row may speak to belong to them; a row of more belongs to nobody."""

    @model_validator(mode="after")
    def _in_order(self) -> NeighbourhoodParameters:
        if self.items_least > self.items_first:
            raise ValueError("items_least must not be above items_first")
        if self.effort_least > self.effort_most:
            raise ValueError("effort_least must not be above effort_most")
        return self


@dataclass(frozen=True, kw_only=True, config=CHECKED)
class CrossingParameters:
    """The incumbent crossed with an answer whose items are divided."""

    gap: Gap = 1e-4
    """Gap at which it ends."""
    apart_most: Share = 0.01
    """Of the price of the incumbent: an annealed plan that costs more above or below it is not crossed with it."""
    time_share: Share = 0.1
    """Of the time left, for one crossing."""
    time_most_s: Seconds = 25.0
    """For one crossing at most (seconds)."""


@dataclass(frozen=True, kw_only=True, config=CHECKED)
class PartitionParameters:
    """Catchments seen so far, recombined by set partitioning."""

    every_steps: Count = 15
    """Steps of improvement between two recombinations."""
    fresh_least: Count = 20
    """New catchments without which none is tried."""
    items_most: Count = 200_000
    """Items of all catchments that one recombination is relaxed over: the cheapest by the root relaxation and by their places in the last one."""
    catchments_most: Count = 2000
    """Catchments that it chooses from in whole numbers: those of least reduced cost."""
    nodes: Count = 300
    """Nodes of one recombination."""
    gap: Gap = 1e-7
    """Gap at which it ends."""
    time_most_s: Annotated[float, Field(gt=0, le=1e6)] = 5.0
    """For one recombination at most (seconds)."""


@dataclass(frozen=True, kw_only=True, config=CHECKED)
class AnnealingParameters:
    """Nearly full units packed by shifting, exchanging and passing on single items."""

    fill_least: Share = 0.92
    """Share of all seats asked for, from which on items are packed before the programme along ways is tried."""
    time_share: Share = 0.3
    """Of the time left, for all rounds."""
    rounds_most: CountOrNone = 12
    """Rounds at most, each begun where the last one ended; none: nothing is annealed."""
    moves_per_item: Count = 20_000
    """Moves tried in the first round, per item that is free."""
    moves_growth: Factor = 1.2
    """Multiplies the moves of a round that found no plan, for the next."""
    moves_per_unit: Count = 50
    """Moves tried at one temperature and at one price of seats, per unit."""
    heat_least: Positive = 0.3
    """Temperature at the start of the first round, in typical differences of price between two units."""
    heat_growth: Factor = 4.0
    """Multiplies it after a round that found no plan."""
    heat_most: Positive = 6.0
    """To which it may rise. A plan to begin anew with is annealed from a random temperature between the two."""
    heat_last: Positive = 0.1
    """Temperature at the end of a round, likewise."""
    seat_price: Positive = 20.0
    """Price of a typical item without a seat at the start of a round, likewise."""
    seat_price_rise: Factor = 1.01
    """Multiplies the price of a seat in a unit that lacks seats, after every temperature."""
    seat_price_ease: Share = 0.1
    """Where none lacks it falls by this power of that rise at most: a unit lacks seats about this share of the time."""
    units_lacking: Positive = 3.0
    """Units that may lack seats at a time, about; with many units prices fall more slowly."""
    shift_share: Share = 0.4
    """Of the moves: one item to a neighbouring unit."""
    exchange_share: Share = 0.4
    """Of the moves: two items of neighbouring units exchanged. The rest pass one item on and another further."""

    @model_validator(mode="after")
    def _shares(self) -> AnnealingParameters:
        if self.shift_share + self.exchange_share > 1.0:
            raise ValueError("shift_share and exchange_share must not be above 1 together")
        return self


@dataclass(frozen=True, kw_only=True, config=CHECKED)
class SeatedParameters:
    """Annealing by what classes, missing seats and large schools cost, where the programme says that beside its rows."""

    items_least: CountOrNone = 50
    """Items below which branching over everything is better, over several years."""
    items_least_one_year: CountOrNone = 300
    """The same over one year, where a neighbourhood holds more of a county."""
    dearness_one_year: Share = 0.1
    """How dear a pupil beyond the seats is in the first turn over one year, on the way from being sent on to having no seat."""
    whole_share: Share = 0.4
    """Of the turns, those that anneal every catchment; the others a region of a few that border one another."""
    wholes_first: CountOrNone = 3
    """Turns at the beginning that anneal every catchment."""
    liked_share: Share = 0.5
    """Of the turns, those that price pupils beyond the seats about as the last did that gave a better plan; others anyhow."""
    liked_spread: Share = 0.15
    """How far from that (standard deviation, on the way from being sent on to having no seat)."""
    units_least: Positive = 2.0
    """Units of a region at least."""
    units_most: Positive = 12.0
    """Units of a region at most; drawn between the two, small ones more often."""
    moves_first_per_item: Count = 10_000
    """Moves tried before the relaxation, per item that is free."""
    moves_per_item: Count = 60_000
    """Moves tried in a turn, per item that is free."""
    moves_most: Count = 10_000_000
    """Moves tried in a turn at most."""
    heat_least: Positive = 0.4
    """Temperature at the start, at least, in typical differences of price between two units."""
    heat_most: Positive = 2.0
    """The same at most; drawn between the two, low ones more often."""
    heat_last: Positive = 0.02
    """Temperature at the end, as a share of that at the start."""
    shift_share: Share = 0.4
    """Of the moves: one item to a neighbouring unit."""
    exchange_share: Share = 0.4
    """Of the moves: two items of neighbouring units exchanged. The rest pass one item on and another further."""
    moves_per_iteration: Positive = 1000.0
    """Moves for every simplex iteration that neighbourhoods take."""
    iterations_per_step: CountOrNone = 30
    """Iterations that a neighbourhood counts besides its own."""
    first_time_share: Share = 0.1
    """Of the time, for annealing the first plan."""
    first_above_gap: Gap = 0.05
    """Gap of the first plan from which on it is annealed before anything else, over several years."""
    distrust: Share = 0.5
    """Multiplies the share of annealing when a plan that it calls better is not: rows that it does not know decide then."""

    @model_validator(mode="after")
    def _shares(self) -> SeatedParameters:
        if self.shift_share + self.exchange_share > 1.0:
            raise ValueError("shift_share and exchange_share must not be above 1 together")
        return self


@dataclass(frozen=True, kw_only=True, config=CHECKED)
class WalkParameters:
    """Regions of a few catchments annealed, where units are nearly full: walks from plan to plan."""

    units_least: Positive = 2.0
    """Units of a region at least."""
    units_most: Positive = 12.0
    """Units of a region at most; drawn between the two, small ones more often."""
    moves_per_item: Count = 3000
    """Moves tried in a region, per item that is free."""
    heat_least: Positive = 0.1
    """Temperature at the start, at least, in typical differences of price between two units."""
    heat_most: Positive = 6.0
    """The same at most; drawn between the two, low ones more often."""
    heat_last: Positive = 0.1
    """Temperature at the end, likewise."""
    slack_least: Share = 1e-4
    """A walk may take plans dearer than its best by this share at least."""
    slack_most: Share = 1e-3
    """The same at most; drawn anew for every walk."""
    stale_per_unit: Count = 4
    """Regions per unit without a better plan, after which a walk ends and another begins."""
    anew_of: Count = 3
    """Of so many walks one begins from the incumbent, the others from a plan made anew."""
    starts: Count = 6
    """Whole plans annealed, of which a plan made anew is the best."""
    blur_most: Positive = 0.5
    """Prices by which some of their starts are drawn are blurred up to this (spread of the logarithm)."""
    moves_at_once: Count = 12_000_000
    """Moves of one turn between neighbourhoods at most."""
    moves_at_once_per_item: Count = 40_000
    """The same per item that is free."""
    moves_per_iteration: Positive = 30_000.0
    """Moves for every simplex iteration that neighbourhoods take."""
    iterations_per_step: CountOrNone = 30
    """Iterations that a neighbourhood counts besides its own."""
    looks: Count = 12
    """Times a region is looked at for catchments that keep to their seats."""
    remembered: Count = 20
    """Temperatures and sizes that gave a better plan lately."""
    warm_best: Count = 3
    """Whole plans, the cheapest so far, near whose temperatures others are begun."""
    luck_share: Share = 0.5
    """Of the regions and whole plans, those drawn near what gave something."""
    luck_spread: Positive = 0.4
    """How near: spread of the logarithm."""

    @model_validator(mode="after")
    def _in_order(self) -> WalkParameters:
        for least, most in (
            ("units_least", "units_most"),
            ("heat_least", "heat_most"),
            ("slack_least", "slack_most"),
        ):
            if not 0.0 < getattr(self, least) <= getattr(self, most):
                raise ValueError(f"{least} must be above 0 and not above {most}")
        return self
