"""Small real stand-ins for what is heavy: no weights, vectors a person can work out."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from roadmapfit.encoder import Progress

CONCEPTS = (
    ("hydrogen", "hydrogène"),
    ("solar", "solaire"),
    ("wind", "éolien"),
    ("battery", "batterie"),
    ("health", "santé"),
    ("data", "données"),
    ("water", "eau"),
)


class WordCountEncoder:
    """Counts the words of each concept, and scales the counts to unit length.

    ``"solar solar wind"`` under the default concepts is (0, 2, 1, 0, 0, 0, 0, 0)
    over the root of 5. Case does not matter; other words do not count; a text with
    none of the words is the last axis, which no concept has. ``encoded`` holds every
    text that was asked for, in order.
    """

    def __init__(self, concepts: Sequence[Sequence[str]] = CONCEPTS) -> None:
        self._axes = {word: axis for axis, words in enumerate(concepts) for word in words}
        self._dim = len(concepts) + 1
        self.encoded: list[str] = []

    @property
    def fingerprint(self) -> str:
        return f"word-count-{self._dim}"

    @property
    def dim(self) -> int:
        return self._dim

    def encode(
        self, texts: Sequence[str], *, on_progress: Progress | None = None
    ) -> NDArray[np.float32]:
        vectors = np.zeros((len(texts), self._dim), dtype=np.float32)
        for row, text in enumerate(texts):
            known = [
                self._axes[word] for word in re.findall(r"\w+", text.lower()) if word in self._axes
            ]
            np.add.at(vectors[row], known or [self._dim - 1], 1)
            self.encoded.append(text)
            if on_progress is not None:
                on_progress(row + 1, len(texts))
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
