"""Say which names may become the name of a file or folder, on every system and inside the place they are written to."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

from planning.errors import Issue, WriteError
from planning.messages import Both

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
    size = len(name.encode("utf-8", "surrogatepass"))
    folded = unicodedata.normalize("NFKC", name)
    rules = (
        (not name.strip(), ("is empty", "为空")),
        (any(c in _SIGNS for c in name), (f"must not hold any of {' '.join(_SIGNS)}", f"不得含有 {' '.join(_SIGNS)}")),
        (any(unicodedata.category(c) in _UNSEEN for c in name),
         ("must not hold characters that cannot be seen (line ends, control and direction marks)", "不得含有不可见字符（换行、控制符、方向标记）")),
        (folded.startswith("."), ("must not start with a dot", "不得以点开头")),
        (name != name.strip() or folded.endswith((".", " ")),
         ("must not start or end with a space, nor end with a dot", "首尾不得为空格，末尾不得为点")),
        (_RESERVED.fullmatch(folded) is not None, ("is a name that Windows reserves", "是 Windows 保留名称")),
        (size > longest, (f"is too long: {size} bytes, at most {longest}", f"过长：{size} 字节，最多 {longest} 字节")),
    )  # fmt: skip
    return next((words for broken, words in rules if broken), None)


def name_problem(name: str, file: str, column: str = "", row: str = "") -> Issue | None:
    """Return a problem for a text that cannot name a file or folder; see :func:`name_fault`."""
    fault = name_fault(name)
    if fault is None:
        return None
    return Issue(
        Both(
            f"files are named after it, and it {fault[0]}",
            f"文件以此命名，因此{fault[1]}"
            if not fault[1].startswith(("为空", "是", "过长"))
            else f"文件以此命名，但其{fault[1]}",
        ),
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
