"""Pair features to a probability with an interval, and the verdict.

A logistic fusion turns features into one fit value, a Venn-Abers predictor
turns that into calibrated lower and upper probabilities, and the interval is
widened by how much a text of that length moves when the rest of it is read.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from roadmapfit.errors import EncoderError
from roadmapfit.features import SIMILARITIES
from roadmapfit.past import PastWeights

Array = NDArray[np.float32]
# Phrases are compared as they are: most texts share none, and no norm can be measured.
FEATURES = tuple(name if name == "phrases" else f"{name}_normed" for name in SIMILARITIES)
WITHIN, ACROSS = "within", "across"
# The interval is meant to hold the full file's value nine times in ten.
Z_INTERVAL = 1.645


class Verdict(StrEnum):
    """The three plain answers, and the refusal to give one."""

    ALIGNED = "aligned"
    EXAMINE = "examine"
    NOT_ALIGNED = "not_aligned"
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True, slots=True)
class Probabilities:
    """Calibrated probabilities and their intervals, in [0, 1]; all of one shape.

    ``fit`` is the fit value behind them: it orders pairs whose probabilities tie,
    for calibration is a step function.
    """

    fit: Array
    value: Array
    low: Array
    high: Array


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Probabilities from which a pair is *to be examined* and from which *aligned*."""

    examine: float
    aligned: float

    def judge(self, probability: float) -> Verdict:
        """Name the verdict; a probability equal to a threshold reaches it.

        Examples
        --------
        >>> Thresholds(examine=0.1, aligned=0.5).judge(0.5)
        <Verdict.ALIGNED: 'aligned'>
        """
        if probability >= self.aligned:
            return Verdict.ALIGNED
        return Verdict.EXAMINE if probability >= self.examine else Verdict.NOT_ALIGNED


@dataclass(frozen=True, slots=True)
class Calibrator:
    """A fitted fusion and its calibration.

    Attributes
    ----------
    encoder_fingerprint
        The encoder whose similarities it was fitted on; no other can use it.
    weights
        By route (``within`` one language, ``across`` two): one weight per feature
        of ``FEATURES``, then the intercept.
    grid, lower, upper
        Venn-Abers lower and upper probability at each fit value of the grid, by route.
    deviation
        ``(a, b)``: of a text of n words ``a * n ** -b`` is the deviation in fit value from
        what its full file gets, such that ``Z_INTERVAL`` of them hold nine files in ten.
    past
        What earlier decisions add; ``None`` where that was never learnt.
    thresholds
        Of the verdicts.
    origin
        What it was fitted on, for the screens that explain a figure.
    """

    encoder_fingerprint: str
    weights: Mapping[str, Array]
    grid: Mapping[str, Array]
    lower: Mapping[str, Array]
    upper: Mapping[str, Array]
    deviation: tuple[float, float]
    thresholds: Thresholds
    origin: Mapping[str, Any]
    past: PastWeights | None = None

    def measure_fit(self, features: Array, *, is_within: NDArray[np.bool_]) -> Array:
        """Fuse features into a fit value (log-odds before calibration).

        Parameters
        ----------
        features
            float32, shape (..., len(FEATURES)).
        is_within
            bool, shape (...): whether project and item share a language.
        """
        within = features @ self.weights[WITHIN][:-1] + self.weights[WITHIN][-1]
        across = features @ self.weights[ACROSS][:-1] + self.weights[ACROSS][-1]
        return np.asarray(np.where(is_within, within, across), dtype=np.float32)

    def measure_probability(
        self, fit: Array, *, is_within: NDArray[np.bool_], n_words: NDArray[np.int32]
    ) -> Probabilities:
        """Calibrate fit values.

        Parameters
        ----------
        fit
            As ``measure_fit`` returns.
        is_within
            As above, same shape.
        n_words
            Words of each project, broadcastable to the same shape. Fewer words, wider interval.

        Returns
        -------
        Probabilities
            ``value`` is Venn-Abers' single probability ``p1 / (1 - p0 + p1)``.
        """
        scale, decay = self.deviation
        spread = Z_INTERVAL * scale * np.maximum(n_words, 1).astype(np.float32) ** -decay
        p0 = self._look_up(self.lower, fit, is_within)
        p1 = self._look_up(self.upper, fit, is_within)
        value = p1 / (1 - p0 + p1)
        low = np.minimum(value, self._look_up(self.lower, fit - spread, is_within))
        high = np.maximum(value, self._look_up(self.upper, fit + spread, is_within))
        return Probabilities(
            *(np.asarray(part, dtype=np.float32) for part in (fit, value, low, high))
        )

    def write(self, path: Path) -> None:
        """Write the calibrator as JSON."""
        arrays = ("weights", "grid", "lower", "upper")
        content = {
            "format": 2,
            "features": list(FEATURES),
            "encoder_fingerprint": self.encoder_fingerprint,
            **{
                name: {
                    route: [round(float(number), 6) for number in values]
                    for route, values in getattr(self, name).items()
                }
                for name in arrays
            },
            "deviation": list(self.deviation),
            "thresholds": {
                "examine": self.thresholds.examine,
                "aligned": self.thresholds.aligned,
            },
            "past": self.past
            and {
                "pair": [round(float(number), 6) for number in self.past.pair],
                "shift": [round(float(number), 6) for number in self.past.shift],
            },
            "origin": dict(self.origin),
        }
        path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")

    def _look_up(
        self, table: Mapping[str, Array], fit: Array, is_within: NDArray[np.bool_]
    ) -> Array:
        within = np.interp(fit, self.grid[WITHIN], table[WITHIN])
        across = np.interp(fit, self.grid[ACROSS], table[ACROSS])
        return np.asarray(np.where(is_within, within, across), dtype=np.float32)


def load_calibrator(path: Path, *, encoder_fingerprint: str) -> Calibrator:
    """Read a calibrator.

    Raises
    ------
    EncoderError
        If there is none, it is damaged, or it was fitted on another encoder.
    """
    if not path.exists():
        raise EncoderError("calibrator_missing", name=path.name)
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["features"] != list(FEATURES):
            raise EncoderError("calibrator_damaged", name=path.name, reason="features")
        arrays = {
            name: {
                route: np.array(values, dtype=np.float32) for route, values in content[name].items()
            }
            for name in ("weights", "grid", "lower", "upper")
        }
        scale, decay = content["deviation"]
        past = content["past"]
        calibrator = Calibrator(
            encoder_fingerprint=content["encoder_fingerprint"],
            deviation=(float(scale), float(decay)),
            thresholds=Thresholds(**content["thresholds"]),
            origin=content["origin"],
            past=past
            and PastWeights(
                pair=np.array(past["pair"], dtype=np.float32),
                shift=np.array(past["shift"], dtype=np.float32),
            ),
            **arrays,
        )
    except (KeyError, ValueError, TypeError) as error:
        raise EncoderError("calibrator_damaged", name=path.name, reason=str(error)) from error
    if calibrator.encoder_fingerprint != encoder_fingerprint:
        raise EncoderError(
            "calibrator_other_encoder",
            found=calibrator.encoder_fingerprint,
            expected=encoder_fingerprint,
        )
    return calibrator


def fit_calibrator(
    features: Mapping[str, Array],
    labels: Mapping[str, NDArray[np.int8]],
    *,
    sample_weights: Mapping[str, Array],
    encoder_fingerprint: str,
    origin: Mapping[str, Any],
    rng: np.random.Generator,
) -> Calibrator:
    """Fit fusion weights, then the probabilities, on separate halves.

    Parameters
    ----------
    features, labels
        By route: shape (n, len(FEATURES)) and (n,), 1 for aligned.
    sample_weights
        By route, shape (n,): how many pairs of the reference population one
        sampled pair stands for.
    encoder_fingerprint, origin
        Kept in the calibrator.
    rng
        Draws the halves.

    Returns
    -------
    Calibrator
        With one threshold, one half, and no deviation by length: set both afterwards.
    """
    weights, grids, lowers, uppers = {}, {}, {}, {}
    for route in (WITHIN, ACROSS):
        in_fusion = rng.random(len(labels[route])) < 0.5
        weights[route] = _fit_fusion(
            features[route][in_fusion], labels[route][in_fusion], sample_weights[route][in_fusion]
        )
        held = features[route][~in_fusion]
        grids[route], lowers[route], uppers[route] = _fit_venn_abers(
            held @ weights[route][:-1] + weights[route][-1],
            labels[route][~in_fusion],
            sample_weights[route][~in_fusion],
            rng,
        )
    return Calibrator(
        encoder_fingerprint=encoder_fingerprint,
        weights=weights,
        grid=grids,
        lower=lowers,
        upper=uppers,
        deviation=(0.0, 0.0),
        thresholds=Thresholds(examine=0.5, aligned=0.5),
        origin=origin,
    )


def _fit_fusion(features: Array, labels: NDArray[np.int8], sample_weights: Array) -> Array:
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    model = make_pipeline(StandardScaler(), LogisticRegression(C=1.0, max_iter=1000))
    # The penalty is against the number of pairs, not against the sum of their shares.
    scaled = sample_weights * (len(labels) / sample_weights.sum())
    model.fit(features, labels, logisticregression__sample_weight=scaled)
    scaler, logistic = model[0], model[1]
    slopes = logistic.coef_[0] / scaler.scale_
    intercept = logistic.intercept_[0] - slopes @ scaler.mean_
    return np.append(slopes, intercept).astype(np.float32)


def _fit_venn_abers(
    fit: Array, labels: NDArray[np.int8], sample_weights: Array, rng: np.random.Generator
) -> tuple[Array, Array, Array]:
    """Tabulate inductive Venn-Abers (Vovk, Petej and Fedorova, 2015) on a grid of fit values."""
    from venn_abers import VennAbers

    # The library takes no weights: a sample drawn by them is the reference population.
    share = sample_weights / sample_weights.sum()
    drawn = rng.choice(len(fit), size=min(len(fit), 40_000), p=share)
    scores = 1 / (1 + np.exp(-fit[drawn].astype(np.float64)))
    predictor = VennAbers()
    predictor.fit(np.column_stack([1 - scores, scores]), labels[drawn])
    grid = np.linspace(np.quantile(fit, 0.001), fit.max(), 400)
    at = 1 / (1 + np.exp(-grid))
    _, bounds = predictor.predict_proba(np.column_stack([1 - at, at]))
    lower = _join_steps(grid, np.maximum.accumulate(bounds[:, 0]))
    upper = _join_steps(grid, np.maximum.accumulate(bounds[:, 1]))
    return grid.astype(np.float32), lower.astype(np.float32), upper.astype(np.float32)


def _join_steps(grid: NDArray[np.float64], steps: NDArray[np.float64]) -> NDArray[np.float64]:
    """Join the middles of a rising step function's steps by lines.

    Isotonic regression knows a step's height where the step is densest, about its middle,
    and overstates its flatness: a threshold that falls on a long step would keep or lose
    all of it (centred isotonic regression; Oron and Flournoy, 2017).
    """
    starts = np.flatnonzero(np.r_[True, np.diff(steps) > 0])
    ends = np.r_[starts[1:], len(steps)] - 1
    return np.interp(grid, (grid[starts] + grid[ends]) / 2, steps[starts])
