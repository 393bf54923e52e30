"""Read what the rules say: caps, thresholds and targets as YAML profiles."""

from planning.standards.profile import Profile, list_profiles, read_profile

__all__ = ["Profile", "list_profiles", "read_profile"]
