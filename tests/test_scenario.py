"""Projects taken out and put in: which items turn, and that the euros still add up."""

from __future__ import annotations

from pathlib import Path

import pytest

from roadmapfit.analysis import measure_portfolio, prepare_text
from roadmapfit.coverage import ItemCoverage, PortfolioCoverage, Support
from roadmapfit.scenario import compare_coverage
from toys import build_toy_workspace


def cover(**counts: int) -> PortfolioCoverage:
    """Make a coverage of items with so many aligned projects of 10 euros each."""
    items = tuple(
        ItemCoverage(
            item_id,
            n,
            0,
            0.9 if n else 0.0,
            10.0 * n,
            tuple(f"{item_id}{number}" for number in range(n)),
            (10.0,) * n,
        )
        for item_id, n in counts.items()
    )
    total = sum(item.funding_eur for item in items)
    return PortfolioCoverage(items, (), (), total, 0.0, sum(counts.values()), 0)


def test_an_item_is_crowded_beside_the_median_covered_one() -> None:
    found = cover(a=1, b=2, c=2, d=4, e=0)
    assert (found.crowded_from, found.crowded_ids, found.gap_ids) == (4.0, ("d",), ("e",))
    assert [found.judge(item) for item in found.items] == [
        Support.SUPPORTED,
        Support.SUPPORTED,
        Support.SUPPORTED,
        Support.CROWDED,
        Support.GAP,
    ]


def test_two_projects_are_no_crowd_and_nothing_is_none() -> None:
    assert cover(a=1, b=2).crowded_ids == ()
    assert cover(a=1, b=3).crowded_ids == ()  # the median is 2, and 4 would be a crowd
    assert cover(a=0).crowded_from == float("inf")


def test_items_that_turn_come_first_then_the_greatest_differences() -> None:
    shifts = compare_coverage(cover(a=1, b=2, c=2, d=4, e=0), cover(a=0, b=2, c=3, d=1, e=0))
    assert [(each.item_id, each.n_more, each.more_eur, each.support_after) for each in shifts] == [
        ("d", -3, -30.0, Support.SUPPORTED),
        ("a", -1, -10.0, Support.GAP),
        ("c", 1, 10.0, Support.SUPPORTED),
    ]
    assert [each.is_turned for each in shifts] == [True, True, False]


def test_other_items_are_refused() -> None:
    with pytest.raises(ValueError, match="1 items on one side, 1 others on the other"):
        compare_coverage(cover(a=1), cover(b=1))


def test_euros_of_a_scenario_add_up(tmp_path: Path) -> None:
    workspace = build_toy_workspace(tmp_path / "toys")
    documents = ["pole-nord", "pole-sud"]
    text = "Solar panels feed a battery at night, and hospitals share their health data."
    before = measure_portfolio(workspace, documents)
    after = measure_portfolio(
        workspace,
        documents,
        keep=lambda project: project.id not in {"helios", "hydroport"},
        added=[prepare_text(workspace, text), prepare_text(workspace, text)],
        added_eur=[300_000.0],
    )
    assert (after.funding_eur, after.n_projects, after.n_without_funding) == (1_640_000.0, 7, 2)
    assert sum(each.funding_eur for each in after.items) + after.unattributed_eur == pytest.approx(
        1_640_000.0
    )
    for item in after.items:
        assert sum(item.project_eur) == pytest.approx(item.funding_eur)
    shifts = compare_coverage(before, after)
    moved = sum(each.more_eur for each in shifts)
    assert moved + after.unattributed_eur - before.unattributed_eur == pytest.approx(
        after.funding_eur - before.funding_eur
    )
    by_item = {each.item_id: each for each in shifts}
    assert by_item["pole-nord/hydrogene"].n_more == -1
    # Helios goes, two texts of the same words come.
    assert by_item["pole-nord/solaire"].n_more == 1
    assert by_item["pole-nord/solaire"].after.project_ids == ("pasted-1", "pasted-2")
