"""From one project to the next by button or key, and straight to the best item's reasons."""

from __future__ import annotations

import streamlit as st

from roadmapfit.app import resources, state
from roadmapfit.app.answers.project import load_alignments
from roadmapfit.app.subjects import Subject
from roadmapfit.app.widgets import fit
from roadmapfit.app.words import say, say_number
from roadmapfit.workspace import Workspace

# What the keys are: the hints on the buttons name them.
PREVIOUS_KEY, NEXT_KEY, REASONS_KEY = "j", "k", "o"


def draw_walk(workspace: Workspace, subject: Subject) -> None:
    """Draw the way to the previous and next project of the list last looked at."""
    heads = workspace.generation.project_heads
    ids = [each for each in st.session_state[state.WALK] if each in heads] or list(heads)
    own = subject.project.id if subject.project else ""
    if own not in ids:
        ids = list(heads)
    if own not in ids:
        return
    place = ids.index(own)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        for name, step, shortcut in (("previous", -1, PREVIOUS_KEY), ("next", 1, NEXT_KEY)):
            is_there = 0 <= place + step < len(ids)
            st.button(
                say(f"app.walk.{name}"),
                key=state.key("walk", name),
                on_click=_go,
                args=(ids[place + step] if is_there else own,),
                disabled=not is_there,
                shortcut=shortcut,
                type="tertiary",
                icon=f":material/arrow_{'back' if step < 0 else 'forward'}:",
            )
        item_id = _find_best_item(workspace, subject)
        if item_id:
            st.button(
                say("app.walk.reasons"),
                key=state.key("walk.reasons"),
                on_click=_toggle,
                args=(state.key("fit.why", subject.key, item_id),),
                shortcut=REASONS_KEY,
                type="tertiary",
                icon=":material/unfold_more:",
            )
        st.caption(
            say("app.of", part=say_number(place + 1), whole=say_number(len(ids))), width="content"
        )


def _find_best_item(workspace: Workspace, subject: Subject) -> str:
    """Name the first item that the page shows, among the documents chosen."""
    generation = workspace.generation
    if subject.prepared.obstacle or not generation.documents:
        return ""
    # This line is drawn before the choice, which a workspace without roadmaps changes.
    state.keep_within(state.FIT_KIND, fit.list_kinds(generation))
    chosen = fit.list_chosen_documents(generation)
    alignments = load_alignments(
        resources.get_judged_version(), workspace, subject.key, subject.prepared
    )
    shown = (
        each.item_id
        for each in alignments
        if generation.strategy_items[each.item_id].document_id in chosen
    )
    return next(shown, "")


def _go(project_id: str) -> None:
    st.session_state[state.PROJECT_ID] = project_id


def _toggle(key: str) -> None:
    st.session_state[key] = not st.session_state.get(key, False)
