"""Why a text fits an item: passages side by side, and what is absent."""

from __future__ import annotations

from roadmapfit.app import resources
from roadmapfit.app.subjects import Subject
from roadmapfit.app.widgets import markup
from roadmapfit.app.words import say
from roadmapfit.evidence import Evidence
from roadmapfit.records import Passage
from roadmapfit.workspace import Workspace

# A note that lists more words than this is a passage again.
MAX_WORDS = 8


def draw_reasons(workspace: Workspace, subject: Subject, item_id: str) -> None:
    """Draw the passages that meet, what the text does not speak of, and the item's sources."""
    pairs, absent = resources.load_explanation(
        resources.get_version(), workspace, subject.key, subject.prepared, item_id
    )
    generation = workspace.generation
    item = generation.strategy_items[item_id]
    document = generation.documents[item.document_id]
    for pair in pairs:
        markup.draw_evidence(
            markup.Side(
                heading=say("app.evidence.project", field=name_field(pair.project_passage)),
                text=pair.project_passage.text,
                terms=pair.project_terms,
            ),
            markup.Side(
                heading=document.title,
                text=pair.item_passage.text,
                terms=pair.item_terms,
                invented=say("app.invented") if document.is_invented else "",
            ),
            note=_say_how(pair),
            is_lexical=pair.is_lexical,
        )
    if absent:
        markup.draw_phrases(say("app.evidence.absent"), absent)
    if item.text:
        markup.draw_text(item.text, summary=say("app.evidence.whole_item"))
    named = [each for each in document.references if each.id in item.reference_ids]
    if named:
        markup.draw_references(
            say("app.evidence.references"), [(each.title, each.location) for each in named]
        )


def name_field(passage: Passage) -> str:
    """Name the part of a record that a passage was cut from."""
    return say(f"app.field.{passage.field}")


def _say_how(pair: Evidence) -> str:
    if not pair.is_lexical:
        return say("app.evidence.meaning")
    text = pair.project_passage.text
    words = {text[term.start : term.end].lower(): None for term in pair.project_terms}
    listed = ", ".join(list(words)[:MAX_WORDS])
    return say("app.evidence.lexical", words=listed)
