"""Command that makes a district, a first scenario and a first run of an office's files."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from planning.cli.importing import asked, warnings
from planning.cli.language import say, user_language
from planning.cli.plan import carry_out, say_files
from planning.cli.show import console
from planning.district.schema import TABLE
from planning.errors import DistrictError, Issue, Problem
from planning.importing import Question, account_text
from planning.importing.begin import KEYS, answer_key
from planning.start import Started, begin_county, build_county, keep_answer, run_first, take_files


def start(
    files: Annotated[
        list[Path],
        typer.Argument(
            help=say(
                "Spreadsheets and layers as they are, or folders of them; later more of them, or none.",
                "现有的表格和图层文件，或其所在文件夹；以后可再追加，也可不给。",
            )
        ),
    ] = [],  # noqa: B006
    out: Annotated[
        Path, typer.Option("--out", "-o", help=say("Folder of the county.", "区县工作文件夹。"))
    ] = Path("county"),
    answers: Annotated[
        list[str] | None,
        typer.Option(
            "--answer",
            "-a",
            help=say(
                "Answer without being asked: " + ", ".join(k.name for k in KEYS) + "; empty takes it back.",
                "直接回答：" + "、".join(k.zh for k in KEYS) + "，如 坐标=高德；留空为撤回。",
            ),
        ),
    ] = None,
    ask: Annotated[
        bool | None,
        typer.Option(
            "--ask/--no-ask",
            help=say(
                "Ask open questions; by default where there is a terminal.",
                "逐项询问未定事项；默认仅在终端中询问。",
            ),
        ),
    ] = None,
    solve: Annotated[
        bool, typer.Option("--run/--no-run", help=say("Also make the first plan.", "同时编制初步方案。"))
    ] = True,
) -> None:
    """Make a district, a first plan and its map of office files; asks at most three questions."""
    if files or not (out / "files").is_dir():
        take_files(files, out)
    for text in answers or ():
        key, _, value = text.partition("=")
        keep_answer(out, answer_key(key.strip()), value)
    started = _built(out, ask=sys.stdin.isatty() if ask is None else ask)
    _say_built(started)
    if solve:
        done = carry_out(lambda **told: run_first(started, **told))
        say_files(done.folder)
        say_next(started, done.folder)


def _built(out: Path, *, ask: bool) -> Started:
    """Ask what is open and import; every answer is kept at once."""
    while True:
        beginning = begin_county(out)
        must = [q for q in beginning.open if not q.default]
        if ask and beginning.open:
            question = beginning.open[0]
            keep_answer(out, question.key, asked(question))
            continue
        if must:
            raise DistrictError([_open(q) for q in must])
        for question in (*beginning.open, *beginning.assumed):
            console.print("[dim]" + escape(_taken(question)) + "[/]")
        return build_county(out, beginning)


def _zh(key: str) -> str:
    return next((k.zh for k in KEYS if k.name == key), key)


def _taken(question: Question) -> str:
    text, default = say(question.text_en, question.text_zh), question.default
    return say(
        f"{text} Taken: {default} (change: --answer {question.key}=…)",
        f"{text} 按“{default}”处理（更改：--answer {_zh(question.key)}=…）",
    )


def _open(question: Question) -> Issue:
    options = question.options[:12]
    return Problem(
        say("question", "待回答"),
        question.text_en + (f" ({', '.join(options)})" if options else ""),
        question.text_zh + (f"（{'；'.join(options)}）" if options else ""),
        column=say(question.key, _zh(question.key)),
        mend_en=f"--answer {question.key}=…",
        mend_zh=f"请用 --answer {_zh(question.key)}=… 回答",
    )


def _say_built(started: Started) -> None:
    warnings(dict.fromkeys(started.imported.problems))
    for line in account_text(started.imported.account, user_language()):
        console.print(f"[dim]  {escape(line)}[/]")
    district, place = started.imported.district, escape(str(started.folder / "district"))
    console.print(
        say(
            f"District: {place} ({len(district.zones)} zones, {len(district.schools)} schools)",
            f"区县数据：{place}（居住单元 {len(district.zones)} 个，学校 {len(district.schools)} 所）",
        )
    )
    derived = [n for n, layer in district.info.layers.items() if layer.status == "derived"]
    if derived:
        names = say(", ".join(derived), "、".join(TABLE[n].zh for n in derived))
        console.print(
            say(
                f"Derived, not given (how: district.yaml): {names}",
                f"以下内容并非原始数据，而是推导所得（方法见 district.yaml）：{names}",
            )
        )


def say_next(started: Started, run: Path) -> None:
    """Say what can be done with a first run."""
    home, place = escape(str(started.folder)), escape(str(run))
    console.print(
        say(
            f"More files or other answers: planning start MORE… --out {home}\n"
            f"Next: planning notice {place}   planning edit {place} --move ESTATE=SCHOOL   planning open {home}",
            f"追加文件或更改回答：planning start 新文件… --out {home}\n"
            f"下一步：planning notice {place}（公示）  planning edit {place} --move 小区=学校（调整）  planning open {home}（工作台）",
        )
    )
