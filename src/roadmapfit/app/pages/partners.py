"""Partners: of a project, of an item, of an organisation, of a roadmap."""

from __future__ import annotations

import streamlit as st

from roadmapfit.app import address, navigation, resources, state
from roadmapfit.app.answers.partners import load_carried
from roadmapfit.app.subjects import SUBJECTS, Subject, load_item_subject, load_subject
from roadmapfit.app.widgets import markup, partner_list, pictures, project_file
from roadmapfit.app.widgets.choice import (
    draw_item_choice,
    draw_organisation_choice,
    draw_project_choice,
    draw_roadmap_choice,
)
from roadmapfit.app.widgets.needs import draw_needs
from roadmapfit.app.widgets.neighbours import draw_neighbours
from roadmapfit.app.widgets.placement import draw_organisation
from roadmapfit.app.words import label, name_document, say, shorten
from roadmapfit.generation import Generation
from roadmapfit.workspace import Workspace

ASKED = (*SUBJECTS, "item", "organisation", "neighbours")


def draw() -> None:
    """Draw the page."""
    st.title(say("app.partners.title"), anchor=False)
    st.markdown(say("app.partners.lead"))
    with st.spinner(say("app.loading")):
        workspace = resources.get_workspace()
        generation = workspace.generation
    asked = _draw_switch()
    if asked == "item":
        _draw_item(workspace, generation)
    elif asked == "organisation":
        organisation_id = draw_organisation_choice(workspace)
        address.publish({"subject": asked, "organisation": organisation_id})
        if organisation_id is None:
            _say_what_comes(asked)
        else:
            draw_organisation(workspace, organisation_id)
    elif asked == "neighbours":
        document_id = draw_roadmap_choice(generation)
        address.publish({"subject": asked, "roadmap": document_id})
        if document_id is None:
            _say_what_comes(asked)
        else:
            draw_neighbours(workspace, document_id)
    else:
        _draw_project(workspace, generation, is_draft=asked == "draft")


def _draw_switch() -> str:
    state.keep_within(state.PARTNERS_SUBJECT, ASKED)
    st.segmented_control(
        say("app.partners.subject"),
        ASKED,
        format_func=label(ASKED, lambda name: say(f"app.subject.{name}")),
        key=state.PARTNERS_SUBJECT,
        required=True,
        label_visibility="collapsed",
        persist_state="session",
    )
    return str(st.session_state[state.PARTNERS_SUBJECT])


def _say_what_comes(asked: str) -> None:
    """Say what there will be to see once the reader has chosen."""
    st.caption(say(f"app.partners.choose_first.{asked}"))


def _draw_project(workspace: Workspace, generation: Generation, *, is_draft: bool) -> None:
    subject = _take_draft(workspace) if is_draft else _choose_project(workspace, generation)
    own = {"project": st.session_state[state.PROJECT_ID]}
    if is_draft:
        own = {"subject": "draft", "file": st.session_state[state.PROJECT_HELD]}
    address.publish(own | partner_list.describe_address() | pictures.describe_address())
    if subject is None:
        if not is_draft:
            _say_what_comes("stored")
        return
    if subject.project is not None:
        markup.draw_heading(
            subject.title, invented=say("app.invented") if subject.project.is_invented else ""
        )
    else:
        markup.draw_heading(subject.title or say("app.project.untitled"))
        st.caption(say("app.partners.no_consortium"))
    draw_needs(workspace, subject)
    partner_list.draw_partners(workspace, subject, title=say("app.partners.ranked"))
    pictures.draw_pictures(workspace, subject)


def _take_draft(workspace: Workspace) -> Subject | None:
    draft = project_file.take_text(workspace)
    if draft is None and not st.session_state[state.PROJECT_HELD]:
        _say_what_comes("draft")
        st.page_link(
            navigation.build_page(navigation.HOME),
            label=say("app.project.paste"),
            query_params={"lang": state.language()},
            icon=":material/arrow_forward:",
        )
    return draft


def _choose_project(workspace: Workspace, generation: Generation) -> Subject | None:
    project_id = draw_project_choice(workspace)
    return load_subject(workspace, project_id) if project_id is not None else None


def _draw_item(workspace: Workspace, generation: Generation) -> None:
    item_id = draw_item_choice(generation)
    address.publish({"subject": "item", "carry": item_id} | partner_list.describe_address())
    if item_id is None:
        _say_what_comes("item")
        return
    item = generation.strategy_items[item_id]
    document = generation.documents[item.document_id]
    markup.draw_heading(item.title, place=name_document(document))
    markup.draw_text(item.text)
    st.caption(say("app.partners.item_lead"))
    carried = load_carried(resources.get_judged_version(), workspace, item_id)
    notes = {
        organisation_id: say(
            "app.partners.carries",
            projects=shorten(
                ", ".join(generation.project_heads[each].label for each in project_ids), 80
            ),
        )
        for organisation_id, project_ids in carried.items()
    }
    subject = load_item_subject(workspace, item)
    partner_list.draw_partners(
        workspace,
        subject,
        title=say("app.partners.carriers"),
        is_item=True,
        notes=notes,
    )


draw()
