from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from fakes import WordCountEncoder
from roadmapfit.align import Aligner
from roadmapfit.alignment_model import AlignmentModel
from roadmapfit.calibrate import load_calibrator
from roadmapfit.features import Cohort, Norms, measure_item_norms
from roadmapfit.past import (
    Memory,
    PastDecisions,
    PastWeights,
    measure_likeness,
    measure_nearest,
)
from roadmapfit.records import OwnerKind
from roadmapfit.textset import TextSet
from toys import toy_model, toy_text_set

ROOT_2, ROOT_3 = 2**0.5, 3**0.5
# The whole text's likeness is the log-odds; three units for the nearest accepted text,
# two less for the nearest refused one, half a unit less wherever a text was accepted.
WEIGHTS = PastWeights(
    pair=np.array([1, 0, 0, 0, 0], dtype=np.float32),
    shift=np.array([3, -2, -0.5], dtype=np.float32),
)


def sets(*texts: tuple[str, str, list[str]], kind: OwnerKind = OwnerKind.PROJECT) -> TextSet:
    return toy_text_set(texts, WordCountEncoder(), kind=kind)


def unit_norms(n_texts: int) -> Norms:
    zero = np.zeros((n_texts, 4), dtype=np.float32)
    return Norms({"en": zero, "fr": zero}, {"en": zero + 1, "fr": zero + 1})


def decide(*decisions: tuple[int, bool], texts: TextSet) -> PastDecisions:
    rows, labels = zip(*decisions, strict=True)
    return PastDecisions(np.array(rows, dtype=np.int64), np.array(labels, dtype=bool), texts)


def sigmoid(value: float) -> float:
    return float(1 / (1 + np.exp(-value)))


def test_likeness_is_of_wholes_of_best_passages_and_of_words() -> None:
    project = sets(("p", "en", ["solar wind"]))
    judged = sets(("a", "en", ["solar"]), ("b", "fr", ["solar"]))
    found = measure_likeness(project, judged, text_norms=unit_norms(2))[0]
    # Of "solar", "wind" and "solar wind" the other text has the first.
    shared = [1 / ROOT_3, np.log1p(1 / ROOT_2)]
    np.testing.assert_allclose(found[0], [1 / ROOT_2, 1 / ROOT_2, *shared], atol=1e-6)
    # Across languages a phrase means little, and a beginning is not compressed.
    np.testing.assert_allclose(found[1, 2:], [0, 1 / ROOT_2], atol=1e-6)


def test_the_nearest_text_of_each_kind_counts() -> None:
    likeness = np.array([[[2, 0, 0, 0], [1, 0, 0, 0], [-1, 0, 0, 0]]], dtype=np.float32)
    texts = sets(("a", "en", ["x"]), ("b", "en", ["y"]), ("c", "en", ["z"]))
    past = decide((0, True), (0, True), (2, False), texts=texts)
    found = measure_nearest(likeness, past, weights=WEIGHTS, n_items=3)
    expected = [[sigmoid(2), 0, 1], [0, 0, 0], [0, sigmoid(-1), 0]]
    np.testing.assert_allclose(found[0], expected, atol=1e-6)


def test_memory_raises_what_is_near_an_accepted_text_and_lowers_what_is_near_a_refused_one() -> (
    None
):
    # Unrelated to all, so that a likeness is the similarity over the deviation.
    other = sets(("o1", "en", ["rail"]), ("o2", "en", ["solar"]))
    cohort = Cohort(projects=other, items=other)
    judged = sets(("a", "en", ["solar"]), ("b", "en", ["water"]))
    memory = Memory(decide((1, True), (2, False), texts=judged), cohort=cohort, weights=WEIGHTS)
    # "solar" gets 0 and 1 from the cohort: mean a half, deviation a half.
    shift = memory.measure_shift(sets(("p", "en", ["solar"])), n_items=3)[0]
    norms = measure_item_norms(judged, cohort, shrinkage=0)
    refused = sigmoid(-float(norms.mean["en"][1, 0] / norms.deviation["en"][1, 0]))
    np.testing.assert_allclose(shift, [0, 3 * sigmoid(1) - 0.5, -2 * refused], atol=1e-5)


@pytest.fixture
def model() -> AlignmentModel:
    plain = toy_model(WordCountEncoder())
    return replace(plain, calibrator=replace(plain.calibrator, past=WEIGHTS))


def test_an_aligner_adds_what_it_remembers_to_the_fit(model: AlignmentModel) -> None:
    items = sets(("i", "en", ["wind"]), ("j", "en", ["water"]), kind=OwnerKind.ITEM)
    project = sets(("p", "en", ["wind solar"]))
    past = decide((1, True), texts=sets(("q", "en", ["wind solar"])))
    without = Aligner(items, model).measure(project).fit[0]
    with_past = Aligner(items, model, past=past).measure(project).fit[0]
    # The same text as the accepted one: as sure as can be.
    np.testing.assert_allclose(with_past - without, [0, 3 - 0.5], atol=1e-4)


def test_a_model_that_never_learnt_from_the_past_ignores_it() -> None:
    plain = toy_model(WordCountEncoder())
    items = sets(("i", "en", ["wind"]), kind=OwnerKind.ITEM)
    project = sets(("p", "en", ["wind solar"]))
    past = decide((0, True), texts=project)
    found = Aligner(items, plain, past=past).measure(project).fit
    np.testing.assert_array_equal(found, Aligner(items, plain).measure(project).fit)


def test_weights_of_the_past_are_written_and_read(
    model: AlignmentModel, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("model") / "calibrator.json"
    model.calibrator.write(path)
    found = load_calibrator(path, encoder_fingerprint=model.calibrator.encoder_fingerprint).past
    assert found is not None
    np.testing.assert_array_equal(found.pair, WEIGHTS.pair)
    np.testing.assert_array_equal(found.shift, WEIGHTS.shift)
