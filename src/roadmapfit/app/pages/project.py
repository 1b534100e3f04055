"""One project: its fit, its evidence, what is close to it."""

from __future__ import annotations

import streamlit as st

from roadmapfit.app import address, navigation, resources, state
from roadmapfit.app.subjects import SUBJECTS, Subject, load_subject
from roadmapfit.app.widgets import fit, markup, project_file, projects, revision, sheet, walk
from roadmapfit.app.widgets.choice import draw_project_choice
from roadmapfit.app.words import is_said, label, say, say_count, say_full_euros
from roadmapfit.generation import Generation
from roadmapfit.records import Project
from roadmapfit.workspace import Workspace


def draw() -> None:
    """Draw the page."""
    st.title(say("app.project.title"), anchor=False)
    with st.spinner(say("app.loading")):
        workspace = resources.get_workspace()
        generation = workspace.generation
    st.segmented_control(
        say("app.project.source"),
        SUBJECTS,
        format_func=label(SUBJECTS, lambda name: say(f"app.subject.{name}")),
        key=state.PROJECT_SOURCE,
        required=True,
        label_visibility="collapsed",
        persist_state="session",
    )
    if st.session_state[state.PROJECT_SOURCE] == "draft":
        _draw_draft(workspace)
        return
    if not generation.project_heads:
        address.publish({})
        st.info(say("app.project.none"))
        _draw_way_to_paste()
        return
    project_id = draw_project_choice(workspace)
    address.publish({"project": project_id} | fit.describe_address())
    if project_id is not None:
        _draw_subject(workspace, load_subject(workspace, project_id))
    else:
        st.caption(say("app.project.choose_first"))
        _draw_way_to_browse()
        _draw_way_to_paste()


def _draw_draft(workspace: Workspace) -> None:
    subject = project_file.draw_file(workspace)
    token = st.session_state[state.PROJECT_HELD]
    address.publish({"file": token} | fit.describe_address())
    if subject is not None:
        _draw_subject(workspace, subject)
    elif not token:
        _draw_way_to_paste()


def _draw_way_to_browse() -> None:
    st.page_link(
        navigation.build_page(navigation.PORTFOLIO),
        label=say("app.project.browse"),
        query_params={"lang": state.language()},
        icon=":material/arrow_forward:",
    )


def _draw_way_to_paste() -> None:
    st.page_link(
        navigation.build_page(navigation.HOME),
        label=say("app.project.paste"),
        query_params={"lang": state.language()},
        icon=":material/arrow_forward:",
    )


def _draw_subject(workspace: Workspace, subject: Subject) -> None:
    if subject.project is None:
        markup.draw_heading(subject.title or say("app.project.untitled"))
        markup.draw_text(subject.abstract, summary=say("app.project.read_text"))
    else:
        walk.draw_walk(workspace, subject)
        _draw_record(workspace.generation, subject.project)
    sheet.draw_sheet(workspace, subject)
    st.subheader(say("app.project.fit"), anchor=False)
    fit.draw_fit(workspace, subject)
    revision.draw_revision(workspace, subject)
    if subject.prepared.obstacle:  # nothing can be close to a text that is not read
        return
    st.subheader(say("app.close.title"), anchor=False)
    projects.draw_close(workspace, subject)
    st.subheader(say("app.page.partners"), anchor=False)
    st.page_link(
        navigation.build_page(navigation.PARTNERS),
        label=say("app.project.partners"),
        query_params=_partners_address(subject),
        icon=":material/group_add:",
    )


def _partners_address(subject: Subject) -> dict[str, str]:
    if subject.project is not None:
        return {"project": subject.project.id, "lang": state.language()}
    token = st.session_state[state.PROJECT_HELD]
    file = {"file": token} if token else {}
    return {"subject": "draft", **file, "lang": state.language()}


def _say_status(project: Project) -> str:
    """Name a status; sources have words of their own, which stay as they are."""
    key = f"app.project_status.{project.status.lower()}"
    return say(key) if is_said(key) else project.status


def _draw_record(generation: Generation, project: Project) -> None:
    facts = [project.acronym, project.programme, str(project.year or ""), _say_status(project)]
    markup.draw_heading(
        project.title,
        place=" · ".join(fact for fact in facts if fact),
        invented=say("app.invented") if project.is_invented else "",
    )
    markup.draw_text(project.abstract)
    own = generation.participations.get(project.id, [])
    if not own:
        return
    rows = []
    for each in own:
        organisation = generation.organisations.get(each.organisation_id)
        if organisation is None:
            continue
        invented = f" ({say('app.invented')})" if organisation.is_invented else ""
        rows.append(
            (
                f"{organisation.name}{invented}",
                say(f"role.{each.role}"),
                say(f"kind.{organisation.kind}"),
                " · ".join(part for part in (organisation.territory, organisation.country) if part),
                "–" if each.funding_eur is None else say_full_euros(each.funding_eur),
            )
        )
    names = ("organisation", "role", "kind", "place", "funding")
    header = [say(f"app.column.{name}") for name in names]
    total = "–" if project.funding_eur is None else say_full_euros(project.funding_eur)
    members = say_count("organisation", len(rows))
    with st.expander(
        say("app.project.consortium", members=members, total=total),
        type="compact",
        key=state.key("project.consortium", project.id),
    ):
        markup.draw_table(header, rows, caption=say("app.project.consortium_caption"))


draw()
