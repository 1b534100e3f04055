"""Passages of an item that nothing in a project meets."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from roadmapfit.contribution import Passages
from roadmapfit.features import Cohort
from roadmapfit.records import Passage
from roadmapfit.textset import TextSet

# A passage is met if some passage of the project is nearer to it than any passage is of
# all but this part of unrelated projects.
UNRELATED_SHARE = 0.1


def find_unmet_passages(project: TextSet, item: Passages, *, cohort: Cohort) -> tuple[Passage, ...]:
    """Find what an item says and no passage of a project comes near.

    Near is nearer than chance: the nearest passage of the project is held against the
    nearest passages of the cohort's projects in the same language, so that a general
    sentence, near to everything, is not met by everything.

    Parameters
    ----------
    project
        One text.
    item
        Passages of the item, and their centred unit vectors.
    cohort
        Its projects stand for the unrelated ones; all of them for a language that none
        of them has.

    Returns
    -------
    tuple[Passage, ...]
        In the order of the item. Its title is left out, for it sums up the others, but
        where it is all there is. Nothing without a cohort.
    """
    passages, vectors = item
    if not len(cohort.projects):
        return ()
    rows = _choose_rows(passages)
    same = cohort.projects.languages == project.languages[0]
    unrelated = cohort.projects.take(np.flatnonzero(same if same.any() else ~same))
    by_passage = unrelated.vectors @ vectors[rows].T
    by_project = np.maximum.reduceat(by_passage, unrelated.offsets[:-1], axis=0)
    usual = np.quantile(by_project, 1 - UNRELATED_SHARE, axis=0)
    own = (project.vectors @ vectors[rows].T).max(axis=0)
    return tuple(
        passages[row] for row, best, bar in zip(rows, own, usual, strict=True) if best <= bar
    )


def _choose_rows(passages: Sequence[Passage]) -> list[int]:
    body = [row for row, each in enumerate(passages) if each.field != "title"]
    return body or list(range(len(passages)))
