"""Measure the engine on a real county of 9,404 blocks."""
