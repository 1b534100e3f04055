from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from roadmapfit.centring import Centring, unit_rows


def centring() -> Centring:
    return Centring(
        {
            "fr:item": np.array([0.6, 0.0], dtype=np.float32),
            "en:item": np.array([0.0, 0.2], dtype=np.float32),
            "fr:project": np.array([0.0, -1.0], dtype=np.float32),
        }
    )


def test_each_row_loses_the_mean_of_its_language_and_kind() -> None:
    rows = np.array([[0.6, 0.8], [0.6, 0.8], [1.0, 0.0]], dtype=np.float32)
    found = centring().apply(rows, languages=["fr", "en", "fr"], kind="item")
    np.testing.assert_allclose(found, [[0, 1], [0.5**0.5, 0.5**0.5], [1, 0]], atol=1e-6)
    other = centring().apply(rows[:1], languages=["fr"], kind="project")
    np.testing.assert_allclose(other, [np.array([0.6, 1.8]) / 3.6**0.5], atol=1e-6)


def test_what_is_centred_is_a_copy() -> None:
    rows = np.array([[0.6, 0.8]], dtype=np.float32)
    centring().apply(rows, languages=["fr"], kind="item")
    np.testing.assert_array_equal(rows, np.array([[0.6, 0.8]], dtype=np.float32))


def test_an_unknown_language_takes_the_mean_over_all_of_that_kind() -> None:
    rows = np.array([[0.3, 1.1]], dtype=np.float32)
    found = centring().apply(rows, languages=["und"], kind="item")  # less (0.3, 0.1)
    np.testing.assert_allclose(found, [[0, 1]], atol=1e-6)


def test_an_unknown_kind_takes_the_mean_over_everything() -> None:
    rows = np.array([[0.2, -0.8 / 3]], dtype=np.float32)
    found = centring().apply(rows, languages=["fr"], kind="organisation")  # that very mean
    np.testing.assert_allclose(found, [[0, 0]], atol=1e-6)


def test_no_rows_stay_no_rows() -> None:
    empty = np.empty((0, 2), dtype=np.float32)
    assert centring().apply(empty, languages=[], kind="item").shape == (0, 2)


@given(arrays(np.float32, (3, 4), elements=st.floats(-1e3, 1e3, width=32)))
def test_rows_are_of_length_one_or_zero(rows: np.ndarray) -> None:
    lengths = np.linalg.norm(unit_rows(rows), axis=1)
    was_zero = np.linalg.norm(rows, axis=1) == 0
    np.testing.assert_allclose(lengths, np.where(was_zero, 0, 1), atol=1e-3)


def test_directions_stay() -> None:
    np.testing.assert_allclose(
        unit_rows(np.array([[0.0, -2.0], [3.0, 4.0]], dtype=np.float32)),
        [[0, -1], [0.6, 0.8]],
        atol=1e-7,
    )


def test_french_finds_english_once_the_language_is_gone() -> None:
    # Axis 0 is "being French", axis 1 "being English", axes 2 and 3 are topics.
    french = unit_rows(np.array([[2, 0, 1, 0], [2, 0, 0, 1]], dtype=np.float32))
    english = unit_rows(np.array([[0, 2, 1, 0], [0, 2, 0, 1]], dtype=np.float32))
    means = {"fr:item": french.mean(axis=0), "en:item": english.mean(axis=0)}
    assert french[0] @ french[1] > french[0] @ english[0]  # another topic, but French
    centred = Centring(means)
    ours = centred.apply(french, languages=["fr", "fr"], kind="item")
    theirs = centred.apply(english, languages=["en", "en"], kind="item")
    np.testing.assert_allclose(ours @ theirs.T, [[1, -1], [-1, 1]], atol=1e-5)
