"""Begin a district from any mixture of an office's files, with at most three questions in the office's own words."""

from __future__ import annotations

from planning.importing.begin.answers import KEYS, answer_key, settled_answer
from planning.importing.begin.begin import Beginning, begin_mapping
from planning.importing.begin.taking import FILES, take_files

__all__ = ["FILES", "KEYS", "Beginning", "answer_key", "begin_mapping", "settled_answer", "take_files"]
