"""Where an organisation belongs: the items, documents and projects that it would suit."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from roadmapfit.analysis import align_text, list_documents_items, prepare_project, prepare_text
from roadmapfit.calibrate import Verdict
from roadmapfit.decided import correct_table
from roadmapfit.errors import WorkspaceError
from roadmapfit.generation import Generation
from roadmapfit.partnering import list_needs
from roadmapfit.partners import measure_closed
from roadmapfit.proof import measure_proof, prove_text
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
    own_ids = {part.project_id for part in generation.participations_of.get(organisation_id, ())}
    competences = generation.competences
    rows = competences.find_texts([organisation_id])
    if not len(rows):
        return ()
    texts = competences.texts.take(rows)
    matches = []
    for project_id, nearness in _find_near(generation, texts.vectors, without=own_ids):
        prepared = prepare_project(workspace, project_id)
        needs = list_needs(workspace, prepared)
        evidence = prove_text(prepared.texts, texts, among=competences.texts)
        weights = np.array([need.weight for need in needs], dtype=np.float32)
        proof = measure_proof(evidence).max(axis=1)
        closed = measure_closed(weights, proof)
        if closed.max() <= 0:
            continue
        number = int(closed.argmax())
        match = ProjectMatch(
            project_id,
            float(closed.sum() / weights.sum()),
            needs[number].passage.text,
            competences.find_passage(
                int(rows[evidence[number].argmax()]), prepared.texts.vectors[number]
            ),
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
