"""Builds beside the sessions: they end, are stopped, and say what went wrong."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from fakes import WordCountEncoder
from roadmapfit.app.jobs import JobBoard, JobState
from roadmapfit.encoder import Progress
from roadmapfit.workspace import open_workspace


class SlowEncoder(WordCountEncoder):
    """Counts words too, but waits in the middle until it is told to go on."""

    def __init__(self) -> None:
        super().__init__()
        self.has_begun = threading.Event()
        self.may_go_on = threading.Event()

    def encode(
        self, texts: Sequence[str], *, on_progress: Progress | None = None
    ) -> NDArray[np.float32]:
        self.has_begun.set()
        self.may_go_on.wait(30)
        return super().encode(texts, on_progress=on_progress)


@pytest.fixture
def changed(toys: Path) -> Path:
    """Return a workspace that has a text to encode."""
    text = toys.parent / "island.txt"
    text.write_text("Wind for islands\n\nA wind farm feeds the island all year.", "utf-8")
    open_workspace(toys, encoder=WordCountEncoder()).add(text)
    return toys


def test_build_ends_and_is_current(changed: Path) -> None:
    job = JobBoard(changed).start(WordCountEncoder())
    job.wait(60)
    assert job.state is JobState.DONE
    assert open_workspace(changed, encoder=WordCountEncoder()).is_up_to_date()


def test_one_build_at_a_time(changed: Path) -> None:
    board, encoder = JobBoard(changed), SlowEncoder()
    first = board.start(encoder)
    assert board.start(encoder) is first
    encoder.may_go_on.set()
    first.wait(60)
    assert board.start(encoder) is not first
    board.current.wait(60)


def test_stopped_build_leaves_the_index_of_before(changed: Path) -> None:
    before = (changed / "CURRENT").read_text("utf-8")
    encoder = SlowEncoder()
    job = JobBoard(changed).start(encoder)
    assert encoder.has_begun.wait(30)
    job.cancel()
    assert job.is_stopping
    encoder.may_go_on.set()
    job.wait(60)
    assert job.state is JobState.CANCELLED
    assert (changed / "CURRENT").read_text("utf-8") == before
    assert list((changed / "generations").glob("*.unfinished")) == []


def test_failed_build_says_why(tmp_path: Path) -> None:
    job = JobBoard(tmp_path / "nothing").start(WordCountEncoder())
    job.wait(60)
    assert job.state is JobState.FAILED
    assert job.error.code == "workspace_missing"
