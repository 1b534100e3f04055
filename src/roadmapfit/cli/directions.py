"""Partners from the other side: carriers of an item, places for an organisation, neighbours."""

from __future__ import annotations

from textwrap import shorten
from typing import TYPE_CHECKING, Annotated, Any

import typer

from roadmapfit.cli import opening, options
from roadmapfit.cli.naming import title_document
from roadmapfit.cli.partners import (
    N_QUOTED,
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
from roadmapfit.text import render_euros, render_number, render_share

if TYPE_CHECKING:
    from roadmapfit.competence_profile import CompetenceProfile
    from roadmapfit.directions import Neighbour, Placement
    from roadmapfit.generation import Generation

# Items, competences and documents that a list shows; JSON holds all.
N_SHOWN = 10
# Pairs of items that are told of each neighbour.
N_PAIRS = 3

Item = Annotated[str, typer.Argument(metavar="ITEM", help="cli.option.item", show_default=False)]
OrganisationId = Annotated[
    str, typer.Argument(metavar="ID", help="cli.option.organisation", show_default=False)
]
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
    from roadmapfit.directions import find_carriers, prepare_item
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


def organisation(
    ctx: typer.Context,
    workspace: options.Workspace,
    organisation_id: OrganisationId,
    *,
    top: options.Top = 10,
    as_json: options.Json = False,
    lang: options.Lang = None,
) -> None:
    """Show what an organisation can do, and where it belongs."""
    from roadmapfit.competence_profile import profile_organisation
    from roadmapfit.directions import place_organisation

    terminal = set_up(ctx, as_json=as_json, lang=lang)
    opened = opening.open_at(workspace)
    profile = profile_organisation(opened, organisation_id)
    placement = place_organisation(opened, organisation_id, n_projects=top)
    generation = opened.generation
    if as_json:
        terminal.write_json(_describe_profile(profile) | _describe_placement(generation, placement))
        return
    _write_profile(terminal, generation, profile)
    _write_placement(terminal, generation, placement)


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
    from roadmapfit.directions import find_neighbours

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
                _title(terminal, generation, each.document_id),
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
    terminal.write_text(f"\n{_title(terminal, generation, found.document_id)}")
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


def _write_profile(terminal: Terminal, generation: Generation, found: CompetenceProfile) -> None:
    own = found.organisation
    name = terminal.mark_invented(own.name, is_invented=own.is_invented)
    place = own.territory or own.country
    terminal.write_text(
        " · ".join(each for each in (name, terminal.say(f"kind.{own.kind}"), place) if each)
    )
    if found.phrases:
        terminal.write_line("cli.competence_phrases", phrases=", ".join(found.phrases))
    terminal.write_table(
        (
            Column("cli.column.weight", "right"),
            Column("cli.column.proof"),
            Column("cli.column.role"),
            Column("cli.column.funding", "right"),
            Column("cli.column.competence", ratio=1),
        ),
        [
            (
                render_number(each.weight, terminal.language, n_decimals=2),
                _name_proof(terminal, generation, each.project_id),
                terminal.say(f"role.{each.participation.role}") if each.participation else "–",
                render_euros(
                    each.participation.funding_eur if each.participation else None,
                    terminal.language,
                ),
                shorten(each.passage.text, N_QUOTED, placeholder="…"),
            )
            for each in found.competences[:N_SHOWN]
        ],
    )
    for each in found.links:
        others = {each.link.left_id, each.link.right_id} - {own.id}
        key = "cli.profile.apart" if each.is_undone else "cli.profile.same"
        terminal.write_line(key, other=", ".join(sorted(others)), evidence=each.link.evidence)
    if found.n_left:
        terminal.write_line("cli.profile.left", n=found.n_left)


def _write_placement(terminal: Terminal, generation: Generation, found: Placement) -> None:
    items = generation.strategy_items
    terminal.write_text("")
    terminal.write_line("cli.placement.items")
    terminal.write_table(
        (
            Column("cli.column.verdict"),
            Column("cli.column.probability", "right"),
            Column("cli.column.item", ratio=1),
            Column("cli.column.document", ratio=1),
            Column("cli.column.proof"),
        ),
        [
            (
                terminal.say(f"verdict.{each.verdict}"),
                render_share(each.probability, terminal.language),
                items[each.item_id].title,
                title_document(terminal, generation, each.item_id),
                _name_proof(terminal, generation, each.project_id),
            )
            for each in found.items[:N_SHOWN]
        ],
    )
    terminal.write_text("")
    terminal.write_line("cli.placement.documents")
    terminal.write_table(
        (Column("cli.column.document", ratio=1), Column("cli.column.n_aligned", "right")),
        [
            (
                _title(terminal, generation, each.document_id),
                terminal.say("cli.n_of_n", n=each.n_aligned, total=each.n_items),
            )
            for each in found.documents[:N_SHOWN]
        ],
    )
    terminal.write_text("")
    terminal.write_line("cli.placement.projects")
    heads = generation.project_heads
    terminal.write_table(
        (
            Column("cli.column.need_closed", "right"),
            Column("cli.column.project", ratio=1),
            Column("cli.column.need", ratio=1),
        ),
        [
            (
                render_share(each.need_closed, terminal.language),
                terminal.mark_invented(
                    heads[each.project_id].title, is_invented=heads[each.project_id].is_invented
                ),
                shorten(each.need_text, N_QUOTED, placeholder="…"),
            )
            for each in found.projects
        ],
    )


def _describe_profile(found: CompetenceProfile) -> dict[str, Any]:
    own = found.organisation
    return {
        "organisation_id": own.id,
        "name": own.name,
        "kind": str(own.kind),
        "is_invented": own.is_invented,
        "phrases": list(found.phrases),
        "competences": [
            {
                "passage": each.passage.text,
                "weight": each.weight,
                "project_id": each.project_id,
                "role": str(each.participation.role) if each.participation else None,
                "funding_eur": each.participation.funding_eur if each.participation else None,
            }
            for each in found.competences
        ],
        "links": [
            {
                "left_id": each.link.left_id,
                "right_id": each.link.right_id,
                "method": str(each.link.method),
                "confidence": each.link.confidence,
                "evidence": each.link.evidence,
                "is_undone": each.is_undone,
            }
            for each in found.links
        ],
        "n_left": found.n_left,
    }


def _describe_placement(generation: Generation, found: Placement) -> dict[str, Any]:
    proofs = generation.load_passages([each.proof_row for each in found.projects])
    return {
        "items": [
            {
                "item_id": each.item_id,
                "probability": each.probability,
                "verdict": str(each.verdict),
                "project_id": each.project_id,
            }
            for each in found.items
        ],
        "documents": [
            {"document_id": each.document_id, "n_aligned": each.n_aligned, "n_items": each.n_items}
            for each in found.documents
        ],
        "projects": [
            {
                "project_id": each.project_id,
                "need_closed": each.need_closed,
                "need": each.need_text,
                "proof": proof.text,
                "proof_owner_id": proof.owner_id,
            }
            for each, proof in zip(found.projects, proofs, strict=True)
        ],
    }


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


def _title(terminal: Terminal, generation: Generation, document_id: str) -> str:
    document = generation.documents[document_id]
    return terminal.mark_invented(document.title, is_invented=document.is_invented)


def _name_proof(terminal: Terminal, generation: Generation, project_id: str | None) -> str:
    if project_id is None:
        return terminal.say("app.partners.own_words")
    return generation.project_heads[project_id].label
