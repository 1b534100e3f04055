"""Starting a build, watching it, stopping it."""

from __future__ import annotations

import streamlit as st

from roadmapfit.app import resources, state
from roadmapfit.app.jobs import BuildJob, JobBoard, JobState
from roadmapfit.app.widgets import notices
from roadmapfit.app.words import is_said, say, say_number
from roadmapfit.workspace import Workspace

POLL_S = 1.0


def start(workspace: Workspace) -> None:
    """Start a build of the workspace, unless one runs."""
    _get_board(workspace).start(resources.get_encoder())


def draw_build(workspace: Workspace) -> None:
    """Draw the build that runs or how the last one ended, and offer one that is due."""
    job = _get_board(workspace).current
    if job is not None and job.state is JobState.RUNNING:
        _watch(job)
        return
    if job is not None:
        _draw_end(job)
    if workspace.is_built and workspace.is_up_to_date():
        return
    with st.container(border=True, key="rf-build"):
        st.markdown(say("app.build.due" if workspace.is_built else "app.build.first"))
        st.button(
            say("app.build.start"),
            key=state.key("build.start"),
            on_click=start,
            args=(workspace,),
            type="primary",
        )


def _get_board(workspace: Workspace) -> JobBoard:
    return resources.get_jobs(str(workspace.directory.resolve()))


@st.fragment(run_every=POLL_S)
def _watch(job: BuildJob) -> None:
    """Draw the progress again every second, and the whole page when the build ends."""
    if job.state is not JobState.RUNNING:
        st.rerun(scope="app")
    progress = job.progress
    key = f"app.stage.{progress.stage}"
    stage = say(key) if is_said(key) else say("app.stage.start")
    counted = (
        say("app.of", part=say_number(progress.done), whole=say_number(progress.total))
        if progress.total > 1
        else ""
    )
    with st.container(border=True, key="rf-build"):
        st.progress(progress.share, text=f"{stage} {counted}".strip())
        if job.is_stopping:
            st.caption(say("app.build.stopping"))
        else:
            st.button(say("app.build.cancel"), key=state.key("build.cancel"), on_click=job.cancel)
        st.caption(say("app.build.may_leave"))


def _draw_end(job: BuildJob) -> None:
    if job.state is JobState.DONE:
        st.success(say("app.build.done"), icon=":material/check:")
    elif job.state is JobState.CANCELLED:
        st.info(say("app.build.cancelled"))
    elif job.error is not None:
        notices.draw_error(job.error)
    else:
        st.error(say("app.build.failed"))
