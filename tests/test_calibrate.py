from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadmapfit.calibrate import (
    ACROSS,
    FEATURES,
    WITHIN,
    Calibrator,
    Thresholds,
    Verdict,
    fit_calibrator,
    load_calibrator,
)
from roadmapfit.errors import EncoderError

N_FEATURES = len(FEATURES)


def floats(*values: float) -> np.ndarray:
    return np.array(values, dtype=np.float32)


@pytest.fixture(scope="module")
def calibrator() -> Calibrator:
    """Within: fit is the sum of the features less 1. Across: twice the first one."""
    return Calibrator(
        encoder_fingerprint="e",
        weights={
            WITHIN: floats(*[1] * N_FEATURES, -1),
            ACROSS: floats(2, *[0] * (N_FEATURES - 1), 0),
        },
        grid={WITHIN: floats(-2, 0, 2), ACROSS: floats(0, 10)},
        lower={WITHIN: floats(0, 0.2, 0.8), ACROSS: floats(0, 1)},
        upper={WITHIN: floats(0.1, 0.4, 1), ACROSS: floats(0, 1)},
        deviation=(0.0, 0.0),
        thresholds=Thresholds(examine=0.2, aligned=0.5),
        origin={"data": "by hand"},
    )


# --- verdicts -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("probability", "verdict"),
    [
        (0.0, Verdict.NOT_ALIGNED),
        (0.1999, Verdict.NOT_ALIGNED),
        (0.2, Verdict.EXAMINE),
        (0.4999, Verdict.EXAMINE),
        (0.5, Verdict.ALIGNED),
        (1.0, Verdict.ALIGNED),
    ],
)
def test_a_probability_equal_to_a_threshold_reaches_it(
    probability: float, verdict: Verdict
) -> None:
    assert Thresholds(examine=0.2, aligned=0.5).judge(probability) is verdict


# --- fit and probability --------------------------------------------------------


def test_each_route_has_its_weights(calibrator: Calibrator) -> None:
    features = np.tile(floats(*range(1, N_FEATURES + 1)), (2, 1))
    fit = calibrator.measure_fit(features, is_within=np.array([True, False]))
    assert fit.tolist() == [sum(range(1, N_FEATURES + 1)) - 1, 2]


def test_a_probability_lies_between_its_two_bounds(calibrator: Calibrator) -> None:
    found = calibrator.measure_probability(
        floats(0, 1, 5), is_within=np.array([True, True, False]), n_words=np.array([9, 9, 9])
    )
    # p0, p1: (0.2, 0.4), (0.5, 0.7), (0.5, 0.5); value p1 / (1 - p0 + p1).
    np.testing.assert_allclose(found.value, [0.4 / 1.2, 0.7 / 1.2, 0.5], atol=1e-6)
    np.testing.assert_allclose(found.low, [0.2, 0.5, 0.5], atol=1e-6)
    np.testing.assert_allclose(found.high, [0.4, 0.7, 0.5], atol=1e-6)
    assert found.fit.tolist() == [0, 1, 5]


def test_beyond_the_grid_the_ends_hold(calibrator: Calibrator) -> None:
    found = calibrator.measure_probability(
        floats(-99, 99), is_within=np.array([True, True]), n_words=np.array([9, 9])
    )
    np.testing.assert_allclose(found.value, [0.1 / 1.1, 1 / 1.2], atol=1e-6)


def test_fewer_words_mean_a_wider_interval(calibrator: Calibrator) -> None:
    # A deviation of 3.04 / sqrt(n), 1.645 of them: 0.5 of fit at 100 words, 1 at 25.
    wide = replace(calibrator, deviation=(5 / 1.645, 0.5))
    found = wide.measure_probability(
        floats(5, 5), is_within=np.array([False, False]), n_words=np.array([100, 25])
    )
    np.testing.assert_allclose(found.low, [0.45, 0.4], atol=1e-6)
    np.testing.assert_allclose(found.high, [0.55, 0.6], atol=1e-6)


@given(
    fits=st.lists(st.floats(-50, 50, width=32), min_size=2, max_size=6),
    n_words=st.integers(0, 10_000),
    is_within=st.booleans(),
)
def test_probabilities_are_ordered_and_in_range(
    calibrator: Calibrator, fits: list[float], n_words: int, is_within: bool
) -> None:
    wide = replace(calibrator, deviation=(3.0, 0.4))
    found = wide.measure_probability(
        floats(*sorted(fits)),
        is_within=np.full(len(fits), is_within),
        n_words=np.full(len(fits), n_words),
    )
    assert (found.low >= 0).all()
    assert (found.low <= found.value).all()
    assert (found.value <= found.high).all()
    assert (found.high <= 1).all()
    assert (np.diff(found.value) >= 0).all()


# --- fitting --------------------------------------------------------------------


def sample(n_pairs: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Pairs whose log-odds of being aligned are 2 x - 1, x the first feature."""
    rng = np.random.default_rng(seed)
    features = rng.normal(size=(n_pairs, N_FEATURES)).astype(np.float32)
    labels = (rng.random(n_pairs) < 1 / (1 + np.exp(1 - 2 * features[:, 0]))).astype(np.int8)
    return features, labels


def test_fitting_finds_the_weights_and_probabilities_that_made_the_sample() -> None:
    features, labels = sample(20_000, 1)
    fitted = fit_calibrator(
        {WITHIN: features, ACROSS: features[:8000]},
        {WITHIN: labels, ACROSS: labels[:8000]},
        sample_weights={WITHIN: np.ones(20_000, np.float32), ACROSS: np.ones(8000, np.float32)},
        encoder_fingerprint="e",
        origin={"data": "drawn"},
        rng=np.random.default_rng(2),
    )
    np.testing.assert_allclose(fitted.weights[WITHIN], [2, *[0] * (N_FEATURES - 1), -1], atol=0.15)
    unseen = np.zeros((3, N_FEATURES), dtype=np.float32)
    unseen[:, 0] = [-0.5, 0.5, 1.5]
    for is_within in (np.ones(3, dtype=bool), np.zeros(3, dtype=bool)):
        found = fitted.measure_probability(
            fitted.measure_fit(unseen, is_within=is_within),
            is_within=is_within,
            n_words=np.full(3, 50),
        )
        true = 1 / (1 + np.exp(-np.array([-2, 0, 2])))
        np.testing.assert_allclose(found.value, true, atol=0.06)
    assert (fitted.encoder_fingerprint, fitted.origin) == ("e", {"data": "drawn"})


def test_a_sample_that_favours_one_label_is_weighed_back() -> None:
    features, labels = sample(30_000, 3)
    kept = (labels == 1) | (np.arange(30_000) % 5 == 0)  # a fifth of the unaligned pairs
    shares = np.where(labels[kept] == 1, 1, 5).astype(np.float32)
    fitted = fit_calibrator(
        {WITHIN: features[kept], ACROSS: features[kept]},
        {WITHIN: labels[kept], ACROSS: labels[kept]},
        sample_weights={WITHIN: shares, ACROSS: shares},
        encoder_fingerprint="e",
        origin={},
        rng=np.random.default_rng(4),
    )
    everywhere = np.ones(30_000, dtype=bool)
    found = fitted.measure_probability(
        fitted.measure_fit(features, is_within=everywhere),
        is_within=everywhere,
        n_words=np.full(30_000, 50),
    )
    assert found.value.mean() == pytest.approx(labels.mean(), abs=0.02)


def test_the_same_draw_gives_the_same_calibrator(tmp_path: Path) -> None:
    features, labels = sample(2000, 5)
    for name in ("a", "b"):
        fit_calibrator(
            {WITHIN: features, ACROSS: features},
            {WITHIN: labels, ACROSS: labels},
            sample_weights=dict.fromkeys((WITHIN, ACROSS), np.ones(2000, np.float32)),
            encoder_fingerprint="e",
            origin={},
            rng=np.random.default_rng(6),
        ).write(tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


# --- files ----------------------------------------------------------------------


def test_a_calibrator_comes_back(calibrator: Calibrator, tmp_path: Path) -> None:
    calibrator.write(tmp_path / "calibrator.json")
    again = load_calibrator(tmp_path / "calibrator.json", encoder_fingerprint="e")
    for name in ("weights", "grid", "lower", "upper"):
        for route in (WITHIN, ACROSS):
            np.testing.assert_allclose(
                getattr(again, name)[route], getattr(calibrator, name)[route], atol=1e-6
            )
    assert again.deviation == calibrator.deviation
    assert again.thresholds == Thresholds(examine=0.2, aligned=0.5)
    assert again.origin == {"data": "by hand"}
    again.write(tmp_path / "again.json")
    assert (tmp_path / "again.json").read_bytes() == (tmp_path / "calibrator.json").read_bytes()


def test_a_missing_calibrator_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match=r"^calibrator\.json is missing from the alignment"):
        load_calibrator(tmp_path / "calibrator.json", encoder_fingerprint="e")


def test_a_calibrator_of_another_encoder_is_refused(calibrator: Calibrator, tmp_path: Path) -> None:
    calibrator.write(tmp_path / "calibrator.json")
    with pytest.raises(EncoderError, match="that of encoder e, the encoder in use is another;"):
        load_calibrator(tmp_path / "calibrator.json", encoder_fingerprint="another")


def drop(name: str) -> Callable[[dict[str, Any]], object]:
    return lambda content: {key: value for key, value in content.items() if key != name}


@pytest.mark.parametrize(
    "damage",
    [
        drop("weights"),
        drop("thresholds"),
        lambda content: {**content, "features": ["others"]},
        lambda content: {**content, "deviation": [1, 2, 3]},
        lambda content: {**content, "thresholds": {"examine": 1}},
        lambda content: {**content, "grid": {"within": ["x"]}},
        lambda content: [content],
    ],
)
def test_a_file_of_another_form_is_refused(
    calibrator: Calibrator, tmp_path: Path, damage: Callable[[dict[str, Any]], object]
) -> None:
    path = tmp_path / "calibrator.json"
    calibrator.write(path)
    path.write_text(json.dumps(damage(json.loads(path.read_text()))))
    with pytest.raises(
        EncoderError, match=r"^calibrator\.json is not a readable calibrator \(.+\)"
    ):
        load_calibrator(path, encoder_fingerprint="e")


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe"])
def test_a_file_that_is_no_json_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "calibrator.json").write_bytes(content)
    with pytest.raises(EncoderError, match="is not a readable calibrator"):
        load_calibrator(tmp_path / "calibrator.json", encoder_fingerprint="e")
