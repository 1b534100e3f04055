"""The roadmaps beside one's own: what each adds, which gaps it helps, what to co-label."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from roadmapfit.app import resources, state
from roadmapfit.app.answers.partners import load_neighbours
from roadmapfit.app.widgets import markup
from roadmapfit.app.widgets.pager import take_page
from roadmapfit.app.words import name_document, name_project, say, say_count, say_number, say_share
from roadmapfit.generation import Generation
from roadmapfit.neighbours import Neighbour
from roadmapfit.workspace import Workspace

PAGE_SIZE = 8
# Items that are named of those that a neighbour adds.
N_NAMED = 5


def draw_neighbours(workspace: Workspace, document_id: str) -> None:
    """Draw the other roadmaps, the one that completes one's own best first."""
    st.subheader(say("app.partners.neighbours"), anchor=False)
    with st.spinner(say("app.partners.working")):
        found = load_neighbours(resources.get_judged_version(), workspace, document_id)
    if not found:
        st.info(say("app.partners.no_neighbours"))
        return
    st.caption(say("app.partners.neighbours_note"))
    useful = [each for each in found if each.filled or each.complement or each.projects] or found
    rest = [each for each in found if each not in useful]
    for each in take_page(useful, size=PAGE_SIZE, key=state.key("neighbours", document_id)):
        _draw_neighbour(workspace.generation, each)
    if rest:
        _draw_rest(workspace.generation, rest)


def _draw_rest(generation: Generation, rest: Sequence[Neighbour]) -> None:
    """Draw those that complete nothing as a short table, out of the way."""
    title = say("app.partners.neighbours_rest", n=say_count("roadmap", len(rest)))
    with st.expander(title, type="compact", key=state.key("neighbours", "rest")):
        markup.draw_table(
            [say(f"app.column.{name}") for name in ("document", "shared", "new")],
            [
                (
                    name_document(generation.documents[each.document_id]),
                    say_number(len(each.shared)),
                    say_number(len(each.new_ids)),
                )
                for each in rest
            ],
            caption="",
            is_narrow=True,
            n_figures=2,
        )


def _draw_neighbour(generation: Generation, found: Neighbour) -> None:
    items, heads = generation.strategy_items, generation.project_heads
    document = generation.documents[found.document_id]
    alt = say("app.partners.neighbour_complement", share=say_share(found.complement))
    markup.draw_partner(
        name=document.title,
        place=document.owner,
        sentence=say(
            "app.partners.neighbour_said",
            shared=say_number(len(found.shared)),
            new=say_number(len(found.new_ids)),
        ),
        bar=markup.Bar(found.complement, found.complement, found.complement, alt),
        words=alt,
        invented=say("app.invented") if document.is_invented else "",
    )
    markup.draw_list(
        say("app.partners.fills", own=items[own].title, other=items[other].title)
        for own, other in found.filled
    )
    if found.new_ids:
        markup.draw_phrases(
            say("app.partners.brings"), [items[each].title for each in found.new_ids[:N_NAMED]]
        )
    if found.projects:
        markup.draw_table(
            [say("app.column.project"), say("app.column.own_item"), say("app.column.other_item")],
            [
                (
                    name_project(heads[each.project_id]),
                    items[each.item_id].title,
                    items[each.other_item_id].title,
                )
                for each in found.projects
            ],
            caption=say("app.partners.co_labels"),
            n_figures=0,
        )
