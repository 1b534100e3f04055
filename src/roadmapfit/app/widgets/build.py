"""Starting a build, watching it, stopping it."""

from __future__ import annotations

import streamlit as st

from roadmapfit.app import resources, state
from roadmapfit.app.jobs import Job, JobBoard, JobState
from roadmapfit.app.widgets import notices, running
from roadmapfit.app.words import plain, say, say_error
from roadmapfit.errors import RoadmapFitError
from roadmapfit.workspace import Workspace


def start(workspace: Workspace) -> None:
    """Start a build of the workspace, unless one runs."""
    _get_board(workspace).start(resources.get_encoder())


def draw_build(workspace: Workspace) -> None:
    """Draw the build that runs or how the last one ended, and offer one that is due."""
    job = _get_board(workspace).current
    if job is not None and job.state is JobState.RUNNING:
        running.watch(job, area="build")
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


def _draw_end(job: Job[None]) -> None:
    if job.state is JobState.DONE:
        st.success(say("app.build.done"), icon=":material/check:")
    elif job.state is JobState.CANCELLED:
        st.info(say("app.build.cancelled"))
    elif job.error is not None:
        notices.draw_error(job.error)
    else:
        st.error(say("app.build.failed"))
