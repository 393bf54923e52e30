"""List the commands, and load the module of a command when it is called."""

from __future__ import annotations

import functools
import importlib
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from planning.cli.language import say
from planning.cli.show import errors
from planning.cli.stopping import stop_code


@dataclass(frozen=True)
class Command:
    """One command: its name, the module and the function (or group) behind it, and its line of help."""

    name: str
    module: str
    function: str
    en: str
    zh: str

    def listed(self) -> TyperCommand:
        """Return the command as ``planning --help`` lists it, nothing loaded."""
        return TyperCommand(self.name, help=say(self.en, self.zh))

    def loaded(self) -> Any:
        """Return the command ready to run."""
        function = getattr(importlib.import_module(f"planning.cli.{self.module}"), self.function)
        text = say(self.en, self.zh)
        if isinstance(function, typer.Typer):
            group = typer.main.get_group(function)
            group.name, group.help = self.name, text
            return group
        needs = any(p.default is p.empty for p in inspect.signature(function).parameters.values())
        alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
        alone.command(self.name, help=text, no_args_is_help=needs)(_with_exit_code(function))
        return typer.main.get_command(alone)


def _with_exit_code(command: Callable[..., int | None]) -> Callable[..., None]:
    """Turn the number a command returns into the exit code of the program."""

    @functools.wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> None:
        try:
            code = command(*args, **kwargs)
        except KeyboardInterrupt:
            code = stopped()
        code = stop_code() or code  # what a command keeps when it is stopped does not make it whole
        if code:
            raise typer.Exit(code)

    return wrapped


def stopped() -> int:
    """Say that the command was stopped and return its exit code."""
    errors.print(say("Stopped.", "已停止。"))
    return stop_code() or 130


COMMANDS = (
    Command(
        "open",
        "workbench",
        "open_",
        "Open projects and plans in the browser (the workbench).",
        "在浏览器中打开工作台：项目与方案。",
    ),
    Command(
        "start",
        "start",
        "start",
        "From office files to a first plan and its map: any mixture of spreadsheets and layers.",
        "由现有表格和图层直接得到初步方案和地图，最多三个问题。",
    ),
    Command("check", "data", "check", "Check every table of a district at once.", "一次检查区县全部数据表。"),
    Command(
        "template",
        "data",
        "template",
        "Write an empty workbook with every table, units, examples and drop-down lists.",
        "生成空白填报工作簿。",
    ),
    Command(
        "import",
        "importing",
        "import_",
        "Build a district from files as offices have them; answers are kept in a mapping file.",
        "由各部门现有文件生成区县数据；所有选择记录在映射文件中。",
    ),
    Command(
        "draft",
        "importing",
        "draft",
        "Read official scope texts and draft the catchments they describe, for a person to check.",
        "读取招生范围文字，拟定学区草案供人工核对。",
    ),
    Command(
        "forecast",
        "explore",
        "forecast",
        "Forecast pupils and seats by year, with a test on the known years.",
        "按学年预测学生与学位，并用已知年份回测。",
    ),
    Command(
        "warning",
        "explore",
        "warning",
        "Say when, where and in which grade seats run out.",
        "学位预警：何时、何地、哪个年级学位不足。",
    ),
    Command(
        "sweep",
        "explore",
        "sweep",
        "Solve a scenario over a grid of settings; cost against shortage and travel.",
        "多情景求解：投资与学位缺口、距离的权衡。",
    ),
    Command(
        "run", "plan", "run", "Solve a scenario: catchments, classes, projects, scorecard, map.", "求解情景。"
    ),
    Command(
        "edit",
        "edit",
        "edit",
        "Move zones of a run to other schools by hand, with reasons; undo, check.",
        "手工调整方案：把小区划给另一所学校并写明原因；可撤销、可检查。",
    ),
    Command(
        "repair",
        "anew",
        "repair",
        "Repair a run after a move or in a new year with the fewest pupils moved, proven.",
        "以最少的学生变动修复方案（调整之后或换学年），并证明变动最少。",
    ),
    Command(
        "whatif",
        "anew",
        "whatif",
        "Say what more rooms, a project, more births or an estate would do to a plan, on one page.",
        "假设测算：增加教室、建成项目、出生增减、新建小区对方案的影响，附一页说明。",
    ),
    Command(
        "import-layout",
        "edit",
        "import_layout",
        "Bring drawn catchments home (Excel, GIS layers), several options at once: scored, mapped, compared.",
        "导入已有学区（Excel、GIS 图层），可多个方案：评分、制图、比较。",
    ),
    Command(
        "verify",
        "plan",
        "verify",
        "Recompute every rule from the run's files and the district alone.",
        "独立复核运行结果。",
    ),
    Command(
        "why",
        "why",
        "why",
        "Say why zones belong to their school, why a school is full, what a move costs; also as a reply to print.",
        "说明单元为何划入该校、学校为何紧张、调整代价如何；可生成答复稿。",
    ),
    Command(
        "compare", "plan", "compare", "Put layouts side by side, the better value marked.", "方案并列比较。"
    ),
    Command("map", "plan", "map_", "Draw the map of a run again.", "重新绘制地图。"),
    Command(
        "score",
        "score",
        "score_",
        "Score a run, a register or any catchments on the 32 indicators.",
        "按32项指标评估。",
    ),
    Command(
        "ledger", "score", "ledger", "Say what was cleared between two ledgers.", "比较两期台账的销号情况。"
    ),
    Command(
        "convert",
        "exchange",
        "convert",
        "Write a district in another format and prove that it reads back the same.",
        "转换区县数据格式，并验证回读一致。",
    ),
    Command("approve", "approve", "approve", "Freeze a run that was approved.", "批准并冻结方案。"),
    Command(
        "layouts",
        "approve",
        "layouts",
        "List the approved layouts and any change in them.",
        "列出批准方案并检查是否被改动。",
    ),
    Command(
        "evaluate",
        "approve",
        "evaluate",
        "Hold an approved layout against the year's real enrolment.",
        "用当年实际就读评估批准方案。",
    ),
    Command(
        "export",
        "publish",
        "export",
        "Write the catchments and schools of a run for desktop GIS.",
        "导出学区和学校图层（GeoPackage、GeoJSON、Shapefile、KML）。",
    ),
    Command(
        "notice",
        "publish",
        "notice",
        "Write the public notice of every stage as Word and PDF.",
        "生成各学段学区划分公示（Word、PDF）。",
    ),
    Command(
        "print",
        "publish",
        "print_",
        "Draw the catchments of every stage as a vector PDF to print.",
        "生成可印刷的学区图（矢量 PDF）。",
    ),
    Command(
        "lookup",
        "publish",
        "lookup",
        "Make the page on which a parent finds the school of an estate or village, without internet.",
        "生成家长查询学区的离线网页。",
    ),
    Command(
        "resource",
        "resource",
        "resource",
        "Plan the cheapest purchases and moves of teachers that make the units pass A1–A7.",
        "编制最低成本的资源配置与教师交流方案。",
    ),
    Command(
        "store",
        "exchange",
        "store",
        "Keep districts, layouts and scorecards in a PostGIS database.",
        "用 PostGIS 保存区县、方案和评分表。",
    ),
)
"""Every command, in the order of ``planning --help``."""


class LazyCommands(TyperGroup):
    """A group that lists its commands without loading them."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands.update({command.name: command.listed() for command in COMMANDS})

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """Return the command that is called, loaded."""
        name, _, rest = super().resolve_command(ctx, args)
        called = next(command for command in COMMANDS if command.name == name)
        return name, called.loaded(), rest
