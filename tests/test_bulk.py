"""Many texts at once give what each gives alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from roadmapfit.analysis import align_text, prepare_text
from roadmapfit.bulk import N_BEST, ScoredTable, score_texts
from roadmapfit.errors import WorkspaceError
from roadmapfit.readers.text_table import TextRow
from roadmapfit.records import Outcome, Problem
from roadmapfit.workspace import Workspace
from toys import PROJECTS, open_toy_workspace

ROWS = [
    TextRow(number, project.id, project.title, project.abstract)
    for number, project in enumerate(PROJECTS, start=2)
]


@pytest.fixture(scope="module")
def workspace(built: Path) -> Workspace:
    return open_toy_workspace(built)


def test_each_text_gets_what_it_gets_alone(workspace: Workspace) -> None:
    scored = score_texts(workspace, ROWS[:2])
    alone = align_text(
        workspace, prepare_text(workspace, PROJECTS[0].abstract, title=PROJECTS[0].title)
    )
    assert scored[0].best == tuple(alone[:N_BEST])
    assert (scored[0].row, scored[0].id, scored[0].verdict) == (2, "hydroport", "aligned")
    assert (scored[0].n_aligned, scored[0].n_examine) == (1, 0)


def test_a_text_that_cannot_be_judged_says_why(workspace: Workspace) -> None:
    (scored,) = score_texts(workspace, ROWS[-1:])
    assert (scored.verdict, scored.obstacle, scored.best) == (
        "cannot_tell",
        "obstacle.language",
        (),
    )


def test_progress_is_told_and_may_stop_the_work(workspace: Workspace) -> None:
    told: list[tuple[int, int]] = []
    score_texts(workspace, ROWS[:2], on_progress=lambda *done: told.append(done))
    assert told == [(0, 2), (1, 2), (2, 2)]

    def stop(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        score_texts(workspace, ROWS, on_progress=stop)


def test_a_scored_table_survives_the_disk(workspace: Workspace) -> None:
    problem = Problem("a.csv", "empty_text", Outcome.REFUSED, row=3)
    table = ScoredTable("a.csv", tuple(score_texts(workspace, ROWS)), (problem,))
    content = json.loads(json.dumps(table.to_content()))
    assert ScoredTable.from_content(content) == table
    del content["texts"][0]["title"]
    with pytest.raises(WorkspaceError, match="scores"):
        ScoredTable.from_content(content)
