from __future__ import annotations

import pytest

from roadmapfit.duplicates import Duplicate, list_duplicates, load_duplicate_passages
from roadmapfit.similar import Closeness
from roadmapfit.workspace import Workspace
from toys import build_toy_workspace


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return build_toy_workspace(tmp_path_factory.mktemp("duplicates") / "toys")


def test_projects_and_their_translations_are_pairs(workspace: Workspace) -> None:
    told: list[tuple[int, int]] = []
    found = list_duplicates(workspace, on_progress=lambda *done: told.append(done))
    assert found == [
        Duplicate("archiv", "museum", Closeness.SAME_AIM),  # German and English
        Duplicate("hydroharbour", "hydroport", Closeness.SAME_AIM),
    ]
    assert told == [(7, 7)]


def test_the_passages_say_why(workspace: Workspace) -> None:
    meetings = load_duplicate_passages(workspace, list_duplicates(workspace), n_pairs=1)
    assert [(one.owner_id, other.owner_id) for meeting in meetings for one, other in meeting] == [
        ("archiv", "museum"),
        ("hydroharbour", "hydroport"),
    ]
