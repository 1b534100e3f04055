"""Intervals and tests over queries."""

from __future__ import annotations

import numpy as np
import pytest

from roadmapfit.evaluate.ranking import QueryMeasure
from roadmapfit.evaluate.significance import bootstrap_interval, compare_paired


def measure(*values: float, weights: tuple[float, ...] | None = None) -> QueryMeasure:
    return QueryMeasure(np.array(values), np.array(weights or (1.0,) * len(values)))


def test_interval_of_equal_values_is_that_value() -> None:
    assert bootstrap_interval(measure(0.3, 0.3, 0.3), seed=1) == pytest.approx((0.3, 0.3))


def test_interval_is_that_of_the_binomial() -> None:
    # 200 of 400 right: a standard error of 0.025, so that 95 % reach 0.049 to each side.
    low, high = bootstrap_interval(measure(*[0.0, 1.0] * 200), seed=1)
    assert (low, high) == pytest.approx((0.451, 0.549), abs=0.01)
    assert bootstrap_interval(measure(*[0.0, 1.0] * 200), seed=1) == (low, high)


def test_interval_weighs_the_queries() -> None:
    weighted = measure(0.0, 1.0, weights=(1.0, 3.0))
    # The resamples of two are (0, 0), (0, 1) and (1, 1).
    assert bootstrap_interval(weighted, seed=1) == (0.0, 1.0)
    assert weighted.mean == 0.75


def test_one_query_has_no_interval() -> None:
    assert np.isnan(bootstrap_interval(measure(0.5), seed=1)).all()


def test_equal_rankings_do_not_differ() -> None:
    assert compare_paired(measure(0.2, 0.4), measure(0.2, 0.4), seed=1) == 1.0


def test_one_query_that_differs_is_no_difference() -> None:
    assert compare_paired(measure(0.2, 0.4), measure(0.2, 0.9), seed=1) == 1.0


def test_few_queries_are_tested_exactly() -> None:
    # Of the 2^5 ways to swap, only none and all of them are as far apart.
    ours, theirs = measure(*[0.9] * 5), measure(*[0.4] * 5)
    assert compare_paired(ours, theirs, seed=1) == pytest.approx(2 / 32)
    assert compare_paired(theirs, ours, seed=1) == pytest.approx(2 / 32)


def test_many_queries_are_tested_by_draws() -> None:
    ours, theirs = measure(*[0.6] * 300), measure(*[0.4] * 300)
    # No draw is as far: one in 2,001, on either side.
    assert compare_paired(ours, theirs, seed=1) == pytest.approx(2 / 2001, abs=1e-9)
    mixed = measure(*[0.6, 0.4] * 150)
    assert compare_paired(mixed, measure(*[0.5] * 300), seed=1) > 0.9


def test_weights_count_in_the_test() -> None:
    ours = measure(1.0, 0.0, 0.0, weights=(2.0, 1.0, 1.0))
    theirs = measure(0.0, 1.0, 1.0, weights=(2.0, 1.0, 1.0))
    # The difference of the sums is 2 - 1 - 1 = 0: every swap is at least as far.
    assert compare_paired(ours, theirs, seed=1) == 1.0


def test_without_a_query_nothing_is_tested() -> None:
    assert np.isnan(compare_paired(measure(), measure(), seed=1))
