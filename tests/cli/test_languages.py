"""Every command, and every page, paper and workbook it writes, speaks the language it is asked for: English, or traditional Chinese.

What data bring is in that language, too, so that whatever is of another kind is said by us. Tables for programs keep their columns.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml
from docx import Document

from planning.district import District, write_district
from planning.district.model import Layer
from tests.cli.invoke import typed
from tests.needs import need
from tests.publish.test_language import said as read
from tests.zoning.county import project, small_county, with_projects

CHINESE = re.compile("[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
SENTENCE = re.compile(r"(?<![\w./=-])[A-Za-z]{3,} [a-z]{2,} [a-z]{2,}")
BILINGUAL = re.compile(r"empty\.xlsx|\.zh\.csv|全省结果")
"""The form to fill in has heads in both languages; tables of a batch are written in both, and its workbook has one name."""


@dataclass(frozen=True)
class Said:
    """What data say in one language."""

    lang: str
    zones: tuple[str, ...]
    schools: tuple[str, ...]
    new: str
    county: str
    word: str
    homes: str


EN = Said("en", ("Mill Lane", "Harbour View", "East Village", "Twin Lakes", "Gold Bank", "Old Mill"),
          ("North Primary", "South Primary", "Hill Junior"), "Lake School", "Small County", "wish", " homes")  # fmt: skip
HANT = Said("zh-Hant", ("供銷社宿舍", "和平社區", "東村一組", "雙湖苑", "金岸花園", "舊磨坊"),
            ("城北國小", "城南國小", "山頂國中"), "湖濱國小", "小縣", "居民申請", "戶")  # fmt: skip


def strange(text: str, lang: str) -> bool:
    """Return whether a text is not of the language: Chinese in English, simplified characters or an English sentence in traditional Chinese."""
    if lang == "en":
        return bool(CHINESE.search(text))
    return any(not c.encode("big5", "ignore") for c in CHINESE.findall(text)) or bool(SENTENCE.search(text))


def named(plain: District, say: Said) -> District:
    """Return the county of six zones with names in a language, births, resources, a wing and a new school."""
    county = with_projects(
        plain,
        project("P1", "expansion", "A", 6, 4e6, (0, 0), name=say.county),
        project("P2", "new", "N", 12, 30e6, (2, 0), name=say.new, open_year=2021),
    )
    zones = county.zones["zone"]
    births = [(z, y, 20) for z in zones for y in range(2010, 2025)]
    have = {
        "teachers_qualified": 10.0, "teachers_backbone": 2.0, "teachers_arts": 2.0, "teaching_area_m2": 1000.0,
        "sports_area_m2": 1900.0, "equipment_yuan": 5e5, "network_rooms": 6.0,
    }  # fmt: skip
    resources = [{"school": s, "stage": t, **have} for s, t in (("A", "primary"), ("B", "primary"), ("C", "junior"))]  # fmt: skip
    layers = {n: Layer("synthetic", say.word, "CC0-1.0", say.county) for n in ("zones", "schools", "zone_pupils")}  # fmt: skip
    return replace(
        county,
        zones=county.zones.assign(name=list(say.zones)),
        schools=county.schools.assign(name=list(say.schools)),
        townships=county.townships.assign(name=say.county),
        boundary=county.boundary.assign(name=say.county),
        roads=county.roads.assign(name=say.county),
        births=pd.DataFrame(births, columns=["zone", "year", "births"]),
        resources=pd.DataFrame(resources),
        info=replace(county.info, name=say.county, name_zh=say.county, layers=layers),
    )


def place(home: Path, say: Said) -> None:
    """Write the county, a scenario, options that somebody drew, real enrolment, a plan of a batch and files of an office."""
    write_district(named(small_county(current="AABAAB"), say), home / "county")
    scenario: dict[str, Any] = {
        "name": "base", "title": say.county, "title_zh": say.county, "district": str(home / "county"), "year": 2020,
        "demand": "register", "solver": {"time_limit_s": 4},
    }  # fmt: skip
    (home / "base.yaml").write_text(yaml.safe_dump(scenario, allow_unicode=True), encoding="utf-8")
    north, south, hill = say.schools
    columns = {"zone": list(say.zones), "A": [north] * 3 + [south] * 3, "B": [north] * 2 + [south] * 4}
    pd.DataFrame(columns).to_excel(home / "options.xlsx", index=False)
    real = [(north, g, 1, 40, say.zones[0]) for g in range(1, 7)] + [(hill, g, 1, 40, say.zones[2]) for g in (7, 8, 9)]  # fmt: skip
    pd.DataFrame(real, columns=["school", "grade", "class", "pupils", "zone"]).to_excel(
        home / "real.xlsx", index=False
    )
    counties = {"counties": [str(home / "county")], "scenarios": [str(home / "base.yaml")]}
    (home / "plan.yaml").write_text(yaml.safe_dump(counties), encoding="utf-8")
    (home / "office").mkdir()
    pd.DataFrame({"estate": say.zones, "lon": [106.1 + k / 100 for k in range(6)], "lat": 37.9}).to_csv(
        home / "office" / "estates.csv", index=False
    )


def lines(say: Said) -> Iterator[tuple[str, ...]]:
    """Yield every command as it is typed, also mistaken."""
    (_, harbour, _, twin, gold, _), (north, south, _) = say.zones, say.schools
    yield from (("check", "county"), ("run", "base.yaml", "--out", "base"), ("why", "base", harbour), ("why", "base", harbour, "--cost"))  # fmt: skip
    yield ("why", "base", harbour, twin, "--school", south, "--move", f"{harbour}={south}", "--reply", "reply")  # fmt: skip
    yield ("edit", "base", "--move", f"{harbour}={south}", "--reason", say.word, "--who", say.word, "--out", "edited")  # fmt: skip
    yield ("edit", "base", "--move", f"{gold}={north};{south}", "--reason", say.word, "--out", "shared")
    yield from (("why", "shared", gold, "--reply", "reply-shared"), ("verify", "edited"), ("verify", "shared"))  # fmt: skip
    yield ("edit", "base", "--move", f"{harbour}={south}", "--finish", "--out", "finished")
    yield ("repair", "base", "--move", f"{harbour}={south}", "--out", "repaired")
    yield ("whatif", "base", "--rooms", f"{north}=+6", "--project", f"{say.new}@2021", "--births", "1.1",
           "--estate", f"{gold}:650{say.homes}@2021->{south}", "--catchments", "nearby")  # fmt: skip
    yield ("import-layout", "base.yaml", "options.xlsx", "--columns", "A,B", "--stage", "primary", "--out", "drawn")  # fmt: skip
    yield from ((c, "base") for c in ("score", "map", "print", "export"))
    yield from (("compare", "base", "edited"), ("map", "base", "--public"), ("notice", "edited", "--compact"), ("lookup", "edited"))  # fmt: skip
    yield from (("forecast", "county"), ("warning", "county"), ("template", "empty.xlsx"), ("convert", "county", "county.xlsx"))  # fmt: skip
    yield ("sweep", "base.yaml", "--vary", "births=1,1.2", "--out", "sweep")
    yield ("resource", "base", "--budget", "2020=8000000", "--time-limit", "5")
    yield from (("approve", "base", "--number", "1", "--date", "2020-08-01", "--by", say.word), ("layouts",))
    yield ("evaluate", "approved/1", "--enrolment", "real.xlsx", "--year", "2020")
    yield from (("batch", "plan.yaml", "--out", "batch"), ("start", "office", "--no-ask", "--out", "started"), ("import", "office", "imported", "--no-ask"))  # fmt: skip
    yield from wrong(say)


def wrong(say: Said) -> Iterator[tuple[str, ...]]:
    """Yield commands with mistakes of every kind."""
    yield ("edit", "base", "--move", f"{say.word}={say.schools[0]}", "--move", f"{say.zones[1]}={say.schools[2]}", "--move", f"{say.zones[0]}={say.new}")  # fmt: skip
    yield from (("edit", "nothing"), ("run", "none.yaml"), ("edit", "base", "--wrong"), ("ledger", "a", "b"), ("forecast", "base"))  # fmt: skip
    yield ("whatif", "base", "--rooms", "1", "--project", "2", "--births", "9", "--estate", "3")
    yield from (("run", "base.yaml", "--set", f"locks.zones={{{z}: A-P, Z2: X-P}}") for z in ("Z1", "Z9"))
    yield from (("approve", "base", "--number", "2"), ("evaluate", "none", "--enrolment", "none.xlsx"))


def texts(path: Path) -> Iterator[str]:
    """Yield what a person reads of a file; of a table for programs its head."""
    if path.suffix == ".csv":
        yield path.read_text(encoding="utf-8-sig").partition("\n")[0]
    elif path.suffix == ".pdf":
        out = subprocess.run(["pdftotext", str(path), "-"], capture_output=True, text=True, check=True)
        yield from out.stdout.splitlines()
    else:
        yield from read(path)
        if path.suffix == ".docx":
            yield Document(str(path)).core_properties.title or ""


def typing(home: Path, say: Said) -> Callable[[tuple[str, ...]], dict[str, list[str]]]:
    """Return what types a command and gives what is strange in what it says."""

    def one(line: tuple[str, ...]) -> dict[str, list[str]]:
        done = typed(*line, cwd=home, lang=say.lang)
        out = [t for t in (done.stdout + done.stderr).splitlines() if strange(BILINGUAL.sub("", t), say.lang)]
        return {" ".join(line): out} if out else {}

    return one


@pytest.mark.parametrize("say", [EN, HANT], ids=["en", "zh-Hant"])
def test_what_is_typed_is_answered_in_the_language(say: Said, tmp_path: Path) -> None:
    place(tmp_path, say)
    ask, found = typing(tmp_path, say), {}
    for line in lines(say):
        if line[0] in ("check", "run", "score", "forecast") or (
            line[:2] == ("why", "base") and len(line) == 3
        ):
            found |= ask(line) if line[:3] != ("run", "base.yaml", "--set") else {}
    assert found == {}


@pytest.mark.slow
@pytest.mark.parametrize("say", [EN, HANT], ids=["en", "zh-Hant"])
def test_every_command_and_file_speaks_the_language(say: Said, tmp_path: Path) -> None:
    need(shutil.which("pdftotext") is not None, "pdftotext")
    place(tmp_path, say)
    ask, found = typing(tmp_path, say), {}
    for line in lines(say):
        found |= ask(line)
    given = {"county", "office", "real.xlsx", "options.xlsx", "county.xlsx"}
    written = [p for p in sorted(tmp_path.rglob("*")) if p.is_file() and p.relative_to(tmp_path).parts[0] not in given]  # fmt: skip
    read_here = {".html", ".docx", ".xlsx", ".csv", ".pdf", ".txt", ".kml"}
    assert {p.suffix for p in written} >= read_here - {".kml"}
    for path in written:
        about = str(path.relative_to(tmp_path))
        if path.suffix not in read_here or BILINGUAL.search(about):
            continue
        assert not (say.lang == "en" and CHINESE.search(about)), about
        if wrong_here := list(dict.fromkeys(t[:80] for t in texts(path) if strange(t, say.lang))):
            found[about] = wrong_here
    assert found == {}
