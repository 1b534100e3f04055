from __future__ import annotations

from datetime import date

import pytest

from roadmapfit.collaboration import Tie, find_colleagues, keep_strongest, list_ties
from roadmapfit.history import History, build_history
from roadmapfit.records import Organisation, OrganisationKind, Participation, Project, Role

CONSORTIA = {"old": "ab", "new": "abc", "late": "cd", "lone": "e"}
SIGNED = {"old": 2020, "new": 2022, "late": 2023, "lone": 2021}


@pytest.fixture(scope="module")
def history() -> History:
    return build_history(
        [
            Project(each, each, "", "en", "s", signature_date=date(SIGNED[each], 1, 1))
            for each in CONSORTIA
        ],
        [Organisation(each, each, OrganisationKind.SME, "s") for each in "abcdef"],
        [
            Participation(project, each, Role.PARTNER)
            for project, members in CONSORTIA.items()
            for each in members
        ],
        day=date(2024, 1, 1),
        is_open_ended=True,
    )


def test_ties_name_the_projects_shared(history: History) -> None:
    assert list_ties(history, ["a", "b", "c", "d", "e"]) == [
        Tie(0, 1, ("new", "old")),
        Tie(0, 2, ("new",)),
        Tie(1, 2, ("new",)),
        Tie(2, 3, ("late",)),
    ]


def test_places_are_those_of_the_list(history: History) -> None:
    assert list_ties(history, ["d", "unknown", "c"]) == [Tie(0, 2, ("late",))]
    assert list_ties(history, []) == []


def test_only_some_projects_may_count(history: History) -> None:
    assert list_ties(history, ["a", "b", "c"], project_ids={"old", "unknown"}) == [
        Tie(0, 1, ("old",))
    ]


def test_a_project_that_is_left_out_ties_nobody(history: History) -> None:
    assert list_ties(history.without("new"), ["a", "b", "c"]) == [Tie(0, 1, ("old",))]


def test_colleagues_come_by_projects_shared_then_the_recent_ones(history: History) -> None:
    assert find_colleagues(history, "a", n_most=9) == ["b", "c"]
    # One project each: that with d is the newer one.
    assert find_colleagues(history, "c", n_most=2) == ["d", "a"]
    assert find_colleagues(history, "e", n_most=9) == []
    assert find_colleagues(history, "unknown", n_most=9) == []


def test_the_strongest_ties_of_each_are_kept(history: History) -> None:
    ties = list_ties(history, ["a", "b", "c", "d"])
    # a and b have each other; of c's equal ones the first is kept, and d has one alone.
    assert keep_strongest(ties, n_each=1) == [ties[0], ties[1], ties[3]]
    assert keep_strongest(ties, n_each=3) == ties
