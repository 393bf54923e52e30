"""Read what the rules say: caps, thresholds and targets as YAML profiles."""

from typing import TYPE_CHECKING

from planning.lazy import lazily

if TYPE_CHECKING:
    from planning.standards.profile import CLASS_INDICATORS, Profile, list_profiles, read_profile
    from planning.standards.recounted import RECOUNTED, VERDICTS, Recounted

__all__ = [
    "CLASS_INDICATORS",
    "RECOUNTED",
    "VERDICTS",
    "Profile",
    "Recounted",
    "list_profiles",
    "read_profile",
]

lazily(__name__)
