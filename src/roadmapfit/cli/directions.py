"""Partners from the other side: who could carry an item, which roadmap completes one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from roadmapfit.cli import opening, options
from roadmapfit.cli.naming import name_document, title_document
from roadmapfit.cli.partners import (
    AtMost,
    Budget,
    Countries,
    Enough,
    Excluded,
    Kinds,
    MostOfKind,
    Newcomers,
    Territories,
    describe_partner,
    describe_set,
    keep_only,
    write_partners,
    write_set,
)
from roadmapfit.cli.terminal import Column, Terminal, set_up
from roadmapfit.text import render_number

if TYPE_CHECKING:
    from roadmapfit.generation import Generation
    from roadmapfit.neighbours import Neighbour

# Pairs of items that are told of each neighbour.
N_PAIRS = 3

Item = Annotated[str, typer.Argument(metavar="ITEM", help="cli.option.item", show_default=False)]
Document = Annotated[
    str, typer.Argument(metavar="DOCUMENT", help="cli.option.own_document", show_default=False)
]


def carriers(
    ctx: typer.Context,
    workspace: options.Workspace,
    item: Item,
    *,
    exclude: Excluded = None,
    kind: Kinds = None,
    territory: Territories = None,
    country: Countries = None,
    newcomers: Newcomers = False,
    at_most: AtMost = None,
    most_of_kind: MostOfKind = None,
    budget: Budget = None,
    enough: Enough = 1.0,
    top: options.Top = 10,
    why: options.Why = False,
    as_json: options.Json = False,
    lang: options.Lang = None,
) -> None:
    """Rank who could carry an item, and choose a consortium that fills a gap."""
    from roadmapfit.carriers import find_carriers, prepare_item
    from roadmapfit.partnering import find_partner_set

    terminal = set_up(ctx, as_json=as_json, lang=lang)
    opened = opening.open_at(workspace)
    found = find_carriers(
        opened,
        item,
        excluded_ids=exclude or (),
        keep=keep_only(kind, territory, country),
        newcomers=newcomers or None,
        n_partners=top,
    )
    chosen = at_most and find_partner_set(
        opened,
        prepare_item(opened, item),
        n_most=at_most,
        member_ids=(),
        excluded_ids=exclude or (),
        kinds=kind or (),
        territories=territory or (),
        countries=country or (),
        n_most_of_kind=most_of_kind,
        budget_eur=budget,
        need_wanted=enough,
    )
    generation = opened.generation
    if as_json:
        carried = [
            describe_partner(terminal, generation, each.fit)
            | {"aligned_project_ids": list(each.project_ids)}
            for each in found
        ]
        content = {"item_id": item, "carriers": carried}
        terminal.write_json(content | ({"set": describe_set(chosen)} if chosen else {}))
        return
    terminal.write_line(
        "cli.carriers",
        item=generation.strategy_items[item].title,
        document=title_document(terminal, generation, item),
    )
    write_partners(terminal, generation, [each.fit for each in found], why=why)
    for each in found:
        if each.project_ids:
            labels = ", ".join(generation.project_heads[one].label for one in each.project_ids)
            terminal.write_line(
                "cli.carries_already", name=each.fit.organisation.name, projects=labels
            )
    if chosen:
        terminal.write_text("")
        write_set(terminal, chosen)


def neighbours(
    ctx: typer.Context,
    workspace: options.Workspace,
    document: Document,
    *,
    top: options.Top = 10,
    as_json: options.Json = False,
    lang: options.Lang = None,
) -> None:
    """Rank the other roadmaps by how well each completes one's own."""
    from roadmapfit.neighbours import find_neighbours

    terminal = set_up(ctx, as_json=as_json, lang=lang)
    opened = opening.open_at(workspace)
    found = find_neighbours(opened, document)[:top]
    generation = opened.generation
    if as_json:
        terminal.write_json(
            {"document_id": document, "neighbours": [_describe_neighbour(each) for each in found]}
        )
        return
    terminal.write_table(
        (
            Column("cli.column.document", ratio=1),
            Column("cli.column.shared", "right"),
            Column("cli.column.new", "right"),
            Column("cli.column.filled", "right"),
            Column("cli.column.co_labels", "right"),
        ),
        [
            (
                name_document(terminal, generation, each.document_id),
                render_number(len(each.shared), terminal.language),
                render_number(len(each.new_ids), terminal.language),
                render_number(len(each.filled), terminal.language),
                render_number(len(each.projects), terminal.language),
            )
            for each in found
        ],
    )
    for each in found:
        _write_neighbour(terminal, generation, each)


def _write_neighbour(terminal: Terminal, generation: Generation, found: Neighbour) -> None:
    items = generation.strategy_items
    terminal.write_text(f"\n{name_document(terminal, generation, found.document_id)}")
    for own, other in found.filled[:N_PAIRS]:
        terminal.write_line("cli.fills", own=items[own].title, other=items[other].title)
    if found.new_ids:
        titles = ", ".join(items[each].title for each in found.new_ids[:N_PAIRS])
        terminal.write_line("cli.brings_items", items=titles)
    for each in found.projects:
        terminal.write_line(
            "cli.co_label",
            project=generation.project_heads[each.project_id].label,
            own=items[each.item_id].title,
            other=items[each.other_item_id].title,
        )


def _describe_neighbour(found: Neighbour) -> dict[str, Any]:
    return {
        "document_id": found.document_id,
        "complement": found.complement,
        "shared": [list(pair) for pair in found.shared],
        "new_item_ids": list(found.new_ids),
        "filled": [list(pair) for pair in found.filled],
        "projects": [
            {
                "project_id": each.project_id,
                "item_id": each.item_id,
                "other_item_id": each.other_item_id,
                "probability": each.probability,
            }
            for each in found.projects
        ],
    }
