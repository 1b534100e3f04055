"""A text's fit with roadmaps and programmes, item by item, each with its reasons."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from roadmapfit.align import Alignment
from roadmapfit.app import address, resources, state
from roadmapfit.app.answers.project import load_alignments
from roadmapfit.app.subjects import Subject
from roadmapfit.app.tables import write_csv
from roadmapfit.app.widgets import decisions, evidence, markup, missed, notices
from roadmapfit.app.widgets.pager import count_shown, draw_more
from roadmapfit.app.words import (
    label,
    name_document,
    say,
    say_count,
    say_decision,
    say_probability,
)
from roadmapfit.calibrate import Verdict
from roadmapfit.errors import RoadmapFitError
from roadmapfit.generation import Generation
from roadmapfit.reasons import find_instructions
from roadmapfit.records import DocumentKind
from roadmapfit.series import list_latest_ids
from roadmapfit.workspace import Workspace

N_SHOWN = 10
# The nearest items are shown even when none deserves to be examined: the
# reader sees what came closest, and that it is far.
N_NEAREST = 5


def draw_fit(workspace: Workspace, subject: Subject) -> None:
    """Draw the fit of a text, best items first, and what to take from it."""
    if subject.prepared.obstacle:
        notices.draw_obstacle(subject.prepared)
        return
    generation = workspace.generation
    if not generation.documents:
        st.info(say("app.coverage.no_documents"))
        return
    alignments = load_alignments(
        resources.get_judged_version(), workspace, subject.key, subject.prepared
    )
    _draw_kind_switch(list_kinds(generation))
    _draw_filters(generation)
    chosen = list_chosen_documents(generation)
    shown = [
        each for each in alignments if generation.strategy_items[each.item_id].document_id in chosen
    ]
    if not shown:
        st.info(say("app.fit.no_items"))
        return
    _draw_summary(shown, n_documents=len(chosen))
    decisions.draw_past_note(workspace, subject)
    notices.draw_length_note(subject.prepared)
    evidence.draw_cautions(find_instructions(subject.prepared))
    n_shown = _draw_rows(workspace, subject, shown)
    missed.draw_nearest_missed(workspace, subject, shown, n_shown=n_shown)
    st.space("small")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.download_button(
            say("app.fit.download"),
            data=state.bind_language(lambda: _write(generation, alignments)),
            file_name="roadmapfit.csv",
            mime="text/csv",
            key=state.key("fit.download", subject.key),
            on_click="ignore",
            icon=":material/download:",
        )
    notices.draw_reading_note(workspace)


def describe_address() -> dict[str, str | None]:
    """Say what a link to the fits carries beside whose they are."""
    return address.describe("fits", "latest", "among")


def list_chosen_documents(generation: Generation) -> set[str]:
    """Name the documents that the reader chose to see a fit with, by id."""
    every = generation.documents.values()
    kind = DocumentKind(st.session_state[state.FIT_KIND])
    of_kind = {each.id for each in every if each.kind is kind}
    picked = of_kind & set(st.session_state[state.FIT_DOCUMENTS])
    return picked or (of_kind & list_latest_ids(every) if _is_latest_only(kind) else of_kind)


def _is_latest_only(kind: DocumentKind) -> bool:
    return kind is DocumentKind.PROGRAMME or bool(st.session_state[state.FIT_LATEST])


def list_kinds(generation: Generation) -> list[DocumentKind]:
    """List the kinds of documents that there are; the page shows one of them."""
    held = {document.kind for document in generation.documents.values()}
    return [kind for kind in DocumentKind if kind in held]


def _draw_kind_switch(kinds: Sequence[DocumentKind]) -> None:
    state.keep_within(state.FIT_KIND, kinds)
    st.segmented_control(
        say("app.fit.kind"),
        kinds,
        format_func=label(DocumentKind, lambda kind: say(f"app.documents.{kind}")),
        key=state.FIT_KIND,
        required=True,
        label_visibility="collapsed",
        persist_state="session",
    )


def _draw_filters(generation: Generation) -> None:
    """Let the reader narrow the documents."""
    every = generation.documents
    kind = DocumentKind(st.session_state[state.FIT_KIND])
    of_kind = {each.id for each in every.values() if each.kind is kind}
    with st.expander(say("app.fit.filters"), type="compact", key=state.key("fit.filters")):
        st.toggle(
            say("app.fit.latest"),
            key=state.FIT_LATEST,
            persist_state="session",
            disabled=kind is DocumentKind.PROGRAMME,
        )
        options = sorted(of_kind, key=lambda each: every[each].title.casefold())
        kept = [each for each in st.session_state[state.FIT_DOCUMENTS] if each in of_kind]
        st.session_state[state.FIT_DOCUMENTS] = kept
        st.multiselect(
            say("app.fit.documents"),
            options,
            format_func=label(options, lambda each: name_document(every[each])),
            key=state.FIT_DOCUMENTS,
            placeholder=say("app.fit.all_documents"),
            persist_state="session",
        )


def _draw_summary(shown: Sequence[Alignment], *, n_documents: int) -> None:
    n_aligned = sum(each.verdict is Verdict.ALIGNED for each in shown)
    n_examine = sum(each.verdict is Verdict.EXAMINE for each in shown)
    st.markdown(
        say(
            "app.fit.summary",
            aligned=say_count("aligned", n_aligned),
            examine=say_count("examine", n_examine),
            items=say_count("item", len(shown)),
            documents=say_count("document", n_documents),
        )
    )
    if not n_aligned and not n_examine:
        st.info(say("app.fit.none"))


def _draw_rows(workspace: Workspace, subject: Subject, shown: Sequence[Alignment]) -> int:
    """Draw the first items, more on demand; return how many."""
    likely = sum(each.verdict in (Verdict.ALIGNED, Verdict.EXAMINE) for each in shown)
    n_first = min(N_SHOWN, max(likely, N_NEAREST))
    more_key = state.key("fit.shown", subject.key, st.session_state[state.FIT_KIND])
    n_shown = count_shown(more_key, first=n_first, n=len(shown))
    for each in shown[:n_shown]:
        _draw_row(workspace, subject, each)
    draw_more(more_key, n_shown=n_shown, n=len(shown), step=N_SHOWN)
    return n_shown


@st.fragment
def _draw_row(workspace: Workspace, subject: Subject, alignment: Alignment) -> None:
    """Draw one item; opening its reasons runs this row again and no other."""
    generation = workspace.generation
    item = generation.strategy_items[alignment.item_id]
    document = generation.documents[item.document_id]
    thresholds = workspace.model.calibrator.thresholds
    try:
        decision = decisions.find_decision(workspace, subject, alignment.item_id)
    except RoadmapFitError as error:  # a fragment runs outside main's care
        notices.draw_error(error)
        return
    with st.container(gap="xxsmall"):
        markup.draw_fit(
            title=item.title,
            place=document.title,
            verdict=alignment.verdict,
            verdict_words=say(f"verdict.{alignment.verdict}"),
            bar=markup.Bar(
                alignment.probability,
                alignment.low,
                alignment.high,
                alt=say_probability(alignment.probability, alignment.low, alignment.high),
                marks=(thresholds.examine, thresholds.aligned),
            ),
            invented=say("app.invented") if document.is_invented else "",
            decided=say("app.decided", decision=say_decision(decision)) if decision else "",
        )
        evidence.draw_why(
            workspace, subject, alignment.item_id, key="fit.why", then=decisions.draw_choice
        )


def _write(generation: Generation, alignments: Sequence[Alignment]) -> bytes:
    header = [
        say(f"app.column.{name}")
        for name in (
            "item",
            "item_id",
            "document",
            "document_kind",
            "verdict",
            "probability",
            "low",
            "high",
        )
    ]
    rows = []
    for each in alignments:
        item = generation.strategy_items[each.item_id]
        document = generation.documents[item.document_id]
        rows.append(
            (
                item.title,
                item.id,
                name_document(document),
                say(f"app.document_kind.{document.kind}"),
                say(f"verdict.{each.verdict}"),
                each.probability,
                each.low,
                each.high,
            )
        )
    return write_csv(header, rows, language=state.language())
