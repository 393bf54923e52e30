"""Say what papers, pages and workbooks say, in the language of the paper."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from planning.district import District
from planning.district.cells.dates import calendar_day
from planning.district.schema import STAGE_ZH, TABLE
from planning.indicators.verdict import shown_in
from planning.layout import Layout
from planning.messages import Text, is_chinese, paper_language, said, spoken, template, written
from planning.publish.html import asset

OUTCOMES = ("pass", "fail", "not_supplied", "not_applicable")
_SIGNS = {"m2": "m²"}
_ASKED = re.compile(r'\bw\("(\w+)"')


def chinese() -> bool:
    """Return whether the paper is written in Chinese."""
    return is_chinese(paper_language())


def own(zh: str, en: str) -> str:
    """Return which of two texts, Chinese and English, the paper says, in its characters; the other where one is empty."""
    return written(zh or en, paper_language()) if chinese() else (en or zh)


def own_column(name: str) -> str:
    """Return the column of a table that holds a text in the language of the paper: ``name_zh`` or ``name_en``."""
    return f"{name}_zh" if chinese() else f"{name}_en"


def own_cell(row: Mapping[Any, Any], name: str) -> str:
    """Return a text that the row of a table holds in Chinese and in English, as the paper writes it."""
    found = row[own_column(name)]
    return written(found, paper_language()) if isinstance(found, str) else ""


def county_word(district: District) -> str:
    """Return the name of the county."""
    return own(district.info.name_zh, district.info.name) or district.info.id


def title_word(layout: Layout) -> str:
    """Return the title of a plan: its scenario's, or its name."""
    title = {key: str(layout.scenario.get(key) or "") for key in ("title_zh", "title")}
    return own(title["title_zh"], title["title"]) or layout.name


def stage_text(stage: str) -> Text | str:
    """Return a stage as a text of the catalogues; the empty one is the whole school, an unknown one itself."""
    if not stage:
        return Text("publish.word.whole_school")
    return Text(f"base.stage.{stage}") if stage in STAGE_ZH else stage


def stage_word(stage: str) -> str:
    """Return a stage by its name."""
    return spoken(stage_text(stage))


def outcome_word(verdict: str) -> str:
    """Return the verdict on an indicator."""
    return said(
        "indicators.verdict.applicable" if verdict == "not_applicable" else f"indicators.verdict.{verdict}"
    )


def none_word() -> str:
    """Return what stands where a figure does not apply."""
    return outcome_word("not_applicable")


def printed(text: object) -> str:
    """Return a figure of the scorecard as papers print it: yes and no in one language."""
    return shown_in(text, paper_language())


def band_word(band: str) -> str:
    """Return the name of a band of class sizes."""
    return said(f"indicators.bands.{band}")


def status_of_gap(status: str) -> str:
    """Return what became of a gap of the ledger."""
    return said(f"indicators.ledger.status.{status}")


def item_word(item: str) -> str:
    """Return an item of the ledger by its name."""
    return said(f"indicators.ledger.item.{item.lower()}")


def measure_word(measure: str) -> str:
    """Return what an item of the ledger is counted in."""
    return _SIGNS.get(measure, measure and said(f"indicators.ledger.measure.{measure}"))


def internal_word() -> str:
    """Return the mark of papers that are not for publication."""
    return said("base.internal.mark")


def kind_word(kind: str) -> str:
    """Return a kind of project."""
    return choice_word("projects", "kind", kind)


def table_word(table: str) -> str:
    """Return the name of a table of a district."""
    if table not in TABLE:
        return table
    return written(TABLE[table].zh, paper_language()) if chinese() else table.replace("_", " ")


def choice_word(table: str, column: str, value: str) -> str:
    """Return an allowed value of a column in words; another one is itself."""
    found = {choice.value: choice.zh for choice in TABLE[table].column_of[column].choices}
    return written(found.get(value, value), paper_language()) if chinese() else str(value).replace("_", " ")


def status_word(status: str) -> str:
    """Return whether data are real, derived or synthetic."""
    return (
        said(f"publish.status.{status}") if status in ("real", "derived", "synthetic", "unknown") else status
    )


def day_word(text: str) -> str:
    """Return a date as papers write it; what is no date stays as it is."""
    parts = [int(part) for part in calendar_day(text).split("-") if part]
    if not parts:
        return text
    year, month, day = parts
    return said(
        "publish.word.day", year=str(year), month=month, day=day, of_month=Text(f"publish.month.{month}")
    )


def page_words(*assets: str) -> dict[str, str]:
    """Return the words that scripts of a page ask for with ``w("…")``, their fields not filled yet."""
    asked = {key for name in assets for key in _ASKED.findall(asset(name))}
    return {key: template(f"publish.page.{key}", paper_language()) or key for key in sorted(asked)}
