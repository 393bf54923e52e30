"""Understand what people suppose, as they write it on one line; everything that is not understood is named at once."""

from __future__ import annotations

import re
from collections.abc import Sequence

from planning.district import District
from planning.district.names import Names, Place, near_words, plain_name, stage_of
from planning.editing.what_if import Change, Estate
from planning.errors import Issue, ScenarioError
from planning.scenario import Scenario
from planning.zoning.build.units import units_of_projects

_ROOMS = re.compile(r"(?P<school>.+?)\s*[=＝]\s*(?P<more>[+＋\-－−]?\s*\d+)\s*[间間]?")
_PROJECT = re.compile(r"(?P<project>.+?)\s*[@＠]\s*(?P<year>\d{4})(?:\s*学?年)?")
_ESTATE = re.compile(
    r"(?P<zone>.+?)\s*[:：]\s*(?P<homes>\d+)\s*(?:[户戶套]|homes)?\s*[@＠]\s*(?P<year>\d{4})(?:\s*学?年)?"
    r"(?:\s*(?:→|->|=>)\s*(?P<school>.+))?"
)


def change_of(
    district: District,
    scenario: Scenario,
    *,
    rooms: Sequence[str] = (),
    projects: Sequence[str] = (),
    births: float = 1.0,
    estates: Sequence[str] = (),
    stage: str = "",
) -> Change:
    """Return the change that words ask for.

    Parameters
    ----------
    district : District
        The county.
    scenario : Scenario
        That of the plan: its stages are those that can change.
    rooms : sequence of str
        ``第二小学=+6``, ``第二小学=-2``.
    projects : sequence of str
        ``第十九小学@2023``: a project or the school it builds, in use from that school year.
    births : float
        Factor.
    estates : sequence of str
        ``金岸花园:650户@2024→第二小学``; without an arrow the zone stays with its school.
    stage : str
        ``primary``, ``junior``, 小学 or 初中, where a school has both.

    Raises
    ------
    ScenarioError
        With everything that is wrong.
    """
    wrong: list[Issue] = []
    at = stage_of(stage) if stage else (scenario.stages[0] if len(scenario.stages) == 1 else None)
    if stage and at is None:
        wrong.append(Issue("editing.wondered.primary_junior_expected", "--stage", value=stage))
    names = Names.of(district, units_of_projects(district))
    more = [_rooms(text, names, at, district, wrong) for text in rooms]
    built = [_project(text, district, wrong) for text in projects]
    homes = [_estate(text, names, at, district, wrong) for text in estates]
    if not 0 < births <= 3:
        wrong.append(Issue("editing.wondered.factor_above_0_most_3", "--births", value=f"{births:g}"))
    if not (rooms or projects or estates) and births == 1:
        wrong.append(Issue("editing.wondered.nothing_supposed", "whatif"))
    if wrong:
        raise ScenarioError(wrong)
    total: dict[str, int] = {}
    for unit, n in (r for r in more if r is not None):
        total[unit] = total.get(unit, 0) + n
    return Change(
        total, dict(b for b in built if b is not None), births, tuple(h for h in homes if h is not None)
    )


def _form(option: str, text: str) -> Issue:
    return Issue(f"editing.wondered.expected_{option.strip('-')}", option, value=text)


def _rooms(
    text: str, names: Names, stage: str | None, district: District, wrong: list[Issue]
) -> tuple[str, int] | None:
    found = _ROOMS.fullmatch(text.strip())
    if found is None:
        wrong.append(_form("--rooms", text))
        return None
    unit = names.unit(found["school"], Place("--rooms"), stage)
    if isinstance(unit, Issue):
        wrong.append(unit)
        return None
    sign = -1 if found["more"][0] in "-－−" else 1
    more = sign * int(re.sub(r"\D", "", found["more"]))
    has = district.units.loc[district.units["unit"] == unit, "rooms"].astype(int).tolist()
    if not has:
        wrong.append(Issue("editing.wondered.school_not_built_yet_rooms", "--rooms", value=text))
        return None
    if has[0] + more < 0:
        wrong.append(Issue("editing.wondered.school_classrooms", "--rooms", value=text, has=has[0]))
        return None
    return unit, more


def _project(text: str, district: District, wrong: list[Issue]) -> tuple[str, int] | None:
    found = _PROJECT.fullmatch(text.strip())
    if found is None:
        wrong.append(_form("--project", text))
        return None
    table, word = district.projects, found["project"].strip()
    meant = [
        str(p)
        for p, s, n in zip(table["project"], table["school"], table["name"], strict=True)
        if word in (str(p), str(s)) or plain_name(word) == plain_name(str(n))
    ]
    year = int(found["year"])
    if len(meant) != 1:
        near = near_words(word, {plain_name(str(n)): str(n) for n in table["name"].dropna()})
        several = ", ".join(meant)
        wrong.append(
            Issue(
                "editing.wondered.several_projects_meant"
                if meant
                else "editing.wondered.no_such_project_district",
                "--project",
                value=word,
                mend="editing.mend.write_id" if meant else "editing.mend.did_you_mean" if near else "",
                several=several,
                near=near,
            )
        )
        return None
    opens = table.loc[table["project"] == meant[0], "open_year"].astype(int).tolist()[0]
    if year < opens:
        wrong.append(Issue("editing.wondered.can_use_from_earliest", "--project", value=text, opens=opens))
        return None
    return meant[0], year


def _estate(
    text: str, names: Names, stage: str | None, district: District, wrong: list[Issue]
) -> Estate | None:
    found = _ESTATE.fullmatch(text.strip())
    if found is None:
        wrong.append(_form("--estate", text))
        return None
    place = Place("--estate")
    zone = names.zone(found["zone"], place)
    unit = names.unit(found["school"], place, stage) if found["school"] else ""
    said = [p for p in (zone, unit) if isinstance(p, Issue)]
    base, year = district.info.base_year, int(found["year"])
    if year <= base:
        said.append(
            Issue("editing.wondered.homes_handed_over_register_already", "--estate", value=text, base=base)
        )
    wrong += said
    return None if said else Estate(str(zone), int(found["homes"]), year, str(unit))
