from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import expit

from consortia_toys import ORGANISATIONS, toy_competences, toy_history, toy_texts
from fakes import WordCountEncoder
from roadmapfit.candidates import FEATURES, ask
from roadmapfit.competence import compare_project, gather_competences
from roadmapfit.lexical import count_phrases, fit_idf
from roadmapfit.partner_model import WITH_NETWORK, WITHOUT_NETWORK, PartnerModel
from roadmapfit.partners import (
    Gain,
    Need,
    PartnerFit,
    list_open,
    measure_needs,
    order_candidates,
    rank_partners,
)
from roadmapfit.proof import MOST_SHARED, USUAL_SHRINKAGE, WITH_WORDS, compare_passages
from roadmapfit.records import OrganisationKind, OwnerKind, Passage
from toys import toy_passage, toy_text_set


def weigh(**weights: float) -> NDArray[np.float32]:
    return np.array([weights.get(name, 0.0) for name in FEATURES], dtype=np.float32)


MODEL = PartnerModel(
    {WITH_NETWORK: weigh(proof=1.0, met=10.0), WITHOUT_NETWORK: weigh(proof=1.0)}, {}
)
# The town has had the fewest projects, and is neither firm nor lab.
TOWN_FIRST = PartnerModel({WITH_NETWORK: weigh(projects=-1.0)}, {})
VETERANS = ("firm", "lab", "port", "school", "town")


def encode(texts: Sequence[str]) -> NDArray[np.float32]:
    return WordCountEncoder().encode(texts)


def passages(*texts: str) -> list[Passage]:
    return [toy_passage(text, start=number) for number, text in enumerate(texts)]


def rank(
    *texts: str,
    members: Sequence[str] = (),
    openness: Sequence[float] = (1.0, 1.0),
    hollow: Sequence[str] = (),
    **options: object,
) -> list[PartnerFit]:
    competences = toy_competences()
    project = toy_text_set([("asked", "en", texts)], WordCountEncoder())
    likeness = compare_project(
        project, competences, needs=compare_passages(project.vectors, competences.texts)
    )
    needs = [
        Need(each, value, each.text not in hollow)
        for each, value in zip(passages(*texts), openness, strict=False)
    ]
    settings = {
        "members": [ORGANISATIONS[each] for each in members],
        "organisations": ORGANISATIONS,
        "model": MODEL,
        "veteran_ids": VETERANS,
    }
    return rank_partners(needs, ask(competences, likeness), **(settings | options))  # type: ignore[arg-type]


def names(found: Sequence[PartnerFit]) -> list[str]:
    return [fit.organisation.id for fit in found]


# --- needs ----------------------------------------------------------------------


def test_a_need_is_open_as_far_as_no_member_proves_it() -> None:
    texts = ["solar", "wind", "water"]
    proven = np.array([[0.25, 0.75], [0.0, 0.0], [0.5, 0.0]], dtype=np.float32)
    needs = measure_needs(passages(*texts), proven)
    assert [(need.passage.text, need.openness) for need in needs] == [
        ("solar", 0.25),
        ("wind", 1.0),
        ("water", 0.5),
    ]


def test_without_a_consortium_every_need_is_open() -> None:
    none = np.empty((1, 0), dtype=np.float32)
    assert [n.openness for n in measure_needs(passages("wind"), none)] == [1.0]
    assert measure_needs([], np.empty((0, 0), dtype=np.float32)) == []


def test_a_passage_that_tells_nothing_is_no_need() -> None:
    texts = ("Two obstacles kept this off.", "Membranes filter viruses from river water")
    # One word of every text, all others as rare as can be.
    idf = fit_idf([count_phrases(["obstacles", *(["kept"] * 9)], ["en"] * 10)])
    needs = measure_needs(passages(*texts), np.zeros((2, 1), dtype=np.float32), idf=idf)
    assert [(need.openness, need.is_telling, need.weight) for need in needs] == [
        (1.0, False, 0.0),
        (1.0, True, 1.0),
    ]
    assert [need.passage.text for need in list_open(needs)] == [texts[1]]


def test_open_needs_come_without_the_title_where_the_text_says_more() -> None:
    title, *said = (
        replace(each, field=field)
        for each, field in zip(
            passages("solar", "wind", "water"), ("title", "abstract", "abstract"), strict=True
        )
    )
    needs = [Need(title, 1.0), Need(said[0], 0.25), Need(said[1], 0.75)]
    assert [need.passage.text for need in list_open(needs)] == ["water", "wind"]
    assert [need.passage.text for need in list_open(needs[:1])] == ["solar"]


# --- ranking --------------------------------------------------------------------


# Of "solar. water" against "solar" or "water": the passage itself, with more words in common
# than count; a passage that is like nothing in a text with as many words in common.
FULL = expit(
    WITH_WORDS.passage + WITH_WORDS.text + WITH_WORDS.words * MOST_SHARED + WITH_WORDS.intercept
)


def test_whoever_closes_open_need_is_ranked_by_the_model() -> None:
    found = rank("solar", "water")
    # firm and lab did solar and water, the town water; port and school neither.
    assert [(fit.organisation.id, fit.need_closed) for fit in found] == [
        ("firm", pytest.approx(FULL)),
        ("lab", pytest.approx(FULL)),
        ("town", pytest.approx(FULL / 2)),
    ]
    assert [
        (each.need.passage.text, each.closed, each.proof_row) for each in found[0].closures
    ] == [
        ("solar", pytest.approx(FULL), 0),
        ("water", pytest.approx(FULL), 1),
    ]


def test_only_open_need_counts() -> None:
    found = rank("solar", "water", openness=(0.25, 0.75))
    # As far as it is open, a proof counts; together 1 is open.
    assert [(fit.organisation.id, fit.need_closed) for fit in found] == [
        ("firm", pytest.approx(FULL)),
        ("lab", pytest.approx(FULL)),
        ("town", pytest.approx(0.75 * FULL)),
    ]
    assert [each.closed for each in found[0].closures] == [
        pytest.approx(0.75 * FULL),
        pytest.approx(0.25 * FULL),
    ]
    assert rank("solar", "water", openness=(0.0, 0.0)) == []


def test_a_weak_proof_closes_only_what_it_adds() -> None:
    text = "solar wind wind wind"  # 1 / root 10 = .316 from solar, .949 from wind
    # The median of .316, 0 and .949 is usual, as far as three texts can say.
    usual = 10**-0.5 * 3 / (3 + USUAL_SHRINKAGE)
    weak = expit(
        WITH_WORDS.passage * 10**-0.5
        + WITH_WORDS.text * (10**-0.5 - usual)
        + WITH_WORDS.words * MOST_SHARED
        + WITH_WORDS.intercept
    )
    found = {fit.organisation.id: fit.need_closed for fit in rank(text)}
    assert found["port"] > 0.99
    assert found["firm"] == pytest.approx(weak, abs=1e-6)
    some_open = {fit.organisation.id: fit for fit in rank(text, openness=(0.5,))}
    assert some_open["firm"].closures[0].closed == pytest.approx(weak / 2, abs=1e-6)
    assert "firm" not in {fit.organisation.id for fit in rank(text, openness=(0.02,))}


def test_the_network_can_be_switched_off() -> None:
    asked = ("water", "wind")
    assert names(rank(*asked, members=("town",))) == ["firm", "lab", "port"]
    # The port has met nobody; without the network it is as near as the others.
    met = rank(*asked, members=("port",))
    assert [(fit.organisation.id, fit.n_met) for fit in met] == [
        ("firm", 0),
        ("lab", 0),
        ("town", 0),
    ]
    both = ("solar", "water", "water")
    with_ties = rank(*both, members=("school",), openness=(1, 1, 1))
    assert [(fit.organisation.id, fit.n_met) for fit in with_ties] == [
        ("lab", 1),
        ("firm", 0),
        ("town", 0),
    ]
    without = rank(*both, members=("school",), openness=(1, 1, 1), uses_network=False)
    assert names(without) == ["firm", "lab", "town"]


def test_members_and_the_excluded_are_left_out() -> None:
    assert names(rank("solar", "water", members=("lab",), openness=(1, 1))) == ["firm", "town"]
    assert names(rank("solar", "water", excluded_ids=("firm", "lab"))) == ["town"]


def test_a_kind_that_lacks_is_said() -> None:
    alone = {fit.organisation.id: fit.brings_kind for fit in rank("solar", "water")}
    assert alone == {"firm": False, "lab": False, "town": False}
    joined = rank("solar", "water", members=("firm",))
    assert {fit.organisation.id: fit.brings_kind for fit in joined} == {"lab": True, "town": False}
    twice = rank("solar", "water", members=("school", "lab"))
    assert {fit.organisation.id: fit.brings_kind for fit in twice} == {"firm": True, "town": False}


def test_the_gain_is_new_partners_new_kinds_and_a_theme() -> None:
    found = {fit.organisation.id: fit for fit in rank("solar", "water", members=("port", "firm"))}
    solar, water = passages("solar", "water")
    # The town met firm and lab in p2 and no public body but itself; it has no solar.
    assert found["town"].gain == Gain(1, (), solar)
    assert found["lab"].gain == Gain(1, (), solar)
    assert found["lab"].n_met == 1
    wind = {fit.organisation.id: fit for fit in rank("wind", "water", members=("firm", "lab"))}
    assert wind["port"].gain == Gain(
        2, (OrganisationKind.LABORATORY, OrganisationKind.SME), passages("wind", "water")[1]
    )


def test_a_firm_gains_the_market_that_it_is_least_near_to() -> None:
    asked = ("solar", "solar water sold to customers", "wind for the market")
    found = {fit.organisation.id: fit.gain for fit in rank(*asked, openness=(1.0, 1.0, 1.0))}
    # The firm did solar and water, and no wind; the laboratory looks for no market.
    assert found["firm"].market == passages(*asked)[2]
    assert found["lab"].market is None
    without = {fit.organisation.id: fit.gain for fit in rank("solar", "water")}
    assert without["firm"].market is None


def test_newcomers_can_be_ranked_apart() -> None:
    veterans = ("firm", "lab", "port", "school")
    everyone = rank("solar", "water", veteran_ids=veterans)
    assert {fit.organisation.id: fit.is_newcomer for fit in everyone} == {
        "firm": False,
        "lab": False,
        "town": True,
    }
    assert names(rank("solar", "water", veteran_ids=veterans, newcomers=True)) == ["town"]
    assert names(rank("solar", "water", veteran_ids=veterans, newcomers=False)) == ["firm", "lab"]


def test_own_words_are_a_proof() -> None:
    own = toy_text_set(
        [("school", "en", ("wind", "solar"))], WordCountEncoder(), kind=OwnerKind.ORGANISATION
    )
    competences = gather_competences(toy_history(), toy_texts(), own_words=own, starts=(10, 20))
    project = toy_text_set([("asked", "en", ("solar",))], WordCountEncoder())
    nearest = compare_passages(project.vectors, competences.texts)
    question = ask(competences, compare_project(project, competences, needs=nearest))
    (found,) = rank_partners(
        [Need(passages("solar")[0], 1.0)],
        question,
        members=[],
        organisations={"school": ORGANISATIONS["school"]},
        model=MODEL,
    )
    assert (found.organisation.id, found.closures[0].proof_row) == ("school", 21)
    assert found.is_newcomer


def test_no_more_partners_than_wanted() -> None:
    assert names(rank("solar", "water", n_partners=1)) == ["firm"]


def test_an_organisation_that_is_not_described_is_no_partner() -> None:
    known = {"town": replace(ORGANISATIONS["town"], name="Town")}
    assert names(rank("solar", "water", organisations=known)) == ["town"]


def test_who_closes_little_does_not_head_the_list() -> None:
    # The town closes 0.04 of 1.04 at the most: less than a twentieth.
    found = rank("solar", "water", members=["port"], model=TOWN_FIRST, openness=(1.0, 0.04))
    assert names(found) == ["firm", "lab", "town"]
    found = rank("solar", "water", members=["port"], model=TOWN_FIRST)
    assert names(found) == ["town", "firm", "lab"]


def test_of_each_twenty_those_who_close_little_come_last() -> None:
    shares = np.full(25, 0.5, dtype=np.float32)
    shares[[0, 21]] = 0.01
    order = order_candidates(-np.arange(25, dtype=np.float32), shares)
    assert order.tolist() == [*range(1, 20), 0, 20, 22, 23, 24, 21]


def test_nobody_closes_a_hollow_passage_or_gains_from_it() -> None:
    found = rank("solar", "water", hollow=["water"])
    # All that the firm closes is "solar", which is then all there is; the town has water alone.
    assert [(fit.organisation.id, fit.need_closed) for fit in found] == [
        ("firm", pytest.approx(FULL)),
        ("lab", pytest.approx(FULL)),
    ]
    assert [each.need.passage.text for each in found[0].closures] == ["solar"]
    assert {fit.gain.theme.text for fit in found} == {"solar"}
