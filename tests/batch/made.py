"""Make batches whose units cost nothing: their process hands out a run that was made once."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from planning.atomic import Claim, claimed, new_folder
from planning.batch import BatchPlan, plan_of_counties
from planning.batch import work as work_module
from planning.batch.child import BUSY
from planning.district import write_district
from planning.errors import WriteError
from tests.reliability.runs import finished
from tests.zoning.county import small_county

SCENARIO = "{name: one, year: 2020, district: counties/a, catchments: current, demand: register}"


def province(place: Path, names: Sequence[str] = ("a", "b")) -> Path:
    """Write counties that differ by name, and a scenario; return the folder."""
    county = small_county(current="AABAAB")
    for name in names:
        write_district(county, place / "counties" / name)
        info = place / "counties" / name / "district.yaml"
        info.write_text(info.read_text(encoding="utf-8") + f"# {json.dumps(name)}\n", encoding="utf-8")
    (place / "one.yaml").write_text(SCENARIO, encoding="utf-8")
    return place


def rename(place: Path, name: str, called: str) -> None:
    """Give a county another Chinese name."""
    info = place / "counties" / name / "district.yaml"
    lines = [
        line for line in info.read_text(encoding="utf-8").splitlines() if not line.startswith("name_zh:")
    ]
    info.write_text("\n".join([*lines, f"name_zh: {json.dumps(called)}", ""]), encoding="utf-8")


def plan_for(place: Path, *names: str, **more: object) -> BatchPlan:
    return plan_of_counties([place / "counties" / n for n in names], [str(place / "one.yaml")], **more)


def hand_out(monkeypatch: pytest.MonkeyPatch, *, late: str = "") -> None:
    """Let every unit find a finished run in the place of its process's; that of the county ``late`` takes too long."""

    run = finished().folder

    def watched(_: object, job: Mapping[str, str], *__: object) -> dict[str, str]:
        if late and json.loads(Path(job["scenario"]).read_text(encoding="utf-8"))["district"].endswith(
            f"/{late}"
        ):
            return {"status": "time", "zh": "超过 1 秒", "en": "took longer than 1 s"}
        out = Path(job["out"])
        try:
            with claimed(out), new_folder(out, claim=Claim(out)) as temporary:
                shutil.copytree(run, temporary, dirs_exist_ok=True)
        except WriteError as error:
            busy = any(p.code == BUSY for p in error.problems)
            return {"status": "taken" if busy else "failed", "zh": "", "en": ""}
        return {"status": "done", "zh": "", "en": ""}

    monkeypatch.setattr(work_module, "watched", watched)
