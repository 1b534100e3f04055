"""Long work that runs beside the sessions: how far it is, and a way to stop it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from roadmapfit.app import state
from roadmapfit.app.jobs import Job, JobState, Progress
from roadmapfit.app.words import is_said, plain, say, say_number

POLL_S = 1.0
# So long a page waits for short work, so that its end is shown at once.
SOON_S = 0.6
# Stages told in bytes, rows or tables, which nobody counts; the others are counted.
_IN_SHARES = frozenset(("read", "save", "remove", "restore", "link_organisations", "link_projects"))
# What is being made durable is neither stopped nor half done.
_LAST = "commit"


def is_untold(job: Job[Any], key: str) -> bool:
    """Say whether a session is still to be told how work ended, and take it as told.

    Work that ended lately is told to each session once, to one that came by a reload too.
    """
    if job is st.session_state[key] or not job.is_news:
        return False
    st.session_state[key] = job
    return True


@st.fragment(run_every=POLL_S)
def watch(
    job: Job[Any], *, area: str, name: str = "", on_stop: Callable[[], None] | None = None
) -> None:
    """Draw the progress again every second, and the whole page when the work ends.

    Parameters
    ----------
    job
        The work.
    area
        The page or part it belongs to: names its keys, and the messages
        ``app.<area>.stopping`` and ``app.<area>.may_leave``.
    name
        What is worked on, as its reader called it.
    on_stop
        What the button does; the work is asked to stop unless told otherwise.
    """
    if job.state is not JobState.RUNNING:
        st.rerun(scope="app")
    progress = job.progress
    with st.container(border=True, key=f"rf-running-{area}"):
        said = _say_progress(progress)
        st.progress(progress.share, text=f"{plain(name)} – {said}" if name else said)
        if job.is_stopping:
            st.caption(say(f"app.{area}.stopping"))
        elif progress.stage != _LAST:
            st.button(
                say("app.build.cancel"),
                key=state.key(area, "cancel"),
                on_click=on_stop or job.cancel,
            )
        st.caption(say(f"app.{area}.may_leave"))


def _say_progress(progress: Progress) -> str:
    key = f"app.stage.{progress.stage}"
    stage = say(key) if is_said(key) else say("app.stage.start")
    if progress.total <= 1:
        return stage
    if progress.stage in _IN_SHARES:
        return f"{stage} {say('app.per_cent', n=say_number(100 * progress.share))}"
    counted = say("app.of", part=say_number(progress.done), whole=say_number(progress.total))
    return f"{stage} {counted}"
