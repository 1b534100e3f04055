"""What the server loads before anybody asks, so that the first reader does not wait for it."""

from __future__ import annotations

import contextlib
import threading

from roadmapfit.app import resources
from roadmapfit.app.answers.portfolio import (
    load_judged_projects,
    load_project_texts,
    search_duplicates,
)
from roadmapfit.errors import RoadmapFitError
from roadmapfit.memory import settle_memory
from roadmapfit.workspace import Workspace

# Far longer than it takes: what it frees is given back with the rest.
DUPLICATES_S = 120.0
# How long the first page is waited for. Whoever starts the app opens it at once, and would
# wait three times as long for a page that is made while models load.
FIRST_PAGE_S = 10.0
_page_was_made = threading.Event()


def note_page() -> None:
    """Note that a page was made."""
    _page_was_made.set()


def wait_for_page() -> None:
    """Wait until a page was made, but not forever: nobody may come."""
    _page_was_made.wait(FIRST_PAGE_S)


def load_ahead() -> None:
    """Load models, index, portfolio and competences, in the order that readers meet them.

    The first page asks for a text, which needs the models.

    What fails here fails again, and is said, when a reader asks for it.
    """
    for load in (_load_models, _load_portfolio, _load_partners):
        with contextlib.suppress(RoadmapFitError):
            load(resources.get_workspace())
    settle_memory()


def _load_portfolio(workspace: Workspace) -> None:
    version = resources.get_version()
    load_judged_projects(resources.get_judged_version(), workspace, "")
    load_project_texts(version, workspace)


def _load_models(workspace: Workspace) -> None:
    resources.warm_up(workspace).join()


def _load_partners(workspace: Workspace) -> None:
    _ = workspace.generation.competences
    search_duplicates(resources.get_version(), workspace).wait(DUPLICATES_S)
