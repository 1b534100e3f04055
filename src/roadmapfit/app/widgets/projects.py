"""Projects as links, and projects that are close to a text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from roadmapfit.analysis import load_meeting_passages
from roadmapfit.app import navigation, resources, state
from roadmapfit.app.answers.project import load_close_projects
from roadmapfit.app.subjects import Subject
from roadmapfit.app.widgets import evidence, markup
from roadmapfit.app.widgets.pager import count_shown, draw_more, take_page
from roadmapfit.app.words import name_project, plain, say, shorten
from roadmapfit.workspace import Workspace

PAGE_SIZE, N_CLOSE = 12, 5


def draw_links(
    workspace: Workspace,
    project_ids: Sequence[str],
    *,
    key: str,
    put_in: Mapping[str, str] | None = None,
) -> None:
    """Draw a list of projects, each a link to its page.

    ``put_in`` names those that are in no workspace, by id: they have no page.
    """
    heads = workspace.generation.project_heads
    for project_id in take_page(project_ids, size=PAGE_SIZE, key=key):
        if put_in and project_id in put_in:
            st.markdown(plain(shorten(put_in[project_id], 110)))
        else:
            draw_link(name_project(heads[project_id]), project_id)


def draw_link(label: str, project_id: str) -> None:
    """Draw a link to a project's page."""
    st.page_link(
        navigation.build_page(navigation.PROJECT),
        label=plain(shorten(label, 110)),
        query_params={"project": project_id, "lang": state.language()},
        icon=":material/arrow_forward:",
    )


def draw_close(workspace: Workspace, subject: Subject) -> None:
    """Draw the projects that share a text's words, aim or field, with what meets."""
    close = load_close_projects(resources.get_version(), workspace, subject.key, subject.prepared)
    if not close:
        st.caption(say("app.close.none"))
        return
    generation = workspace.generation
    st.caption(say("app.close.note"))
    more_key = state.key("close.shown", subject.key)
    n_shown = count_shown(more_key, first=N_CLOSE, n=len(close))
    for each in close[:n_shown]:
        other = generation.project_heads[each.project_id]
        title = f"**{say(f'closeness.{each.closeness}')}** – {plain(name_project(other))}"
        with st.expander(
            title, key=state.key("close", subject.key, each.project_id), on_change="rerun"
        ) as opened:
            if not opened.open:
                continue
            for own, passage in load_meeting_passages(workspace, subject.prepared, each):
                markup.draw_evidence(
                    markup.Side(say("app.close.own", field=evidence.name_field(own)), own.text),
                    markup.Side(
                        shorten(other.label, 60),
                        passage.text,
                        invented=say("app.invented") if other.is_invented else "",
                    ),
                    note=say("app.close.pair"),
                    is_lexical=True,
                )
            draw_link(say("app.close.open", name=other.label), each.project_id)
    draw_more(more_key, n_shown=n_shown, n=len(close), step=N_CLOSE, words="app.close.more")
