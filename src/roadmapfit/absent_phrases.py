"""What an item speaks of, in its own phrases, and a text does not.

Phrases are compared by meaning, so that a French item and an English project can be set
against each other. Far from the text alone would put first what is far from everything
("examples", "choice"); what an item is about is near to it as well.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from roadmapfit.analysis import PreparedText, load_item
from roadmapfit.encoder import Encoder
from roadmapfit.lexical import COMMON_SHARE, find_telling_stems, find_terms
from roadmapfit.records import OwnerKind
from roadmapfit.segment import PIPELINES, extract_key_phrases
from roadmapfit.workspace import Workspace

# Key phrases of an item that are looked for in a text, and items whose phrases are kept: each
# 25 kB of vectors.
N_KEY_PHRASES = 16
N_ITEMS_KEPT = 500
# A word alone is telling if it is rarer than one that stands with others must be: "chain" and
# "people" say nothing, "supply chain" does.
ALONE_SHARE = 0.02


def list_absent_phrases(
    workspace: Workspace, prepared: PreparedText, item_id: str, *, n_phrases: int = 6
) -> list[str]:
    """Name what the item speaks of and no passage of the project comes near.

    Phrases in the very words of the project are left out, and those in words of the item's
    title alone. The others rank by how much nearer they are to the item's nearest passage
    than to the project's, as cosines of centred vectors, and the upper half is named, less
    what is in words of a phrase above. ``benchmarks/absent.py`` holds this against
    judgements.

    Parameters
    ----------
    workspace
        Where the item is.
    prepared
        The project's text.
    item_id
        Of an item with text.
    n_phrases
        How many to name at the most.

    Returns
    -------
    list[str]
        In the words of the item; none where no phrase can be found in its language.

    Raises
    ------
    WorkspaceError
        If there is no such item, or nothing of it can be aligned with.
    """
    passages, vectors = load_item(workspace.generation, item_id)
    language = str(passages[0].language)
    if language not in PIPELINES:
        return []
    item = workspace.generation.strategy_items[item_id]
    background = workspace.model.background
    named, encoded = _encode_key_phrases(
        workspace.encoder,  # type: ignore[arg-type]  # an object, known by its identity
        f"{item.title}. {item.text}",
        language,
    )
    body = [row for row, each in enumerate(passages) if each.field != "title"]
    # An item that is a title alone has nothing else to be named by.
    in_title = _find_stems(item.title, language) if body else set()
    said = {
        stem
        for passage in prepared.passages
        if passage.language == language
        for stem in _find_stems(passage.text, language)
    }
    stems = [_find_stems(phrase, language) for phrase in named]
    rows = [
        row
        for row, own in enumerate(stems)
        if find_telling_stems(
            own,
            language,
            idf=background.idf,
            share=ALONE_SHARE if len(own) == 1 else COMMON_SHARE,
        )
        and not own <= in_title
        and not own <= said
    ]
    if not rows:
        return []
    phrases = background.centring.apply(
        encoded[rows], languages=[language] * len(rows), kind=OwnerKind.ITEM
    )
    nearer = _find_nearest(phrases, vectors[body or slice(None)]) - _find_nearest(
        phrases, prepared.texts.vectors
    )
    found: list[int] = []
    for place in np.argsort(-nearer, kind="stable")[: -(-len(rows) // 2)]:
        row = rows[place]
        if not any(stems[row] <= stems[each] for each in found):
            found.append(row)
    return [named[row] for row in found[:n_phrases]]


def _find_stems(text: str, language: str) -> set[str]:
    return {term.stem for term in find_terms(text, language)}


def _find_nearest(
    phrases: NDArray[np.float32], passages: NDArray[np.float32]
) -> NDArray[np.float32]:
    nearest: NDArray[np.float32] = (phrases @ passages.T).max(axis=1)
    return nearest


@lru_cache(maxsize=N_ITEMS_KEPT)
def _encode_key_phrases(
    encoder: Encoder, text: str, language: str
) -> tuple[list[str], NDArray[np.float32]]:
    """Find an item's key phrases and their vectors: the same whatever text it is held against."""
    phrases = extract_key_phrases(text, language, n_phrases=N_KEY_PHRASES)
    if not phrases:
        return [], np.empty((0, encoder.dim), dtype=np.float32)
    return phrases, encoder.encode(phrases)
