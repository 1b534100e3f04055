"""The commands about records of several sources that are one: link, links."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum
from typing import Annotated, Any

import typer

from roadmapfit.cli import opening, options
from roadmapfit.cli.terminal import Column, Terminal, set_up
from roadmapfit.store import KeptLink
from roadmapfit.text import render_number, render_share


class LinkedKind(StrEnum):
    """What may be linked."""

    ORGANISATION = "organisation"
    PROJECT = "project"


def link(
    ctx: typer.Context,
    workspace: options.Workspace,
    *,
    as_json: options.Json = False,
    lang: options.Lang = None,
) -> None:
    """Find which organisations and projects of several sources are one."""
    terminal = set_up(ctx, as_json=as_json, lang=lang)
    kept = opening.open_at(workspace).link_records()
    counts = Counter((each.link.kind, each.link.method) for each in kept if not each.is_undone)
    summary: list[dict[str, Any]] = [
        {
            "kind": kind,
            "method": str(method),
            "n": n,
            "confidence": next(each.link.confidence for each in kept if each.link.method is method),
        }
        for (kind, method), n in sorted(counts.items())
    ]
    if as_json:
        n_undone = sum(each.is_undone for each in kept)
        terminal.write_json({"links": summary, "n_undone": n_undone})
        return
    terminal.write_table(
        (
            Column("cli.column.kind"),
            Column("cli.column.method"),
            Column("cli.column.count", "right"),
            Column("cli.column.confidence", "right"),
        ),
        [
            (
                terminal.say(f"cli.link.{row['kind']}"),
                terminal.say(f"cli.link.{row['method']}"),
                render_number(row["n"], terminal.language),
                render_share(row["confidence"], terminal.language),
            )
            for row in summary
        ],
    )
    terminal.write_line("cli.links.made")


def links(
    ctx: typer.Context,
    workspace: options.Workspace,
    *,
    kind: Annotated[
        LinkedKind | None,
        typer.Option("--kind", help="cli.option.linked_kind", show_default=False),
    ] = None,
    undo: Annotated[
        tuple[str, str] | None,
        typer.Option("--undo", metavar="ID ID", help="cli.option.undo", show_default=False),
    ] = None,
    restore: Annotated[
        tuple[str, str] | None,
        typer.Option("--restore", metavar="ID ID", help="cli.option.restore", show_default=False),
    ] = None,
    as_json: options.Json = False,
    lang: options.Lang = None,
) -> None:
    """List links, undo one, or take that back."""
    terminal = set_up(ctx, as_json=as_json, lang=lang)
    opened = opening.open_at(workspace)
    for pair, is_undone in ((undo, True), (restore, False)):
        if pair is not None:
            opened.mark_link(*pair, is_undone=is_undone)
    kept = [each for each in opened.load_links() if kind in (None, each.link.kind)]
    if as_json:
        terminal.write_json({"links": [_describe(each) for each in kept]})
        return
    terminal.write_table(
        (
            Column("cli.column.id"),
            Column("cli.column.id"),
            Column("cli.column.method"),
            Column("cli.column.confidence", "right"),
            Column("cli.column.evidence", ratio=1),
        ),
        [_lay_out(terminal, each) for each in kept],
    )


def _describe(kept: KeptLink) -> dict[str, Any]:
    return {
        "kind": kept.link.kind,
        "left": kept.link.left_id,
        "right": kept.link.right_id,
        "method": str(kept.link.method),
        "confidence": kept.link.confidence,
        "evidence": kept.link.evidence,
        "is_undone": kept.is_undone,
    }


def _lay_out(terminal: Terminal, kept: KeptLink) -> tuple[str, ...]:
    method = terminal.say(f"cli.link.{kept.link.method}")
    return (
        kept.link.left_id,
        kept.link.right_id,
        terminal.say("cli.link.undone", method=method) if kept.is_undone else method,
        render_share(kept.link.confidence, terminal.language),
        kept.link.evidence,
    )
