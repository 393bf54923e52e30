"""Say of a plan whether it was verified or approved; what was found is kept beside the plans, never in them."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from planning.messages import languages
from planning.workbench.projects.record import now, read_json, write_json

APPROVED, VERIFIED, REFUTED, UNVERIFIED = "approved", "verified", "refuted", "unverified"
NOTES = "notes"
_FOUND_KEPT = 40
"""Differences kept of a plan that was refuted; `planning verify` lists them all."""


def state_of(project: Path, run: Path) -> str:
    """Return the state of a plan: approved, verified (the run has not changed since), refuted, or unverified."""
    from planning.approval import approval_of

    if approval_of(run):
        return APPROVED
    note = _note(project, run)
    if note is None:
        return UNVERIFIED
    return VERIFIED if note.get("ok") else REFUTED


def found_of(project: Path, run: Path) -> list[dict[str, str]]:
    """Return in every language what the newest verification of a plan found wrong; nothing where the plan changed since."""
    found = (_note(project, run) or {}).get("found")
    return [f for f in found if isinstance(f, dict)] if isinstance(found, list) else []


def note_verified(project: Path, run: Path) -> bool:
    """Verify a plan, keep what was found, and return whether every rule holds."""
    from planning.verify import verify_run

    report = verify_run(run)
    found = [{lang: c.text(lang) for lang in languages()} for c in report.failures[:_FOUND_KEPT]]
    write_json(
        _place(project, run), {"of": mark_of(run), "ok": bool(report.ok), "found": found, "when": now()}
    )
    return bool(report.ok)


def _note(project: Path, run: Path) -> dict[str, Any] | None:
    """Return what was noted of a plan as it is now."""
    note = read_json(_place(project, run))
    return note if note is not None and note.get("of") == mark_of(run) else None


def _place(project: Path, run: Path) -> Path:
    word = hashlib.sha256(str(run.resolve()).encode("utf-8", "surrogateescape")).hexdigest()[:16]
    return project / NOTES / f"{word}.json"


def mark_of(run: Path) -> list[Any]:
    """Return what changes whenever a file of the run does."""
    return [
        [p.name, p.stat().st_size, p.stat().st_mtime_ns]
        for p in [*sorted(run.glob("*.csv")), run / "summary.json"]
    ]
