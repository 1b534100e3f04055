"""Complementary partners, asked of a built workspace."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from roadmapfit.analysis import PreparedText
from roadmapfit.candidates import ask
from roadmapfit.competence import compare_passages, compare_project
from roadmapfit.generation import Generation
from roadmapfit.partner_model import load_partner_model
from roadmapfit.partner_sets import PartnerSet, choose_partners
from roadmapfit.partners import Need, PartnerFit, find_needs, measure_needs, rank_partners
from roadmapfit.records import OrganisationKind, OwnerKind
from roadmapfit.workspace import Workspace

# Candidates of a set of partners: those who might well join, whatever they close.
N_CONSIDERED = 200


def list_needs(
    workspace: Workspace, prepared: PreparedText, *, member_ids: Collection[str] | None = None
) -> list[Need]:
    """Say of each passage of a project how much of it the consortium leaves open."""
    generation = workspace.generation
    members = _members(generation, prepared, member_ids)
    rows = _competence_rows(generation, members, prepared.project_id)
    return measure_needs(prepared.passages, prepared.texts.vectors, generation.index.vectors(rows))


def find_partners(
    workspace: Workspace,
    prepared: PreparedText,
    *,
    member_ids: Collection[str] | None = None,
    excluded_ids: Collection[str] = (),
    newcomers: bool | None = None,
    uses_network: bool = True,
    n_partners: int = 20,
) -> list[PartnerFit]:
    """Rank organisations that bring what a consortium lacks, the likeliest first.

    Parameters
    ----------
    workspace, prepared
        Where to look, and for which text.
    member_ids
        The consortium; by default the stored project's, or nobody for a pasted text.
    excluded_ids
        Organisations not wanted (a declared conflict).
    newcomers
        Newcomers alone, or all others alone; ``None`` for everyone in one list.
    uses_network
        Whether past projects with the members count.
    n_partners
        How many at the most.
    """
    generation = workspace.generation
    member_ids = _members(generation, prepared, member_ids)
    organisations = generation.organisations
    head = generation.project_heads.get(prepared.project_id or "")
    # The project itself proves nothing of itself, nor ties its own members.
    competences = generation.competences.without(prepared.project_id)
    nearest = compare_passages(prepared.texts.vectors, competences)
    question = ask(
        competences,
        compare_project(prepared.texts, competences, needs=nearest),
        programme=head.programme if head else "",
    )
    members = [organisations[each] for each in member_ids if each in organisations]
    return rank_partners(
        find_needs(prepared.passages, question, members),
        question,
        members=members,
        organisations=organisations,
        model=load_partner_model(),
        excluded_ids=excluded_ids,
        veteran_ids=generation.veteran_ids,
        newcomers=newcomers,
        uses_network=uses_network,
        n_partners=n_partners,
    )


def find_partner_set(
    workspace: Workspace,
    prepared: PreparedText,
    *,
    n_most: int,
    member_ids: Collection[str] | None = None,
    excluded_ids: Collection[str] = (),
    uses_network: bool = True,
    kinds: Collection[OrganisationKind] = (),
    countries: Collection[str] = (),
    n_most_of_kind: int | None = None,
) -> PartnerSet:
    """Find few organisations that together close what a consortium lacks.

    Parameters
    ----------
    workspace, prepared, member_ids, excluded_ids, uses_network
        As ``find_partners`` takes them; the first ``N_CONSIDERED`` are considered.
    n_most, kinds, countries, n_most_of_kind
        As ``choose_partners`` takes them.
    """
    fits = find_partners(
        workspace,
        prepared,
        member_ids=member_ids,
        excluded_ids=excluded_ids,
        uses_network=uses_network,
        n_partners=N_CONSIDERED,
    )
    return choose_partners(
        fits,
        list_needs(workspace, prepared, member_ids=member_ids),
        n_most=n_most,
        kinds=kinds,
        countries=countries,
        n_most_of_kind=n_most_of_kind,
    )


def _members(
    generation: Generation, prepared: PreparedText, member_ids: Collection[str] | None
) -> list[str]:
    if member_ids is not None:
        return sorted(member_ids)
    own = generation.participations.get(prepared.project_id or "", [])
    return sorted({each.organisation_id for each in own if not each.has_ended})


def _competence_rows(
    generation: Generation, members: Sequence[str], project_id: str | None
) -> NDArray[np.int64]:
    """Index rows that prove what the members can do, the project itself left out."""
    wanted = set(members)
    projects = {
        each
        for each, own in generation.participations.items()
        if each != project_id
        and any(part.organisation_id in wanted and not part.has_ended for part in own)
    }
    return np.concatenate(
        [
            generation.rows_of(OwnerKind.ORGANISATION, wanted),
            generation.rows_of(OwnerKind.PROJECT, projects),
        ]
    )
