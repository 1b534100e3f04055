"""Why a text fits an item: passages side by side, cautions, and what is absent."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from roadmapfit.app import resources, state
from roadmapfit.app.answers.project import load_reasons
from roadmapfit.app.subjects import Subject
from roadmapfit.app.widgets import markup, notices
from roadmapfit.app.words import say
from roadmapfit.cautions import Caution
from roadmapfit.errors import RoadmapFitError
from roadmapfit.evidence import Evidence
from roadmapfit.generation import find_mark
from roadmapfit.reasons import Absence
from roadmapfit.records import OwnerKind, Passage, StrategyDocument
from roadmapfit.wording import render_caution, render_contribution, render_origin
from roadmapfit.workspace import Workspace

# A note that lists more words than this is a passage again.
MAX_WORDS = 8


def draw_why(
    workspace: Workspace,
    subject: Subject,
    item_id: str,
    *,
    key: str,
    then: Callable[[Workspace, Subject, str], None] | None = None,
) -> None:
    """Draw a line that opens the reasons of one item, and what ``then`` draws below them."""
    why = st.expander(
        say("app.fit.why"),
        type="compact",
        key=state.key(key, subject.key, item_id),
        on_change="rerun",
    )
    if not why.open:
        return
    with why:
        try:
            draw_reasons(workspace, subject, item_id)
            if then is not None:
                then(workspace, subject, item_id)
        except RoadmapFitError as error:  # a fragment runs outside main's care
            notices.draw_error(error)


def draw_reasons(workspace: Workspace, subject: Subject, item_id: str) -> None:
    """Draw what stands behind a fit: passages, cautions, what is absent, the item's sources."""
    reasons = load_reasons(
        resources.get_judged_version(), workspace, subject.key, subject.prepared, item_id
    )
    item = workspace.generation.strategy_items[item_id]
    document = workspace.generation.documents[item.document_id]
    draw_cautions(reasons.cautions)
    if reasons.origin is not None:
        markup.draw_note(render_origin(reasons.origin, state.language()))
    most = max((each.contribution.fit for each in reasons.evidence), default=0.0)
    for pair in reasons.evidence:
        _draw_pair(workspace, subject, pair, document, most=most)
    draw_absence(reasons.absence)
    if item.text:
        markup.draw_text(item.text, summary=say("app.evidence.whole_item"))
    named = [each for each in document.references if each.id in item.reference_ids]
    if named:
        markup.draw_references(
            say("app.evidence.references"), [(each.title, each.location) for each in named]
        )


def draw_cautions(cautions: Sequence[Caution]) -> None:
    """Draw what to read with care, if there is anything."""
    if cautions:
        markup.draw_cautions([render_caution(each, state.language()) for each in cautions])


def draw_absence(absence: Absence) -> None:
    """Draw what the item speaks of and the text does not, if there is anything."""
    words = absence.phrases or absence.terms
    if words:
        markup.draw_phrases(say("app.evidence.absent"), words)
    if absence.passages:
        markup.draw_text(
            "\n".join(each.text for each in absence.passages), summary=say("absence.passages")
        )


def name_field(passage: Passage) -> str:
    """Name the part of a record that a passage was cut from."""
    return say(f"app.field.{passage.field}")


def _place(workspace: Workspace, subject: Subject, heading: str, passage: Passage) -> str:
    """Add the page of the source to a heading, where one is known."""
    if passage.owner_kind is OwnerKind.PROJECT and subject.project is None:
        mark = find_mark(subject.page_marks, passage)
    else:
        mark = workspace.generation.find_page(passage)
    return heading if mark is None else say("app.evidence.on_page", name=heading, page=mark.page)


def _draw_pair(
    workspace: Workspace,
    subject: Subject,
    pair: Evidence,
    document: StrategyDocument,
    *,
    most: float,
) -> None:
    """Draw two passages that meet; ``most`` is the fit that the longest bar stands for."""
    said = render_contribution(pair.contribution, state.language())
    markup.draw_evidence(
        markup.Side(
            heading=_place(
                workspace,
                subject,
                say("app.evidence.project", field=name_field(pair.project_passage)),
                pair.project_passage,
            ),
            text=pair.project_passage.text,
            terms=pair.project_terms,
        ),
        markup.Side(
            heading=_place(workspace, subject, document.title, pair.item_passage),
            text=pair.item_passage.text,
            terms=pair.item_terms,
            invented=say("app.invented") if document.is_invented else "",
        ),
        note=_say_how(pair),
        is_lexical=pair.is_lexical,
        weight=markup.Weight(pair.contribution.fit / most if most > 0 else 0.0, said)
        if said
        else None,
    )


def _say_how(pair: Evidence) -> str:
    if not pair.is_lexical:
        return say("app.evidence.meaning")
    text = pair.project_passage.text
    words = {text[term.start : term.end].lower(): None for term in pair.project_terms}
    listed = ", ".join(list(words)[:MAX_WORDS])
    return say(
        "app.evidence.related" if pair.is_bilingual else "app.evidence.lexical", words=listed
    )
