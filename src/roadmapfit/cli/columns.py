"""The command that says what the columns of a table are, and remembers it."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from roadmapfit.cli import opening, options
from roadmapfit.cli.terminal import Column, Terminal, set_up

_SAMPLE_CHARS = 60


class Kind(StrEnum):
    """What the rows of a table are."""

    PROJECTS = "projects"
    ORGANISATIONS = "organisations"
    ITEMS = "items"


def columns(
    ctx: typer.Context,
    workspace: options.Workspace,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="cli.option.table", show_default=False)
    ],
    *,
    kind: Annotated[
        Kind | None, typer.Option("--kind", help="cli.option.kind", show_default=False)
    ] = None,
    changes: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="FIELD=COLUMN", help="cli.option.set", show_default=False),
    ] = None,
    accept: Annotated[bool, typer.Option("--accept", help="cli.option.accept")] = False,
    forget: Annotated[bool, typer.Option("--forget", help="cli.option.forget_columns")] = False,
    as_json: options.Json = False,
    lang: options.Lang = None,
) -> None:
    """Show what a table's columns are taken for; correct it; remember it."""
    from roadmapfit.readers.tables.mapping import FIELDS, correct_mapping, guess_mapping
    from roadmapfit.readers.tables.reading import look_at

    terminal = set_up(ctx, as_json=as_json, lang=lang)
    header = look_at(file)
    opened = opening.open_at(workspace)
    if forget:
        was_known = opened.forget_mapping(header.signature)
        if as_json:
            terminal.write_json({"file": file.name, "forgotten": was_known})
        terminal.write_line("cli.columns.forgotten" if was_known else "cli.columns.unknown")
        return
    remembered = opened.find_mapping(header.signature)
    if remembered is not None and kind in (None, remembered.kind):
        mapping = remembered
    else:
        remembered = None
        mapping = guess_mapping(header.columns, kind=kind)
    mapping = correct_mapping(
        mapping, _read_pairs(terminal, changes or []), header=header.columns, file=file.name
    )
    needed = FIELDS[mapping.kind][0]
    is_usable = needed in mapping.by_field
    is_kept = is_usable and bool(accept or changes)
    if is_kept:
        opened.remember_mapping(header.signature, mapping)
    samples = {
        name: next((cells[place] for cells in header.sample if cells[place].strip()), "")
        for place, name in enumerate(header.columns)
    }
    if as_json:
        terminal.write_json(
            {
                "file": file.name,
                "format": header.format_name,
                "kind": mapping.kind,
                "columns": mapping.by_field,
                "left_out": _list_left_out(header.columns, mapping.by_field),
                "remembered": is_kept or remembered is not None,
            }
        )
        return
    if header.format_name is not None:
        terminal.write_line("cli.columns.format", file=file.name, format=header.format_name)
    terminal.write_line("cli.columns.kind", file=file.name, kind=mapping.kind)
    terminal.write_table(
        (
            Column("cli.column.field"),
            Column("cli.column.heading"),
            Column("cli.column.sample", ratio=1),
        ),
        [(field, name, _cut(samples[name])) for field, name in mapping.columns],
    )
    left = _list_left_out(header.columns, mapping.by_field)
    terminal.write_line("cli.columns.left_out", columns=", ".join(left) or "–")
    if not is_usable:
        terminal.write_line("cli.columns.needed", field=needed)
    elif is_kept or remembered is not None:
        terminal.write_line("cli.columns.remembered")
    else:
        terminal.write_line("cli.columns.to_accept")


def _read_pairs(terminal: Terminal, texts: list[str]) -> dict[str, str]:
    """Cut each ``FIELD=COLUMN`` at its first sign of equality.

    Raises
    ------
    typer.BadParameter
        For a text without one.
    """
    wrong = next((text for text in texts if "=" not in text), None)
    if wrong is not None:
        raise typer.BadParameter(terminal.say("cli.usage.pair", found=wrong))
    return {field.strip(): name for field, _, name in (text.partition("=") for text in texts)}


def _list_left_out(header: tuple[str, ...], columns: dict[str, str]) -> list[str]:
    taken = set(columns.values())
    return [name for name in header if name and name not in taken]


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SAMPLE_CHARS else line[: _SAMPLE_CHARS - 1] + "…"
