"""How well stated probabilities agree with what people said: a picture and its table."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import streamlit as st

from roadmapfit.app import state
from roadmapfit.app.widgets import markup
from roadmapfit.app.words import label, say, say_number, say_share, say_task
from roadmapfit.reliability import Reliability, load_reliability
from roadmapfit.workspace import Workspace

_SIZE_PX = 340
# Ticks divide the scale into so many parts.
_N_STEPS = 5
# Line and dots, and the diagonal, on the page's two colours (.streamlit/config.toml).
_MARK = {"light": "#1d4fb8", "dark": "#8fb6ff"}
_FAINT = {"light": "#7b8598", "dark": "#8b95a8"}


def draw_reliability(workspace: Workspace) -> None:
    """Draw the diagrams of the alignment model in use, one pair of languages at a time."""
    found = load_reliability(workspace.alignment_model)
    st.markdown(f"**{say('app.reliability.title')}**")
    if not found:
        st.caption(say("app.reliability.none"))
        return
    st.caption(say("app.reliability.note"))
    pairs = list(dict.fromkeys(each.languages for each in found))
    names = {_join(pair): _name(pair) for pair in pairs}
    if st.session_state[state.SOURCES_RELIABILITY] not in names:
        st.session_state[state.SOURCES_RELIABILITY] = next(iter(names))
    chosen = st.segmented_control(
        say("app.reliability.languages"),
        names,
        format_func=label(names, lambda pair: names[pair]),
        key=state.SOURCES_RELIABILITY,
        required=True,
    )
    own = {each.task: each for each in found if _join(each.languages) == chosen}
    task = next(iter(own))
    if len(own) > 1:
        task = st.selectbox(
            say("app.reliability.task"),
            own,
            format_func=label(own, say_task),
            key=state.key("reliability-task", str(chosen)),
        )
    _draw(own[task])


def _join(languages: tuple[str, str]) -> str:
    return "-".join(languages)


def _name(languages: tuple[str, str]) -> str:
    project, item = (say(f"app.language.{code}") for code in languages)
    return say("app.reliability.pair", project=project, item=item)


def _draw(measured: Reliability) -> None:
    rows = [
        {
            "stated": each.probability,
            "observed": each.aligned,
            "n": each.n,
            "said": say(
                "app.reliability.bin",
                n=say_number(each.n),
                stated=say_share(each.probability),
                observed=say_share(each.aligned),
            ),
        }
        for each in measured.bins
    ]
    said = say(
        "app.reliability.measured",
        task=say_task(measured.task),
        n=say_number(measured.n_pairs),
        aligned=say_number(measured.n_aligned),
        ece=say_number(100 * measured.ece, 1),
    )
    picture, table = st.columns([1, 1], gap="medium")
    with picture:
        st.vega_lite_chart(
            _build(rows, scheme=st.context.theme.type or "light"),
            width="content",
            theme="streamlit",
            key=state.key("reliability", measured.task),
            alt=f"{_name(measured.languages)}. {said}",
        )
    with table:
        markup.draw_table(
            [say(f"app.reliability.{name}") for name in ("stated", "observed", "pairs")],
            [
                (say_share(each.probability), say_share(each.aligned), say_number(each.n))
                for each in measured.bins
            ],
            caption=said,
            is_narrow=True,
            n_figures=2,
        )


def _build(rows: Sequence[dict[str, Any]], *, scheme: str) -> dict[str, Any]:
    """Build the Vega-Lite specification."""
    values = {"values": rows}
    place_of = {name: _place(name) for name in ("stated", "observed")}
    places = {"x": place_of["stated"], "y": place_of["observed"]}
    tooltip = [{"field": "said", "type": "nominal", "title": " "}]
    size = {
        "field": "n",
        "type": "quantitative",
        "scale": {"type": "sqrt", "range": [30, 220]},
        "legend": None,
    }
    straight = [{"stated": end, "observed": end} for end in (0, 1)]
    return {
        "width": _SIZE_PX,
        "height": _SIZE_PX,
        "layer": [
            {
                "data": {"values": straight},
                "mark": {
                    "type": "line",
                    "strokeDash": [4, 4],
                    "color": _FAINT[scheme],
                    "strokeWidth": 1,
                },
                "encoding": places,
            },
            {
                "data": values,
                "mark": {"type": "line", "color": _MARK[scheme], "strokeWidth": 2},
                "encoding": {**places, "tooltip": tooltip},
            },
            {
                "data": values,
                "mark": {"type": "circle", "color": _MARK[scheme], "opacity": 1},
                "encoding": {**places, "tooltip": tooltip, "size": size},
            },
        ],
    }


def _place(name: str) -> dict[str, Any]:
    """Place dots by a share, whose axis is in per cent."""
    ticks = [number / _N_STEPS for number in range(_N_STEPS + 1)]
    labels = json.dumps([say("app.per_cent", n=say_number(100 * tick)) for tick in ticks])
    return {
        "field": name,
        "type": "quantitative",
        "scale": {"domain": [0, 1], "nice": False},
        "axis": {
            "values": ticks,
            "labelExpr": f"{labels}[round({_N_STEPS} * datum.value)]",
            "labelFlush": False,
        },
        "title": say(f"app.reliability.{name}"),
    }
