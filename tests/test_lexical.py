from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from roadmapfit.lexical import (
    N_BUCKETS,
    N_WEIGHTS,
    Term,
    count_cognates,
    count_phrases,
    count_terms,
    find_shared_terms,
    find_terms,
    fit_idf,
    weigh_terms,
)
from strategies import TEXTS

ONES = np.ones(N_WEIGHTS, dtype=np.float32)


def stems(text: str, language: str) -> list[str]:
    return [term.stem for term in find_terms(text, language)]


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Les réseaux d'eau potable", "fr", ["reseau", "eau", "potabl"]),
        ("l’hydrogène et l'éolien", "fr", ["hydrogen", "eolien"]),
        ("RÉSEAUX réseau Reseaux", "fr", ["reseau", "reseau", "reseau"]),
        ("The networks of electrolysers", "en", ["network", "electrolys"]),
        ("fuel-cell systems", "en", ["fuel", "cell", "system"]),
        ("Wasserstoff und Netze", "de", ["wasserstoff", "und", "netze"]),
        ("5G, CO2 et x_y", "fr", ["5g", "co2"]),
        ("", "fr", []),
        ("– … ' -", "en", []),
    ],
)
def test_words_that_carry_meaning_are_stemmed(
    text: str, language: str, expected: list[str]
) -> None:
    assert stems(text, language) == expected


def test_terms_stand_where_the_text_has_them() -> None:
    text = "Une pile-à-combustible à l’hydrogène"
    found = find_terms(text, "fr")
    assert [text[term.start : term.end] for term in found] == ["pile", "combustible", "hydrogène"]
    assert found[1] == Term("combustibl", 11, 22)


@given(text=TEXTS, language=st.sampled_from(["fr", "en", "de"]))
def test_terms_are_always_inside_the_text_and_in_order(text: str, language: str) -> None:
    found = find_terms(text, language)
    edges = [edge for term in found for edge in (term.start, term.end)]
    assert edges == sorted(edges)
    assert all(text[term.start : term.end].strip() for term in found)


def test_counts_are_of_stems() -> None:
    counts = count_terms(["réseau réseaux eau", "eau"], ["fr", "fr"])
    both = counts.toarray()
    assert sorted(both[0][both[0] > 0].tolist()) == [1, 2]
    assert (both[0] * both[1]).sum() == 1
    assert counts.shape == (2, N_BUCKETS)


def test_a_stem_of_one_language_never_meets_one_of_another() -> None:
    counts = count_terms(["transport", "transport"], ["fr", "en"])
    assert (counts[0] @ counts[1].T).toarray() == 0


def test_weights_are_one_plus_log_of_the_count_times_rarity() -> None:
    counts = sparse.csr_matrix(([3.0, 1.0], ([0, 0], [5, 9])), shape=(1, N_BUCKETS))
    idf = ONES.copy()
    idf[9] = 2.0
    row = weigh_terms(counts.astype(np.float32), idf).toarray()[0]
    length = ((1 + np.log(3)) ** 2 + 2.0**2) ** 0.5
    assert row[5] == pytest.approx((1 + np.log(3)) / length, abs=1e-6)
    assert row[9] == pytest.approx(2 / length, abs=1e-6)


def test_weighing_leaves_the_counts_as_they_were() -> None:
    counts = count_terms(["eau eau"], ["fr"])
    weigh_terms(counts, ONES)
    assert counts.data.tolist() == [2]


def test_texts_without_terms_and_no_texts_have_no_weights() -> None:
    assert weigh_terms(count_terms(["la"], ["fr"]), ONES).nnz == 0
    assert weigh_terms(count_terms([], []), ONES).shape == (0, N_BUCKETS)


def test_rarity_is_counted_within_each_language() -> None:
    french = count_terms(["eau", "eau vent", "vent", "eau"], ["fr"] * 4)
    english = count_terms(["water"], ["en"])
    idf = fit_idf([french, english])
    water, eau = english.indices[0], french[0].indices[0]
    assert idf[eau] == pytest.approx(1 + np.log(5 / 4))
    assert idf[water] == pytest.approx(1 + np.log(2 / 2))
    unused = next(n for n in range(9) if n not in {*french.indices, *english.indices})
    assert idf[unused] == pytest.approx(1 + np.log(5))


def test_shared_words_are_shown_on_both_sides() -> None:
    left = ("Le réseau d'eau alimente la ville.", "fr")
    right = ("Des réseaux neufs, une eau pure, un réseau.", "fr")
    of_left, of_right = find_shared_terms(left, right)
    assert [left[0][term.start : term.end] for term in of_left] == ["réseau", "eau"]
    assert [right[0][term.start : term.end] for term in of_right] == ["réseaux", "eau", "réseau"]


def test_nothing_shared_is_nothing_shown() -> None:
    assert find_shared_terms(("eau", "fr"), ("wind", "en")) == ([], [])


def test_words_of_two_languages_meet_by_their_beginnings() -> None:
    counts = count_cognates(["photovoltaïque", "Photovoltaic", "phot"])
    # "phot" and "photov" each; the short word is "phot" and itself whole, not "photov".
    assert (counts @ counts.T).toarray().tolist() == [[2, 2, 1], [2, 2, 1], [1, 1, 2]]


def test_a_short_word_is_not_the_beginning_of_a_longer_one() -> None:
    counts = count_cognates(["gaz", "gazette"])
    assert (counts @ counts.T).toarray().tolist() == [[4, 0], [0, 2]]


def test_no_texts_have_no_beginnings() -> None:
    assert count_cognates([]).shape == (0, N_BUCKETS)
    assert count_cognates(["", "12 %"]).nnz == 0


def test_phrases_are_stems_and_the_pairs_that_follow_each_other() -> None:
    texts = ["Stockage de l'hydrogène liquide", "Hydrogène liquide", "Liquide, hydrogène"]
    counts = count_phrases(texts, ["fr"] * 3)
    assert counts.shape == (3, N_WEIGHTS)
    stems, pairs = counts[:, :N_BUCKETS], counts[:, N_BUCKETS:]
    np.testing.assert_array_equal(stems.toarray(), count_terms(texts, ["fr"] * 3).toarray())
    # "stockage hydrogène" and "hydrogène liquide"; the latter; and its reverse, another pair.
    assert pairs.sum(axis=1).ravel().tolist() == [[2, 1, 1]]
    assert (pairs[0] @ pairs[1].T)[0, 0] == 1
    assert (pairs[1] @ pairs[2].T)[0, 0] == 0


def test_a_pair_of_one_language_is_not_that_of_another() -> None:
    counts = count_phrases(["solar station", "solar station"], ["fr", "en"])
    assert (counts[0] @ counts[1].T)[0, 0] == 0


def test_no_texts_give_no_phrases() -> None:
    assert count_phrases([], []).shape == (0, N_WEIGHTS)
