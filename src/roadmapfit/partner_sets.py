"""The smallest set of partners that closes a project's needs, within limits.

What a set closes of a need is what its best member closes. That is a monotone submodular
function of the set, so that taking the candidate who adds most, again and again, closes at
least 1 - 1/e (63 %) of what the best set of the same size closes (Nemhauser, Wolsey and
Fisher, 1978), and half of it where the number of one type is limited, too (Fisher, Nemhauser
and Wolsey, 1978). Under a limit of euros the better of two greedy sets, by need added and by
need added a euro, closes at least (1 - 1/e) / 2 (32 %) of the best (Leskovec et al., 2007).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from roadmapfit.partners import Need, PartnerFit
from roadmapfit.records import Organisation, OrganisationKind

# Less than this share of the open need is no reason to bring in one more organisation.
LEAST_ADDED = 0.01
# The last bits of a sum depend on the order of its parts. A value may be one of need a euro.
N_DECIMALS = 12
N_NUTS_CHARS = 5


@dataclass(frozen=True, slots=True)
class PartnerSet:
    """Partners in the order they were taken.

    Attributes
    ----------
    fits
        The partners.
    added
        Share of all open need that each adds to those before it, in [0, 1].
    n_without_price
        Candidates left out because a limit of euros was given and nothing tells what they
        usually get.
    """

    fits: tuple[PartnerFit, ...]
    added: tuple[float, ...]
    n_without_price: int = 0

    @property
    def need_closed(self) -> float:
        """Share of all open need that the set closes, in [0, 1]."""
        return sum(self.added)

    @property
    def typical_eur(self) -> float | None:
        """What its partners usually get in a project, in sum; ``None`` if one is not known."""
        known = [each.feasibility.typical_eur for each in self.fits]
        return None if None in known else sum(each for each in known if each is not None)


@dataclass(frozen=True, slots=True)
class SetLimits:
    """What a set of partners must keep to.

    Attributes
    ----------
    n_most
        Partners at the most, at least 1.
    kinds, territories, countries
        Those wanted; all where empty. A territory is as the record has it, or the
        beginning of its NUTS code.
    n_most_of_kind
        Partners of one type at the most.
    budget_eur
        Euros at the most, each partner taking what it usually gets.
    need_wanted
        Share of the open need, in [0, 1], at which the set is large enough: the smallest
        set that the greedy choice finds for it.
    """

    n_most: int
    kinds: Collection[OrganisationKind] = ()
    territories: Collection[str] = ()
    countries: Collection[str] = ()
    n_most_of_kind: int | None = None
    budget_eur: float | None = None
    need_wanted: float = 1.0

    def allows(self, organisation: Organisation) -> bool:
        """Whether an organisation may be in the set, by its type and place."""
        return (
            (not self.kinds or organisation.kind in self.kinds)
            and (not self.countries or organisation.country in self.countries)
            and (
                not self.territories
                or any(_is_in(organisation.territory, each) for each in self.territories)
            )
        )

    def has_room(self, fit: PartnerFit, taken: Sequence[PartnerFit]) -> bool:
        """Whether a candidate fits in beside those taken."""
        if fit in taken or len(taken) >= self.n_most:
            return False
        kind = fit.organisation.kind
        same = sum(each.organisation.kind is kind for each in taken)
        if self.n_most_of_kind is not None and same >= self.n_most_of_kind:
            return False
        return self.budget_eur is None or self.budget_eur >= sum(
            _price(each) for each in (*taken, fit)
        )


def choose_partners(
    fits: Sequence[PartnerFit], needs: Sequence[Need], *, limits: SetLimits
) -> PartnerSet:
    """Take partners one by one, each time the one who adds most.

    Parameters
    ----------
    fits
        Candidates; of two who add as much, the earlier is taken.
    needs
        Of the project, all of them.
    limits
        What the set must keep to. With ``budget_eur`` the set is also chosen by need added
        a euro, and the one that closes more is returned.

    Returns
    -------
    PartnerSet
        Empty when nobody closes anything; it ends early when enough is closed, or nobody
        left adds one hundredth of the open need.
    """
    allowed = [fit for fit in fits if limits.allows(fit.organisation)]
    if limits.budget_eur is None:
        return _take(allowed, needs, limits, value=_measure_added)
    n_allowed = len(allowed)
    allowed = [fit for fit in allowed if fit.feasibility.typical_eur is not None]
    chosen = _take(allowed, needs, limits, value=_measure_added)
    by_price = _take(
        allowed,
        needs,
        limits,
        value=lambda fit, closed: _measure_added(fit, closed) / max(1.0, _price(fit)),
    )
    best = max(chosen, by_price, key=lambda each: round(each.need_closed, N_DECIMALS))
    return PartnerSet(best.fits, best.added, n_allowed - len(allowed))


def _take(
    allowed: Sequence[PartnerFit],
    needs: Sequence[Need],
    limits: SetLimits,
    *,
    value: Callable[[PartnerFit, dict[str, float]], float],
) -> PartnerSet:
    total = sum(need.weight for need in needs)
    closed: dict[str, float] = {}
    taken: list[PartnerFit] = []
    added: list[float] = []
    while sum(added) < limits.need_wanted:
        left = [
            fit
            for fit in allowed
            if limits.has_room(fit, taken) and _measure_added(fit, closed) >= LEAST_ADDED * total
        ]
        if not left:
            break
        # The first of the largest, for ``max`` keeps the earlier of equals.
        best = max(left, key=lambda fit: round(value(fit, closed), N_DECIMALS))
        taken.append(best)
        added.append(_measure_added(best, closed) / total)
        for closure in best.closures:
            key = closure.need.passage.id
            closed[key] = max(closed.get(key, 0.0), closure.closed)
    return PartnerSet(tuple(taken), tuple(added))


def _is_in(territory: str, wanted: str) -> bool:
    """Whether a place is the one wanted, or its NUTS code begins with it."""
    is_code = wanted[:2].isupper() and wanted.isalnum() and len(wanted) <= N_NUTS_CHARS
    return territory == wanted or (is_code and territory.startswith(wanted))


def _price(fit: PartnerFit) -> float:
    return fit.feasibility.typical_eur or 0.0


def _measure_added(fit: PartnerFit, closed: dict[str, float]) -> float:
    return sum(
        max(0.0, closure.closed - closed.get(closure.need.passage.id, 0.0))
        for closure in fit.closures
    )
