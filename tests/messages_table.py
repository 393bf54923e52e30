"""Write the table of everything the program says, ``docs/messages.md``, from the catalogues: ``python -m tests.messages_table``."""

from __future__ import annotations

import tomllib
from pathlib import Path

from planning.messages.catalogue import FOLDER

PAGE = Path(__file__).parents[1] / "docs" / "messages.md"
OF_LANGUAGES = ("language", "library")
HEAD = """# Messages

Written by `python -m tests.messages_table` from `planning/messages/`, one folder a language (`en`, `zh`, `zh-Hant`), one file a floor of the
house; a test asks that this page agrees. A code stays what it is from version to version: match `issue.code`, never the words. Fields in
braces are values of the issue. A language is added by adding its folder: `language.toml` says its name, the locales it serves and which
language stands in for a text that is missing.
"""


def page() -> str:
    """Return the page."""
    lines = [HEAD]
    for path in sorted((FOLDER / "en").glob("*.toml")):
        if path.stem in OF_LANGUAGES:
            continue
        english = tomllib.loads(path.read_text(encoding="utf-8"))
        chinese = tomllib.loads((FOLDER / "zh" / path.name).read_text(encoding="utf-8"))
        lines += [f"## {path.stem}\n", "| code | English | Chinese | mend |", "|---|---|---|---|"]
        for code in sorted(english):
            if code.endswith(".mend") and code.removesuffix(".mend") in english:
                continue
            mend = english.get(f"{code}.mend")
            mends = f"{_cell(mend)}<br>{_cell(chinese[f'{code}.mend'])}" if mend else ""
            lines.append(f"| `{code}` | {_cell(english[code])} | {_cell(chinese[code])} | {mends} |")
        lines.append("")
    return "\n".join(lines)


def _cell(text: str) -> str:
    plain = text.replace("|", "\\|").replace("\n", " ").replace("<", "&lt;").replace(">", "&gt;")
    return (
        plain.replace("*", "\\*")
        .replace("`", "\\`")
        .replace("$", "\\$")
        .replace("[", "\\[")
        .replace("]", "\\]")
        .strip()
    )


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
