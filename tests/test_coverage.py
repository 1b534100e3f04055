from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadmapfit.align import AlignmentTable
from roadmapfit.calibrate import Thresholds
from roadmapfit.coverage import (
    ItemCoverage,
    PortfolioCoverage,
    attribute_shares,
    count_by,
    measure_coverage,
)

THRESHOLDS = Thresholds(examine=0.25, aligned=0.5)
PROJECTS = ("a", "b", "c", "unread")
ITEMS = ("x", "y", "z")
# a: x .5 and y .5; b: x .75; c: nothing that counts; unread: not in the table at all.
PAIRS = [(0, 0, 0.5), (0, 1, 0.5), (1, 0, 0.75), (1, 2, 0.1), (2, 2, 0.2)]
FUNDING = {"a": 100.0, "b": 200.0, "c": 40.0, "unread": 7.0}


def make_table(
    pairs: list[tuple[int, int, float]],
    *,
    projects: tuple[str, ...] = PROJECTS,
    items: tuple[str, ...] = ITEMS,
) -> AlignmentTable:
    probability = np.array([pair[2] for pair in pairs], dtype=np.float32)
    return AlignmentTable(
        project_ids=projects,
        item_ids=items,
        project_rows=np.array([pair[0] for pair in pairs], dtype=np.int32),
        item_rows=np.array([pair[1] for pair in pairs], dtype=np.int32),
        probability=probability,
        low=probability,
        high=probability,
    )


def measure(
    items: tuple[str, ...] = ITEMS,
    projects: tuple[str, ...] = PROJECTS,
    thresholds: Thresholds = THRESHOLDS,
) -> PortfolioCoverage:
    return measure_coverage(
        make_table(PAIRS), items, projects, funding_eur=FUNDING, thresholds=thresholds
    )


# --- shares ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("probabilities", "shares", "none"),
    [
        ([], [], 1.0),
        ([0.0, 0.0], [0.0, 0.0], 1.0),
        ([1.0], [1.0], 0.0),
        ([0.75], [0.75], 0.25),
        ([1.0, 1.0], [0.5, 0.5], 0.0),
        ([0.5, 0.5], [0.375, 0.375], 0.25),
        ([0.8, 0.4], [0.88 * 2 / 3, 0.88 / 3], 0.12),
    ],
)
def test_a_project_is_split_by_probability(
    probabilities: list[float], shares: list[float], none: float
) -> None:
    found, rest = attribute_shares(np.array(probabilities, dtype=np.float64))
    np.testing.assert_allclose(found, shares)
    assert rest == pytest.approx(none)


@given(st.lists(st.floats(0, 1), max_size=30))
def test_shares_add_up_to_one(probabilities: list[float]) -> None:
    shares, none = attribute_shares(np.array(probabilities, dtype=np.float64))
    assert shares.sum() + none == pytest.approx(1)
    assert (shares >= 0).all()
    assert 0 <= none <= 1


# --- coverage -------------------------------------------------------------------


def test_a_portfolio_worked_out_by_hand() -> None:
    assert measure() == PortfolioCoverage(
        items=(
            # 1 - .5 x .25; a's share is .375 of 100, b's .75 of 200.
            ItemCoverage(
                "x", 2, 0, 0.75, pytest.approx(187.5), ("b", "a"), pytest.approx((150, 37.5))
            ),
            ItemCoverage("y", 1, 0, 0.5, pytest.approx(37.5), ("a",), pytest.approx((37.5,))),
            ItemCoverage("z", 0, 0, 0.0, 0.0, (), ()),
        ),
        orphan_ids=("c",),
        unread_ids=("unread",),
        funding_eur=347.0,
        unattributed_eur=pytest.approx(347 - 225),
        n_projects=4,
        n_without_funding=0,
    )


def test_gaps_are_the_items_that_no_project_is_aligned_with() -> None:
    strict = measure(thresholds=Thresholds(examine=0.25, aligned=0.6))
    assert strict.gap_ids == ("y", "z")
    assert [(item.n_aligned, item.n_examine) for item in strict.items] == [(1, 1), (0, 1), (0, 0)]
    assert [item.is_gap for item in strict.items] == [False, True, True]


def test_a_threshold_only_counts_again() -> None:
    loose = measure(thresholds=Thresholds(examine=0.05, aligned=0.05))
    assert [item.n_aligned for item in loose.items] == [2, 1, 2]
    assert (loose.orphan_ids, loose.gap_ids) == ((), ())
    assert loose.items[2].coverage == pytest.approx(0.2)


def test_a_probability_equal_to_a_threshold_reaches_it_as_a_verdict_does() -> None:
    # Float32 has no 0.7: the nearest number is just below, and 0.3's is just above.
    table = make_table([(0, 0, 0.7), (1, 0, 0.3)])
    found = measure_coverage(
        table, ["x"], ["a", "b"], funding_eur={}, thresholds=Thresholds(examine=0.3, aligned=0.7)
    )
    judged = [
        Thresholds(examine=0.3, aligned=0.7).judge(float(value)) for value in table.probability
    ]
    assert judged == ["examine", "examine"]
    assert (found.items[0].n_aligned, found.items[0].n_examine) == (0, 2)


def test_items_come_in_the_order_asked_for_and_unknown_ones_are_left_out() -> None:
    found = measure(items=("z", "no such", "x"))
    assert [item.item_id for item in found.items] == ["z", "x"]


def test_of_some_items_a_read_project_is_an_orphan_not_unread() -> None:
    found = measure(items=("y",))
    assert found.orphan_ids == ("b", "c")
    assert found.unread_ids == ("unread",)
    # Alone, y takes all of a's chance to support anything: .5 of 100.
    assert found.items[0].funding_eur == pytest.approx(50)


def test_projects_outside_the_portfolio_do_not_count() -> None:
    found = measure(projects=("b",))
    assert [item.project_ids for item in found.items] == [("b",), (), ()]
    assert (found.funding_eur, found.unattributed_eur) == (200, pytest.approx(50))
    assert (found.n_projects, found.orphan_ids, found.unread_ids) == (1, (), ())


def test_unknown_funding_counts_as_nothing_and_is_counted() -> None:
    found = measure_coverage(
        make_table(PAIRS),
        ITEMS,
        PROJECTS,
        funding_eur={"a": None, "b": 0.0, "c": 10.0},
        thresholds=THRESHOLDS,
    )
    assert (found.funding_eur, found.unattributed_eur) == (10, 10)
    assert found.n_without_funding == 2  # a and unread; b's is known to be 0


def test_equal_probabilities_are_ordered_as_the_projects_are() -> None:
    table = make_table([(0, 0, 0.6), (1, 0, 0.6), (2, 0, 0.6)])
    found = measure_coverage(table, ["x"], PROJECTS, funding_eur={}, thresholds=THRESHOLDS)
    assert found.items[0].project_ids == ("a", "b", "c")


def test_an_empty_table_covers_nothing() -> None:
    found = measure_coverage(
        make_table([]), ITEMS, PROJECTS, funding_eur=FUNDING, thresholds=THRESHOLDS
    )
    assert found.gap_ids == ITEMS
    assert (found.orphan_ids, found.unread_ids) == ((), ("a", "b", "c", "unread"))
    assert (found.funding_eur, found.unattributed_eur) == (347, 347)


@given(
    pairs=st.dictionaries(
        st.tuples(st.integers(0, 5), st.integers(0, 7)), st.floats(0, 1, width=32), max_size=40
    ),
    funding=st.lists(st.none() | st.floats(0, 1e9), min_size=6, max_size=6),
    examine=st.floats(0, 1),
    chosen=st.sets(st.integers(0, 7)),
)
def test_euros_add_up_to_the_portfolio_whatever_the_probabilities(
    pairs: dict[tuple[int, int], float],
    funding: list[float | None],
    examine: float,
    chosen: set[int],
) -> None:
    projects, items = tuple("abcdef"), tuple("stuvwxyz")
    table = make_table(
        [(*pair, value) for pair, value in sorted(pairs.items())], projects=projects, items=items
    )
    found = measure_coverage(
        table,
        [items[number] for number in sorted(chosen)],
        projects,
        funding_eur=dict(zip(projects, funding, strict=True)),
        thresholds=Thresholds(examine=examine, aligned=1.0),
    )
    total = sum(amount or 0.0 for amount in funding)
    attributed = sum(item.funding_eur for item in found.items)
    assert found.funding_eur == pytest.approx(total)
    assert attributed + found.unattributed_eur == pytest.approx(total, abs=1e-3)
    assert found.unattributed_eur >= 0
    assert all(0 <= item.coverage <= 1 and item.funding_eur >= 0 for item in found.items)
    placed = {project for item in found.items for project in item.project_ids}
    assert sorted([*placed, *found.orphan_ids, *found.unread_ids]) == list(projects)


# --- groups and concentration ---------------------------------------------------


def test_projects_are_counted_by_group() -> None:
    years = {"a": ["2020"], "b": ["2020", "2021"], "c": []}
    coverage = measure(thresholds=Thresholds(examine=0.15, aligned=0.6))
    assert count_by(coverage, years.__getitem__) == {("x", "2020"): 1, ("x", "2021"): 1}
    assert count_by(coverage, years.__getitem__, aligned_only=False) == {
        ("x", "2020"): 2,
        ("x", "2021"): 1,
        ("y", "2020"): 1,
    }
