"""Starting a build, watching it, stopping it."""

from __future__ import annotations

import streamlit as st

from roadmapfit.app import resources, state
from roadmapfit.app.jobs import Job, JobBoard, JobState
from roadmapfit.app.widgets import notices
from roadmapfit.app.words import is_said, plain, say, say_error, say_number
from roadmapfit.errors import RoadmapFitError
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
    if job is not None and job.is_news:
        _draw_end(job)
    reason = _find_reason(workspace)
    if not reason:
        return
    with st.container(border=True, key="rf-build"):
        st.markdown(reason)
        st.button(
            say("app.build.start"),
            key=state.key("build.start"),
            on_click=start,
            args=(workspace,),
            type="primary",
        )


def _find_reason(workspace: Workspace) -> str:
    """Say why a build is due; empty when none is."""
    if not workspace.is_built:
        return say("app.build.first")
    try:
        resources.check_index(workspace)
    except RoadmapFitError as error:  # a build over it is the remedy
        return plain(say_error(error))
    return "" if workspace.is_up_to_date() else say("app.build.due")


def _get_board(workspace: Workspace) -> JobBoard:
    return resources.get_jobs(str(workspace.directory.resolve()))


@st.fragment(run_every=POLL_S)
def _watch(job: Job[None]) -> None:
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


def _draw_end(job: Job[None]) -> None:
    if job.state is JobState.DONE:
        st.success(say("app.build.done"), icon=":material/check:")
    elif job.state is JobState.CANCELLED:
        st.info(say("app.build.cancelled"))
    elif job.error is not None:
        notices.draw_error(job.error)
    else:
        st.error(say("app.build.failed"))
