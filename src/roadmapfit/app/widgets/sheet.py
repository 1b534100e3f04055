"""A project's sheet: prepared when asked for, then saved as Word or as a page to print."""

from __future__ import annotations

from functools import partial

import streamlit as st

from roadmapfit.app import resources, state
from roadmapfit.app.answers.project import load_sheet
from roadmapfit.app.subjects import Subject
from roadmapfit.app.uploads import suggest_name
from roadmapfit.app.widgets import notices
from roadmapfit.app.words import say
from roadmapfit.errors import RoadmapFitError
from roadmapfit.report.sheet_file import SHEET_KINDS, write_sheet
from roadmapfit.workspace import Workspace


@st.fragment
def draw_sheet(workspace: Workspace, subject: Subject) -> None:
    """Draw the button that prepares the sheet, then those that save it."""
    if st.session_state[state.SHEET_READY] != subject.key:
        st.button(
            say("app.sheet.prepare"),
            key=state.key("sheet.prepare", subject.key),
            on_click=_ask,  # before the run, in which the button is no longer drawn
            args=(subject.key,),
            icon=":material/description:",
            help=say("app.sheet.help"),
        )
        return
    try:
        with st.spinner(say("app.sheet.working")):
            sheet = load_sheet(
                resources.get_judged_version(),
                workspace,
                subject.key,
                subject.prepared,
                title=subject.title,
                abstract=subject.abstract,
            )
    except RoadmapFitError as error:  # a fragment runs outside main's care
        st.session_state[state.SHEET_READY] = None
        notices.draw_error(error)
        return
    language = state.language()
    with st.container(horizontal=True):
        for kind, mime in SHEET_KINDS.items():
            st.download_button(
                say(f"app.sheet.{kind}"),
                data=partial(write_sheet, sheet, kind=kind, language=language),
                file_name=f"{suggest_name(subject.title)}.{kind}",
                mime=mime,
                key=state.key("sheet", kind, subject.key),
                on_click="ignore",
                icon=":material/download:",
            )


def _ask(subject_key: str) -> None:
    st.session_state[state.SHEET_READY] = subject_key
