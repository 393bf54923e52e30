"""Solutions recorded as better than any published must be right, worth what they say, and better."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from benchmarks import kong, table

DATA = table.DATA / "kong_cflsap2021"
RECORDED = sorted((table.RESULTS / "cflsap_best").glob("*.csv"))


def test_there_are_some() -> None:
    assert RECORDED


@pytest.mark.skipif(not DATA.is_dir(), reason="the public instances are not at hand")
@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_a_recorded_solution_is_right_and_better(path: Path) -> None:
    inst = kong.read(DATA, path.stem)
    head, *lines = path.read_text(encoding="utf-8").splitlines()
    at = {unit: i for i, unit in enumerate(inst.ids)}
    school_at = {inst.ids[s]: u for u, s in enumerate(inst.schools.tolist())}
    unit_of = np.full(len(inst.ids), -1)
    for row in csv.DictReader(lines):
        unit_of[at[int(row["unit"])]] = school_at[int(row["school"])]
    price, wrong = kong.check(inst, unit_of)
    assert wrong == []
    assert price == pytest.approx(float(head.rpartition(" ")[2]), rel=1e-9)
    assert price < float(kong.best_known(DATA, "CFLSAP")[path.stem]["best_known"])
