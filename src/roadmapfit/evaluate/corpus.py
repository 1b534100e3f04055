"""Task texts cut, encoded and made comparable, through the same stages as a workspace."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from roadmapfit.centring import Centring
from roadmapfit.encoder import Encoder, Progress
from roadmapfit.evaluate.tasks import Text
from roadmapfit.records import OwnerKind, Passage
from roadmapfit.segment import FieldText, cut_passages
from roadmapfit.textset import TextSet, build_text_set
from roadmapfit.vectors import VectorCache, content_key, encode_missing


@dataclass(frozen=True, slots=True)
class EncodedTexts:
    """Passages of texts and their raw vectors, float32, shape (n_passages, dim)."""

    kind: OwnerKind
    passages: tuple[Passage, ...]
    vectors: NDArray[np.float32]

    def to_text_set(self, centring: Centring, idf: NDArray[np.float32]) -> TextSet:
        """Centre the vectors and weigh the terms."""
        return build_text_set(
            self.passages, self.vectors, kind=self.kind, centring=centring, idf=idf
        )

    def shorten(self, n_passages: int) -> EncodedTexts:
        """Keep the first passages of each text's body: what a three-line idea holds.

        A text without a body keeps its title.
        """
        with_body = {each.owner_id for each in self.passages if each.field != "title"}
        kept: list[int] = []
        counts: dict[str, int] = {}
        for row, passage in enumerate(self.passages):
            is_used = passage.field != "title" or passage.owner_id not in with_body
            seen = counts.get(passage.owner_id, 0)
            if is_used and seen < n_passages:
                counts[passage.owner_id] = seen + 1
                kept.append(row)
        return EncodedTexts(
            self.kind, tuple(self.passages[row] for row in kept), self.vectors[kept]
        )


def encode_texts(
    texts: Sequence[Text],
    kind: OwnerKind,
    *,
    encoder: Encoder,
    cache: VectorCache,
    on_progress: Progress | None = None,
) -> EncodedTexts:
    """Cut and encode texts; those in the cache are not encoded again.

    Parameters
    ----------
    texts
        Each with a title or a body; ids are unique.
    kind
        Whether they stand as projects or as strategy items.
    encoder, cache
        Of one fingerprint.
    on_progress
        As ``encode_missing`` calls it.
    """
    body = "text" if kind is OwnerKind.ITEM else "abstract"
    fields = [
        FieldText(kind, text.id, field, content, text.language)
        for text in texts
        for field, content in (("title", text.title), (body, text.body))
        if content.strip()
    ]
    passages = tuple(cut_passages(fields))
    contents = [passage.text for passage in passages]
    encode_missing(encoder, contents, cache=cache, on_progress=on_progress)
    return EncodedTexts(kind, passages, cache.get([content_key(text) for text in contents]))
