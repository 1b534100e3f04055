"""The command that reads a document without saving it: the tree understood, what was left."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from roadmapfit.cli import options
from roadmapfit.cli.problems import group_problems, tell_problems, write_report
from roadmapfit.cli.terminal import Terminal, set_up

if TYPE_CHECKING:
    from roadmapfit.readers import Proposal


class ReadAs(StrEnum):
    """What ``--as`` takes."""

    ROADMAP = "roadmap"
    PROGRAMME = "programme"
    PROJECT = "project"


As = Annotated[ReadAs | None, typer.Option("--as", help="cli.option.read_as", show_default=False)]


def read(
    ctx: typer.Context,
    document: Annotated[
        Path, typer.Argument(metavar="FILE", help="cli.option.document_file", show_default=False)
    ],
    *,
    read_as: As = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FILE.md",
            help="cli.option.tree_out",
            show_default=False,
            callback=options.check_output,
        ),
    ] = None,
    problems: options.Problems = None,
    as_json: options.Json = False,
    lang: options.Lang = None,
) -> None:
    """Show the tree that a document is understood as; save nothing to a workspace."""
    from roadmapfit.errors import InputError
    from roadmapfit.readers import propose_document

    terminal = set_up(ctx, as_json=as_json, lang=lang)
    proposal = propose_document(document, read_as=read_as or ReadAs.ROADMAP)
    if out is not None:
        try:
            out.write_text(proposal.markdown, encoding="utf-8")
        except OSError as error:
            raise InputError("output_refused", path=str(out), found=error.strerror) from error
    if problems is not None:
        write_report(proposal.problems, [], problems, language=terminal.language)
    if as_json:
        terminal.write_json(_describe(proposal, terminal))
        return
    _tell(terminal, proposal)
    if out is not None:
        terminal.write_line("cli.tree_written", file=out)
    if problems is not None:
        terminal.write_line("cli.problems_written", n=len(proposal.problems), file=problems)


def _tell(terminal: Terminal, proposal: Proposal) -> None:
    outline = proposal.outline
    terminal.write_line(
        "cli.document",
        file=proposal.file,
        title=outline.title or "–",
        language=outline.language or "–",
        n_pages=outline.n_pages or "–",
    )
    for section in outline.sections:
        n_words = sum(len(block.text.split()) for block in section.blocks)
        page = terminal.say("cli.page", page=section.page) if section.page else ""
        words = terminal.say("cli.n_words", n=n_words) if n_words else ""
        told = ", ".join(part for part in (page, words) if part)
        indent = "  " * section.level
        terminal.write_text(f"{indent}{section.title}" + (f"  ({told})" if told else ""))
    tell_problems(terminal, proposal.problems)


def _describe(proposal: Proposal, terminal: Terminal) -> dict[str, Any]:
    outline = proposal.outline
    return {
        "file": proposal.file,
        "content_hash": proposal.content_hash,
        "title": outline.title,
        "language": outline.language,
        "n_pages": outline.n_pages,
        "sections": [
            {
                "level": section.level,
                "title": section.title,
                "page": section.page,
                "is_ocr": section.is_ocr,
                "paragraphs": [block.text for block in section.blocks],
            }
            for section in outline.sections
        ],
        "problems": group_problems(proposal.problems, language=terminal.language),
    }
