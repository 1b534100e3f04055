from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from consortia_toys import ORGANISATIONS, toy_competences, toy_history, toy_texts
from fakes import WordCountEncoder
from roadmapfit.candidates import (
    FEATURES,
    FLOOR,
    FLOOR_ALIKE,
    FLOOR_SHARE,
    FLOOR_WALK,
    FULL_DEVIATIONS,
    GROUPS,
    SHARPNESS,
    USUAL_SHRINKAGE,
    Question,
    ask,
    measure_candidates,
)
from roadmapfit.competence import (
    NAME_SHRINKAGE,
    Likeness,
    compare_project,
    gather_competences,
    make_blank_text,
)
from roadmapfit.network import measure_ties
from roadmapfit.proof import MOST_SHARED, WITH_WORDS, compare_passages
from toys import toy_text_set

FIRM, LAB, PORT, SCHOOL, TOWN = range(5)


def like(name: str = "p4") -> Likeness:
    competences = toy_competences()
    project = toy_texts([name])
    return compare_project(
        project, competences, needs=compare_passages(project.vectors, competences.texts)
    )


def question(likeness: Likeness | None = None, *, programme: str = "") -> Question:
    return ask(toy_competences(), likeness or like(), programme=programme)


def measures(asked: Question, *members: str) -> dict[str, list[float]]:
    measured = measure_candidates(asked, [ORGANISATIONS[each] for each in members])
    return {name: measured[:, column].tolist() for column, name in enumerate(FEATURES)}


def test_every_measure_is_of_one_group() -> None:
    assert len(set(FEATURES)) == len(FEATURES) == sum(len(own) for own in GROUPS.values())


def test_text_is_measured_relative_to_other_organisations() -> None:
    found = measures(question(), "town")
    # Mean proof of solar and water: firm 1, lab 1, port 0, town 1/2; the school has no text.
    values = np.array([1, 1, 0, 0.5])
    expected = (values - values.mean()) / values.std()
    np.testing.assert_allclose(
        [found["proof"][each] for each in (FIRM, LAB, PORT, TOWN)], expected, rtol=1e-5
    )
    assert found["proof"][SCHOOL] == 0


def standardised(*values: float) -> list[float]:
    """Lay out z-scores of firm, lab, port and town; the school has no text."""
    firm, lab, port, town = (np.array(values) - np.mean(values)) / np.std(values)
    return [firm, lab, port, 0, town]


def test_text_as_a_whole_its_words_and_the_mean_profile_count() -> None:
    found = measures(question(), "town")
    # "solar. water" against the nearest of p1 (solar), p2 (water) and p3 (wind).
    half = 0.5**0.5
    np.testing.assert_allclose(found["whole"], standardised(half, half, 0, half), atol=1e-5)
    np.testing.assert_allclose(found["terms"], standardised(half, half, 0, half), atol=1e-5)
    # Firm and lab did both: the mean of what they did is what is asked.
    np.testing.assert_allclose(found["profile"], standardised(1, 1, 0, half), atol=1e-5)


def test_evidence_is_the_best_text_for_all_needs_together() -> None:
    competences = toy_competences()
    asked = toy_text_set([("asked", "en", ("solar", "solar", "water"))], WordCountEncoder())
    likeness = compare_project(
        asked, competences, needs=compare_passages(asked.vectors, competences.texts)
    )
    found = measures(question(likeness))["evidence"]
    # p1 proves two needs of three and p2 one, both with more words in common than count;
    # nothing is like a text usually, for each stands for one word of three.
    full = WITH_WORDS.passage + WITH_WORDS.text
    words = WITH_WORDS.words * MOST_SHARED
    p1, p2 = 2 / 3 * full + words, full / 3 + words
    np.testing.assert_allclose(found, standardised(p1, p1, 0, p2), atol=1e-5)


def test_a_need_counts_as_far_as_the_consortium_is_not_near_to_it() -> None:
    found = measures(question(), "town")["open"]
    # Of firm, lab, port and town two prove solar and three water. The town is no nearer to
    # solar than the mean, and proves water fully.
    full = 0.75 + FULL_DEVIATIONS * 0.1875**0.5
    water = (full - 1) / (full - 0.75)
    town = water / (1 + water)
    np.testing.assert_allclose(found, standardised(1, 1, 0, town), atol=1e-5)


def test_like_projects_count_by_likeness_age_and_how_few_were_in_them() -> None:
    found = measures(question(), "town")["alike"]
    r1, r2, r3, _ = toy_competences().history.recency
    # p1 and p2 are as like as any; p3 is 1.5 times the root of 2 deviations less like.
    p3 = np.exp(-SHARPNESS * 1.5 * 2**0.5)
    firm, port, town = r1 / 2**0.5 + r2 / 3**0.5, r3 * p3, r2 / 3**0.5
    expected = standardised(*np.log(FLOOR_ALIKE + np.array([firm, firm, port, town])))
    np.testing.assert_allclose(found, expected, atol=1e-4)


def test_what_the_consortium_proves_is_not_beyond_it() -> None:
    # The town proves water: firm and lab add solar, nobody else adds anything.
    found = measures(question(), "town")["beyond"]
    assert found[FIRM] == found[LAB] == pytest.approx(1)
    assert found[PORT] == found[TOWN] == pytest.approx(-1)
    # The lab proves all that was asked: nobody goes beyond it.
    assert measures(question(), "lab")["beyond"] == [0] * 5


def test_experience_counts_projects_and_the_programme() -> None:
    found = measures(question(programme="RIA"))
    history = toy_competences().history
    np.testing.assert_allclose(found["projects"], np.log([3, 4, 2, 2, 2]), rtol=1e-6)
    # p1 alone was of that programme: firm and lab.
    ria = np.log(FLOOR + history.recency[0])
    none = np.log(FLOOR)
    r1, r2, r3, r5 = history.recency
    np.testing.assert_allclose(
        found["recent"], np.log(FLOOR + np.array([r1 + r2, r1 + r2 + r5, r3, r5, r2])), rtol=1e-5
    )
    np.testing.assert_allclose(found["programme"], [ria, ria, none, none, none], rtol=1e-5)
    np.testing.assert_allclose(found["idle"][TOWN], history.age_years[1], rtol=1e-6)
    assert measures(question())["programme"] == pytest.approx([none] * 5)


def test_make_up_counts_members_of_the_same_place_and_kind() -> None:
    found = measures(question(), "firm", "town", "fresh")
    assert found["country"] == pytest.approx([1 / 3, 1 / 3, 0, 1 / 3, 2 / 3])
    # The newcomer's region is not known, and matches nobody's.
    assert found["region"] == [1, 1, 0, 0, 1]
    assert found["kind"] == pytest.approx([2 / 3, 0, 1 / 3, 0, 1 / 3])
    assert found["research"] == [0, 1, 0, 1, 0]


def test_ties_change_with_the_consortium_alone() -> None:
    asked = question()
    one, other = measures(asked, "firm"), measures(asked, "port")
    assert one["met"] == [1, 1, 0, 0, 1]
    assert other["met"] == [0, 0, 1, 0, 0]
    assert one["proof"] == other["proof"]


def test_ties_stand_in_the_measures_as_logarithms() -> None:
    asked = question()
    found = measures(asked, "firm", "town")
    r1, r2, *_ = asked.competences.history.recency
    # p1 had one of the two members and p2 both, among two and among three organisations.
    firm, town = r1 / np.log2(3) + 2 * r2 / 2, 2 * r2 / 2
    expected = np.log(FLOOR + np.array([firm, firm, 0, 0, town]))
    np.testing.assert_allclose(found["together"], expected, rtol=1e-5)
    expected = np.log(FLOOR + np.array([2 / 3 * r2, 2 / 3 * r2, 0, 0, 2 / 3 * r2]))
    np.testing.assert_allclose(found["again"], expected, rtol=1e-5)
    np.testing.assert_allclose(found["shared"], np.log1p([3, 3, 0, 0, 2]), rtol=1e-6)
    # Both projects are as like the one asked about as any is.
    firm, town = r1 / 2**0.5 + 2 * r2 / 3**0.5, 2 * r2 / 3**0.5
    expected = np.log(FLOOR_ALIKE + np.array([firm, firm, 0, 0, town]))
    np.testing.assert_allclose(found["tied_alike"], expected, rtol=1e-4)
    ties = measure_ties(
        asked.competences.history, np.array([FIRM, TOWN], dtype=np.int64), asked.alike
    )
    np.testing.assert_allclose(found["walk"], np.log(FLOOR_WALK + ties.walk), rtol=1e-5)


def test_cosines_of_another_scale_measure_the_same() -> None:
    plain = like()
    squeezed = replace(
        plain,
        needs=0.7 + 0.2 * plain.needs,
        whole=0.5 + 0.3 * plain.whole,
        profiles=0.6 + 0.1 * plain.profiles,
    )
    one, other = measures(question(plain), "town"), measures(question(squeezed), "town")
    for name in FEATURES:
        np.testing.assert_allclose(one[name], other[name], atol=1e-3, err_msg=name)


def test_a_blank_text_says_nothing_of_anybody() -> None:
    competences = toy_competences()
    blank = make_blank_text(dim=competences.texts.vectors.shape[1])
    likeness = compare_project(
        blank, competences, needs=compare_passages(blank.vectors, competences.texts)
    )
    found = measures(ask(competences, likeness), "firm")
    for name in GROUPS["need"]:
        assert found[name] == [0] * 5, name


def test_the_project_itself_is_nobodys_proof() -> None:
    without = toy_competences().without("p2")
    project = toy_texts(["p2"])
    likeness = compare_project(
        project, without, needs=compare_passages(project.vectors, without.texts)
    )
    asked = ask(without, likeness)
    assert asked.alike[1] == 0
    assert asked.proof[0].tolist() == [0, 0, 0, -1, -1]


# --- what such consortia are usually made of --------------------------------------


def test_a_type_is_usual_where_such_projects_have_more_of_it() -> None:
    found = measures(question(programme="RIA"), "town")
    r1, r2, r3, r5 = toy_competences().history.recency
    # p1 alone is RIA, of lab and firm; of all: firm p1 p2, lab p1 p2 p5, town p2, port p3.
    every = np.array([r1 + r2, r1 + r2 + r5, r2 + r3, r5])
    every /= every.sum()
    own = np.array([r1, r1, 0, 0])
    share = (own + USUAL_SHRINKAGE * every) / (own.sum() + USUAL_SHRINKAGE)
    sme, laboratory, public, school = np.log((share + FLOOR_SHARE) / (every + FLOOR_SHARE))
    expected = [sme, laboratory, public, school, public]
    np.testing.assert_allclose(found["kind_usual"], expected, rtol=1e-4)
    # The town is a public body: the port's type does not lack.
    expected[PORT] = expected[TOWN] = 0
    np.testing.assert_allclose(found["kind_lacking"], expected, rtol=1e-4)
    # FR has firm, lab and school; all that is RIA is French.
    every = np.array([2 * r1 + 2 * r2 + 2 * r5, r2, r3])
    every /= every.sum()
    own = np.array([2 * r1, 0, 0])
    share = (own + USUAL_SHRINKAGE * every) / (own.sum() + USUAL_SHRINKAGE)
    fr, es, de = np.log((share + FLOOR_SHARE) / (every + FLOOR_SHARE))
    np.testing.assert_allclose(found["country_usual"], [fr, fr, de, fr, es], rtol=1e-4)
    assert measures(question())["kind_usual"] == [0] * 5
    assert measures(question(), "town")["country_usual"] == [0] * 5


def test_like_projects_say_which_types_are_usual() -> None:
    # Nothing is like p3 but itself, which only the port was in.
    found = measures(question(like("p3")))["kind_alike"]
    assert found[PORT] == found[TOWN] > 0 > found[LAB]


def test_a_name_says_what_others_of_its_words_do() -> None:
    names = np.array(["Sun Works", "Sun Lab", "Sea Port", "Sun School", "Town"], dtype=object)
    named = gather_competences(replace(toy_history(), names=names), toy_texts())
    project = toy_texts(["p4"])
    likeness = compare_project(project, named, needs=compare_passages(project.vectors, named.texts))
    # Firm, lab and town have texts with a cosine of the root of 1/2, the port of 0; two of
    # those named "sun" have texts, beside the three that stand for the mean.
    above = 0.5**0.5 / 4
    sun = 2 * above / (2 + NAME_SHRINKAGE)
    np.testing.assert_allclose(likeness.names, [sun, sun, 0, sun, 0], atol=1e-6)
    assert like().names.tolist() == [0] * 5
