"""Tell how many pupils will live where, by year and grade."""

from typing import TYPE_CHECKING

from planning.lazy import lazily

if TYPE_CHECKING:
    from planning.demand.backtest import Backtest, backtest
    from planning.demand.cohorts import Forecast, forecast
    from planning.demand.movers import who_left
    from planning.demand.seats import SeatWarning, seat_warning, seats_by_year, warning_lines, zone_places
    from planning.demand.settings import VARIANTS, ForecastSettings, Variant, VariantSettings
    from planning.demand.tables import county_table, township_table, write_tables

__all__ = [
    "VARIANTS",
    "Backtest",
    "Forecast",
    "ForecastSettings",
    "SeatWarning",
    "Variant",
    "VariantSettings",
    "backtest",
    "county_table",
    "forecast",
    "seat_warning",
    "seats_by_year",
    "township_table",
    "warning_lines",
    "who_left",
    "write_tables",
    "zone_places",
]

lazily(__name__)
