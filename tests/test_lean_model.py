"""The prepared model in little memory: the same pieces, rows and vectors as the libraries'."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from packed import HAND_WEIGHTS, HIDDEN, VOCABULARY, write_packed
from roadmapfit.default_model import prepare
from roadmapfit.default_model.cutter import WordCutter
from roadmapfit.default_model.pieces import describe_pieces
from roadmapfit.default_model.table import StoredTable

TEXTS = ["eau", "vent eau vent", "eau: vent", ""]
TABLE = "embeddings.word_embeddings.weight"


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a small model, prepared as the real one is."""
    folder = tmp_path_factory.mktemp("lean")
    source = write_packed(folder / "small.bin")
    return prepare.convert(source, folder / "model", origin={"package": "small"})


@pytest.fixture(scope="module")
def cutter(directory: Path) -> WordCutter:
    return WordCutter(directory / "tokenizer.json")


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("eau vent", [0, 6, 7, 2]),
        ("  eau\u00a0\u00a0vent", [0, 6, 7, 2]),
        ("eau:vent", [0, 6, 5, 3, 2]),
        ("\uff1a", [0, 3, 5, 2]),
        ("", [0, 2]),
    ],
)
def test_words_become_their_pieces(cutter: WordCutter, text: str, numbers: list[int]) -> None:
    assert cutter.cut(text, n_most=10) == numbers


def test_what_is_beyond_the_longest_input_is_not_read(cutter: WordCutter) -> None:
    assert cutter.cut("eau vent eau vent", n_most=4) == [0, 6, 7, 2]


def test_a_mark_in_a_text_ends_nothing(cutter: WordCutter) -> None:
    assert 2 not in cutter.cut("eau </s> vent", n_most=20)[:-1]


def test_rows_are_read_in_the_order_asked_for(directory: Path) -> None:
    table = StoredTable(directory / "model.safetensors", TABLE)
    rows = table.read(np.array([3, 0, 3]))
    assert table.shape == (VOCABULARY, HIDDEN)
    assert rows[1].tolist() == HAND_WEIGHTS
    assert rows[0].tolist() == rows[2].tolist() != HAND_WEIGHTS


def test_a_table_of_another_name_is_not_there(directory: Path) -> None:
    with pytest.raises(KeyError):
        StoredTable(directory / "model.safetensors", "another")


def test_a_tensor_that_is_no_matrix_is_refused(directory: Path) -> None:
    with pytest.raises(ValueError, match="LayerNorm"):
        StoredTable(directory / "model.safetensors", "embeddings.LayerNorm.weight")


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_vectors_are_those_of_sentence_transformers(directory: Path, dtype: str) -> None:
    import torch
    from sentence_transformers import SentenceTransformer

    from roadmapfit.default_model.lean import load_lean_model

    plain = SentenceTransformer(
        str(directory), device="cpu", model_kwargs={"dtype": getattr(torch, dtype)}
    )
    lean = load_lean_model(directory, dtype=getattr(torch, dtype))
    expected = plain.encode(TEXTS, prompt="query: ", convert_to_tensor=True)
    found = lean.encode(TEXTS, prompt="query: ", convert_to_tensor=True)
    assert found.tolist() == expected.tolist()


def test_the_table_is_in_no_parameter(directory: Path) -> None:
    import torch

    from roadmapfit.default_model.lean import load_lean_model

    lean = load_lean_model(directory, dtype=torch.float32)
    assert (VOCABULARY, HIDDEN) not in [tuple(each.shape) for each in lean.parameters()]


def test_a_tokenizer_that_is_none_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "tokenizer.json"
    file.write_text(json.dumps({"model": {"vocab": []}}), encoding="utf-8")
    with pytest.raises(KeyError):
        WordCutter(file)


def test_pieces_are_described_as_sentencepiece_reads_them() -> None:
    from sentencepiece import SentencePieceProcessor

    vocab = [("<s>", 0.0), ("<unk>", 0.0), ("▁eau", -1.5), ("x", -2.25)]
    described = describe_pieces(vocab, marks={0}, unknown=1)
    read = SentencePieceProcessor(model_proto=described)
    assert [read.id_to_piece(n) for n in range(read.get_piece_size())] == [
        piece for piece, _score in vocab
    ]
    assert [read.get_score(n) for n in range(4)] == [0.0, 0.0, -1.5, -2.25]
    assert [(read.is_control(n), read.is_unknown(n)) for n in range(3)] == [
        (True, False),
        (False, True),
        (False, False),
    ]
    assert read.encode("eaux") == [2, 3]
