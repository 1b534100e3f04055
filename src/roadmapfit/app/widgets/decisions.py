"""What people decided: asked for beside an item, listed for the whole workspace."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd
import streamlit as st

from roadmapfit.app import resources, state
from roadmapfit.app.answers.project import load_decisions
from roadmapfit.app.subjects import Subject
from roadmapfit.app.tables import write_csv
from roadmapfit.app.widgets import notices
from roadmapfit.app.words import plain, say, say_count, say_decision
from roadmapfit.decided import decisions_of, list_without_effect
from roadmapfit.errors import RoadmapFitError
from roadmapfit.records import Decision
from roadmapfit.workspace import Workspace

COLUMNS = ("project", "item", "decision", "note", "source", "effect")
# As a file of decisions is read again (readers/decisions_csv.py).
CSV_COLUMNS = ("project", "item", "decision", "date", "note")


def find_decision(workspace: Workspace, subject: Subject, item_id: str) -> Decision | None:
    """Return what was decided of a stored project and an item, if anything was."""
    if subject.project is None:
        return None
    own, _n_past = load_decisions(resources.get_judged_version(), workspace, subject.project.id)
    return own.get(item_id)


def draw_past_note(workspace: Workspace, subject: Subject) -> None:
    """Say how many decisions about other projects stand behind a ranking."""
    project_id = subject.project.id if subject.project else ""
    _own, n_past = load_decisions(resources.get_judged_version(), workspace, project_id)
    if n_past:
        st.caption(say("app.decisions.past", n=say_count("decision", n_past)))


def draw_choice(workspace: Workspace, subject: Subject, item_id: str) -> None:
    """Draw two buttons to decide, the present decision, and one to withdraw it."""
    if subject.project is None:
        return
    pair = subject.project.id, item_id
    held = find_decision(workspace, subject, item_id)
    st.caption(_say_present(held))
    with st.container(horizontal=True, vertical_alignment="center"):
        for name, is_aligned in (("aligned", True), ("not_aligned", False)):
            is_chosen = held is not None and held.is_aligned is is_aligned
            st.button(
                say(f"app.decide.{name}"),
                key=state.key("decide", name, *pair),
                on_click=_decide,
                args=(workspace, pair),
                kwargs={"is_aligned": is_aligned},
                type="primary" if is_chosen else "secondary",
            )
        if held is not None:
            st.button(
                say("app.decide.withdraw"),
                key=state.key("decide.withdraw", *pair),
                on_click=_withdraw,
                args=(workspace, pair),
                type="tertiary",
                icon=":material/undo:",
            )
        _draw_undo(workspace, pair)
    failed = st.session_state[state.DECISION_ERROR]
    if failed is not None and failed[0] == pair:
        notices.draw_error(failed[1])


def _draw_undo(workspace: Workspace, pair: tuple[str, str]) -> None:
    """Offer to take the last change back, beside what it changed."""
    undo = st.session_state[state.DECISION_UNDO]
    if undo is None or undo[0] != pair:
        return
    st.button(
        say("app.decide.undo"),
        key=state.key("decide.undo", *pair),
        on_click=_undo,
        args=(workspace, *undo),
        type="tertiary",
        icon=":material/undo:",
        help=say("app.decide.undo_help"),
    )


def draw_decisions(workspace: Workspace) -> None:
    """Draw all decisions as a table, with a file that can be added again."""
    decisions = workspace.decisions()
    if not decisions:
        return
    st.subheader(say("app.decisions.title"), anchor=False)
    idle = _find_idle(workspace)
    n_aligned = say_count("aligned", sum(each.is_aligned for each in decisions))
    st.caption(
        say("app.decisions.counts", n=say_count("decision", len(decisions)), aligned=n_aligned)
    )
    if idle:
        st.caption(say("app.decisions.idle_note", n=say_count("idle", len(idle))))
    rows = [
        (
            each.project_id,
            each.item_id,
            say_decision(each),
            each.note,
            each.source_name or say("app.decisions.by_hand"),
            say("app.decisions.idle" if each in idle else "app.decisions.counts_now"),
        )
        for each in decisions
    ]
    st.dataframe(
        pd.DataFrame(rows, columns=[say(f"app.decisions.column.{name}") for name in COLUMNS]),
        hide_index=True,
        key=state.key("decisions.table"),
        placeholder="",
        alt=say("app.decisions.title"),
    )
    st.download_button(
        say("app.decisions.download"),
        data=state.bind_language(lambda: write_decisions(decisions)),
        file_name="roadmapfit-decisions.csv",
        mime="text/csv",
        key=state.key("decisions.download"),
        on_click="ignore",
        icon=":material/download:",
    )


def write_decisions(decisions: Sequence[Decision]) -> bytes:
    """Write decisions as CSV in the reader's language, as the Sources page reads them."""
    header = [say(f"app.decisions.csv.{name}") for name in CSV_COLUMNS]
    rows = [
        (
            each.project_id,
            each.item_id,
            say("verdict.aligned" if each.is_aligned else "verdict.not_aligned"),
            each.decided_on.isoformat() if each.decided_on else "",
            each.note,
        )
        for each in decisions
    ]
    return write_csv(header, rows, language=state.language())


def _say_present(held: Decision | None) -> str:
    if held is None:
        return say("app.decide.none")
    said = say("app.decide.present", decision=say_decision(held))
    return f"{said} – {plain(held.note)}" if held.note else said


def _decide(workspace: Workspace, pair: tuple[str, str], *, is_aligned: bool) -> None:
    made = Decision(*pair, is_aligned, decided_on=date.today())
    _change(workspace, pair, made)


def _withdraw(workspace: Workspace, pair: tuple[str, str]) -> None:
    _change(workspace, pair, None)


def _change(workspace: Workspace, pair: tuple[str, str], wanted: Decision | None) -> None:
    """Put a decision in the place of the one there is, or none, so that it can be undone."""
    try:
        before = decisions_of(workspace, pair[0]).get(pair[1])
        _put(workspace, pair, wanted)
        st.session_state[state.DECISION_UNDO] = (pair, before)
        st.session_state[state.DECISION_ERROR] = None
    except RoadmapFitError as error:
        st.session_state[state.DECISION_ERROR] = (pair, error)


def _undo(workspace: Workspace, pair: tuple[str, str], before: Decision | None) -> None:
    _change(workspace, pair, before)
    if st.session_state[state.DECISION_ERROR] is None:
        st.session_state[state.DECISION_UNDO] = None


def _put(workspace: Workspace, pair: tuple[str, str], wanted: Decision | None) -> None:
    if wanted is None:
        workspace.withdraw_decision(*pair)
        return
    workspace.decide(
        *pair, is_aligned=wanted.is_aligned, note=wanted.note, decided_on=wanted.decided_on
    )


def _find_idle(workspace: Workspace) -> set[Decision]:
    """Find the decisions that count for nothing; none can be named while the index is damaged."""
    try:
        return set(list_without_effect(workspace))
    except RoadmapFitError:  # said at the top of the page, with the remedy
        return set()
