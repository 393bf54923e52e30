"""Measure the engine on siting with connected service areas."""
