"""Complementary partners, asked of a built workspace."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace

from roadmapfit.analysis import PreparedText
from roadmapfit.candidates import ask
from roadmapfit.competence import compare_project
from roadmapfit.feasibility import measure_feasibility
from roadmapfit.generation import Generation
from roadmapfit.partner_model import load_partner_model
from roadmapfit.partner_roles import RoleNeed, find_role_needs
from roadmapfit.partner_sets import PartnerSet, SetLimits, choose_partners
from roadmapfit.partners import Need, PartnerFit, find_needs, measure_needs, rank_partners
from roadmapfit.proof import compare_passages, measure_proof, prove_text
from roadmapfit.records import Organisation, OrganisationKind
from roadmapfit.workspace import Workspace

# Candidates of a set of partners: those who might well join, whatever they close.
N_CONSIDERED = 200


def list_needs(
    workspace: Workspace, prepared: PreparedText, *, member_ids: Collection[str] | None = None
) -> list[Need]:
    """Say of each passage of a project how much of it the consortium leaves open."""
    generation = workspace.generation
    members = _members(generation, prepared, member_ids)
    competences = generation.competences
    rows = competences.find_texts(members, without=prepared.project_id)
    evidence = prove_text(prepared.texts, competences.texts.take(rows), among=competences.texts)
    return measure_needs(prepared.passages, measure_proof(evidence))


def list_role_needs(
    workspace: Workspace, prepared: PreparedText, *, member_ids: Collection[str] | None = None
) -> tuple[RoleNeed, ...]:
    """Say which roles (SME, laboratory, end user, ...) a text asks for, and who has them.

    Parameters
    ----------
    workspace, prepared, member_ids
        As ``find_partners`` takes them.
    """
    generation = workspace.generation
    members = _members(generation, prepared, member_ids)
    known = [generation.organisations[each] for each in members if each in generation.organisations]
    return find_role_needs(prepared.passages, known)


def find_partners(
    workspace: Workspace,
    prepared: PreparedText,
    *,
    member_ids: Collection[str] | None = None,
    excluded_ids: Collection[str] = (),
    keep: Callable[[Organisation], bool] | None = None,
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
        Organisations not wanted (a declared conflict). Whoever left the project is left
        out, too.
    keep
        Which organisations may be ranked; all by default.
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
    nearest = compare_passages(prepared.texts.vectors, competences.texts)
    question = ask(
        competences,
        compare_project(prepared.texts, competences, needs=nearest),
        programme=head.programme if head else "",
    )
    members = [organisations[each] for each in member_ids if each in organisations]
    fits = rank_partners(
        find_needs(prepared.passages, question, members),
        question,
        members=members,
        organisations=organisations,
        model=load_partner_model(),
        excluded_ids={*excluded_ids, *_list_left(generation, prepared)},
        veteran_ids=generation.veteran_ids,
        keep=keep,
        newcomers=newcomers,
        uses_network=uses_network,
        n_partners=n_partners,
    )
    return [
        replace(
            fit,
            feasibility=measure_feasibility(
                fit.organisation,
                members,
                participations=generation.participations_of.get(fit.organisation.id, ()),
                projects=generation.project_heads,
                day=generation.latest_day,
            ),
        )
        for fit in fits
    ]


def find_partner_set(
    workspace: Workspace,
    prepared: PreparedText,
    *,
    n_most: int,
    member_ids: Collection[str] | None = None,
    excluded_ids: Collection[str] = (),
    uses_network: bool = True,
    kinds: Collection[OrganisationKind] = (),
    territories: Collection[str] = (),
    countries: Collection[str] = (),
    n_most_of_kind: int | None = None,
    budget_eur: float | None = None,
    need_wanted: float = 1.0,
) -> PartnerSet:
    """Find few organisations that together close what a consortium lacks.

    Parameters
    ----------
    workspace, prepared, member_ids, excluded_ids, uses_network
        As ``find_partners`` takes them. Of those within the limits the first
        ``N_CONSIDERED`` are considered.
    n_most, kinds, territories, countries, n_most_of_kind, budget_eur, need_wanted
        As ``SetLimits`` takes them.
    """
    limits = SetLimits(
        n_most=n_most,
        kinds=kinds,
        territories=territories,
        countries=countries,
        n_most_of_kind=n_most_of_kind,
        budget_eur=budget_eur,
        need_wanted=need_wanted,
    )
    fits = find_partners(
        workspace,
        prepared,
        member_ids=member_ids,
        excluded_ids=excluded_ids,
        keep=limits.allows,
        uses_network=uses_network,
        n_partners=N_CONSIDERED,
    )
    needs = list_needs(workspace, prepared, member_ids=member_ids)
    return choose_partners(fits, needs, limits=limits)


def _members(
    generation: Generation, prepared: PreparedText, member_ids: Collection[str] | None
) -> list[str]:
    if member_ids is not None:
        return sorted(member_ids)
    own = generation.participations.get(prepared.project_id or "", [])
    return sorted({each.organisation_id for each in own if not each.has_ended})


def _list_left(generation: Generation, prepared: PreparedText) -> list[str]:
    """List who was in the project asked about and left it."""
    own = generation.participations.get(prepared.project_id or "", [])
    return [each.organisation_id for each in own if each.has_ended]
