"""Freeze the layouts that were approved, notice any later change, and start the next plan from them."""

from typing import TYPE_CHECKING

from planning.lazy import lazily

if TYPE_CHECKING:
    from planning.approval.folder import signatures
    from planning.approval.freeze import Decision, approve
    from planning.approval.record import (
        Approval,
        approval_lines,
        approval_of,
        changes,
        list_approved,
        read_approval,
        refuse_approved,
        require_intact,
        without_record,
    )
    from planning.approval.start import start_summary, starting_from

__all__ = [
    "Approval",
    "Decision",
    "approval_lines",
    "approval_of",
    "approve",
    "changes",
    "list_approved",
    "read_approval",
    "refuse_approved",
    "require_intact",
    "signatures",
    "start_summary",
    "starting_from",
    "without_record",
]

lazily(__name__)
