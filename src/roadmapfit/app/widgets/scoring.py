"""A table of texts scored in bulk: read, scored beside the sessions, kept, saved."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from hashlib import sha256
from pathlib import Path

import pandas as pd
import streamlit as st

from roadmapfit.app import resources, state
from roadmapfit.app.answers.portfolio import load_scores
from roadmapfit.app.jobs import Job, JobBoard, JobState
from roadmapfit.app.tables import write_csv
from roadmapfit.app.uploads import clean_name, lay_down
from roadmapfit.app.widgets import notices, problems, running
from roadmapfit.app.words import plain, say, say_count, say_number, say_share, shorten
from roadmapfit.bulk import N_BEST, ScoredTable, ScoredText
from roadmapfit.errors import RoadmapFitError
from roadmapfit.generation import Generation
from roadmapfit.readers.text_table import TextRow, read_text_table
from roadmapfit.records import Problem
from roadmapfit.report.xlsx_file import Column, write_xlsx
from roadmapfit.workspace import Workspace

UPLOAD_TYPES = ("csv", "xlsx")
MAX_UPLOAD_MB = 20
# The table shows so many; the file has them all.
MAX_ROWS = 2000


def draw_scoring(workspace: Workspace) -> None:
    """Draw the tables that were scored, the one being scored, and the way to score one."""
    st.subheader(say("app.scoring.title"), anchor=False)
    st.markdown(say("app.scoring.lead"))
    board = resources.get_jobs(str(workspace.directory.resolve()))
    job = board.scoring
    if job is not None and job.state is JobState.RUNNING:
        running.watch(job, area="scoring")
    else:
        if job is not None and job.is_news:
            _draw_end(job)
        _draw_upload(workspace, board)
    try:
        directory = str(workspace.directory.resolve())
        held = load_scores(directory, workspace.scores.stamp, workspace)
        for name, table in held.items():
            _draw_scored(workspace, name, table)
    except RoadmapFitError as error:
        notices.draw_error(error)
    _draw_undo(workspace)


def _draw_upload(workspace: Workspace, board: JobBoard) -> None:
    uploaded = st.file_uploader(
        say("app.scoring.upload"),
        type=UPLOAD_TYPES,
        key=state.key(state.PORTFOLIO_FILE, st.session_state[state.PORTFOLIO_ROUND]),
        max_upload_size=MAX_UPLOAD_MB,
        help=say("app.scoring.upload_help"),
    )
    if uploaded is None:
        return
    file = clean_name(uploaded.name)
    try:
        with lay_down(file, uploaded.getvalue()) as path:
            rows, found = read_text_table(path)
    except RoadmapFitError as error:
        notices.draw_error(error)
        return
    st.markdown(say("app.scoring.understood", name=plain(file), n=say_count("text", len(rows))))
    _draw_preview(rows)
    problems.draw_problems(found, name=f"scoring.{file}")
    if rows:
        st.button(
            say("app.scoring.start"),
            key=state.key("scoring.start"),
            on_click=_start,
            args=(workspace, board, rows, found, file),
            type="primary",
        )


def _draw_preview(rows: Sequence[TextRow]) -> None:
    st.dataframe(
        pd.DataFrame(
            [(row.row, row.title, shorten(row.abstract, 200)) for row in rows[:5]],
            columns=[say(f"app.column.{name}") for name in ("row", "title", "abstract")],
        ),
        hide_index=True,
        key=state.key("scoring.preview"),
        alt=say("app.scoring.preview_alt"),
    )


def _start(
    workspace: Workspace,
    board: JobBoard,
    rows: list[TextRow],
    found: list[Problem],
    file: str,
) -> None:
    board.start_scoring(workspace, rows, found, file=file)
    # A file picker is emptied by giving it another key.
    st.session_state[state.PORTFOLIO_ROUND] += 1


def _draw_end(job: Job[str]) -> None:
    if job.state is JobState.DONE:
        st.success(say("app.scoring.done", name=plain(str(job.result))), icon=":material/check:")
    elif job.state is JobState.CANCELLED:
        st.info(say("app.scoring.cancelled"))
    elif job.error is not None:
        notices.draw_error(job.error)
    else:
        st.error(say("app.scoring.failed"))


def _draw_scored(workspace: Workspace, name: str, table: ScoredTable) -> None:
    digest = sha256(name.encode()).hexdigest()[:12]
    title = f"{plain(name)} – {say_count('text', len(table.texts))}"
    with st.expander(title, key=state.key("scoring.table", digest), on_change="rerun") as opened:
        if not opened.open:
            return
        generation = workspace.generation
        st.dataframe(
            pd.DataFrame(
                [_row(generation, text) for text in table.texts[:MAX_ROWS]],
                columns=[say(f"app.column.{each}") for each in _COLUMNS],
            ),
            hide_index=True,
            key=state.key("scoring.scored", digest),
            alt=say("app.scoring.table_alt"),
        )
        if len(table.texts) > MAX_ROWS:
            st.caption(say("app.problems.first", n=say_number(MAX_ROWS)))
        problems.draw_problems(table.problems, name=f"scored.{name}")
        with st.container(horizontal=True):
            for kind in ("xlsx", "csv"):
                st.download_button(
                    say(f"app.portfolio.download_{kind}"),
                    data=state.bind_language(partial(_write, generation, table, kind=kind)),
                    file_name=f"{clean_name(Path(name).stem)}-roadmapfit.{kind}",
                    key=state.key("scoring.download", kind, digest),
                    on_click="ignore",
                    icon=":material/download:",
                )
            st.button(
                say("app.scoring.remove"),
                key=state.key("scoring.remove", digest),
                on_click=_remove,
                args=(workspace, name),
                type="tertiary",
                icon=":material/delete:",
            )


_COLUMNS = ("row", "title", "verdict", "probability", "nearest", "n_aligned", "n_examine")


def _row(generation: Generation, text: ScoredText) -> tuple[object, ...]:
    best = text.best[0] if text.best else None
    return (
        text.row,
        text.title or text.id,
        say(f"verdict.{text.verdict}"),
        say_share(best.probability) if best else "–",
        _name_item(generation, best.item_id) if best else say(text.obstacle),
        text.n_aligned,
        text.n_examine,
    )


def _name_item(generation: Generation, item_id: str) -> str:
    """Name an item; one that the workspace no longer has is shown by its id."""
    item = generation.strategy_items.get(item_id)
    if item is None:
        return item_id
    document = generation.documents.get(item.document_id)
    return f"{item.title} – {document.title}" if document else item.title


def _write(generation: Generation, table: ScoredTable, *, kind: str) -> bytes:
    """Write one line a text, with its best items."""
    columns = [
        Column(say("app.column.row"), "number", 8),
        Column(say("app.file.id"), width=18),
        Column(say("app.file.title"), width=60),
        Column(say("app.file.verdict"), width=14),
        Column(say("app.column.reason"), width=30),
        Column(say("app.file.n_aligned"), "number", 10),
        Column(say("app.file.n_examine"), "number", 12),
    ]
    for number in range(1, N_BEST + 1):
        columns += [
            Column(say("app.file.item_number", n=number), width=50),
            Column(say("app.file.probability_number", n=number), "share", 12),
        ]
    rows = []
    for text in table.texts:
        cells: list[str | int | float | None] = [
            text.row,
            text.id,
            text.title,
            say(f"verdict.{text.verdict}"),
            say(text.obstacle) if text.obstacle else "",
            text.n_aligned,
            text.n_examine,
        ]
        for each in text.best:
            cells += [_name_item(generation, each.item_id), each.probability]
        rows.append([*cells, *[None] * (len(columns) - len(cells))])
    if kind == "xlsx":
        return write_xlsx(columns, rows, name=say("app.page.portfolio"))
    return write_csv([column.heading for column in columns], rows, language=state.language())


def _remove(workspace: Workspace, name: str) -> None:
    try:
        held = workspace.scores.load(name)
        workspace.scores.remove(name)
    except RoadmapFitError as error:
        st.session_state[state.PORTFOLIO_ERROR] = error
        return
    st.session_state[state.PORTFOLIO_SCORED] = (name, held)


def _draw_undo(workspace: Workspace) -> None:
    removed = st.session_state[state.PORTFOLIO_SCORED]
    if removed is None or removed[1] is None:
        return
    st.button(
        say("app.undo.removed", name=shorten(removed[0], 40)),
        key=state.key("scoring.undo"),
        on_click=_restore,
        args=(workspace, *removed),
        type="tertiary",
        icon=":material/undo:",
    )


def _restore(workspace: Workspace, name: str, content: dict[str, object]) -> None:
    workspace.scores.keep(name, content)
    st.session_state[state.PORTFOLIO_SCORED] = None
