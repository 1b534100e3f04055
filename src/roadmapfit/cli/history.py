"""The command that tells what a record was before its sources changed it."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from roadmapfit.cli import opening, options
from roadmapfit.cli.terminal import Column, set_up
from roadmapfit.errors import WorkspaceError


def history(
    ctx: typer.Context,
    workspace: options.Workspace,
    record: Annotated[
        str, typer.Argument(metavar="ID", help="cli.option.record", show_default=False)
    ],
    *,
    as_json: options.Json = False,
    lang: options.Lang = None,
) -> None:
    """List the earlier versions of a project, document, item or organisation."""
    terminal = set_up(ctx, as_json=as_json, lang=lang)
    versions = opening.open_at(workspace).load_versions(record)
    if not versions:
        raise WorkspaceError("no_history", found=record)
    if as_json:
        terminal.write_json(
            {
                "id": record,
                "versions": [
                    {
                        "number": version.number,
                        "kind": version.kind,
                        "source": version.source_name,
                        "replaced_at": version.replaced_at,
                        "record": dict(version.record),
                    }
                    for version in versions
                ],
            }
        )
        return
    terminal.write_table(
        (
            Column("cli.column.version", "right"),
            Column("cli.column.replaced_at"),
            Column("cli.column.source"),
            Column("cli.column.title", ratio=1),
        ),
        [
            (str(version.number), version.replaced_at, version.source_name, _name(version.record))
            for version in versions
        ],
    )


def _name(record: Any) -> str:  # noqa: ANN401 (JSON)
    return str(record.get("title") or record.get("name") or "–")
