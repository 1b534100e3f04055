"""Who can do what, as a picture: needs or items, and around each those who prove it.

Three questions: around a project (its needs, its members and who would complete them),
around an item of a strategy (it, its neighbours, and who comes nearest to it), and within
a territory (the items of a strategy, and who of the territory proves them).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from roadmapfit.analysis import PreparedText, list_documents_items, load_item
from roadmapfit.competence import Competences, find_best
from roadmapfit.errors import WorkspaceError
from roadmapfit.generation import Generation
from roadmapfit.layouts import place_competences
from roadmapfit.partnering import PartnerQuestion, answer_partners, ask_partners
from roadmapfit.partners import PartnerFit, list_open
from roadmapfit.proof import compare_passages, measure_proof, weigh_evidence
from roadmapfit.records import Organisation, StrategyItem
from roadmapfit.workspace import Workspace

Values = NDArray[np.float32]

# More names than these are no picture any more.
N_LANDMARKS, N_CANDIDATES, N_NEWCOMERS, N_ORGANISATIONS = 12, 26, 6, 40
# What is shown as the proof of an organisation: its best few landmarks.
N_PROOFS = 3


class Part(StrEnum):
    """What an organisation is in a picture."""

    ASKED = "asked"
    MEMBER = "member"
    CANDIDATE = "candidate"
    NEWCOMER = "newcomer"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Landmark:
    """What organisations are placed around: a need of a project, or an item.

    Attributes
    ----------
    id
        Of the passage or of the item.
    openness
        How much of a need the consortium leaves open, in [0, 1]; ``None`` for an item.
    is_asked
        Whether it is the item that was asked about.
    x, y
        In [0, 1], right and down.
    """

    id: str
    text: str
    x: float
    y: float
    openness: float | None = None
    is_asked: bool = False


@dataclass(frozen=True, slots=True)
class Proof:
    """That an organisation proves a landmark.

    ``landmark`` is a place in the map's landmarks, ``degree`` in [0, 1] as of a need;
    ``row`` is the index row of the proving passage.
    """

    landmark: int
    degree: float
    row: int


@dataclass(frozen=True, slots=True)
class PlacedOrganisation:
    """An organisation on the map.

    Attributes
    ----------
    need_closed
        Share of the open need that a candidate closes; ``None`` for all others.
    n_projects
        In the workspace, without the project asked about.
    proofs
        Of the landmarks that it proves best, the best first.
    x, y
        In [0, 1], right and down.
    """

    organisation: Organisation
    part: Part
    n_projects: int
    proofs: tuple[Proof, ...]
    x: float
    y: float
    need_closed: float | None = None


@dataclass(frozen=True, slots=True)
class CompetenceMap:
    """The picture.

    ``unplaced`` have no text that could prove anything, and so no place. ``n_left_out``
    organisations were found and not drawn.
    """

    landmarks: tuple[Landmark, ...]
    organisations: tuple[PlacedOrganisation, ...]
    unplaced: tuple[Organisation, ...] = ()
    n_left_out: int = 0


@dataclass(frozen=True, slots=True)
class _Question:
    """Landmarks without places, and how near the texts and organisations come to them.

    Attributes
    ----------
    landmarks
        Id, text, openness, and whether it is what was asked about.
    evidence
        float32, shape (n_landmarks, n_texts): log-odds that a text proves a landmark.
    near, proven
        float32, shape (n_landmarks, n_organisations): cosine with the nearest passage, -1
        without a text; and the degree of proof, in [0, 1].
    """

    landmarks: tuple[tuple[str, str, float | None, bool], ...]
    vectors: Values
    competences: Competences
    evidence: Values
    near: Values
    proven: Values

    def keep(self, rows: Sequence[int]) -> _Question:
        """Return the question of some landmarks only, in the order given."""
        return replace(
            self,
            landmarks=tuple(self.landmarks[row] for row in rows),
            vectors=self.vectors[rows],
            evidence=self.evidence[rows],
            near=self.near[rows],
            proven=self.proven[rows],
        )


def _ask(
    landmarks: Sequence[tuple[str, str, float | None, bool]],
    vectors: Values,
    words: sparse.csr_matrix,
    competences: Competences,
) -> _Question:
    texts, groups = competences.texts, competences.proofs
    nearest = compare_passages(vectors, texts)
    evidence = weigh_evidence(nearest, vectors=vectors, words=words, texts=texts, among=texts)
    return _Question(
        tuple(landmarks),
        vectors,
        competences,
        evidence,
        near=find_best(nearest, groups, blank=-1.0),
        proven=measure_proof(find_best(evidence, groups, blank=-np.inf)),
    )


def _take_needs(asked: PartnerQuestion) -> _Question:
    """Take a text's needs as landmarks, with what was measured of them."""
    question = asked.question
    return _Question(
        tuple((need.passage.id, need.passage.text, need.openness, False) for need in asked.needs),
        question.likeness.vectors,
        question.competences,
        question.likeness.evidence,
        near=question.proof,
        proven=question.proven,
    )


def map_project(
    workspace: Workspace,
    prepared: PreparedText,
    *,
    member_ids: Collection[str] | None = None,
    uses_network: bool = True,
    n_candidates: int = N_CANDIDATES,
) -> CompetenceMap:
    """Map a project's needs, its members, and the candidates who close what is open.

    Parameters
    ----------
    workspace, prepared, member_ids, uses_network
        As ``find_partners`` takes them.
    n_candidates
        How many at the most; ``N_NEWCOMERS`` newcomers come on top.
    """
    asked = ask_partners(workspace, prepared, member_ids=member_ids)
    return map_answer(workspace, asked, uses_network=uses_network, n_candidates=n_candidates)


def map_answer(
    workspace: Workspace,
    asked: PartnerQuestion,
    *,
    uses_network: bool = True,
    n_candidates: int = N_CANDIDATES,
    ranked: Sequence[PartnerFit] | None = None,
) -> CompetenceMap:
    """Map as ``map_project`` does what was measured already.

    Parameters
    ----------
    workspace, asked, uses_network
        As ``answer_partners`` takes them.
    n_candidates
        As ``map_project`` takes it.
    ranked
        All but newcomers, as ``answer_partners`` ranked them for the same question; without,
        they are ranked here.
    """
    generation, needs = workspace.generation, asked.needs
    row_of = {need.passage.id: row for row, need in enumerate(needs)}
    kept = sorted(row_of[need.passage.id] for need in list_open(needs)[:N_LANDMARKS])
    rank = partial(answer_partners, workspace, asked, uses_network=uses_network)
    if ranked is None:
        ranked = rank(newcomers=False, n_partners=n_candidates)
    fits = list(ranked[:n_candidates])
    # Most open data has no text of newcomers; then there is nobody to rank.
    if _has_newcomers(generation):
        fits += rank(newcomers=True, n_partners=N_NEWCOMERS)
    parts = {each.id: Part.MEMBER for each in asked.members}
    parts |= {
        fit.organisation.id: Part.NEWCOMER if fit.is_newcomer else Part.CANDIDATE for fit in fits
    }
    closed = {fit.organisation.id: fit.need_closed for fit in fits}
    return _lay_out(generation, _take_needs(asked).keep(kept), parts, closed=closed)


def map_item(
    workspace: Workspace, item_id: str, *, n_organisations: int = N_ORGANISATIONS
) -> CompetenceMap:
    """Map who comes nearest to an item, among it and its neighbours in the same strategy.

    Raises
    ------
    WorkspaceError
        If there is no such item, or it has no text.
    """
    generation = workspace.generation
    load_item(generation, item_id)  # an unknown one is refused here
    document_id = generation.strategy_items[item_id].document_id
    items = _list_items(generation, document_id)
    own = next(row for row, (item, _row) in enumerate(items) if item.id == item_id)
    whole = generation.items.whole[[row for _item, row in items]]
    order = np.argsort(-(whole @ whole[own]), kind="stable")[:N_LANDMARKS]
    kept = sorted({own, *order.tolist()})[:N_LANDMARKS]
    question = _ask_items(generation, [items[row] for row in kept], asked_id=item_id)
    asked = kept.index(own)
    return _map_nearest(
        generation,
        question,
        question.proven[asked],
        question.near[asked],
        n_organisations=n_organisations,
    )


def map_territory(
    workspace: Workspace,
    territory: str,
    document_id: str,
    *,
    n_organisations: int = N_ORGANISATIONS,
) -> CompetenceMap:
    """Map who of a territory proves what a strategy asks for.

    Parameters
    ----------
    workspace
        Where to look.
    territory
        One of ``list_territories``, or a country.
    document_id
        The strategy; of many items, those that the territory proves best are taken.
    n_organisations
        How many at the most: those who prove some item best.

    Raises
    ------
    WorkspaceError
        If no organisation is there, or there is no such document, or nothing to read in it.
    """
    generation = workspace.generation
    history = generation.competences.history
    is_there = (history.territories == territory) | (history.countries == territory)
    if not is_there.any():
        raise WorkspaceError("territory_unknown", found=territory)
    if document_id not in generation.documents:
        raise WorkspaceError(
            "document_unknown", found=document_id, expected=", ".join(sorted(generation.documents))
        )
    items = _list_items(generation, document_id)
    if not items:
        raise WorkspaceError("document_empty", found=document_id)
    question = _ask_items(generation, items)
    best = np.lexsort(
        (-question.near[:, is_there].max(axis=1), -question.proven[:, is_there].max(axis=1))
    )[:N_LANDMARKS]
    question = question.keep(sorted(best.tolist()))
    proven = np.where(is_there, question.proven.max(axis=0), np.float32(0))
    near = question.near.max(axis=0)
    return _map_nearest(generation, question, proven, near, n_organisations=n_organisations)


def list_territories(generation: Generation) -> dict[str, int]:
    """Count the organisations of each territory; the most first, equal ones by name."""
    names, counts = np.unique(
        generation.competences.history.territories.astype(str), return_counts=True
    )
    found = {str(name): int(n) for name, n in zip(names, counts, strict=True) if name}
    return dict(sorted(found.items(), key=lambda each: (-each[1], each[0])))


def _has_newcomers(generation: Generation) -> bool:
    """Whether some organisation without a project says what it does."""
    veterans = generation.veteran_ids
    return any(
        (each.description or each.competences) and each.id not in veterans
        for each in generation.organisations.values()
    )


def _list_items(generation: Generation, document_id: str) -> list[tuple[StrategyItem, int]]:
    """List a document's items that have a text, with their rows."""
    rows = {item_id: row for row, item_id in enumerate(generation.items.ids)}
    items = list_documents_items(generation, [document_id])
    return [(item, rows[item.id]) for item in items if item.id in rows]


def _ask_items(
    generation: Generation, items: Sequence[tuple[StrategyItem, int]], *, asked_id: str = ""
) -> _Question:
    return _ask(
        [(item.id, item.title, None, item.id == asked_id) for item, _row in items],
        generation.items.whole[[row for _item, row in items]],
        generation.items.cognates[[row for _item, row in items]],
        generation.competences,
    )


def _map_nearest(
    generation: Generation,
    question: _Question,
    proven: Values,
    near: Values,
    *,
    n_organisations: int,
) -> CompetenceMap:
    """Map those who prove most of what is asked, which is 0 for who is not meant."""
    history = question.competences.history
    # Who proves most first; of equal ones the nearest, and those with more projects.
    order = np.lexsort((-history.n_projects_of, -np.round(near, 4), -np.round(proven, 4)))
    found = [int(column) for column in order if proven[column] > 0]
    parts = {history.organisation_ids[each]: Part.OTHER for each in found[:n_organisations]}
    n_left_out = max(0, len(found) - n_organisations)
    return _lay_out(generation, question, parts, n_left_out=n_left_out)


def _lay_out(
    generation: Generation,
    question: _Question,
    parts: dict[str, Part],
    *,
    closed: dict[str, float] | None = None,
    n_left_out: int = 0,
) -> CompetenceMap:
    history, near = question.competences.history, question.near
    columns = {each: history.columns[each] for each in parts}
    placed = [each for each in parts if near[:, columns[each]].max(initial=-1.0) > -1.0]
    drawn = near[:, [columns[each] for each in placed]]
    places = place_competences(question.vectors, drawn).astype(float).tolist()
    n_landmarks = len(question.landmarks)
    organisations = generation.organisations
    return CompetenceMap(
        landmarks=tuple(
            Landmark(each, text, place[0], place[1], openness, is_asked)
            for (each, text, openness, is_asked), place in zip(
                question.landmarks, places[:n_landmarks], strict=True
            )
        ),
        organisations=tuple(
            PlacedOrganisation(
                organisation=organisations[each],
                part=parts[each],
                n_projects=int(history.n_projects_of[columns[each]]),
                proofs=_find_proofs(question, columns[each]),
                x=place[0],
                y=place[1],
                need_closed=(closed or {}).get(each),
            )
            for each, place in zip(placed, places[n_landmarks:], strict=True)
        ),
        unplaced=tuple(organisations[each] for each in parts if each not in placed),
        n_left_out=n_left_out,
    )


def _find_proofs(question: _Question, column: int) -> tuple[Proof, ...]:
    """Find the passages that prove what an organisation proves best."""
    competences = question.competences
    proofs = competences.proofs
    texts = proofs.indices[proofs.indptr[column] : proofs.indptr[column + 1]]
    degrees = question.proven[:, column]
    found = []
    for landmark in np.argsort(-degrees, kind="stable")[:N_PROOFS]:
        if not degrees[landmark]:
            continue
        text = int(texts[np.argmax(question.evidence[landmark, texts])])
        row = competences.find_passage(text, question.vectors[landmark])
        found.append(Proof(int(landmark), float(degrees[landmark]), row))
    return tuple(found)
