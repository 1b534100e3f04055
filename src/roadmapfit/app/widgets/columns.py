"""What the columns of an unknown table are: guessed, corrected by the reader, remembered."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from roadmapfit.app import state
from roadmapfit.app.words import plain, say
from roadmapfit.readers.tables.mapping import (
    FIELDS,
    KINDS,
    ColumnMapping,
    guess_mapping,
    list_usable,
)
from roadmapfit.readers.tables.reading import look_at
from roadmapfit.workspace import Workspace


def draw_columns(workspace: Workspace, path: Path) -> bool:
    """Ask which column is which field; return whether that was answered now.

    The answer counts for all tables with that header.
    """
    header = look_at(path)
    usable = list_usable(header.columns)
    st.markdown(say("app.columns.ask", name=plain(path.name)))
    guess = guess_mapping(header.columns)
    kinds = {each: say(f"app.columns.kind.{each}") for each in KINDS}
    kind = st.selectbox(
        say("app.columns.kind"),
        KINDS,
        index=KINDS.index(guess.kind),
        format_func=lambda each: kinds.get(each, each),
        key=state.key("columns.kind", header.signature),
    )
    guessed = guess_mapping(header.columns, kind=kind).by_field
    samples = {
        column: next((cells[place] for cells in header.sample if cells[place].strip()), "")
        for place, column in enumerate(header.columns)
    }
    options = ["", *usable]
    chosen: dict[str, str] = {}
    with st.form(state.key("columns.form", header.signature, kind)):
        places = st.columns(2)
        n_left = (len(FIELDS[kind]) + 1) // 2
        for number, field in enumerate(FIELDS[kind]):
            chosen[field] = places[number // n_left].selectbox(
                say(f"app.columns.field.{field}"),
                options,
                index=options.index(guessed.get(field, "")),
                format_func=lambda each: _show(each, samples.get(each, "")),
                key=state.key("columns.field", header.signature, kind, field),
            )
        left_out = [column for column in header.columns if column and column not in usable]
        if left_out:
            st.caption(say("app.columns.people", columns=plain(", ".join(left_out))))
        is_sent = st.form_submit_button(say("app.columns.read"), type="primary")
    if not is_sent:
        return False
    if not chosen[FIELDS[kind][0]]:
        st.warning(say("app.columns.needed", field=say(f"app.columns.field.{FIELDS[kind][0]}")))
        return False
    pairs = tuple((field, column) for field, column in chosen.items() if column)
    workspace.remember_mapping(header.signature, ColumnMapping(kind, pairs))
    return True


def _show(column: str, sample: str) -> str:
    if not column:
        return "–"
    line = " ".join(sample.split())[:60]
    return f"{column} ({line})" if line else column
