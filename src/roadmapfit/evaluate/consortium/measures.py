"""Where hidden members are ranked, and for whom a ranking is good or bad."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from roadmapfit.evaluate.ranking import QueryMeasure
from roadmapfit.history import History
from roadmapfit.records import Organisation, OrganisationKind

Values = NDArray[np.float32]
DEPTHS = (10, 100)
# Countries with the most participations in the history, against all others.
N_LARGE_COUNTRIES = 5
# From how many earlier projects an organisation is known well.
WELL_KNOWN = 10
# Projects in common with the members, at the most, of a pair that is cold.
COLD = 1
PARTS = (
    "all",
    "cold",
    "new_kind",
    "sme",
    "other_kinds",
    "large_countries",
    "other_countries",
    "one_project",
    "few_projects",
    "many_projects",
)


@dataclass(frozen=True, slots=True)
class Ranked:
    """Where one hidden member came out: rank from 1 by system, and the parts it is of."""

    project_id: str
    ranks: Mapping[str, int]
    parts: frozenset[str]


def find_rank(values: Values, column: int, excluded: NDArray[np.int64]) -> int:
    """Find the rank of one organisation, from 1; equal ones go by column.

    Parameters
    ----------
    values
        Shape (n_organisations,), higher is better.
    column
        Whose rank.
    excluded
        Columns that are not ranked, without ``column``.
    """
    own = values[column]
    is_before = values > own
    is_before[:column] |= values[:column] == own
    is_before[excluded] = False
    return 1 + int(is_before.sum())


def find_parts(
    history: History,
    column: int,
    consortium: NDArray[np.int64],
    *,
    hidden: Organisation,
    rest: Sequence[Organisation],
    large_countries: frozenset[str],
) -> frozenset[str]:
    """Say which parts of the figures a hidden member counts in.

    Parameters
    ----------
    history
        What was known.
    column, consortium
        Of the hidden member, and of the others that the history knows.
    hidden, rest
        The hidden member, and all others.
    large_countries
        As ``find_large_countries`` returns.
    """
    own = history.members[history.list_project_rows(column)]
    n_shared = float(own[:, consortium].sum())
    n_projects = int(history.n_projects_of[column])
    size = (
        "one_project"
        if n_projects == 1
        else "few_projects"
        if n_projects < WELL_KNOWN
        else "many_projects"
    )
    place = "large_countries" if hidden.country in large_countries else "other_countries"
    kind = "sme" if hidden.kind is OrganisationKind.SME else "other_kinds"
    parts = {"all", size, place, kind}
    if n_shared <= COLD:
        parts.add("cold")
    if all(each.kind is not hidden.kind for each in rest):
        parts.add("new_kind")
    return frozenset(parts)


def find_large_countries(history: History) -> frozenset[str]:
    """Find the countries with the most participations."""
    names, places = np.unique(history.countries.astype(str), return_inverse=True)
    counts = np.bincount(places, weights=history.n_projects_of)
    return frozenset(names[np.argsort(-counts, kind="stable")[:N_LARGE_COUNTRIES]].tolist())


def measure_ranked(ranked: Sequence[Ranked], *, system: str, part: str) -> dict[str, QueryMeasure]:
    """Measure one system on one part.

    Returns
    -------
    dict
        ``hits@10``, ``hits@100`` and ``MRR`` at each project that has a hidden member of
        the part: the mean over those members, weighing as many as they are. So the mean
        is that over members, and what is drawn for an interval is whole projects.
    """
    grouped: dict[str, list[int]] = {}
    for each in ranked:
        if part in each.parts:
            grouped.setdefault(each.project_id, []).append(each.ranks[system])
    weights = np.array([float(len(own)) for own in grouped.values()])
    measures = {
        f"hits@{depth}": [np.mean([rank <= depth for rank in own]) for own in grouped.values()]
        for depth in DEPTHS
    }
    measures["MRR"] = [np.mean([1 / rank for rank in own]) for own in grouped.values()]
    return {
        name: QueryMeasure(np.array(values, dtype=np.float64), weights)
        for name, values in measures.items()
    }
