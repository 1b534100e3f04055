"""What the server loads before anybody asks."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from roadmapfit.app import ahead, resources
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


def test_models_wait_for_the_first_page(
    open_app: Callable[..., AppTest], toys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ahead, "_page_was_made", threading.Event())
    waiting = threading.Thread(target=ahead.wait_for_page, daemon=True)
    waiting.start()
    assert waiting.is_alive()
    open_app("sources")
    waiting.join(ahead.FIRST_PAGE_S / 2)
    assert not waiting.is_alive()


def test_a_workspace_that_is_not_there_is_left_to_the_reader(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(resources.WORKSPACE_VARIABLE, str(tmp_path / "nothing"))
    load_ahead()
    gc.unfreeze()
    assert not resources.has_workspace()
