"""The arguments and options that several commands share."""

from __future__ import annotations

import errno
import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from roadmapfit.cli.terminal import LANGUAGE_VARIABLE
from roadmapfit.errors import InputError


def check_output(path: Path | None) -> Path | None:
    """Refuse a file that cannot be written before the work for it starts, which may be long.

    A callback of typer, which hands over and takes back the option's value.

    Raises
    ------
    InputError
        ``output_refused``.
    """
    if path is None:
        return None
    folder = path.parent
    reason = (
        (path.is_dir() and errno.EISDIR)
        or (not folder.exists() and errno.ENOENT)
        or (not folder.is_dir() and errno.ENOTDIR)
        or (not os.access(path if path.exists() else folder, os.W_OK) and errno.EACCES)
    )
    if reason:
        raise InputError("output_refused", path=str(path), found=os.strerror(reason))
    return path


class Language(StrEnum):
    """What ``--lang`` takes."""

    FRENCH = "fr"
    ENGLISH = "en"


Workspace = Annotated[
    Path, typer.Argument(metavar="WORKSPACE", help="cli.option.workspace", show_default=False)
]
Paths = Annotated[
    list[Path], typer.Argument(metavar="PATH...", help="cli.option.paths", show_default=False)
]
Json = Annotated[bool, typer.Option("--json", help="cli.option.json")]
Lang = Annotated[
    Language | None,
    typer.Option("--lang", help="cli.option.lang", envvar=LANGUAGE_VARIABLE, show_default=False),
]
Problems = Annotated[
    Path | None,
    typer.Option(
        "--problems",
        metavar="FILE.csv",
        help="cli.option.problems",
        show_default=False,
        callback=check_output,
    ),
]
KeepGood = Annotated[bool, typer.Option("--keep-good", help="cli.option.keep_good")]
Stdin = Annotated[
    str | None, typer.Argument(metavar="-", help="cli.option.stdin", show_default=False)
]
Project = Annotated[
    str | None,
    typer.Option("--project", metavar="ID", help="cli.option.project", show_default=False),
]
Text = Annotated[
    str | None,
    typer.Option("--text", metavar="TEXT", help="cli.option.text", show_default=False),
]
File = Annotated[
    Path | None,
    typer.Option("--file", metavar="FILE", help="cli.option.file", show_default=False),
]
Top = Annotated[int, typer.Option("--top", metavar="N", min=1, help="cli.option.top")]
Why = Annotated[bool, typer.Option("--why", help="cli.option.why")]
TableCsv = Annotated[
    Path | None,
    typer.Option(
        "--csv",
        metavar="FILE.csv",
        help="cli.option.table_csv",
        show_default=False,
        callback=check_output,
    ),
]
