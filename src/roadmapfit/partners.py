"""Who brings what a consortium lacks, and why.

A project's passages say what it needs; the competence of an organisation is the
passages that prove it (its own description, the projects it is in). A need is
open as far as no member of the consortium proves it, and candidates are ranked
by how much of the open need they close: not by likeness to the project.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from roadmapfit.index import Filter, PassageIndex
from roadmapfit.records import Organisation, OrganisationKind, OwnerKind, Passage

Vectors = NDArray[np.float32]

# Centred cosine at which a passage is taken as no proof and as full proof of a
# competence; in between the proof grows linearly. Chosen by eye on the demonstration
# corpus, to be fitted when consortium completion is measured.
NO_PROOF, FULL_PROOF = 0.2, 0.5
N_NEAR = 400
# A lacking type of partner closes no technical need by itself; it is a reason to
# prefer one of two candidates who close about as much.
KIND_BONUS = 0.05
CORE_KINDS = (OrganisationKind.SME, OrganisationKind.LABORATORY)


@dataclass(frozen=True, slots=True)
class Need:
    """A passage of the project, and how much of it the consortium leaves open, in [0, 1]."""

    passage: Passage
    openness: float


@dataclass(frozen=True, slots=True)
class Closure:
    """One need that a candidate closes, with the proof.

    ``closed`` is the part of the need that this candidate adds to the
    consortium, in [0, 1]; ``proof_row`` is the index row of the proving passage.
    """

    need: Need
    closed: float
    proof_row: int


@dataclass(frozen=True, slots=True)
class PartnerFit:
    """An organisation that would complete a consortium.

    Attributes
    ----------
    need_closed
        Share of all open need that it closes, in [0, 1].
    closures
        The needs it closes, largest part first.
    brings_kind
        Whether it is of a type (SME, laboratory) that the consortium lacks.
    is_newcomer
        Whether it has no project in the workspace.
    """

    organisation: Organisation
    need_closed: float
    closures: tuple[Closure, ...]
    brings_kind: bool
    is_newcomer: bool


def measure_proof(similarities: Vectors) -> Vectors:
    """Turn centred cosines into degrees of proof, in [0, 1]; same shape."""
    proof = (similarities - NO_PROOF) / (FULL_PROOF - NO_PROOF)
    return np.asarray(np.clip(proof, 0.0, 1.0), dtype=np.float32)


def measure_needs(
    passages: Sequence[Passage], vectors: Vectors, consortium_vectors: Vectors
) -> list[Need]:
    """Measure what the present consortium leaves open.

    Parameters
    ----------
    passages, vectors
        Of the project, centred unit rows, shape (n_passages, dim).
    consortium_vectors
        The members' competence passages, shape (n, dim); none leaves all open.
    """
    if len(consortium_vectors):
        proven = measure_proof(vectors @ consortium_vectors.T).max(axis=1)
    else:
        proven = np.zeros(len(passages), dtype=np.float32)
    return [
        Need(passage, float(1 - value)) for passage, value in zip(passages, proven, strict=True)
    ]


def rank_partners(
    needs: Sequence[Need],
    vectors: Vectors,
    index: PassageIndex,
    *,
    organisations_of: Mapping[str, Sequence[str]],
    organisations: Mapping[str, Organisation],
    excluded_ids: Collection[str],
    excluded_project_ids: Collection[str] = (),
    present_kinds: Collection[OrganisationKind] = (),
    n_partners: int = 20,
) -> list[PartnerFit]:
    """Rank organisations by the open need that they close.

    Parameters
    ----------
    needs, vectors
        Of the project, and the centred unit vectors of the needs' passages.
    index
        Holds the competence passages: of organisations and of projects.
    organisations_of
        The organisations that took part in each project, by project id.
    organisations
        All of them, by id.
    excluded_ids
        Organisations not wanted: members, declared conflicts.
    excluded_project_ids
        Projects that prove nothing here: the project itself.
    present_kinds
        Types of partner that the consortium has.
    n_partners
        How many at the most.

    Returns
    -------
    list[PartnerFit]
        Most need closed first; equal ones by organisation id.
    """
    mask = Filter(
        owner_kinds=(OwnerKind.ORGANISATION, OwnerKind.PROJECT),
        excluded_owner_ids=excluded_project_ids,
    ).select(index.table)
    hits = index.search(vectors, N_NEAR, mask=mask) if len(needs) else []
    closures: dict[str, dict[int, Closure]] = {}
    for number, (need, near) in enumerate(zip(needs, hits, strict=True)):
        for hit in near:
            proof = float(measure_proof(np.array([hit.similarity], dtype=np.float32))[0])
            # The consortium already proves 1 - openness: only what goes beyond it counts.
            closed = proof - (1 - need.openness)
            if closed <= 0:
                continue
            for organisation_id in _owners(index, hit.row, organisations_of):
                # Hits come best first: the first proof of a need is the best one.
                closures.setdefault(organisation_id, {}).setdefault(
                    number, Closure(need, closed, hit.row)
                )
    total = sum(need.openness for need in needs)
    lacking = [kind for kind in CORE_KINDS if kind not in present_kinds]
    with_projects = {member for members in organisations_of.values() for member in members}
    fits = [
        PartnerFit(
            organisation=organisations[organisation_id],
            need_closed=sum(closure.closed for closure in own.values()) / total,
            closures=tuple(sorted(own.values(), key=lambda closure: -closure.closed)),
            brings_kind=organisations[organisation_id].kind in lacking,
            is_newcomer=organisation_id not in with_projects,
        )
        for organisation_id, own in closures.items()
        if organisation_id in organisations and organisation_id not in excluded_ids
    ]
    fits.sort(
        key=lambda fit: (-(fit.need_closed + KIND_BONUS * fit.brings_kind), fit.organisation.id)
    )
    return fits[:n_partners]


def _owners(
    index: PassageIndex, row: int, organisations_of: Mapping[str, Sequence[str]]
) -> Sequence[str]:
    owner_id = str(index.table.owner_id[row])
    if str(index.table.owner_kind[row]) == OwnerKind.ORGANISATION:
        return (owner_id,)
    return organisations_of.get(owner_id, ())
