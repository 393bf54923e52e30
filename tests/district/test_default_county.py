"""The default county passes its own door and comes back from every format unchanged."""

from __future__ import annotations

from pathlib import Path

import pytest

from planning.district import check_district, read_district, write_workbook
from planning.district.write import district_files
from tests.district.conftest import errors

LITONG = Path(__file__).parents[2] / "data" / "geo" / "litong"
pytestmark = pytest.mark.skipif(not LITONG.is_dir(), reason="the default county is not there")


def test_the_default_county_is_valid():
    assert errors(check_district(LITONG)) == []


def test_reading_and_writing_it_changes_no_byte():
    for name, text in district_files(read_district(LITONG)).items():
        assert (LITONG / name).read_text(encoding="utf-8") == text, name


@pytest.mark.slow
def test_its_workbook_gives_it_back(tmp_path):
    district = read_district(LITONG)
    again = read_district(write_workbook(district, tmp_path / "litong.xlsx"))
    assert district_files(again) == district_files(district)
