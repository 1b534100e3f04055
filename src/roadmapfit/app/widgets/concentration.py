"""Whose strategy it is: who leads the projects that support it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, partial

import streamlit as st

from roadmapfit.app import state
from roadmapfit.app.widgets import markup
from roadmapfit.app.words import (
    name_organisation,
    plain,
    say,
    say_count,
    say_full_euros,
    say_number,
    say_share,
)
from roadmapfit.concentration import Concentration, measure_concentration
from roadmapfit.coverage import PortfolioCoverage, round_to_sum
from roadmapfit.generation import Generation
from roadmapfit.portfolio import find_leader
from roadmapfit.records import StrategyItem

N_FIRST, N_LEADERS = 3, 20


def draw_concentration(
    generation: Generation, coverage: PortfolioCoverage, items: Mapping[str, StrategyItem]
) -> None:
    """Draw how few lead the aligned projects: by type, by organisation, item by item."""
    st.subheader(say("app.carriers.title"), anchor=False)

    # A project is asked about as often as it meets an item, twice over.
    find = cache(partial(find_leader, generation))

    def leader_of(project_id: str) -> str:
        leader = find(project_id)
        return leader.id if leader else ""

    def kind_of(project_id: str) -> str:
        leader = find(project_id)
        return str(leader.kind) if leader else ""

    leaders = measure_concentration(coverage, leader_of)
    if not leaders.n_projects:
        st.caption(say("app.carriers.none"))
        return
    n_leading = sum(each.n_projects > 0 for each in leaders.carriers)
    st.markdown(
        say(
            "app.carriers.summary" if n_leading > N_FIRST else "app.carriers.summary_few",
            n=say_count("leader", n_leading),
            first=say_number(N_FIRST),
            share=say_share(leaders.share_of_first(N_FIRST)),
            effective=say_number(leaders.n_effective, 1),
        ),
        help=say("app.carriers.help"),
    )
    kinds = measure_concentration(coverage, kind_of)
    names = {each.name: say(f"kind.{each.name}") for each in kinds.carriers}
    _draw_table(kinds, names, title=say("app.column.kind"), caption=say("app.carriers.by_kind"))
    n_leaders = len(leaders.carriers)
    with st.expander(say("app.carriers.leaders"), key=state.key("carriers.leaders")):
        organisations = generation.organisations
        names = {
            each.name: name_organisation(organisations[each.name]) for each in leaders.carriers
        }
        first = say("app.carriers.first", n=say_number(N_LEADERS)) if n_leaders > N_LEADERS else ""
        _draw_table(leaders, names, title=say("app.column.leader"), caption=first)
    if leaders.single_ids:
        n_items = say_count("item", len(leaders.single_ids))
        title = say("app.carriers.single", n=n_items)
        with st.expander(title, key=state.key("carriers.single")):
            st.caption(say("app.carriers.single_note"))
            for item_id in leaders.single_ids:
                st.markdown(f"- {plain(items[item_id].title)}")


def _draw_table(
    found: Concentration, names: Mapping[str, str], *, title: str, caption: str
) -> None:
    """Draw carriers with what is unknown and the sum, which the rows add up to."""
    shown, rest = found.carriers[:N_LEADERS], found.carriers[N_LEADERS:]
    amounts = [each.funding_eur for each in shown]
    n_projects = [each.n_projects for each in shown]
    labels = [names[each.name] for each in shown]
    shares = [say_share(each.share) for each in shown]
    if rest:
        amounts.append(sum(each.funding_eur for each in rest))
        n_projects.append(sum(each.n_projects for each in rest))
        labels.append(say("app.others"))
        shares.append(say_share(n_projects[-1] / found.n_projects))
    if found.n_unknown or found.unknown_eur:
        amounts.append(found.unknown_eur)
        n_projects.append(found.n_unknown)
        labels.append(say("app.carriers.unknown"))
        shares.append("–")
    euros = round_to_sum(amounts)
    rows = [
        (name, say_number(n), share, say_full_euros(amount))
        for name, n, share, amount in zip(labels, n_projects, shares, euros, strict=True)
    ]
    sums = (say("app.carriers.total"), say_number(sum(n_projects)), "", say_full_euros(sum(euros)))
    names_of = ("n_aligned_projects", "share", "attributed")
    header = [title, *(say(f"app.column.{name}") for name in names_of)]
    markup.draw_table(header, rows, caption=caption, n_figures=len(names_of), total=sums)
