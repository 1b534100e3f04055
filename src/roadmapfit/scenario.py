"""What taking projects out or putting some in changes: two coverages, compared."""

from __future__ import annotations

from dataclasses import dataclass

from roadmapfit.coverage import ItemCoverage, PortfolioCoverage, Support


@dataclass(frozen=True, slots=True)
class ItemShift:
    """One item with one portfolio and with another.

    ``support_before`` and ``support_after`` say how much each portfolio does for it,
    beside its other items.
    """

    before: ItemCoverage
    after: ItemCoverage
    support_before: Support
    support_after: Support

    @property
    def item_id(self) -> str:
        """The item."""
        return self.after.item_id

    @property
    def n_more(self) -> int:
        """Aligned projects more, negative if there are fewer."""
        return self.after.n_aligned - self.before.n_aligned

    @property
    def more_eur(self) -> float:
        """Euros more, negative if there are fewer."""
        return self.after.funding_eur - self.before.funding_eur

    @property
    def is_turned(self) -> bool:
        """Whether the item became a gap or crowded, or is one no more."""
        return self.support_after is not self.support_before

    @property
    def is_moved(self) -> bool:
        """Whether its projects, aligned or to be examined, or its euros are others."""
        return (
            self.before.project_ids != self.after.project_ids
            or self.before.n_aligned != self.after.n_aligned
            or round(self.more_eur) != 0
        )


def compare_coverage(before: PortfolioCoverage, after: PortfolioCoverage) -> list[ItemShift]:
    """Say which items another portfolio does more or less for.

    The items' differences in euros and that of the euros that go to none add up to the
    difference between the portfolios.

    Parameters
    ----------
    before, after
        Of the same items.

    Returns
    -------
    list[ItemShift]
        Items that moved or turned: those that turned first, then by the difference in
        projects and in euros, the greatest first, and in the strategy's order.

    Raises
    ------
    ValueError
        If they are not of the same items.
    """
    ids = [[item.item_id for item in each.items] for each in (before, after)]
    if ids[0] != ids[1]:
        raise ValueError(f"{len(ids[0])} items on one side, {len(ids[1])} others on the other")
    shifts = [
        ItemShift(old, new, before.judge(old), after.judge(new))
        for old, new in zip(before.items, after.items, strict=True)
    ]
    return sorted(
        (each for each in shifts if each.is_moved or each.is_turned),
        key=lambda each: (not each.is_turned, -abs(each.n_more), -abs(each.more_eur)),
    )
