"""Rules are declared: each says everything about itself, has its check in the verifier, and nobody else knows it by name."""

from __future__ import annotations

import ast
import inspect
from pathlib import PurePosixPath
from typing import Any

import pytest

import planning
from planning import layout
from planning.district.schema import TABLES
from planning.errors import ScenarioError
from planning.messages import languages
from planning.verify.rules import COVERS
from planning.zoning.build import build_problem
from planning.zoning.declare import Rule
from planning.zoning.declare.family import Family
from planning.zoning.rules import RULES
from tests.syntax import nodes
from tests.zoning.county import scenario, small_county

EACH = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)


@EACH
def test_a_rule_says_what_it_is(rule: Rule) -> None:
    assert type(rule) is not Rule
    assert rule.name
    assert all(not rule.called().text(lang).startswith("zoning.") for lang in languages())
    assert all(isinstance(family, Family) for family in rule.families)
    assert rule.violated is None or rule.violated in rule.families
    assert rule.hardness != "choice" or rule.violated is not None
    module = inspect.getmodule(type(rule))
    assert module is not None
    assert module.__name__ == f"planning.zoning.rules.{rule.name}"
    assert "Source" in (module.__doc__ or ""), "a rule cites its source"


def test_names_and_families_are_unique() -> None:
    families = [family.name for rule in RULES for family in rule.families]
    assert len({rule.name for rule in RULES}) == len(RULES)
    assert len(set(families)) == len(families)


@EACH
def test_every_rule_has_its_twin_in_the_verifier(rule: Rule) -> None:
    for twin in rule.twins or (rule.name,):
        assert rule.name in COVERS[twin], (
            f"planning/verify/rules/{twin}.py does not say that it covers {rule.name}"
        )


def test_the_verifier_names_no_rule_that_is_not_there() -> None:
    twins = {rule.name: rule.twins or (rule.name,) for rule in RULES}
    for check, covered in COVERS.items():
        for name in covered:
            assert check in twins[name], f"{name} does not say that {check} recomputes it"


def test_declared_families_are_those_of_the_model() -> None:
    from planning.zoning.programme.assemble import build_model

    settings: dict[str, Any] = {"horizon": 2021, "enrolled": "stay", "resources": {"mode": "floors"}}
    model = build_model(
        build_problem(small_county(), scenario(**settings, stability={"max_moved_share": 0.1}))
    )
    known = {family for rule in RULES for family in rule.families}
    assert set(model.variables) <= known


# who else may write these words, and why; everything else asks the declarations
MEAN_SOMETHING_ELSE = (
    {
        "assignment",
        "projects",
        "overflow",
        "shared",
        "classes",
        "contiguity",
    }  # tables of a layout or a district
    | set(planning.Scenario.model_fields)  # settings
    | {
        *layout.ASSIGNMENT_COLUMNS,
        *layout.OVERFLOW_COLUMNS,
        *layout.UNIT_COLUMNS,
        *layout.PROJECT_COLUMNS,
        *layout.SHARED_COLUMNS,
    }
    | {
        c.value for t in TABLES for column in t.columns for c in column.choices
    }  # values of cells (admission by catchment)
)
ELSEWHERE = {
    "importing/begin/begin.py": "`class_size` is a key of the mapping file",
    "publish/province_columns.py": "`nearby` is a share of the table of counties",
    "publish/page/what_if.py": "`nearby` says how far catchments are freed around a change",
    "workbench/projects/levers.py": "keys of `prices` in a scenario",
    "cli/anew.py": "`nearby` says how far catchments are freed around a change",
    "editing/county.py": "figures that follow every move say which of the rules called hard they break",
    "editing/what_if.py": "`nearby` says how far catchments are freed around a change",
    "editing/broken_rules.py": "findings on moves by hand carry codes of their own catalogue",
    "editing/findings.py": "findings on moves by hand carry codes of their own catalogue",
    "publish/page/evaluation.py": "`nearby` is a chapter of the page",
    "verify": "shares no code with the model, so its checks carry codes of their own",
}


def test_nobody_else_knows_a_rule_or_a_family_by_name() -> None:
    names = {rule.name for rule in RULES} - MEAN_SOMETHING_ELSE
    families = {family.name for rule in RULES for family in rule.families} - MEAN_SOMETHING_ELSE
    assert {"class_size", "school_size", "own_zone", "living", "attending"} <= names | families
    wrong = []
    for file, node in nodes(ast.Constant):
        if not isinstance(node.value, str) or node.value not in names | families:
            continue
        inside = PurePosixPath(file)
        known = inside.parts[:2] == ("zoning", "rules") or any(
            inside.is_relative_to(place) for place in ELSEWHERE
        )
        if not known and (node.value in names or inside.parts[0] == "zoning"):
            wrong.append(f"{inside}:{node.lineno} {node.value}")
    assert not wrong, wrong


def test_nothing_parses_the_name_of_a_variable() -> None:
    wrong = []
    for file, node in nodes(ast.Call):
        if file.startswith("zoning/") and isinstance(node.func, ast.Attribute):
            given = [a.value for a in node.args if isinstance(a, ast.Constant)]
            if node.func.attr in ("partition", "rpartition", "split") and "_" in given:
                wrong.append(f"{file}:{node.lineno}")
    assert not wrong, wrong


def test_settings_name_no_rule_and_a_wrong_name_is_told() -> None:
    problem = build_problem(small_county(), scenario(hard=["class_size", "school_size", "nearby"]))
    assert problem.scenario.hard == ("class_size", "school_size", "nearby")
    with pytest.raises(ScenarioError) as caught:
        build_problem(small_county(), scenario(hard=["clas_size", "own_zone"]))
    first, second = caught.value.problems
    assert (first.column, first.value) == ("hard", "clas_size")
    assert "class_size" in first.mend_en
    assert second.value == "own_zone"
    assert "class_size, school_size, nearby" in second.message_zh
