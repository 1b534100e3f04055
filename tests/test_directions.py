from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from fakes import WordCountEncoder
from roadmapfit.carried import list_carried
from roadmapfit.carriers import find_carriers, prepare_item
from roadmapfit.competence_profile import profile_organisation, weigh_participation
from roadmapfit.errors import WorkspaceError
from roadmapfit.neighbours import CoLabel, Neighbour, find_neighbours
from roadmapfit.partnering import find_partner_set
from roadmapfit.placement import DocumentMatch, place_organisation
from roadmapfit.records import (
    Batch,
    DocumentKind,
    Participation,
    Project,
    Role,
    StrategyDocument,
    StrategyItem,
)
from roadmapfit.workspace import Workspace, create_workspace
from toys import build_toy_workspace, toy_model


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return build_toy_workspace(tmp_path_factory.mktemp("directions") / "toys")


@pytest.fixture
def neighbours(tmp_path: Path) -> Iterator[Workspace]:
    """Two roadmaps: hydrogen in both, a gap of the first near what projects of the other do."""
    encoder = WordCountEncoder()
    made = create_workspace(tmp_path / "two", encoder=encoder, model=toy_model(encoder))
    titles = {
        "a": ("hydrogen", "wind wind battery"),
        "b": ("hydrogen", "battery", "water"),
    }
    documents = [
        StrategyDocument(name, DocumentKind.ROADMAP, name.upper(), name, "en", series=name)
        for name in titles
    ]
    items = [
        StrategyItem(f"{name}/{title.split()[0]}", name, title, "", "en", position)
        for name, own in titles.items()
        for position, title in enumerate(own)
    ]
    projects = [
        Project("hydro", "", "The pilot makes hydrogen beside the old port.", "en", "test"),
        Project("bat", "", "The pilot tests a battery beside the old port.", "en", "test"),
    ]
    made.add_batch(Batch(documents=documents, items=items, projects=projects), source_name="s")
    made.build()
    yield made
    made.refresh()


# --- who could carry an item ----------------------------------------------------


def test_an_item_is_carried_by_who_proves_its_passages(workspace: Workspace) -> None:
    found = {
        each.fit.organisation.id: (each.fit.need_closed, each.project_ids)
        for each in find_carriers(workspace, "pole-nord/solaire")
    }
    # Title and text: solar, and solar with a battery; the laboratory has the battery alone.
    assert found == {
        "labo-batterie": (pytest.approx(0.5, abs=0.02), ()),
        "ecole-solaire": (pytest.approx(1, abs=0.01), ("helios",)),
    }
    (newcomer,) = find_carriers(workspace, "pole-nord/solaire", newcomers=True)
    assert newcomer.fit.organisation.id == "labo-batterie"


def test_who_left_a_project_does_not_carry_its_items(workspace: Workspace) -> None:
    # electrolys left helios.
    assert list_carried(workspace, "pole-nord/solaire") == {"ecole-solaire": ("helios",)}
    assert list_carried(workspace, "programme-industrie/eolien") == {}


def test_a_gap_is_filled_by_a_set(workspace: Workspace) -> None:
    item = prepare_item(workspace, "pole-nord/solaire")
    chosen = find_partner_set(workspace, item, n_most=3, member_ids=())
    assert [fit.organisation.id for fit in chosen.fits] == ["ecole-solaire"]
    assert chosen.need_closed == pytest.approx(1, abs=0.01)


def test_an_unknown_item_is_refused(workspace: Workspace) -> None:
    for ask in (find_carriers, list_carried):
        with pytest.raises(WorkspaceError, match="nothing"):
            ask(workspace, "nothing")


# --- where an organisation belongs ----------------------------------------------


def test_an_organisation_works_towards_the_items_of_its_texts(workspace: Workspace) -> None:
    placed = place_organisation(workspace, "ecole-solaire")
    assert [
        (each.item_id, round(each.probability, 4), each.project_id) for each in placed.items
    ] == [
        ("pole-nord/solaire", 0.8412, "helios"),
        # Its own words name water and solar: 1 over the root of 2.
        ("pole-sud/water", 0.7071, None),
        ("programme-industrie/batterie", 0.3333, "aquabat"),
    ]
    assert placed.documents == (DocumentMatch("pole-nord", 1, 2), DocumentMatch("pole-sud", 1, 2))


def test_projects_are_those_with_a_need_that_it_closes(workspace: Workspace) -> None:
    found = place_organisation(workspace, "port-nord").projects
    # Its own projects, left or not, are none of them.
    assert not {each.project_id for each in found} & {"hydroport", "hydroharbour"}
    with pytest.raises(WorkspaceError, match="nobody"):
        place_organisation(workspace, "nobody")


# --- what an organisation can do ------------------------------------------------


def test_a_profile_is_one_passage_a_project_with_its_weight(workspace: Workspace) -> None:
    found = profile_organisation(workspace, "electrolys")
    assert [
        (each.passage.text, each.participation and each.participation.project_id)
        for each in found.competences
    ] == [
        ("Électrolys conçoit des cellules qui produisent de l'hydrogène à bas coût.", None),
        ("Hydrogène pour le port", "hydroport"),
    ]
    # It left helios: no proof, and said.
    assert (found.n_left, found.links) == (1, ())
    with pytest.raises(WorkspaceError, match="nobody"):
        profile_organisation(workspace, "nobody")


def test_role_share_and_age_weigh_a_participation(workspace: Workspace) -> None:
    generation = workspace.generation
    parts = {each.organisation_id: each for each in generation.participations["hydroport"]}
    # 300,000 and 200,000 euros; an equal share is 250,000.
    lead = weigh_participation(generation, parts["electrolys"])
    partner = weigh_participation(generation, parts["port-nord"])
    assert lead / partner == pytest.approx((300 / 550) / (0.75 * 200 / 450))
    unknown = Participation("hydroport", "port-nord", Role.ASSOCIATE)
    assert weigh_participation(generation, unknown) == pytest.approx(lead / (600 / 550) / 2)
    nothing = replace(unknown, role=Role.COORDINATOR, funding_eur=0.0)
    assert weigh_participation(generation, nothing) == pytest.approx(0.2 * lead / (600 / 550))


# --- which neighbour completes a roadmap ----------------------------------------


def test_a_neighbour_shares_adds_and_fills(neighbours: Workspace) -> None:
    (found,) = find_neighbours(neighbours, "a")
    assert found == Neighbour(
        document_id="b",
        shared=(("a/hydrogen", "b/hydrogen"),),
        # Water is new; battery is touched by wind-and-battery (1 over the root of 5).
        new_ids=("b/water",),
        # No project is aligned with that, and one is with the neighbour's battery.
        filled=(("a/wind", "b/battery"),),
        complement=pytest.approx(1 / 3),
        projects=(CoLabel("hydro", "a/hydrogen", "b/hydrogen", pytest.approx(1.0)),),
    )


def test_neighbours_are_of_one_kind_and_known(workspace: Workspace) -> None:
    found = find_neighbours(workspace, "pole-nord")
    assert [each.document_id for each in found] == ["pole-sud"]
    assert (found[0].shared, found[0].complement, found[0].projects) == ((), 0, ())
    with pytest.raises(WorkspaceError, match="pole-nord"):
        find_neighbours(workspace, "pole-ouest")
