"""Names are found in traditional and in simplified characters alike, and never where two are meant."""

from __future__ import annotations

import numpy as np

from planning.district.cells.sheet import Sheet, text_frame
from planning.district.names import Names, Place
from planning.district.schema import TABLE
from planning.importing.values.names import look_up

PLACE = Place("f")


def test_a_place_is_found_in_whichever_characters_it_is_written() -> None:
    names = Names(
        {"Z1": "东湾村", "Z2": "陽光花園", "Z3": "乾安里", "Z4": "干安里"},
        {"S1-P": ("S1", "马莲渠小学", "primary"), "S1-J": ("S1", "马莲渠小学", "junior")},
    )
    assert names.zone("東灣村", PLACE) == "Z1"
    assert names.zone("阳光花园", PLACE) == "Z2"
    assert names.unit("馬蓮渠小學", PLACE, "primary") == "S1-P"
    # what is written exactly so wins over what is only alike
    assert names.zone("乾安里", PLACE) == "Z3"
    assert names.zone("干安里", PLACE) == "Z4"


def test_births_in_traditional_names_are_those_of_the_zones_in_simplified_ones() -> None:
    def sheet(headers: list[str], rows: list[list[str]]) -> Sheet:
        labels = np.array([str(i) for i in range(2, len(rows) + 2)], dtype=object)
        return Sheet("f", headers, text_frame(rows, len(headers)), labels)

    sheets = {
        "zones": sheet(["zone", "name"], [["Z1", "阳光花园"], ["Z2", "东湾村"]]),
        "births": sheet(["zone", "year", "births"], [["陽光花園", "2019", "3"], ["2、東灣村", "2019", "4"]]),
    }
    found, problems = look_up(TABLE["births"], sheets, ["zone"])
    assert problems == []
    assert found.cells[0].tolist() == ["Z1", "Z2"]
