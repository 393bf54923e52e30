"""Try every fault and write the page."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.reliability.faults import FAULTS
from tests.reliability.table import PAGE, page


def main() -> None:
    rows: dict[str, list[str]] = {}
    for fault in FAULTS:
        with tempfile.TemporaryDirectory() as folder:
            outcome = fault.attempt(Path(folder))
        assert outcome.kind == fault.expected, f"{fault.name}: {outcome}"
        rows.setdefault(fault.part, []).append(fault.row(outcome))
    PAGE.write_text(page(rows), encoding="utf-8")
    print(f"{len(FAULTS)} faults → {PAGE}")


if __name__ == "__main__":
    main()
