"""What a change of a text changes: two alignments with the same items, compared."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from roadmapfit.align import Alignment


@dataclass(frozen=True, slots=True)
class FitChange:
    """One item's fit before and after a change of the text."""

    before: Alignment
    after: Alignment

    @property
    def item_id(self) -> str:
        """The item that both fits are with."""
        return self.after.item_id

    @property
    def difference(self) -> float:
        """Probability after less probability before, in [-1, 1]; ``nan`` if one is missing."""
        return self.after.probability - self.before.probability

    @property
    def n_points(self) -> int:
        """The difference between the two as whole per cent; 0 if one is missing."""
        if self.difference != self.difference:  # nan is the only value unequal to itself
            return 0
        return round(100 * self.after.probability) - round(100 * self.before.probability)

    @property
    def is_turned(self) -> bool:
        """Whether the verdict is another one."""
        return self.after.verdict is not self.before.verdict


def compare_alignments(before: Iterable[Alignment], after: Iterable[Alignment]) -> list[FitChange]:
    """Say of each item how a change of the text changed its fit.

    Parameters
    ----------
    before, after
        Alignments of the two texts with the same items, in any order.

    Returns
    -------
    list[FitChange]
        The greatest differences first, up or down; equal ones by item id, and those
        without a difference (one of the texts cannot be judged) last.

    Raises
    ------
    ValueError
        If one text was aligned with items that the other was not.

    Examples
    --------
    >>> from roadmapfit.calibrate import Verdict
    >>> old = Alignment("sea/wind", 0.25, 0.1, 0.3, Verdict.NOT_ALIGNED)
    >>> new = Alignment("sea/wind", 0.75, 0.5, 0.8, Verdict.ALIGNED)
    >>> (change,) = compare_alignments([old], [new])
    >>> change.item_id, change.difference, change.is_turned
    ('sea/wind', 0.5, True)
    """
    first = {each.item_id: each for each in before}
    second = {each.item_id: each for each in after}
    if first.keys() != second.keys():
        apart = sorted(first.keys() ^ second.keys())
        raise ValueError(f"{len(apart)} items are aligned with one text only, such as {apart[0]!r}")
    changes = [FitChange(first[item_id], second[item_id]) for item_id in first]
    return sorted(changes, key=_order)


def list_turned(changes: Sequence[FitChange]) -> list[FitChange]:
    """Take the changes of another verdict, in the order given."""
    return [each for each in changes if each.is_turned]


def _order(change: FitChange) -> tuple[bool, float, str]:
    difference = change.difference
    is_missing = difference != difference
    return is_missing, 0.0 if is_missing else -abs(difference), change.item_id
