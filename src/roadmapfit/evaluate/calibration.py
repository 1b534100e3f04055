"""Whether probabilities mean what they say."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
N_BINS = 10
LEVELS = (0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5)


def measure_pairs(
    value: Array, labels: NDArray[np.int8], *, fit: Array, weights: Array, examine: float
) -> dict[str, Any]:
    """Measure probabilities against what people judged.

    Parameters
    ----------
    value
        Probabilities, shape (n,), n at least 1.
    labels
        Shape (n,): 1 for aligned, 0 for not.
    fit
        Shape (n,): the fit values behind the probabilities, which order pairs whose
        probabilities tie.
    weights
        Shape (n,): how much of the reference population each pair stands for.
    examine
        The probability from which a pair is *to be examined*.

    Returns
    -------
    dict
        ``n_pairs``, ``n_aligned``; ``ece`` (expected calibration error over ten
        equal-width bins, in [0, 1]) and ``bins``, always ten (``low``, ``high``, n,
        mean ``probability``, share ``aligned``; the last two ``None`` where n is 0);
        ``brier``; ``log_loss`` (natural logarithm); ``auc``; ``recall_at_examine``;
        ``share_to_read`` (pairs that reach *to be examined*); ``trade_off``, the same
        two at each of ``LEVELS``. What has no pair to be measured on is ``None``.
    """
    from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score

    probability = value.astype(np.float64)
    share = weights.astype(np.float64) / float(weights.sum(dtype=np.float64))
    clipped = np.clip(probability, 1e-6, 1 - 1e-6)
    aligned = labels == 1
    bins, error = _measure_bins(probability, aligned, share)
    has_both = bool(aligned.any() and not aligned.all())

    def measure_from(level: float) -> tuple[float | None, float]:
        reached = probability >= level
        recall = float(reached[aligned].mean()) if aligned.any() else None
        return recall, float(share[reached].sum())

    recall_at_examine, share_to_read = measure_from(examine)
    trade_off = {str(level): measure_from(level) for level in LEVELS}
    return {
        "n_pairs": len(labels),
        "n_aligned": int(aligned.sum()),
        "ece": error,
        "brier": float(brier_score_loss(labels, clipped, sample_weight=share, pos_label=1)),
        "log_loss": float(log_loss(labels, clipped, sample_weight=share, labels=[0, 1])),
        "auc": float(roc_auc_score(labels, fit, sample_weight=share)) if has_both else None,
        "recall_at_examine": recall_at_examine,
        "share_to_read": share_to_read,
        "trade_off": {
            level: {"recall": recall, "share_to_read": read}
            for level, (recall, read) in trade_off.items()
        },
        "bins": bins,
    }


def _measure_bins(
    probability: NDArray[np.float64], aligned: NDArray[np.bool_], share: NDArray[np.float64]
) -> tuple[list[dict[str, Any]], float]:
    """Compare stated with observed in ten bins; return them and the mean difference."""
    bins: list[dict[str, Any]] = []
    error = 0.0
    numbers = np.minimum((probability * N_BINS).astype(int), N_BINS - 1)
    for number in range(N_BINS):
        inside = numbers == number
        mass = float(share[inside].sum())
        mean = observed = None
        if mass > 0:
            mean = float(np.average(probability[inside], weights=share[inside]))
            observed = float(np.average(aligned[inside], weights=share[inside]))
            error += mass * abs(mean - observed)
        bins.append(
            {
                "low": number / N_BINS,
                "high": (number + 1) / N_BINS,
                "n": int(inside.sum()),
                "probability": mean,
                "aligned": observed,
            }
        )
    return bins, error
