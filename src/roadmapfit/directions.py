"""Partners from the other side: of an item, of an organisation, of a roadmap."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from roadmapfit.analysis import (
    PreparedText,
    align_text,
    list_documents_items,
    load_item,
    prepare_project,
    prepare_text,
)
from roadmapfit.calibrate import Verdict
from roadmapfit.decided import correct_probability, correct_table
from roadmapfit.errors import WorkspaceError
from roadmapfit.generation import Generation
from roadmapfit.partnering import find_partners, list_needs
from roadmapfit.partners import PartnerFit, measure_proof
from roadmapfit.records import Organisation, OwnerKind, StrategyDocument
from roadmapfit.series import list_latest_ids
from roadmapfit.workspace import Workspace

Values = NDArray[np.float32]

# Projects looked at closely for an organisation: those whose texts come nearest to its own,
# and that far above the mean of all, in standard deviations. A sentence that any project
# might hold is no reason to join one of another field.
N_NEAR, LEAST_NEAR = 60, 0.5
# Passages of an organisation that projects are compared with at once.
CHUNK = 64


@dataclass(frozen=True, slots=True)
class Carrier:
    """Who could carry an item.

    ``project_ids`` are those of its projects that are aligned with the item already.
    """

    fit: PartnerFit
    project_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ItemMatch:
    """An item that an organisation works towards.

    ``project_id`` is the project of its that fits the item best; ``None`` where its own
    words do. ``probability`` is that text's, in [0, 1].
    """

    item_id: str
    probability: float
    verdict: Verdict
    project_id: str | None


@dataclass(frozen=True, slots=True)
class DocumentMatch:
    """How many of a document's items an organisation works towards."""

    document_id: str
    n_aligned: int
    n_items: int


@dataclass(frozen=True, slots=True)
class ProjectMatch:
    """A project whose open need an organisation would close.

    ``need_closed`` is the share of all its open need, in [0, 1]; ``need_text`` is the one
    of which it closes most, and ``proof_row`` the index row of the passage that proves it.
    """

    project_id: str
    need_closed: float
    need_text: str
    proof_row: int


@dataclass(frozen=True, slots=True)
class Placement:
    """Where an organisation belongs, best first in each list."""

    items: tuple[ItemMatch, ...]
    documents: tuple[DocumentMatch, ...]
    projects: tuple[ProjectMatch, ...]


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


def prepare_item(workspace: Workspace, item_id: str) -> PreparedText:
    """Take an item as if it were a project to be carried: each passage is a need.

    Raises
    ------
    WorkspaceError
        If there is no such item, or nothing of it can be aligned with.
    """
    generation = workspace.generation
    passages, _ = load_item(generation, item_id)
    row = generation.items.ids.index(item_id)
    return PreparedText(None, tuple(passages), generation.items.take([row]))


def find_carriers(
    workspace: Workspace,
    item_id: str,
    *,
    excluded_ids: Collection[str] = (),
    keep: Callable[[Organisation], bool] | None = None,
    newcomers: bool | None = None,
    n_partners: int = 20,
) -> list[Carrier]:
    """Rank who could carry an item, with the projects in which they already do.

    Parameters
    ----------
    workspace, item_id
        Where to look, and the item.
    excluded_ids, keep, newcomers, n_partners
        As ``find_partners`` takes them.

    Raises
    ------
    WorkspaceError
        If there is no such item.
    """
    fits = find_partners(
        workspace,
        prepare_item(workspace, item_id),
        member_ids=(),
        excluded_ids=excluded_ids,
        keep=keep,
        newcomers=newcomers,
        n_partners=n_partners,
    )
    carried = list_carried(workspace, item_id)
    return [Carrier(fit, carried.get(fit.organisation.id, ())) for fit in fits]


def list_carried(workspace: Workspace, item_id: str) -> dict[str, tuple[str, ...]]:
    """List the projects that are aligned with an item, by the organisations in them.

    Raises
    ------
    WorkspaceError
        If there is no such item.
    """
    generation = workspace.generation
    if item_id not in generation.items.ids:
        raise WorkspaceError("item_unknown", found=item_id)
    table = correct_table(workspace, generation.alignments)
    is_aligned = (table.item_rows == generation.items.ids.index(item_id)) & (
        table.probability >= workspace.model.calibrator.thresholds.aligned
    )
    carried: dict[str, list[str]] = {}
    for row in sorted(table.project_rows[is_aligned].tolist()):
        project_id = table.project_ids[row]
        for part in generation.participations.get(project_id, ()):
            if not part.has_ended:
                carried.setdefault(part.organisation_id, []).append(project_id)
    return {each: tuple(own) for each, own in carried.items()}


def place_organisation(
    workspace: Workspace, organisation_id: str, *, n_projects: int = 10
) -> Placement:
    """Find the projects, items and documents that an organisation would suit.

    Parameters
    ----------
    workspace, organisation_id
        Where to look, and for whom.
    n_projects
        How many projects at the most.

    Raises
    ------
    WorkspaceError
        If there is no such organisation.
    """
    generation = workspace.generation
    if organisation_id not in generation.organisations:
        raise WorkspaceError("organisation_unknown", found=organisation_id)
    items = _match_items(workspace, organisation_id)
    return Placement(
        items=items,
        documents=_match_documents(generation, items),
        projects=_match_projects(workspace, organisation_id, n_projects=n_projects),
    )


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


def _match_items(workspace: Workspace, organisation_id: str) -> tuple[ItemMatch, ...]:
    generation = workspace.generation
    thresholds = workspace.model.calibrator.thresholds
    own = {
        part.project_id
        for part in generation.participations_of.get(organisation_id, ())
        if not part.has_ended
    }
    table = correct_table(workspace, generation.alignments)
    rows = [row for row, each in enumerate(table.project_ids) if each in own]
    best: dict[str, tuple[float, str | None]] = {}
    for number in np.flatnonzero(np.isin(table.project_rows, rows)).tolist():
        item_id = table.item_ids[table.item_rows[number]]
        found = (float(table.probability[number]), table.project_ids[table.project_rows[number]])
        if item_id not in best or found[0] > best[item_id][0]:
            best[item_id] = found
    organisation = generation.organisations[organisation_id]
    said = "\n".join(each for each in (organisation.description, *organisation.competences) if each)
    if said.strip():
        prepared = prepare_text(workspace, said)
        for each in () if prepared.obstacle else align_text(workspace, prepared):
            if each.item_id not in best or each.probability > best[each.item_id][0]:
                best[each.item_id] = (each.probability, None)
    return tuple(
        ItemMatch(item_id, probability, thresholds.judge(probability), project_id)
        for item_id, (probability, project_id) in sorted(
            best.items(), key=lambda pair: (-pair[1][0], pair[0])
        )
        if probability >= thresholds.examine
    )


def _match_documents(
    generation: Generation, items: Sequence[ItemMatch]
) -> tuple[DocumentMatch, ...]:
    strategy_items = generation.strategy_items
    n_aligned: dict[str, int] = {}
    for each in items:
        if each.verdict is Verdict.ALIGNED:
            document_id = strategy_items[each.item_id].document_id
            n_aligned[document_id] = n_aligned.get(document_id, 0) + 1
    latest = list_latest_ids(generation.documents.values())
    matches = [
        DocumentMatch(document_id, n, len(list_documents_items(generation, [document_id])))
        for document_id, n in n_aligned.items()
        if document_id in latest
    ]
    return tuple(
        sorted(matches, key=lambda each: (-each.n_aligned / each.n_items, each.document_id))
    )


def _match_projects(
    workspace: Workspace, organisation_id: str, *, n_projects: int
) -> tuple[ProjectMatch, ...]:
    generation = workspace.generation
    parts = generation.participations_of.get(organisation_id, ())
    own_ids = {part.project_id for part in parts}
    current = {part.project_id for part in parts if not part.has_ended}
    rows = np.concatenate(
        [
            generation.rows_of(OwnerKind.ORGANISATION, [organisation_id]),
            generation.rows_of(OwnerKind.PROJECT, current),
        ]
    )
    if not len(rows):
        return ()
    vectors = generation.index.vectors(rows)
    matches = []
    for project_id, nearness in _find_near(generation, vectors, without=own_ids):
        prepared = prepare_project(workspace, project_id)
        needs = list_needs(workspace, prepared)
        similarities = prepared.texts.vectors @ vectors.T
        openness = np.array([need.openness for need in needs], dtype=np.float32)
        proof = measure_proof(similarities).max(axis=1)
        closed = np.maximum(0, proof - (1 - openness))
        if closed.max() <= 0:
            continue
        number = int(closed.argmax())
        match = ProjectMatch(
            project_id,
            float(closed.sum() / openness.sum()),
            needs[number].passage.text,
            int(rows[similarities[number].argmax()]),
        )
        matches.append((round(match.need_closed * nearness, 6), match))
    matches.sort(key=lambda each: (-each[0], each[1].project_id))
    return tuple(match for _, match in matches[:n_projects])


def _find_near(
    generation: Generation, vectors: Values, *, without: Collection[str]
) -> list[tuple[str, float]]:
    """Find the projects whose passages come nearest to some vectors, on average.

    Returns
    -------
    list
        With how many standard deviations each is above the mean of all, nearest first.
    """
    projects = generation.projects
    nearest = np.full(len(projects.vectors), -1.0, dtype=np.float32)
    for start in range(0, len(vectors), CHUNK):
        np.maximum(
            nearest, (projects.vectors @ vectors[start : start + CHUNK].T).max(axis=1), out=nearest
        )
    starts = projects.offsets[:-1]
    means = np.add.reduceat(nearest, starts) / np.diff(projects.offsets)
    nearness = (means - means.mean()) / max(float(means.std()), 1e-6)
    found = (
        (projects.ids[row], float(nearness[row]))
        for row in np.argsort(-nearness, kind="stable").tolist()
        if projects.ids[row] not in without and nearness[row] >= LEAST_NEAR
    )
    return list(islice(found, N_NEAR))
