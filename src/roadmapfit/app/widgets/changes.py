"""Removing a source, putting it back, deleting it for good: beside the sessions."""

from __future__ import annotations

import streamlit as st

from roadmapfit.app import resources, state
from roadmapfit.app.jobs import ChangedSource, Job, JobBoard, JobState, SourceChange
from roadmapfit.app.widgets import notices, running
from roadmapfit.app.words import parse_moment, plain, say, say_count, say_moment, say_number
from roadmapfit.workspace import Workspace

_WAYS_BACK = {
    SourceChange.RESTORE: ":material/undo:",
    SourceChange.FORGET: ":material/delete_forever:",
}


def draw_change(workspace: Workspace) -> bool:
    """Draw the change that runs, or say once how the last one ended; say whether one runs."""
    job = _get_board(workspace).changing
    if job is None:
        return False
    job.wait(running.SOON_S)
    if job.state is JobState.RUNNING:
        running.watch(job, area="source_change", name=job.subject)
        return True
    if running.is_untold(job, state.CHANGE_TOLD):
        _draw_end(workspace, job)
    return False


def draw_removal(workspace: Workspace, name: str, *, is_busy: bool) -> None:
    """Draw the way to remove a source, which asks once more; not while another is changed."""
    with st.popover(
        say("app.sources.remove"),
        type="tertiary",
        icon=":material/delete:",
        key=state.key("sources.remove", name),
        disabled=is_busy,
    ):
        st.markdown(say("app.sources.remove_sure", name=plain(name)))
        st.button(
            say("app.sources.remove_yes"),
            key=state.key("sources.remove_yes", name),
            on_click=_start,
            args=(workspace, SourceChange.REMOVE, name),
            type="primary",
            disabled=is_busy,
        )


def draw_removed(workspace: Workspace, *, is_busy: bool) -> None:
    """Draw the sources that were removed and can be put back, whatever happened since."""
    removed = workspace.load_removed()
    if not removed:
        return
    with st.expander(
        say("app.sources.removed_list", n=say_count("source", len(removed))),
        key=state.key("sources.removed_list"),
    ):
        st.caption(say("app.sources.removed_note"))
        for each in removed:
            with st.container(horizontal=True, vertical_alignment="center"):
                moment = say_moment(parse_moment(each.removed_at))
                st.markdown(say("app.sources.removed_line", name=plain(each.name), moment=moment))
                for change, icon in _WAYS_BACK.items():
                    st.button(
                        say(f"app.sources.{change}"),
                        key=state.key("sources", change, each.name),
                        on_click=_start,
                        args=(workspace, change, each.name),
                        type="secondary" if change is SourceChange.RESTORE else "tertiary",
                        icon=icon,
                        disabled=is_busy,
                    )


def _draw_end(workspace: Workspace, job: Job[ChangedSource]) -> None:
    if job.result is not None:
        _draw_made(workspace, job.result)
    elif job.state is JobState.CANCELLED:
        st.info(say("app.source_change.stopped", name=plain(job.subject)))
    elif job.error is not None:
        notices.draw_error(job.error)
    else:
        st.error(say("app.source_change.failed"))


def _draw_made(workspace: Workspace, made: ChangedSource) -> None:
    """Say what was done, beside what takes it back."""
    st.success(
        say(
            f"app.source_change.{made.change}",
            name=plain(made.name),
            n=say_number(made.n_records),
        )
    )
    if made.change is SourceChange.REMOVE:
        st.button(
            say("app.sources.undo_removal"),
            key=state.key("sources.undo_removal"),
            on_click=_start,
            args=(workspace, SourceChange.RESTORE, made.name),
            icon=":material/undo:",
        )


def _start(workspace: Workspace, change: SourceChange, name: str) -> None:
    _get_board(workspace).start_change(workspace, change, name)


def _get_board(workspace: Workspace) -> JobBoard:
    return resources.get_jobs(str(workspace.directory.resolve()))
