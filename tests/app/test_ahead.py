"""What the server loads before anybody asks."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest

from roadmapfit.app import resources
from roadmapfit.app.ahead import load_ahead
from roadmapfit.app.answers.portfolio import search_duplicates
from roadmapfit.app.jobs import JobState


def test_what_a_reader_will_ask_for_is_there(toys: Path) -> None:
    load_ahead()
    gc.unfreeze()
    workspace = resources.get_workspace()
    held = set(vars(workspace.generation))
    assert {"project_heads", "alignments", "competences"} <= held
    assert search_duplicates(resources.get_version(), workspace).state is JobState.DONE


def test_a_workspace_that_is_not_there_is_left_to_the_reader(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(resources.WORKSPACE_VARIABLE, str(tmp_path / "nothing"))
    load_ahead()
    gc.unfreeze()
    assert not resources.has_workspace()
