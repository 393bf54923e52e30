"""Command that makes a district, a first scenario and a first run of an office's files."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from planning.cli.importing import asked, warnings
from planning.cli.language import say, user_language
from planning.cli.plan import carry_out, say_files
from planning.cli.show import console
from planning.district.schema import TABLE
from planning.errors import DistrictError, Issue
from planning.importing import Question, account_text, with_options
from planning.importing.begin import KEYS, answer_key
from planning.importing.derive import LOCALES
from planning.messages import Both, languages
from planning.start import (
    SEATS,
    Started,
    begin_county,
    build_county,
    earlier_runs,
    keep_answer,
    run_first,
    standards_of,
    take_files,
)

_NAMED = 8
"""Estates of one locale that a line names."""


def start(
    files: Annotated[
        list[Path],
        typer.Argument(help=say("cli.start.spreadsheets_layers_they_folders")),
    ] = [],  # noqa: B006
    out: Annotated[Path, typer.Option("--out", "-o", help=say("cli.start.folder_county"))] = Path("county"),
    answers: Annotated[
        list[str] | None,
        typer.Option(
            "--answer",
            "-a",
            help=say(
                "cli.start.answer_without_being_asked_empty",
                keys=Both(", ".join([k.name for k in KEYS]), "、".join([k.zh for k in KEYS])),
            ),
        ),
    ] = None,
    ask: Annotated[
        bool | None,
        typer.Option(
            "--ask/--no-ask",
            help=say("cli.start.ask_open_questions_default_where"),
        ),
    ] = None,
    solve: Annotated[bool, typer.Option("--run/--no-run", help=say("cli.start.also_make_first_plan"))] = True,
    seconds: Annotated[
        int | None, typer.Option("--seconds", min=1, help=say("cli.start.seconds_first_run"))
    ] = None,
    sets: Annotated[list[str] | None, typer.Option("--set", help=say("cli.start.settings_first_run"))] = None,
) -> None:
    """Make a district, a first plan and its map of office files; asks at most three questions."""
    settings = [*(sets or ()), *([f"solver.time_limit_s={seconds}"] if seconds else [])]
    if files or not (out / "files").is_dir():
        take_files(files, out)
    for text in answers or ():
        key, sign, value = text.replace("＝", "=", 1).partition("=")
        name = answer_key(key.strip())
        if not sign:  # an empty answer takes an earlier one back; this is none
            raise DistrictError([Issue("cli.start.no_answer_said", "--answer", value=text, key=key.strip())])
        keep_answer(out, name, value)
    try:
        started = _built(out, sets=settings, ask=sys.stdin.isatty() if ask is None else ask)
        _say_built(started)
        if solve:
            done = carry_out(lambda **told: run_first(started, sets=settings, **told))
            say_files(done.folder)
            say_next(started, done.folder)
    except (KeyboardInterrupt, typer.Abort):
        # files and answers are kept: the same folder alone goes on from here
        console.print(say("cli.start.go_on", home=escape(str(out))))
        raise


def _built(out: Path, *, sets: list[str], ask: bool) -> Started:
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
        return build_county(out, beginning, sets=sets)


def _zh(key: str) -> str:
    return next((k.zh for k in KEYS if k.name == key), key)


def _taken(question: Question) -> str:
    text, default = question.text(user_language()), question.shown(question.default, user_language())
    return say(
        "cli.start.taken_change_answer", text=text, default=default, key=Both(question.key, _zh(question.key))
    )


def _open(question: Question) -> Issue:
    return Issue(
        with_options(question),
        say("cli.start.question"),
        column=say(question.key, _zh(question.key)),
        mend="cli.mend.answer",
        key=Both(question.key, _zh(question.key)),
    )


def _say_built(started: Started) -> None:
    warnings(dict.fromkeys((*started.aside, *started.imported.problems)))
    for line in account_text(started.imported.account, user_language()):
        console.print(f"[dim]  {escape(line)}[/]")
    district, place = started.imported.district, escape(str(started.folder / "district"))
    console.print(
        say(
            "cli.start.district_zones_schools",
            place=place,
            count=len(district.zones),
            count2=len(district.schools),
        )
    )
    derived = [n for n, layer in district.info.layers.items() if layer.status == "derived"]
    if derived:
        names = say(", ".join(derived), "、".join(TABLE[n].zh for n in derived))
        console.print(say("cli.start.derived_not_given_how_district", names=names))

    if standards_of(district) == SEATS:
        console.print(say("cli.start.counted_in_seats"))
    for table in ("schools", "zones"):
        _say_locales(started, table)


def _say_locales(started: Started, table: str) -> None:
    """Say by name which locale was concluded for schools and for estates: nearby enrolment and boarding are judged by it."""
    district = started.imported.district
    told = district.info.layers.get(table)
    if told is None or not any(LOCALES.text(lang) in told.method for lang in languages()):
        return
    frame = district.schools if table == "schools" else district.zones
    parts = [
        (one.value, one.zh, frame.loc[frame["locale"] == one.value, "name"].astype(str).tolist())
        for one in TABLE[table].column_of["locale"].choices
    ]
    most = len(frame) if table == "schools" else _NAMED  # a county has many estates
    listed = Both(
        "; ".join(
            f"{en}{_count(n, most)}: {', '.join(n[:most])}{' …' * (len(n) > most)}" for en, _, n in parts if n
        ),
        "；".join(
            f"{zh}{_count(n, most)}：{'、'.join(n[:most])}{' …' * (len(n) > most)}" for _, zh, n in parts if n
        ),
    )
    console.print(escape(say(f"cli.start.locales_of_{table}", listed=listed)))


def _count(names: Sequence[str], most: int) -> str:
    """Return how many names there are where not all of them are named."""
    return f" {len(names)}" if len(names) > most else ""


def say_next(started: Started, run: Path) -> None:
    """Say what can be done with a first run, and which earlier ones stand beside it."""
    earlier = [p for p in earlier_runs(run) if p != run]
    if earlier:
        console.print(say("cli.start.earlier_stay", runs=escape(", ".join(map(str, earlier)))))
    home, place = escape(str(started.folder)), escape(str(run))
    console.print(say("cli.start.more_files_other_answers_planning", home=home, place=place))
