"""A run of an earlier version, which called met what nobody is judged by, is told from one that is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from planning.standards import VERDICTS
from planning.verify import verify_run
from tests.verify.hand import county, write_run

NOBODY = {"figure": "nearby_stock", "of": "town", "value": 1.0}


def _run(folder: Path, said: dict, edition: int | None) -> Path:
    """Write the run made by hand with one more figure, from a version of an edition."""
    run = write_run(folder)
    path = run / "scorecard_figures.csv"
    pd.concat([pd.read_csv(path), pd.DataFrame([said])]).to_csv(path, index=False)
    summary = json.loads((run / "summary.json").read_text(encoding="utf-8"))
    summary["versions"] = {"planning": "0.2.0"} | ({} if edition is None else {"verdicts": edition})
    (run / "summary.json").write_text(json.dumps(summary), encoding="utf-8")
    return run


def test_a_ratio_of_nobody_is_of_an_earlier_version(tmp_path: Path) -> None:
    """No counted school of a town has pupils: its ratio was 1.0 until edition 2."""
    report = verify_run(_run(tmp_path / "run", NOBODY, None), county())
    assert report.ok
    (said,) = [w for w in report.warnings if w.where == "group town"]
    assert "earlier version" in said.text("en")
    assert "旧版本" in said.text("zh")


@pytest.mark.parametrize(
    ("said", "edition"),
    [(NOBODY, VERDICTS), (NOBODY | {"value": 0.9}, None), (NOBODY | {"value": 1.0, "of": "primary"}, None)],
)
def test_what_no_version_said_is_refused(tmp_path: Path, said: dict, edition: int | None) -> None:
    report = verify_run(_run(tmp_path / "run", said, edition), county())
    assert not report.ok
    assert {check.rule for check in report.failures} == {"figures"}


def test_verdicts_and_moves_of_nobody_are_of_an_earlier_version(tmp_path: Path) -> None:
    """No zone had a catchment before and no counted school is left: both were 0 moved, and a pass."""
    run, district = write_run(tmp_path / "run"), county()
    path = run / "assignment.csv"
    table = pd.read_csv(path, dtype="str", keep_default_na=False).assign(previous_unit="")
    table.to_csv(path, index=False)
    summary = json.loads((run / "summary.json").read_text(encoding="utf-8"))
    for edition, fine in ((1, True), (VERDICTS, False)):
        summary |= {"moved_pupils": 0, "versions": {"verdicts": edition}}
        (run / "summary.json").write_text(json.dumps(summary), encoding="utf-8")
        found = [c for c in verify_run(run, district).failures if c.where == "summary.json moved_pupils"]
        assert (not found) == fine
