"""Start a county: any mixture of an office's files becomes a district, a first scenario and a first run."""

from __future__ import annotations

import contextlib
import itertools
import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from planning.atomic import whole_file, writing
from planning.district import District, read_district, write_district
from planning.district.schema import STAGES
from planning.errors import DistrictError, Issue
from planning.importing import (
    Imported,
    Question,
    account_csv,
    account_place,
    import_accounted,
    passed_over,
    refuse_what_check_refuses,
    write_mapping,
)
from planning.importing.begin import FILES, Beginning, begin_mapping, settled_answer
from planning.importing.begin import take_files as take_files
from planning.messages import Both, Text, en_zh, languages, user_language
from planning.messages.catalogue import is_chinese
from planning.scenario import Scenario, scenario_with, with_settings
from planning.standards import read_profile
from planning.standards.profile import merge
from planning.yamlfile import read_yaml

if TYPE_CHECKING:
    from planning.runs import Run
    from planning.zoning.engine import TracePoint

DISTRICT, SCENARIO, ANSWERS, MAPPING = ("district", "scenarios/first.yaml", "answers.yaml", "mapping.yaml")
_OURS = "base.start.written_by_start"
_FROM_DISTRICT = ("name", "title", "title_zh", "district", "standards", "year", "stages")
"""Settings of a first scenario that follow from the county, and are written anew with it."""
STANDARDS, SEATS = "national-2017", "seats"
SECONDS = 60
"""Time that a first run may take unless somebody says otherwise."""


@dataclass(frozen=True)
class Started:
    """A county that was started.

    Parameters
    ----------
    folder : Path
        Holds ``files/``, ``answers.yaml``, ``mapping.yaml``, ``district/``, ``scenarios/first.yaml``.
    imported : Imported
        District, warnings and account.
    assumed : tuple of Question
        What was taken as its default without being asked.
    scenario : Path
    aside : tuple of Issue
        Files that were taken for nothing, as warnings.
    """

    folder: Path
    imported: Imported
    assumed: tuple[Question, ...]
    scenario: Path
    aside: tuple[Issue, ...] = ()


def kept_answers(folder: str | Path) -> dict[str, str]:
    """Return the answers that a county's folder keeps.

    Raises
    ------
    DistrictError
        If the file holds no ``question: answer`` lines.
    """
    file = Path(folder) / ANSWERS
    if not file.is_file():
        return {}
    try:
        data = read_yaml(file.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise DistrictError([_no_answers(file, str(error))]) from error
    if not isinstance(data, dict | None):
        raise DistrictError([_no_answers(file, "")])
    return {str(k): str(v) for k, v in (data or {}).items()}


def keep_answer(folder: str | Path, key: str, value: str) -> dict[str, str]:
    """Keep one answer and return all of them; an empty answer takes an earlier one back.

    Raises
    ------
    DistrictError
        If it is no answer to its question.
    """
    answers = kept_answers(folder)
    if value.strip():
        answers[key] = settled_answer(key, value)
    else:
        answers.pop(key, None)
    place = Path(folder) / ANSWERS
    with whole_file(place) as temporary:
        text = yaml.safe_dump(answers, allow_unicode=True, sort_keys=False)
        temporary.write_text(text, encoding="utf-8", newline="\n")
    return answers


def begin_county(folder: str | Path) -> Beginning:
    """Return what the files of a county say with the answers kept, and what is still open.

    Raises
    ------
    DistrictError
        If the files hold no list of estates or none of schools.
    """
    cap = read_profile(STANDARDS).class_cap["primary"]
    home = Path(folder) / FILES
    if not home.is_dir() or not any(home.iterdir()):
        raise DistrictError([_no_files(Path(folder))])
    return begin_mapping(home, kept_answers(folder), class_size=cap)


def build_county(folder: str | Path, beginning: Beginning, *, sets: Sequence[str] = ()) -> Started:
    """Import the files of a county, check what becomes of them, and write district, mapping and first scenario.

    Parameters
    ----------
    sets : sequence of str
        ``KEY.KEY=VALUE`` that the first scenario keeps.

    Raises
    ------
    DistrictError
        With everything that is wrong; a district that was there before stays as it is.
    ScenarioError
        If a setting is none, or its value is wrong; nothing is written then.
    """
    scenario_with(Scenario(), sets)
    home = Path(folder)
    with tempfile.TemporaryDirectory(prefix="planning-") as scratch:
        mapping = write_mapping(beginning.data, Path(scratch) / MAPPING)
        try:
            imported = import_accounted(mapping, home / FILES)
            refuse_what_check_refuses(imported.district)
        except DistrictError as error:  # what is missing may stand in a file that was taken for nothing
            raise DistrictError([*error.problems, *passed_over(home / FILES, beginning.data)]) from error
    with writing(home / DISTRICT):
        write_district(imported.district, home / DISTRICT)
    with whole_file(account_place(home / DISTRICT)) as temporary:
        temporary.write_text(account_csv(imported.account), encoding="utf-8-sig", newline="\n")
    write_mapping(beginning.data, home / MAPPING)
    scenario = home / SCENARIO
    if not scenario.is_file() or _ours(scenario):
        write_first_scenario(imported.district, home / DISTRICT, scenario, sets=sets)
    aside = tuple(passed_over(home / FILES, beginning.data))
    return Started(home, imported, beginning.assumed, scenario, aside)


def write_first_scenario(
    district: District, place: str | Path, target: str | Path, *, sets: Sequence[str] = ()
) -> Path:
    """Write the scenario that a county is first planned with: its own school year, catchments drawn anew, nothing built.

    What was set before stays set where the file was written here and not changed by hand.

    Parameters
    ----------
    place : str or Path
        The district's folder or workbook; named relative to the scenario where that is possible.
    sets : sequence of str
        ``KEY.KEY=VALUE`` to keep in it.
    """
    file, home = Path(target), Path(place).resolve()
    try:
        named = Path(os.path.relpath(home, file.resolve().parent)).as_posix()
    except ValueError:  # another drive
        named = home.as_posix()
    county = Both(district.info.name or district.info.name_zh, district.info.name_zh)
    titles = en_zh("base.start.first_plan", county=county, year=district.info.base_year)
    data = {
        "name": file.stem,
        # an office that reads Chinese is given no English to keep in step
        **({} if is_chinese(user_language()) else {"title": titles[0]}),
        "title_zh": titles[1],
        "district": named,
        "standards": standards_of(district),
        "year": district.info.base_year,
        "catchments": "free",
        "projects": {"fixed": "skip", "optional": "skip"},
        "solver": {"time_limit_s": SECONDS},
    }
    zoned = district.units.loc[district.units["admission"] == "catchment", "stage"]
    stages = [stage for stage in STAGES if (zoned == stage).any()]
    if 0 < len(stages) < len(STAGES):  # a stage without a school that admits by catchment cannot be zoned
        data["stages"] = stages
    before = {k: v for k, v in _settings_kept(file).items() if k not in _FROM_DISTRICT}
    data = with_settings(merge(data, before), sets)
    with whole_file(file) as temporary:
        text = f"# {Text(_OURS).text(user_language())}\n" + yaml.safe_dump(
            data, allow_unicode=True, sort_keys=False
        )
        temporary.write_text(text, encoding="utf-8", newline="\n")
    return file


def standards_of(district: District) -> str:
    """Return the standards that a county can be planned by: those that count seats where a school tells no classrooms but seats."""
    units = district.units
    seats = units["capacity"].notna() if "capacity" in units else units["rooms"].isna()
    zoned = units["admission"].fillna("catchment") == "catchment"
    return (
        SEATS if (zoned & seats & (units["rooms"].fillna(0) == 0)).any() and seats[zoned].all() else STANDARDS
    )


def scenario_for(district: str | Path) -> Path:
    """Return the scenario beside a district file or folder that runs it; written when it is not there yet.

    Raises
    ------
    DistrictError
        If the district cannot be read.
    """
    place = Path(district)
    read = read_district(place)
    name = place.stem if place.is_file() else place.name
    file = place.resolve().parent / f"{name}-first.yaml"
    return file if file.is_file() and not _ours(file) else write_first_scenario(read, place, file)


def run_first(
    started: Started,
    *,
    sets: Sequence[str] = (),
    progress: Callable[[TracePoint], None] | None = None,
    stage: Callable[[str], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> Run:
    """Carry the first scenario out and return the run, in ``runs/first`` of the county's folder.

    An earlier result stays: the next is ``runs/first-2``.

    Parameters
    ----------
    sets : sequence of str
        ``KEY.KEY=VALUE`` on top of the scenario's file.
    """
    from planning.runs import run_scenario

    out = free_run(started.folder / "runs" / started.scenario.stem)
    return run_scenario(
        started.scenario,
        sets=tuple(sets),
        out=out,
        allow_outside=True,
        progress=progress,
        stage=stage,
        stop=stop,
    )


def _ours(scenario: Path) -> bool:
    """Return whether a scenario is still as it was written here: nobody has changed it by hand."""
    with scenario.open(encoding="utf-8", errors="replace") as file:
        return file.readline().removeprefix("# ").strip() in {Text(_OURS).text(lang) for lang in languages()}


def _settings_kept(scenario: Path) -> dict[str, Any]:
    """Return what an earlier first scenario says, where it was written here."""
    if not scenario.is_file() or not _ours(scenario):
        return {}
    with contextlib.suppress(yaml.YAMLError, UnicodeDecodeError):
        data = read_yaml(scenario.read_text(encoding="utf-8"))
        return data if isinstance(data, dict) else {}
    return {}


def free_run(folder: Path) -> Path:
    """Return the folder for a run, or the first of ``NAME-2``, ``NAME-3`` … where it stands already: no result is lost."""
    places = (folder, *(folder.with_name(f"{folder.name}-{n}") for n in range(2, 10_000)))
    return next((place for place in places if not place.exists()), folder)


def earlier_runs(run: Path) -> list[Path]:
    """Return the runs of the same name that stand beside one, as :func:`free_run` numbers them, oldest first."""
    name = run.name.rpartition("-")[0] if run.name.rpartition("-")[2].isdigit() else run.name
    places = (run.with_name(name), *(run.with_name(f"{name}-{n}") for n in range(2, 10_000)))
    return list(itertools.takewhile(Path.exists, places))


def _no_files(folder: Path) -> Issue:
    return Issue("base.start.no_files_yet", str(folder))


def _no_answers(file: Path, reason: str) -> Issue:
    return Issue(
        Both(*en_zh("base.start.lines_of_answers", reason=f" {reason}".rstrip())),
        file.name,
        mend="base.mend.correct_file_delete_answer_again",
    )
