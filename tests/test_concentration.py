"""How few carry a strategy, worked out by hand; the cluster that a project belongs to."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from fakes import WordCountEncoder
from roadmapfit.clusters import find_clusters, has_clusters
from roadmapfit.concentration import Carrier, measure_concentration
from roadmapfit.coverage import ItemCoverage, PortfolioCoverage, round_to_sum
from roadmapfit.workspace import create_workspace
from toys import PROJECTS, build_toy_workspace, toy_batch, toy_model

LEADERS = {"p1": "alpha", "p2": "alpha", "p3": "beta", "p4": "", "p5": "gamma"}


def leader_of(project_id: str) -> str:
    return LEADERS[project_id]


def cover(*items: ItemCoverage) -> PortfolioCoverage:
    total = sum(each.funding_eur for each in items)
    return PortfolioCoverage(items, (), (), total, 0.0, 5, 0)


def test_projects_count_once_and_euros_add_up() -> None:
    found = measure_concentration(
        cover(
            ItemCoverage("x", 3, 1, 0.9, 100.0, ("p1", "p2", "p3", "p5"), (50, 20, 20, 10)),
            ItemCoverage("y", 2, 0, 0.8, 40.0, ("p4", "p1"), (30, 10)),
            ItemCoverage("z", 0, 0, 0.0, 0.0, (), ()),
        ),
        leader_of,
    )
    # Gamma's project is only to be examined: its euros count, the project does not.
    assert found.carriers == (
        Carrier("alpha", 2, pytest.approx(2 / 3), 80.0),
        Carrier("beta", 1, pytest.approx(1 / 3), 20.0),
        Carrier("gamma", 0, 0.0, 10.0),
    )
    assert (found.n_projects, found.n_unknown) == (3, 1)
    assert (found.funding_eur, found.unknown_eur) == (110.0, 30.0)
    assert found.n_effective == pytest.approx(9 / 5)
    assert found.share_of_first(1) == pytest.approx(2 / 3)
    # Alpha leads two of the three projects of x; y has but two.
    assert found.single_ids == ("x",)


def test_half_of_an_item_s_projects_are_not_a_single_lead() -> None:
    item = ItemCoverage("x", 4, 0, 0.9, 0.0, ("p1", "p2", "p3", "p5"), (0.0,) * 4)
    assert measure_concentration(cover(item), leader_of).single_ids == ()


def test_nothing_covered_is_carried_by_nobody() -> None:
    found = measure_concentration(cover(ItemCoverage("x", 0, 0, 0.0, 0.0, (), ())), leader_of)
    assert (found.carriers, found.n_projects) == ((), 0)
    assert found.n_effective != found.n_effective
    assert found.share_of_first(3) != found.share_of_first(3)


@pytest.mark.parametrize(
    ("amounts", "rounded"),
    [([], []), ([0.5, 0.5], [1, 0]), ([1.6, 1.6, 1.6], [2, 2, 1]), ([2.0, 0.2, 0.2], [2, 0, 0])],
)
def test_rounded_amounts_add_up(amounts: list[float], rounded: list[int]) -> None:
    assert round_to_sum(amounts) == rounded


def test_a_project_s_cluster_is_the_declared_or_the_nearest(tmp_path: Path) -> None:
    found = find_clusters(build_toy_workspace(tmp_path / "toys"))
    assert found == {
        "hydroport": "Pôle Nord Énergies",
        "hydroharbour": "Pôle Nord Énergies",
        "helios": "Pôle Nord Énergies",
        "cohorte": "South Cluster",
        "aquabat": "South Cluster",
    }


def test_what_a_source_declares_comes_before_what_is_near(tmp_path: Path) -> None:
    encoder = WordCountEncoder()
    batch = toy_batch()
    declared = replace(PROJECTS[0], declared_item_ids=("elsewhere/x", "pole-sud/water"))
    batch.projects[0] = declared
    workspace = create_workspace(tmp_path / "toys", encoder=encoder, model=toy_model(encoder))
    workspace.add_batch(batch, source_name="toys")
    workspace.build()
    assert find_clusters(workspace)["hydroport"] == "South Cluster"


def test_without_a_roadmap_there_is_no_cluster(tmp_path: Path) -> None:
    encoder = WordCountEncoder()
    batch = toy_batch()
    batch.documents[:] = [each for each in batch.documents if each.kind == "programme"]
    batch.items[:] = [each for each in batch.items if each.document_id == "programme-industrie"]
    workspace = create_workspace(tmp_path / "toys", encoder=encoder, model=toy_model(encoder))
    workspace.add_batch(batch, source_name="toys")
    workspace.build()
    assert (find_clusters(workspace), has_clusters(workspace.generation)) == ({}, False)
