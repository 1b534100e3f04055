"""Whether probabilities mean what they say."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from roadmapfit.calibrate import Calibrator

Array = NDArray[np.float32]
N_BINS = 10
LEVELS = (0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5)


def measure_calibration(
    calibrator: Calibrator,
    features: Array,
    labels: NDArray[np.int8],
    *,
    weights: Array,
    is_within: bool,
) -> dict[str, Any]:
    """Measure calibration and the recall of *to be examined* on judged pairs.

    Parameters
    ----------
    calibrator
        The one to judge.
    features, labels
        Shape (n, n_features) and (n,); 1 for aligned.
    weights
        Shape (n,): how much of the reference population each pair stands for.
    is_within
        Whether the pairs are of one language.

    Returns
    -------
    dict
        ``ece`` (expected calibration error over ten equal-width bins, in [0, 1]) and
        ``bins`` (n, mean probability, share aligned); ``brier``; ``log_loss``;
        ``auc``; ``recall_at_examine``; ``share_to_read`` (pairs that reach *to be
        examined*); ``trade_off``, the same two at each of ``LEVELS``.
    """
    from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score

    within = np.full(len(labels), is_within)
    fit = calibrator.measure_fit(features, is_within=within)
    value = calibrator.measure_probability(
        fit, is_within=within, n_words=np.full(len(labels), 1000, dtype=np.int32)
    ).value.astype(np.float64)
    bins = []
    error = 0.0
    share = weights / weights.sum()
    edges = np.minimum((value * N_BINS).astype(int), N_BINS - 1)
    for number in range(N_BINS):
        inside = edges == number
        mass = float(share[inside].sum())
        if mass == 0:
            continue
        mean = float(np.average(value[inside], weights=share[inside]))
        observed = float(np.average(labels[inside], weights=share[inside]))
        error += mass * abs(mean - observed)
        bins.append({"n": int(inside.sum()), "probability": mean, "aligned": observed})
    examined = value >= calibrator.thresholds.examine
    clipped = np.clip(value, 1e-6, 1 - 1e-6)
    return {
        "n_pairs": len(labels),
        "n_aligned": int(labels.sum()),
        "ece": error,
        "brier": float(brier_score_loss(labels, clipped, sample_weight=share)),
        "log_loss": float(log_loss(labels, clipped, sample_weight=share)),
        "auc": float(roc_auc_score(labels, fit, sample_weight=share)),
        "recall_at_examine": float(examined[labels == 1].mean()),
        "share_to_read": float(share[examined].sum()),
        "trade_off": {
            str(level): {
                "recall": float((value[labels == 1] >= level).mean()),
                "share_to_read": float(share[value >= level].sum()),
            }
            for level in LEVELS
        },
        "bins": bins,
    }
