"""Whose strategy it is: how the support of a strategy is spread over those who lead."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from roadmapfit.coverage import PortfolioCoverage

# Of two projects one leader has one or both by chance.
MIN_PROJECTS = 3


@dataclass(frozen=True, slots=True)
class Carrier:
    """One leader, or one type of leader.

    Attributes
    ----------
    n_projects
        Its projects that are aligned with at least one item; each counts once.
    share
        Their part of all such projects, in [0, 1].
    funding_eur
        Euros of its projects that go to the items.
    """

    name: str
    n_projects: int
    share: float
    funding_eur: float


@dataclass(frozen=True, slots=True)
class Concentration:
    """How few carry a strategy.

    Attributes
    ----------
    carriers
        Those with most projects first, then by euros and name.
    n_projects
        Projects that are aligned with at least one item and whose carrier is known.
    n_unknown
        Projects aligned with at least one item whose carrier is not known.
    funding_eur, unknown_eur
        Euros of known carriers, and of unknown ones, that go to the items; together
        they are what the portfolio attributes.
    n_effective
        How many carriers of equal size would be as concentrated: one over the sum of
        the squared shares, from 1 to the number of carriers; ``nan`` without projects
        (the inverse of Herfindahl's index; Laakso and Taagepera, Comparative Political
        Studies 12, 1979).
    single_ids
        Items with at least ``MIN_PROJECTS`` aligned projects of which one carrier leads
        more than half, in the strategy's order.
    """

    carriers: tuple[Carrier, ...]
    n_projects: int
    n_unknown: int
    funding_eur: float
    unknown_eur: float
    n_effective: float
    single_ids: tuple[str, ...]

    def share_of_first(self, n: int) -> float:
        """Return the part of the projects that the first few carry, ``nan`` without projects."""
        if not self.n_projects:
            return float("nan")
        return sum(each.n_projects for each in self.carriers[:n]) / self.n_projects


def measure_concentration(
    coverage: PortfolioCoverage, carrier_of: Callable[[str], str]
) -> Concentration:
    """Measure how few carry what a portfolio covers.

    Parameters
    ----------
    coverage
        Of the strategy's items.
    carrier_of
        Names a project's leader or the leader's type, by the project's id; empty where
        it is not known.
    """
    euros: defaultdict[str, float] = defaultdict(float)
    aligned: set[str] = set()
    single_ids = []
    for item in coverage.items:
        own = item.project_ids[: item.n_aligned]
        aligned.update(own)
        for project_id, amount in zip(item.project_ids, item.project_eur, strict=True):
            euros[carrier_of(project_id)] += amount
        leaders = Counter(name for name in map(carrier_of, own) if name)
        if len(own) >= MIN_PROJECTS and leaders and max(leaders.values()) > len(own) / 2:
            single_ids.append(item.item_id)
    counts = Counter(carrier_of(project_id) for project_id in aligned)
    n_unknown = counts.pop("", 0)
    unknown_eur = euros.pop("", 0.0)
    total = counts.total()
    carriers = sorted(
        (
            Carrier(
                name,
                counts[name],
                counts[name] / total if total else float("nan"),
                euros[name],
            )
            for name in counts.keys() | euros.keys()
        ),
        key=lambda each: (-each.n_projects, -each.funding_eur, each.name),
    )
    return Concentration(
        carriers=tuple(carriers),
        n_projects=total,
        n_unknown=n_unknown,
        funding_eur=sum(each.funding_eur for each in carriers),
        unknown_eur=unknown_eur,
        n_effective=total**2 / sum(n**2 for n in counts.values()) if total else float("nan"),
        single_ids=tuple(single_ids),
    )
