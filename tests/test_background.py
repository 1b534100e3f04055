from __future__ import annotations

from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest

from fakes import WordCountEncoder
from roadmapfit.background import Background, load_background, write_background
from roadmapfit.centring import Centring
from roadmapfit.errors import EncoderError
from roadmapfit.features import Cohort, measure_similarities
from roadmapfit.lexical import N_WEIGHTS
from toys import toy_model, toy_text_set


@pytest.fixture
def background() -> Background:
    encoder = WordCountEncoder()
    idf = np.ones(N_WEIGHTS, dtype=np.float32)
    idf[7] = 2.5
    return Background(
        encoder_fingerprint=encoder.fingerprint,
        centring=Centring({"fr:item": np.arange(8, dtype=np.float32) / 8}),
        idf=idf,
        cohort=Cohort(
            projects=toy_text_set([("p", "fr", ["solaire", "eau eau"])], encoder),
            items=toy_text_set([("i", "en", ["solar"]), ("j", "fr", ["éolien"])], encoder),
        ),
    )


@pytest.fixture
def written(background: Background, tmp_path: Path) -> Path:
    write_background(background, tmp_path / "background.npz")
    return tmp_path / "background.npz"


def test_a_background_comes_back(background: Background, written: Path) -> None:
    again = load_background(written, encoder_fingerprint="word-count-8")
    assert again.encoder_fingerprint == "word-count-8"
    assert again.centring.means.keys() == {"fr:item"}
    np.testing.assert_array_equal(again.centring.means["fr:item"], np.arange(8) / 8)
    assert (again.idf[7], again.idf[8]) == (2.5, 1.0)
    assert (again.cohort.projects.ids, again.cohort.items.ids) == (("p",), ("i", "j"))
    assert again.cohort.projects.offsets.tolist() == [0, 2]
    np.testing.assert_allclose(
        measure_similarities(again.cohort.projects, again.cohort.items),
        measure_similarities(background.cohort.projects, background.cohort.items),
        atol=1e-3,
    )


def test_equal_backgrounds_are_equal_files(background: Background, tmp_path: Path) -> None:
    for name in ("a.npz", "b.npz"):
        write_background(background, tmp_path / name)
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


def test_the_toy_background_is_whole(tmp_path: Path) -> None:
    write_background(toy_model(WordCountEncoder()).background, tmp_path / "toy.npz")
    again = load_background(tmp_path / "toy.npz", encoder_fingerprint="word-count-8")
    assert again.cohort.projects.languages.tolist() == ["fr", "en"]


def test_a_missing_background_names_its_remedy(tmp_path: Path) -> None:
    with pytest.raises(
        EncoderError,
        match=r"^no alignment model for encoder abc; make one with benchmarks/fit_alignment\.py",
    ):
        load_background(tmp_path / "background.npz", encoder_fingerprint="abc")


def test_a_background_of_another_encoder_is_refused(written: Path) -> None:
    with pytest.raises(EncoderError, match="is that of encoder word-count-8, the encoder in use"):
        load_background(written, encoder_fingerprint="another")


@pytest.mark.parametrize("n_kept", [0, 10, 1000])
def test_a_truncated_background_is_refused(written: Path, n_kept: int) -> None:
    written.write_bytes(written.read_bytes()[:n_kept])
    with pytest.raises(EncoderError, match=r"^background\.npz is not a readable alignment model"):
        load_background(written, encoder_fingerprint="word-count-8")


def test_a_flipped_byte_is_found(written: Path) -> None:
    with ZipFile(written) as archive:
        entry = archive.getinfo("idf.npy")
    content = bytearray(written.read_bytes())
    # In the middle of what is packed there: not every byte of an archive says something.
    content[entry.header_offset + 30 + len(entry.filename) + entry.compress_size // 2] ^= 0xFF
    written.write_bytes(content)
    with pytest.raises(EncoderError, match=r"^background\.npz is not a readable alignment model"):
        load_background(written, encoder_fingerprint="word-count-8")


def test_another_archive_is_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "background.npz", fingerprint=np.array("word-count-8"))
    with pytest.raises(EncoderError, match="is not a readable alignment model"):
        load_background(tmp_path / "background.npz", encoder_fingerprint="word-count-8")
