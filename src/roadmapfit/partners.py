"""Who brings what a consortium lacks, and why.

A project's passages say what it needs; the competence of an organisation is the
passages that prove it (its own description, the projects it is in). A need is
open as far as no member of the consortium proves it. Whoever closes some of it is a
candidate, and candidates are ranked by how past consortia were completed, with the
network of past projects or without it (``partner_model``).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from roadmapfit.candidates import Question, measure_candidates
from roadmapfit.feasibility import Feasibility
from roadmapfit.history import KINDS
from roadmapfit.network import measure_ties
from roadmapfit.partner_model import PartnerModel, name_ranking
from roadmapfit.partner_roles import Facet, name_facets
from roadmapfit.records import Organisation, OrganisationKind, Passage, StrategyItem
from roadmapfit.telling import list_telling

Values = NDArray[np.float32]

N_DECIMALS = 4
# Less of a need than this is no reason to name anybody.
LEAST_CLOSED = 0.01
# Of so many at a time, those who close less than this share of the open need come last: else
# who did next to nothing of the kind may head the list, before who did all of it. Behind all
# others they would be lost, and past consortia hold many (``benchmarks/partner_order.py``).
N_AT_A_TIME, SLIGHT = 20, 0.05
# The types of partner that committees look for.
CORE_KINDS = (OrganisationKind.SME, OrganisationKind.LABORATORY)
# Those who look for markets.
FIRMS = (
    OrganisationKind.SME,
    OrganisationKind.MIDCAP,
    OrganisationKind.LARGE,
    OrganisationKind.COMPANY,
)


@dataclass(frozen=True, slots=True)
class Need:
    """A passage of the project, and how much of it the consortium leaves open.

    Attributes
    ----------
    openness
        In [0, 1]; 1 where no member proves anything of it.
    is_telling
        Whether it asks for something in particular. One that does not is nothing to close.
    """

    passage: Passage
    openness: float
    is_telling: bool = True

    @property
    def weight(self) -> float:
        """What closing all that is open of it counts, in [0, 1]."""
        return self.openness if self.is_telling else 0.0


@dataclass(frozen=True, slots=True)
class Closure:
    """One need that a candidate closes, with the proof.

    ``closed`` is the part of the need that this candidate adds to the consortium, in
    [0, 1]: its openness times the degree of proof. ``proof_row`` is the index row of the
    proving passage.
    """

    need: Need
    closed: float
    proof_row: int

    @property
    def degree(self) -> float:
        """The degree of proof, in [0, 1], however open the need is."""
        return self.closed / self.need.openness


@dataclass(frozen=True, slots=True)
class Gain:
    """What the project brings a candidate.

    Attributes
    ----------
    n_new_partners
        Members that it has had no project with.
    new_kinds
        Types of those that it has had no project with at all.
    theme
        The passage of the project that it can prove least: what it would learn.
    market
        For a firm, the passage on a market that it can prove least, if there is one.
    item
        What the project serves and it works towards already, where that was looked for.
    """

    n_new_partners: int
    new_kinds: tuple[OrganisationKind, ...]
    theme: Passage
    market: Passage | None = None
    item: StrategyItem | None = None


@dataclass(frozen=True, slots=True)
class PartnerFit:
    """An organisation that would complete a consortium.

    Attributes
    ----------
    need_closed
        Share of all open need that it closes, in [0, 1].
    closures
        The needs it closes, largest part first.
    brings_kind
        Whether it is of a type (SME, laboratory) that the consortium lacks; never without one.
    is_newcomer
        Whether it has no project in the workspace.
    n_met
        Members of the consortium that it has had a project with.
    gain
        What the project brings it.
    feasibility
        Whether it could join, where that was measured.
    """

    organisation: Organisation
    need_closed: float
    closures: tuple[Closure, ...]
    brings_kind: bool
    is_newcomer: bool
    n_met: int
    gain: Gain
    feasibility: Feasibility = Feasibility()


def measure_needs(
    passages: Sequence[Passage], proven: Values, *, idf: Values | None = None
) -> list[Need]:
    """Measure what the present consortium leaves open.

    Parameters
    ----------
    passages
        Of the project.
    proven
        Shape (n_passages, n): how far each member, or each text of one, proves each
        passage, in [0, 1]; none leaves all open.
    idf
        Weights of terms, by which passages are known that tell nothing
        (``telling.list_telling``); without, all of them tell.
    """
    best = proven.max(axis=1, initial=0.0)
    telling = list_telling(passages, idf=idf) if idf is not None else (True,) * len(passages)
    return [
        Need(passage, float(1 - value), is_telling)
        for passage, value, is_telling in zip(passages, best, telling, strict=True)
    ]


def list_open(needs: Iterable[Need]) -> list[Need]:
    """List the needs that ask for something, the most open first.

    A title is left out where the text says more: it is said again there.
    """
    telling = [need for need in needs if need.is_telling]
    said = [need for need in telling if need.passage.field != "title"]
    return sorted(said or telling, key=lambda need: -need.openness)


def find_needs(
    passages: Sequence[Passage],
    question: Question,
    members: Sequence[Organisation],
    *,
    idf: Values | None = None,
) -> list[Need]:
    """Measure what a consortium leaves open, as ``measure_needs`` does.

    Parameters
    ----------
    passages
        One a row of the question's proof.
    question
        As ``ask`` returns.
    members
        The present consortium.
    idf
        As ``measure_needs`` takes it.
    """
    columns = question.competences.history.find_columns(each.id for each in members)
    return measure_needs(passages, question.proven[:, columns], idf=idf)


def rank_partners(
    needs: Sequence[Need],
    question: Question,
    *,
    members: Sequence[Organisation],
    organisations: Mapping[str, Organisation],
    model: PartnerModel,
    excluded_ids: Collection[str] = (),
    veteran_ids: Collection[str] = (),
    keep: Callable[[Organisation], bool] | None = None,
    newcomers: bool | None = None,
    uses_network: bool = True,
    n_partners: int = 20,
) -> list[PartnerFit]:
    """Rank the organisations that close open need, by what past consortia tell.

    Parameters
    ----------
    needs
        Of the project: one a row of the question's proof.
    question
        As ``ask`` returns, without the project itself among what is proven.
    members
        The present consortium; they are not ranked.
    organisations
        All of them, by id.
    model
        What each measure weighs.
    excluded_ids
        Organisations not wanted: declared conflicts.
    veteran_ids
        Organisations that have had a project, here or not in the history.
    keep
        Which organisations may be ranked; all by default.
    newcomers
        Whether newcomers alone are ranked, or all but newcomers; ``None`` for everyone.
    uses_network
        Whether ties with the members count.
    n_partners
        How many at the most.

    Returns
    -------
    list[PartnerFit]
        The likeliest to complete the consortium first, as ``order_candidates`` puts them;
        equal ones by organisation id.
    """
    history = question.competences.history
    weights = np.array([need.weight for need in needs], dtype=np.float32)
    closed = measure_closed(weights, question.proven)
    total = sum(need.weight for need in needs)
    left_out = {each.id for each in members} | set(excluded_ids)

    def is_wanted(organisation_id: str) -> bool:
        return (
            organisation_id in organisations
            and organisation_id not in left_out
            and newcomers in (None, organisation_id not in veteran_ids)
            and (keep is None or keep(organisations[organisation_id]))
        )

    # Most organisations close nothing: only the others are looked at one by one.
    closing = np.flatnonzero((closed > 0).any(axis=0)).tolist()
    columns = np.array(
        [each for each in closing if is_wanted(history.organisation_ids[each])], dtype=np.int64
    )
    if not len(columns):
        return []
    values = model.rank_values(
        measure_candidates(question, members)[columns],
        ranking=name_ranking(has_texts=question.has_texts, uses_network=uses_network),
    )
    shares = closed[:, columns].sum(axis=0) / np.float32(total)
    best = columns[order_candidates(values, shares)[:n_partners]]
    consortium = history.find_columns(each.id for each in members)
    ties = measure_ties(history, consortium, question.alike)
    gains = _measure_gains(needs, question, members, best)
    kinds = {each.kind for each in members}
    return [
        PartnerFit(
            organisation=organisations[history.organisation_ids[column]],
            need_closed=float(closed[:, column].sum() / total),
            closures=_list_closures(needs, question, closed[:, column], int(column)),
            # Nobody adds a type to a consortium that there is not.
            brings_kind=bool(kinds)
            and any(history.kinds[column] == str(kind) for kind in CORE_KINDS if kind not in kinds),
            is_newcomer=history.organisation_ids[column] not in veteran_ids,
            n_met=int(ties.n_met[column]),
            gain=gain,
        )
        for column, gain in zip(best, gains, strict=True)
    ]


def order_candidates(
    values: Values, shares: Values, *, slight: float = SLIGHT
) -> NDArray[np.int64]:
    """Order candidates by what the model says, and of each few those who close little last.

    Parameters
    ----------
    values
        Shape (n,), as ``PartnerModel.rank_values`` returns.
    shares
        Shape (n,): of the open need that each closes, in [0, 1].
    slight
        A smaller share is little.

    Returns
    -------
    numpy.ndarray
        Places in ``values``, the best first; equal ones in the order given.

    Examples
    --------
    >>> order_candidates(np.array([3.0, 2.0, 1.0]), np.array([0.01, 0.5, 0.02])).tolist()
    [1, 0, 2]
    """
    # Rounded: the last bits of a product depend on the machine.
    order = np.argsort(-np.round(values, N_DECIMALS), kind="stable")
    places = np.arange(len(order))
    by_few = np.lexsort((places, shares[order] < slight, places // N_AT_A_TIME))
    return np.asarray(order[by_few], dtype=np.int64)


def measure_closed(openness: Values, proven: Values) -> Values:
    """Measure the part of needs that somebody closes who proves them to some degree.

    Parameters
    ----------
    openness
        Shape (n_needs,), in [0, 1]: chance that nobody of the consortium can.
    proven
        Shape (n_needs, ...), in [0, 1]: chance that whoever is asked about can.

    Returns
    -------
    numpy.ndarray
        float32, shape of ``proven``: their product, or 0 below ``LEAST_CLOSED``.

    Examples
    --------
    >>> measure_closed(np.array([0.5, 1.0]), np.array([[0.5, 0.01], [0.0, 0.25]])).tolist()
    [[0.25, 0.0], [0.0, 0.25]]
    """
    closed = (openness * proven.T).T
    return np.asarray(np.where(closed < LEAST_CLOSED, 0, closed), dtype=np.float32)


def _list_closures(
    needs: Sequence[Need], question: Question, closed: Values, column: int
) -> tuple[Closure, ...]:
    competences, likeness = question.competences, question.likeness
    proofs = competences.proofs
    texts = proofs.indices[proofs.indptr[column] : proofs.indptr[column + 1]]
    closures = []
    for number in np.flatnonzero(closed):
        text = int(texts[np.argmax(likeness.evidence[number, texts])])
        row = competences.find_passage(text, likeness.vectors[number])
        closures.append(Closure(needs[int(number)], float(closed[number]), row))
    return tuple(sorted(closures, key=lambda closure: -closure.closed))


def _measure_gains(
    needs: Sequence[Need],
    question: Question,
    members: Sequence[Organisation],
    columns: NDArray[np.int64],
) -> list[Gain]:
    """Measure what the project brings some candidates, all at once: there may be hundreds."""
    history = question.competences.history
    by = history.by_organisation
    own = by[columns]
    # Members that the history does not know are new to everybody.
    is_known = np.array([each.id in history.columns for each in members], dtype=np.bool_)
    theirs = by[[history.columns[each.id] for each in members if each.id in history.columns]]
    has_met = np.zeros((len(columns), len(members)), dtype=np.bool_)
    has_met[:, is_known] = (own @ theirs.T).toarray() > 0
    knows_kind = own @ history.kinds_of > 0
    telling = [row for row, need in enumerate(needs) if need.is_telling]
    markets = [row for row in telling if Facet.MARKET in name_facets(needs[row].passage)]
    gains = []
    for column, met, kinds_met in zip(columns, has_met, knows_kind, strict=True):
        # Of needs that it cannot prove at all, the one that it is least near to.
        strange = partial(min, key=lambda row, near=question.proof[:, column]: near[row])
        new = [each for each, is_met in zip(members, met, strict=True) if not is_met]
        new_kinds = {each.kind for each in new if not kinds_met[KINDS.index(each.kind)]}
        is_firm = history.kinds[column] in map(str, FIRMS)
        gains.append(
            Gain(
                n_new_partners=len(new),
                new_kinds=tuple(sorted(new_kinds)),
                theme=needs[strange(telling)].passage,
                market=needs[strange(markets)].passage if is_firm and markets else None,
            )
        )
    return gains
