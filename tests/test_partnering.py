from __future__ import annotations

import pytest

from roadmapfit.analysis import prepare_project, prepare_text
from roadmapfit.partnering import find_partners, list_needs
from roadmapfit.workspace import Workspace
from toys import build_toy_workspace


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return build_toy_workspace(tmp_path_factory.mktemp("partnering") / "toys")


def test_needs_are_what_the_consortium_leaves_open(workspace: Workspace) -> None:
    # ecole-solaire (solar, water) leads helios and aquabat; helios proves nothing of itself.
    prepared = prepare_project(workspace, "helios")
    needs = list_needs(workspace, prepared)
    alone = list_needs(workspace, prepared, member_ids=[])
    assert [need.openness for need in alone] == [1, 1, 1]
    assert [need.passage.text for need in needs] == [each.text for each in prepared.passages]
    assert all(need.openness < 1 for need in needs)


def test_partners_are_found_for_what_lacks(workspace: Workspace) -> None:
    prepared = prepare_text(
        workspace,
        "The pilot stores the sun's power in a battery beside the old town hall. "
        "A second battery follows a year later in the school on the hill.",
    )
    first, *others = find_partners(workspace, prepared)
    # labo-batterie says battery; ecole-solaire leads aquabat, which tested one.
    assert (first.organisation.id, first.need_closed) == ("labo-batterie", pytest.approx(1))
    assert (first.brings_kind, first.is_newcomer) == (True, True)
    by_id = {fit.organisation.id: fit for fit in others}
    assert by_id["ecole-solaire"].need_closed == pytest.approx(1)
    assert (by_id["ecole-solaire"].brings_kind, by_id["ecole-solaire"].is_newcomer) == (
        False,
        False,
    )


def test_who_only_left_a_project_is_no_newcomer(workspace: Workspace) -> None:
    prepared = prepare_text(
        workspace, "The plant makes hydrogen by electrolysis beside the sea wall of the town."
    )
    found = {fit.organisation.id: fit for fit in find_partners(workspace, prepared)}
    assert not found["electrolys"].is_newcomer
    excluded = find_partners(workspace, prepared, excluded_ids=["electrolys"])
    assert "electrolys" not in {fit.organisation.id for fit in excluded}


def test_members_are_no_partners(workspace: Workspace) -> None:
    prepared = prepare_project(workspace, "hydroport")
    found = {fit.organisation.id for fit in find_partners(workspace, prepared)}
    assert not found & {"electrolys", "port-nord"}
    given = find_partners(workspace, prepared, member_ids=["wind-group"])
    assert "wind-group" not in {fit.organisation.id for fit in given}


def test_who_left_the_consortium_is_no_member(workspace: Workspace) -> None:
    # electrolys left helios: it may be found again as a partner, with its hydrogen.
    prepared = prepare_project(workspace, "helios")
    without = list_needs(workspace, prepared, member_ids=["ecole-solaire"])
    assert [need.openness for need in list_needs(workspace, prepared)] == [
        need.openness for need in without
    ]
