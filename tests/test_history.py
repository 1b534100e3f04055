from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from consortia_toys import DAY, ORGANISATIONS, toy_history, toy_participations, toy_projects
from roadmapfit.history import DAYS_A_YEAR, build_history


def test_only_what_was_signed_before_the_day_is_known() -> None:
    history = toy_history()
    assert history.project_ids == ("p1", "p2", "p3", "p5")
    assert history.organisation_ids == ("firm", "lab", "port", "school", "town")
    np.testing.assert_array_equal(
        history.members.toarray(),
        [[1, 1, 0, 0, 0], [1, 1, 0, 0, 1], [0, 0, 1, 0, 0], [0, 1, 0, 1, 0]],
    )
    assert history.sizes.tolist() == [2, 3, 1, 2]
    assert history.n_projects_of.tolist() == [2, 3, 1, 1, 1]
    assert history.territories.tolist() == ["FRJ2", "FRJ2", "DE21", "FRK1", "ES52"]
    assert history.age_years[1] == pytest.approx(365 / DAYS_A_YEAR)
    assert history.recency[1] == pytest.approx(0.5 ** (365 / DAYS_A_YEAR))


def test_what_is_signed_later_changes_nothing() -> None:
    later = [each for each in toy_projects() if each.id != "p4"]
    history = build_history(later, ORGANISATIONS.values(), toy_participations(), day=DAY)
    np.testing.assert_array_equal(history.members.toarray(), toy_history().members.toarray())
    assert history.organisation_ids == toy_history().organisation_ids


def test_what_is_asked_today_knows_everything() -> None:
    undated = toy_projects()[0].__class__("p0", "", "", "en", "test")
    history = build_history(
        [undated, *toy_projects()],
        ORGANISATIONS.values(),
        toy_participations(),
        day=date(2023, 7, 1),
        is_open_ended=True,
    )
    assert history.project_ids == ("p0", "p1", "p2", "p3", "p4", "p5")
    assert history.organisation_ids == tuple(ORGANISATIONS)
    assert history.age_years[4] == 0
    assert history.age_years[0] == history.age_years[1] == history.age_years.max()


def test_a_project_can_be_left_out() -> None:
    history = toy_history()
    without = history.without("p2")
    assert without.n_projects_of.tolist() == [1, 2, 1, 1, 0]
    assert history.n_projects_of.tolist() == [2, 3, 1, 1, 1]
    assert history.without(None) is history
    assert history.without("p4") is history


def test_columns_are_those_of_the_known() -> None:
    history = toy_history()
    assert history.find_columns(["town", "fresh", "lab"]).tolist() == [1, 4]
    assert history.list_project_rows(1).tolist() == [0, 1, 3]
