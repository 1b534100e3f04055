from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from roadmapfit.lexical import N_WEIGHTS
from roadmapfit.telling import LEAST_TELLING, count_telling, list_telling
from toys import toy_passage

# A table that knows of no common word: all words tell but those of course.
RARE = np.full(N_WEIGHTS, 8.0, dtype=np.float32)


@pytest.mark.parametrize(
    ("text", "language", "n_telling"),
    [
        ("The work starts at TRL 4 and should end at TRL 7.", "en", 1),
        ("Niveau de départ TRL 5, arrivée TRL 7.", "fr", 0),
        ("Le projet dure 36 mois.", "fr", 1),
        ("Two obstacles have kept this off the water.", "en", 3),
        ("Ozone membranes filter viruses, and ozone again.", "en", 4),
    ],
)
def test_words_of_course_and_figures_tell_nothing(text: str, language: str, n_telling: int) -> None:
    passage = replace(toy_passage(text), language=language)
    assert count_telling(passage, idf=RARE) == n_telling


def test_words_that_many_texts_hold_tell_nothing() -> None:
    common = np.ones(N_WEIGHTS, dtype=np.float32)
    common[-1] = 8.0
    assert count_telling(toy_passage("Ozone membranes filter viruses"), idf=common) == 0


def test_a_title_tells_and_a_short_passage_beside_it_does_not() -> None:
    title = replace(toy_passage("Quantum sensors"), field="title")
    short = toy_passage("It starts at TRL 3.", start=20)
    long = toy_passage("Diamond defects measure magnetic fields of neurons", start=40)
    assert count_telling(long, idf=RARE) >= LEAST_TELLING
    assert list_telling([title, short, long], idf=RARE) == (True, False, True)


def test_of_a_text_that_says_nothing_in_particular_all_is_kept() -> None:
    short = [toy_passage("It starts."), toy_passage("It ends.", start=20)]
    assert list_telling(short, idf=RARE) == (True, True)
    assert list_telling([], idf=RARE) == ()
