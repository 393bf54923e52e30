"""Say of a plan whether it was verified or approved; what was found is kept beside the plans, never in them."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from planning.workbench.projects.record import now, read_json, write_json

APPROVED, VERIFIED, REFUTED, UNVERIFIED = "approved", "verified", "refuted", "unverified"
NOTES = "notes"


def state_of(project: Path, run: Path) -> str:
    """Return the state of a plan: approved, verified (the run has not changed since), refuted, or unverified."""
    from planning.approval import approval_of

    if approval_of(run):
        return APPROVED
    note = read_json(_place(project, run))
    if note is None or note.get("of") != mark_of(run):
        return UNVERIFIED
    return VERIFIED if note.get("ok") else REFUTED


def note_verified(project: Path, run: Path) -> bool:
    """Verify a plan, keep what was found, and return whether every rule holds."""
    from planning.verify import verify_run

    ok = bool(verify_run(run).ok)
    write_json(_place(project, run), {"of": mark_of(run), "ok": ok, "when": now()})
    return ok


def _place(project: Path, run: Path) -> Path:
    word = hashlib.sha256(str(run.resolve()).encode("utf-8", "surrogateescape")).hexdigest()[:16]
    return project / NOTES / f"{word}.json"


def mark_of(run: Path) -> list[Any]:
    """Return what changes whenever a file of the run does."""
    return [
        [p.name, p.stat().st_size, p.stat().st_mtime_ns]
        for p in [*sorted(run.glob("*.csv")), run / "summary.json"]
    ]
