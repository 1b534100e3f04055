"""The smallest set of partners that closes a project's needs, within limits.

What a set closes of a need is what its best member closes. That is a monotone submodular
function of the set, so that taking the candidate who adds most, again and again, closes at
least 1 - 1/e (63 %) of what the best set of the same size closes (Nemhauser, Wolsey and
Fisher, 1978).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from roadmapfit.partners import Need, PartnerFit
from roadmapfit.records import OrganisationKind

# Less than this share of the open need is no reason to bring in one more organisation.
LEAST_ADDED = 0.01


@dataclass(frozen=True, slots=True)
class PartnerSet:
    """Partners in the order they were taken.

    Attributes
    ----------
    fits
        The partners.
    added
        Share of all open need that each adds to those before it, in [0, 1].
    """

    fits: tuple[PartnerFit, ...]
    added: tuple[float, ...]

    @property
    def need_closed(self) -> float:
        """Share of all open need that the set closes, in [0, 1]."""
        return sum(self.added)


def choose_partners(
    fits: Sequence[PartnerFit],
    needs: Sequence[Need],
    *,
    n_most: int,
    kinds: Collection[OrganisationKind] = (),
    countries: Collection[str] = (),
    n_most_of_kind: int | None = None,
) -> PartnerSet:
    """Take partners one by one, each time the one who adds most.

    Parameters
    ----------
    fits
        Candidates; of two who add as much, the earlier is taken.
    needs
        Of the project, all of them.
    n_most
        Partners at the most, at least 1.
    kinds, countries
        Those wanted; all where empty.
    n_most_of_kind
        Partners of one type at the most. The bound of 63 % holds without it; with it, one
        half of the best (Fisher, Nemhauser and Wolsey, 1978).

    Returns
    -------
    PartnerSet
        Empty when nobody closes anything; it ends early when nobody left adds one
        hundredth of the open need.
    """
    total = sum(need.openness for need in needs)
    allowed = [
        fit
        for fit in fits
        if (not kinds or fit.organisation.kind in kinds)
        and (not countries or fit.organisation.country in countries)
    ]
    closed: dict[str, float] = {}
    taken: list[PartnerFit] = []
    added: list[float] = []
    while len(taken) < n_most:
        left = [fit for fit in allowed if fit not in taken and _fits_in(fit, taken, n_most_of_kind)]
        if not left:
            break
        # The first of the largest, for ``max`` keeps the earlier of equals.
        best = max(left, key=lambda fit: round(_measure_added(fit, closed), 6))
        gain = _measure_added(best, closed) / total
        if gain < LEAST_ADDED:
            break
        taken.append(best)
        added.append(gain)
        for closure in best.closures:
            key = closure.need.passage.id
            closed[key] = max(closed.get(key, 0.0), closure.closed)
    return PartnerSet(tuple(taken), tuple(added))


def _fits_in(fit: PartnerFit, taken: Sequence[PartnerFit], n_most_of_kind: int | None) -> bool:
    if n_most_of_kind is None:
        return True
    same = sum(each.organisation.kind is fit.organisation.kind for each in taken)
    return same < n_most_of_kind


def _measure_added(fit: PartnerFit, closed: dict[str, float]) -> float:
    return sum(
        max(0.0, closure.closed - closed.get(closure.need.passage.id, 0.0))
        for closure in fit.closures
    )
