"""The commands about whole strategy documents: coverage, compare."""

from __future__ import annotations

from dataclasses import asdict
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from roadmapfit.cli import opening, options
from roadmapfit.cli.asked import read_project
from roadmapfit.cli.naming import title_document
from roadmapfit.cli.support import describe_shift, measure_carriers, write_carriers, write_shifts
from roadmapfit.cli.terminal import Column, set_up
from roadmapfit.known_ids import check_documents, check_projects
from roadmapfit.text import render_euros, render_number, render_share

if TYPE_CHECKING:
    from roadmapfit.coverage import PortfolioCoverage
    from roadmapfit.generation import Generation


Documents = Annotated[
    list[str],
    typer.Option("--document", metavar="ID", help="cli.option.covered", show_default=False),
]

Without = Annotated[
    list[str] | None,
    typer.Option("--without", metavar="ID", help="cli.option.without", show_default=False),
]

With = Annotated[
    list[Path] | None,
    typer.Option("--with", metavar="FILE", help="cli.option.with_projects", show_default=False),
]

DocumentId = Annotated[
    str, typer.Argument(metavar="DOCUMENT", help="cli.option.compared", show_default=False)
]

OtherId = Annotated[
    str, typer.Argument(metavar="OTHER", help="cli.option.compared_to", show_default=False)
]


def coverage(
    ctx: typer.Context,
    workspace: options.Workspace,
    *,
    document: Documents,
    without: Without = None,
    put_in: With = None,
    as_json: options.Json = False,
    lang: options.Lang = None,
) -> None:
    """Measure what the workspace's projects cover of strategy documents."""
    from roadmapfit.analysis import measure_portfolio, prepare_text
    from roadmapfit.scenario import compare_coverage

    terminal = set_up(ctx, as_json=as_json, lang=lang)
    texts = [read_project(path) for path in put_in or ()]
    opened = opening.open_at(workspace)
    check_documents(opened.generation, document)
    left_out = set(without or ())
    check_projects(opened.generation, left_out)
    measured = measure_portfolio(
        opened,
        document,
        keep=lambda project: project.id not in left_out,
        added=[prepare_text(opened, body, title=title) for title, body in texts],
    )
    shifts = None
    if left_out or texts:
        shifts = compare_coverage(measure_portfolio(opened, document), measured)
    carriers = measure_carriers(opened.generation, measured)
    if as_json:
        described = _describe_coverage(opened.generation, measured)
        terminal.write_json(
            described
            | {"concentration": {name: asdict(each) for name, each in carriers.items()}}
            | ({} if shifts is None else {"changes": [describe_shift(each) for each in shifts]})
        )
        return
    language = terminal.language
    items = opened.generation.strategy_items
    terminal.write_table(
        (
            Column("cli.column.item", ratio=2),
            Column("cli.column.document", ratio=2),
            Column("cli.column.n_aligned", "right"),
            Column("cli.column.n_examine", "right"),
            Column("cli.column.coverage", "right"),
            Column("cli.column.funding", "right"),
        ),
        [
            (
                terminal.say("cli.gap", title=items[each.item_id].title)
                if each.is_gap
                else items[each.item_id].title,
                title_document(terminal, opened.generation, each.item_id),
                render_number(each.n_aligned, language),
                render_number(each.n_examine, language),
                render_share(each.coverage, language),
                render_euros(each.funding_eur, language),
            )
            for each in measured.items
        ],
    )
    terminal.write_line(
        "cli.coverage_gaps", n_gaps=len(measured.gap_ids), n_items=len(measured.items)
    )
    if measured.crowded_ids:
        titles = ", ".join(items[each].title for each in measured.crowded_ids)
        terminal.write_line("cli.coverage_crowded", n=ceil(measured.crowded_from), titles=titles)
    terminal.write_line(
        "cli.coverage_projects",
        n_projects=measured.n_projects,
        n_orphans=len(measured.orphan_ids),
        n_unread=len(measured.unread_ids),
    )
    terminal.write_line(
        "cli.coverage_funding",
        funding=render_euros(measured.funding_eur, language),
        unattributed=render_euros(measured.unattributed_eur, language),
        n_without=measured.n_without_funding,
    )
    write_carriers(terminal, carriers)
    if shifts is not None:
        write_shifts(terminal, opened.generation, shifts)


def compare(
    ctx: typer.Context,
    workspace: options.Workspace,
    document: DocumentId,
    other: OtherId,
    *,
    as_json: options.Json = False,
    lang: options.Lang = None,
) -> None:
    """Say what one strategy document takes up of another."""
    from roadmapfit.analysis import compare_documents

    terminal = set_up(ctx, as_json=as_json, lang=lang)
    opened = opening.open_at(workspace)
    check_documents(opened.generation, (document, other))
    compared = compare_documents(opened, document, other)
    thresholds = opened.model.calibrator.thresholds
    nearest = compared.probability.argmax(axis=0)
    pairs: list[dict[str, Any]] = [
        {
            "item_id": item_id,
            "nearest_item_id": compared.row_ids[int(row)],
            "probability": float(compared.probability[row, column]),
            "verdict": str(thresholds.judge(float(compared.probability[row, column]))),
        }
        for column, (item_id, row) in enumerate(zip(compared.column_ids, nearest, strict=True))
    ]
    uncovered = compared.uncovered_columns(thresholds)
    if as_json:
        terminal.write_json(
            {
                "document_id": document,
                "other_id": other,
                "items": pairs,
                "uncovered_item_ids": uncovered,
            }
        )
        return
    items = opened.generation.strategy_items
    terminal.write_table(
        (
            Column("cli.column.other_item", ratio=1),
            Column("cli.column.nearest_item", ratio=1),
            Column("cli.column.probability", "right"),
            Column("cli.column.verdict"),
        ),
        [
            (
                items[pair["item_id"]].title,
                items[pair["nearest_item_id"]].title,
                render_share(pair["probability"], terminal.language),
                terminal.say(f"verdict.{pair['verdict']}"),
            )
            for pair in pairs
        ],
    )
    documents = opened.generation.documents
    terminal.write_line(
        "cli.compared",
        n_uncovered=len(uncovered),
        n_items=len(pairs),
        title=documents[document].title,
        other=documents[other].title,
    )


def _describe_coverage(generation: Generation, measured: PortfolioCoverage) -> dict[str, Any]:
    return {
        "items": [
            {
                "item_id": each.item_id,
                "item_title": generation.strategy_items[each.item_id].title,
                "document_id": generation.strategy_items[each.item_id].document_id,
                "is_gap": each.is_gap,
                "support": str(measured.judge(each)),
                "n_aligned": each.n_aligned,
                "n_examine": each.n_examine,
                "coverage": each.coverage,
                "funding_eur": each.funding_eur,
                "project_ids": each.project_ids,
                "project_eur": each.project_eur,
            }
            for each in measured.items
        ],
        "gap_item_ids": measured.gap_ids,
        "crowded_item_ids": measured.crowded_ids,
        "orphan_project_ids": measured.orphan_ids,
        "unread_project_ids": measured.unread_ids,
        "funding_eur": measured.funding_eur,
        "unattributed_eur": measured.unattributed_eur,
        "n_projects": measured.n_projects,
        "n_without_funding": measured.n_without_funding,
    }
