"""The command about near-duplicates among all projects."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import typer

from roadmapfit.cli import opening, options
from roadmapfit.cli.problems import write_csv
from roadmapfit.cli.terminal import Column, Terminal, set_up
from roadmapfit.text import render_number

if TYPE_CHECKING:
    from roadmapfit.duplicates import Duplicate
    from roadmapfit.workspace import Workspace

FIELDS = ("closeness", "one_id", "one_title", "one_year", "other_id", "other_title", "other_year")


def duplicates(
    ctx: typer.Context,
    workspace: options.Workspace,
    *,
    top: options.Top = 50,
    file: options.TableCsv = None,
    why: options.Why = False,
    as_json: options.Json = False,
    lang: options.Lang = None,
) -> None:
    """List the projects that may be one project twice, across years, languages and sources."""
    from roadmapfit.duplicates import list_duplicates

    terminal = set_up(ctx, as_json=as_json, lang=lang)
    opened = opening.open_at(workspace)
    found = list_duplicates(opened)
    if file is not None:
        rows = [_describe(opened, each) for each in found]
        write_csv(
            file,
            FIELDS,
            [["" if cell is None else str(cell) for cell in row.values()] for row in rows],
        )
    if as_json:
        terminal.write_json({"pairs": _describe_all(opened, found, why=why)})
        return
    shown = found[:top]
    _write(terminal, opened, shown)
    terminal.write_line(
        "cli.duplicates_shown",
        n=render_number(len(shown), terminal.language),
        whole=render_number(len(found), terminal.language),
    )
    if why:
        _write_why(terminal, opened, shown)


def _write(terminal: Terminal, workspace: Workspace, shown: Sequence[Duplicate]) -> None:
    heads = workspace.generation.project_heads
    terminal.write_table(
        (
            Column("cli.column.closeness"),
            Column("cli.column.project", ratio=1),
            Column("cli.column.year", "right"),
            Column("cli.column.other_project", ratio=1),
            Column("cli.column.year", "right"),
        ),
        [
            (
                terminal.say(f"closeness.{each.closeness}"),
                *(
                    cell
                    for project in (heads[each.one_id], heads[each.other_id])
                    for cell in (
                        terminal.mark_invented(
                            f"{project.label} ({project.id})", is_invented=project.is_invented
                        ),
                        str(project.year or "–"),
                    )
                ),
            )
            for each in shown
        ],
    )


def _write_why(terminal: Terminal, workspace: Workspace, shown: Sequence[Duplicate]) -> None:
    from roadmapfit.duplicates import load_duplicate_passages

    heads = workspace.generation.project_heads
    for each, meeting in zip(shown, load_duplicate_passages(workspace, shown), strict=True):
        terminal.write_text(f"\n{heads[each.one_id].label} – {heads[each.other_id].label}")
        for own, other in meeting:
            terminal.write_detail("cli.pair", own=own.text, other=other.text)


def _describe_all(
    workspace: Workspace, found: Sequence[Duplicate], *, why: bool
) -> list[dict[str, Any]]:
    from roadmapfit.duplicates import load_duplicate_passages

    described = [_describe(workspace, each) for each in found]
    if why:
        for own, meeting in zip(described, load_duplicate_passages(workspace, found), strict=True):
            own["pairs"] = [
                {"passage": one.text, "other_passage": other.text} for one, other in meeting
            ]
    return described


def _describe(workspace: Workspace, each: Duplicate) -> dict[str, Any]:
    heads = workspace.generation.project_heads
    one, other = heads[each.one_id], heads[each.other_id]
    values = (one.id, one.title, one.year, other.id, other.title, other.year)
    return dict(zip(FIELDS, (str(each.closeness), *values), strict=True))
