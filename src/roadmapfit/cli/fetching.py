"""The command that brings public files, for users with a network."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from roadmapfit.cli import options
from roadmapfit.cli.progress import StageProgress
from roadmapfit.cli.terminal import Column, set_up
from roadmapfit.text import render_number


def fetch(
    ctx: typer.Context,
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="cli.option.public", show_default=False)
    ] = None,
    *,
    to: Annotated[Path, typer.Option("--to", metavar="DIR", help="cli.option.to")] = Path(),
    sha256: Annotated[
        str | None,
        typer.Option("--sha256", metavar="HEX", help="cli.option.sha256", show_default=False),
    ] = None,
    as_json: options.Json = False,
    lang: options.Lang = None,
) -> None:
    """Bring a public file into a folder, or list those known by name."""
    from roadmapfit.errors import FetchError
    from roadmapfit.fetch import PUBLIC_FILES, PublicFile
    from roadmapfit.fetch import fetch as fetch_file

    terminal = set_up(ctx, as_json=as_json, lang=lang)
    if name is None:
        if as_json:
            terminal.write_json({"files": [asdict(each) for each in PUBLIC_FILES.values()]})
            return
        terminal.write_table(
            (
                Column("cli.column.id"),
                Column("cli.column.licence"),
                Column("cli.column.address", ratio=1),
            ),
            [(each.name, each.licence, each.url) for each in PUBLIC_FILES.values()],
        )
        return
    file = PUBLIC_FILES.get(name)
    if file is None and "://" in name:
        file = PublicFile("file", name, "", terminal.say("cli.fetch.no_licence"))
    if file is None:
        raise FetchError("fetch_unknown", found=name, expected=", ".join(PUBLIC_FILES))
    terminal.write_line("cli.fetch.licence", name=name, licence=file.licence)
    with StageProgress(terminal) as progress:
        fetched = fetch_file(file, to, sha256=sha256, on_progress=progress.read)
    if as_json:
        terminal.write_json(asdict(fetched))
        return
    terminal.write_line(
        "cli.fetch.done" if fetched.is_new else "cli.fetch.same",
        path=fetched.path,
        size_mb=render_number(fetched.n_bytes / 1e6, terminal.language, n_decimals=1),
        sha256=fetched.sha256,
    )
