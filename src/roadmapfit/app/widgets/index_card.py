"""The state of the index and the card of the model behind the probabilities."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from roadmapfit.app import resources, state
from roadmapfit.app.widgets import markup, reliability
from roadmapfit.app.words import (
    say,
    say_count,
    say_moment,
    say_number,
    say_share,
    say_task,
)
from roadmapfit.errors import RoadmapFitError
from roadmapfit.text import render_day
from roadmapfit.workspace import Workspace


def draw_index(workspace: Workspace) -> None:
    """Draw what the index holds, how fresh it is, and where probabilities come from."""
    try:
        _draw_manifest(workspace)
    except RoadmapFitError:  # said at the top of the page, with the remedy
        st.caption(say("app.index.unusable"))
    _draw_model(workspace)


def _draw_manifest(workspace: Workspace) -> None:
    status = resources.load_status(workspace)
    if status.built_at is None:
        st.caption(say("app.index.none"))
    else:
        manifest = workspace.generation.manifest
        markup.draw_table(
            [say("app.column.what"), say("app.column.value")],
            [
                (say("app.index.built"), say_moment(status.built_at)),
                (
                    say("app.index.state"),
                    say("app.status.fresh" if status.is_up_to_date else "app.status.stale"),
                ),
                (say("app.index.encoder"), str(manifest.encoder["name"])),
                (say("app.index.fingerprint"), str(manifest.encoder["fingerprint"])),
                (say("app.index.dim"), say_number(manifest.encoder["dim"])),
                (say("app.index.passages"), say_number(manifest.counts["passages"])),
            ],
            caption=say("app.index.caption"),
            is_narrow=True,
        )


def _draw_model(workspace: Workspace) -> None:
    calibrator = workspace.model.calibrator
    thresholds = calibrator.thresholds
    rows = [
        (say("app.model.aligned"), say("app.model.from", share=say_share(thresholds.aligned))),
        (say("app.model.examine"), say("app.model.from", share=_say_fine(thresholds.examine))),
    ]
    kept, in_force = workspace.load_recalibration(), workspace.recalibration
    if in_force is not None:
        day = render_day(in_force.fitted_on, state.language())
        fitted_on = f"{say_count('decision', in_force.n_decisions)}, {day}"
        rows.append((say("app.model.recalibration"), fitted_on))
    st.space("small")
    markup.draw_table(
        [say("app.column.what"), say("app.column.value")],
        rows,
        caption=say("app.model.caption"),
        is_narrow=True,
    )
    st.caption(say("app.model.note"))
    if kept is not None and in_force is None:
        st.caption(say("app.recalibration_outdated"))
    reliability.draw_reliability(workspace)
    with st.expander(say("app.model.origin"), type="compact", key=state.key("sources", "origin")):
        markup.draw_table(
            [say("app.column.what"), say("app.column.value")],
            _list_origin(calibrator.origin),
            caption="",
            is_narrow=True,
        )


def _say_fine(share: float) -> str:
    """Write a small share with one decimal: a threshold is not rounded away."""
    return say("app.per_cent", n=say_number(100 * share, 1))


def _list_origin(origin: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Lay out what the calibrator was fitted on: figures by name, groups by part."""
    rows = []
    for name, value in origin.items():
        label = _name(name)
        if isinstance(value, Mapping):
            rows += [
                (f"{label} – {_name(part)}", _say_value(inner)) for part, inner in value.items()
            ]
        else:
            # A seed is a name made of digits, no amount.
            rows.append((label, str(value) if name == "seed" else _say_value(value)))
    return rows


def _name(part: str) -> str:
    """Name a part of the origin, word by word; what has no words is shown as it is."""
    return ", ".join(say_task(each) for each in part.split(", "))


def _say_value(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    if isinstance(value, float):
        return say_share(value) if 0 <= value <= 1 else say_number(value, 2)
    return say_number(value)
