"""CONTRIBUTING's table is true: a change made in the files it names, and in no other, works in a copy of the package."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "planning", tmp_path / "planning", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def change(copy: Path, file: str, old: str, new: str) -> None:
    path = copy / "planning" / file
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{file} has no {old!r}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def said(copy: Path, script: str) -> str:
    """Return what a script prints with the changed copy."""
    paths = {**os.environ, "PYTHONPATH": f"{copy}{os.pathsep}{ROOT}", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=copy, env=paths, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert not done.stderr.startswith("Traceback")
    return done.stdout.strip()


def test_a_setting_is_one_field(copy: Path) -> None:
    change(
        copy,
        "scenario/parts.py",
        "    allowed: bool = True\n",
        "    allowed: bool = True\n    siblings: bool = False\n",
    )
    script = "import planning; print(planning.Scenario.make(overflow={'siblings': True}).overflow.siblings)"
    assert said(copy, script) == "True"


def test_a_column_is_one_line_of_the_schema(copy: Path) -> None:
    change(
        copy,
        "district/schema/schools.py",
        '        identifier("school", "学校编号", refers="schools.school", example="S001", aliases=SCHOOL_NAMES),',
        '        identifier("school", "学校编号", refers="schools.school", example="S001", aliases=SCHOOL_NAMES),\n'
        '        Column("buses", "校车数", "int", "School buses.", "校车辆数。"),',
    )
    script = (
        "from planning.district.schema import TABLE\n"
        "from planning.district.document import input_format\n"
        "print('buses' in [c.name for c in TABLE['units'].columns], '校车数' in input_format())"
    )
    assert said(copy, script) == "True True"


RULE = '''"""Keep every catchment small.

    x[i,u] = 0      where the zone lies farther than three kilometres and another unit does not

Source: an example.
"""

import numpy as np

from planning.zoning.declare import Rule


class Small(Rule):
    """Nobody goes far."""

    name, title, name_zh = "small_catchments", "small catchments", "小学区"

    def allows(self, problem, stage_index):
        return np.ones((problem.n_zones, len(problem.units)), dtype=bool)


RULE = Small()
'''
TWIN = '''"""Check that nobody goes far. Source: an example."""

from planning.verify.report import Check

RULE = "small_catchments"
COVERS = ("small_catchments",)


def check(evidence):
    yield Check(RULE, True, "nobody goes far", "无人远行", "", "")
'''


def test_a_constraint_is_one_file_a_line_and_its_twin(copy: Path) -> None:
    for folder, source, last in (
        ("zoning", RULE, "    contiguity.RULE,\n"),
        ("verify", TWIN, "    summary,\n    figures,\n"),
    ):
        (copy / "planning" / folder / "rules" / "small_catchments.py").write_text(source, encoding="utf-8")
        listed = f"{folder}/rules/__init__.py"
        line = "    small_catchments.RULE,\n" if folder == "zoning" else "    small_catchments,\n"
        change(copy, listed, last, line + last)
        change(copy, listed, "    small_schools,\n", "    small_catchments,\n    small_schools,\n")
    for language, words in (("en", "small catchments"), ("zh", "小学区"), ("zh-Hant", "小學區")):
        first = '"verify.rule.assignment" ='
        change(
            copy,
            f"messages/{language}/verify.toml",
            first,
            f'"verify.rule.small_catchments" = "{words}"\n{first}',
        )
    script = (
        "from tests.zoning.county import small_county\n"
        "import planning\n"
        "layout = planning.solve(small_county(), {'catchments': 'current', 'travel': {'mode': 'straight'}, 'solver': {'time_limit_s': 5}})\n"
        "print([c.rule for c in layout.verify().checks].count('small_catchments'), [c.rule for c in layout.verify().failures])"
    )
    assert said(copy, script).startswith("1 ")


def test_a_threshold_is_one_line_of_a_profile(copy: Path) -> None:
    change(copy, "standards/profiles/national-2017.yaml", "  primary: 45\n", "  primary: 40\n")
    script = (
        "from planning.standards import read_profile; print(read_profile('litong-2021').class_cap['primary'])"
    )
    assert said(copy, script) == "40"


def test_a_command_is_one_function_a_line_and_its_help(copy: Path) -> None:
    (copy / "planning" / "cli" / "greeting.py").write_text(
        '"""Greet."""\n\n\ndef greet(name: str) -> None:\n    """Greet."""\n    print(f"hello {name}")\n', encoding="utf-8"
    )  # fmt: skip
    change(
        copy,
        "cli/commands.py",
        '    Command("check", "data", "check"),\n',
        '    Command("check", "data", "check"),\n    Command("greet", "greeting", "greet"),\n',
    )
    for language, words in (("en", "Greet somebody."), ("zh", "问候。")):
        change(
            copy,
            f"messages/{language}/cli.toml",
            '"cli.command.check" =',
            f'"cli.command.greet" = "{words}"\n"cli.command.check" =',
        )
    run = "import sys; sys.argv = ['planning', {}]\nfrom planning.cli import main\nmain()"
    assert said(copy, run.format("'greet', '甲'")) == "hello 甲"
    assert "问候。" in said(copy, run.format("'--lang', 'zh', '--help'"))


INDICATOR = '''def b16(case: Case) -> Verdict:
    """B16: half of the pupils who live far off have a bus; register ``bused_rate``. Source: an example."""
    return at_least(case, "B16", ["bused_rate"])


INDICATORS = (
    Indicator("B16", *zh_en("indicators.duties.b16.name"), "S:207", "register", b16),
'''
OUTPUT = '''"""List who walks far. Source: an example."""


def write_far(layout, path):
    rows = layout.assignment
    rows[rows["distance_m"] > 1500].to_csv(path, index=False)
'''
SOLVED = (
    "from tests.zoning.county import small_county\n"
    "import planning\n"
    "county = small_county()\n"
    "layout = planning.solve(county, {'catchments': 'current', 'travel': {'mode': 'straight'}, 'solver': {'time_limit_s': 5}})\n"
)


def test_an_indicator_is_one_function_its_name_and_its_threshold_and_an_output_one_file_and_a_line(
    copy: Path,
) -> None:
    change(copy, "indicators/duties.py", "INDICATORS = (\n", INDICATOR)
    change(copy, "standards/profiles/national-2017.yaml", "  B14: {", "  B16: {bused_rate: 0.50}\n  B14: {")
    for language, words in (("en", "School buses"), ("zh", "校车"), ("zh-Hant", "校車")):
        first = '"indicators.duties.b2.name" ='
        line = f'"indicators.duties.b16.name" = "{words}"\n{first}'
        change(copy, f"messages/{language}/indicators.toml", first, line)
    (copy / "planning" / "publish" / "far.py").write_text(OUTPUT, encoding="utf-8")
    line = "        publish.write_added(district, layout, scorecard, temporary)\n"
    change(copy, "runs.py", line, f'        far.write_far(layout, temporary / "far.csv")\n{line}')
    change(
        copy,
        "runs.py",
        "from planning.errors import",
        "from planning.publish import far\nfrom planning.errors import",
    )
    script = SOLVED + (
        "from planning.runs import finish_run\n"
        "run = finish_run(county, planning.Scenario.make(), layout, out='far')\n"
        "row = run.scorecard.indicators.set_index('id').loc['B16']\n"
        "print(row['name_zh'], row['verdict'], len((run.folder / 'far.csv').read_text().splitlines()) > 0)"
    )
    assert said(copy, script) == "校车 not_supplied True"


READER = '''"""Read lists of waypoints: a name and two numbers a line."""

import geopandas as gpd
import shapely

from planning.importing.files.form import Form


def _read(path, layer, encoding):
    rows = [line.split() for line in path.read_text(encoding="utf-8").splitlines()]
    points = [shapely.Point(float(x), float(y)) for _, x, y in rows]
    return gpd.GeoDataFrame({"name": [r[0] for r in rows]}, geometry=points, crs=4326)


FORM = Form((".wpt",), lambda path: [path.stem], _read)
'''


def test_a_form_of_file_is_one_file_and_a_line(copy: Path) -> None:
    (copy / "planning" / "importing" / "files" / "waypoints.py").write_text(READER, encoding="utf-8")
    change(
        copy, "importing/files/layers.py", "    drawings.FORM,\n", "    drawings.FORM,\n    waypoints.FORM,\n"
    )
    change(copy, "importing/files/layers.py", "import drawings, kml\n", "import drawings, kml, waypoints\n")
    (copy / "阳光花园.wpt").write_text("阳光花园 106.20 37.98\n东湾村 106.21 37.99\n", encoding="utf-8")
    script = (
        "from pathlib import Path\n"
        "from planning.importing.candidates import scan\n"
        "print([(s.file, s.geometry, s.every[2:]) for s in scan(Path('.'), [Path('阳光花园.wpt')])])"
    )
    assert said(copy, script) == "[('阳光花园.wpt', 'point', [['东湾村']])]"
