from __future__ import annotations

import errno
import os
from pathlib import Path

import numpy as np
import pytest

from fakes import WordCountEncoder
from roadmapfit.errors import DimensionError, EncoderError, InputError, WorkspaceError
from roadmapfit.records import Outcome, Problem
from roadmapfit.vectors import VectorCache, content_key, encode_missing

TEXTS = ["solar", "wind wind solar", "hydrogène", "nothing known"]


def open_cache(directory: Path) -> VectorCache:
    encoder = WordCountEncoder()
    return VectorCache(directory, fingerprint=encoder.fingerprint, dim=encoder.dim)


def keys_of(texts: list[str]) -> list[bytes]:
    return [content_key(text) for text in texts]


@pytest.fixture
def filled(tmp_path: Path) -> VectorCache:
    cache = open_cache(tmp_path)
    encode_missing(WordCountEncoder(), TEXTS, cache=cache, shard_size=2)
    return cache


def test_a_key_is_blake2b_of_the_exact_text() -> None:
    assert content_key("abc").hex() == "cf4ab791c62b8d2b2109c90275287816"
    assert content_key("e\u0301") != content_key("\u00e9")


def test_vectors_come_back_in_the_order_asked_for(filled: VectorCache, tmp_path: Path) -> None:
    root = 5**0.5
    reopened = open_cache(tmp_path)
    found = reopened.get(keys_of(["wind wind solar", "nothing known", "solar"]))
    expected = np.zeros((3, 8), dtype=np.float32)
    expected[0, 1], expected[0, 2], expected[1, 7], expected[2, 1] = 1 / root, 2 / root, 1, 1
    np.testing.assert_allclose(found, expected, atol=2e-4)
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1, atol=1e-6)
    assert (len(reopened), reopened.problems) == (4, [])


def test_half_precision_moves_cosines_by_less_than_a_thousandth(tmp_path: Path) -> None:
    raw = np.random.default_rng(3).normal(size=(200, 384))
    vectors = (raw / np.linalg.norm(raw, axis=1, keepdims=True)).astype(np.float32)
    keys = keys_of([str(number) for number in range(200)])
    cache = VectorCache(tmp_path, fingerprint="f", dim=384)
    cache.append(keys, vectors)
    read = cache.get(keys)
    assert np.abs(read @ read.T - vectors @ vectors.T).max() < 1e-4


def test_missing_keys_are_listed_once_in_order(filled: VectorCache) -> None:
    asked = keys_of(["eau", "solar", "data", "eau"])
    assert filled.missing(asked) == keys_of(["eau", "data"])


def test_only_unknown_texts_are_encoded(filled: VectorCache) -> None:
    encoder = WordCountEncoder()
    n_encoded = encode_missing(encoder, ["water", "solar", "health", "water"], cache=filled)
    assert (n_encoded, encoder.encoded) == (2, ["water", "health"])
    assert filled.get(keys_of(["health"])).tolist() == [[0, 0, 0, 0, 1, 0, 0, 0]]


def test_nothing_is_written_for_known_texts(filled: VectorCache) -> None:
    before = sorted(path.name for path in filled.directory.iterdir())
    assert encode_missing(WordCountEncoder(), TEXTS, cache=filled) == 0
    assert sorted(path.name for path in filled.directory.iterdir()) == before
    assert before == ["shard-000001.safetensors", "shard-000002.safetensors"]


def test_progress_counts_over_all_shards(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    encode_missing(
        WordCountEncoder(),
        ["a", "b", "c"],
        cache=open_cache(tmp_path),
        shard_size=2,
        on_progress=lambda done, total: seen.append((done, total)),
    )
    assert seen == [(0, 3), (1, 3), (2, 3), (3, 3)]


def test_stopped_work_goes_on_from_the_last_whole_shard(tmp_path: Path) -> None:
    texts = ["a", "b", "c", "d", "e"]
    calls = iter(range(4))  # the fifth call, after "d", raises StopIteration
    with pytest.raises(StopIteration):
        encode_missing(
            WordCountEncoder(),
            texts,
            cache=open_cache(tmp_path),
            shard_size=3,
            on_progress=lambda done, total: next(calls),
        )
    encoder = WordCountEncoder()
    encode_missing(encoder, texts, cache=open_cache(tmp_path), shard_size=3)
    assert encoder.encoded == ["d", "e"]


def test_what_a_kill_left_is_overwritten(filled: VectorCache, tmp_path: Path) -> None:
    left = filled.directory / "shard-000003.safetensors.partial"
    left.write_bytes(b"half a shard")
    reopened = open_cache(tmp_path)
    assert (len(reopened), reopened.problems) == (4, [])
    encode_missing(WordCountEncoder(), ["water"], cache=reopened)
    assert sorted(path.name for path in filled.directory.iterdir()) == [
        "shard-000001.safetensors",
        "shard-000002.safetensors",
        "shard-000003.safetensors",
    ]


def flip_last_byte(content: bytes) -> bytes:
    return content[:-1] + bytes([content[-1] ^ 1])


def flip_first_vector_byte(content: bytes) -> bytes:
    at = 8 + int.from_bytes(content[:8], "little")
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


@pytest.mark.parametrize(
    ("damage", "found"),
    [
        (flip_last_byte, "wrong checksum"),
        (flip_first_vector_byte, "wrong checksum"),
        (lambda content: content[:-1], "{n_less} bytes where {n_bytes} were written"),
        (lambda content: content[:5], "5 bytes, no header"),
        (lambda content: b"", "0 bytes, no header"),
        (lambda content: content[:8] + b"x" + content[9:], "unreadable header"),
    ],
)
def test_a_damaged_shard_is_set_aside_and_its_texts_encoded_again(
    filled: VectorCache, tmp_path: Path, damage: object, found: str
) -> None:
    shard = filled.directory / "shard-000001.safetensors"
    n_bytes = shard.stat().st_size
    shard.write_bytes(damage(shard.read_bytes()))  # type: ignore[operator]
    reopened = open_cache(tmp_path)
    assert reopened.problems == [
        Problem(
            file="shard-000001.safetensors",
            code="vector_shard_damaged",
            outcome=Outcome.REPAIRED,
            found=found.format(n_bytes=n_bytes, n_less=n_bytes - 1),
        )
    ]
    encoder = WordCountEncoder()
    encode_missing(encoder, TEXTS, cache=reopened)
    assert encoder.encoded == TEXTS[:2]
    assert sorted(path.name for path in filled.directory.iterdir()) == [
        "shard-000001.safetensors.damaged",
        "shard-000002.safetensors",
        "shard-000003.safetensors",
    ]
    assert open_cache(tmp_path).problems == []


def test_a_full_disk_is_said_and_leaves_no_partial_file(
    filled: VectorCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: int) -> None:
        raise OSError(errno.ENOSPC, "no space left")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", refuse)
        with pytest.raises(WorkspaceError, match="no space left on the disk of") as caught:
            encode_missing(WordCountEncoder(), ["water"], cache=filled)
    assert caught.value.code == "disk_full"
    assert [path.name for path in filled.directory.glob("*.partial")] == []
    assert encode_missing(WordCountEncoder(), ["water"], cache=filled) == 1


def test_a_text_without_vector_is_an_error(filled: VectorCache) -> None:
    with pytest.raises(WorkspaceError, match="1 texts of 2 have no vector"):
        filled.get(keys_of(["solar", "water"]))


def test_no_keys_give_no_rows(filled: VectorCache) -> None:
    assert filled.get([]).shape == (0, 8)


def test_vectors_of_another_width_are_refused(filled: VectorCache) -> None:
    with pytest.raises(DimensionError, match="vectors are 3 wide, the cache expects vectors 8"):
        filled.append(keys_of(["water"]), np.ones((1, 3), dtype=np.float32))
    with pytest.raises(DimensionError, match="vectors are 8 wide, the cache expects vectors 9"):
        VectorCache(filled.directory.parent, fingerprint=filled.fingerprint, dim=9)


def test_vectors_and_keys_must_be_as_many(filled: VectorCache) -> None:
    with pytest.raises(EncoderError, match="2 vectors for 1 keys"):
        filled.append(keys_of(["water"]), np.ones((2, 8), dtype=np.float32))


@pytest.mark.parametrize("bad", [np.nan, np.inf, 0.0])
def test_vectors_that_are_no_directions_are_refused(filled: VectorCache, bad: float) -> None:
    with pytest.raises(EncoderError, match="1 vectors of 1 are zero or not finite"):
        filled.append(keys_of(["water"]), np.full((1, 8), bad, dtype=np.float32))
    assert filled.missing(keys_of(["water"])) == keys_of(["water"])


def test_another_encoder_is_refused(filled: VectorCache) -> None:
    other = WordCountEncoder([["solar"]])
    with pytest.raises(EncoderError, match="the fingerprint word-count-2, the cache word-count-8"):
        encode_missing(other, ["water"], cache=filled)


def test_caches_of_two_encoders_lie_side_by_side(filled: VectorCache, tmp_path: Path) -> None:
    other = VectorCache(tmp_path, fingerprint="word-count-2", dim=2)
    encode_missing(WordCountEncoder([["solar"]]), ["solar"], cache=other)
    assert other.get(keys_of(["solar"])).tolist() == [[1, 0]]
    assert filled.get(keys_of(["solar"])).tolist() == [[0, 1, 0, 0, 0, 0, 0, 0]]


def test_input_errors_of_the_encoder_pass_through(tmp_path: Path) -> None:
    class RefusingEncoder(WordCountEncoder):
        def encode(self, texts: object, *, on_progress: object = None) -> np.ndarray:
            raise InputError("encoder_text_empty", position=1)

    with pytest.raises(InputError, match="text number 1 is empty"):
        encode_missing(RefusingEncoder(), [" "], cache=open_cache(tmp_path))
