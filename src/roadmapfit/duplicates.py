"""All near-duplicates of a workspace: which projects may be one project twice."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from roadmapfit.analysis import load_meeting_passages, prepare_project
from roadmapfit.records import Passage
from roadmapfit.similar import Closeness, find_duplicates, find_similar
from roadmapfit.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Two projects that may be one; ``one_id`` comes first by id."""

    one_id: str
    other_id: str
    closeness: Closeness


def list_duplicates(
    workspace: Workspace, *, on_progress: Callable[[int, int], None] | None = None
) -> list[Duplicate]:
    """List all pairs of projects that may be one project twice.

    Parameters
    ----------
    workspace
        Whose projects are compared, of all years, languages and sources.
    on_progress
        As ``find_duplicates`` calls it.

    Returns
    -------
    list[Duplicate]
        Those of one text first, then by ids.
    """
    found = find_duplicates(workspace.generation.projects, on_progress=on_progress)
    pairs = {
        Duplicate(min(project_id, other), max(project_id, other), closeness)
        for project_id, others in found.items()
        for other, closeness in others
    }
    kinds = list(Closeness)
    return sorted(pairs, key=lambda each: (kinds.index(each.closeness), each.one_id, each.other_id))


def load_duplicate_passages(
    workspace: Workspace, duplicates: Iterable[Duplicate], *, n_pairs: int = 3
) -> list[list[tuple[Passage, Passage]]]:
    """Read the passages where two projects meet, nearest first; one list a duplicate."""
    texts = workspace.generation.projects
    rows = {project_id: row for row, project_id in enumerate(texts.ids)}
    meetings = []
    for each in duplicates:
        prepared = prepare_project(workspace, each.one_id)
        (other,) = find_similar(
            prepared.texts, texts.take([rows[each.other_id]]), n_projects=1, n_pairs=n_pairs
        )
        meetings.append(load_meeting_passages(workspace, prepared, other))
    return meetings
