"""Projects close to a project, told apart by how close: same text, same aim, same field."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from roadmapfit.index import Filter, PassageIndex
from roadmapfit.records import OwnerKind

Vectors = NDArray[np.float32]
N_NEAR = 200


class Closeness(StrEnum):
    """What two projects share."""

    SAME_TEXT = "same_text"
    SAME_AIM = "same_aim"
    SAME_FIELD = "same_field"


@dataclass(frozen=True, slots=True)
class SimilarProject:
    """A project close to the one asked about.

    Attributes
    ----------
    similarity
        Mean over the asked project's passages of the centred cosine with the
        other's nearest passage, in [-1, 1]; for ordering, never shown as an answer.
    pairs
        ``(own passage number, index row)`` of the nearest passages, nearest first.
    """

    project_id: str
    closeness: Closeness
    similarity: float
    pairs: tuple[tuple[int, int], ...]


# Read off the planted pairs of the demonstration corpus (see docs/method.md).
SAME_TEXT_FROM, SAME_AIM_FROM, SAME_FIELD_FROM = 0.85, 0.55, 0.35


def name_closeness(similarity: float) -> Closeness | None:
    """Name how close; ``None`` for projects that share no field."""
    if similarity >= SAME_TEXT_FROM:
        return Closeness.SAME_TEXT
    if similarity >= SAME_AIM_FROM:
        return Closeness.SAME_AIM
    return Closeness.SAME_FIELD if similarity >= SAME_FIELD_FROM else None


def find_similar(
    vectors: Vectors,
    index: PassageIndex,
    *,
    excluded_ids: tuple[str, ...] = (),
    n_projects: int = 10,
    n_pairs: int = 3,
) -> list[SimilarProject]:
    """Find the projects nearest to a text.

    Parameters
    ----------
    vectors
        The text's passages, centred unit rows, shape (n_passages, dim).
    index
        Holds the projects' passages.
    excluded_ids
        Projects not wanted: the text's own.
    n_projects
        How many at the most; those that share no field are left out.

    Returns
    -------
    list[SimilarProject]
        Nearest first; equal ones by project id.
    """
    if not len(vectors):
        return []
    mask = Filter(owner_kinds=(OwnerKind.PROJECT,), excluded_owner_ids=excluded_ids).select(
        index.table
    )
    candidates = {
        str(index.table.owner_id[hit.row])
        for near in index.search(vectors, N_NEAR, mask=mask)
        for hit in near
    }
    found = []
    rows_of = _rows_of(index, mask, candidates)
    for project_id in sorted(candidates):
        rows = rows_of[project_id]
        similarities = vectors @ index.vectors(rows).T
        best = similarities.max(axis=1)
        closeness = name_closeness(float(best.mean()))
        if closeness is None:
            continue
        nearest = rows[similarities.argmax(axis=1)]
        order = np.argsort(-best, kind="stable")[:n_pairs]
        pairs = tuple((int(number), int(nearest[number])) for number in order)
        found.append(SimilarProject(project_id, closeness, float(best.mean()), pairs))
    found.sort(key=lambda project: (-project.similarity, project.project_id))
    return found[:n_projects]


def _rows_of(
    index: PassageIndex, mask: NDArray[np.bool_], wanted: set[str]
) -> dict[str, NDArray[np.int64]]:
    """List each project's index rows; a project's passages follow each other."""
    rows = np.flatnonzero(mask & np.isin(index.table.owner_id.astype(str), sorted(wanted)))
    owners = index.table.owner_id[rows]
    edges = np.flatnonzero(owners[1:] != owners[:-1]) + 1
    return {str(index.table.owner_id[part[0]]): part for part in np.split(rows, edges) if len(part)}
