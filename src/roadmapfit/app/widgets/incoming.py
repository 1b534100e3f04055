"""A file on its way in: read and saved beside the sessions, shown as it was understood."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from roadmapfit.app import resources, state
from roadmapfit.app.imports import Import, ImportBoard, Preview, list_inbox
from roadmapfit.app.jobs import Job, JobState
from roadmapfit.app.widgets import columns, markup, notices, problems, running, tree
from roadmapfit.app.words import plain, say, say_count, say_number
from roadmapfit.kept import parse_correction
from roadmapfit.readers import KNOWN_SUFFIXES, Proposal, read_proposal
from roadmapfit.workspace import Workspace

UPLOAD_TYPES = tuple(suffix.removeprefix(".") for suffix in KNOWN_SUFFIXES)
BROUGHT = ("documents", "items", "projects", "organisations", "participations", "decisions")


def draw_upload(workspace: Workspace) -> None:
    """Draw the ways to bring a file, or the one that is on its way."""
    st.subheader(say("app.sources.add"), anchor=False)
    board = _get_imports(workspace)
    token = st.session_state[state.SOURCES_IMPORT]
    held = board.find(token) if token else None
    if token and held is None:  # the server was started anew, or too many came after it
        st.session_state[state.SOURCES_IMPORT] = None
        st.info(say("app.sources.gone"))
    if held is None:
        _draw_picker(workspace, board)
    else:
        _draw_import(workspace, held)


def _get_imports(workspace: Workspace) -> ImportBoard:
    return resources.get_imports(str(workspace.directory.resolve()))


def _draw_picker(workspace: Workspace, board: ImportBoard) -> None:
    uploaded = st.file_uploader(
        say("app.sources.upload"),
        type=UPLOAD_TYPES,
        key=state.key(state.SOURCES_FILE, st.session_state[state.SOURCES_ROUND]),
        help=say("app.sources.upload_help"),
    )
    if uploaded is not None:
        _start(workspace, board.take_upload(uploaded.name, uploaded.getvalue()))
        st.rerun()
    inbox = resources.find_inbox()
    if inbox is None:
        st.caption(say("app.sources.no_inbox"))
        return
    names = list_inbox(inbox)
    if not names:
        st.caption(say("app.sources.empty_inbox"))
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            say("app.sources.inbox"),
            names,
            index=None,
            key=state.SOURCES_INBOX,
            placeholder=say("app.sources.inbox_hint"),
            help=say("app.sources.inbox_help"),
        )
        is_asked = st.button(
            say("app.sources.inbox_read"), key=state.key("sources.inbox_read"), disabled=not chosen
        )
    if is_asked and chosen in names:
        _start(workspace, board.take_path(inbox / chosen))
        st.rerun()


def _start(workspace: Workspace, held: Import) -> None:
    """Read a file beside the session; a file picker is emptied by giving it another key."""
    held.read(workspace)
    st.session_state[state.SOURCES_IMPORT] = held.token
    st.session_state[state.SOURCES_ROUND] += 1


def _draw_import(workspace: Workspace, held: Import) -> None:
    """Draw a file that is being read, could not be, was read, or is being saved."""
    if held.saving is not None and _draw_saving(workspace, held, held.saving):
        return
    reading = held.reading
    if reading is None:
        return
    reading.wait(running.SOON_S)  # a small file is shown at once
    if reading.state is JobState.RUNNING:
        running.watch(reading, area="sources", name=held.name, on_stop=lambda: _drop(workspace))
        return
    if held.read_as:
        st.session_state[state.SOURCES_READ_AS] = held.read_as
        tree.draw_read_as(on_change=_read_as, args=(workspace, held))
    if reading.result is not None:
        _draw_preview(workspace, held, reading.result)
        return
    if reading.error is not None and reading.error.code == "mapping_needed":
        if columns.draw_columns(workspace, held.path):
            held.read(workspace)
            st.rerun()
    else:
        _draw_failure(reading)
    _draw_drop(workspace, "other_file")


def _draw_saving(workspace: Workspace, held: Import, saving: Job[None]) -> bool:
    """Draw a file that is being saved, or how that ended; say whether it is still going on."""
    saving.wait(running.SOON_S)
    if saving.state is JobState.RUNNING:
        running.watch(saving, area="sources", name=held.name)
        return True
    if saving.state is JobState.DONE:
        st.session_state[state.SOURCES_DONE] = held.name
        _drop(workspace)
        st.rerun()
    if saving.state is JobState.CANCELLED:
        st.info(say("app.sources.save_stopped"))
    else:
        _draw_failure(saving)
    return False


def _read_as(workspace: Workspace, held: Import) -> None:
    held.read(workspace, read_as=st.session_state[state.SOURCES_READ_AS])


def _draw_failure(job: Job[Preview] | Job[None]) -> None:
    if job.error is not None:
        notices.draw_error(job.error)
    else:
        st.error(say("app.sources.failed"))


def _draw_tree(held: Import, preview: Preview, proposal: Proposal) -> Preview:
    """Draw a document's tree with its correction; return what is to be saved."""
    if preview.correction is not None:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(say("app.tree.kept"), width="content")
            st.button(
                say("app.tree.undo"),
                key=state.key("sources.tree_undo"),
                on_click=_restore_proposal,
                args=(held, preview.read_as, proposal.markdown),
                type="tertiary",
                icon=":material/undo:",
            )
    given = preview.correction.markdown if preview.correction else proposal.markdown
    place = st.container()
    key = _name_editor(held, preview.read_as)
    markdown = tree.draw_editor(key, held.edited.get(preview.read_as, given))
    held.edited[preview.read_as] = markdown  # a reload finds it again
    batch = preview.batch
    if markdown != given:
        batch = read_proposal(proposal, markdown=markdown)
    with place:
        tree.draw_tree(batch)
    source = parse_correction(proposal.markdown)
    correction = replace(source, markdown=markdown) if source is not None else None
    return replace(preview, batch=batch, correction=correction)


def _name_editor(held: Import, read_as: str) -> str:
    return f"{held.token}.{read_as}"


def _restore_proposal(held: Import, read_as: str, markdown: str) -> None:
    """Take the tree as it was first proposed in the place of the corrected one."""
    held.edited[read_as] = markdown
    tree.set_editor(_name_editor(held, read_as), markdown)


def _draw_preview(workspace: Workspace, held: Import, preview: Preview) -> None:
    st.markdown(say("app.sources.understood", name=plain(preview.name)))
    if preview.proposal is not None:
        preview = _draw_tree(held, preview, preview.proposal)
    batch = preview.batch
    # What there is none of has no place in the file.
    brought = {name: len(getattr(batch, name)) for name in BROUGHT if getattr(batch, name)}
    if brought:
        markup.draw_figures([_count(name.removesuffix("s"), n) for name, n in brought.items()])
    for tally in batch.tallies:
        st.caption(
            say(
                f"cli.tally.{tally.unit}",
                file=plain(tally.file),
                n_rows=say_number(tally.n_rows),
                n_kept=say_number(tally.n_kept),
                n_refused=say_number(tally.n_refused),
            )
        )
    has_refused = any(tally.n_refused for tally in batch.tallies)
    problems.draw_problems(batch.problems, name=f"preview.{preview.name}", is_open=has_refused)
    if not brought:
        st.info(say("app.sources.all_refused" if has_refused else "app.sources.empty"))
        _draw_drop(workspace, "other_file")
        return
    if has_refused:
        st.info(say("app.sources.keeps_good"))
    if any(source.name == preview.name for source in workspace.load_sources()):
        st.caption(say("app.sources.replaces", name=plain(preview.name)))
    with st.container(horizontal=True):
        st.button(
            say("app.sources.save"),
            key=state.key("sources.save"),
            on_click=_save,
            args=(workspace, held, preview),
            type="primary",
        )
        _draw_drop(workspace)


def _draw_drop(workspace: Workspace, words: str = "drop") -> None:
    st.button(
        say(f"app.sources.{words}"),
        key=state.key("sources.drop"),
        on_click=_drop,
        args=(workspace,),
    )


def _count(noun: str, n: int) -> tuple[str, str]:
    """Return a number and the noun that goes with it, in the singular or plural."""
    number = say_number(n)
    return number, say_count(noun, n).removeprefix(number).strip()


def _save(workspace: Workspace, held: Import, preview: Preview) -> None:
    board = resources.get_jobs(str(workspace.directory.resolve()))
    held.save(workspace, preview, board=board, encoder=resources.get_encoder())


def _drop(workspace: Workspace) -> None:
    """Forget the file, and stop reading it."""
    token = st.session_state[state.SOURCES_IMPORT]
    st.session_state[state.SOURCES_IMPORT] = None
    if token:
        _get_imports(workspace).drop(token)
