"""The command that aligns a project with roadmaps and programmes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from roadmapfit.cli import opening, options
from roadmapfit.cli.asked import Asked, describe_asked, tell_asked
from roadmapfit.cli.decisions import describe_decision, say_decision
from roadmapfit.cli.naming import title_document
from roadmapfit.cli.reasons import describe_cautions, describe_reasons, write_caution, write_reasons
from roadmapfit.cli.terminal import Column, Terminal, set_up
from roadmapfit.known_ids import check_documents
from roadmapfit.text import render_number, render_share

if TYPE_CHECKING:
    from roadmapfit.align import Alignment
    from roadmapfit.generation import Generation
    from roadmapfit.reasons import Reasons
    from roadmapfit.records import Decision


DocumentFilter = Annotated[
    list[str] | None,
    typer.Option("--document", metavar="ID", help="cli.option.documents", show_default=False),
]


def align(
    ctx: typer.Context,
    workspace: options.Workspace,
    stdin: options.Stdin = None,
    *,
    project: options.Project = None,
    text: options.Text = None,
    file: options.File = None,
    document: DocumentFilter = None,
    top: options.Top = 10,
    every: Annotated[bool, typer.Option("--all", help="cli.option.all")] = False,
    why: options.Why = False,
    as_json: options.Json = False,
    lang: options.Lang = None,
) -> None:
    """Align a project with the items of roadmaps and programmes."""
    from roadmapfit.analysis import align_text
    from roadmapfit.decided import count_past, decisions_of
    from roadmapfit.reasons import find_instructions, find_nearest_missed, find_reasons

    terminal = set_up(ctx, as_json=as_json, lang=lang)
    asked = Asked(stdin, project, text, file)
    asked.check(terminal)
    opened = opening.open_at(workspace)
    check_documents(opened.generation, document or ())
    prepared = asked.prepare(opened)
    found = align_text(opened, prepared, document_ids=document or ())
    shown = found if every else found[:top]
    missed = find_nearest_missed(found)
    explained = [*shown, *([missed] if missed and missed not in shown else [])]
    reasons = {
        alignment.item_id: find_reasons(opened, prepared, alignment.item_id)
        for alignment in explained
        if why and not prepared.obstacle
    }
    instructions = find_instructions(prepared)
    own = decisions_of(opened, prepared.project_id) if prepared.project_id else {}
    n_past = count_past(opened, project_id=prepared.project_id)
    if as_json:
        described = {
            each.item_id: _describe_alignment(opened.generation, each, own)
            | _describe_why(terminal, reasons.get(each.item_id))
            for each in explained
        }
        terminal.write_json(
            {
                "asked": describe_asked(terminal, prepared),
                "n_items": len(found),
                "n_past_decisions": n_past,
                "instructions": describe_cautions(terminal, instructions),
                "alignments": [described[each.item_id] for each in shown],
                "nearest_missed": missed and described[missed.item_id],
            }
        )
        return
    tell_asked(terminal, prepared, opened)
    if prepared.obstacle:
        return
    if n_past:
        terminal.write_line("cli.past_decisions", n=render_number(n_past, terminal.language))
    _write_alignments(terminal, opened.generation, shown, own)
    for caution in instructions:
        write_caution(terminal, caution)
    for alignment in explained:
        if alignment.item_id in reasons:
            title = opened.generation.strategy_items[alignment.item_id].title
            if alignment is missed:
                share = render_share(alignment.probability, terminal.language)
                title = terminal.say("cli.nearest_missed", title=title, share=share)
            write_reasons(terminal, title, reasons[alignment.item_id])
    if len(shown) < len(found):
        terminal.write_line("cli.shown_of", n=len(shown), total=len(found))


def _describe_why(terminal: Terminal, reasons: Reasons | None) -> dict[str, Any]:
    return {} if reasons is None else describe_reasons(terminal, reasons)


def _write_alignments(
    terminal: Terminal,
    generation: Generation,
    alignments: Sequence[Alignment],
    own: Mapping[str, Decision],
) -> None:
    """Draw a table; what people decided of the project stands beside the verdict, if they did."""
    decided = (Column("cli.column.decision"),) if own else ()
    terminal.write_table(
        (
            Column("cli.column.verdict"),
            *decided,
            Column("cli.column.probability", "right"),
            Column("cli.column.interval", "right"),
            Column("cli.column.item", ratio=1),
            Column("cli.column.document", ratio=1),
        ),
        [
            (
                terminal.say(f"verdict.{each.verdict}"),
                *(_say_own(terminal, own.get(each.item_id)) for _ in decided),
                render_share(each.probability, terminal.language),
                terminal.render_interval(each.low, each.high),
                generation.strategy_items[each.item_id].title,
                title_document(terminal, generation, each.item_id),
            )
            for each in alignments
        ],
    )


def _say_own(terminal: Terminal, decision: Decision | None) -> str:
    return "" if decision is None else say_decision(terminal, decision)


def _describe_alignment(
    generation: Generation,
    alignment: Alignment,
    own: Mapping[str, Decision],
) -> dict[str, Any]:
    item = generation.strategy_items[alignment.item_id]
    document = generation.documents[item.document_id]
    return {
        "item_id": item.id,
        "item_title": item.title,
        "document_id": document.id,
        "document_title": document.title,
        "is_invented": document.is_invented,
        "verdict": str(alignment.verdict),
        "probability": alignment.probability,
        "low": alignment.low,
        "high": alignment.high,
        "decision": describe_decision(own[item.id]) if item.id in own else None,
    }
