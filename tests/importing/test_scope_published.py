"""The descriptions that this package prints lead back to the catchments they describe."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from planning.district import read_district
from planning.importing.scope import draft_assignment
from planning.layout import UNIT_COLUMNS, Layout
from planning.publish.notice.boundary_text import boundary_texts

LITONG = Path(__file__).parents[2] / "data" / "geo" / "litong"
EMPTY = pd.DataFrame()


@pytest.fixture(scope="module")
def county():
    """The default county, today's catchments as a layout, and what is printed about them."""
    district = read_district(LITONG)
    parts = [
        pd.DataFrame(
            {
                "zone": district.zones["zone"],
                "stage": s,
                "pupils": 0,
                "unit": district.zones[f"current_{s}"].astype(str),
            }
        )
        for s in ("primary", "junior")
    ]
    figures = dict.fromkeys(UNIT_COLUMNS, 0) | {"year": 2020, "grade": 1}
    units = pd.DataFrame(
        [
            {**figures, "unit": u.unit, "school": u.school, "stage": u.stage}
            for u in district.units.itertuples()
        ]
    )
    layout = Layout("today", {}, pd.concat(parts, ignore_index=True), EMPTY, units, EMPTY)
    words = {stage: boundary_texts(district, layout, stage) for stage in ("primary", "junior")}
    return district, layout, words


def drafted(county, stage: str, form: str):
    """The draft from one form of the description, beside the catchments it was written from."""
    district, layout, words = county
    rows = [
        (unit, getattr(text, form)) for joined, text in words[stage].items() for unit in joined.split(";")
    ]
    found = draft_assignment(district, pd.DataFrame(rows, columns=["unit", "text"]))
    truth = layout.assignment[layout.assignment["stage"] == stage].set_index("zone")["unit"]
    return found, found.assignment.set_index("zone")["unit"].reindex(truth.index), truth


@pytest.mark.parametrize("stage", ["primary", "junior"])
def test_the_whole_description_gives_every_zone_back(county, stage):
    found, ours, truth = drafted(county, stage, "text")
    assert not any(s.not_understood for s in found.scopes.values())
    same = [set(str(a).split(";")) == set(b.split(";")) for a, b in zip(ours, truth, strict=True)]
    assert sum(same) == len(truth)


@pytest.mark.parametrize(
    ("form", "right", "covered"), [("four_sides", 0.7, 0.6), ("enclosing_line", 0.95, 0.6)]
)
def test_limits_alone_give_most_of_what_they_claim_back(county, form, right, covered):
    found, ours, truth = drafted(county, "primary", form)
    assert not any(s.not_understood for s in found.scopes.values())
    claimed = ours.notna()
    assert claimed.mean() > covered
    assert (ours == truth)[claimed].mean() > right
