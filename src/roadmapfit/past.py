"""What people decided before, brought to bear on a new text at once.

A person who called a project aligned with an item said more of the item than its
wording does. So a new text is compared with the texts that were judged, too: near one
that was accepted its fit value rises, near one that was refused it falls. A decision
counts as soon as it is made, without any training; how much it counts was learnt once,
on projects of topics that other projects had been funded under before.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from roadmapfit.features import (
    Cohort,
    Norms,
    above_items,
    measure_item_norms,
    measure_similarities,
    settle_words,
)
from roadmapfit.textset import TextSet

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class PastWeights:
    """How much the nearest judged texts say.

    Attributes
    ----------
    pair
        float32, shape (4,): weights of the three normalised similarities of two
        projects, then the intercept: log-odds that one item suits both.
    shift
        float32, shape (3,): what the nearest accepted text adds to a fit value, what
        the nearest refused one adds, and what is added wherever a text was accepted.
    """

    pair: Array
    shift: Array


@dataclass(frozen=True, slots=True)
class PastDecisions:
    """Judged pairs of earlier texts with an aligner's items.

    Attributes
    ----------
    item_rows
        int64, shape (n,): rows of the aligner's items.
    is_aligned
        bool, shape (n,): what the person said.
    texts
        The judged texts as projects, one row a decision.
    """

    item_rows: NDArray[np.int64]
    is_aligned: NDArray[np.bool_]
    texts: TextSet

    def __len__(self) -> int:
        """Count the decisions."""
        return len(self.item_rows)

    def take_item(self, item_row: int) -> PastDecisions:
        """Return the decisions about one item, which becomes the only one, row 0."""
        own = np.flatnonzero(self.item_rows == item_row)
        return PastDecisions(
            item_rows=np.zeros(len(own), dtype=np.int64),
            is_aligned=self.is_aligned[own],
            texts=self.texts.take(own),
        )


def measure_likeness(projects: TextSet, texts: TextSet, *, text_norms: Norms) -> Array:
    """Measure how much projects resemble judged texts.

    Parameters
    ----------
    projects, texts
        All stand as projects.
    text_norms
        Of ``texts`` against the cohort's projects (``measure_item_norms``).

    Returns
    -------
    numpy.ndarray
        float32, shape (n_projects, n_texts, 4): similarities in cohort deviations, words
        as in the features of a pair.
    """
    similarities = measure_similarities(projects, texts)
    above = above_items(similarities, text_norms, projects.languages)
    settle_words(
        above, similarities, is_within=projects.languages[:, None] == texts.languages[None, :]
    )
    return above


def measure_nearest(
    likeness: Array, past: PastDecisions, *, weights: PastWeights, n_items: int
) -> Array:
    """Find how near the nearest accepted and the nearest refused text of each item is.

    Parameters
    ----------
    likeness
        As ``measure_likeness`` returns for the decisions' texts.
    past
        The decisions.
    weights
        Turn likeness into a probability.
    n_items
        Of the aligner.

    Returns
    -------
    numpy.ndarray
        float32, shape (n_projects, n_items, 3): the probability, in [0, 1], that what
        suits the nearest accepted text suits the project; the same of the nearest
        refused one; and 1 where a text was accepted for the item. 0 where none was.
    """
    logit = likeness @ weights.pair[:-1] + weights.pair[-1]
    probability = 1 / (1 + np.exp(-np.clip(logit, -30, 30)))
    nearest = np.zeros((len(likeness), n_items, 3), dtype=np.float32)
    for column, (row, is_aligned) in enumerate(
        zip(past.item_rows.tolist(), past.is_aligned.tolist(), strict=True)
    ):
        place = nearest[:, row, 0 if is_aligned else 1]
        np.maximum(place, probability[:, column], out=place)
        if is_aligned:
            nearest[:, row, 2] = 1.0
    return nearest


class Memory:
    """The decisions that an aligner keeps in mind."""

    def __init__(self, past: PastDecisions, *, cohort: Cohort, weights: PastWeights) -> None:
        """Measure the norms of the judged texts."""
        self.past = past
        self.weights = weights
        # The cohort's items are no measure of these: whole files are not titles.
        self._norms = measure_item_norms(past.texts, cohort, shrinkage=0)

    def measure_shift(self, projects: TextSet, *, n_items: int) -> Array:
        """Say what the decisions add to fit values.

        Returns
        -------
        numpy.ndarray
            float32, shape (n_projects, n_items); 0 for an item without decisions.
        """
        likeness = measure_likeness(projects, self.past.texts, text_norms=self._norms)
        nearest = measure_nearest(likeness, self.past, weights=self.weights, n_items=n_items)
        return np.asarray(nearest @ self.weights.shift, dtype=np.float32)
