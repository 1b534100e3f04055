"""What-if on a text: edited beside the project, compared with it, stored nowhere."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from roadmapfit.align import Alignment
from roadmapfit.app import resources, state
from roadmapfit.app.answers.project import load_alignments
from roadmapfit.app.subjects import Subject, revise_subject
from roadmapfit.app.tables import write_csv
from roadmapfit.app.widgets import evidence, fit, markup, notices
from roadmapfit.app.widgets.pager import count_shown, draw_more
from roadmapfit.app.words import (
    name_document,
    say,
    say_count,
    say_number,
    say_points,
    say_share,
    shorten,
)
from roadmapfit.calibrate import Verdict
from roadmapfit.errors import RoadmapFitError
from roadmapfit.generation import Generation
from roadmapfit.revision import FitChange, compare_alignments, list_turned
from roadmapfit.workspace import Workspace

HEIGHT_PX = 240
N_SHOWN = 8
# More sentences than this are a table, which stands below them.
MAX_SENTENCES = 8
MAX_TITLE_CHARS = 300


def draw_revision(workspace: Workspace, subject: Subject) -> None:
    """Let the text be edited, and draw what that changes."""
    held: Subject | None = st.session_state[state.REVISIONS].get(subject.key)
    st.subheader(say("app.revision.title"), anchor=False)
    box = st.expander(
        say("app.revision.open"), expanded=held is not None, key=state.key("revision", subject.key)
    )
    with box:
        _draw_form(workspace, subject)
    held = st.session_state[state.REVISIONS].get(subject.key)
    if held is not None:
        _draw_changes(workspace, subject, held)


def _draw_form(workspace: Workspace, subject: Subject) -> None:
    title_key, text_key = _keys(subject)
    st.session_state.setdefault(title_key, subject.title)
    st.session_state.setdefault(text_key, subject.abstract)
    with st.form(state.key("revision.form", subject.key), border=False):
        st.caption(say("app.revision.note"))
        title = st.text_input(
            say("app.revision.text_title"),
            key=title_key,
            max_chars=max(MAX_TITLE_CHARS, len(subject.title)),
            persist_state="session",
        )
        body = st.text_area(
            say("app.revision.text"), key=text_key, height=HEIGHT_PX, persist_state="session"
        )
        with st.container(horizontal=True, vertical_alignment="center"):
            is_asked = st.form_submit_button(
                say("app.revision.submit"),
                key=state.key("revision.submit", subject.key),
                type="primary",
            )
            st.form_submit_button(
                say("app.revision.undo"),
                key=state.key("revision.undo", subject.key),
                on_click=_undo,
                args=(subject,),
                type="tertiary",
                icon=":material/undo:",
            )
    if is_asked:
        _compare(workspace, subject, title=title or "", body=body or "")


def _keys(subject: Subject) -> tuple[str, str]:
    return state.key("revision.title", subject.key), state.key("revision.text", subject.key)


def _undo(subject: Subject) -> None:
    """Put the original text back and forget what came of another."""
    title_key, text_key = _keys(subject)
    st.session_state[title_key] = subject.title
    st.session_state[text_key] = subject.abstract
    st.session_state[state.REVISIONS].pop(subject.key, None)


def _compare(workspace: Workspace, subject: Subject, *, title: str, body: str) -> None:
    st.session_state[state.REVISIONS].pop(subject.key, None)
    try:
        with st.spinner(say("app.home.working")):
            revised = revise_subject(workspace, subject, title=title, abstract=body)
    except RoadmapFitError as error:
        notices.draw_error(error)
        return
    st.session_state[state.REVISIONS][subject.key] = revised


def _draw_changes(workspace: Workspace, subject: Subject, revised: Subject) -> None:
    if revised.prepared.obstacle:
        notices.draw_obstacle(revised.prepared)
        return
    generation = workspace.generation
    version = resources.get_judged_version()
    chosen = fit.list_chosen_documents(generation)
    before, after = (
        [
            each
            for each in load_alignments(version, workspace, text.key, text.prepared)
            if generation.strategy_items[each.item_id].document_id in chosen
        ]
        for text in (subject, revised)
    )
    if not after:
        st.info(say("app.fit.no_items"))
        return
    changes = compare_alignments(before, after)
    st.markdown(
        say(
            "app.revision.summary",
            aligned=say_count("aligned", _count(after, Verdict.ALIGNED)),
            aligned_before=say_number(_count(before, Verdict.ALIGNED)),
            examine=say_count("examine", _count(after, Verdict.EXAMINE)),
            examine_before=say_number(_count(before, Verdict.EXAMINE)),
            items=say_count("item", len(changes)),
        )
    )
    _draw_turned(generation, list_turned(changes))
    _draw_rows(workspace, subject, revised, changes)
    notices.draw_length_note(revised.prepared)
    st.download_button(
        say("app.fit.download"),
        data=state.bind_language(lambda: _write(generation, changes)),
        file_name=f"roadmapfit-{say('app.revision.file')}.csv",
        mime="text/csv",
        key=state.key("revision.download", subject.key),
        on_click="ignore",
        icon=":material/download:",
    )


def _count(alignments: Sequence[Alignment], verdict: Verdict) -> int:
    return sum(each.verdict is verdict for each in alignments)


def _draw_turned(generation: Generation, turned: Sequence[FitChange]) -> None:
    """Name the items of another verdict, in words."""
    if not turned:
        st.caption(say("app.revision.none_turned"))
        return
    sentences = [
        say(
            "app.revision.turned",
            title=shorten(generation.strategy_items[each.item_id].title, 90),
            before=say(f"verdict.{each.before.verdict}"),
            after=say(f"verdict.{each.after.verdict}"),
        )
        for each in turned[:MAX_SENTENCES]
    ]
    n_more = len(turned) - len(sentences)
    if n_more:
        sentences.append(say("app.revision.turned_more", n=say_count("item", n_more)))
    markup.draw_sentences(sentences)


def _draw_rows(
    workspace: Workspace, subject: Subject, revised: Subject, changes: Sequence[FitChange]
) -> None:
    """Draw the items whose figures differ, the greatest differences first."""
    moved = [each for each in changes if each.n_points or each.is_turned]
    more_key = state.key("revision.shown", subject.key)
    n_shown = count_shown(more_key, first=N_SHOWN, n=len(moved))
    for each in moved[:n_shown]:
        _draw_row(workspace, revised, each)
    draw_more(more_key, n_shown=n_shown, n=len(moved), step=N_SHOWN)
    n_still = len(changes) - len(moved)
    if n_still:
        st.caption(say("app.revision.still", n=say_count("item", n_still)))


@st.fragment
def _draw_row(workspace: Workspace, revised: Subject, change: FitChange) -> None:
    """Draw one item's change; opening its reasons runs this row again and no other."""
    generation = workspace.generation
    item = generation.strategy_items[change.item_id]
    document = generation.documents[item.document_id]
    thresholds = workspace.model.calibrator.thresholds
    with st.container(gap="xxsmall"):
        markup.draw_move(
            title=item.title,
            place=document.title,
            verdicts=[
                (str(each.verdict), say(f"verdict.{each.verdict}"))
                for each in (change.before, change.after)
            ],
            move=markup.Move(
                change.before.probability,
                change.after.probability,
                alt=say(
                    "app.revision.from_to",
                    before=say_share(change.before.probability),
                    after=say_share(change.after.probability),
                    points=say_points(change.n_points),
                ),
                marks=(thresholds.examine, thresholds.aligned),
            ),
            words=(say("app.revision.before"), say("app.revision.after")),
            invented=say("app.invented") if document.is_invented else "",
        )
        evidence.draw_why(workspace, revised, change.item_id, key="revision.why")


def _write(generation: Generation, changes: Sequence[FitChange]) -> bytes:
    names = (
        "item",
        "item_id",
        "document",
        "verdict_before",
        "verdict_after",
        "probability_before",
        "probability_after",
        "difference",
    )
    rows = []
    for each in changes:
        item = generation.strategy_items[each.item_id]
        rows.append(
            (
                item.title,
                item.id,
                name_document(generation.documents[item.document_id]),
                say(f"verdict.{each.before.verdict}"),
                say(f"verdict.{each.after.verdict}"),
                each.before.probability,
                each.after.probability,
                each.difference,
            )
        )
    header = [say(f"app.column.{name}") for name in names]
    return write_csv(header, rows, language=state.language())
