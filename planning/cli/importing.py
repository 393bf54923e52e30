"""Command that builds a district from files as offices have them."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from planning.atomic import whole_file
from planning.cli.language import say, user_language
from planning.cli.show import console, fail
from planning.district import District, read_district, write_district
from planning.district.info import FILE as INFO
from planning.errors import DistrictError, Issue, WriteError, gathered
from planning.exchange import convert_district, format_of, get_run, is_address, read_address, read_store
from planning.importing import (
    ARCHIVE,
    Question,
    account_csv,
    account_place,
    account_text,
    answer,
    draft_of,
    gone_on,
    import_accounted,
    is_district,
    mapping_data,
    open_questions,
    passed_over,
    refuse_what_check_refuses,
    settle,
    still_open,
    unpack,
    write_mapping,
)
from planning.importing.scope import draft_assignment, read_texts, with_draft, write_draft

MAPPING = "mapping.yaml"


def import_(
    source: Annotated[
        str,
        typer.Argument(help=say("cli.importing.folder_files_one_file_mapping")),
    ],
    out: Annotated[
        Path,
        typer.Argument(help=say("cli.importing.district_write_folder_xlsx_gpkg")),
    ],
    files: Annotated[
        Path | None,
        typer.Option("--files", help=say("cli.importing.folder_mappings_files_lie")),
    ] = None,
    mapping: Annotated[
        Path | None,
        typer.Option(
            "--mapping",
            help=say("cli.importing.where_write_answers_mapping_yaml"),
        ),
    ] = None,
    sets: Annotated[
        list[str] | None,
        typer.Option("--set", help=say("cli.importing.answer_question_key_value")),
    ] = None,
    ask: Annotated[
        bool | None,
        typer.Option(
            "--ask/--no-ask",
            help=say("cli.importing.ask_open_questions_default_where"),
        ),
    ] = None,
) -> None:
    """Build a district from files as offices have them; answers are kept in a mapping file."""
    if is_address(source):
        _from_store(source, out)
        return
    path = Path(source)
    if path.suffix.lower() == ARCHIVE and path.is_file():
        path = unpack(path)
        place = escape(str(path))
        console.print(say("cli.importing.unpacked_into", place=place))
    if is_district(path):
        _write(read_district(path), out)
        return
    if path.suffix.lower() in (".yaml", ".yml"):
        _import(path, files, out)
        return
    folder = path if path.is_dir() else path.parent
    target = mapping or _answers_place(folder, out)
    if target.is_file() and not sets:
        console.print(say("cli.importing.answers_taken_from", target=escape(str(target))))
        _import(target, files or folder, out)
        return
    data, folder = _begun(path, target)
    warnings(passed_over(path, data))
    for text in sets or ():
        key, _, value = text.partition("=")
        data = answer(data, key.strip(), value.strip())
    data = _complete(data, folder, target, ask=sys.stdin.isatty() if ask is None else ask)
    write_mapping(data, target)
    _draft(target).unlink(missing_ok=True)
    places = {
        name: escape(str(place)) for name, place in (("target", target), ("out", out), ("folder", folder))
    }
    console.print(say("cli.importing.answers_kept", **places))
    _import(target, folder, out)


def _from_store(source: str, out: Path) -> None:
    """Write the district, or the layout, that an address names."""
    layout = read_address(source).layout
    if not layout:
        _write(read_store(source), out)
        return
    get_run(source, layout, out)
    place = escape(str(out))
    console.print(say("cli.importing.wrote_draw_map_planning_map", place=place))


def _answers_place(folder: Path, out: Path) -> Path:
    """Return where answers are kept: beside the district, as the files may lie where nothing can be written; where an earlier import kept them."""
    earlier = folder / MAPPING
    if earlier.is_file() or _draft(earlier).is_file():
        return earlier
    home = out.parent if out.name == INFO else out
    name = home.name if format_of(home) == "folder" else home.stem
    return home.with_name(f"{name}-{MAPPING}")


def _draft(target: Path) -> Path:
    return target.with_name(f"draft-{target.name}")


def _begun(path: Path, target: Path) -> tuple[dict[str, Any], Path]:
    """Return what is known already: the mapping itself, a draft that an earlier try left, or what the files say."""
    if target.is_file():
        return mapping_data(target), path if path.is_dir() else path.parent
    data, folder = draft_of(path)
    draft = _draft(target)
    if draft.is_file():
        console.print(say("cli.importing.going_from", draft=escape(str(draft))))
        data = gone_on(data, mapping_data(draft), folder)
    return data, folder


def _complete(data: dict[str, Any], folder: Path, target: Path, *, ask: bool) -> dict[str, Any]:
    """Ask until nothing is open; without a terminal, write a draft and list what is open."""
    while True:
        data = settle(data, folder)
        questions = open_questions(data, folder)
        if not questions:
            return data
        settings = [q for q in questions if q.key.startswith("district.")]
        likely = [q for q in settings or questions if q.default]
        if not ask and likely:
            for question in likely:
                data = answer(data, question.key, question.default)
            continue
        if not ask:
            _keep_draft(data, target)
            raise still_open(questions, _draft(target).name)
        if settings:
            _say_tables(data)
        for question in settings or questions:
            try:
                data = answer(data, question.key, asked(question))
            except (typer.Abort, KeyboardInterrupt):
                _keep_draft(data, target)
                raise


def _keep_draft(data: dict[str, Any], target: Path) -> None:
    """Keep the answers given so far; where that is not possible, say so and go on: the questions matter more."""
    try:
        draft = escape(str(write_mapping(data, _draft(target), draft=True)))
    except WriteError as error:
        fail(error)
        return
    console.print(say("cli.importing.draft_mapping_next_import_goes", draft=draft))


def _say_tables(data: dict[str, Any]) -> None:
    for name, entry in data["tables"].items():
        sheet = f":{entry['sheet']}" if entry.get("sheet") else ""
        console.print(f"  {name:<12} ← {escape(entry['file'] + sheet)}")


def asked(question: Question) -> str:
    """Ask a question in the terminal until there is an answer; a number chooses an option."""
    text, lang = question.text(user_language()), user_language()
    for number, option in enumerate(question.options, 1):
        console.print(f"    {number}  {escape(question.shown(option, lang))}")
    default = question.shown(question.default, lang) if question.default else None
    while True:
        reply = str(typer.prompt(text, default=default)).strip()
        if reply.isdigit() and 1 <= int(reply) <= len(question.options):
            reply = question.options[int(reply) - 1]
        if reply == default:
            reply = question.default
        try:
            if meant := question.meant(reply):
                return meant
        except DistrictError as error:
            warnings(error.problems)
            continue
        console.print(say("cli.importing.not_answer", reply=escape(reply)))


def _import(mapping: Path, files: Path | None, out: Path) -> None:
    found = import_accounted(mapping, files)
    warnings(found.problems)
    console.print(say("cli.importing.account_what_read"))
    for line in account_text(found.account, user_language()):
        console.print(f"  {escape(line)}")
    _write(found.district, out)
    place = account_place(out)
    with whole_file(place) as temporary:
        temporary.write_text(account_csv(found.account), encoding="utf-8-sig", newline="\n")
    console.print(say("cli.importing.account_kept", place=escape(str(place))))


def warnings(problems: Iterable[Issue]) -> None:
    """Print warnings."""
    for problem in gathered(problems):
        console.print(f"[yellow]![/] {escape(problem.text(user_language()))}")


def _write(district: District, out: Path) -> None:
    """Write a district that has passed the check in the very form in which it is written."""
    refuse_what_check_refuses(district)
    if format_of(out) == "folder":
        write_district(district, out)
    else:
        convert_district(district, out)
    counts = say(
        "cli.importing.zones_schools_road_segments",
        count=len(district.zones),
        count2=len(district.schools),
        count3=len(district.roads),
    )
    place = escape(str(out))
    console.print(say("cli.importing.wrote_next_planning_check", place=place, counts=counts))


def draft(
    district: Annotated[Path, typer.Argument(help=say("cli.importing.district"))],
    texts: Annotated[
        Path,
        typer.Argument(help=say("cli.importing.scope_texts_xlsx_csv_json")),
    ],
    out: Annotated[Path, typer.Option("--out", "-o", help=say("cli.importing.folder_tables"))] = Path(
        "runs/draft"
    ),
    apply: Annotated[
        Path | None,
        typer.Option(
            "--apply",
            help=say("cli.importing.also_write_district_draft_todays"),
        ),
    ] = None,
) -> None:
    """Read official scope texts and draft the catchments they describe, for a person to check."""
    county = read_district(district)
    found = draft_assignment(county, read_texts(texts))
    write_draft(found, out)
    claimed, open_ = len(found.assignment), len(found.unclaimed)
    lost, shared = len(found.not_understood), len(found.groups)
    console.print(
        say(
            "cli.importing.zones_drafted_claimed_no_text",
            claimed=claimed,
            open=open_,
            lost=lost,
            shared=shared,
            out=escape(str(out)),
        )
    )
    if apply is not None:
        _write(with_draft(county, found), apply)
