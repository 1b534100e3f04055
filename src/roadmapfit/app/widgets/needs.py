"""What a project needs: its passages, how open each is, and the roles that are missing."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from roadmapfit.app import resources, state
from roadmapfit.app.answers.partners import load_question, load_role_needs
from roadmapfit.app.subjects import Subject
from roadmapfit.app.widgets import markup
from roadmapfit.app.words import say, say_count, say_share
from roadmapfit.generation import Generation
from roadmapfit.partner_roles import RoleNeed, name_facets
from roadmapfit.partner_sentence import render_role
from roadmapfit.partners import Need, list_open
from roadmapfit.text import render_count
from roadmapfit.workspace import Workspace

N_NEEDS = 6
# From how open a need is called open, and partly open (shares).
OPEN_FROM, PARTLY_FROM = 0.6, 0.25


def draw_needs(workspace: Workspace, subject: Subject) -> None:
    """Draw what a project's consortium leaves open, the most open first."""
    with st.spinner(say("app.loading")):
        asked = load_question(
            resources.get_judged_version(), workspace, subject.key, subject.prepared
        )
    st.subheader(say("app.partners.needs"), anchor=False)
    ordered = list_open(asked.needs)
    for need in ordered[:N_NEEDS]:
        _draw_need(need)
    if len(ordered) > N_NEEDS:
        more = st.expander(
            say("app.partners.more_needs", n=say_count("passage", len(ordered) - N_NEEDS)),
            type="compact",
            key=state.key("needs", subject.key),
        )
        with more:
            for need in ordered[N_NEEDS:]:
                _draw_need(need)
    _draw_hollow([need for need in asked.needs if not need.is_telling], subject)
    roles = load_role_needs(resources.get_version(), workspace, subject.key, subject.prepared)
    _draw_roles(workspace.generation, roles)


def _draw_hollow(needs: Sequence[Need], subject: Subject) -> None:
    """Draw the passages that ask for nothing in particular, to be checked by who doubts it."""
    if not needs:
        return
    aside = st.expander(
        render_count("hollow", len(needs), state.language()),
        type="compact",
        key=state.key("hollow", subject.key),
    )
    with aside:
        st.caption(say("app.partners.hollow"))
        markup.draw_list(need.passage.text for need in needs)


def _draw_need(need: Need) -> None:
    if need.openness >= OPEN_FROM:
        words = say("app.need.open")
    elif need.openness >= PARTLY_FROM:
        words = say("app.need.partly")
    else:
        words = say("app.need.covered")
    alt = say("app.need.openness", words=words, share=say_share(need.openness))
    facets = ", ".join(say(f"facet.{each}") for each in name_facets(need.passage))
    bar = markup.Bar(need.openness, need.openness, need.openness, alt)
    markup.draw_need(need.passage.text, words=alt, about=facets, bar=bar)


def _draw_roles(generation: Generation, roles: Sequence[RoleNeed]) -> None:
    """Say what is missing, what the text asks for first; then who holds the others.

    Where there is no consortium, all is missing: only what the text asks for says something.
    """
    if all(each.is_missing for each in roles):
        roles = [each for each in roles if each.is_open]
    if not roles:
        return
    ordered = sorted(roles, key=lambda each: (not each.is_open, not each.is_missing))
    st.subheader(say("app.partners.roles"), anchor=False)
    markup.draw_list(
        render_role(
            each,
            names=[generation.organisations[one].name for one in each.member_ids],
            language=state.language(),
        )
        for each in ordered
    )
