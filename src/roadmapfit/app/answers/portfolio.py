"""The portfolio as tables and names: shared by all sessions, and changed by none."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from roadmapfit.app.jobs import Job
from roadmapfit.app.resources import get_version
from roadmapfit.bulk import ScoredTable
from roadmapfit.clusters import find_clusters
from roadmapfit.memory import settle_memory
from roadmapfit.portfolio import ProjectTexts, judge_projects, list_projects, list_target_items
from roadmapfit.similar import Closeness, find_duplicates
from roadmapfit.workspace import Workspace

# Fewer records than this cost the collector of garbage nothing that anybody feels.
MANY_PROJECTS = 1000


@st.cache_resource(show_spinner=False, max_entries=2)
def load_projects(version: str, _workspace: Workspace) -> pd.DataFrame:
    """Lay out all projects."""
    table = list_projects(_workspace.generation)
    if len(table) >= MANY_PROJECTS:
        settle_memory()  # once a build, when its records are read
    return table


@st.cache_resource(show_spinner=False, max_entries=2)
def load_project_names(version: str, _workspace: Workspace) -> dict[str, str]:
    """Name each project in the words that it is searched by, folded; in order of its label."""
    heads = _workspace.generation.project_heads
    ordered = sorted(heads.values(), key=lambda each: each.label.casefold())
    return {each.id: f"{each.id} {each.acronym} {each.title}".casefold() for each in ordered}


@st.cache_resource(show_spinner=False, max_entries=2)
def load_organisation_names(version: str, _workspace: Workspace) -> dict[str, str]:
    """Name each organisation in the words that it is searched by, folded; in order of its name."""
    known = _workspace.generation.organisations
    ordered = sorted(known.values(), key=lambda each: each.name.casefold())
    return {each.id: f"{each.id} {each.name} {each.short_name}".casefold() for each in ordered}


@st.cache_resource(show_spinner=False, max_entries=2)
def load_clusters(version: str, _workspace: Workspace) -> dict[str, str]:
    """Name each project's cluster; ``version`` is the judged one."""
    return find_clusters(_workspace)


@st.cache_resource(show_spinner=False, max_entries=2)
def load_project_texts(version: str, _workspace: Workspace) -> ProjectTexts:
    """Fold the texts that words are looked for in."""
    return ProjectTexts(_workspace.generation)


@st.cache_resource(show_spinner=False, max_entries=20)
def load_judged_projects(version: str, _workspace: Workspace, target: str) -> pd.DataFrame:
    """Judge all projects against a document, an item or all; ``version`` is the judged one.

    What is known of each project stands in the same rows.
    """
    judged = judge_projects(_workspace, list_target_items(_workspace.generation, target))
    return load_projects(get_version(), _workspace).join(judged)


@st.cache_resource(show_spinner=False, max_entries=2)
def load_scores(directory: str, stamp: str, _workspace: Workspace) -> dict[str, ScoredTable]:
    """Read the tables that were scored in bulk, by name; ``stamp`` is that of their shelf."""
    kept = _workspace.scores.load_all()
    return {name: ScoredTable.from_content(content) for name, content in kept.items()}


@st.cache_resource(show_spinner=False, max_entries=2)
def search_duplicates(
    version: str, _workspace: Workspace
) -> Job[dict[str, list[tuple[str, Closeness]]]]:
    """Look for near-duplicates among all projects, once a build, beside the sessions."""
    texts = _workspace.generation.projects
    return Job(
        lambda note: find_duplicates(texts, on_progress=lambda *done: note("duplicates", *done)),
        name="duplicates",
    )
