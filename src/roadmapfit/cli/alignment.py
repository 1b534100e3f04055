"""The command that aligns a project with roadmaps and programmes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from roadmapfit.cli import opening, options
from roadmapfit.cli.asked import Asked, describe_asked, tell_asked
from roadmapfit.cli.naming import check_documents, title_document
from roadmapfit.cli.terminal import Column, Terminal, set_up
from roadmapfit.text import render_share

if TYPE_CHECKING:
    from roadmapfit.align import Alignment, Evidence
    from roadmapfit.analysis import PreparedText
    from roadmapfit.generation import Generation
    from roadmapfit.lexical import Term
    from roadmapfit.records import Passage
    from roadmapfit.workspace import Workspace


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

    terminal = set_up(ctx, as_json=as_json, lang=lang)
    asked = Asked(stdin, project, text, file)
    asked.check(terminal)
    opened = opening.open_at(workspace)
    check_documents(opened.generation, document or ())
    prepared = asked.prepare(opened)
    found = align_text(opened, prepared, document_ids=document or ())
    shown = found if every else found[:top]
    reasons = {
        alignment.item_id: _explain(opened, prepared, alignment.item_id)
        for alignment in shown
        if why and not prepared.obstacle
    }
    if as_json:
        alignments = [_describe_alignment(opened.generation, each, reasons) for each in shown]
        terminal.write_json(
            {
                "asked": describe_asked(terminal, prepared),
                "n_items": len(found),
                "alignments": alignments,
            }
        )
        return
    tell_asked(terminal, prepared, opened)
    if prepared.obstacle:
        return
    _write_alignments(terminal, opened.generation, shown)
    for alignment in shown:
        if alignment.item_id in reasons:
            title = opened.generation.strategy_items[alignment.item_id].title
            _write_reasons(terminal, title, reasons[alignment.item_id])
    if len(shown) < len(found):
        terminal.write_line("cli.shown_of", n=len(shown), total=len(found))


def _explain(workspace: Workspace, prepared: PreparedText, item_id: str) -> dict[str, Any]:
    from roadmapfit.analysis import explain, list_absent_phrases

    return {
        "evidence": [_describe_evidence(each) for each in explain(workspace, prepared, item_id)],
        "absent": list_absent_phrases(workspace, prepared, item_id),
    }


def _describe_evidence(evidence: Evidence) -> dict[str, Any]:
    return {
        "project_passage": evidence.project_passage.text,
        "item_passage": evidence.item_passage.text,
        "project_words": _list_words(evidence.project_passage, evidence.project_terms),
        "item_words": _list_words(evidence.item_passage, evidence.item_terms),
    }


def _list_words(passage: Passage, terms: Sequence[Term]) -> list[str]:
    return list(dict.fromkeys(passage.text[term.start : term.end] for term in terms))


def _write_alignments(
    terminal: Terminal, generation: Generation, alignments: Sequence[Alignment]
) -> None:
    terminal.write_table(
        (
            Column("cli.column.verdict"),
            Column("cli.column.probability", "right"),
            Column("cli.column.interval", "right"),
            Column("cli.column.item", ratio=1),
            Column("cli.column.document", ratio=1),
        ),
        [
            (
                terminal.say(f"verdict.{each.verdict}"),
                render_share(each.probability, terminal.language),
                terminal.render_interval(each.low, each.high),
                generation.strategy_items[each.item_id].title,
                title_document(terminal, generation, each.item_id),
            )
            for each in alignments
        ],
    )


def _write_reasons(terminal: Terminal, title: str, reasons: dict[str, Any]) -> None:
    terminal.write_text(f"\n{title}")
    for evidence in reasons["evidence"]:
        terminal.write_detail(
            "cli.pair", own=evidence["project_passage"], other=evidence["item_passage"]
        )
        if evidence["project_words"]:
            words = ", ".join(evidence["project_words"])
            terminal.write_detail("cli.shared_words", words=words)
        else:
            terminal.write_detail("cli.by_meaning")
    if reasons["absent"]:
        terminal.write_detail("cli.absent", phrases=", ".join(reasons["absent"]))


def _describe_alignment(
    generation: Generation, alignment: Alignment, reasons: dict[str, dict[str, Any]]
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
        **reasons.get(item.id, {}),
    }
