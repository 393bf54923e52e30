"""Every fault of the table ends as the page says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.reliability.faults import FAULTS
from tests.reliability.table import PAGE, Fault, page

MINUTES = {"100,000 zones"}  # tried by `make test-all`
TRIED = [
    pytest.param(f, marks=pytest.mark.slow) if f.what in MINUTES or "killed" in f.what else f for f in FAULTS
]
LINES = PAGE.read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("fault", TRIED, ids=lambda f: f.name)
def test_the_fault_ends_as_the_page_says(fault: Fault, tmp_path: Path) -> None:
    outcome = fault.attempt(tmp_path)
    assert outcome.kind == fault.expected, outcome
    assert fault.row(outcome) in LINES, "write the page again: python -m tests.reliability"


def test_the_page_holds_nothing_else() -> None:
    rows: dict[str, list[str]] = {}
    lines = iter(LINES)
    for fault in FAULTS:
        start = f"| {fault.what} · {fault.what_zh} |"
        rows.setdefault(fault.part, []).append(
            next((line for line in lines if line.startswith(start)), start)
        )
    assert page(rows) == PAGE.read_text(encoding="utf-8")
