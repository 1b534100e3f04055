"""Writes small ``E5S1`` files: the format of the default weights, from its description."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np

HIDDEN, N_LAYERS, N_HEADS, FEED_FORWARD, N_POSITIONS, N_TOKEN_TYPES = 32, 1, 2, 32, 16, 2
PIECES = ("<s>", "<pad>", "</s>", "<unk>", "\u2581query", ":", "\u2581eau", "\u2581vent", "<mask>")
SCORES = (0.0, 0.0, 0.0, 0.0, -1.0, -1.5, -2.0, -2.5, 0.0)
VOCABULARY = len(PIECES) + 1
"""One embedding more than pieces, as in the real file."""

# Scale 0.5. Byte 0 is 0x0F: weight 0 is (15 - 8) / 2 and weight 16 is (0 - 8) / 2.
# Byte 1 is 0x80: weight 1 is (0 - 8) / 2 and weight 17 is (8 - 8) / 2. The others 0.
HAND_BLOCK = struct.pack("<e", 0.5) + bytes([0x0F, 0x80] + [0x88] * 14)
HAND_WEIGHTS = [3.5, -4.0] + [0.0] * 14 + [-4.0, 0.0] + [0.0] * 14


def q4_0(n_blocks: int, *, rng: np.random.Generator) -> bytes:
    """Give blocks of random weights between -0.4 and 0.35."""
    return b"".join(struct.pack("<e", 0.05) + rng.bytes(16) for _ in range(n_blocks))


def float32(count: int, *, value: float) -> bytes:
    return struct.pack("<f", value) * count


def tensors() -> dict[str, tuple[int, int, bytes]]:
    """Give each tensor's dtype (0 float32, 1 Q4_0), count and bytes; the same every time."""
    rng = np.random.default_rng(7)
    square = HIDDEN * HIDDEN
    made = {
        "emb.word": (1, VOCABULARY * HIDDEN, HAND_BLOCK + q4_0(VOCABULARY - 1, rng=rng)),
        "emb.pos": (0, N_POSITIONS * HIDDEN, float32(N_POSITIONS * HIDDEN, value=0.25)),
        "emb.type": (0, N_TOKEN_TYPES * HIDDEN, float32(N_TOKEN_TYPES * HIDDEN, value=0.0)),
        "emb.ln.w": (0, HIDDEN, float32(HIDDEN, value=1.0)),
        "emb.ln.b": (0, HIDDEN, float32(HIDDEN, value=0.0)),
    }
    for name in ("q", "k", "v", "ao", "fi", "fo"):
        made[f"l0.{name}.w"] = (1, square, q4_0(square // 32, rng=rng))
        made[f"l0.{name}.b"] = (0, HIDDEN, float32(HIDDEN, value=0.0))
    for name in ("aln", "oln"):
        made[f"l0.{name}.w"] = (0, HIDDEN, float32(HIDDEN, value=1.0))
        made[f"l0.{name}.b"] = (0, HIDDEN, float32(HIDDEN, value=0.0))
    return made


def write_packed(
    path: Path,
    *,
    magic: bytes = b"E5S1",
    version: int = 1,
    made: dict[str, tuple[int, int, bytes]] | None = None,
) -> Path:
    """Write a whole file, or one with a wrong magic, version or tensors."""
    made = tensors() if made is None else made
    blob = "".join(PIECES).encode()
    offsets = np.cumsum([0] + [len(piece.encode()) for piece in PIECES]).astype("<u4")
    rule = struct.pack("<IB", 9, 1) + struct.pack("<I", 32)  # a tabulator becomes a space
    header = magic + struct.pack("<I", version)
    header += struct.pack(
        "<7ifi",
        *(HIDDEN, N_LAYERS, N_HEADS, FEED_FORWARD, VOCABULARY, N_POSITIONS, N_TOKEN_TYPES),
        *(1e-12, 32),
    )
    header += struct.pack("<5iQ", len(PIECES), 0, 2, 1, 3, len(blob)) + offsets.tobytes()
    header += struct.pack(f"<{len(SCORES)}f", *SCORES) + blob
    header += struct.pack("<iI", 1, len(rule)) + rule + struct.pack("<i", len(made))
    n_directory = sum(2 + len(name) + 21 for name in made)
    start = len(header) + n_directory
    directory, data = b"", b""
    for name, (dtype, count, content) in made.items():
        directory += struct.pack("<H", len(name)) + name.encode()
        directory += struct.pack("<BIQQ", dtype, count, start + len(data), len(content))
        data += content
    path.write_bytes(header + directory + data)
    return path
