"""Ranking with what people judged right before, as a workspace ranks with its decisions."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from roadmapfit.align import Aligner
from roadmapfit.evaluate.sides import Sides, chunks
from roadmapfit.evaluate.tasks import Text
from roadmapfit.past import PastDecisions
from roadmapfit.records import OwnerKind

Array = NDArray[np.float32]


def rank_with_past(sides: Sides) -> Array:
    """Rank with the texts that were judged right for an item, each an accepted decision.

    Returns
    -------
    numpy.ndarray
        float32, shape (n_queries, n_candidates): fit values.
    """
    texts, rows_of = _gather_past(sides)
    if not texts:  # the queries asked may be those that nobody judged before
        return sides.pairs.fit
    judged = sides.to_text_set(sides.encode(texts, OwnerKind.PROJECT))
    places = {text_id: row for row, text_id in enumerate(judged.ids)}
    decided = [
        (item_row, places[text_id])
        for item_row, item_id in enumerate(sides.items.ids)
        for text_id in rows_of.get(item_id, ())
        if text_id in places
    ]
    past = PastDecisions(
        item_rows=np.array([item_row for item_row, _ in decided], dtype=np.int64),
        is_aligned=np.ones(len(decided), dtype=np.bool_),
        texts=judged.take([row for _, row in decided]),
    )
    _, model = sides.tools.parts
    aligner = Aligner(sides.items, model, past=past)
    fit = np.empty((len(sides.projects), len(sides.items)), dtype=np.float32)
    for rows in chunks(sides.projects):
        fit[rows] = aligner.measure(sides.projects.take(rows)).fit
    return sides.orient(fit, sides.projects, sides.items, blank=-np.inf)


def _gather_past(sides: Sides) -> tuple[list[Text], dict[str, list[str]]]:
    """List each past text once, under an id of its own, and name those of each item."""
    ids: dict[tuple[str, str, str], str] = {}
    texts: list[Text] = []
    named: dict[str, list[str]] = {}
    for item in sides.item_texts:
        for text in sides.task.past.get(item.id, ()):
            content = (text.title, text.body, text.language)
            if content not in ids:
                ids[content] = f"past-{len(ids)}"
                texts.append(Text(ids[content], *content))
            named.setdefault(item.id, []).append(ids[content])
    return texts, named
