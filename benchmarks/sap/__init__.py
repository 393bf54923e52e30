"""Measure the engine on the service area problem."""
