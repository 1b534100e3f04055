"""Calibration measures against figures worked out by hand."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence

import numpy as np
import pytest

from roadmapfit.evaluate.calibration import measure_pairs

VALUES = (0.02, 0.08, 0.32, 0.95)


def measure(
    values: Sequence[float],
    labels: Sequence[int],
    *,
    weights: Sequence[float] | None = None,
    examine: float = 0.3,
) -> dict[str, object]:
    value = np.array(values, dtype=np.float32)
    return measure_pairs(
        value,
        np.array(labels, dtype=np.int8),
        fit=value,
        weights=np.array(weights or [1.0] * len(values), dtype=np.float32),
        examine=examine,
    )


def test_bins_are_ten_with_their_numbers() -> None:
    bins = measure(VALUES, (0, 1, 0, 1))["bins"]
    assert [each["n"] for each in bins] == [2, 0, 0, 1, 0, 0, 0, 0, 0, 1]
    assert bins[0] == pytest.approx(
        {"low": 0.0, "high": 0.1, "n": 2, "probability": 0.05, "aligned": 0.5}
    )
    assert bins[1] == {"low": 0.1, "high": 0.2, "n": 0, "probability": None, "aligned": None}
    assert json.loads(json.dumps(bins)) == bins


def test_calibration_error_is_the_mean_gap_of_the_bins() -> None:
    # Bins: 2 pairs with gap .45, 1 with .32, 1 with .05.
    measured = measure(VALUES, (0, 1, 0, 1))
    assert measured["ece"] == pytest.approx((2 * 0.45 + 0.32 + 0.05) / 4)
    assert measured["brier"] == pytest.approx((0.02**2 + 0.92**2 + 0.32**2 + 0.05**2) / 4)
    assert measured["log_loss"] == pytest.approx(
        -(math.log(0.98) + math.log(0.08) + math.log(0.68) + math.log(0.95)) / 4, rel=1e-5
    )
    # Of the four couples of right and wrong, one is the wrong way round.
    assert measured["auc"] == pytest.approx(0.75)


def test_weights_are_shares_of_the_population() -> None:
    measured = measure(VALUES, (0, 1, 0, 1), weights=(7, 1, 1, 1))
    assert measured["bins"][0]["aligned"] == pytest.approx(1 / 8)
    assert measured["share_to_read"] == pytest.approx(0.2)
    assert measured["recall_at_examine"] == pytest.approx(0.5)


def test_a_pair_at_the_threshold_reaches_it() -> None:
    measured = measure((0.5, 0.25), (1, 1), examine=0.25)
    assert (measured["recall_at_examine"], measured["share_to_read"]) == (1.0, 1.0)
    assert measured["trade_off"]["0.5"] == {"recall": 0.5, "share_to_read": 0.5}


def test_what_needs_both_sorts_of_pairs_is_undefined_without() -> None:
    wrong = measure(VALUES, (0, 0, 0, 0))
    assert (wrong["auc"], wrong["recall_at_examine"]) == (None, None)
    assert measure(VALUES, (1, 1, 1, 1))["auc"] is None
