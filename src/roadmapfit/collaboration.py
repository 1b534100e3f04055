"""Who worked with whom: the projects that two organisations share."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from roadmapfit.history import History


@dataclass(frozen=True, slots=True)
class Tie:
    """Two organisations with projects in common.

    ``one`` and ``two`` are places in the list asked about, ``one`` before ``two``;
    ``project_ids`` are sorted, at least one.
    """

    one: int
    two: int
    project_ids: tuple[str, ...]


def list_ties(
    history: History,
    organisation_ids: Sequence[str],
    *,
    project_ids: Collection[str] | None = None,
) -> list[Tie]:
    """List the pairs among some organisations that share a project.

    Parameters
    ----------
    history
        What is known.
    organisation_ids
        Those asked about; one that the history does not know has no tie.
    project_ids
        The projects that count; all by default.

    Returns
    -------
    list[Tie]
        By place of the first, then of the second.
    """
    members = _take_members(history, organisation_ids)
    if project_ids is not None:
        wanted = set(project_ids)
        counted = np.array([each in wanted for each in history.project_ids], dtype=np.float32)
        members = members.multiply(counted[None, :]).tocsr()
        members.eliminate_zeros()
    shared = sparse.triu(members @ members.T, k=1).tocoo()
    pairs = sorted(
        (int(one), int(two))
        for one, two, n_shared in zip(shared.row, shared.col, shared.data, strict=True)
        if n_shared
    )
    rows = [set(members[place].nonzero()[1].tolist()) for place in range(len(organisation_ids))]
    return [
        Tie(one, two, tuple(history.project_ids[row] for row in sorted(rows[one] & rows[two])))
        for one, two in pairs
    ]


def keep_strongest(ties: Sequence[Tie], *, n_each: int) -> list[Tie]:
    """Keep the ties that are among the strongest of either end: the outline of a dense network.

    Parameters
    ----------
    ties
        As ``list_ties`` returns them.
    n_each
        How many to keep of each organisation, the most projects first; equal ones in order.

    Returns
    -------
    list[Tie]
        In the order given. Who has a tie keeps one.
    """
    kept: set[Tie] = set()
    taken: dict[int, list[Tie]] = {}
    for tie in sorted(ties, key=lambda tie: -len(tie.project_ids)):
        for end in (tie.one, tie.two):
            own = taken.setdefault(end, [])
            if len(own) < n_each:
                own.append(tie)
                kept.add(tie)
    return [tie for tie in ties if tie in kept]


def find_colleagues(history: History, organisation_id: str, *, n_most: int) -> list[str]:
    """Find those with whom an organisation did most projects, recent ones first among equals.

    Parameters
    ----------
    history
        What is known.
    organisation_id
        One that the history knows; any other has no colleagues.
    n_most
        How many at the most.

    Returns
    -------
    list[str]
        Organisation ids; the organisation itself is not among them.
    """
    columns = history.find_columns([organisation_id])
    if not len(columns):
        return []
    own = history.by_organisation[columns[0]]
    n_shared = np.asarray((own @ history.members).todense(), dtype=np.float64).ravel()
    recent = np.asarray(
        (own.multiply(history.recency[None, :]).tocsr() @ history.members).todense(),
        dtype=np.float64,
    ).ravel()
    n_shared[columns] = 0
    order = np.lexsort((np.arange(len(n_shared)), -np.round(recent, 6), -n_shared))
    return [history.organisation_ids[each] for each in order[:n_most] if n_shared[each] > 0]


def _take_members(history: History, organisation_ids: Sequence[str]) -> sparse.csr_matrix:
    """Return who took part in what, one row an organisation asked about, (n, n_projects)."""
    places = [
        (place, history.columns[each])
        for place, each in enumerate(organisation_ids)
        if each in history.columns
    ]
    pick = sparse.csr_matrix(
        (
            np.ones(len(places), dtype=np.float32),
            ([place for place, _column in places], [column for _place, column in places]),
        ),
        shape=(len(organisation_ids), len(history.organisation_ids)),
    )
    return sparse.csr_matrix(pick @ history.by_organisation)
