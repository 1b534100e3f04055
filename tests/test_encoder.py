from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from fakes import WordCountEncoder
from packed import write_packed
from roadmapfit.default_model import prepare
from roadmapfit.default_model.cutter import WordCutter
from roadmapfit.encoder import (
    Encoder,
    SentenceEncoder,
    load_encoder,
    unit_rows,
    verify_encoder,
)
from roadmapfit.errors import EncoderError, InputError

PARAPHRASES = [
    "La production d'hydrogène par électrolyse de l'eau réduit les émissions de l'industrie.",
    "Producing hydrogen by water electrolysis cuts industrial emissions.",
    "The museum restores medieval manuscripts and opens its archives to visitors.",
]

# What the published engine's own C code gives for the texts above after "query: ":
# the first six of 384 numbers. It computes in 8-bit integers, hence the tolerance.
ENGINE_STARTS = [
    [0.0048, -0.0324, -0.0625, -0.0580, 0.0842, 0.0113],
    [0.0331, -0.0183, -0.0709, -0.0656, 0.0882, 0.0110],
    [0.0501, -0.0643, -0.0205, -0.0497, 0.0544, -0.0635],
]

# Tokens of the same C code, without <s> and </s>.
ENGINE_TOKENS = [
    (
        "query: \u00c9nergie d\u00e9carbon\u00e9e: l\u2019hydrog\u00e8ne",
        [41, 1294, 12, 42423, 56, 16857, 27441, 147, 837, 40062, 12, 96, 26, 180220, 134725],
    ),
    (
        "QUERY: \u00c9LECTROLYSE PEM \u00c0 L'\u00c9CHELLE",
        [21389, 34388, 12, 3050, 144832, 135225, 26947, 647, 109592, 19597, 339, 25, 6642]
        + [16999, 80020],
    ),
    (
        "query: \ufb01li\u00e8re \ufb02uide \u00bd m\u00b2 \u21165",
        [41, 1294, 12, 33680, 10389, 79552, 13, 78660, 347, 304, 438, 758],
    ),
    (
        "query: \u6c34\u7d20 \u30a8\u30cd\u30eb\u30ae\u30fc",
        [41, 1294, 12, 6, 1553, 10346, 6, 123898],
    ),
    (
        "query:  double  spaces\tand\nlines ",
        [41, 1294, 12, 41929, 32628, 7, 136, 124519, 6],
    ),
    ("query: soft\u00adhyphen\u200bzero", [41, 1294, 12, 32977, 231, 3038, 88322, 45234]),
]


@pytest.fixture
def cache_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ROADMAPFIT_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("ROADMAPFIT_ENCODER", raising=False)
    return tmp_path / "cache"


@pytest.fixture
def prepared(tmp_path: Path, cache_root: Path) -> Path:
    """A whole model directory, of one layer and 32 numbers."""
    source = write_packed(tmp_path / "tiny.bin")
    return prepare.convert(source, tmp_path / "tiny", origin={"package": "tiny"})


@pytest.fixture
def foreign(prepared: Path) -> Path:
    """A model directory that nobody recorded checksums of."""
    (prepared / "prepared.json").unlink()
    return prepared


# Without weights


def test_unit_rows_scales_each_row() -> None:
    found = unit_rows(np.array([[3.0, 4.0], [0.0, -2.0]]))
    np.testing.assert_allclose(found, [[0.6, 0.8], [0.0, -1.0]], atol=1e-7)


def test_unit_rows_takes_no_rows() -> None:
    assert unit_rows(np.empty((0, 4))).shape == (0, 4)


@pytest.mark.parametrize("bad", [0.0, np.nan, np.inf])
def test_unit_rows_refuses_what_has_no_direction(bad: float) -> None:
    with pytest.raises(EncoderError, match="1 vectors of 2 are zero or not finite"):
        unit_rows(np.array([[1.0, 0.0], [bad, bad]]))


def test_the_fake_counts_words_in_both_languages() -> None:
    fake: Encoder = WordCountEncoder()
    found = fake.encode(["Solar, solaire; wind", "nothing"])
    np.testing.assert_allclose(found[0], np.array([0, 2, 1, 0, 0, 0, 0, 0]) / 5**0.5, atol=1e-7)
    assert found[1].tolist() == [0, 0, 0, 0, 0, 0, 0, 1]


def test_nothing_heavy_is_imported_before_a_vector_is_asked_for() -> None:
    code = "import sys, roadmapfit.vectors; print({'torch', 'transformers'} & set(sys.modules))"
    found = subprocess.run(  # noqa: S603
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert found.stdout == "set()\n"


@pytest.mark.parametrize("setting", ["./no/such/directory", "a/b/c", "C:\\models", "~/none"])
def test_a_setting_that_is_no_model_is_refused(cache_root: Path, setting: str) -> None:
    with pytest.raises(EncoderError) as caught:
        load_encoder(setting)
    assert (caught.value.code, caught.value.values["setting"]) == ("encoder_not_found", setting)


def test_a_hub_name_out_of_reach_is_refused(cache_root: Path) -> None:
    with pytest.raises(EncoderError, match="no model is named “nobody/no-such-model”"):
        load_encoder("nobody/no-such-model")


def test_the_environment_names_the_encoder(foreign: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROADMAPFIT_ENCODER", str(foreign))
    assert load_encoder().directory == foreign
    monkeypatch.setenv("ROADMAPFIT_ENCODER", "/elsewhere")
    assert load_encoder(str(foreign)).directory == foreign


def test_an_empty_setting_prepares_the_default_model_in_the_cache(
    cache_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = write_packed(tmp_path / "tiny.bin")
    digest = hashlib.sha256(source.read_bytes()).hexdigest()
    monkeypatch.setattr(prepare, "locate_source", lambda: source)
    monkeypatch.setattr(prepare, "SOURCE_SHA256", digest)
    encoder = load_encoder("")
    assert encoder.directory == cache_root / "models" / "multilingual-e5-small"
    assert (encoder.name, encoder.dim) == ("multilingual-e5-small", 32)


def test_a_directory_of_something_else_is_refused(tmp_path: Path, cache_root: Path) -> None:
    with pytest.raises(EncoderError, match=r"is not .* model: modules\.json is missing"):
        load_encoder(str(tmp_path))


def test_a_prepared_file_of_another_size_is_refused(prepared: Path) -> None:
    with (prepared / "tokenizer.json").open("ab") as stream:
        stream.write(b"\n")
    with pytest.raises(EncoderError, match=r"tokenizer\.json: found: \d+ bytes; expected: \d+"):
        SentenceEncoder(prepared)


def test_an_unreadable_record_is_refused(prepared: Path) -> None:
    (prepared / "prepared.json").write_text('{"files": []}')
    with pytest.raises(EncoderError, match=r"prepared\.json: found: AttributeError"):
        SentenceEncoder(prepared)


def test_verifying_finds_what_sizes_do_not_show(prepared: Path) -> None:
    weights = prepared / "model.safetensors"
    encoder = SentenceEncoder(prepared)
    verify_encoder(encoder)
    content = weights.read_bytes()
    weights.write_bytes(content[:-1] + b"\x01")
    with pytest.raises(EncoderError, match=r"model\.safetensors: found: sha256"):
        verify_encoder(SentenceEncoder(prepared))


def test_a_fingerprint_is_of_weights_and_settings_alone(prepared: Path) -> None:
    recorded = SentenceEncoder(prepared).fingerprint
    (prepared / "prepared.json").unlink()
    (prepared / "README.md").write_text("a card")
    (prepared / ".cache").mkdir()
    (prepared / ".cache" / "note").write_text("hidden")
    computed = SentenceEncoder(prepared).fingerprint
    assert computed == recorded
    assert SentenceEncoder(prepared, dtype="bfloat16").fingerprint == recorded


def test_a_prompt_is_part_of_the_fingerprint(foreign: Path) -> None:
    before = SentenceEncoder(foreign).fingerprint
    settings = foreign / "config_sentence_transformers.json"
    settings.write_text(settings.read_text().replace("query: ", "question: "))
    assert SentenceEncoder(foreign).fingerprint != before


def test_checksums_are_remembered_until_a_file_changes(foreign: Path, cache_root: Path) -> None:
    first = SentenceEncoder(foreign).checksums
    (notes,) = (cache_root / "encoders").iterdir()
    said = json.loads(notes.read_text())
    said["checksums"]["config.json"] = "from the notes"
    notes.write_text(json.dumps(said))
    assert SentenceEncoder(foreign).checksums["config.json"] == "from the notes"
    os.utime(foreign / "config.json", ns=(1, 1))
    assert SentenceEncoder(foreign).checksums == first


@pytest.mark.parametrize("notes_text", ["", "[]", "{}", "{"])
def test_broken_notes_are_made_again(foreign: Path, cache_root: Path, notes_text: str) -> None:
    first = SentenceEncoder(foreign).checksums
    (notes,) = (cache_root / "encoders").iterdir()
    notes.write_text(notes_text)
    assert SentenceEncoder(foreign).checksums == first


def test_settings_that_are_not_json_are_refused(foreign: Path) -> None:
    (foreign / "config_sentence_transformers.json").write_text("{")
    with pytest.raises(EncoderError, match=r"does not load: config_sentence_transformers\.json"):
        SentenceEncoder(foreign)


@pytest.mark.parametrize("blank", ["", "  \n\t"])
def test_a_blank_text_is_refused_by_its_number(prepared: Path, blank: str) -> None:
    with pytest.raises(InputError, match="text number 2 is empty"):
        SentenceEncoder(prepared).encode(["eau", blank])


# With one small layer of arbitrary weights


@pytest.mark.slow
def test_rows_keep_the_order_of_the_texts(prepared: Path) -> None:
    encoder = SentenceEncoder(prepared, dtype="float32")
    texts = ["eau", "vent vent vent eau", "vent eau"]
    together = encoder.encode(texts)
    for row, text in enumerate(texts):
        np.testing.assert_allclose(together[row], encoder.encode([text])[0], atol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1, atol=1e-6)
    assert together.shape == (3, 32)


@pytest.mark.slow
def test_no_texts_give_no_rows(prepared: Path) -> None:
    assert SentenceEncoder(prepared).encode([]).shape == (0, 32)


@pytest.mark.slow
def test_progress_is_told_after_each_batch_and_may_stop_the_work(prepared: Path) -> None:
    encoder = SentenceEncoder(prepared, dtype="float32")
    seen: list[tuple[int, int]] = []
    encoder.encode(["eau"] * 70, on_progress=lambda done, total: seen.append((done, total)))
    assert seen == [(32, 70), (64, 70), (70, 70)]
    calls: Iterator[int] = iter(range(1))  # the second call raises StopIteration
    with pytest.raises(StopIteration):
        encoder.encode(["eau"] * 70, on_progress=lambda done, total: next(calls))


@pytest.mark.slow
def test_it_describes_what_runs(prepared: Path) -> None:
    encoder = SentenceEncoder(prepared, name="tiny", dtype="float32")
    said = encoder.describe()
    n_threads = said.pop("n_threads")
    assert n_threads >= 1
    assert said == {
        "name": "tiny",
        "dim": 32,
        "dtype": "float32",
        "max_tokens": 256,
        "prompt": "query: ",
        "fingerprint": encoder.fingerprint,
    }


@pytest.mark.slow
def test_a_foreign_model_s_width_is_learnt_once(foreign: Path, cache_root: Path) -> None:
    assert SentenceEncoder(foreign).dim == 32
    (notes,) = (cache_root / "encoders").iterdir()
    assert json.loads(notes.read_text())["dim"] == 32
    assert SentenceEncoder(foreign).dim == 32


@pytest.mark.slow
def test_weights_that_do_not_load_are_an_encoder_error(foreign: Path) -> None:
    (foreign / "model.safetensors").write_bytes(b"not weights")
    with pytest.raises(EncoderError) as caught:
        SentenceEncoder(foreign).encode(["eau"])
    assert caught.value.code == "encoder_unusable"


# With the real weights


@pytest.fixture(scope="module")
def real() -> SentenceEncoder:
    try:
        return SentenceEncoder(load_encoder("").directory, dtype="float32")
    except EncoderError as error:
        pytest.skip(f"the default weights are missing: {error}")


@pytest.mark.model
def test_the_weights_are_those_of_the_card(real: SentenceEncoder, repository: Path) -> None:
    card = json.loads((repository / "models/multilingual-e5-small/source.json").read_bytes())
    verify_encoder(real)
    assert {name: real.checksums[name] for name in card["prepared"]} == card["prepared"]
    assert (real.fingerprint, real.dim) == (card["fingerprint"], 384)


@pytest.mark.model
@pytest.mark.parametrize(("text", "tokens"), ENGINE_TOKENS)
def test_tokens_are_those_of_the_published_engine(
    real: SentenceEncoder, text: str, tokens: list[int]
) -> None:
    from tokenizers import Tokenizer

    file = real.directory / "tokenizer.json"
    tokenizer = Tokenizer.from_file(str(file))
    assert tokenizer.encode(text, add_special_tokens=True).ids == [0, *tokens, 2]
    assert WordCutter(file).cut(text, n_most=256) == [0, *tokens, 2]


@pytest.mark.model
def test_vectors_are_those_of_the_published_engine(real: SentenceEncoder) -> None:
    np.testing.assert_allclose(real.encode(PARAPHRASES)[:, :6], ENGINE_STARTS, atol=0.003)


@pytest.mark.model
def test_a_translation_is_nearer_than_another_subject(real: SentenceEncoder) -> None:
    french, english, other = real.encode(PARAPHRASES)
    assert round(float(french @ english), 2) == 0.94
    assert round(float(french @ other), 2) == 0.76


@pytest.mark.model
def test_bfloat16_gives_the_same_directions(real: SentenceEncoder) -> None:
    half = SentenceEncoder(real.directory, dtype="bfloat16").encode(PARAPHRASES)
    assert (half * real.encode(PARAPHRASES)).sum(axis=1).min() > 0.9999
