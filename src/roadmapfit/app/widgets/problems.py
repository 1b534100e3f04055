"""What a reader of files refused, repaired or wants seen, with the reason."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from roadmapfit.app import state
from roadmapfit.app.tables import write_csv
from roadmapfit.app.uploads import clean_name
from roadmapfit.app.widgets import markup
from roadmapfit.app.words import is_said, say, say_count
from roadmapfit.records import Outcome, Problem

COLUMNS = ("file", "row", "field", "outcome", "reason")
# What the page shows, the reason where a telephone still has room for it.
SHOWN = ("row", "outcome", "reason", "field", "file")
# The table shows so many; the file has them all.
MAX_ROWS = 1000
# So few are shown whole: a grid cuts reasons off where its column ends.
MAX_WHOLE = 25


def draw_problems(problems: Sequence[Problem], *, name: str, is_open: bool = False) -> None:
    """Draw how many there are and, when opened, which; with all of them as a file.

    What was refused comes first. ``is_open`` opens the list at once.
    """
    if not problems:
        st.caption(say("app.problems.none"))
        return
    opened = st.expander(
        _say_title(problems),
        expanded=is_open,
        key=state.key("problems", name),
        on_change="rerun",
    )
    if not opened.open:
        return
    with opened:
        rows = _lay_out(problems)
        if len(rows) <= MAX_WHOLE:
            # A telephone sets the first column as a heading: the reason, not a bare number.
            reason = say("app.column.reason")
            names = [reason, *(each for each in rows.columns.tolist() if each != reason)]
            markup.draw_table(names, rows[names].to_numpy().tolist(), caption="", n_figures=0)
        else:
            st.dataframe(
                rows,
                hide_index=True,
                key=state.key("problems.table", name),
                placeholder="",
                alt=say("app.problems.alt"),
            )
        if len(problems) > MAX_ROWS:
            st.caption(say("app.problems.first", n=MAX_ROWS))
        st.download_button(
            say("app.problems.download"),
            data=state.bind_language(lambda: _write(problems)),
            file_name=f"{clean_name(name)}-problems.csv",
            mime="text/csv",
            key=state.key("problems.download", name),
            on_click="ignore",
            icon=":material/download:",
        )


def _say_title(problems: Sequence[Problem]) -> str:
    n_refused = sum(each.outcome is Outcome.REFUSED for each in problems)
    n = say_count("problem", len(problems))
    if not n_refused:
        return say("app.problems.title", n=n)
    refused = say_count("refused", n_refused)
    if n_refused == len(problems):
        return say("app.problems.title", n=refused)
    return say("app.problems.title_refused", refused=refused, n=n)


def _lay_out(problems: Sequence[Problem]) -> pd.DataFrame:
    """Lay out the first rows to be looked at, without a column that says nothing."""
    first = sorted(problems, key=lambda each: each.outcome is not Outcome.REFUSED)[:MAX_ROWS]
    rows = pd.DataFrame([_row(each) for each in first], columns=list(COLUMNS))
    has_files = rows["file"].nunique() > 1
    told = [name for name in SHOWN if name != "file" or has_files]
    told = [name for name in told if rows[name].any()]
    return rows[told].rename(columns={name: say(f"app.column.{name}") for name in told})


def say_reason(problem: Problem) -> str:
    """Say why, in the reader's language; a code without words is shown as it is."""
    key = f"problem.{problem.code}"
    if not is_said(key):
        return f"{problem.code}: {problem.found}"
    said = say(
        key, found=problem.found, file=problem.file, row=problem.row or "", field=problem.field
    )
    return said.replace(" ()", "")  # nothing was there to be quoted


def _row(problem: Problem) -> tuple[str, str, str, str, str]:
    return (
        problem.file,
        str(problem.row or ""),
        problem.field,
        say(f"app.outcome.{problem.outcome}"),
        say_reason(problem),
    )


def _write(problems: Sequence[Problem]) -> bytes:
    header = [say(f"app.column.{column}") for column in COLUMNS]
    return write_csv(header, (_row(each) for each in problems), language=state.language())
