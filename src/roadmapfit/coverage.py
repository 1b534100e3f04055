"""What a portfolio covers of a strategy, and how two strategies relate.

A threshold lives here, where things are counted: moving it counts again and
never measures again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from roadmapfit.align import AlignmentTable
from roadmapfit.calibrate import Thresholds

Array = NDArray[np.float64]

# An item is crowded that has so many times the aligned projects of the median covered
# item, and so many at the least: of two projects and one, two are no crowd.
CROWDED_TIMES, CROWDED_FROM = 2, 3


class Support(StrEnum):
    """How much a portfolio does for an item, beside the strategy's other items."""

    GAP = "gap"
    SUPPORTED = "supported"
    CROWDED = "crowded"


@dataclass(frozen=True, slots=True)
class ItemCoverage:
    """What a portfolio does for one item.

    Attributes
    ----------
    n_aligned, n_examine
        Projects whose verdict is *aligned*, and those *to be examined*.
    coverage
        Probability that the best placed of those projects supports the item, in [0, 1].
        Not of "at least one": many weak candidates are not support, and a gap must
        read as one.
    funding_eur
        Euros attributed to the item; over all items and "no item" a project's
        euros add up to what it has.
    project_ids
        Aligned projects, most probable first, then those to be examined.
    project_eur
        Euros that go from each of them to the item; they add up to ``funding_eur``.
    """

    item_id: str
    n_aligned: int
    n_examine: int
    coverage: float
    funding_eur: float
    project_ids: tuple[str, ...]
    project_eur: tuple[float, ...]

    @property
    def is_gap(self) -> bool:
        """Whether no project is aligned with the item."""
        return self.n_aligned == 0


@dataclass(frozen=True, slots=True)
class PortfolioCoverage:
    """How a portfolio covers a set of items.

    Attributes
    ----------
    items
        In the order asked for.
    orphan_ids
        Projects that no item so much as deserves to be examined for, by id.
    unread_ids
        Projects that could not be judged, by id.
    funding_eur, unattributed_eur
        All euros of the portfolio's projects, and those that go to no item.
        ``funding_eur`` is the sum of the items' euros and ``unattributed_eur``.
    n_without_funding
        Projects whose euros are not known; they count as 0.
    """

    items: tuple[ItemCoverage, ...]
    orphan_ids: tuple[str, ...]
    unread_ids: tuple[str, ...]
    funding_eur: float
    unattributed_eur: float
    n_projects: int
    n_without_funding: int

    @property
    def gap_ids(self) -> tuple[str, ...]:
        """Items that no project is aligned with."""
        return tuple(item.item_id for item in self.items if item.is_gap)

    @property
    def crowded_ids(self) -> tuple[str, ...]:
        """Items that have far more aligned projects than the median covered item."""
        least = self.crowded_from
        return tuple(item.item_id for item in self.items if item.n_aligned >= least)

    @property
    def crowded_from(self) -> float:
        """From how many aligned projects on an item is crowded; infinite if none is covered."""
        counts = [item.n_aligned for item in self.items if not item.is_gap]
        if not counts:
            return float("inf")
        return max(CROWDED_FROM, CROWDED_TIMES * float(np.median(counts)))

    def judge(self, item: ItemCoverage) -> Support:
        """Say how much the portfolio does for one of its items."""
        if item.is_gap:
            return Support.GAP
        return Support.CROWDED if item.n_aligned >= self.crowded_from else Support.SUPPORTED


def attribute_shares(probabilities: Array) -> tuple[Array, float]:
    """Split one project over the items it may support.

    The share of "no item" is the probability that it supports none, taken item by
    item as independent; the rest is split in proportion to the probabilities. So
    the shares add up to one whatever the number of items.

    Parameters
    ----------
    probabilities
        Shape (n,), each in [0, 1].

    Returns
    -------
    tuple[numpy.ndarray, float]
        Each item's share, shape (n,), and the share of "no item".

    Examples
    --------
    >>> shares, rest = attribute_shares(np.array([0.5, 0.5]))
    >>> shares.tolist(), rest
    ([0.375, 0.375], 0.25)
    """
    total = probabilities.sum()
    if total == 0:
        return np.zeros_like(probabilities), 1.0
    none = float(np.prod(1 - probabilities))
    return probabilities / total * (1 - none), none


def round_to_sum(amounts: Sequence[float]) -> list[int]:
    """Round amounts to whole numbers that add up to the rounded sum of the amounts.

    Those with the greatest remainders are rounded up (Hamilton's method).

    Examples
    --------
    >>> round_to_sum([1.4, 1.4, 1.4])
    [2, 1, 1]
    """
    floors = [int(np.floor(each)) for each in amounts]
    n_up = round(sum(amounts)) - sum(floors)
    by_remainder = sorted(range(len(amounts)), key=lambda row: floors[row] - amounts[row])
    for row in by_remainder[:n_up]:
        floors[row] += 1
    return floors


def measure_coverage(
    table: AlignmentTable,
    item_ids: Sequence[str],
    project_ids: Sequence[str],
    *,
    funding_eur: Mapping[str, float | None],
    thresholds: Thresholds,
) -> PortfolioCoverage:
    """Measure how some projects cover some items.

    Parameters
    ----------
    table
        Alignments of all projects with all items.
    item_ids
        The strategy's items, in the order wanted back.
    project_ids
        The portfolio.
    funding_eur
        Euros by project; ``None`` or absent counts as 0 and is counted.
    thresholds
        Probabilities below *to be examined* attribute nothing.
    """
    # As a verdict compares them: float32 would reach a threshold that it is just below.
    everything = table.probability.astype(np.float64)
    rows = _select(table, item_ids, project_ids)
    rows = rows[everything[rows] >= thresholds.examine]
    projects, items, probability = table.project_rows[rows], table.item_rows[rows], everything[rows]
    known = {table.project_ids[row] for row in np.unique(table.project_rows)}
    total = sum(funding_eur.get(project_id) or 0.0 for project_id in project_ids)
    euros, row_euros = np.zeros(len(table.item_ids)), np.zeros(len(rows))
    for project, start, end in _runs(projects):
        shares, _none = attribute_shares(probability[start:end])
        amount = funding_eur.get(table.project_ids[project]) or 0.0
        row_euros[start:end] = shares * amount
    np.add.at(euros, items, row_euros)
    by_item = np.lexsort((projects, -probability, items))
    runs = {item: slice(start, end) for item, start, end in _runs(items[by_item])}
    position = {item_id: row for row, item_id in enumerate(table.item_ids)}
    covered = tuple(
        _cover_item(
            table,
            position[item_id],
            by_item[runs.get(position[item_id], slice(0, 0))],
            projects,
            probability,
            thresholds,
            row_euros,
        )
        for item_id in item_ids
        if item_id in position
    )
    supported = {table.project_ids[row] for row in np.unique(projects)}
    return PortfolioCoverage(
        items=covered,
        orphan_ids=tuple(sorted(set(project_ids) & known - supported)),
        unread_ids=tuple(sorted(set(project_ids) - known)),
        funding_eur=total,
        # Rounding may leave less than nothing where all is attributed.
        unattributed_eur=max(0.0, float(total - euros.sum())),
        n_projects=len(project_ids),
        n_without_funding=sum(funding_eur.get(project_id) is None for project_id in project_ids),
    )


def count_by(
    coverage: PortfolioCoverage,
    group_of: Callable[[str], Sequence[str]],
    *,
    aligned_only: bool = True,
) -> dict[tuple[str, str], int]:
    """Count projects per item and group (year, territory, leader type ...).

    Parameters
    ----------
    coverage
        Of the items to show.
    group_of
        Names the groups a project counts in, by its id.
    aligned_only
        Leave out the projects that are only to be examined.

    Returns
    -------
    dict
        ``(item_id, group)`` to a count; absent pairs are zero.
    """
    counts: dict[tuple[str, str], int] = {}
    for item in coverage.items:
        shown = item.project_ids[: item.n_aligned] if aligned_only else item.project_ids
        for project_id in shown:
            for group in group_of(project_id):
                counts[item.item_id, group] = counts.get((item.item_id, group), 0) + 1
    return counts


def _select(
    table: AlignmentTable, item_ids: Sequence[str], project_ids: Sequence[str]
) -> NDArray[np.int64]:
    # Sets of Python strings: numpy's isin sorts object arrays, which is far slower.
    wanted_items, wanted_projects = set(item_ids), set(project_ids)
    item_mask = np.array([each in wanted_items for each in table.item_ids], dtype=bool)
    project_mask = np.array([each in wanted_projects for each in table.project_ids], dtype=bool)
    return np.flatnonzero(item_mask[table.item_rows] & project_mask[table.project_rows])


def _runs(rows: NDArray[np.int32]) -> list[tuple[int, int, int]]:
    """List the runs of equal values as (value, start, end)."""
    if not len(rows):
        return []
    edges = np.flatnonzero(np.diff(rows)) + 1
    starts = [0, *edges.tolist()]
    ends = [*edges.tolist(), len(rows)]
    return [(int(rows[start]), start, end) for start, end in zip(starts, ends, strict=True)]


def _cover_item(
    table: AlignmentTable,
    item_row: int,
    rows: NDArray[np.int64],
    projects: NDArray[np.int32],
    probability: Array,
    thresholds: Thresholds,
    row_euros: Array,
) -> ItemCoverage:
    values = probability[rows]
    n_aligned = int((values >= thresholds.aligned).sum())
    return ItemCoverage(
        item_id=table.item_ids[item_row],
        n_aligned=n_aligned,
        n_examine=len(rows) - n_aligned,
        coverage=float(values.max(initial=0.0)),
        funding_eur=float(row_euros[rows].sum()),
        project_ids=tuple(table.project_ids[projects[row]] for row in rows),
        project_eur=tuple(row_euros[rows].tolist()),
    )
