"""How far one text proves what a passage of another asks for, as a probability.

A sentence can be near another in words and stand in a text about something else ("from TRL
4 to TRL 7"). So three things count: how near the nearest passage is, how near the passage
asked about is to the text as a whole, and how many words the two texts share. Their
weights are a logistic regression on pairs that were read one by one, drawn evenly over all
cosines (``benchmarks/fit_proof.py``, which makes them again; figures in
``docs/partners.md``). The second is counted from what is usual among the texts at hand,
for texts of one hand or house share a manner that proves nothing. How many passages an
organisation has is no part of it: the nearest of many is nearer by chance, but given these
three that told nothing more.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.special import expit

from roadmapfit.textset import TextSet

Vectors = NDArray[np.float32]
Values = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class ProofWeights:
    """What the likeness of a passage to a text weighs, in log-odds.

    Attributes
    ----------
    passage
        Of the cosine with the text's nearest passage.
    text
        Of the cosine with the text as a whole, above the usual one.
    words
        Of the cosine of the two texts' word beginnings, ``MOST_SHARED`` at the most.
    intercept
        Of a passage that is like nothing.
    """

    passage: float
    text: float
    words: float
    intercept: float


# Fitted by ``benchmarks/fit_proof.py``; a test holds them to its results file.
WITH_WORDS = ProofWeights(passage=5.04, text=10.66, words=17.51, intercept=-8.34)
# For what organisations say of themselves, whose words are not counted.
WITHOUT_WORDS = ProofWeights(passage=6.28, text=11.78, words=0.0, intercept=-6.81)
# Texts that share more words than this are no likelier to be about the same.
MOST_SHARED = 0.2
# So many texts stand for "nothing is usual", beside those at hand: few of them tell little.
USUAL_SHRINKAGE = 20
# Some 2,600 passages of projects: 4 MB, which the processor's cache holds.
TEXTS_AT_ONCE = 250
# What is proven with less than this is said to be not proven at all.
LEAST_PROOF = 0.1


def compare_passages(vectors: Vectors, texts: TextSet) -> Values:
    """Compare passages with the nearest passage of each text.

    Parameters
    ----------
    vectors
        Centred unit rows, shape (n, dim).
    texts
        To be compared with.

    Returns
    -------
    numpy.ndarray
        float32, shape (n, n_texts): cosines.
    """
    nearest = np.zeros((len(texts), len(vectors)), dtype=np.float32)
    # Vectors read from an index do not stand where numpy multiplies them without a copy:
    # taken at once, all of them would stand in memory twice.
    for first in range(0, len(texts), TEXTS_AT_ONCE):
        offsets = texts.offsets[first : first + TEXTS_AT_ONCE + 1]
        # Few vectors times many run eight times slower than many times few.
        by_passage = texts.vectors[offsets[0] : offsets[-1]] @ vectors.T
        nearest[first : first + TEXTS_AT_ONCE] = np.maximum.reduceat(
            by_passage, offsets[:-1] - offsets[0], axis=0
        )
    return nearest.T


def weigh_evidence(
    nearest: Values,
    *,
    vectors: Vectors,
    words: sparse.csr_matrix,
    texts: TextSet,
    among: TextSet,
) -> Values:
    """Weigh what texts say for passages.

    Parameters
    ----------
    nearest
        Shape (n, n_texts), as ``compare_passages`` returns.
    vectors
        Of the passages, centred unit rows, shape (n, dim).
    words
        Word beginnings of the texts that the passages stand in, shape (n, N_BUCKETS), or
        (1, N_BUCKETS) for one text.
    texts
        To prove them.
    among
        All texts at hand, ``texts`` among them.

    Returns
    -------
    numpy.ndarray
        float32, shape (n, n_texts): log-odds that the text is about what the passage asks.
    """
    if not len(texts):
        return nearest
    about = vectors @ texts.whole.T
    # Where the texts are all there are, their cosines need no second measuring.
    about -= _find_usual(about if among is texts else vectors @ among.whole.T)[:, None]
    shared = np.minimum(_compare_words(words, texts), MOST_SHARED)
    evidence = _weigh(nearest, about, shared, WITH_WORDS)
    is_silent = np.diff(texts.cognates.indptr) == 0
    evidence[:, is_silent] = _weigh(nearest[:, is_silent], about[:, is_silent], 0.0, WITHOUT_WORDS)
    # One text asked about, or one for each passage.
    is_mute = np.broadcast_to(np.diff(words.indptr) == 0, len(vectors))
    evidence[is_mute] = _weigh(nearest[is_mute], about[is_mute], 0.0, WITHOUT_WORDS)
    return evidence


def measure_usual(vectors: Vectors, texts: TextSet) -> Values:
    """Measure how near passages usually are to a text as a whole.

    Returns
    -------
    numpy.ndarray
        float32, shape (n,): the median cosine, drawn to 0 the more the fewer texts there are.
    """
    return _find_usual(vectors @ texts.whole.T)


def prove_text(asked: TextSet, texts: TextSet, *, among: TextSet) -> Values:
    """Weigh what texts say for each passage of one text.

    Parameters
    ----------
    asked
        One text.
    texts, among
        To prove it, and all texts at hand.

    Returns
    -------
    numpy.ndarray
        float32, shape (n_passages, n_texts): log-odds, as ``weigh_evidence`` returns.
    """
    nearest = compare_passages(asked.vectors, texts)
    return weigh_evidence(
        nearest, vectors=asked.vectors, words=asked.cognates[0], texts=texts, among=among
    )


def measure_proof(evidence: Values) -> Values:
    """Turn log-odds into degrees of proof.

    Returns
    -------
    numpy.ndarray
        float32, of the same shape: probabilities, and 0 below ``LEAST_PROOF``.

    Examples
    --------
    >>> measure_proof(np.array([-3.0, 0.0, np.log(3)], dtype=np.float32)).round(2).tolist()
    [0.0, 0.5, 0.75]
    """
    proof = expit(evidence)
    return np.asarray(np.where(proof < LEAST_PROOF, 0, proof), dtype=np.float32)


def _find_usual(about: Values) -> Values:
    """Draw the median of each row to 0 the more the fewer columns there are."""
    n_texts = about.shape[1]
    if not n_texts:
        return np.zeros(len(about), dtype=np.float32)
    share = n_texts / (n_texts + USUAL_SHRINKAGE)
    return np.asarray(np.median(about, axis=1) * share, dtype=np.float32)


def _compare_words(words: sparse.csr_matrix, texts: TextSet) -> Values:
    if words.shape[0] > 1:
        return np.asarray((words @ texts.cognates.T).toarray())
    # For one text, several times as fast with a dense row: nothing has to be sorted.
    return np.asarray(texts.cognates @ words.toarray()[0])[None, :]


def _weigh(nearest: Values, about: Values, shared: Values | float, weights: ProofWeights) -> Values:
    return np.asarray(
        weights.passage * nearest
        + weights.text * about
        + weights.words * shared
        + weights.intercept,
        dtype=np.float32,
    )
