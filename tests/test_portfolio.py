"""The table of projects on the toy workspace, whose figures are worked out in ``toys``."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadmapfit.errors import WorkspaceError
from roadmapfit.portfolio import (
    FLAGS,
    SORTS,
    ProjectFilter,
    ProjectTexts,
    judge_projects,
    list_projects,
    list_target_items,
    select_projects,
)
from roadmapfit.workspace import Workspace
from toys import open_toy_workspace

WORDS = st.text(min_size=1, max_size=20).filter(lambda text: text.strip() == text)
VALUES = st.lists(WORDS, unique=True, max_size=3).map(tuple)


@pytest.fixture(scope="module")
def workspace(built: Path) -> Workspace:
    return open_toy_workspace(built)


@pytest.fixture(scope="module")
def table(workspace: Workspace) -> pd.DataFrame:
    items = list_target_items(workspace.generation, "")
    return list_projects(workspace.generation).join(judge_projects(workspace, items))


def pick(table: pd.DataFrame, workspace: Workspace, **wanted: object) -> list[str]:
    """Return the ids of the projects that a filter wants, in its order."""
    texts = ProjectTexts(workspace.generation)
    found = select_projects(table, ProjectFilter(**wanted), texts=texts, duplicate_ids=["helios"])
    return list(found.index)


def test_projects_are_laid_out(table: pd.DataFrame) -> None:
    port = table.loc["hydroport"]
    assert (port["year"], port["leader"], port["kind"], port["place"], port["funding_eur"]) == (
        2021,
        "Électrolys",
        "sme",
        "Hauts-de-France",
        500_000.0,
    )
    assert pd.isna(table.loc["archiv", "funding_eur"])
    assert (table.loc["museum", "leader"], table.loc["museum", "kind"]) == (
        "Wind Group",
        "large",
    )


def test_projects_are_judged_by_their_best_item(table: pd.DataFrame) -> None:
    assert table["verdict"].to_dict() == {
        "hydroport": "aligned",
        "hydroharbour": "aligned",
        "helios": "aligned",
        "cohorte": "aligned",
        "aquabat": "aligned",
        "museum": "not_aligned",
        "archiv": "cannot_tell",
    }
    assert table.loc["hydroport", "item_id"] == "pole-nord/hydrogene"
    assert table.loc["hydroport", "probability"] == pytest.approx(0.9024, abs=5e-5)
    assert table.loc["aquabat", "item_id"] == "pole-sud/water"
    assert (table.loc["aquabat", "n_aligned"], table.loc["aquabat", "n_examine"]) == (1, 1)
    assert table.index[table["is_orphan"]].tolist() == ["museum"]


def test_projects_are_judged_against_one_document_or_item(workspace: Workspace) -> None:
    generation = workspace.generation
    industry = judge_projects(workspace, list_target_items(generation, "programme-industrie"))
    assert industry.loc["aquabat", "verdict"] == "examine"  # toys: batterie, 33 %
    assert industry.loc["helios", "verdict"] == "not_aligned"  # toys: batterie, 19 %
    assert industry.loc["archiv", "verdict"] == "cannot_tell"
    water = judge_projects(workspace, list_target_items(generation, "pole-sud/water"))
    assert water.loc["aquabat", "probability"] == pytest.approx(0.5690, abs=5e-5)


@pytest.mark.parametrize("target", ["none", "pole-nord/energies"])
def test_a_target_that_cannot_be_aligned_with_is_refused(workspace: Workspace, target: str) -> None:
    with pytest.raises(WorkspaceError, match=target):
        list_target_items(workspace.generation, target)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"text": "HYDROGENE port"}, ["hydroport"]),
        ({"text": "hydrog harbour"}, ["hydroharbour"]),
        ({"text": "nothing-such"}, []),
        ({"years": ("2021", "2024"), "sort": "newest"}, ["museum", "archiv", "hydroport"]),
        ({"years": ("x",)}, []),
        ({"programmes": ("Horizon Europe",), "sort": "name"}, ["helios", "hydroharbour"]),
        ({"kinds": ("sme",), "verdicts": ("aligned",), "years": ("2021",)}, ["hydroport"]),
        ({"places": ("Hauts-de-France",), "years": ("2021",)}, ["hydroport"]),
        ({"sources": ("other",)}, []),
        ({"flags": ("orphan",)}, ["museum"]),
        ({"flags": ("duplicate",)}, ["helios"]),
        ({"verdicts": ("cannot_tell", "not_aligned")}, ["museum", "archiv"]),
    ],
)
def test_filters_keep_what_they_want(
    table: pd.DataFrame, workspace: Workspace, wanted: dict[str, object], found: list[str]
) -> None:
    assert sorted(pick(table, workspace, **wanted)) == sorted(found)


def test_rows_are_sorted(table: pd.DataFrame, workspace: Workspace) -> None:
    assert pick(table, workspace, sort="name")[:2] == ["aquabat", "archiv"]
    assert pick(table, workspace, sort="oldest")[0] == "hydroport"
    assert pick(table, workspace, sort="funding")[0] == "cohorte"
    assert pick(table, workspace, sort="funding")[-1] == "archiv"  # not known
    assert pick(table, workspace)[-1] == "archiv"  # cannot tell


def test_a_filter_with_a_text_needs_the_texts(table: pd.DataFrame) -> None:
    with pytest.raises(ValueError, match="texts"):
        select_projects(table, ProjectFilter(text="port"))


@given(
    st.builds(
        ProjectFilter,
        text=WORDS,
        target=WORDS,
        years=VALUES,
        programmes=VALUES,
        flags=st.lists(st.sampled_from(FLAGS), unique=True).map(tuple),
        sort=st.sampled_from(SORTS),
    )
)
def test_a_filter_survives_the_address(wanted: ProjectFilter) -> None:
    assert ProjectFilter.decode(wanted.encode()) == wanted


@given(st.text(max_size=200))
def test_any_address_is_a_filter(text: str) -> None:
    assert ProjectFilter.decode(text).sort in SORTS
