"""A file on its way in: read, shown as it was understood, saved or dropped."""

from __future__ import annotations

from dataclasses import dataclass, replace

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from roadmapfit.app import state
from roadmapfit.app.uploads import (
    clean_name,
    hash_content,
    is_document_upload,
    propose_upload,
    read_upload,
)
from roadmapfit.app.widgets import build, columns, markup, notices, problems, tree
from roadmapfit.app.words import plain, say, say_number
from roadmapfit.errors import RoadmapFitError
from roadmapfit.intake import Reading
from roadmapfit.kept import Correction, parse_correction, read_correction
from roadmapfit.readers import KNOWN_SUFFIXES, Proposal, read_proposal
from roadmapfit.records import Batch
from roadmapfit.workspace import Workspace

UPLOAD_TYPES = tuple(suffix.removeprefix(".") for suffix in KNOWN_SUFFIXES)
TABLES = ("documents", "items", "projects", "organisations", "participations")
BROUGHT = (*TABLES, "decisions")


@dataclass(frozen=True, slots=True)
class Preview:
    """A file that was read and not yet saved.

    ``proposal`` is there for a document alone, ``read_as`` says what it was taken for,
    and ``correction`` is the tree as it was corrected before or is now.
    """

    file_id: str
    name: str
    content_hash: str
    batch: Batch
    proposal: Proposal | None = None
    read_as: str = ""
    correction: Correction | None = None


def draw_upload(workspace: Workspace) -> None:
    """Draw the file picker, what was understood of a file, and how the last one ended."""
    st.subheader(say("app.sources.add"), anchor=False)
    _draw_done()
    uploaded = st.file_uploader(
        say("app.sources.upload"),
        type=UPLOAD_TYPES,
        key=state.key(state.SOURCES_FILE, st.session_state[state.SOURCES_ROUND]),
        help=say("app.sources.upload_help"),
    )
    if uploaded is None:
        st.session_state[state.SOURCES_PREVIEW] = None
        return
    read_as = tree.draw_read_as() if is_document_upload(uploaded.name) else ""
    preview: Preview | None = st.session_state[state.SOURCES_PREVIEW]
    if preview is None or (preview.file_id, preview.read_as) != (uploaded.file_id, read_as):
        if read_as:
            preview = _read_document(workspace, uploaded, read_as)
        else:
            preview = _read(workspace, uploaded.file_id, uploaded.name, uploaded.getvalue())
        st.session_state[state.SOURCES_PREVIEW] = preview
    if preview is not None:
        _draw_preview(workspace, preview)


def _read_document(workspace: Workspace, uploaded: UploadedFile, read_as: str) -> Preview | None:
    """Read a document; of one that was imported before, take the tree that is kept."""
    content = uploaded.getvalue()
    try:
        with st.spinner(say("app.sources.reading")):
            proposal = propose_upload(uploaded.name, content, read_as=read_as)
    except RoadmapFitError as error:
        notices.draw_error(error)
        return None
    kept = workspace.find_tree(proposal.content_hash, read_as=read_as)
    correction = read_correction(kept) if kept is not None else None
    return Preview(
        uploaded.file_id,
        clean_name(uploaded.name),
        proposal.content_hash,
        read_proposal(proposal, markdown=correction.markdown if correction else None),
        proposal=proposal,
        read_as=read_as,
        correction=correction,
    )


def _read(workspace: Workspace, file_id: str, name: str, content: bytes) -> Preview | None:
    bar = st.progress(0.0, text=say("app.sources.reading"))
    try:
        batch = read_upload(
            name,
            content,
            find_mapping=workspace.find_mapping,
            on_progress=lambda done, total: _advance(bar, done, total),
        )
    except RoadmapFitError as error:
        bar.empty()
        if error.code == "mapping_needed":
            columns.draw_columns(workspace, name=clean_name(name), content=content)
        else:
            notices.draw_error(error)
        return None
    bar.empty()
    return Preview(file_id, clean_name(name), hash_content(content), batch)


def _advance(bar: st.delta_generator.DeltaGenerator, done: int, total: int) -> None:
    bar.progress(done / total if total else 1.0, text=say("app.sources.reading"))


def _draw_tree(preview: Preview, proposal: Proposal) -> Preview:
    """Draw a document's tree with its correction; return what is to be saved."""
    if preview.correction is not None:
        st.caption(say("app.tree.kept"))
    given = preview.correction.markdown if preview.correction else proposal.markdown
    place = st.container()
    key = f"{preview.file_id}.{preview.read_as}"
    markdown = tree.draw_editor(key, given)
    batch = preview.batch
    if markdown != given:
        batch = read_proposal(proposal, markdown=markdown)
    with place:
        tree.draw_tree(batch)
    source = parse_correction(proposal.markdown)
    correction = replace(source, markdown=markdown) if source is not None else None
    return replace(preview, batch=batch, correction=correction)


def _draw_preview(workspace: Workspace, preview: Preview) -> None:
    st.markdown(say("app.sources.understood", name=plain(preview.name)))
    if preview.proposal is not None:
        preview = _draw_tree(preview, preview.proposal)
    batch = preview.batch
    markup.draw_figures(
        [
            (say_number(len(getattr(batch, name))), say(f"app.table.{name}"))
            for name in _list_counted(preview)
        ]
    )
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
    problems.draw_problems(batch.problems, name=f"preview.{preview.name}")
    if any(source.name == preview.name for source in workspace.load_sources()):
        st.caption(say("app.sources.replaces", name=plain(preview.name)))
    if not any(getattr(batch, name) for name in BROUGHT):
        st.info(say("app.sources.empty"))
        return
    with st.container(horizontal=True):
        st.button(
            say("app.sources.save"),
            key=state.key("sources.save"),
            on_click=_save,
            args=(workspace, preview),
            type="primary",
        )
        st.button(say("app.sources.drop"), key=state.key("sources.drop"), on_click=_drop)


def _list_counted(preview: Preview) -> tuple[str, ...]:
    """Name what is counted: of a document only what there is, for the rest has no place in it."""
    if preview.proposal is not None:
        return tuple(name for name in BROUGHT if getattr(preview.batch, name))
    return BROUGHT if preview.batch.decisions else TABLES


def _save(workspace: Workspace, preview: Preview) -> None:
    try:
        reading = Reading(preview.batch, preview.name, preview.content_hash, preview.correction)
        workspace.add_reading(reading)
        build.start(workspace)
    except RoadmapFitError as error:
        st.session_state[state.SOURCES_DONE] = error
        return
    st.session_state[state.SOURCES_DONE] = ("app.sources.saved", {"name": preview.name})
    _drop()


def _drop() -> None:
    """Forget the preview; a file picker is emptied by giving it another key."""
    st.session_state[state.SOURCES_PREVIEW] = None
    st.session_state[state.SOURCES_ROUND] = st.session_state[state.SOURCES_ROUND] + 1


def _draw_done() -> None:
    """Say once how the last change ended."""
    done = st.session_state[state.SOURCES_DONE]
    st.session_state[state.SOURCES_DONE] = None
    if isinstance(done, RoadmapFitError):
        notices.draw_error(done)
    elif done is not None:
        key, values = done
        shown = {name: plain(str(value)) for name, value in values.items()}
        st.success(say(key, **shown))
