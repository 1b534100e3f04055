"""The network of past projects: the picture, one sentence, and the table of its pairs."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from roadmapfit.app.widgets import plane
from roadmapfit.app.words import name_organisation, say, say_count, shorten
from roadmapfit.competence_map import Part
from roadmapfit.consortium_network import Network

LOOKS = {Part.CANDIDATE: 0, Part.OTHER: 0, Part.MEMBER: 2, Part.ASKED: 1}


def draw_network(
    shown: Network, *, key: str, chosen: str | None, on_pick: Callable[[str], None]
) -> None:
    """Draw the network; ``chosen`` is the organisation that the reader picked, if any."""
    sentence = describe(shown)
    st.caption(sentence)
    if not shown.nodes:
        return
    most = max(node.n_projects for node in shown.nodes) or 1
    most_shared = shown.links[0].n_projects
    ids = [node.organisation.id for node in shown.nodes]
    dots = [
        plane.Dot(
            id=node.organisation.id,
            x=node.x,
            y=node.y,
            name=node.organisation.short_name or node.organisation.name,
            sort=say(f"app.part.{node.part}"),
            size=(node.n_projects / most) ** 0.5,
            rank=_rank(node.part) - node.n_projects / most,
            details=" · ".join(
                (say(f"kind.{node.organisation.kind}"), say_count("project", node.n_projects))
            ),
            is_chosen=node.organisation.id == chosen,
        )
        for node in shown.nodes
    ]
    lines = [
        plane.Line(
            link.one,
            link.two,
            1 + 6 * ((link.n_projects - 1) / most_shared) ** 0.5,
            say(
                "app.network.link",
                one=shorten(shown.nodes[link.one].organisation.name, 40),
                two=shorten(shown.nodes[link.two].organisation.name, 40),
                n=say_count("project", link.n_projects),
            ),
            is_strong=chosen in (ids[link.one], ids[link.two]),
        )
        for link in shown.links
        if link.is_outline or chosen in (ids[link.one], ids[link.two])
    ]
    parts = sorted({node.part for node in shown.nodes}, key=_rank)
    plane.draw_plane(
        dots,
        lines,
        {say(f"app.part.{part}"): LOOKS[part] for part in parts},
        key=key,
        words=sentence,
        on_pick=on_pick,
    )


def describe(shown: Network) -> str:
    """Say in a sentence or two what the network shows."""
    if not shown.nodes:
        return say("app.network.empty")
    best = shown.links[0]
    parts = [
        say(
            "app.network.sentence",
            who=say_count("organisation", len(shown.nodes)),
            pairs=say_count("pair", len(shown.links)),
        ),
        say(
            "app.network.strongest",
            one=shorten(shown.nodes[best.one].organisation.name, 50),
            two=shorten(shown.nodes[best.two].organisation.name, 50),
            n=say_count("project", best.n_projects),
        ),
    ]
    if not all(link.is_outline for link in shown.links):
        parts.append(say("app.network.outline"))
    if shown.alone:
        names = ", ".join(shorten(node.organisation.name, 40) for node in shown.alone[:3])
        n = say_count("organisation", len(shown.alone))
        parts.append(say("app.network.alone", n=n, names=names))
    return " ".join(parts)


def list_header() -> list[str]:
    """Name the columns of the table."""
    names = ("organisation", "with", "n_together", "last_year")
    return [say(f"app.column.{name}") for name in names]


def list_rows(shown: Network) -> list[tuple[object, ...]]:
    """List who worked with whom, the most projects first."""
    return [
        (
            name_organisation(shown.nodes[link.one].organisation),
            name_organisation(shown.nodes[link.two].organisation),
            link.n_projects,
            link.last_year,
        )
        for link in shown.links
    ]


def _rank(part: Part) -> int:
    return (Part.ASKED, Part.MEMBER, Part.CANDIDATE, Part.OTHER).index(part)
