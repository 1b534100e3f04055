from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadmapfit.errors import InputError, WorkspaceError
from roadmapfit.recalibration import (
    MARGIN,
    PRIOR_DECISIONS,
    DecidedPairs,
    Recalibration,
    correct_probability,
    cross_validate,
    fit_platt,
    fit_recalibration,
    load_recalibration,
    measure_log_loss,
    split_by_project,
)

DAY = date(2026, 3, 3)
LN2 = math.log(2)


def pairs(*groups: tuple[float, int, int], n_projects: int = 1) -> DecidedPairs:
    """Return, of each project, groups of (probability, how many aligned, how many not)."""
    own = [
        (probability, is_aligned)
        for probability, n_aligned, n_not in groups
        for is_aligned, n in ((True, n_aligned), (False, n_not))
        for _ in range(n)
    ]
    every = own * n_projects
    return DecidedPairs(
        probability=np.array([probability for probability, _ in every]),
        is_aligned=np.array([is_aligned for _, is_aligned in every]),
        project_ids=tuple(f"p{project}" for project in range(n_projects) for _ in own),
    )


def fitted(**changes: Any) -> Recalibration:  # noqa: ANN401 (any field)
    held = Recalibration(
        slope=0.5,
        intercept=-0.25,
        n_decisions=40,
        n_aligned=20,
        n_projects=2,
        log_loss_before=0.78,
        log_loss_after=0.7,
        alignment_model="abc",
        fitted_on=DAY,
    )
    return replace(held, **changes)


# --- the two numbers ------------------------------------------------------------


def test_slope_and_intercept_go_through_what_was_decided() -> None:
    # Two values of probability and two numbers: the fit goes through both shares. The
    # prior puts 10 / 20 = 0.5 decisions beside each pair. At 0.2 that makes 4 + 5 x 0.2
    # = 5 aligned of 15, log-odds -ln 2; at 0.8 it makes 6 + 5 x 0.8 = 10 of 15, ln 2.
    # Shipped were -2 ln 2 and 2 ln 2.
    slope, intercept = fit_platt(pairs((0.2, 4, 6), (0.8, 6, 4)))
    assert (slope, intercept) == (pytest.approx(0.5, abs=1e-4), pytest.approx(0.0, abs=1e-4))


def test_a_stricter_committee_moves_the_intercept() -> None:
    # 1 + 1 of 15 at 0.2, log-odds ln(2 / 13); 5 + 4 of 15 at 0.8, log-odds ln(9 / 6).
    low, high = math.log(2 / 13), math.log(9 / 6)
    slope, intercept = fit_platt(pairs((0.2, 1, 9), (0.8, 5, 5)))
    assert slope == pytest.approx((high - low) / (4 * LN2), abs=1e-4)
    assert intercept == pytest.approx((high + low) / 2, abs=1e-4)


def test_decisions_just_as_shipped_change_nothing() -> None:
    slope, intercept = fit_platt(pairs((0.2, 2, 8), (0.8, 8, 2)))
    assert (slope, intercept) == (pytest.approx(1.0, abs=1e-4), pytest.approx(0.0, abs=1e-4))


def test_the_prior_weighs_as_much_as_ten_decisions() -> None:
    # One pair at each value: 5 of the prior's decisions beside each.
    slope, _intercept = fit_platt(pairs((0.2, 1, 0), (0.8, 0, 1)))
    low = math.log(2 / 4)  # 1 + 5 x 0.2 aligned, 5 x 0.8 not
    assert PRIOR_DECISIONS == 10
    assert slope == pytest.approx(-low / (2 * LN2), abs=1e-4)


def test_decisions_that_nothing_tells_apart_still_give_finite_numbers() -> None:
    slope, intercept = fit_platt(pairs((0.0, 0, 15), (1.0, 15, 0)))
    assert 1 < slope < 3
    assert intercept == pytest.approx(0.0, abs=1e-3)


# --- the correction -------------------------------------------------------------


def test_a_correction_is_worked_out_by_hand() -> None:
    # Log-odds of 0.8 are 2 ln 2; half of it and ln 2 more is 2 ln 2 again. Of 0.5: ln 2.
    corrected = correct_probability(np.array([0.8, 0.5, 0.2]), slope=0.5, intercept=LN2)
    assert corrected.tolist() == pytest.approx([0.8, 2 / 3, 0.5])


def test_beyond_the_margin_all_is_the_margin() -> None:
    corrected = correct_probability(np.array([0.0, MARGIN, 1.0]), slope=1.0, intercept=0.0)
    assert corrected.tolist() == pytest.approx([MARGIN, MARGIN, 1 - MARGIN])


def test_what_is_undefined_stays_undefined() -> None:
    corrected = fitted().correct(np.array([[np.nan, 0.5]], dtype=np.float32))
    assert np.isnan(corrected[0, 0])
    assert corrected[0, 1] == pytest.approx(1 / (1 + math.exp(0.25)))
    assert corrected.dtype == np.float32


@given(
    probabilities=st.lists(st.floats(0, 1, width=32), min_size=2, max_size=8),
    slope=st.floats(0.01, 5),
    intercept=st.floats(-5, 5),
)
def test_order_is_kept(probabilities: list[float], slope: float, intercept: float) -> None:
    ordered = np.sort(np.array(probabilities, dtype=np.float32))
    corrected = fitted(slope=slope, intercept=intercept).correct(ordered)
    assert (np.diff(corrected) >= 0).all()
    assert ((corrected >= 0) & (corrected <= 1)).all()


# --- what it is worth -----------------------------------------------------------


def test_log_loss_is_worked_out_by_hand() -> None:
    loss = measure_log_loss(np.array([0.5, 0.8, 0.8]), np.array([True, True, False]))
    assert loss == pytest.approx(-(math.log(0.5) + math.log(0.8) + math.log(0.2)) / 3)
    assert measure_log_loss(np.array([0.0]), np.array([True])) == pytest.approx(-math.log(MARGIN))


def test_a_project_is_never_on_both_sides() -> None:
    project_ids = [f"p{number % 7}" for number in range(40)]
    folds = split_by_project(project_ids)
    sides = [{project_ids[row] for row in fold} for fold in folds]
    assert sorted(row for fold in folds for row in fold.tolist()) == list(range(40))
    assert sorted(project for side in sides for project in side) == [f"p{n}" for n in range(7)]
    assert [len(side) for side in sides if not side] == []


def test_each_project_is_corrected_by_the_others() -> None:
    # One fold a project; the other has 10 pairs, so the prior one decision beside each:
    # 2 + 5 x 0.2 = 3 aligned of 10 at 0.2, and 3 + 5 x 0.8 = 7 of 10 at 0.8.
    held = pairs((0.2, 2, 3), (0.8, 3, 2), n_projects=2)
    assert cross_validate(held).tolist() == pytest.approx(([0.3] * 5 + [0.7] * 5) * 2, abs=1e-4)


def test_a_fit_says_what_it_is_worth() -> None:
    # Two projects of 20 pairs. All: the prior puts 10 / 40 beside each, so 8 + 20 x 0.25
    # x 0.2 = 9 aligned of 25 at 0.2 and 16 of 25 at 0.8. Each alone: 1/3 and 2/3.
    found = fit_recalibration(
        pairs((0.2, 4, 6), (0.8, 6, 4), n_projects=2), alignment_model="abc", fitted_on=DAY
    )
    before = -(4 * math.log(0.2) + 6 * math.log(0.8)) / 10
    after = -(4 * math.log(1 / 3) + 6 * math.log(2 / 3)) / 10
    assert found.slope == pytest.approx(math.log(16 / 9) / (2 * LN2), abs=1e-4)
    assert found.intercept == pytest.approx(0.0, abs=1e-4)
    assert (found.n_decisions, found.n_aligned, found.n_projects) == (40, 20, 2)
    assert found.log_loss_before == pytest.approx(before)
    assert found.log_loss_after == pytest.approx(after, abs=1e-4)
    assert (found.is_better, found.alignment_model, found.fitted_on) == (True, "abc", DAY)


@pytest.mark.parametrize(
    ("changes", "is_better"),
    [
        ({}, True),
        ({"log_loss_after": 0.78}, False),
        ({"log_loss_after": 0.9}, False),
        ({"slope": -0.1}, False),
        ({"slope": 0.0}, False),
    ],
)
def test_only_what_lowers_the_loss_and_keeps_the_order_is_better(
    changes: dict[str, float], is_better: bool
) -> None:
    assert fitted(**changes).is_better is is_better


@pytest.mark.parametrize(
    ("few", "said"),
    [
        (((0.5, 14, 15),), "29 decisions have an effect: 14 aligned and 15 not aligned; 30 are"),
        (((0.5, 7, 93),), "100 decisions have an effect: 7 aligned and 93 not aligned; 30 are"),
        (((0.5, 93, 7),), "100 decisions have an effect: 93 aligned and 7 not aligned; 30 are"),
    ],
)
def test_too_few_decisions_are_refused_with_their_counts(
    few: tuple[tuple[float, int, int], ...], said: str
) -> None:
    with pytest.raises(InputError, match=f"^{said} needed, 8 of each kind; write down more"):
        fit_recalibration(pairs(*few), alignment_model="", fitted_on=DAY)


def test_just_enough_decisions_are_taken() -> None:
    found = fit_recalibration(pairs((0.3, 4, 11), n_projects=2), alignment_model="", fitted_on=DAY)
    assert (found.n_decisions, found.n_aligned) == (30, 8)


def test_decisions_about_one_project_are_refused() -> None:
    with pytest.raises(InputError, match="^all decisions are about one project, “p0”; two at"):
        fit_recalibration(pairs((0.5, 20, 20)), alignment_model="", fitted_on=DAY)


# --- on disk --------------------------------------------------------------------


def test_a_recalibration_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "calibration.json"
    assert load_recalibration(path) is None
    path.write_text(fitted().render_json(), encoding="utf-8")
    assert load_recalibration(path) == fitted()


def change(**values: object) -> Callable[[dict[str, Any]], str]:
    return lambda content: json.dumps({**content, **values})


@pytest.mark.parametrize(
    "damage",
    [
        lambda _content: "",
        lambda _content: "[]",
        lambda content: json.dumps({k: v for k, v in content.items() if k != "slope"}),
        change(format=2),
        change(slope=-1.0),
        change(slope=float("nan")),
        change(slope="1"),
        change(intercept=float("inf")),
        change(fitted_on="yesterday"),
        change(further=1),
    ],
)
def test_a_damaged_recalibration_is_refused(
    tmp_path: Path, damage: Callable[[dict[str, Any]], str]
) -> None:
    path = tmp_path / "calibration.json"
    path.write_text(damage(json.loads(fitted().render_json())), encoding="utf-8")
    with pytest.raises(
        WorkspaceError, match=r"^calibration\.json is not a readable recalibration \(.+\); remove"
    ):
        load_recalibration(path)
