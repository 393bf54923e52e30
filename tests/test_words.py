"""Words stand in one place."""

from __future__ import annotations

import re
from pathlib import Path

import planning
from planning.district.schema import STAGE_ZH

# the verifier shares nothing with what it checks
_APART = ("district/schema/", "verify/")


def test_stages_are_named_by_one_table() -> None:
    """No other file pairs the code of a stage with its word, in either direction."""
    pairs = "|".join(
        rf'"{a}"\s*[:,]\s*[(]?"{b}"' for s, zh in STAGE_ZH.items() for a, b in ((s, zh), (zh, s))
    )
    kinds = re.compile(
        r'"nine_year"|"小学部"'
    )  # kinds of schools, and words read from scope texts, are other tables
    root = Path(planning.__file__).parent
    copies = [
        f"{path.relative_to(root)}: {match[0]}"
        for path in sorted(root.rglob("*.py"))
        if not path.relative_to(root).as_posix().startswith(_APART)
        for line in path.read_text(encoding="utf-8").splitlines()
        if not kinds.search(line)
        for match in re.finditer(f'{pairs}|"小学" if', line)
    ]
    assert not copies
    assert STAGE_ZH == {"primary": "小学", "junior": "初中"}
