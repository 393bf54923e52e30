"""Check that the scenario, the district's files and the layout it started from are still those the run was made from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from planning.messages import Text
from planning.scenario import digest_of
from planning.verify.evidence import Evidence
from planning.verify.report import Check, Series, compare

RULE = "inputs"


def check(evidence: Evidence) -> Iterator[Check]:
    """Yield the checks of this rule; files only for a district that is on disk."""
    said_hash = evidence.layout.summary.get("scenario_hash")
    if said_hash is not None:
        where = pd.Index(["scenario.yaml"])
        yield from compare(RULE, Text("verify.inputs.sha_256_scenario"),
                           pd.Series([digest_of(evidence.layout.scenario)], where), pd.Series([said_hash], where))  # fmt: skip
    if evidence.scenario.start_from is not None:
        where = pd.Index([evidence.scenario.start_from])
        said = (evidence.layout.summary.get("start_from") or {}).get("digest", "")
        yield from compare(RULE, Text("verify.inputs.digest_approved_layout_starts"),
                           pd.Series([_approved_digest(Path(evidence.scenario.start_from))], where), pd.Series([said], where))  # fmt: skip
    if evidence.scenario.continues is not None:
        before = Path(evidence.scenario.continues)
        told = dict(evidence.layout.summary.get("continues") or {})
        now = {
            n: hashlib.sha256((before / n).read_bytes()).hexdigest() for n in ("assignment.csv", "units.csv")
        }
        yield from compare(RULE, Text("verify.inputs.sha_256_run_continues"),
                           pd.Series(now), pd.Series({n: told.get(n, "") for n in now}))  # fmt: skip
    if evidence.district.path is None:
        return
    files = evidence.layout.summary.get("inputs") or {}
    yield from compare(RULE, Text("verify.inputs.sha_256_district_s_files"),
                       _digests(evidence.district.path), pd.Series(files, dtype="object").rename_axis("file"))  # fmt: skip


def _approved_digest(folder: Path) -> str:
    """Return the digest of an approved layout, recomputed from its files; what is wrong with it otherwise."""
    try:
        record = json.loads((folder / "approval.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        return f"no record of approval ({type(error).__name__})"
    uncovered = {"digest", "page"} if record.get("format") == "planning-approval-1" else {"digest"}
    facts = {k: v for k, v in record.items() if k not in uncovered}
    for name, said in facts["files"].items():
        path = folder / name
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != said:
            return f"{name} changed"
    text = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _digests(source: Path) -> Series:
    files = (
        [source]
        if source.is_file()
        else [p for p in sorted(source.iterdir()) if p.is_file() and not p.name.startswith(".")]
    )
    found = {}
    for path in files:
        with path.open("rb") as stream:
            found[path.name] = hashlib.file_digest(stream, "sha256").hexdigest()
    return pd.Series(found, dtype="object").rename_axis("file")
