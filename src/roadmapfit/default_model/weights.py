"""The packed weights under BertModel's names, as float32 safetensors.

The bytes written depend on the input alone, not on any library's version, so that one
checksum names the result everywhere.
"""

from __future__ import annotations

import hashlib
import json
import os
import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from roadmapfit.default_model.packed import PackedModel
from roadmapfit.errors import EncoderError


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


def write_weights(packed: PackedModel, path: Path) -> str:
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
