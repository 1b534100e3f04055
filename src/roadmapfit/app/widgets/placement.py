"""One organisation: what it can do with the proof, and where it belongs."""

from __future__ import annotations

import streamlit as st

from roadmapfit.app import resources, state
from roadmapfit.app.answers.partners import load_placement, load_profile
from roadmapfit.app.widgets import links, markup
from roadmapfit.app.words import (
    name_document,
    name_place,
    name_project,
    plain,
    say,
    say_number,
    say_share,
    shorten,
)
from roadmapfit.competence_profile import CompetenceProfile
from roadmapfit.generation import Generation
from roadmapfit.placement import Placement
from roadmapfit.store import KeptLink
from roadmapfit.text import render_euros
from roadmapfit.workspace import Workspace

N_ITEMS = 12
N_QUOTED = 160


def draw_organisation(workspace: Workspace, organisation_id: str) -> None:
    """Draw an organisation's competences, items, documents and projects."""
    generation = workspace.generation
    with st.spinner(say("app.partners.working")):
        profile = load_profile(resources.get_judged_version(), workspace, organisation_id)
        placement = load_placement(resources.get_judged_version(), workspace, organisation_id)
    own = profile.organisation
    facts = (say(f"kind.{own.kind}"), name_place(own))
    markup.draw_heading(
        own.name,
        place=" · ".join(each for each in facts if each),
        invented=say("app.invented") if own.is_invented else "",
    )
    _draw_links(workspace, profile)
    _draw_competences(generation, profile)
    _draw_projects(generation, placement)
    _draw_items(generation, placement)


def _draw_competences(generation: Generation, profile: CompetenceProfile) -> None:
    st.subheader(say("app.partners.competences"), anchor=False)
    if not profile.competences:
        st.info(say("app.partners.no_proof"))
        return
    if profile.phrases:
        markup.draw_phrases("", profile.phrases)
    names = ("competence", "proof_project", "role", "funding", "weight")
    markup.draw_table(
        [say(f"app.column.{name}") for name in names],
        [
            (
                shorten(each.passage.text, N_QUOTED),
                _name_proof(generation, each.project_id),
                say(f"role.{each.participation.role}") if each.participation else "–",
                render_euros(
                    each.participation.funding_eur if each.participation else None, state.language()
                ),
                say_number(each.weight, 2),
            )
            for each in profile.competences
        ],
        caption=say("app.partners.competences_caption"),
        n_figures=2,
    )
    if profile.n_left:
        st.caption(say("app.partners.left", n=profile.n_left))


def _draw_links(workspace: Workspace, profile: CompetenceProfile) -> None:
    """Draw which records are held to be this organisation, and let them be parted."""
    if not profile.links:
        return
    with st.expander(say("app.partners.links"), type="compact", key=state.key("partners.links")):
        for each in profile.links:
            _draw_link(workspace, profile.organisation.id, each)


def _draw_link(workspace: Workspace, organisation_id: str, kept: KeptLink) -> None:
    (other,) = {kept.link.left_id, kept.link.right_id} - {organisation_id}
    said = say(
        "app.partners.apart" if kept.is_undone else "app.partners.same",
        other=plain(other),
        evidence=plain(kept.link.evidence),
    )
    links.draw_link(workspace, kept, said=said)


def _draw_projects(generation: Generation, placement: Placement) -> None:
    st.subheader(say("app.partners.own_projects"), anchor=False)
    if not placement.projects:
        st.info(say("app.partners.no_projects"))
        return
    heads = generation.project_heads
    markup.draw_table(
        [say(f"app.column.{name}") for name in ("project", "need", "need_closed")],
        [
            (
                name_project(heads[each.project_id]),
                shorten(each.need_text, N_QUOTED),
                say_share(each.need_closed),
            )
            for each in placement.projects
        ],
        caption=say("app.partners.own_projects_caption"),
    )


def _draw_items(generation: Generation, placement: Placement) -> None:
    st.subheader(say("app.partners.own_items"), anchor=False)
    if not placement.items:
        st.info(say("app.partners.no_items"))
        return
    items, documents = generation.strategy_items, generation.documents
    markup.draw_table(
        [
            say(f"app.column.{name}")
            for name in ("item", "document", "verdict", "proof_project", "probability")
        ],
        [
            (
                items[each.item_id].title,
                name_document(documents[items[each.item_id].document_id]),
                say(f"verdict.{each.verdict}"),
                _name_proof(generation, each.project_id),
                say_share(each.probability),
            )
            for each in placement.items[:N_ITEMS]
        ],
        caption=say("app.partners.own_items_caption"),
    )
    if placement.documents:
        markup.draw_table(
            [say("app.column.document"), say("app.column.items_aligned")],
            [
                (
                    name_document(documents[each.document_id]),
                    say("cli.n_of_n", n=each.n_aligned, total=each.n_items),
                )
                for each in placement.documents
            ],
            caption=say("app.partners.own_documents"),
            is_narrow=True,
        )


def _name_proof(generation: Generation, project_id: str | None) -> str:
    if project_id is None:
        return say("app.partners.own_words")
    return shorten(generation.project_heads[project_id].label, 60)
