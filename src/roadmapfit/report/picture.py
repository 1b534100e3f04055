"""A probability with its interval as a small picture, for files that hold no drawing code."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from roadmapfit.report.blocks import Bar

WIDTH_PX, HEIGHT_PX = 360, 24
_FINE = 3  # drawn so many times larger, then averaged: the dot's edge is smooth
_RULE, _BAND, _DOT, _MARK = (217, 221, 229), (150, 179, 230), (29, 79, 184), (86, 96, 114)
_WHITE = (255, 255, 255)


def draw_bar(bar: Bar) -> bytes:
    """Draw a line from 0 to 1 with the interval as a band, thresholds as ticks, the value as a dot.

    Returns
    -------
    bytes
        A PNG picture; the same bar gives the same bytes.
    """
    width, height = WIDTH_PX * _FINE, HEIGHT_PX * _FINE
    canvas = np.full((height, width, 3), _WHITE, dtype=np.uint8)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32) + 0.5
    margin, middle = height / 2, height / 2
    left = margin + (width - 2 * margin) * np.clip((bar.low, bar.value, bar.high), 0, 1)
    is_rule = np.abs(y - middle) < 0.16 * height
    canvas[is_rule & (x > margin) & (x < width - margin)] = _RULE
    canvas[is_rule & (x >= left[0]) & (x <= left[2])] = _BAND
    for mark in bar.marks:
        place = margin + (width - 2 * margin) * mark
        canvas[(np.abs(x - place) < 0.6 * _FINE) & (np.abs(y - middle) < 0.36 * height)] = _MARK
    canvas[(x - left[1]) ** 2 + (y - middle) ** 2 < (0.34 * height) ** 2] = _DOT
    blocks = canvas.reshape(HEIGHT_PX, _FINE, WIDTH_PX, _FINE, 3).astype(np.float32)
    return _encode_png(blocks.mean(axis=(1, 3)).round().astype(np.uint8))


def _encode_png(pixels: NDArray[np.uint8]) -> bytes:
    """Write RGB pixels, shape (height, width, 3), as PNG."""
    height, width, _channels = pixels.shape
    lines = b"".join(b"\0" + line.tobytes() for line in pixels)
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts: Sequence[tuple[bytes, bytes]] = (
        (b"IHDR", header),
        (b"IDAT", zlib.compress(lines, 9)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, content) for kind, content in parts)


def _chunk(kind: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)
