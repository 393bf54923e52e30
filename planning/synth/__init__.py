"""Make counties of any size from a seed: the default county, test counties, benchmarks."""

from typing import TYPE_CHECKING

from planning.lazy import lazily

if TYPE_CHECKING:
    from planning.synth.county import make_county
    from planning.synth.default import generalise, litong_settings, make_default_county
    from planning.synth.imagined import imagined_settings
    from planning.synth.sample import sample_district
    from planning.synth.settings import VERSION, CountySettings, Line, Town

__all__ = [
    "VERSION",
    "CountySettings",
    "Line",
    "Town",
    "generalise",
    "imagined_settings",
    "litong_settings",
    "make_county",
    "make_default_county",
    "sample_district",
]

lazily(__name__)
