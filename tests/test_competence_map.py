from __future__ import annotations

import pytest

from roadmapfit.analysis import prepare_project, prepare_text
from roadmapfit.competence_map import (
    Part,
    list_territories,
    map_item,
    map_project,
    map_territory,
)
from roadmapfit.errors import WorkspaceError
from roadmapfit.partnering import find_partners
from roadmapfit.workspace import Workspace
from toys import build_toy_workspace

IDEA = "Solar panels feed a battery at night. The hydrogen feeds the ships of the port."


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return build_toy_workspace(tmp_path_factory.mktemp("map") / "toys")


def test_a_project_lies_among_its_members_and_candidates(workspace: Workspace) -> None:
    shown = map_project(workspace, prepare_text(workspace, IDEA), member_ids=["clinic"])
    assert {each.organisation.id: each.part for each in shown.organisations} == {
        "clinic": Part.MEMBER,
        "electrolys": Part.CANDIDATE,
        "ecole-solaire": Part.CANDIDATE,
        "port-nord": Part.CANDIDATE,
        "wind-group": Part.CANDIDATE,
        "labo-batterie": Part.NEWCOMER,
    }
    assert [each.openness for each in shown.landmarks] == [1.0]


def test_who_left_a_project_is_no_member(workspace: Workspace) -> None:
    shown = map_project(workspace, prepare_project(workspace, "helios"))
    members = [each for each in shown.organisations if each.part is Part.MEMBER]
    assert [each.organisation.id for each in members] == ["ecole-solaire"]
    assert [each.text[:12] for each in shown.landmarks] == ["Solar panels", "The solar fo"]


def test_the_map_shows_what_the_ranking_says(workspace: Workspace) -> None:
    prepared = prepare_text(workspace, IDEA)
    shown = map_project(workspace, prepared)
    closed = {each.organisation.id: each.need_closed for each in shown.organisations}
    ranked = find_partners(workspace, prepared)
    assert closed == {fit.organisation.id: fit.need_closed for fit in ranked}


def test_proofs_are_passages_of_the_organisation_or_its_projects(workspace: Workspace) -> None:
    shown = map_project(workspace, prepare_project(workspace, "aquabat"))
    generation = workspace.generation
    checked = 0
    for each in shown.organisations:
        own = {each.organisation.id} | {
            project_id
            for project_id, parts in generation.participations.items()
            if any(part.organisation_id == each.organisation.id for part in parts)
        }
        for proof in each.proofs:
            (passage,) = generation.load_passages([proof.row])
            assert passage.owner_id in own - {"aquabat"}
            assert 0 < proof.degree <= 1
            checked += 1
    assert checked > 1


def test_an_item_lies_among_its_neighbours_and_who_is_nearest(workspace: Workspace) -> None:
    shown = map_item(workspace, "programme-industrie/batterie")
    asked = [each for each in shown.landmarks if each.is_asked]
    assert [each.text for each in asked] == ["Batterie pour l'industrie"]
    assert len(shown.landmarks) == 2
    # Both speak of a battery; of the school's project that is not all.
    assert [each.organisation.id for each in shown.organisations] == [
        "labo-batterie",
        "ecole-solaire",
    ]
    few = map_item(workspace, "programme-industrie/batterie", n_organisations=1)
    assert len(few.organisations) == 1
    assert few.n_left_out == len(shown.organisations) - 1


def test_a_territory_shows_its_own_organisations_only(workspace: Workspace) -> None:
    shown = map_territory(workspace, "Hauts-de-France", "pole-nord")
    assert {each.organisation.id for each in shown.organisations} == {"electrolys", "port-nord"}
    everyone = map_territory(workspace, "FR", "pole-nord")
    assert {each.organisation.country for each in everyone.organisations} == {"FR"}


def test_territories_are_counted(workspace: Workspace) -> None:
    assert list_territories(workspace.generation) == {"Occitanie": 3, "Hauts-de-France": 2}


@pytest.mark.parametrize(
    ("territory", "document_id", "code"),
    [("Mars", "pole-nord", "territory_unknown"), ("FR", "pole-ouest", "document_unknown")],
)
def test_what_is_not_there_is_refused(
    workspace: Workspace, territory: str, document_id: str, code: str
) -> None:
    with pytest.raises(WorkspaceError) as caught:
        map_territory(workspace, territory, document_id)
    assert caught.value.code == code


def test_a_heading_is_no_item_to_map(workspace: Workspace) -> None:
    with pytest.raises(WorkspaceError) as caught:
        map_item(workspace, "pole-nord/energies")
    assert caught.value.code == "item_unknown"


def test_the_same_question_gives_the_same_map(workspace: Workspace) -> None:
    prepared = prepare_text(workspace, IDEA)
    assert map_project(workspace, prepared) == map_project(workspace, prepared)
