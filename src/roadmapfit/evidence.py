"""The passages that carry a match, on both sides, and how they do."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from roadmapfit.contribution import UNDEFINED, Contribution, Passages
from roadmapfit.lexical import (
    Term,
    find_shared_beginnings,
    find_shared_terms,
    find_telling_stems,
    measure_held_terms,
)
from roadmapfit.records import Passage

Array = NDArray[np.float32]

N_EVIDENCE = 3


@dataclass(frozen=True, slots=True)
class Evidence:
    """A passage of the project and the item passage that it meets.

    Attributes
    ----------
    similarity
        Centred cosine, in [-1, 1]; for ordering, never shown as an answer.
    project_terms, item_terms
        Words that both share (lexical matches), as places in each passage's text, or
        words of one beginning where the two are in two languages; empty where they meet
        by meaning alone.
    contribution, item_contribution
        What the pair loses without the passage of the project, and without that of
        the item; undefined where it is the only passage or was not tried.
    """

    project_passage: Passage
    item_passage: Passage
    similarity: float
    project_terms: tuple[Term, ...]
    item_terms: tuple[Term, ...]
    contribution: Contribution = UNDEFINED
    item_contribution: Contribution = UNDEFINED

    @property
    def is_lexical(self) -> bool:
        """Whether words carry the match, not meaning alone."""
        return bool(self.project_terms)

    @property
    def is_bilingual(self) -> bool:
        """Whether the two passages are in two languages."""
        return self.project_passage.language != self.item_passage.language


def find_evidence(
    project: Passages,
    item: Passages,
    *,
    contributions: Sequence[Contribution] = (),
    item_contributions: Sequence[Contribution] = (),
    idf: Array | None = None,
    n_pairs: int = N_EVIDENCE,
) -> tuple[Evidence, ...]:
    """Find the passages that carry a match.

    Parameters
    ----------
    project, item
        Passages and their centred unit vectors, shape (n_passages, dim).
    contributions, item_contributions
        One a passage, if they were measured: the passages that add most are then the
        evidence, and one without which the pair would gain is none.
    idf
        As ``Background`` holds it: words that many texts hold are then no shared words,
        unless a rarer one is shared beside them; passages of two languages may share
        words of one beginning; and a passage is set against that of
        the item which it meets best by its words and its meaning together, as the fit
        adds both. Without it meaning alone tells.
    n_pairs
        How many pairs at the most; each project passage is used once.

    Returns
    -------
    tuple[Evidence, ...]
        By contribution, where any was measured; then nearest pair first; equal ones in
        the project's order.
    """
    passages, vectors = project
    item_passages, item_vectors = item
    if not passages or not item_passages:
        return ()
    added = contributions or [UNDEFINED] * len(passages)
    item_added = item_contributions or [UNDEFINED] * len(item_passages)
    similarities = vectors @ item_vectors.T
    best = similarities.max(axis=1)
    order = sorted(range(len(passages)), key=lambda row: (*_rank(added[row]), -best[row], row))
    if not math.isnan(added[order[0]].fit):
        # Something is always shown: what adds most, however little.
        order = [row for row in order if added[row].fit > 0] or order[:1]
    pairs = [
        (row, _find_met(passages[row], item_passages, similarities[row], idf))
        for row in order[:n_pairs]
    ]
    return tuple(
        _pair(
            passages[row],
            item_passages[met],
            float(similarities[row, met]),
            added[row],
            item_added[met],
            idf,
        )
        for row, met in pairs
    )


def _find_met(
    passage: Passage, item_passages: Sequence[Passage], similarities: Array, idf: Array | None
) -> int:
    """Find the item's passage that one of the project meets.

    By meaning alone a short heading of the item is near everything, and the words that
    made the fit stand elsewhere.
    """
    if idf is None:
        return int(similarities.argmax())
    held = measure_held_terms(
        (passage.text, passage.language),
        [(other.text, other.language) for other in item_passages],
        idf=idf,
    )
    return int((similarities + held).argmax())


def _rank(contribution: Contribution) -> tuple[bool, float]:
    is_undefined = math.isnan(contribution.fit)
    return is_undefined, 0.0 if is_undefined else -contribution.fit


def _pair(
    project_passage: Passage,
    item_passage: Passage,
    similarity: float,
    contribution: Contribution,
    item_contribution: Contribution,
    idf: Array | None,
) -> Evidence:
    ours: list[Term] = []
    theirs: list[Term] = []
    own = (project_passage.text, project_passage.language)
    other = (item_passage.text, item_passage.language)
    if own[1] == other[1]:
        ours, theirs = find_shared_terms(own, other)
        shared = {term.stem for term in ours}
        if idf is not None and not find_telling_stems(shared, item_passage.language, idf=idf):
            ours, theirs = [], []
    elif idf is not None:
        ours, theirs = find_shared_beginnings(own, other, idf=idf)
    return Evidence(
        project_passage,
        item_passage,
        similarity,
        tuple(ours),
        tuple(theirs),
        contribution,
        item_contribution,
    )
