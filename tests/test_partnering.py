from __future__ import annotations

from dataclasses import replace

import pytest

from roadmapfit.analysis import prepare_project, prepare_text
from roadmapfit.feasibility import Feasibility
from roadmapfit.partner_roles import PartnerRole
from roadmapfit.partnering import find_partners, list_needs, list_role_needs
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
    assert (first.organisation.id, first.need_closed) == (
        "labo-batterie",
        pytest.approx(1, abs=1e-3),
    )
    # There is no consortium whose types anybody could add to.
    assert (first.brings_kind, first.is_newcomer) == (False, True)
    by_id = {fit.organisation.id: fit for fit in others}
    assert by_id["ecole-solaire"].need_closed == pytest.approx(1, abs=0.01)
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


def test_who_left_the_project_is_no_candidate_for_it(workspace: Workspace) -> None:
    # electrolys left helios, and nothing of its own closes what helios needs; a text that
    # asks for hydrogen finds it, and one of helios' own consortium does not.
    asked = prepare_text(
        workspace, "The plant makes hydrogen by electrolysis beside the sea wall of the town."
    )
    assert "electrolys" in {fit.organisation.id for fit in find_partners(workspace, asked)}
    in_helios = replace(asked, project_id="helios")
    assert "electrolys" not in {fit.organisation.id for fit in find_partners(workspace, in_helios)}


def test_candidates_say_whether_they_could_join(workspace: Workspace) -> None:
    prepared = prepare_text(workspace, "Solar panels warm the old school at night.")
    (school,) = [
        fit
        for fit in find_partners(workspace, prepared, member_ids=["labo-batterie"])
        if fit.organisation.id == "ecole-solaire"
    ]
    # Both are of Occitanie; 150,000 and 250,000 euros in two projects without an end date.
    assert school.feasibility == Feasibility(
        shares_region=True, shares_country=True, n_running=0, typical_eur=200_000.0
    )


def test_a_partner_works_towards_an_item_that_the_text_serves(workspace: Workspace) -> None:
    # A text on solar power is aligned with pole-nord/solaire, as helios is, which the school
    # leads; the laboratory has no project.
    prepared = prepare_text(workspace, "Solar panels on every roof of the school feed a battery.")
    gains = {fit.organisation.id: fit.gain for fit in find_partners(workspace, prepared)}
    item = workspace.generation.strategy_items["pole-nord/solaire"]
    assert gains["ecole-solaire"].item == item
    assert gains["labo-batterie"].item is None


def test_candidates_can_be_kept_to_some(workspace: Workspace) -> None:
    prepared = prepare_text(workspace, "Solar panels feed a battery and a pump at night.")
    kept = find_partners(workspace, prepared, keep=lambda each: each.kind == "laboratory")
    assert [fit.organisation.id for fit in kept] == ["labo-batterie"]


def test_roles_are_those_of_the_consortium(workspace: Workspace) -> None:
    prepared = prepare_text(workspace, "The farmers and the operators of pumps want solar power.")
    found = {
        each.role: each for each in list_role_needs(workspace, prepared, member_ids=["port-nord"])
    }
    assert found[PartnerRole.END_USER].member_ids == ("port-nord",)
    assert found[PartnerRole.END_USER].word == "farmers"
    assert found[PartnerRole.SME].is_missing
