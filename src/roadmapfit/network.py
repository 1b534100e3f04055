"""How near organisations stand to a consortium in the network of past projects.

Apart from what they can do: these terms find the usual partners, and a reader may switch
them off.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from roadmapfit.history import History

Values = NDArray[np.float32]

# Random walk with restart (Tong, Faloutsos and Pan, 2006), from the members over their
# projects to other members; a walk this short has all but converged at this restart.
RESTART = 0.3
N_STEPS = 4


@dataclass(frozen=True, slots=True)
class Ties:
    """What ties each organisation to a consortium; shape (n_organisations,) each.

    Attributes
    ----------
    together
        Past projects shared with members, recent ones and small consortia weighing more.
    again
        The same, counting only projects that two or more members took part in.
    alike
        The same, each project weighing by its likeness to the one asked about.
    walk
        Where a random walk from the members is found, in [0, 1].
    n_met
        Members that it has had a project with.
    n_shared
        Members of its projects, of whatever age: a project with two of them counts twice.
    """

    together: Values
    again: Values
    alike: Values
    walk: Values
    n_met: Values
    n_shared: Values


def measure_ties(history: History, consortium: NDArray[np.int64], likeness: Values) -> Ties:
    """Measure what ties each organisation to a consortium.

    Parameters
    ----------
    history
        What is known.
    consortium
        Columns of the members that the history knows.
    likeness
        float32, shape (n_projects,): how like the project asked about each one is.
    """
    by = history.by_organisation
    present = np.zeros(len(history.organisation_ids), dtype=np.float32)
    present[consortium] = 1
    n_present = history.members @ present
    met = (by[consortium] @ history.members).tocsr()
    met.data[:] = 1
    return Ties(
        together=by @ (history.recency * n_present / np.log2(1 + history.sizes)),
        again=by @ (history.recency * n_present * np.maximum(n_present - 1, 0) / history.sizes),
        alike=by @ (likeness * history.recency * n_present / np.sqrt(history.sizes)),
        walk=_walk(history, present),
        n_met=np.asarray(met.sum(axis=0), dtype=np.float32).ravel(),
        n_shared=by @ n_present,
    )


def _walk(history: History, start: Values) -> Values:
    n_members = max(1.0, float(start.sum()))
    restart = start / np.float32(n_members)
    # A step goes to a project of the organisation, recent ones first, and to a member of it.
    weights = np.maximum(history.by_organisation @ history.recency, np.finfo(np.float32).tiny)
    place = restart
    for _ in range(N_STEPS):
        projects = history.recency * (history.members @ (place / weights))
        place = RESTART * restart + (1 - RESTART) * (
            history.by_organisation @ (projects / history.sizes)
        )
    walk: Values = place.astype(np.float32)
    return walk
