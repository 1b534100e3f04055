from __future__ import annotations

import numpy as np

from consortia_toys import toy_competences, toy_history, toy_texts
from fakes import WordCountEncoder
from roadmapfit.competence import (
    compare_project,
    find_best,
    gather_competences,
    make_blank_text,
)
from roadmapfit.proof import compare_passages
from roadmapfit.records import OwnerKind
from toys import toy_text_set


def test_texts_later_than_the_history_prove_nothing() -> None:
    competences = toy_competences()
    assert competences.texts.ids == ("p1", "p2", "p3")
    # firm, lab, port, school, town; the school's one project has no text.
    np.testing.assert_array_equal(
        competences.proofs.toarray(),
        [[1, 1, 0], [1, 1, 0], [0, 0, 1], [0, 0, 0], [0, 1, 0]],
    )
    assert competences.weights.tolist() == toy_history().recency[:3].tolist()
    assert competences.first_rows.tolist() == [0, 1, 2]


def test_own_words_prove_what_their_speaker_can_do() -> None:
    own = toy_text_set(
        [("fresh", "en", ("solar",)), ("school", "en", ("wind", "solar"))],
        WordCountEncoder(),
        kind=OwnerKind.ORGANISATION,
    )
    competences = gather_competences(toy_history(), toy_texts(), own_words=own, starts=(10, 20))
    assert competences.texts.ids == ("p1", "p2", "p3", "school")
    assert competences.proofs.toarray()[3].tolist() == [0, 0, 0, 1]
    # The newcomer that the history does not know said the first passage.
    assert competences.first_rows.tolist() == [10, 11, 12, 21]
    assert competences.weights[3] == 1
    nearest = compare_passages(WordCountEncoder().encode(["wind"]), competences.texts)
    np.testing.assert_allclose(nearest, [[0, 0, 1, 1]], atol=1e-6)


def test_a_project_can_be_left_out_of_what_is_proven() -> None:
    without = toy_competences().without("p2")
    assert without.proofs.toarray().sum(axis=0).tolist() == [2, 0, 1]
    fresh = gather_competences(toy_history().without("p2"), toy_texts())
    np.testing.assert_allclose(without.profile_lengths, fresh.profile_lengths)
    assert without.profile_lengths.tolist() == [1, 1, 1, 0, 0]
    assert toy_competences().without("p4").texts.ids == ("p1", "p2", "p3")


def test_each_need_finds_the_nearest_passage_of_each_text() -> None:
    competences = toy_competences()
    project = toy_texts(["p4"])
    needs = compare_passages(project.vectors, competences.texts)
    np.testing.assert_allclose(needs, [[1, 0, 0], [0, 1, 0]], atol=1e-6)
    likeness = compare_project(project, competences, needs=needs)
    half = 0.5**0.5
    np.testing.assert_allclose(likeness.whole, [half, half, 0], atol=1e-6)
    # The lab's mean of solar and water is the project's; the firm's too.
    np.testing.assert_allclose(likeness.profiles, [1, 1, 0, 0, half], atol=1e-6)


def test_the_best_text_of_each_organisation_counts() -> None:
    values = np.array([[0.2, 0.6, 0.1]], dtype=np.float32)
    found = find_best(values, toy_competences().proofs, blank=-1.0)
    np.testing.assert_allclose(found, [[0.6, 0.6, 0.1, -1, 0.6]])


def test_a_blank_text_is_like_nothing() -> None:
    competences = toy_competences()
    blank = make_blank_text(dim=competences.texts.vectors.shape[1])
    assert compare_passages(blank.vectors, competences.texts).tolist() == [[0, 0, 0]]
