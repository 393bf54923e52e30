"""Check that the scenario and the district's files are still those the run was made from."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from planning.verify.evidence import Evidence
from planning.verify.report import Check, Series, compare

RULE = "inputs"


def check(evidence: Evidence) -> Iterator[Check]:
    """Yield the checks of this rule; files only for a district that is on disk."""
    said_hash = evidence.layout.summary.get("scenario_hash")
    if said_hash is not None:
        where = pd.Index(["scenario.yaml"])
        yield from compare(RULE, "SHA-256 of the scenario", "情景校验值",
                           pd.Series([evidence.scenario.digest()], where), pd.Series([said_hash], where))  # fmt: skip
    if evidence.district.path is None:
        return
    said = evidence.layout.summary.get("inputs") or {}
    yield from compare(RULE, "SHA-256 of the district's files", "区县数据文件校验值",
                       _digests(evidence.district.path), pd.Series(said, dtype="object").rename_axis("file"))  # fmt: skip


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
