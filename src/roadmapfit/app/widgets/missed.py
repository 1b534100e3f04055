"""The nearest item that a text is not aligned with, and what of it is absent."""

from __future__ import annotations

from collections.abc import Sequence

from roadmapfit.align import Alignment
from roadmapfit.app import resources
from roadmapfit.app.answers.project import load_absence
from roadmapfit.app.subjects import Subject
from roadmapfit.app.widgets import markup
from roadmapfit.app.words import say, say_share
from roadmapfit.reasons import find_nearest_missed
from roadmapfit.workspace import Workspace


def draw_nearest_missed(
    workspace: Workspace, subject: Subject, alignments: Sequence[Alignment], *, n_shown: int
) -> None:
    """Draw it, unless it is among the first alignments, which are shown already."""
    missed = find_nearest_missed(alignments)
    if missed is None or missed in alignments[:n_shown]:
        return
    generation = workspace.generation
    item = generation.strategy_items[missed.item_id]
    absence = load_absence(
        resources.get_version(), workspace, subject.key, subject.prepared, missed.item_id
    )
    markup.draw_missed(
        say(
            "app.missed.heading",
            title=item.title,
            document=generation.documents[item.document_id].title,
            share=say_share(missed.probability),
        ),
        heading=say("app.missed.absent"),
        phrases=absence.phrases or absence.terms,
    )
