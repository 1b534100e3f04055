from __future__ import annotations

import math

import numpy as np

from fakes import WordCountEncoder
from roadmapfit.contribution import UNDEFINED, Contribution
from roadmapfit.evidence import find_evidence
from roadmapfit.lexical import N_WEIGHTS, count_cognates, count_terms
from roadmapfit.records import OwnerKind
from toys import toy_passage

ROOT_2 = 2**0.5


def test_evidence_is_the_nearest_pairs_each_project_passage_once() -> None:
    encoder = WordCountEncoder()
    ours = ["Wind farms at sea.", "Solar roofs and wind farms.", "A museum.", "Solar fields."]
    theirs = ["Solar roofs for all", "Wind"]
    found = find_evidence(
        (
            [toy_passage(text, start=number) for number, text in enumerate(ours)],
            encoder.encode(ours),
        ),
        (
            [toy_passage(text, owner_kind=OwnerKind.ITEM) for text in theirs],
            encoder.encode(theirs),
        ),
    )
    shown = [
        (each.project_passage.text, each.item_passage.text, round(each.similarity, 4))
        for each in found
    ]
    assert shown == [
        ("Wind farms at sea.", "Wind", 1.0),
        ("Solar fields.", "Solar roofs for all", 1.0),
        ("Solar roofs and wind farms.", "Solar roofs for all", round(1 / ROOT_2, 4)),
    ]
    both = found[2]
    words = [both.project_passage.text[term.start : term.end] for term in both.project_terms]
    assert (words, both.is_lexical) == (["Solar", "roofs"], True)
    words = [both.item_passage.text[term.start : term.end] for term in both.item_terms]
    assert words == ["Solar", "roofs"]


def test_across_languages_evidence_is_by_meaning_alone() -> None:
    encoder = WordCountEncoder()
    (found,) = find_evidence(
        ([toy_passage("Solar transport", language="en")], encoder.encode(["Solar transport"])),
        ([toy_passage("Transport solaire", language="fr")], encoder.encode(["Transport solaire"])),
        n_pairs=1,
    )
    assert (round(found.similarity, 6), found.is_lexical) == (1.0, False)
    assert (found.project_terms, found.item_terms) == ((), ())


def test_across_languages_words_of_one_beginning_are_related() -> None:
    idf = np.full(N_WEIGHTS, 6.0, dtype=np.float32)
    idf[count_cognates(["develo"]).indices] = 2.0
    encoder = WordCountEncoder()
    ours, theirs = "Développer des biomarqueurs", ["Solar roofs", "Developing biomarkers"]
    (found,) = find_evidence(
        ([toy_passage(ours, language="fr")], encoder.encode([ours])),
        (
            [toy_passage(text, owner_kind=OwnerKind.ITEM, language="en") for text in theirs],
            encoder.encode(theirs),
        ),
        idf=idf,
    )
    assert (found.item_passage.text, found.is_bilingual) == ("Developing biomarkers", True)
    assert [ours[term.start : term.end] for term in found.project_terms] == ["biomarqueurs"]
    assert [found.item_passage.text[term.start : term.end] for term in found.item_terms] == [
        "biomarkers"
    ]


def test_nothing_to_compare_is_no_evidence() -> None:
    none = np.empty((0, 8), dtype=np.float32)
    one = ([toy_passage("solar")], WordCountEncoder().encode(["solar"]))
    assert find_evidence(([], none), one) == ()
    assert find_evidence(one, ([], none)) == ()


def test_evidence_is_what_adds_most_and_never_what_takes_away() -> None:
    ours = ["Wind farms at sea.", "Solar roofs.", "A museum."]
    encoder = WordCountEncoder()
    project = ([toy_passage(text, start=n) for n, text in enumerate(ours)], encoder.encode(ours))
    item = ([toy_passage("Wind", owner_kind=OwnerKind.ITEM)], encoder.encode(["Wind"]))
    added = [Contribution(0.1, 0.01), Contribution(0.5, 0.02), Contribution(-0.2, 0.0)]
    found = find_evidence(project, item, contributions=added)
    assert [each.project_passage.text for each in found] == ["Solar roofs.", "Wind farms at sea."]
    assert [each.contribution for each in found] == [added[1], added[0]]
    assert math.isnan(found[0].item_contribution.fit)
    # A passage of a long file that was not tried is no evidence beside one that was.
    (tried,) = find_evidence(project, item, contributions=[UNDEFINED, added[1], UNDEFINED])
    assert tried.project_passage.text == "Solar roofs."
    # Something is always shown.
    (least,) = find_evidence(project, item, contributions=[Contribution(-0.1, 0.0)] * 3)
    assert least.project_passage.text == "Wind farms at sea."


def test_a_word_that_most_texts_hold_is_no_shared_word() -> None:
    idf = np.full(N_WEIGHTS, 6.0, dtype=np.float32)
    idf[count_terms(["blue"], ["en"]).indices] = 2.0
    encoder = WordCountEncoder()

    def share(ours: str, theirs: str) -> list[str]:
        project = ([toy_passage(ours)], encoder.encode([ours]))
        item = ([toy_passage(theirs, owner_kind=OwnerKind.ITEM)], encoder.encode([theirs]))
        (found,) = find_evidence(project, item, idf=idf)
        return [ours[term.start : term.end] for term in found.project_terms]

    assert share("Blue barges", "Blue roofs") == []
    assert share("Blue barges", "Blue electric barges") == ["Blue", "barges"]


def test_a_number_in_letters_is_no_shared_word() -> None:
    idf = np.full(N_WEIGHTS, 6.0, dtype=np.float32)
    encoder = WordCountEncoder()
    ours, theirs = "Trois parcelles portent des panneaux", "Les trois filières sans panneaux"
    (found,) = find_evidence(
        ([toy_passage(ours, language="fr")], encoder.encode([ours])),
        ([toy_passage(theirs, owner_kind=OwnerKind.ITEM, language="fr")], encoder.encode([theirs])),
        idf=idf,
    )
    assert [ours[term.start : term.end] for term in found.project_terms] == ["panneaux"]


def test_evidence_is_set_against_the_passage_that_holds_its_words_too() -> None:
    idf = np.full(N_WEIGHTS, 6.0, dtype=np.float32)
    encoder = WordCountEncoder()
    ours = "Solar awnings"
    theirs = ["Solar", "Solar wind: awnings"]
    project = ([toy_passage(ours)], encoder.encode([ours]))
    item = (
        [toy_passage(text, owner_kind=OwnerKind.ITEM) for text in theirs],
        encoder.encode(theirs),
    )

    def meet(weights: np.ndarray | None) -> tuple[str, float]:
        (found,) = find_evidence(project, item, idf=weights)
        return found.item_passage.text, round(found.similarity, 4)

    assert meet(None) == ("Solar", 1.0)
    # Cosine 0.71 and all the words, against cosine 1 and half of them.
    assert meet(idf) == ("Solar wind: awnings", round(1 / ROOT_2, 4))
