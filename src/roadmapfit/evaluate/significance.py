"""How sure a figure is over its queries, and whether one ranking beats another.

Both draw with a generator made anew from the same seed each time, so that a figure never
depends on which other systems were measured beside it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from roadmapfit.evaluate.ranking import QueryMeasure

Values = NDArray[np.float64]

CONFIDENCE = 0.95
N_RESAMPLES = 1000
N_PERMUTATIONS = 2000
# Resamples drawn at once, for thousands of queries fit in memory that way.
BATCH = 250
TEST_NAME = "paired randomisation test, two-sided"


def bootstrap_interval(measure: QueryMeasure, *, seed: int) -> tuple[float, float]:
    """Bound the mean over queries by the percentile bootstrap.

    Returns
    -------
    tuple
        The ends of the 95 % interval; ``nan`` with fewer than two queries, for one
        query says nothing of the next.
    """
    from scipy.stats import bootstrap

    if len(measure.values) < 2:
        return float("nan"), float("nan")
    found = bootstrap(
        (measure.values, measure.weights),
        _mean,
        paired=True,
        vectorized=True,
        n_resamples=N_RESAMPLES,
        batch=BATCH,
        confidence_level=CONFIDENCE,
        method="percentile",
        rng=np.random.default_rng(seed),
    ).confidence_interval
    return float(found.low), float(found.high)


def compare_paired(ours: QueryMeasure, theirs: QueryMeasure, *, seed: int) -> float:
    """Test whether two rankings of the same queries differ in a measure.

    The differences' signs are drawn at random, as they would be if the rankings had
    been swapped query by query (Smucker, Allan and Carterette, 2007); all of them are
    tried where there are few.

    Parameters
    ----------
    ours, theirs
        Of the same queries in the same order, with the same weights.
    seed
        Of the draw.

    Returns
    -------
    float
        The p value, two-sided; ``nan`` without a query.
    """
    from scipy.stats import permutation_test

    if not len(ours.values):
        return float("nan")
    difference = (ours.values - theirs.values) * ours.weights
    # Swapping equal values changes nothing, and most are equal.
    difference = difference[difference != 0]
    if len(difference) < 2:  # swapped or not, one is as far apart
        return 1.0
    return float(
        permutation_test(
            (difference,),
            _total,
            permutation_type="samples",
            vectorized=True,
            n_resamples=N_PERMUTATIONS,
            batch=BATCH,
            alternative="two-sided",
            rng=np.random.default_rng(seed),
        ).pvalue
    )


def _mean(values: Values, weights: Values, axis: int = -1) -> Values:
    total: Values = (values * weights).sum(axis=axis) / weights.sum(axis=axis)
    return total


def _total(difference: Values, axis: int = -1) -> Values:
    total: Values = difference.sum(axis=axis)
    return total
