"""Parameters of siting: when openings are chosen first, which sets are tried, and how whole catchments price them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator
from pydantic.dataclasses import dataclass

from planning.parameters.declared import CHECKED, Count, CountOrNone, Factor, Gap, Positive, Seconds, Share


@dataclass(frozen=True, kw_only=True, config=CHECKED)
class SitingParameters:
    """Openings chosen first: which sets, and how long for each."""

    openings_least: Count = 12
    """Openings from which on they are chosen first."""
    openings_most: Count = 400
    """Openings up to which they are chosen first."""
    price_share_least: Share = 0.1
    """Of the relaxation's price, what openings must cost for that."""
    large_items_below: CountOrNone = 40
    """Items per open unit below which items are large."""
    kept_free: Annotated[tuple[Share, ...], Field(min_length=1)] = (0.02, 0.003, 0.0)
    """Shares of the seats kept free when sets are sought, in turn; the last, 0, only when nothing else is left."""
    kept_free_large: Annotated[tuple[Share, ...], Field(min_length=1)] = (0.005, 0.0)
    """The same where items are large: all in turn, as plans fill every seat there."""
    item_groups: Count = 300
    """Groups of items that sets are sought over."""
    group_size_most: Positive = 1.5
    """Load of a group at most (in means)."""
    choice_gap: Gap = 1e-3
    """Gap at which the search for sets ends."""
    choice_time_share: Share = 0.08
    """Of the time of siting, for it."""
    around_time_share: Share = 0.05
    """Of the time of siting, for looking around one set."""
    around_most: Count = 80
    """Sets around the best that are priced with all items."""
    around_best: Count = 5
    """Of the best sets, those that are looked around."""
    bound_gap: Gap = 1e-4
    """Gap at which the bound by openings alone ends."""
    bound_time_share: Share = 0.35
    """Of the time of siting, for it, with one thread."""
    trial_time_share: Share = 0.12
    """Of the time of siting, for the first trial of one set."""
    trials_most: Count = 2
    """Trials of one set that did not get through; each has as much time more."""
    trials_time_share: Share = 0.8
    """Of the time of siting, for all trials and the bound."""
    trial_gap: Gap = 1e-5
    """Gap at which one trial ends."""
    separation_time_share: Share = 0.25
    """Of the time of one trial, for separators."""
    near: Share = 5e-4
    """Distance from the incumbent within which a set may still become the best (share of the price)."""
    gain_least: Share = 1e-5
    """Gain below which a set has nothing more to give (share of the price)."""
    deepening_time_share: Share = 0.1
    """Of the time of siting, for going on with the best set at once."""
    rest_time_share: Share = 0.08
    """Of the time of siting, left for openings and catchments together."""

    @model_validator(mode="after")
    def _in_order(self) -> SitingParameters:
        if self.openings_least > self.openings_most:
            raise ValueError("openings_least must not be above openings_most")
        for name in ("kept_free", "kept_free_large"):
            if getattr(self, name)[-1] != 0.0:
                raise ValueError(f"{name} must end with 0")
        return self


@dataclass(frozen=True, kw_only=True, config=CHECKED)
class SiteWalkParameters:
    """Walks over sites: regions of a few catchments annealed with the sites they have, or with others."""

    items_least: CountOrNone = 100
    """Items from which on sites are walked over; smaller programmes are solved sooner without."""
    turns_first: Count = 3
    """Turns (of so many moves as other walks take at once) due after the first attempt at a set by other means, before what they gave tells."""
    turns_most: Count = 12
    """Turns up to which they are doubled after every attempt, while they give the best plan; else they are halved."""
    vain_most: Count = 8
    """Walks in turn without a better plan, after which there are no more once every set has been attempted."""
    units_most: Positive = 8.0
    """Open units of a region at most; drawn from the least of other walks on, small ones more often."""
    same_sites_share: Share = 0.4
    """Of the regions, those annealed with the sites they have."""
    exchanges_tried: Count = 60
    """Random exchanges of one or two sites that are priced by the nearest unit of every item."""
    exchanges_priced: Count = 8
    """Of them, the cheapest, that are priced by a transport programme over the region."""
    exchanges_annealed: CountOrNone = 2
    """Of them, the cheapest, that are annealed."""
    sets_tried: Count = 10
    """Sets of openings, of the cheapest in the relaxation, that a walk is begun with until one has a plan."""
    more_sites_most: Share = 0.6
    """Share of the other sites, up to which they are opened besides in every other start."""
    rounds_most: Count = 4
    """Rounds of annealing in which a set must come to a plan that keeps its seats."""
    heat_first: Positive = 1.0
    """Temperature at the start of the first, in typical differences of price between two units."""
    heat_growth: Factor = 2.0
    """Multiplies it for the next."""


@dataclass(frozen=True, kw_only=True, config=CHECKED)
class LargeItemParameters:
    """Siting where few items fill a unit: sets are ranked by whole catchments before any is tried in depth."""

    ranked_first: Count = 6
    """Sets that are ranked before any but the first is gone on with."""
    restarted_from: Count = 12
    """Sets that are ranked before one is begun anew with another seed."""
    rounds_least: Count = 40
    """Rounds of column generation for a set at least, until it is tried."""
    rankings_per_trial: CountOrNone = 3
    """Turns of ranking for every trial."""
    trial_time_share: Share = 0.08
    """Of the time of siting, for one trial."""
    trials_time_share: Share = 0.98
    """Of the time of siting, for all of it."""
    first_plan_above: Share = 1.5e-3
    """How far the first plan of a set lies above its estimate (share of the price)."""
    trials_without_plan: Count = 3
    """Trials of a set until it has a plan."""
    starts_most: Count = 5
    """Times that one set is begun."""
    step_time_most_s: Seconds = 2.0
    """For one neighbourhood at most (seconds)."""


@dataclass(frozen=True, kw_only=True, config=CHECKED)
class ColumnGenerationParameters:
    """Whole connected catchments as columns, found by a knapsack over random trees."""

    seat_steps_most: Count = 1000
    """Steps in which seats are counted at most."""
    items_near: Count = 80
    """Items that pay most for their seats, of which a catchment is put together."""
    columns_per_round: Count = 4
    """Catchments that each unit is offered in one round."""
    noise: Share = 0.03
    """By how much the prices of items differ between these (share of a price)."""
    smoothing: Share = 0.7
    """Weight of the best prices so far in the next ones."""
    pool_per_round: CountOrNone = 3
    """Known catchments that join per unit and round."""
    pool_first: CountOrNone = 40
    """Known catchments per unit that a set begins with."""
    rounds_between: Count = 5
    """Rounds between two looks at the gain."""
    rounds_most: CountOrNone = 20
    """Rounds at a time."""
    gain_factor: Positive = 2.0
    """How many times the last gain may still come."""
    pool_most: CountOrNone = 30_000
    """Catchments from which on the pool is begun anew."""
    pool_kept: Share = 0.25
    """Of them, the newest, that it is begun with."""
    step_least: Positive = 0.02
    """Length of a step of a random tree at least; the mean follows from what an item pays."""
    table_most: Count = 4_000_000
    """Entries of one knapsack table (numbers of 8 bytes)."""
