"""Tests of planning, laid out as the package is."""

import os

os.environ["PLANNING_CACHE"] = (
    "off"  # an answer from yesterday's code is no test; those of the cache name their own folder
)
