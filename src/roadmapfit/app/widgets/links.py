"""Which records are held to be one: seen, taken apart, and put together again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from roadmapfit.app import resources, state
from roadmapfit.app.jobs import Job, JobBoard, JobState
from roadmapfit.app.widgets import notices, running
from roadmapfit.app.widgets.pager import take_page
from roadmapfit.app.words import plain, say, say_count, say_share
from roadmapfit.errors import RoadmapFitError
from roadmapfit.portfolio import fold
from roadmapfit.store import KeptLink
from roadmapfit.workspace import Workspace

PAGE_SIZE = 10


def draw_links(workspace: Workspace) -> None:
    """Draw all links of a workspace, and the way to look for more."""
    st.subheader(say("app.links.title"), anchor=False)
    board = resources.get_jobs(str(workspace.directory.resolve()))
    job = board.linking
    if job is not None:
        job.wait(running.SOON_S)
    if job is not None and job.state is JobState.RUNNING:
        running.watch(job, area="links")
        return
    if job is not None and running.is_untold(job, state.LINKS_TOLD):
        _draw_end(job)
    links = workspace.load_links()
    st.caption(say("app.links.lead" if links else "app.links.none"))
    st.button(
        say("app.links.search"),
        key=state.key("links.search"),
        on_click=lambda: _search(workspace, board),
        icon=":material/join_inner:",
        help=say("app.links.search_help"),
    )
    if links:
        n_undone = sum(each.is_undone for each in links)
        n, apart = say_count("link", len(links)), say_count("apart", n_undone)
        st.caption(say("app.links.counts", n=n, apart=apart) if n_undone else f"{n}.")
        # Its title never changes: another one would be another line, and closed.
        title = say("app.links.list")
        with st.expander(title, key=state.key("links.list"), on_change="rerun") as opened:
            if opened.open:
                _draw_list(workspace, links)


def _draw_end(job: Job[int]) -> None:
    if job.result == 0:
        st.info(say("app.links.nothing"))
    elif job.result is not None:
        st.success(say("app.links.found", n=say_count("link", job.result)))
    elif job.state is JobState.CANCELLED:
        st.info(say("app.links.stopped"))
    elif job.error is not None:
        notices.draw_error(job.error)
    else:
        st.error(say("app.source_change.failed"))


def _search(workspace: Workspace, board: JobBoard) -> None:
    board.start_linking(workspace)


def _draw_list(workspace: Workspace, links: Sequence[KeptLink]) -> None:
    ends = (end for each in links for end in (each.link.left_id, each.link.right_id))
    names = workspace.name_records(dict.fromkeys(ends))
    wanted = st.text_input(say("app.links.filter"), key=state.LINKS_SEARCH) or ""
    words = fold(wanted).split()
    found = [each for each in links if _holds(each, names, words)]
    if not found:
        st.caption(say("app.links.none_found"))
        return
    for each in take_page(found, size=PAGE_SIZE, key=state.key("links", *words)):
        link = each.link
        known, other = (
            f"**{plain(names[end])}** ({plain(end)})" if end in names else f"**{plain(end)}**"
            for end in (link.left_id, link.right_id)
        )
        said = say(
            f"app.links.{'apart' if each.is_undone else 'same'}.{link.kind}",
            first=known,
            other=other,
            method=say(f"cli.link.{link.method}"),
            evidence=plain(link.evidence),
            share=say_share(link.confidence),
        )
        draw_link(workspace, each, said=said)


def _holds(kept: KeptLink, names: Mapping[str, str], words: Sequence[str]) -> bool:
    link = kept.link
    ends = (link.left_id, link.right_id)
    text = fold(" ".join((*ends, *(names.get(end, "") for end in ends))))
    return all(word in text for word in words)


def draw_link(workspace: Workspace, kept: KeptLink, *, said: str) -> None:
    """Draw one link in words, with the button that undoes it or takes that back."""
    pair = (kept.link.left_id, kept.link.right_id)
    with st.container(horizontal=True, vertical_alignment="center"):
        with st.container(width="stretch"):
            st.markdown(said)
        st.button(
            say("app.partners.rejoin" if kept.is_undone else "app.partners.part"),
            key=state.key("partners.link", *pair),
            on_click=_mark,
            args=(workspace, pair),
            kwargs={"is_undone": not kept.is_undone},
            icon=":material/undo:" if kept.is_undone else ":material/call_split:",
        )
    failed = st.session_state[state.LINKS_ERROR]
    if failed is not None and failed[0] == pair:
        notices.draw_error(failed[1])


def _mark(workspace: Workspace, pair: tuple[str, str], *, is_undone: bool) -> None:
    try:
        workspace.mark_link(*pair, is_undone=is_undone)
    except RoadmapFitError as error:
        st.session_state[state.LINKS_ERROR] = (pair, error)
    else:
        st.session_state[state.LINKS_ERROR] = None
        st.toast(say("app.partners.after_build"))
