from __future__ import annotations

import pytest

from roadmapfit.analysis import measure_portfolio, prepare_project
from roadmapfit.competence_map import Part
from roadmapfit.consortium_network import (
    draw_organisation_network,
    draw_portfolio_network,
    draw_project_network,
    list_supporting,
)
from roadmapfit.errors import WorkspaceError
from roadmapfit.workspace import Workspace
from toys import build_toy_workspace


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return build_toy_workspace(tmp_path_factory.mktemp("network") / "toys")


def test_an_organisation_stands_among_those_it_worked_with(workspace: Workspace) -> None:
    shown = draw_organisation_network(workspace, "port-nord")
    # port-nord did hydroport (2021) with electrolys and hydroharbour (2022) with wind-group.
    assert [(node.organisation.id, node.part, node.n_projects) for node in shown.nodes] == [
        ("port-nord", Part.ASKED, 2),
        ("wind-group", Part.OTHER, 2),
        ("electrolys", Part.OTHER, 1),
    ]
    assert [(link.one, link.two, link.project_ids, link.last_year) for link in shown.links] == [
        (0, 1, ("hydroharbour",), 2022),
        (0, 2, ("hydroport",), 2021),
    ]
    assert shown.links[0].n_projects == 1
    assert shown.alone == ()


def test_who_worked_with_nobody_stands_alone(workspace: Workspace) -> None:
    shown = draw_organisation_network(workspace, "clinic")
    assert (shown.nodes, shown.links) == ((), ())
    assert [node.organisation.id for node in shown.alone] == ["clinic"]


def test_the_project_itself_ties_nobody(workspace: Workspace) -> None:
    shown = draw_project_network(workspace, prepare_project(workspace, "hydroport"))
    pairs = {
        frozenset((shown.nodes[link.one].organisation.id, shown.nodes[link.two].organisation.id))
        for link in shown.links
    }
    assert frozenset(("electrolys", "port-nord")) not in pairs
    everyone = {node.organisation.id: node.part for node in (*shown.nodes, *shown.alone)}
    assert everyone["electrolys"] is everyone["port-nord"] is Part.MEMBER


def test_a_portfolio_counts_its_own_projects_only(workspace: Workspace) -> None:
    supporting = list_supporting(measure_portfolio(workspace, ["pole-nord"]))
    assert supporting == {"hydroport", "hydroharbour", "helios"}
    shown = draw_portfolio_network(workspace, supporting)
    counted = {node.organisation.id: node.n_projects for node in (*shown.nodes, *shown.alone)}
    # wind-group's museum and ecole-solaire's aquabat do not count; electrolys left helios.
    assert counted == {"port-nord": 2, "electrolys": 1, "wind-group": 1, "ecole-solaire": 1}
    assert [node.organisation.id for node in shown.alone] == ["ecole-solaire"]


def test_an_unknown_organisation_is_refused(workspace: Workspace) -> None:
    with pytest.raises(WorkspaceError) as caught:
        draw_organisation_network(workspace, "nobody")
    assert caught.value.code == "organisation_unknown"
