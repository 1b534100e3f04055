"""The competence map: the picture, what it shows in one sentence, and the table of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

import streamlit as st

from roadmapfit.app.widgets import plane
from roadmapfit.app.words import name_organisation, name_place, say, say_count, say_share, shorten
from roadmapfit.competence_map import CompetenceMap, Landmark, Part, PlacedOrganisation
from roadmapfit.partner_sentence import WEAK_BELOW
from roadmapfit.text import skip_headings

# Place of each sort in the shapes and colours of a plane.
LOOKS = {Part.CANDIDATE: 0, Part.OTHER: 0, Part.MEMBER: 2, Part.NEWCOMER: 3}
_LANDMARK_LOOK = 1
N_NAMED = 3


def draw_competence_map(
    shown: CompetenceMap, *, key: str, chosen: str | None, on_pick: Callable[[str], None]
) -> None:
    """Draw the map; ``chosen`` is the organisation that the reader picked, if any."""
    sentence = describe(shown)
    st.caption(sentence)
    landmark_sort = say("app.map.need" if is_of_needs(shown) else "app.map.item")
    n_landmarks = len(shown.landmarks)
    most = max((each.n_projects for each in shown.organisations), default=1) or 1
    dots = [
        plane.Dot(
            id="",
            x=each.x,
            y=each.y,
            name=name_landmark(shown, number),
            sort=landmark_sort,
            size=0.35 if each.openness is None else 0.15 + 0.6 * each.openness,
            rank=-2.0 if each.is_asked else -1.0,
            details=each.text,
        )
        for number, each in enumerate(shown.landmarks)
    ] + [
        plane.Dot(
            id=each.organisation.id,
            x=each.x,
            y=each.y,
            name=each.organisation.short_name or each.organisation.name,
            sort=say(f"app.part.{each.part}"),
            size=each.need_closed
            if each.need_closed is not None
            else 0.5 * (each.n_projects / most) ** 0.5,
            rank=0.0 if each.part is Part.MEMBER else 1.0 + number,
            details=_say_details(shown, each),
            is_chosen=each.organisation.id == chosen,
        )
        for number, each in enumerate(shown.organisations)
    ]
    lines = [
        plane.Line(
            n_landmarks + number,
            proof.landmark,
            1.5 + 4 * proof.degree,
            say("app.map.proves", share=say_share(proof.degree)),
            is_strong=True,
        )
        for number, each in enumerate(shown.organisations)
        if each.organisation.id == chosen
        for proof in each.proofs
    ]
    looks = {say(f"app.part.{part}"): LOOKS[part] for part in _list_parts(shown)}
    plane.draw_plane(
        dots,
        lines,
        {landmark_sort: _LANDMARK_LOOK, **looks},
        key=key,
        words=sentence,
        on_pick=on_pick,
    )


def describe(shown: CompetenceMap) -> str:
    """Say in a sentence or two what the map shows."""
    counts = Counter(each.part for each in shown.organisations)
    who = ", ".join(say_count(f"part_{part}", counts[part]) for part in _list_parts(shown))
    what = say_count("need" if is_of_needs(shown) else "item", len(shown.landmarks))
    parts = [say("app.map.sentence", what=what, who=who)]
    first = _pick_landmark(shown)
    if first is not None:
        landmark = shown.landmarks[first]
        near = sorted(
            (
                (proof.degree, each)
                for each in shown.organisations
                for proof in each.proofs
                if proof.landmark == first
                and proof.degree >= WEAK_BELOW
                and each.part is not Part.MEMBER
            ),
            key=lambda pair: -pair[0],
        )[:N_NAMED]
        if near:
            names = ", ".join(shorten(each.organisation.name, 40) for _degree, each in near)
            kind = "open" if landmark.openness is not None else "asked"
            said = say(f"app.map.nearest_{kind}", what=name_landmark(shown, first), names=names)
            parts.append(said.replace("….", "…"))
    if shown.unplaced:
        parts.append(say("app.map.unplaced", n=say_count("organisation", len(shown.unplaced))))
    if shown.n_left_out:
        parts.append(say("app.map.left_out", n=say_count("organisation", shown.n_left_out)))
    return " ".join(parts)


def list_header() -> list[str]:
    """Name the columns of the table."""
    names = ("organisation", "part", "kind", "place", "n_projects", "proves", "degree")
    return [say(f"app.column.{name}") for name in names]


def list_rows(shown: CompetenceMap) -> list[tuple[object, ...]]:
    """List who is on the map, with what each proves best."""
    return [
        (
            name_organisation(each.organisation),
            say(f"app.part.{each.part}"),
            say(f"kind.{each.organisation.kind}"),
            name_place(each.organisation),
            each.n_projects,
            name_landmark(shown, each.proofs[0].landmark) if each.proofs else "",
            say_share(each.proofs[0].degree) if each.proofs else "",
        )
        for each in shown.organisations
    ]


def name_landmark(shown: CompetenceMap, number: int) -> str:
    """Name a landmark: a need by its number and first words, an item by its title."""
    landmark = shown.landmarks[number]
    if landmark.openness is None:
        return landmark.text
    return say("app.map.numbered", n=number + 1, text=shorten(skip_headings(landmark.text), 48))


def is_of_needs(shown: CompetenceMap) -> bool:
    """Whether the landmarks are the needs of a project."""
    return any(each.openness is not None for each in shown.landmarks)


def _pick_landmark(shown: CompetenceMap) -> int | None:
    """Choose the landmark that the sentence is about: the asked one, else the most open."""

    def weigh(landmark: Landmark) -> tuple[bool, float]:
        return landmark.is_asked, landmark.openness or 0.0

    best = max(
        range(len(shown.landmarks)), key=lambda each: weigh(shown.landmarks[each]), default=None
    )
    return best if best is not None and any(weigh(shown.landmarks[best])) else None


def _list_parts(shown: CompetenceMap) -> Sequence[Part]:
    there = {each.part for each in shown.organisations}
    return [
        part for part in (Part.MEMBER, Part.CANDIDATE, Part.NEWCOMER, Part.OTHER) if part in there
    ]


def _say_details(shown: CompetenceMap, each: PlacedOrganisation) -> str:
    facts = [say(f"kind.{each.organisation.kind}"), say_count("project", each.n_projects)]
    if each.proofs:
        facts.append(
            say("app.map.best", what=shorten(name_landmark(shown, each.proofs[0].landmark), 60))
        )
    return " · ".join(facts)
