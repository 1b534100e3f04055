"""All projects: filtered, judged against a strategy, with orphans, duplicates and exports."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from roadmapfit.app import address, resources, state
from roadmapfit.app.answers.portfolio import (
    load_judged_projects,
    load_project_texts,
    load_projects,
    search_duplicates,
)
from roadmapfit.app.jobs import JobState
from roadmapfit.app.widgets import markup, notices, project_filter, scoring
from roadmapfit.app.widgets.pager import take_page
from roadmapfit.app.widgets.project_table import (
    MAX_ROWS,
    Duplicates,
    draw_table,
    write_table,
)
from roadmapfit.app.widgets.projects import draw_link
from roadmapfit.app.words import name_project, say, say_count, say_number, say_probability
from roadmapfit.calibrate import Verdict
from roadmapfit.generation import Generation
from roadmapfit.portfolio import DUPLICATE, ProjectFilter, select_projects
from roadmapfit.text import render_euros
from roadmapfit.workspace import Workspace

# A small portfolio is searched for duplicates before the page is drawn.
SOON_S = 0.4
POLL_S = 1.0


def draw() -> None:
    """Draw the page."""
    st.title(say("app.portfolio.title"), anchor=False)
    with st.spinner(say("app.loading")):
        workspace = resources.get_workspace()
        known = load_projects(resources.get_version(), workspace)
    if known.empty:
        st.info(say("app.portfolio.empty"))
        address.publish({})
        return
    wanted = project_filter.draw_filter(workspace.generation, known)
    encoded = project_filter.keep_filter(wanted)
    duplicates = _find_duplicates(workspace, is_wanted=DUPLICATE in wanted.flags)
    whole = load_judged_projects(resources.get_judged_version(), workspace, wanted.target)
    found = _select(workspace, whole, wanted, duplicates)
    project_filter.draw_named_filters(workspace, encoded)
    notices.draw_count_note(workspace)
    _draw_figures(found, n_all=len(whole))
    _draw_found(workspace, found, duplicates, encoded)
    notices.draw_reading_note(workspace, has_scales=False)
    scoring.draw_scoring(workspace)
    address.publish({"filter": encoded})


def _find_duplicates(workspace: Workspace, *, is_wanted: bool) -> Duplicates:
    """Take the near-duplicates if they are found by now; they are looked for meanwhile."""
    job = search_duplicates(resources.get_version(), workspace)
    if job.state is JobState.RUNNING:
        job.wait(SOON_S)
    if job.state is JobState.RUNNING and is_wanted:
        with st.spinner(say("app.portfolio.duplicates_working")):
            while job.state is JobState.RUNNING:
                job.wait(POLL_S)
    return job.result or {}


def _select(
    workspace: Workspace, whole: pd.DataFrame, wanted: ProjectFilter, duplicates: Duplicates
) -> pd.DataFrame:
    texts = None
    if wanted.text:
        with st.spinner(say("app.loading")):
            texts = load_project_texts(resources.get_version(), workspace)
    return select_projects(whole, wanted, texts=texts, duplicate_ids=duplicates)


def _draw_figures(found: pd.DataFrame, *, n_all: int) -> None:
    counts = found["verdict"].value_counts()
    n_found, n_whole = say_number(len(found)), say_number(n_all)
    is_all = len(found) == n_all
    markup.draw_figures(
        [
            (
                n_whole if is_all else say("app.of", part=n_found, whole=n_whole),
                say("app.portfolio.n_found"),
            ),
            (say_number(int(counts.get(Verdict.ALIGNED, 0))), say("app.portfolio.n_aligned")),
            (say_number(int(counts.get(Verdict.EXAMINE, 0))), say("app.portfolio.n_examine")),
            (say_number(int(found["is_orphan"].sum())), say("app.portfolio.n_orphans")),
            (
                render_euros(float(found["funding_eur"].sum()), state.language()),
                say("app.portfolio.funding"),
            ),
        ]
    )


def _draw_found(
    workspace: Workspace, found: pd.DataFrame, duplicates: Duplicates, encoded: str
) -> None:
    generation = workspace.generation
    if found.empty:
        st.info(say("app.portfolio.none"))
        return
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        project_filter.draw_sort()
        # In a row of their own, which on a telephone goes to the next line as one.
        with st.container(horizontal=True, gap="small", width="content"):
            _draw_downloads(generation, found, duplicates)
    page = list(
        take_page(
            list(map(str, found.index)),
            size=MAX_ROWS,
            key=state.key("portfolio", encoded),
            name=say("app.portfolio.pages", n=say_count("project", MAX_ROWS)),
        )
    )
    st.session_state[state.WALK] = tuple(page)
    # Whatever changes the rows is part of the key: a row picked before is not one of these.
    key = state.key("portfolio.table", encoded, page[0], state.language())
    picked = draw_table(generation, found.reindex(page), duplicates, key=key)
    st.caption(say("app.portfolio.table_hint"))
    if picked is not None:
        _draw_picked(workspace, found, duplicates, picked)


def _draw_downloads(generation: Generation, found: pd.DataFrame, duplicates: Duplicates) -> None:
    for kind, mime in (
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("csv", "text/csv"),
    ):
        st.download_button(
            say(f"app.portfolio.download_{kind}"),
            data=state.bind_language(
                partial(write_table, generation, found, duplicates, is_workbook=kind == "xlsx")
            ),
            file_name=f"roadmapfit-{say('app.portfolio.file')}.{kind}",
            mime=mime,
            key=state.key("portfolio.download", kind),
            on_click="ignore",
            icon=":material/download:",
        )


def _draw_picked(
    workspace: Workspace, found: pd.DataFrame, duplicates: Duplicates, project_id: str
) -> None:
    generation = workspace.generation
    heads = generation.project_heads
    row: Any = found.loc[project_id]
    project = heads[project_id]
    with st.container(border=True, key="rf-picked", gap="small"):
        facts = [project.acronym, project.programme, str(project.year or ""), str(row["leader"])]
        markup.draw_heading(
            project.title,
            place=" · ".join(fact for fact in facts if fact),
            invented=say("app.invented") if project.is_invented else "",
        )
        item = generation.strategy_items.get(row["item_id"])
        if item is not None:
            document = generation.documents[item.document_id]
            thresholds = workspace.model.calibrator.thresholds
            values = float(row["probability"]), float(row["low"]), float(row["high"])
            markup.draw_fit(
                title=item.title,
                place=document.title,
                verdict=str(row["verdict"]),
                verdict_words=say(f"verdict.{row['verdict']}"),
                bar=markup.Bar(
                    *values,
                    alt=say_probability(*values),
                    marks=(thresholds.examine, thresholds.aligned),
                ),
                invented=say("app.invented") if document.is_invented else "",
            )
        draw_link(say("app.portfolio.open", name=project.label), project_id)
        close = duplicates.get(project_id, ())
        if close:
            st.caption(say("app.portfolio.twins", n=say_count("project", len(close))))
            for other, closeness in close:
                words = f"{say(f'closeness.{closeness}')} – {name_project(heads[other])}"
                draw_link(words, other)


draw()
