from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from benchmarks.partner_sets import solve_exactly

from roadmapfit.feasibility import Feasibility
from roadmapfit.partner_sets import SetLimits, choose_partners
from roadmapfit.partners import Closure, Gain, Need, PartnerFit
from roadmapfit.records import Organisation, OrganisationKind
from toys import toy_passage

SME, LABORATORY = OrganisationKind.SME, OrganisationKind.LABORATORY


def make(
    closed: Sequence[Sequence[float]],
    kinds: Sequence[OrganisationKind] = (),
    countries: Sequence[str] = (),
) -> tuple[list[PartnerFit], list[Need]]:
    """Make candidates a, b, c, ... out of the part of each need that each closes."""
    n_needs = len(closed[0])
    needs = [Need(toy_passage(f"need {number}", start=number), 1.0) for number in range(n_needs)]
    fits = []
    for number, own in enumerate(closed):
        name = chr(ord("a") + number)
        organisation = Organisation(
            name,
            name,
            kinds[number] if kinds else SME,
            "test",
            country=countries[number] if countries else "FR",
        )
        closures = [
            Closure(need, value, 0) for need, value in zip(needs, own, strict=True) if value > 0
        ]
        fits.append(
            PartnerFit(
                organisation=organisation,
                need_closed=sum(own) / n_needs,
                closures=tuple(closures),
                brings_kind=False,
                is_newcomer=False,
                n_met=0,
                gain=Gain(0, (), needs[0].passage),
            )
        )
    return fits, needs


def names(fits: Sequence[PartnerFit]) -> str:
    return "".join(fit.organisation.id for fit in fits)


def test_who_adds_most_is_taken_first() -> None:
    # b closes most alone; what a adds to it is more than what c does.
    fits, needs = make([[1, 0, 0], [0, 1, 0.9], [0, 0.9, 1]])
    found = choose_partners(fits, needs, limits=SetLimits(n_most=2))
    assert names(found.fits) == "ba"
    assert found.added == (pytest.approx(1.9 / 3), pytest.approx(1 / 3))
    assert found.need_closed == pytest.approx(2.9 / 3)


def test_it_ends_when_nobody_adds_anything() -> None:
    fits, needs = make([[1, 1], [1, 0], [0.5, 1]])
    assert names(choose_partners(fits, needs, limits=SetLimits(n_most=3)).fits) == "a"
    assert choose_partners([], needs, limits=SetLimits(n_most=3)).fits == ()


def test_equal_candidates_go_by_their_order() -> None:
    fits, needs = make([[1, 0], [1, 0], [0, 1]])
    assert names(choose_partners(fits, needs, limits=SetLimits(n_most=2)).fits) == "ac"


def test_limits_hold() -> None:
    fits, needs = make(
        [[1, 0.5, 0], [0, 1, 0.2], [0, 0, 1]],
        kinds=[SME, SME, LABORATORY],
        countries=["FR", "DE", "DE"],
    )
    assert (
        names(choose_partners(fits, needs, limits=SetLimits(n_most=3, countries=["DE"])).fits)
        == "bc"
    )
    assert (
        names(choose_partners(fits, needs, limits=SetLimits(n_most=3, kinds=[LABORATORY])).fits)
        == "c"
    )
    assert (
        names(choose_partners(fits, needs, limits=SetLimits(n_most=3, n_most_of_kind=1)).fits)
        == "ac"
    )


def price(fits: list[PartnerFit], euros: Sequence[float | None]) -> list[PartnerFit]:
    return [
        replace(fit, feasibility=Feasibility(typical_eur=each))
        for fit, each in zip(fits, euros, strict=True)
    ]


def test_a_budget_holds_and_the_better_of_two_ways_is_taken() -> None:
    # By need alone a goes first and takes all the money; b and c close more for as much.
    fits, needs = make([[0.8, 0.8, 0], [0.7, 0, 0.5], [0, 0.7, 0.5], [1, 1, 1]])
    priced = price(fits, [100.0, 50.0, 50.0, None])
    found = choose_partners(priced, needs, limits=SetLimits(n_most=3, budget_eur=100))
    assert (names(found.fits), found.typical_eur) == ("bc", 100)
    # d would close all, and nothing tells what it usually gets.
    assert found.n_without_price == 1
    rich = choose_partners(priced, needs, limits=SetLimits(n_most=3, budget_eur=1000))
    assert rich.need_closed == pytest.approx((0.8 + 0.8 + 0.5) / 3)
    free = choose_partners(priced, needs, limits=SetLimits(n_most=3))
    assert (names(free.fits), free.typical_eur) == ("d", None)


def test_it_ends_when_enough_is_closed() -> None:
    fits, needs = make([[1, 0, 0], [0, 1, 0], [0, 0, 1]])
    assert names(choose_partners(fits, needs, limits=SetLimits(3, need_wanted=0.5)).fits) == "ab"
    assert names(choose_partners(fits, needs, limits=SetLimits(3)).fits) == "abc"


@pytest.mark.parametrize(
    ("wanted", "is_kept"),
    [("FRJ21", True), ("FRJ", True), ("FR", True), ("FRK", False), ("Occitanie", False)],
)
def test_a_territory_is_a_name_or_the_beginning_of_a_code(wanted: str, is_kept: bool) -> None:
    firm = Organisation("f", "F", SME, "test", country="FR", territory="FRJ21")
    assert SetLimits(1, territories=[wanted]).allows(firm) is is_kept
    named = replace(firm, territory="Occitanie")
    assert SetLimits(1, territories=["Occitanie"]).allows(named)
    assert not SetLimits(1, territories=["Occit"]).allows(named)


@pytest.mark.parametrize("seed", range(8))
def test_no_set_closes_much_more(seed: int) -> None:
    rng = np.random.default_rng(seed)
    closed = rng.random((12, 8)) * (rng.random((12, 8)) < 0.4)
    fits, needs = make(closed.tolist())
    n_most = 3
    best = solve_exactly(closed, n_most) / len(needs)
    found = choose_partners(fits, needs, limits=SetLimits(n_most=n_most)).need_closed
    assert (1 - 1 / math.e) * best <= found <= best + 1e-6
    # The bound is far from what happens: within a tenth of the best on these.
    assert found >= 0.9 * best
