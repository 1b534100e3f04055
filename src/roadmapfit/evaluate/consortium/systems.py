"""The ways to rank partners that are measured: ours with and without the network, and others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from roadmapfit.candidates import FEATURES
from roadmapfit.competence import Likeness
from roadmapfit.history import History
from roadmapfit.partner_model import WITH_NETWORK, WITHOUT_NETWORK, PartnerModel, name_ranking

Values = NDArray[np.float32]
BASELINES = "baselines"


@dataclass(frozen=True, slots=True)
class Case:
    """One consortium to complete, and what was measured for it.

    ``measured`` has shape (n_organisations, len(FEATURES)); ``has_texts`` is that of the
    question.
    """

    history: History
    consortium: NDArray[np.int64]
    likeness: Likeness
    measured: Values
    model: PartnerModel
    has_texts: bool = True


@dataclass(frozen=True, slots=True)
class ConsortiumSystem:
    """One way to rank all organisations: ``rank`` returns shape (n_organisations,)."""

    rank: Callable[[Case], Values]
    is_ours: bool = False


def rank_by_popularity(case: Case) -> Values:
    """Rank by how many projects each has."""
    return case.history.n_projects_of


def rank_by_coparticipation(case: Case) -> Values:
    """Rank by projects shared with members; equal ones by popularity."""
    history = case.history
    present = np.zeros(len(history.organisation_ids), dtype=np.float32)
    present[case.consortium] = 1
    shared = history.by_organisation @ (history.members @ present)
    most = float(history.n_projects_of.max(initial=1.0))
    return np.asarray(shared + history.n_projects_of / (most + 1), dtype=np.float32)


def rank_by_profile(case: Case) -> Values:
    """Rank by cosine with the mean of an organisation's projects."""
    return case.likeness.profiles


def rank_by_nearest(case: Case) -> Values:
    """Rank by cosine with the nearest of an organisation's projects."""
    return case.measured[:, FEATURES.index("whole")]


def rank_by_mixture(case: Case) -> Values:
    """Rank by the learned mixture of the baselines."""
    return case.model.rank_values(case.measured, ranking=BASELINES)


def rank_without_network(case: Case) -> Values:
    """Rank as the product does with the network switched off."""
    ranking = name_ranking(has_texts=case.has_texts, uses_network=False)
    return case.model.rank_values(case.measured, ranking=ranking)


def rank_with_network(case: Case) -> Values:
    """Rank as the product does."""
    ranking = name_ranking(has_texts=case.has_texts, uses_network=True)
    return case.model.rank_values(case.measured, ranking=ranking)


CONSORTIUM_SYSTEMS: Mapping[str, ConsortiumSystem] = MappingProxyType(
    {
        WITH_NETWORK: ConsortiumSystem(rank_with_network, is_ours=True),
        WITHOUT_NETWORK: ConsortiumSystem(rank_without_network, is_ours=True),
        BASELINES: ConsortiumSystem(rank_by_mixture),
        "co-participation": ConsortiumSystem(rank_by_coparticipation),
        "popularity": ConsortiumSystem(rank_by_popularity),
        "text-profile": ConsortiumSystem(rank_by_profile),
        "text-nearest": ConsortiumSystem(rank_by_nearest),
    }
)
"""Name to system, in the order of the tables."""
