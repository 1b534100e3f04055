"""What was asked about partners: needs, candidates, places, maps and networks."""

from __future__ import annotations

import streamlit as st

from roadmapfit.analysis import PreparedText
from roadmapfit.app.answers.turns import HOUR_S, in_turn
from roadmapfit.carried import list_carried
from roadmapfit.competence_map import CompetenceMap, map_answer, map_item, map_territory
from roadmapfit.competence_profile import CompetenceProfile, profile_organisation
from roadmapfit.consortium_network import (
    Network,
    draw_answer_network,
    draw_organisation_network,
    draw_portfolio_network,
    list_supporting,
)
from roadmapfit.coverage import PortfolioCoverage
from roadmapfit.neighbours import Neighbour, find_neighbours
from roadmapfit.partner_roles import RoleNeed
from roadmapfit.partnering import PartnerQuestion, answer_partners, ask_partners, list_role_needs
from roadmapfit.partners import PartnerFit
from roadmapfit.placement import Placement, place_organisation
from roadmapfit.workspace import Workspace

# Filters narrow the ranking afterwards, so it is asked for with room to spare.
N_PARTNERS = 200
# Questions about partners kept for what is asked next: each holds up to 10 MB of measures.
# It also holds the build that it was asked of, which a new one should free soon.
N_QUESTIONS, QUESTION_S = 4, 600


@st.cache_resource(show_spinner=False, max_entries=N_QUESTIONS, ttl=QUESTION_S)
@in_turn
def load_question(
    version: str, _workspace: Workspace, text_key: str, _prepared: PreparedText
) -> PartnerQuestion:
    """Measure what a text's consortium leaves open, and how far anybody proves it.

    ``version`` is the judged one, here and wherever this is asked: what a text serves is
    what people made of it.
    """
    return ask_partners(_workspace, _prepared)


@st.cache_data(show_spinner=False, max_entries=50, ttl=HOUR_S)
def load_partners(
    version: str,
    _workspace: Workspace,
    text_key: str,
    _prepared: PreparedText,
    *,
    newcomers: bool,
    uses_network: bool,
) -> list[PartnerFit]:
    """Rank the organisations that would complete a text's consortium."""
    return answer_partners(
        _workspace,
        load_question(version, _workspace, text_key, _prepared),
        newcomers=newcomers,
        uses_network=uses_network,
        n_partners=N_PARTNERS,
    )


@st.cache_data(show_spinner=False, max_entries=200, ttl=HOUR_S)
def load_role_needs(
    version: str, _workspace: Workspace, text_key: str, _prepared: PreparedText
) -> tuple[RoleNeed, ...]:
    """Say which roles a text asks for, and who of its consortium has them."""
    return list_role_needs(_workspace, _prepared)


@st.cache_data(show_spinner=False, max_entries=50, ttl=HOUR_S)
def load_carried(version: str, _workspace: Workspace, item_id: str) -> dict[str, tuple[str, ...]]:
    """List the projects aligned with an item, by organisation; ``version`` is the judged one."""
    return list_carried(_workspace, item_id)


@st.cache_data(show_spinner=False, max_entries=50, ttl=HOUR_S)
def load_profile(version: str, _workspace: Workspace, organisation_id: str) -> CompetenceProfile:
    """Gather what an organisation can do; ``version`` is the judged one."""
    return profile_organisation(_workspace, organisation_id)


@st.cache_data(show_spinner=False, max_entries=50, ttl=HOUR_S)
def load_placement(version: str, _workspace: Workspace, organisation_id: str) -> Placement:
    """Find where an organisation belongs; ``version`` is the judged one."""
    return place_organisation(_workspace, organisation_id)


@st.cache_data(show_spinner=False, max_entries=50, ttl=HOUR_S)
def load_neighbours(version: str, _workspace: Workspace, document_id: str) -> list[Neighbour]:
    """Relate a roadmap to the others; ``version`` is the judged one."""
    return find_neighbours(_workspace, document_id)


@st.cache_data(show_spinner=False, max_entries=50, ttl=HOUR_S)
def load_project_map(
    version: str,
    _workspace: Workspace,
    text_key: str,
    _prepared: PreparedText,
    *,
    uses_network: bool,
) -> CompetenceMap:
    """Map a text's needs and who proves them."""
    ranked = load_partners(
        version, _workspace, text_key, _prepared, newcomers=False, uses_network=uses_network
    )
    asked = load_question(version, _workspace, text_key, _prepared)
    return map_answer(_workspace, asked, uses_network=uses_network, ranked=ranked)


@st.cache_data(show_spinner=False, max_entries=50, ttl=HOUR_S)
def load_item_map(version: str, _workspace: Workspace, item_id: str) -> CompetenceMap:
    """Map who comes nearest to an item."""
    return map_item(_workspace, item_id)


@st.cache_data(show_spinner=False, max_entries=50, ttl=HOUR_S)
def load_territory_map(
    version: str, _workspace: Workspace, territory: str, document_id: str
) -> CompetenceMap:
    """Map who of a territory proves what a strategy asks for."""
    return map_territory(_workspace, territory, document_id)


@st.cache_data(show_spinner=False, max_entries=50, ttl=HOUR_S)
def load_project_network(
    version: str, _workspace: Workspace, text_key: str, _prepared: PreparedText
) -> Network:
    """Gather who of a text's members and candidates worked with whom."""
    return draw_answer_network(_workspace, load_question(version, _workspace, text_key, _prepared))


@st.cache_data(show_spinner=False, max_entries=50, ttl=HOUR_S)
def load_organisation_network(version: str, _workspace: Workspace, organisation_id: str) -> Network:
    """Gather who worked with an organisation."""
    return draw_organisation_network(_workspace, organisation_id)


@st.cache_data(show_spinner=False, max_entries=50, ttl=HOUR_S)
def load_portfolio_network(
    version: str, _workspace: Workspace, document_id: str, _coverage: PortfolioCoverage
) -> Network:
    """Gather who carries a strategy; ``version`` is the judged one."""
    return draw_portfolio_network(_workspace, list_supporting(_coverage))
