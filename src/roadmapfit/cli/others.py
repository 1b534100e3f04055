"""The command about other projects: those that are close."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from roadmapfit.cli import opening, options
from roadmapfit.cli.asked import Asked, describe_asked, tell_asked
from roadmapfit.cli.terminal import Column, set_up
from roadmapfit.text import render_euros

if TYPE_CHECKING:
    from roadmapfit.analysis import PreparedText
    from roadmapfit.similar import SimilarProject
    from roadmapfit.workspace import Workspace


def similar(
    ctx: typer.Context,
    workspace: options.Workspace,
    stdin: options.Stdin = None,
    *,
    project: options.Project = None,
    text: options.Text = None,
    file: options.File = None,
    top: options.Top = 10,
    why: options.Why = False,
    as_json: options.Json = False,
    lang: options.Lang = None,
) -> None:
    """Find projects that share a text, an aim or a field."""
    from roadmapfit.analysis import find_close_projects, load_meeting_passages

    terminal = set_up(ctx, as_json=as_json, lang=lang)
    asked = Asked(stdin, project, text, file)
    asked.check(terminal)
    opened = opening.open_at(workspace)
    prepared = asked.prepare(opened)
    found = find_close_projects(opened, prepared, n_projects=top)
    if as_json:
        projects = [_describe_similar(opened, prepared, each) for each in found]
        terminal.write_json({"asked": describe_asked(terminal, prepared), "projects": projects})
        return
    tell_asked(terminal, prepared, opened)
    heads = opened.generation.project_heads
    terminal.write_table(
        (
            Column("cli.column.closeness"),
            Column("cli.column.project", ratio=1),
            Column("cli.column.year", "right"),
            Column("cli.column.funding", "right"),
        ),
        [
            (
                terminal.say(f"closeness.{each.closeness}"),
                terminal.mark_invented(
                    heads[each.project_id].title, is_invented=heads[each.project_id].is_invented
                ),
                str(heads[each.project_id].year or "–"),
                render_euros(heads[each.project_id].funding_eur, terminal.language),
            )
            for each in found
        ],
    )
    for each in found if why else ():
        terminal.write_text(f"\n{heads[each.project_id].title}")
        for own, other in load_meeting_passages(opened, prepared, each):
            terminal.write_detail("cli.pair", own=own.text, other=other.text)


def _describe_similar(
    workspace: Workspace, prepared: PreparedText, similar_project: SimilarProject
) -> dict[str, Any]:
    from roadmapfit.analysis import load_meeting_passages

    project = workspace.generation.project_heads[similar_project.project_id]
    return {
        "project_id": project.id,
        "title": project.title,
        "acronym": project.acronym,
        "year": project.year,
        "funding_eur": project.funding_eur,
        "is_invented": project.is_invented,
        "closeness": str(similar_project.closeness),
        "pairs": [
            {"passage": own.text, "other_passage": other.text}
            for own, other in load_meeting_passages(workspace, prepared, similar_project)
        ],
    }
