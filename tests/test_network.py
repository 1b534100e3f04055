from __future__ import annotations

import numpy as np
import pytest

from consortia_toys import toy_history
from roadmapfit.network import RESTART, measure_ties

LIKENESS = np.array([1.0, 0.25, 0.0, 0.0], dtype=np.float32)


def test_ties_with_one_member_count_its_projects() -> None:
    history = toy_history()
    firm = history.find_columns(["firm"])
    ties = measure_ties(history, firm, LIKENESS)
    p1, p2 = history.recency[0], history.recency[1]
    # Consortia of two and of three: the logarithm to base 2 of 3 and of 4.
    both = p1 / np.log2(3) + p2 / 2
    np.testing.assert_allclose(ties.together, [both, both, 0, 0, p2 / 2], rtol=1e-6)
    np.testing.assert_allclose(
        ties.alike[[1, 4]],
        [p1 / 2**0.5 + 0.25 * p2 / 3**0.5, 0.25 * p2 / 3**0.5],
        rtol=1e-6,
    )
    assert ties.n_met.tolist() == [1, 1, 0, 0, 1]
    assert ties.again.tolist() == [0, 0, 0, 0, 0]


def test_projects_with_two_members_count_apart() -> None:
    history = toy_history()
    ties = measure_ties(history, history.find_columns(["firm", "town"]), LIKENESS)
    # Only p2 had both: 2 members times 1 other, of 3.
    expected = history.recency[1] * 2 / 3
    np.testing.assert_allclose(ties.again, [expected, expected, 0, 0, expected], rtol=1e-6)
    assert ties.n_met.tolist() == [2, 2, 0, 0, 2]


def test_shared_projects_count_once_for_each_member_in_them() -> None:
    history = toy_history()
    # The firm was in p1 and p2, of whatever age; firm, lab and town were in p2.
    one = measure_ties(history, history.find_columns(["firm"]), LIKENESS)
    assert one.n_shared.tolist() == [2, 2, 0, 0, 1]
    two = measure_ties(history, history.find_columns(["firm", "town"]), LIKENESS)
    assert two.n_shared.tolist() == [3, 3, 0, 0, 2]
    # The lab and the school were in p5, which has no text.
    assert measure_ties(history, history.find_columns(["school"]), LIKENESS).n_shared.tolist() == [
        0,
        1,
        0,
        1,
        0,
    ]


def test_a_walk_stays_where_the_members_are_tied() -> None:
    history = toy_history()
    walk = measure_ties(history, history.find_columns(["port"]), LIKENESS).walk
    # The port worked alone: every step leads back to it.
    np.testing.assert_allclose(walk, [0, 0, 1, 0, 0], atol=1e-6)
    walk = measure_ties(history, history.find_columns(["school"]), LIKENESS).walk
    assert walk.sum() == pytest.approx(1)
    assert walk[3] > walk[1] > walk[0] > walk[4] > walk[2] == 0
    assert walk[3] > RESTART


def test_without_members_nobody_is_tied() -> None:
    history = toy_history()
    ties = measure_ties(history, history.find_columns([]), LIKENESS)
    assert [
        float(each.sum()) for each in (ties.together, ties.walk, ties.n_met, ties.n_shared)
    ] == [
        0,
        0,
        0,
        0,
    ]
