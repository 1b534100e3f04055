"""Who worked with whom, as a picture: around a project, an organisation, or a strategy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from roadmapfit.analysis import PreparedText
from roadmapfit.collaboration import Tie, find_colleagues, keep_strongest, list_ties
from roadmapfit.competence_map import Part
from roadmapfit.coverage import PortfolioCoverage
from roadmapfit.errors import WorkspaceError
from roadmapfit.generation import Generation
from roadmapfit.history import History
from roadmapfit.layouts import place_network
from roadmapfit.partnering import PartnerQuestion, answer_partners, ask_partners
from roadmapfit.records import Organisation
from roadmapfit.workspace import Workspace

N_CANDIDATES, N_ORGANISATIONS = 20, 36
# Of a dense network the outline is drawn: so many of the strongest ties of each.
N_STRONGEST = 3


@dataclass(frozen=True, slots=True)
class Node:
    """An organisation of the network.

    ``n_projects`` are those of the workspace that count here; ``x`` and ``y`` are in
    [0, 1], right and down.
    """

    organisation: Organisation
    part: Part
    n_projects: int
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Link:
    """Two nodes, by their places in the network, and the projects they share.

    Attributes
    ----------
    project_ids
        The newest first.
    last_year
        Of the newest; ``None`` if no project has a date.
    is_outline
        Whether it is among the strongest of either end; places follow from these alone.
    """

    one: int
    two: int
    project_ids: tuple[str, ...]
    last_year: int | None
    is_outline: bool = True

    @property
    def n_projects(self) -> int:
        """How many projects they share."""
        return len(self.project_ids)


@dataclass(frozen=True, slots=True)
class Network:
    """The picture.

    Attributes
    ----------
    nodes
        Those with a tie to some other.
    links
        The most projects first; equal ones newest first, then by places.
    alone
        Those who share no project with any of the others.
    """

    nodes: tuple[Node, ...]
    links: tuple[Link, ...]
    alone: tuple[Node, ...] = ()


def draw_project_network(
    workspace: Workspace,
    prepared: PreparedText,
    *,
    member_ids: Collection[str] | None = None,
    n_candidates: int = N_CANDIDATES,
) -> Network:
    """Gather who of a project's members and candidates worked with whom before.

    The project itself ties nobody.
    """
    asked = ask_partners(workspace, prepared, member_ids=member_ids)
    return draw_answer_network(workspace, asked, n_candidates=n_candidates)


def draw_answer_network(
    workspace: Workspace, asked: PartnerQuestion, *, n_candidates: int = N_CANDIDATES
) -> Network:
    """Gather as ``draw_project_network`` does for what was measured already."""
    fits = answer_partners(workspace, asked, newcomers=False, n_partners=n_candidates)
    parts = {each.id: Part.MEMBER for each in asked.members}
    parts |= {fit.organisation.id: Part.CANDIDATE for fit in fits}
    return _gather(workspace.generation, asked.question.competences.history, parts)


def draw_organisation_network(
    workspace: Workspace, organisation_id: str, *, n_organisations: int = N_ORGANISATIONS
) -> Network:
    """Gather those with whom an organisation did most projects, and their own ties.

    Raises
    ------
    WorkspaceError
        If there is no such organisation.
    """
    generation = workspace.generation
    if organisation_id not in generation.organisations:
        raise WorkspaceError("organisation_unknown", found=organisation_id)
    history = generation.competences.history
    colleagues = find_colleagues(history, organisation_id, n_most=n_organisations - 1)
    parts = {organisation_id: Part.ASKED} | dict.fromkeys(colleagues, Part.OTHER)
    return _gather(generation, history, parts)


def draw_portfolio_network(
    workspace: Workspace, project_ids: Collection[str], *, n_organisations: int = N_ORGANISATIONS
) -> Network:
    """Gather who carries a portfolio: the busiest in its projects, and their ties there.

    Parameters
    ----------
    workspace
        Where the projects are.
    project_ids
        The portfolio, as ``list_supporting`` gives that of a strategy.
    n_organisations
        How many at the most.
    """
    generation = workspace.generation
    counts = Counter(
        organisation_id
        for project_id in sorted(project_ids)
        for organisation_id in {
            part.organisation_id
            for part in generation.participations.get(project_id, ())
            if not part.has_ended and part.organisation_id in generation.organisations
        }
    )
    busiest = sorted(counts, key=lambda each: (-counts[each], each))[:n_organisations]
    return _gather(
        generation,
        generation.competences.history,
        dict.fromkeys(busiest, Part.OTHER),
        project_ids=project_ids,
        counts=counts,
    )


def list_supporting(coverage: PortfolioCoverage) -> frozenset[str]:
    """List the projects that are aligned with some item of what was covered."""
    return frozenset(each for item in coverage.items for each in item.project_ids[: item.n_aligned])


def _gather(
    generation: Generation,
    history: History,
    parts: Mapping[str, Part],
    *,
    project_ids: Collection[str] | None = None,
    counts: Mapping[str, int] | None = None,
) -> Network:
    asked = list(parts)
    ties = list_ties(history, asked, project_ids=project_ids)
    tied = sorted({place for tie in ties for place in (tie.one, tie.two)})
    spot = {place: number for number, place in enumerate(tied)}
    outline = set(keep_strongest(ties, n_each=N_STRONGEST))
    places = place_network(
        len(tied),
        [(spot[tie.one], spot[tie.two], len(tie.project_ids)) for tie in ties if tie in outline],
    ).tolist()

    def make_node(place: int, xy: Sequence[float]) -> Node:
        own = asked[place]
        n_projects = int(history.n_projects_of[history.columns[own]])
        return Node(
            generation.organisations[own],
            parts[own],
            n_projects if counts is None else counts[own],
            *xy,
        )

    return Network(
        nodes=tuple(make_node(place, xy) for place, xy in zip(tied, places, strict=True)),
        links=tuple(
            sorted(
                (_make_link(generation, tie, spot, is_outline=tie in outline) for tie in ties),
                key=lambda link: (-link.n_projects, -(link.last_year or 0), link.one, link.two),
            )
        ),
        alone=tuple(
            make_node(place, (0.0, 0.0)) for place in range(len(asked)) if place not in spot
        ),
    )


def _make_link(
    generation: Generation, tie: Tie, spot: Mapping[int, int], *, is_outline: bool
) -> Link:
    heads = generation.project_heads
    newest = sorted(tie.project_ids, key=lambda each: (-(heads[each].year or 0), each))
    return Link(spot[tie.one], spot[tie.two], tuple(newest), heads[newest[0]].year, is_outline)
