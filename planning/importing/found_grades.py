"""Find out from the words of files which grades a county has, where they say that it has others than the usual ones."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from planning.grades import is_kindergarten, read_grades
from planning.importing.candidates import Source
from planning.importing.forms.words import grade_of

_LONGEST = 20
_FIVE_AND_FOUR = read_grades("1-5, 6-9")
_WITH_KINDERGARTEN = {5: "K-5", 6: "K-6", 8: "K-5, 6-8", 9: "K-6, 7-9"}
"""What is proposed by the highest grade beside kindergarten; where the stages part is a guess that the mapping shows."""


def grades_found(sources: Sequence[Source]) -> str:
    """Return the grades of the stages as a setting, ``""`` where nothing speaks against the usual ones."""
    return grades_named(
        {
            cell.strip()
            for source in sources
            for row in source.rows
            for cell in row
            if 0 < len(cell) <= _LONGEST
        }
    )


def grades_named(words: Iterable[str]) -> str:
    """Return the grades of the stages that headers and cells name.

    A fourth grade of the junior school (初四) makes five and four years, unless a sixth grade is named too. Kindergarten counts where it
    is called so in English: a preschool class (学前班) beside Chinese grades is no part of the system.

    Examples
    --------
    >>> grades_named(["一年级", "五年级", "初一", "初四"]), grades_named(["K", "Grade 1", "Grade 8"])
    ('1-5, 6-9', 'K-5, 6-8')
    >>> grades_named(["学前班", "一年级", "九年级"])
    ''
    """
    every = list(words)
    named = {grade for word in every if (grade := grade_of(word)) is not None}
    fourth = any(grade_of(word) is None and grade_of(word, _FIVE_AND_FOUR) == 9 for word in every)
    if fourth and 6 not in named:
        return str(_FIVE_AND_FOUR)
    if len(named) > 1 and any(word.isascii() and is_kindergarten(word) for word in every):
        return _WITH_KINDERGARTEN.get(max(named), "")
    return ""
