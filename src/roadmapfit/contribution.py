"""What each passage, and what shared words, add to the probability of a pair.

A passage's contribution is what the pair loses without it: the passage is left out, and
the same aligner measures again (leave-one-out; the *comprehensiveness* of DeYoung et
al., 2020, with one passage for a rationale). Nothing of the model is assumed, so the
figure stays true when the model changes. Passages that say the same thing cover for one
another, so contributions do not add up to the probability.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from roadmapfit.align import Aligner
from roadmapfit.calibrate import FEATURES, Probabilities
from roadmapfit.lexical import count_phrases
from roadmapfit.records import Passage
from roadmapfit.textset import TextSet
from roadmapfit.variants import leave_out

Array = NDArray[np.float32]
Passages = tuple[Sequence[Passage], Array]
Correction = Callable[[Array], Array] | None

# Features of words, by name; the others are of meaning.
LEXICAL = ("phrases", "cognates_normed")
# What any feature is of an unrelated pair, in cohort deviations.
NEUTRAL = 0.0
# A file of a hundred pages has thousands of passages, most of them far from the item:
# these many are tried, half of them the nearest, half those that share most with it.
MAX_TRIED = 40
# Passages of all variants that are measured at once.
MAX_ROWS = 20_000


@dataclass(frozen=True, slots=True)
class Contribution:
    """What leaving a passage out takes from a pair; negative where the pair gains.

    Attributes
    ----------
    fit
        Log-odds before calibration: it tells apart what the steps of the calibrated
        probability hide.
    probability
        In [-1, 1]: 0.12 is twelve points.
    """

    fit: float
    probability: float


UNDEFINED = Contribution(float("nan"), float("nan"))


@dataclass(frozen=True, slots=True)
class Origin:
    """What a fit value is made of, in log-odds above an unrelated pair.

    Attributes
    ----------
    words
        Weighted stems and word beginnings that both texts hold; across languages the
        beginnings alone.
    meaning
        Vectors: of the whole texts and of the best passages.
    past
        Decisions of people about other texts.
    """

    words: float
    meaning: float
    past: float

    @property
    def share_of_words(self) -> float:
        """Part of the words in what words and meaning add, in [0, 1]; nan if both add nothing."""
        words, meaning = max(self.words, 0.0), max(self.meaning, 0.0)
        return words / (words + meaning) if words + meaning > 0 else float("nan")


def measure_without(
    aligner: Aligner, project: Passages, left_out: Sequence[Collection[int]]
) -> Probabilities:
    """Measure a project without some of its passages.

    Parameters
    ----------
    aligner
        Of the items wanted (``Aligner.narrow`` gives one of one item).
    project
        Passages of one text, and their centred unit vectors.
    left_out
        For each variant, the numbers of the passages that it lacks; never all.

    Returns
    -------
    Probabilities
        Shape (n_variants, n_items).
    """
    passages, vectors = project
    at_once = max(1, MAX_ROWS // max(1, len(passages)))
    parts = [
        aligner.measure(
            leave_out(
                passages,
                vectors,
                left_out[start : start + at_once],
                idf=aligner.model.background.idf,
            )
        )
        for start in range(0, len(left_out), at_once)
    ]
    return Probabilities(
        *(
            np.concatenate([getattr(part, name) for part in parts])
            for name in ("fit", "value", "low", "high")
        )
    )


def measure_contributions(
    aligner: Aligner, project: Passages, *, correct: Correction = None
) -> list[Contribution]:
    """Measure what each passage of a project adds to its fit with one item.

    Parameters
    ----------
    aligner
        Of the one item.
    project
        Passages of one text, and their centred unit vectors.
    correct
        What a workspace's recalibration makes of probabilities.

    Returns
    -------
    list[Contribution]
        One a passage; undefined for the only passage of a text, and for those of a long
        file that are not tried (``MAX_TRIED``).
    """
    n_passages = len(project[0])
    if n_passages < 2:
        return [UNDEFINED] * n_passages
    tried = _choose_tried(aligner, project)
    measured = measure_without(aligner, project, _one_by_one(tried))
    return _compare(measured, correct, tried=tried, n_passages=n_passages)


def measure_item_contributions(
    aligner: Aligner, project: TextSet, item: Passages, *, correct: Correction = None
) -> list[Contribution]:
    """Measure what each passage of an item adds to a project's fit with it.

    Parameters
    ----------
    aligner
        Of the one item.
    project
        One text.
    item
        Passages of the item, and their centred unit vectors. Only the first
        ``MAX_TRIED`` are tried.
    correct
        As above.
    """
    passages, vectors = item
    if len(passages) < 2:
        return [UNDEFINED] * len(passages)
    model = aligner.model
    tried = range(min(len(passages), MAX_TRIED))
    reworded = aligner.replace_items(
        leave_out(passages, vectors, _one_by_one(tried), idf=model.background.idf)
    )
    fit = reworded.measure(project).fit
    # Decisions about an item are about it however it is worded.
    fit += aligner.measure(project).fit - fit[:, :1]
    measured = model.calibrator.measure_probability(
        fit.T,
        is_within=(reworded.items.languages == project.languages[0])[:, None],
        n_words=project.n_words[:, None],
    )
    return _compare(measured, correct, tried=tried, n_passages=len(passages))


def measure_origin(aligner: Aligner, project: TextSet) -> Origin:
    """Split the fit of one text with one item by what it comes from.

    Words and meaning are set to what they are of an unrelated pair, one after the
    other; a part is the mean of what it adds first and what it adds last (Shapley,
    1953, for two players), so that both parts add up to the whole whatever the fusion.

    Parameters
    ----------
    aligner
        Of the one item.
    project
        One text.
    """
    features = aligner.measure_features(project)[0, 0]
    is_word = np.array([name in LEXICAL for name in FEATURES])
    without_words = np.where(is_word, NEUTRAL, features)
    words_alone = np.where(is_word, features, NEUTRAL)
    variants = np.stack([features, without_words, words_alone, np.full_like(features, NEUTRAL)])
    is_within = np.full(len(variants), aligner.items.languages[0] == project.languages[0])
    both, meaning, words, neither = (
        float(value)
        for value in aligner.model.calibrator.measure_fit(
            variants.astype(np.float32), is_within=is_within
        )
    )
    forgetful = aligner.narrow(0, with_past=False)
    past = aligner.measure(project).fit - forgetful.measure(project).fit
    return Origin(
        words=((both - meaning) + (words - neither)) / 2,
        meaning=((both - words) + (meaning - neither)) / 2,
        past=float(past[0, 0]),
    )


def _choose_tried(aligner: Aligner, project: Passages) -> list[int]:
    """Take all passages of a text, or those of a long one that can matter most."""
    passages, vectors = project
    if len(passages) <= MAX_TRIED:
        return list(range(len(passages)))
    items = aligner.items
    language = str(items.languages[0])
    counts = count_phrases([each.text for each in passages], [language] * len(passages))
    shared = (counts.multiply(aligner.model.background.idf) @ items.phrases.T).toarray()[:, 0]
    nearest = (vectors @ items.vectors.T).max(axis=1)
    half = MAX_TRIED // 2
    by_words = [int(number) for number in np.argsort(-shared, kind="stable")[:half]]
    by_meaning = [int(number) for number in np.argsort(-nearest, kind="stable")]
    return sorted(list(dict.fromkeys([*by_words, *by_meaning]))[:MAX_TRIED])


def _one_by_one(tried: Sequence[int]) -> list[tuple[int, ...]]:
    """Leave out nothing, then each passage alone."""
    return [(), *((number,) for number in tried)]


def _compare(
    measured: Probabilities, correct: Correction, *, tried: Sequence[int], n_passages: int
) -> list[Contribution]:
    """Hold each variant, by rows, against the first, which is the whole text."""
    value = measured.value if correct is None else correct(measured.value)
    found = [UNDEFINED] * n_passages
    for row, number in enumerate(tried, start=1):
        found[number] = Contribution(
            fit=float(measured.fit[0, 0] - measured.fit[row, 0]),
            probability=float(value[0, 0] - value[row, 0]),
        )
    return found
