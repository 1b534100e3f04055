"""Which other roadmap completes one's own, and which projects both could label."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from roadmapfit.analysis import list_documents_items
from roadmapfit.decided import correct_probability, correct_table
from roadmapfit.errors import WorkspaceError
from roadmapfit.generation import Generation
from roadmapfit.records import StrategyDocument
from roadmapfit.series import list_latest_ids
from roadmapfit.workspace import Workspace

Values = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class CoLabel:
    """A project for two clusters, with the item that it fits best on each side."""

    project_id: str
    item_id: str
    other_item_id: str
    probability: float


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A document beside one's own.

    Attributes
    ----------
    shared
        Pairs of own and other item that say the same: the common ground.
    new_ids
        Its items that none of one's own so much as touches.
    filled
        Pairs of an own item without an aligned project and its item that touches it and
        has one: the gaps that the neighbour could help to fill.
    complement
        Harmonic mean of the share of its items that are shared and of the share that are
        new, in [0, 1]: without common ground there is no joint work, without anything new
        no complement.
    projects
        To co-label: aligned on both sides, those surest on their weaker side first.
    """

    document_id: str
    shared: tuple[tuple[str, str], ...]
    new_ids: tuple[str, ...]
    filled: tuple[tuple[str, str], ...]
    complement: float
    projects: tuple[CoLabel, ...]


def find_neighbours(
    workspace: Workspace, document_id: str, *, n_projects: int = 5
) -> list[Neighbour]:
    """Rank the other roadmaps by how well each completes one's own.

    Parameters
    ----------
    workspace, document_id
        Where to look, and whose neighbours. They are of the document's kind, the latest
        edition of each other series.
    n_projects
        Projects to co-label with each, at the most.

    Raises
    ------
    WorkspaceError
        If there is no such document, or nothing of it can be aligned with.
    """
    generation = workspace.generation
    documents = generation.documents
    if document_id not in documents:
        raise WorkspaceError(
            "document_unknown", found=document_id, expected=", ".join(sorted(documents))
        )
    own = documents[document_id]
    own_columns = _list_columns(generation, document_id)
    if not own_columns:
        raise WorkspaceError("document_empty", found=document_id)
    measured = generation.aligner.measure(generation.items.take(own_columns))
    probability = np.asarray(correct_probability(workspace, measured.value))
    best = _best_by_project(workspace)
    neighbours = []
    for other in _list_neighbours(list(documents.values()), own):
        columns = _list_columns(generation, other.id)
        if columns:
            sides = (own_columns, columns)
            related = probability[:, columns]
            neighbours.append(_relate(workspace, other.id, sides, related, best, n_projects))
    return sorted(
        neighbours, key=lambda each: (-len(each.filled), -each.complement, each.document_id)
    )


def _list_neighbours(
    documents: Sequence[StrategyDocument], own: StrategyDocument
) -> list[StrategyDocument]:
    latest = list_latest_ids(documents)
    series = own.series or own.id
    return [
        each
        for each in documents
        if each.kind is own.kind and each.id in latest and (each.series or each.id) != series
    ]


def _list_columns(generation: Generation, document_id: str) -> list[int]:
    position = {item_id: row for row, item_id in enumerate(generation.items.ids)}
    items = list_documents_items(generation, [document_id])
    return [position[item.id] for item in items if item.id in position]


def _best_by_project(workspace: Workspace) -> Values:
    """Lay the kept alignments out: float32, (n_projects, n_items), 0 where none was kept."""
    generation = workspace.generation
    table = correct_table(workspace, generation.alignments)
    laid = np.zeros((len(table.project_ids), len(table.item_ids)), dtype=np.float32)
    laid[table.project_rows, table.item_rows] = table.probability
    return laid


def _relate(
    workspace: Workspace,
    document_id: str,
    sides: tuple[list[int], list[int]],
    related: Values,
    by_project: Values,
    n_projects: int,
) -> Neighbour:
    generation, thresholds = workspace.generation, workspace.model.calibrator.thresholds
    ids = generation.items.ids
    own, other = sides
    nearest = related.argmax(axis=0)
    best = related.max(axis=0)
    shared = [
        (ids[own[nearest[number]]], ids[column])
        for number, column in enumerate(other)
        if best[number] >= thresholds.aligned
    ]
    new = [column for number, column in enumerate(other) if best[number] < thresholds.examine]
    carried = by_project.max(axis=0, initial=0.0) >= thresholds.aligned
    # Only a neighbour's item that projects carry can help where nothing is carried.
    touching = np.where(carried[other][None, :], related, 0.0)
    filled = [
        (ids[row], ids[other[int(touching[number].argmax())]])
        for number, row in enumerate(own)
        if not carried[row] and touching[number].max(initial=0.0) >= thresholds.examine
    ]
    parts = (len(shared) / len(other), len(new) / len(other))
    return Neighbour(
        document_id=document_id,
        shared=tuple(shared),
        new_ids=tuple(ids[column] for column in new),
        filled=tuple(filled),
        complement=2 * parts[0] * parts[1] / (sum(parts) or 1.0),
        projects=_list_co_labels(generation, sides, by_project, thresholds.aligned, n_projects),
    )


def _list_co_labels(
    generation: Generation,
    sides: tuple[list[int], list[int]],
    by_project: Values,
    aligned: float,
    n_projects: int,
) -> tuple[CoLabel, ...]:
    own, other = (np.array(columns) for columns in sides)
    weaker = np.minimum(by_project[:, own].max(axis=1), by_project[:, other].max(axis=1))
    rows = np.argsort(-weaker, kind="stable")[:n_projects]
    ids = generation.items.ids
    return tuple(
        CoLabel(
            project_id=generation.projects.ids[row],
            item_id=ids[own[by_project[row, own].argmax()]],
            other_item_id=ids[other[by_project[row, other].argmax()]],
            probability=float(weaker[row]),
        )
        for row in rows.tolist()
        if weaker[row] >= aligned
    )
