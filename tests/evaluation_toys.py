"""A task small enough to be ranked by hand, and the tools to rank it with.

Texts count the concepts of :class:`fakes.WordCountEncoder`; the toy model's probability
of a pair is its ``best`` similarity (``toys``). Each text is one passage of one or two
concepts, so that similarities are 1, the root of one half, or 0::

                      i-hydrogen  i-solar  i-water  i-mixed (hydrogen, water)
    p-hydrogen (test)    1           0        0        .7071
    p-both     (test)    .7071       .7071    0        .5
    p-water              0           0        1        .7071
    p-aside              0           0        0        0
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from fakes import WordCountEncoder
from roadmapfit.evaluate.sides import OnStage, Sides, Tools
from roadmapfit.evaluate.tasks import Task, Text
from roadmapfit.past import PastWeights
from roadmapfit.records import OwnerKind
from toys import toy_model

HALF = 0.5**0.5

PROJECTS = (
    Text("p-hydrogen", "", "This whole long project is about clean hydrogen alone.", "en"),
    Text("p-both", "", "This other project is about solar power and hydrogen.", "en"),
    Text("p-water", "", "Here the people of the town look after their water.", "en"),
    Text("p-aside", "", "Monks once copied these books by hand in a room.", "en"),
)
ITEMS = (
    Text("i-hydrogen", "Much hydrogen for all of the ships", "", "en"),
    Text("i-solar", "More solar roofs for all of the farms", "", "en"),
    Text("i-water", "Clean water for all of the people", "", "en"),
    Text("i-mixed", "Making hydrogen out of water at the sea", "", "en"),
)


def project_task(**changes: object) -> Task:
    """Return projects asking for items; the first two are held out."""
    fields: dict[str, object] = {
        "name": "toys",
        "queries": PROJECTS,
        "candidates": ITEMS,
        "relevant": {
            "p-hydrogen": frozenset({"i-hydrogen"}),
            "p-both": frozenset({"i-solar"}),
            "p-water": frozenset({"i-water"}),
        },
        "ambiguous": {},
        "held_out": frozenset({"p-hydrogen", "p-both"}),
    }
    return Task(**(fields | changes))  # type: ignore[arg-type]


def item_task(**changes: object) -> Task:
    """Return items asking for projects; nothing is held out."""
    fields: dict[str, object] = {
        "queries": ITEMS,
        "candidates": PROJECTS,
        "relevant": {
            "i-hydrogen": frozenset({"p-hydrogen", "p-both"}),
            "i-solar": frozenset({"p-both"}),
            "i-water": frozenset({"p-water"}),
        },
        "held_out": frozenset(),
        "query_kind": OwnerKind.ITEM,
    }
    return project_task(**(fields | changes))


def make_tools(cache: Path, *, on_stage: OnStage | None = None) -> Tools:
    """Return tools that run the word counter and the toy model.

    A project that shares a word with an accepted text gains 10, any other nothing.
    """
    encoder = WordCountEncoder()
    plain = toy_model(encoder)
    past = PastWeights(
        pair=np.array([0, 1, 0, 0, -20], dtype=np.float32),
        shift=np.array([10, 0, 0], dtype=np.float32),
    )
    model = replace(plain, calibrator=replace(plain.calibrator, past=past))
    return Tools(load_parts=lambda: (encoder, model), cache=cache, on_stage=on_stage)


def make_sides(task: Task, cache: Path, *, queries: Sequence[Text] | None = None) -> Sides:
    """Return the two sides of a task, all of its queries asked."""
    return Sides(task, task.queries if queries is None else queries, tools=make_tools(cache))
