"""The command about one organisation: what it can do, and where it belongs."""

from __future__ import annotations

from textwrap import shorten
from typing import TYPE_CHECKING, Annotated, Any

import typer

from roadmapfit.cli import opening, options
from roadmapfit.cli.naming import name_document, title_document
from roadmapfit.cli.partners import N_QUOTED
from roadmapfit.cli.terminal import Column, Terminal, set_up
from roadmapfit.text import render_euros, render_number, render_share

if TYPE_CHECKING:
    from roadmapfit.competence_profile import CompetenceProfile
    from roadmapfit.generation import Generation
    from roadmapfit.placement import Placement

# Items, competences and documents that a list shows; JSON holds all.
N_SHOWN = 10

OrganisationId = Annotated[
    str, typer.Argument(metavar="ID", help="cli.option.organisation", show_default=False)
]


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
    from roadmapfit.placement import place_organisation

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
                name_document(terminal, generation, each.document_id),
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


def _name_proof(terminal: Terminal, generation: Generation, project_id: str | None) -> str:
    if project_id is None:
        return terminal.say("app.partners.own_words")
    return generation.project_heads[project_id].label
