"""The vector cache: what was encoded once is read back, never encoded again.

Vectors lie under ``<directory>/<fingerprint>/`` in shards that are written once and
never changed. A shard is one safetensors file of 16-byte keys and float16 vectors,
with the checksum of its data, and it is one file so that one rename makes it whole:
a kill loses the shard being written and no other.

Rows are made unit again when read. Half precision then moved no cosine between two
of 300 CORDIS objectives by more than 0.00004, far less than bfloat16 moves it.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import struct
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from roadmapfit.encoder import Encoder, Progress, Vectors, unit_rows
from roadmapfit.errors import DimensionError, EncoderError, WorkspaceError
from roadmapfit.records import Outcome, Problem

KEY_BYTES = 16
SHARD_SIZE = 2048

_SHARD_NAME = re.compile(r"shard-(\d{6,})\.safetensors(\.damaged)?")
# A header of two tensors is some 300 bytes; a longer one is damage.
_MAX_HEADER_BYTES = 4096


def content_key(text: str) -> bytes:
    """Name a text by what it says: 16 bytes of BLAKE2b of exactly this text.

    Examples
    --------
    >>> content_key("hydrogen") == content_key("hydrogen "), len(content_key(""))
    (False, 16)
    """
    return hashlib.blake2b(text.encode("utf-8"), digest_size=KEY_BYTES).digest()


class VectorCache:
    """Vectors of one encoder on disk, by content key.

    Many may read while one writes; a reader sees what was whole when it opened.
    ``problems`` tells which shards were damaged and set aside (renamed to end in
    ``.damaged``); their texts count as missing.
    """

    def __init__(self, directory: Path, *, fingerprint: str, dim: int) -> None:
        """Open the cache of one encoder, making it if there is none.

        Every shard is read once to compare checksums. A sound one of another width
        is a :class:`DimensionError`.

        Parameters
        ----------
        directory
            Home of the caches of all encoders.
        fingerprint
            The encoder's.
        dim
            Width of its vectors.
        """
        self.directory = directory / fingerprint
        self.fingerprint = fingerprint
        self.dim = dim
        self.problems: list[Problem] = []
        self._rows: dict[bytes, int] = {}
        self._shards: list[NDArray[np.float16]] = []
        self._starts: list[int] = []
        self._n_rows = 0
        self._last_number = 0
        self.directory.mkdir(parents=True, exist_ok=True)
        for path in sorted(self.directory.iterdir()):
            match = _SHARD_NAME.fullmatch(path.name)
            if match is None:
                continue
            # A shard set aside keeps its number: no later one is renamed over it.
            self._last_number = max(self._last_number, int(match[1]))
            if match[2] is None:
                self._open_shard(path)

    def __len__(self) -> int:
        """Count the texts that have a vector."""
        return len(self._rows)

    def missing(self, keys: Sequence[bytes]) -> list[bytes]:
        """List the keys without a vector, each once, in order."""
        return [key for key in dict.fromkeys(keys) if key not in self._rows]

    def append(self, keys: Sequence[bytes], vectors: Vectors) -> None:
        """Write one more shard, durably, and leave out what is known already.

        On a full disk this is a :class:`WorkspaceError`, and nothing of the shard
        remains.

        Parameters
        ----------
        keys
            One for each row.
        vectors
            Shape (n_keys, dim), rows of unit length.

        Raises
        ------
        DimensionError
            If the vectors are of another width.
        EncoderError
            If they are not one for each key. A zero or NaN row is refused by
            :func:`unit_rows`.
        """
        if vectors.ndim != 2 or vectors.shape[1] != self.dim:
            raise DimensionError("vectors_dimension", found=vectors.shape[-1], expected=self.dim)
        if len(keys) != len(vectors):
            raise EncoderError("vectors_count", found=len(vectors), expected=len(keys))
        first = {key: row for row, key in reversed(list(enumerate(keys)))}
        new = self.missing(keys)
        if not new:
            return
        rows = unit_rows(vectors[[first[key] for key in new]])
        path = self.directory / f"shard-{self._last_number + 1:06d}.safetensors"
        _write_durably(path, _pack(new, rows.astype("<f2")))
        self._last_number += 1
        self._open_shard(path)

    def get(self, keys: Sequence[bytes]) -> Vectors:
        """Read vectors back.

        Returns
        -------
        Vectors
            float32, shape (n_keys, dim), unit rows, in the order of ``keys``.

        Raises
        ------
        WorkspaceError
            If a key has no vector.
        """
        n_missing = sum(key not in self._rows for key in keys)
        if n_missing:
            raise WorkspaceError("vectors_unknown", n_found=n_missing, n_texts=len(keys))
        rows = np.fromiter((self._rows[key] for key in keys), dtype=np.int64, count=len(keys))
        vectors = np.empty((len(keys), self.dim), dtype=np.float32)
        shards = np.searchsorted(self._starts, rows, side="right") - 1
        for shard in np.unique(shards):
            wanted = shards == shard
            vectors[wanted] = unit_rows(self._shards[shard][rows[wanted] - self._starts[shard]])
        return vectors

    def _open_shard(self, path: Path) -> None:
        """Take a shard's keys in and map its vectors, or set the shard aside."""
        try:
            keys, vectors = _map_shard(path)
        except ValueError as error:
            path.rename(path.with_name(f"{path.name}.damaged"))
            self.problems.append(
                Problem(
                    file=path.name,
                    code="vector_shard_damaged",
                    outcome=Outcome.REPAIRED,
                    found=str(error),
                )
            )
            return
        if vectors.shape[1] != self.dim:
            raise DimensionError("vectors_dimension", found=vectors.shape[1], expected=self.dim)
        self._starts.append(self._n_rows)
        self._shards.append(vectors)
        for row, key in enumerate(keys, start=self._n_rows):
            self._rows.setdefault(key, row)
        self._n_rows += len(keys)


def encode_missing(
    encoder: Encoder,
    texts: Sequence[str],
    *,
    cache: VectorCache,
    shard_size: int = SHARD_SIZE,
    on_progress: Progress | None = None,
) -> int:
    """Encode the texts that the cache does not know, and keep them shard by shard.

    Stopped at any point, it goes on at the next call from the last whole shard.
    What the encoder and :meth:`VectorCache.append` refuse is passed on.

    Parameters
    ----------
    encoder
        The one whose fingerprint the cache has.
    texts
        Any number, repeated or not, none of them empty.
    cache
        Where the vectors go.
    shard_size
        Texts encoded between two writes, at least 1: what a kill can lose.
    on_progress
        Called with unknown texts done and unknown texts in all, first with none
        done; what it raises ends the work and is passed on.

    Returns
    -------
    int
        How many texts were encoded.

    Raises
    ------
    DimensionError
        If the encoder is of another width than the cache.
    EncoderError
        If it has another fingerprint.
    """
    if encoder.fingerprint != cache.fingerprint:
        raise EncoderError(
            "vectors_other_encoder", found=encoder.fingerprint, expected=cache.fingerprint
        )
    if encoder.dim != cache.dim:
        raise DimensionError("vectors_dimension", found=encoder.dim, expected=cache.dim)
    by_key = {content_key(text): text for text in texts}
    unknown = cache.missing(list(by_key))
    if on_progress is not None and unknown:
        on_progress(0, len(unknown))
    for start in range(0, len(unknown), shard_size):
        keys = unknown[start : start + shard_size]

        def report(n_done: int, _: int, *, before: int = start) -> None:
            if on_progress is not None:
                on_progress(before + n_done, len(unknown))

        cache.append(keys, encoder.encode([by_key[key] for key in keys], on_progress=report))
    return len(unknown)


def _pack(keys: Sequence[bytes], vectors: NDArray[np.float16]) -> bytes:
    """Lay a shard out as safetensors, the vectors first so that they are aligned."""
    data = vectors.tobytes() + b"".join(keys)
    header = json.dumps(
        {
            "__metadata__": {"crc32": str(zlib.crc32(data))},
            "vectors": {
                "dtype": "F16",
                "shape": vectors.shape,
                "data_offsets": [0, vectors.nbytes],
            },
            "keys": {
                "dtype": "U8",
                "shape": [len(keys), KEY_BYTES],
                "data_offsets": [vectors.nbytes, len(data)],
            },
        },
        separators=(",", ":"),
    ).encode("ascii")
    header += b" " * (-len(header) % 8)
    return struct.pack("<Q", len(header)) + header + data


def _map_shard(path: Path) -> tuple[list[bytes], NDArray[np.float16]]:
    """Check a shard and map its vectors.

    Raises
    ------
    ValueError
        If it is not whole; the message says how.
    """
    n_bytes = path.stat().st_size
    with path.open("rb") as stream:
        start = stream.read(8)
        n_header = int.from_bytes(start, "little")
        if len(start) < 8 or n_header > min(_MAX_HEADER_BYTES, n_bytes - 8):
            raise ValueError(f"{n_bytes} bytes, no header")
        text = stream.read(n_header)
    try:
        header = json.loads(text)
        crc32 = int(header["__metadata__"]["crc32"])
        n_rows, dim = map(int, header["vectors"]["shape"])
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError("unreadable header") from error
    n_vector_bytes = 2 * n_rows * dim
    expected = 8 + n_header + n_vector_bytes + n_rows * KEY_BYTES
    if min(n_rows, dim) < 1 or n_bytes != expected:
        raise ValueError(f"{n_bytes} bytes where {expected} were written")
    mapped = np.memmap(path, dtype=np.uint8, mode="r", offset=8 + n_header)
    if zlib.crc32(mapped.data) != crc32:
        raise ValueError("wrong checksum")
    joined = mapped[n_vector_bytes:].tobytes()
    keys = [joined[at : at + KEY_BYTES] for at in range(0, len(joined), KEY_BYTES)]
    vectors: NDArray[np.float16] = mapped[:n_vector_bytes].view("<f2").reshape(n_rows, dim)
    return keys, vectors


def _write_durably(path: Path, content: bytes) -> None:
    """Write a file that is there whole or not at all, even after a power cut.

    What a killed run left of it is overwritten: a reader may be about, so only the
    writer touches partial files.

    Raises
    ------
    WorkspaceError
        If the disk is full.
    OSError
        If it cannot be written for another reason.
    """
    partial = path.with_name(f"{path.name}.partial")
    try:
        with partial.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        partial.replace(path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise WorkspaceError("disk_full", name=path.parent) from error
        raise
    if os.name == "posix":
        descriptor = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
