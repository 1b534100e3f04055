"""Every cached loader: the workspace by generation, and what was asked of it.

Nothing here draws. Errors are not cached: the next run tries again.
"""

from __future__ import annotations

import contextlib
import functools
import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import ParamSpec, TypeVar

import pandas as pd
import streamlit as st

from roadmapfit.align import Alignment
from roadmapfit.analysis import (
    DocumentComparison,
    PreparedText,
    align_text,
    compare_documents,
    find_close_projects,
    measure_portfolio,
    prepare_project,
    prepare_text,
)
from roadmapfit.app.imports import ImportBoard
from roadmapfit.app.jobs import Job, JobBoard
from roadmapfit.app.project_files import ProjectFileBoard
from roadmapfit.bulk import ScoredTable
from roadmapfit.calibrate import Thresholds
from roadmapfit.carriers import list_carried
from roadmapfit.clusters import find_clusters
from roadmapfit.competence_map import CompetenceMap, map_answer, map_item, map_territory
from roadmapfit.competence_profile import CompetenceProfile, profile_organisation
from roadmapfit.consortium_network import (
    Network,
    draw_answer_network,
    draw_organisation_network,
    draw_portfolio_network,
    list_supporting,
)
from roadmapfit.coverage import PortfolioCoverage
from roadmapfit.decided import count_past, decisions_of
from roadmapfit.editions import EditionChanges, compare_editions
from roadmapfit.encoder import SentenceEncoder, load_encoder
from roadmapfit.errors import RoadmapFitError
from roadmapfit.memory import settle_memory
from roadmapfit.neighbours import Neighbour, find_neighbours
from roadmapfit.partner_roles import RoleNeed
from roadmapfit.partnering import (
    PartnerQuestion,
    answer_partners,
    ask_partners,
    list_role_needs,
)
from roadmapfit.partners import PartnerFit
from roadmapfit.placement import Placement, place_organisation
from roadmapfit.portfolio import ProjectTexts, judge_projects, list_projects, list_target_items
from roadmapfit.reasons import Absence, Reasons, find_absence, find_reasons
from roadmapfit.records import Decision
from roadmapfit.segment import PIPELINES, extract_key_phrases
from roadmapfit.sheet import Sheet, gather_sheet
from roadmapfit.similar import Closeness, SimilarProject, find_duplicates
from roadmapfit.succession import Succession
from roadmapfit.workspace import Workspace, open_workspace

INBOX_VARIABLE = "ROADMAPFIT_INBOX"
WORKSPACE_VARIABLE = "ROADMAPFIT_WORKSPACE"
DEFAULT_WORKSPACE = "workspaces/demonstration"
# Filters narrow the ranking afterwards, so it is asked for with room to spare.
N_PARTNERS = 200
# Questions about partners kept for what is asked next: each holds up to 10 MB of measures.
N_QUESTIONS = 4
HOUR_S = 3600
# Answers that are made at a time. More would not be sooner, for they share two cores or
# four, and each holds arrays of its own: of ten at once, the first waits as the last.
N_TURNS = 2
# Fewer records than this cost the collector of garbage nothing that anybody feels.
MANY_PROJECTS = 1000
_TURNS = threading.BoundedSemaphore(N_TURNS)
P = ParamSpec("P")
T = TypeVar("T")


def _in_turn(answer: Callable[P, T]) -> Callable[P, T]:
    """Let an answer wait for its turn.

    It may not ask for another that does, nor should it wait for the encoder to load.
    """

    @functools.wraps(answer)
    def answer_in_turn(*args: P.args, **kwargs: P.kwargs) -> T:
        with _TURNS:
            return answer(*args, **kwargs)

    return answer_in_turn


@dataclass(frozen=True, slots=True)
class Status:
    """How fresh a workspace is; ``built_at`` is ``None`` before the first build."""

    built_at: datetime | None
    is_up_to_date: bool


def workspace_directory() -> Path:
    """Say which workspace the app shows."""
    return Path(os.environ.get(WORKSPACE_VARIABLE) or DEFAULT_WORKSPACE).expanduser()


def has_workspace() -> bool:
    """Whether there is a workspace at all, built or not."""
    return (workspace_directory() / "workspace.json").exists()


def read_version(directory: Path) -> str:
    """Name the build that readers should have open; empty before the first."""
    try:
        return Succession(directory).read_version()
    except RoadmapFitError:
        return ""  # what is wrong with it is said when it is opened


@st.cache_resource(show_spinner=False)
def get_encoder() -> SentenceEncoder:
    """Find the encoder, once for all workspaces and sessions."""
    return load_encoder()


@st.cache_resource(show_spinner=False, max_entries=3, on_release=Workspace.refresh)
def _open(directory: str, version: str) -> Workspace:
    del version  # only tells builds apart
    return open_workspace(Path(directory), encoder=get_encoder())


def get_workspace() -> Workspace:
    """Open the workspace, or take the one that is open if no new build came.

    A missing or unusable workspace or model is a ``RoadmapFitError``.
    """
    directory = workspace_directory()
    return _open(str(directory.resolve()), read_version(directory))


def get_version() -> str:
    """Name the build shown, for the keys of cached results; unique across workspaces."""
    directory = workspace_directory()
    return f"{directory.resolve()}/{read_version(directory)}"


def get_judged_version() -> str:
    """Name the build together with what people decided, for results that both make."""
    directory = workspace_directory()
    stamps = [_read_stamp(directory / name) for name in ("corpus.sqlite", "calibration.json")]
    return "/".join((get_version(), *stamps))


def _read_stamp(path: Path) -> str:
    try:
        return str(path.stat().st_mtime_ns)
    except OSError:
        return ""


@st.cache_resource(show_spinner=False)
def get_jobs(directory: str) -> JobBoard:
    """Return the builds of a workspace, which outlive the session that started them."""
    return JobBoard(Path(directory))


@st.cache_resource(show_spinner=False)
def get_imports(directory: str) -> ImportBoard:
    """Return the files on their way into a workspace, which outlive a session too."""
    del directory  # only tells workspaces apart
    return ImportBoard()


@st.cache_resource(show_spinner=False)
def get_project_files(directory: str) -> ProjectFileBoard:
    """Return the projects that readers brought as files, which outlive a session too."""
    del directory  # only tells workspaces apart
    return ProjectFileBoard()


def find_inbox() -> Path | None:
    """Say which folder of the server readers may import from; ``None`` if none is set."""
    named = os.environ.get(INBOX_VARIABLE, "")
    return Path(named).expanduser() if named else None


def check_index(workspace: Workspace) -> None:
    """Open the index, if it is not open; what is wrong with it is raised here."""
    _ = workspace.generation


def load_status(workspace: Workspace) -> Status:
    """Say how fresh the index is."""
    return Status(built_at=workspace.built_at, is_up_to_date=workspace.is_up_to_date())


@st.cache_resource(show_spinner=False)
def warm_up(_workspace: Workspace) -> threading.Thread:
    """Load encoder and language models while the reader still types; once a server."""
    thread = threading.Thread(
        target=_read_once, args=(_workspace,), name="roadmapfit-warm-up", daemon=True
    )
    thread.start()
    return thread


def _read_once(workspace: Workspace) -> None:
    # What fails here fails again, and is said, when the reader sends a text.
    with contextlib.suppress(RoadmapFitError):
        prepare_text(
            workspace,
            "Ce texte ne sert qu'à charger le modèle et la langue française.",
            title="This text only serves to load the model and the English language.",
        )
        # What an item speaks of and a text does not is asked with the first evidence.
        for language in PIPELINES:
            extract_key_phrases("texte, text", language)
    settle_memory()


# -- texts ---------------------------------------------------------------------


def prepare_draft(
    workspace: Workspace, *, title: str, body: str, project_id: str | None = None
) -> PreparedText:
    """Cut and encode a text that is not stored; it is kept by the session alone."""
    return prepare_text(workspace, body, title=title, project_id=project_id)


@st.cache_data(show_spinner=False, max_entries=200, ttl=HOUR_S)
def prepare_stored(version: str, _workspace: Workspace, project_id: str) -> PreparedText:
    """Take a stored project's passages."""
    return prepare_project(_workspace, project_id)


# -- results, keyed by build and text ------------------------------------------


@st.cache_data(show_spinner=False, max_entries=200, ttl=HOUR_S)
@_in_turn
def load_alignments(
    version: str, _workspace: Workspace, text_key: str, _prepared: PreparedText
) -> list[Alignment]:
    """Align a text with every item, best first; ``version`` is the judged one."""
    return align_text(_workspace, _prepared)


@st.cache_data(show_spinner=False, max_entries=200, ttl=HOUR_S)
def load_decisions(
    version: str, _workspace: Workspace, project_id: str
) -> tuple[dict[str, Decision], int]:
    """Read what was decided of a project, by item, and how many decisions are behind it.

    ``version`` is the judged one.
    """
    n_past = count_past(_workspace, project_id=project_id or None)
    return decisions_of(_workspace, project_id), n_past


@st.cache_data(show_spinner=False, max_entries=1000, ttl=HOUR_S)
def load_reasons(
    version: str, _workspace: Workspace, text_key: str, _prepared: PreparedText, item_id: str
) -> Reasons:
    """Say what stands behind one alignment; ``version`` is the judged one."""
    return find_reasons(_workspace, _prepared, item_id)


@st.cache_data(show_spinner=False, max_entries=200, ttl=HOUR_S)
def load_absence(
    version: str, _workspace: Workspace, text_key: str, _prepared: PreparedText, item_id: str
) -> Absence:
    """Say what an item speaks of and a text does not."""
    return find_absence(_workspace, _prepared, item_id)


@st.cache_data(show_spinner=False, max_entries=200, ttl=HOUR_S)
@_in_turn
def load_close_projects(
    version: str, _workspace: Workspace, text_key: str, _prepared: PreparedText
) -> list[SimilarProject]:
    """Find the projects that are close to a text."""
    return find_close_projects(_workspace, _prepared)


@st.cache_resource(show_spinner=False, max_entries=N_QUESTIONS)
@_in_turn
def load_question(
    version: str, _workspace: Workspace, text_key: str, _prepared: PreparedText
) -> PartnerQuestion:
    """Measure what a text's consortium leaves open, and how far anybody proves it."""
    return ask_partners(_workspace, _prepared)


@st.cache_data(show_spinner=False, max_entries=50, ttl=HOUR_S)
def load_partners(
    version: str,
    _workspace: Workspace,
    text_key: str,
    _prepared: PreparedText,
    *,
    newcomers: bool,
    uses_network: bool,
) -> list[PartnerFit]:
    """Rank the organisations that would complete a text's consortium."""
    return answer_partners(
        _workspace,
        load_question(version, _workspace, text_key, _prepared),
        newcomers=newcomers,
        uses_network=uses_network,
        n_partners=N_PARTNERS,
    )


@st.cache_data(show_spinner=False, max_entries=200, ttl=HOUR_S)
def load_role_needs(
    version: str, _workspace: Workspace, text_key: str, _prepared: PreparedText
) -> tuple[RoleNeed, ...]:
    """Say which roles a text asks for, and who of its consortium has them."""
    return list_role_needs(_workspace, _prepared)


@st.cache_data(show_spinner=False, max_entries=50, ttl=HOUR_S)
def load_carried(version: str, _workspace: Workspace, item_id: str) -> dict[str, tuple[str, ...]]:
    """List the projects aligned with an item, by organisation; ``version`` is the judged one."""
    return list_carried(_workspace, item_id)


@st.cache_data(show_spinner=False, max_entries=50, ttl=HOUR_S)
def load_profile(version: str, _workspace: Workspace, organisation_id: str) -> CompetenceProfile:
    """Gather what an organisation can do; ``version`` is the judged one."""
    return profile_organisation(_workspace, organisation_id)


@st.cache_data(show_spinner=False, max_entries=50, ttl=HOUR_S)
def load_placement(version: str, _workspace: Workspace, organisation_id: str) -> Placement:
    """Find where an organisation belongs; ``version`` is the judged one."""
    return place_organisation(_workspace, organisation_id)


@st.cache_data(show_spinner=False, max_entries=50, ttl=HOUR_S)
def load_neighbours(version: str, _workspace: Workspace, document_id: str) -> list[Neighbour]:
    """Relate a roadmap to the others; ``version`` is the judged one."""
    return find_neighbours(_workspace, document_id)


@st.cache_data(show_spinner=False, max_entries=50, ttl=HOUR_S)
def load_project_map(
    version: str,
    _workspace: Workspace,
    text_key: str,
    _prepared: PreparedText,
    *,
    uses_network: bool,
) -> CompetenceMap:
    """Map a text's needs and who proves them."""
    ranked = load_partners(
        version, _workspace, text_key, _prepared, newcomers=False, uses_network=uses_network
    )
    asked = load_question(version, _workspace, text_key, _prepared)
    return map_answer(_workspace, asked, uses_network=uses_network, ranked=ranked)


@st.cache_data(show_spinner=False, max_entries=50, ttl=HOUR_S)
def load_item_map(version: str, _workspace: Workspace, item_id: str) -> CompetenceMap:
    """Map who comes nearest to an item."""
    return map_item(_workspace, item_id)


@st.cache_data(show_spinner=False, max_entries=50, ttl=HOUR_S)
def load_territory_map(
    version: str, _workspace: Workspace, territory: str, document_id: str
) -> CompetenceMap:
    """Map who of a territory proves what a strategy asks for."""
    return map_territory(_workspace, territory, document_id)


@st.cache_data(show_spinner=False, max_entries=50, ttl=HOUR_S)
def load_project_network(
    version: str, _workspace: Workspace, text_key: str, _prepared: PreparedText
) -> Network:
    """Gather who of a text's members and candidates worked with whom."""
    return draw_answer_network(_workspace, load_question(version, _workspace, text_key, _prepared))


@st.cache_data(show_spinner=False, max_entries=50, ttl=HOUR_S)
def load_organisation_network(version: str, _workspace: Workspace, organisation_id: str) -> Network:
    """Gather who worked with an organisation."""
    return draw_organisation_network(_workspace, organisation_id)


@st.cache_data(show_spinner=False, max_entries=50, ttl=HOUR_S)
def load_portfolio_network(
    version: str, _workspace: Workspace, document_id: str, _coverage: PortfolioCoverage
) -> Network:
    """Gather who carries a strategy; ``version`` is the judged one."""
    return draw_portfolio_network(_workspace, list_supporting(_coverage))


@st.cache_data(show_spinner=False, max_entries=50, ttl=HOUR_S)
@_in_turn
def load_coverage(
    version: str,
    _workspace: Workspace,
    document_ids: tuple[str, ...],
    *,
    examine: float,
    aligned: float,
    without: tuple[str, ...] = (),
    added: tuple[tuple[str, float | None], ...] = (),
    _added: Sequence[PreparedText] = (),
) -> PortfolioCoverage:
    """Measure what the projects cover of some documents; ``version`` is the judged one.

    ``without`` names projects that do not count, ``added`` the texts that do besides, by
    their keys, with the euros that they bring.
    """
    left_out = set(without)
    return measure_portfolio(
        _workspace,
        document_ids,
        keep=lambda project: project.id not in left_out,
        added=_added,
        added_eur=[euros for _key, euros in added],
        thresholds=Thresholds(examine=examine, aligned=aligned),
    )


@st.cache_data(show_spinner=False, max_entries=50, ttl=HOUR_S)
@_in_turn
def load_comparison(
    version: str, _workspace: Workspace, document_id: str, other_id: str
) -> DocumentComparison:
    """Relate two strategy documents item by item; ``version`` is the judged one."""
    return compare_documents(_workspace, document_id, other_id)


@st.cache_data(show_spinner=False, max_entries=50, ttl=HOUR_S)
@_in_turn
def load_edition_changes(
    version: str, _workspace: Workspace, old_id: str, new_id: str
) -> EditionChanges:
    """Say what changed from one strategy document to another."""
    return compare_editions(_workspace, old_id, new_id)


@st.cache_data(show_spinner=False, max_entries=20, ttl=HOUR_S)
@_in_turn
def load_sheet(
    version: str,
    _workspace: Workspace,
    text_key: str,
    _prepared: PreparedText,
    *,
    title: str,
    abstract: str,
) -> Sheet:
    """Gather a text's sheet; ``version`` is the judged one."""
    return gather_sheet(_workspace, _prepared, title=title, abstract=abstract)


# -- the portfolio: shared by all sessions, and changed by none -----------------


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
