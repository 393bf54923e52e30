"""Hold what a reader must know of a forecast, in words of any language."""

from __future__ import annotations

from planning.messages import Words


class Told:
    """What was missing or taken for granted: ``told``, a line each."""

    told: tuple[Words, ...]

    @property
    def notes(self) -> tuple[str, ...]:
        """The notes in English."""
        return tuple(note.text("en") for note in self.told)

    @property
    def notes_zh(self) -> tuple[str, ...]:
        """The notes in Chinese."""
        return tuple(note.text("zh") for note in self.told)
