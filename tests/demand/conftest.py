"""The tiny county as a fixture."""

from __future__ import annotations

import pytest

from planning.district.model import District
from tests.district.tiny import tiny_district


@pytest.fixture
def tiny() -> District:
    return tiny_district()
