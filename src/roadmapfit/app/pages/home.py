"""One box for an idea, and its fit at once."""

from __future__ import annotations

import streamlit as st

from roadmapfit.app import address, navigation, resources, state
from roadmapfit.app.subjects import Subject, make_draft
from roadmapfit.app.widgets import fit, markup, notices, projects
from roadmapfit.app.words import say, say_count, say_moment
from roadmapfit.errors import InputError
from roadmapfit.records import DocumentKind
from roadmapfit.workspace import Workspace

MAX_TITLE_CHARS = 300


def draw() -> None:
    """Draw the page."""
    st.title(say("app.home.title"), anchor=False)
    st.markdown(say("app.home.lead"))
    with st.spinner(say("app.loading")):
        workspace = resources.get_workspace()
        generation = workspace.generation
    _draw_box(workspace)
    draft: Subject | None = st.session_state[state.DRAFT]
    error: InputError | None = st.session_state[state.DRAFT_ERROR]
    if error is not None:
        notices.draw_error(error)
    elif draft is not None:
        _draw_result(workspace, draft)
    st.divider()
    st.caption(_say_holdings(workspace, generation.manifest.counts["items"]))
    address.publish({})
    # Last: while the models load, every page is slow to come.
    resources.warm_up(workspace)


def _draw_box(workspace: Workspace) -> None:
    with st.form(state.HOME_FORM, border=False):
        title = st.text_input(
            say("app.home.text_title"),
            key=state.HOME_TITLE,
            max_chars=MAX_TITLE_CHARS,
            placeholder=say("app.home.text_title_hint"),
            persist_state="session",
        )
        body = st.text_area(
            say("app.home.text"),
            key=state.HOME_TEXT,
            height=170,
            placeholder=say("app.home.text_hint"),
            persist_state="session",
        )
        with st.container(horizontal=True, vertical_alignment="center"):
            is_asked = st.form_submit_button(
                say("app.home.submit"), type="primary", key=state.HOME_SUBMIT
            )
            is_example = st.form_submit_button(
                say("app.home.example"),
                type="tertiary",
                key=state.HOME_EXAMPLE,
                on_click=_fill_in_example,
            )
    if is_example:
        title, body = st.session_state[state.HOME_TITLE], st.session_state[state.HOME_TEXT]
    if is_asked or is_example:
        _prepare(workspace, title=title or "", body=body or "")


def _fill_in_example() -> None:
    st.session_state[state.HOME_TITLE] = say("app.home.example_title")
    st.session_state[state.HOME_TEXT] = say("app.home.example_text")


def _prepare(workspace: Workspace, *, title: str, body: str) -> None:
    st.session_state[state.DRAFT] = st.session_state[state.PROJECT_HELD] = None
    st.session_state[state.DRAFT_ERROR] = None
    if not f"{title}{body}".strip():
        st.session_state[state.DRAFT_ERROR] = InputError("text_blank")
        return
    with st.spinner(say("app.home.working")):
        try:
            st.session_state[state.DRAFT] = make_draft(workspace, title=title, abstract=body)
        except InputError as error:
            st.session_state[state.DRAFT_ERROR] = error


def _draw_result(workspace: Workspace, draft: Subject) -> None:
    markup.draw_heading(say("app.home.result"), place=draft.title)
    fit.draw_fit(workspace, draft)
    if draft.prepared.obstacle:  # nothing can be close to a text that is not read
        return
    st.subheader(say("app.close.title"), anchor=False)
    projects.draw_close(workspace, draft)
    st.page_link(
        navigation.build_page(navigation.PARTNERS),
        label=say("app.home.partners"),
        query_params={"subject": "draft", "lang": state.language()},
        icon=":material/group_add:",
    )


def _say_holdings(workspace: Workspace, n_items: int) -> str:
    generation = workspace.generation
    kinds = [document.kind for document in generation.documents.values()]
    counts = generation.manifest.counts
    status = resources.load_status(workspace)
    held = say(
        "app.home.holdings",
        roadmaps=say_count("roadmap", kinds.count(DocumentKind.ROADMAP)),
        programmes=say_count("programme", kinds.count(DocumentKind.PROGRAMME)),
        items=say_count("item", n_items),
        projects=say_count("project", counts["projects"]),
        organisations=say_count("organisation", counts["organisations"]),
    )
    built = say("app.home.built", moment=say_moment(status.built_at)) if status.built_at else ""
    fresh = say("app.status.fresh" if status.is_up_to_date else "app.status.stale")
    return f"{held} {built} {fresh}"


draw()
