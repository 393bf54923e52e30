"""Catchments as layers for other programs."""
