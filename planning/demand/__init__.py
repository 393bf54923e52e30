"""Tell how many pupils will live where, by year and grade."""

from planning.demand.cohorts import Forecast, forecast
from planning.demand.settings import VARIANTS, ForecastSettings, Variant, VariantSettings

__all__ = ["VARIANTS", "Forecast", "ForecastSettings", "Variant", "VariantSettings", "forecast"]
