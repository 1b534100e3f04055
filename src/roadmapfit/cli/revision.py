"""The command that says what another wording of a project changes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from roadmapfit.cli import opening, options
from roadmapfit.cli.alignment import DocumentFilter
from roadmapfit.cli.asked import Asked, describe_asked, read_project, tell_asked
from roadmapfit.cli.naming import title_document
from roadmapfit.cli.terminal import Column, set_up
from roadmapfit.known_ids import check_documents
from roadmapfit.text import render_points, render_share

if TYPE_CHECKING:
    from roadmapfit.revision import FitChange


With = Annotated[
    Path, typer.Option("--with", metavar="FILE", help="cli.option.with", show_default=False)
]


def revise(
    ctx: typer.Context,
    workspace: options.Workspace,
    stdin: options.Stdin = None,
    *,
    revised: With,
    project: options.Project = None,
    text: options.Text = None,
    file: options.File = None,
    document: DocumentFilter = None,
    top: options.Top = 10,
    every: Annotated[bool, typer.Option("--all", help="cli.option.all")] = False,
    as_json: options.Json = False,
    lang: options.Lang = None,
) -> None:
    """Say what another wording of a project changes; nothing is stored."""
    from roadmapfit.analysis import align_text, prepare_text
    from roadmapfit.revision import compare_alignments, list_turned

    terminal = set_up(ctx, as_json=as_json, lang=lang)
    asked = Asked(stdin, project, text, file)
    asked.check(terminal)
    title, body = read_project(revised)
    opened = opening.open_at(workspace)
    check_documents(opened.generation, document or ())
    before = asked.prepare(opened)
    after = prepare_text(opened, body, title=title, project_id=before.project_id)
    changes = compare_alignments(
        *(align_text(opened, each, document_ids=document or ()) for each in (before, after))
    )
    turned = list_turned(changes)
    items = opened.generation.strategy_items
    shown = changes if every else changes[:top]
    if as_json:
        terminal.write_json(
            {
                "before": describe_asked(terminal, before),
                "after": describe_asked(terminal, after),
                "n_items": len(changes),
                "n_turned": len(turned),
                "changes": [
                    {"item_title": items[each.item_id].title} | _describe(each) for each in shown
                ],
            }
        )
        return
    tell_asked(terminal, before, opened)
    if after.obstacle:
        terminal.write_line("cli.obstacle", reason=terminal.say(after.obstacle))
    if before.obstacle or after.obstacle:
        return
    for each in turned:
        terminal.write_line(
            "app.revision.turned",
            title=items[each.item_id].title,
            before=terminal.say(f"verdict.{each.before.verdict}"),
            after=terminal.say(f"verdict.{each.after.verdict}"),
        )
    if not turned:
        terminal.write_line("app.revision.none_turned")
    terminal.write_table(
        (
            Column("cli.column.before", "right"),
            Column("cli.column.after", "right"),
            Column("cli.column.difference", "right"),
            Column("cli.column.verdict"),
            Column("cli.column.item", ratio=1),
            Column("cli.column.document", ratio=1),
        ),
        [
            (
                render_share(each.before.probability, terminal.language),
                render_share(each.after.probability, terminal.language),
                render_points(each.n_points, terminal.language),
                terminal.say(f"verdict.{each.after.verdict}"),
                items[each.item_id].title,
                title_document(terminal, opened.generation, each.item_id),
            )
            for each in shown
        ],
    )
    if len(shown) < len(changes):
        terminal.write_line("cli.shown_of", n=len(shown), total=len(changes))


def _describe(change: FitChange) -> dict[str, Any]:
    return {
        "item_id": change.item_id,
        "difference": change.difference,
        "is_turned": change.is_turned,
        **{
            name: {
                "verdict": str(fit.verdict),
                "probability": fit.probability,
                "low": fit.low,
                "high": fit.high,
            }
            for name, fit in (("before", change.before), ("after", change.after))
        },
    }
