"""The command that writes a project's sheet."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from roadmapfit.cli import opening, options
from roadmapfit.cli.terminal import set_up
from roadmapfit.errors import InputError


class SheetFormat(StrEnum):
    """What ``--format`` takes."""

    DOCX = "docx"
    HTML = "html"


def _tell_format(out: Path) -> SheetFormat:
    """Tell the format by the end of a file's name; one without an end is a DOCX.

    Raises
    ------
    InputError
        ``sheet_format``, for any other end.
    """
    suffix = out.suffix.lower().removeprefix(".") or SheetFormat.DOCX
    if suffix not in set(SheetFormat):
        known = ", ".join(f".{each}" for each in SheetFormat)
        raise InputError("sheet_format", path=str(out), found=out.suffix, known=known)
    return SheetFormat(suffix)


def sheet(
    ctx: typer.Context,
    workspace: options.Workspace,
    project: Annotated[
        str, typer.Argument(metavar="PROJECT", help="cli.option.sheet_project", show_default=False)
    ],
    *,
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            metavar="FILE",
            help="cli.option.sheet_out",
            show_default=False,
            callback=options.check_output,
        ),
    ],
    format_: Annotated[
        SheetFormat | None,
        typer.Option("--format", help="cli.option.sheet_format", show_default=False),
    ] = None,
    as_json: options.Json = False,
    lang: options.Lang = None,
) -> None:
    """Write a project's sheet as DOCX or HTML."""
    from roadmapfit.analysis import prepare_project
    from roadmapfit.report.sheet_file import write_sheet
    from roadmapfit.sheet import gather_sheet

    terminal = set_up(ctx, as_json=as_json, lang=lang)
    kind = format_ or _tell_format(out)
    opened = opening.open_at(workspace)
    gathered = gather_sheet(opened, prepare_project(opened, project))
    content = write_sheet(gathered, kind=kind.value, language=terminal.language)
    try:
        out.write_bytes(content)
    except OSError as error:
        raise InputError("output_refused", path=str(out), found=error.strerror or "?") from error
    terminal.write_line("cli.sheet_written", path=str(out))
    if as_json:
        terminal.write_json({"path": str(out), "format": str(kind), "bytes": len(content)})
