"""Say which names may become the name of a file or folder, on every system and inside the place they are written to."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

from planning.errors import Issue, WriteError
from planning.messages import Text

LONGEST = 200
"""Bytes of a name in UTF-8: file systems end at 255, and temporary names are longer by some."""
_SIGNS = '/\\:*?"<>|'
_RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])\s*(\..*)?", re.IGNORECASE)
_UNSEEN = ("Cc", "Cf", "Cs", "Zl", "Zp")  # control, direction and joining marks, half surrogates, line ends

Fault = tuple[str, str]


def name_fault(name: str, longest: int = LONGEST) -> Fault | None:
    r"""Return what keeps a text from naming a file or folder, in English and Chinese; ``None`` when nothing does.

    A name is one part of a path: no separators or drive letters, nothing hidden, nothing that a system reserves or cuts off.

    Examples
    --------
    >>> name_fault("方案 2021-a.b")
    >>> [name_fault(n)[0] for n in ("../evil", "nul.txt", ".x", "a ", "a" * 300)]  # doctest: +NORMALIZE_WHITESPACE
    ['must not hold any of / \\ : * ? " < > |', 'is a name that Windows reserves', 'must not start with a dot',
     'must not start or end with a space, nor end with a dot', 'is too long: 300 bytes, at most 200']
    """
    found = _fault(name, longest)
    return None if found is None else (found.text("en"), found.text("zh"))


def _fault(name: str, longest: int) -> Text | None:
    size = len(name.encode("utf-8", "surrogatepass"))
    folded = unicodedata.normalize("NFKC", name)
    rules = (
        (not name.strip(), Text("base.filenames.empty")),
        (any(c in _SIGNS for c in name), Text("base.filenames.must_hold_any", signs=' '.join(_SIGNS))),
        (any(unicodedata.category(c) in _UNSEEN for c in name),
         Text("base.filenames.must_hold_characters_that")),
        (folded.startswith("."), Text("base.filenames.must_start_dot")),
        (name != name.strip() or folded.endswith((".", " ")),
         Text("base.filenames.must_start_end_space")),
        (_RESERVED.fullmatch(folded) is not None, Text("base.filenames.name_that_windows_reserves")),
        (size > longest, Text("base.filenames.too_long_bytes_at", size=size, longest=longest)),
    )  # fmt: skip
    return next((words for broken, words in rules if broken), None)


def name_problem(name: str, file: str, column: str = "", row: str = "") -> Issue | None:
    """Return a problem for a text that cannot name a file or folder; see :func:`name_fault`."""
    fault = _fault(name, LONGEST)
    if fault is None:
        return None
    own = fault.code in (
        "base.filenames.empty",
        "base.filenames.name_that_windows_reserves",
        "base.filenames.too_long_bytes_at",
    )
    return Issue(
        Text("base.filenames.named_after_this" if own else "base.filenames.named_after", fault=fault),
        file,
        row=row,
        column=column,
        value=name[:60],
        mend="base.mend.use_letters_digits_chinese",
    )


def inside(folder: str | Path, name: str) -> Path:
    """Return the place of a name in a folder.

    Raises
    ------
    WriteError
        If the name would lead out of the folder, or cannot name a file.
    """
    if problem := name_problem(name, str(folder)):
        raise WriteError([problem])
    return Path(folder) / name
