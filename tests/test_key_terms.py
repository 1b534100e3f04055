from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from roadmapfit.key_terms import KeyTerms
from roadmapfit.lexical import N_WEIGHTS, count_terms, find_telling_stems
from toys import toy_passage

IDF = np.full(N_WEIGHTS, 5.0, dtype=np.float32)
IDF[count_terms(["system"], ["en"]).indices] = 2.0
ITEM = (
    replace(toy_passage("Hydrogen systems"), field="title"),
    toy_passage("Electrolysers make hydrogen; each electrolyser is one of several systems."),
)


def test_words_weigh_by_how_often_they_stand_and_how_rare_they_are() -> None:
    terms = KeyTerms(ITEM, idf=IDF)
    twice = 1 + np.log(2)
    weights = {stem: round(weight, 4) for stem, weight in terms.weights.items()}
    # What stands in the title weighs what it does there.
    assert weights["electrolys"] == pytest.approx(5 * twice, abs=1e-3)
    assert (weights["hydrogen"], weights["system"]) == (5.0, 2.0)
    assert terms.forms["electrolys"] == "Electrolysers"


def test_most_of_the_title_or_two_words_are_about_an_item() -> None:
    terms = KeyTerms(ITEM, idf=IDF)
    assert terms.is_about({"hydrogen"})
    assert not terms.is_about({"system"})
    assert terms.is_about({"system", "electrolys"})
    assert not terms.is_about({"electrolys"})
    assert not terms.is_about(set())


def test_absent_words_are_named_as_the_item_has_them() -> None:
    terms = KeyTerms(ITEM, idf=IDF)
    found = terms.list_absent(
        [toy_passage("A hydrogen system."), toy_passage("Le vent", language="fr")]
    )
    assert found == ("Electrolysers", "make", "one", "several")
    assert terms.list_absent([toy_passage("Le vent", language="fr")]) == ()


def test_a_stem_of_few_texts_is_telling() -> None:
    assert find_telling_stems({"hydrogen", "system"}, "en", idf=IDF) == {"hydrogen"}
    assert find_telling_stems(set(), "en", idf=IDF) == set()
    # A table that knows of no rare word keeps all.
    ones = np.ones(N_WEIGHTS, dtype=np.float32)
    assert find_telling_stems({"system"}, "en", idf=ones) == {"system"}
