"""Read official scope texts (招生范围) and draft catchments from them."""

from typing import TYPE_CHECKING

from planning.lazy import lazily

if TYPE_CHECKING:
    from planning.importing.scope.draft import (
        Draft,
        draft_assignment,
        entry_seats,
        shared_groups,
        with_draft,
        write_draft,
    )
    from planning.importing.scope.match import REASONS
    from planning.importing.scope.model import Clause, Piece, Place, Scope, Sharing, Side
    from planning.importing.scope.parse import parse_scope, parse_sharing
    from planning.importing.scope.texts import read_texts

__all__ = [
    "REASONS",
    "Clause",
    "Draft",
    "Piece",
    "Place",
    "Scope",
    "Sharing",
    "Side",
    "draft_assignment",
    "entry_seats",
    "parse_scope",
    "parse_sharing",
    "read_texts",
    "shared_groups",
    "with_draft",
    "write_draft",
]

lazily(__name__)
