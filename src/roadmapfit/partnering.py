"""Complementary partners, asked of a built workspace."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace

from roadmapfit.analysis import PreparedText, align_text, check_prepared
from roadmapfit.calibrate import Verdict
from roadmapfit.candidates import Question, ask
from roadmapfit.carried import list_carried
from roadmapfit.competence import compare_project
from roadmapfit.feasibility import measure_feasibility
from roadmapfit.generation import Generation
from roadmapfit.known_ids import check_organisations
from roadmapfit.partner_model import load_partner_model
from roadmapfit.partner_roles import RoleNeed, find_role_needs
from roadmapfit.partner_sets import PartnerSet, SetLimits, choose_partners
from roadmapfit.partners import Need, PartnerFit, find_needs, measure_needs, rank_partners
from roadmapfit.proof import compare_passages, measure_proof, prove_text
from roadmapfit.records import Organisation, OrganisationKind, StrategyItem
from roadmapfit.workspace import Workspace

# Candidates of a set of partners: those who might well join, whatever they close.
N_CONSIDERED = 200
# More of a text's items than these are no common aim.
N_SERVED = 2


@dataclass(frozen=True, slots=True)
class ServedItem:
    """An item that a text is aligned with; ``organisation_ids`` have projects that are, too."""

    item: StrategyItem
    organisation_ids: frozenset[str]


@dataclass(frozen=True, slots=True)
class PartnerQuestion:
    """A text and its consortium, measured once for all that is asked about its partners.

    Attributes
    ----------
    members
        Of the consortium, those that the workspace knows; in the order of their ids.
    left_ids
        Who was in the project and left it: no candidates for it.
    needs
        Of the text, a passage each.
    served
        Items that the text is aligned with, the best ``N_SERVED``.
    question
        What the text says of every organisation, the project itself proving nothing.
    """

    members: tuple[Organisation, ...]
    left_ids: frozenset[str]
    needs: tuple[Need, ...]
    served: tuple[ServedItem, ...]
    question: Question


def ask_partners(
    workspace: Workspace, prepared: PreparedText, *, member_ids: Collection[str] | None = None
) -> PartnerQuestion:
    """Measure what a text's consortium leaves open, and how far anybody proves it.

    Parameters
    ----------
    workspace, prepared
        Where to look, and for which text.
    member_ids
        The consortium; by default the stored project's, or nobody for a pasted text.

    Raises
    ------
    WorkspaceError
        If one of ``member_ids`` is not in the index.
    ArgumentError
        If ``prepared`` is no prepared text, or ``member_ids`` is one text.
    """
    generation = workspace.generation
    members = _list_members(generation, prepared, member_ids)
    head = generation.project_heads.get(prepared.project_id or "")
    # The project itself proves nothing of itself, nor ties its own members.
    competences = generation.competences.without(prepared.project_id)
    nearest = compare_passages(prepared.texts.vectors, competences.texts)
    question = ask(
        competences,
        compare_project(prepared.texts, competences, needs=nearest),
        programme=head.programme if head else "",
    )
    return PartnerQuestion(
        members=tuple(members),
        left_ids=frozenset(_list_left(generation, prepared)),
        served=_list_served(workspace, prepared),
        needs=tuple(
            find_needs(prepared.passages, question, members, idf=workspace.model.background.idf)
        ),
        question=question,
    )


def list_needs(
    workspace: Workspace, prepared: PreparedText, *, member_ids: Collection[str] | None = None
) -> list[Need]:
    """Say of each passage of a project how much of it the consortium leaves open.

    Raises
    ------
    WorkspaceError
        If one of ``member_ids`` is not in the index.
    ArgumentError
        If ``prepared`` is no prepared text, or ``member_ids`` is one text.
    """
    generation = workspace.generation
    competences = generation.competences
    member_ids = _list_member_ids(generation, prepared, member_ids)
    rows = competences.find_texts(member_ids, without=prepared.project_id)
    evidence = prove_text(prepared.texts, competences.texts.take(rows), among=competences.texts)
    return measure_needs(
        prepared.passages, measure_proof(evidence), idf=workspace.model.background.idf
    )


def list_role_needs(
    workspace: Workspace, prepared: PreparedText, *, member_ids: Collection[str] | None = None
) -> tuple[RoleNeed, ...]:
    """Say which roles (SME, laboratory, end user, ...) a text asks for, and who has them.

    Parameters
    ----------
    workspace, prepared, member_ids
        As ``ask_partners`` takes them.
    """
    members = _list_members(workspace.generation, prepared, member_ids)
    return find_role_needs(prepared.passages, members)


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
    workspace, prepared, member_ids
        As ``ask_partners`` takes them.
    excluded_ids, keep, newcomers, uses_network, n_partners
        As ``answer_partners`` takes them.
    """
    return answer_partners(
        workspace,
        ask_partners(workspace, prepared, member_ids=member_ids),
        excluded_ids=excluded_ids,
        keep=keep,
        newcomers=newcomers,
        uses_network=uses_network,
        n_partners=n_partners,
    )


def answer_partners(
    workspace: Workspace,
    asked: PartnerQuestion,
    *,
    excluded_ids: Collection[str] = (),
    keep: Callable[[Organisation], bool] | None = None,
    newcomers: bool | None = None,
    uses_network: bool = True,
    n_partners: int = 20,
) -> list[PartnerFit]:
    """Rank organisations for a question that was measured, the likeliest first.

    Parameters
    ----------
    workspace, asked
        Where to look, and what was measured there.
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

    Raises
    ------
    WorkspaceError
        If one of ``excluded_ids`` is not in the index.
    ArgumentError
        If ``excluded_ids`` is one text.
    """
    generation = workspace.generation
    check_organisations(generation, excluded_ids, name="excluded_ids")
    fits = rank_partners(
        asked.needs,
        asked.question,
        members=asked.members,
        organisations=generation.organisations,
        model=load_partner_model(),
        excluded_ids={*excluded_ids, *asked.left_ids},
        veteran_ids=generation.veteran_ids,
        keep=keep,
        newcomers=newcomers,
        uses_network=uses_network,
        n_partners=n_partners,
    )
    return [
        replace(
            fit,
            gain=replace(fit.gain, item=_find_common_item(asked.served, fit.organisation.id)),
            feasibility=measure_feasibility(
                fit.organisation,
                asked.members,
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
    workspace, prepared, member_ids
        As ``ask_partners`` takes them.
    excluded_ids, uses_network
        As ``answer_partner_set`` takes them.
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
    return answer_partner_set(
        workspace,
        ask_partners(workspace, prepared, member_ids=member_ids),
        limits=limits,
        excluded_ids=excluded_ids,
        uses_network=uses_network,
    )


def answer_partner_set(
    workspace: Workspace,
    asked: PartnerQuestion,
    *,
    limits: SetLimits,
    excluded_ids: Collection[str] = (),
    uses_network: bool = True,
) -> PartnerSet:
    """Find few organisations that together close what a question leaves open.

    Parameters
    ----------
    workspace, asked, excluded_ids, uses_network
        As ``answer_partners`` takes them.
    limits
        What the set must keep to. Of those within them the first ``N_CONSIDERED`` are
        considered.
    """
    fits = answer_partners(
        workspace,
        asked,
        excluded_ids=excluded_ids,
        keep=limits.allows,
        uses_network=uses_network,
        n_partners=N_CONSIDERED,
    )
    return choose_partners(fits, asked.needs, limits=limits)


def _list_served(workspace: Workspace, prepared: PreparedText) -> tuple[ServedItem, ...]:
    """List what a text serves; that an item asked about serves itself says nothing."""
    items = workspace.generation.strategy_items
    own = {each.owner_id for each in prepared.passages}
    best = [
        each.item_id
        for each in align_text(workspace, prepared)
        if each.verdict is Verdict.ALIGNED and each.item_id not in own
    ]
    return tuple(
        ServedItem(items[each], frozenset(list_carried(workspace, each)))
        for each in best[:N_SERVED]
    )


def _find_common_item(served: Iterable[ServedItem], organisation_id: str) -> StrategyItem | None:
    """Find the item that an organisation works towards, too."""
    return next((each.item for each in served if organisation_id in each.organisation_ids), None)


def _list_members(
    generation: Generation, prepared: PreparedText, member_ids: Collection[str] | None
) -> list[Organisation]:
    """List the members of a consortium that the workspace knows."""
    known = generation.organisations
    wanted = _list_member_ids(generation, prepared, member_ids)
    return [known[each] for each in wanted if each in known]


def _list_member_ids(
    generation: Generation, prepared: PreparedText, member_ids: Collection[str] | None
) -> list[str]:
    check_prepared(prepared)
    if member_ids is not None:
        check_organisations(generation, member_ids, name="member_ids")
        return sorted(member_ids)
    own = generation.participations.get(prepared.project_id or "", [])
    return sorted({each.organisation_id for each in own if not each.has_ended})


def _list_left(generation: Generation, prepared: PreparedText) -> list[str]:
    """List who was in the project asked about and left it."""
    own = generation.participations.get(prepared.project_id or "", [])
    return [each.organisation_id for each in own if each.has_ended]
