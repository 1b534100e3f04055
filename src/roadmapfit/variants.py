"""A text again and again, each time without some of its passages.

What a passage does for a figure is measured by taking it out and measuring again. The
variants are cut from what is already encoded: nothing is encoded twice.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from roadmapfit.lexical import N_BUCKETS, count_cognates, count_phrases, weigh_terms
from roadmapfit.records import Passage
from roadmapfit.segment import count_words
from roadmapfit.textset import TextSet, Vectors, name_main_language, pool_passages


def leave_out(
    passages: Sequence[Passage],
    vectors: Vectors,
    left_out: Sequence[Collection[int]],
    *,
    idf: NDArray[np.float32],
) -> TextSet:
    """Make one text set of the variants of a text.

    Parameters
    ----------
    passages
        Those of one text, in order.
    vectors
        float32, shape (n_passages, dim): their centred unit rows.
    left_out
        For each variant, the passages that it lacks; an empty one is the whole text.
    idf
        As ``Background`` holds it.

    Returns
    -------
    TextSet
        One text a variant, in order, with ids ``"0"``, ``"1"``, …: what
        ``build_text_set`` would make of the passages that are left.

    Raises
    ------
    ValueError
        If a variant has no passage left.
    """
    keep = np.ones((len(left_out), len(passages)), dtype=np.bool_)
    for row, numbers in enumerate(left_out):
        keep[row, list(numbers)] = False
    if not keep.any(axis=1).all():
        raise ValueError("a variant has no passage left; leave one out of a text of several")
    words = np.array([max(1, count_words(each.text)) for each in passages], dtype=np.int32)
    _, numbers = np.nonzero(keep)
    offsets = np.concatenate([[0], np.cumsum(keep.sum(axis=1))]).astype(np.int64)
    languages = np.array(
        [
            name_main_language(
                [each for each, is_in in zip(passages, row, strict=True) if is_in], words[row]
            )
            for row in keep
        ],
        dtype=object,
    )
    phrases = _count_kept(passages, keep, languages)
    return TextSet(
        ids=tuple(str(row) for row in range(len(left_out))),
        languages=languages,
        n_words=(keep @ words).astype(np.int32),
        offsets=offsets,
        vectors=vectors[numbers],
        whole=pool_passages(vectors[numbers], words[numbers], offsets),
        terms=weigh_terms(phrases[:, :N_BUCKETS], idf),
        phrases=weigh_terms(phrases, idf),
        cognates=weigh_terms(_add_up(keep, count_cognates([each.text for each in passages])), idf),
    )


def _count_kept(
    passages: Sequence[Passage], keep: NDArray[np.bool_], languages: NDArray[np.object_]
) -> sparse.csr_matrix:
    """Add up the phrases of each variant's passages, read in the variant's main language."""
    texts = [each.text for each in passages]
    parts: list[sparse.csr_matrix] = []
    order: list[NDArray[np.int64]] = []
    for language in np.unique(languages):
        rows = np.flatnonzero(languages == language)
        by_passage = count_phrases(texts, [str(language)] * len(texts))
        parts.append(_add_up(keep[rows], by_passage))
        order.append(rows)
    stacked = sparse.vstack(parts, format="csr", dtype=np.float32)
    return sparse.csr_matrix(stacked[np.argsort(np.concatenate(order))])


def _add_up(keep: NDArray[np.bool_], by_passage: sparse.csr_matrix) -> sparse.csr_matrix:
    return sparse.csr_matrix(keep.astype(np.float32)) @ by_passage
