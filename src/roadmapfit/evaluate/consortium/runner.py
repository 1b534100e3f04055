"""Consortium completion through the ranking systems: figures, intervals, tests, parts."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from roadmapfit.candidates import ask, measure_candidates
from roadmapfit.competence import (
    Competences,
    compare_project,
    gather_competences,
    make_blank_text,
)
from roadmapfit.errors import InputError
from roadmapfit.evaluate.consortium.measures import (
    PARTS,
    Ranked,
    find_large_countries,
    find_parts,
    find_rank,
    measure_ranked,
)
from roadmapfit.evaluate.consortium.systems import CONSORTIUM_SYSTEMS, Case
from roadmapfit.evaluate.consortium.task import (
    Blank,
    ConsortiumTask,
    draw_blanks,
    open_history,
)
from roadmapfit.evaluate.corpus import encode_texts
from roadmapfit.evaluate.ranking import QueryMeasure
from roadmapfit.evaluate.runner import (
    RUN_DEPTH,
    SEED,
    Chosen,
    Evaluation,
    Figure,
    bound_mean,
    compare_systems,
)
from roadmapfit.evaluate.sides import Tools
from roadmapfit.evaluate.tasks import Text
from roadmapfit.history import History
from roadmapfit.partner_model import PartnerModel, load_partner_model
from roadmapfit.proof import compare_passages
from roadmapfit.records import Organisation, OwnerKind, Project
from roadmapfit.textset import TextSet

Values = NDArray[np.float32]

# Projects whose passages are compared at once with all of the history.
CHUNK = 16


@dataclass(frozen=True, slots=True)
class Measured:
    """A blank that can be ranked, with its measures and the column of the hidden member."""

    blank: Blank
    case: Case
    column: int


class Encode(Protocol):
    """Gives the texts of a history's projects and of the queries, as ``encode_history`` does."""

    def __call__(
        self, task: ConsortiumTask, history: History, blanks: Sequence[Blank], *, tools: Tools
    ) -> tuple[Competences, TextSet]:
        """Cut and encode, or take from where that was done."""


def evaluate_consortia(
    task: ConsortiumTask,
    *,
    tools: Tools,
    systems: Sequence[str] = (),
    chosen: Chosen = Chosen.TEST,
    query_ids: Collection[str] = (),
    limit: int | None = None,
    seed: int = SEED,
    model: PartnerModel | None = None,
    encode: Encode | None = None,
) -> Evaluation:
    """Hide members of consortia and rank all organisations of the history.

    Parameters
    ----------
    task
        To be measured.
    tools
        Our encoder, model and vectors.
    systems
        Names of ``CONSORTIUM_SYSTEMS``; none stands for all.
    chosen, query_ids, limit
        The split, or, for ``FILE``, projects of the test split by id; at the most
        ``limit`` projects.
    seed
        Of every draw.
    model
        The shipped one unless given.
    encode
        What gives the texts; ``encode_history`` unless given.

    Raises
    ------
    InputError
        If all splits are asked at once, for each has its own history; if a system is
        unknown, if there is no such query, or nobody hidden was known before.
    """
    if chosen is Chosen.ALL:
        raise InputError("evaluate_split_by_time", task=task.name)
    names = _choose(task, systems)
    split = str(Chosen.TEST if chosen is Chosen.FILE else chosen)
    blanks = draw_blanks(task, split=split, seed=seed, project_ids=query_ids, limit=limit)
    history = open_history(task, split=split)
    competences, queries = (encode or encode_history)(task, history, blanks, tools=tools)
    large = find_large_countries(history)
    organisations = {each.id: each for each in task.organisations}
    model = model or load_partner_model()
    ranked: list[Ranked] = []
    runs: dict[str, dict[str, list[str]]] = {name: {} for name in names}
    qrels: dict[str, dict[str, int]] = {}
    found = measure_blanks(blanks, competences, queries, organisations, model)
    for n_done, each in enumerate(found):
        tools.tell("rank", n_done, len(blanks))
        query_id = f"{each.blank.project.id}/{each.blank.hidden_id}"
        qrels[query_id] = {each.blank.hidden_id: 1}
        ranks = {}
        for name in names:
            values = CONSORTIUM_SYSTEMS[name].rank(each.case)
            ranks[name] = find_rank(values, each.column, each.case.consortium)
            runs[name][query_id] = _name_head(values, each.case)
        parts = find_parts(
            history,
            each.column,
            each.case.consortium,
            hidden=organisations[each.blank.hidden_id],
            rest=[organisations[member] for member in each.blank.rest],
            large_countries=large,
        )
        ranked.append(Ranked(each.blank.project.id, ranks, parts))
    tools.tell("rank", len(blanks), len(blanks))
    if not ranked:
        raise InputError("evaluate_nothing_judged", task=task.name, n_queries=len(blanks))
    ours = tuple(name for name in names if CONSORTIUM_SYSTEMS[name].is_ours)
    by_part = {
        part: {name: measure_ranked(ranked, system=name, part=part) for name in names}
        for part in PARTS
        if any(part in each.parts for each in ranked)
    }
    return Evaluation(
        task=task.name,
        chosen=chosen,
        has_split=True,
        n_queries=len(blanks),
        n_judged=len(ranked),
        n_candidates=len(history.organisation_ids),
        seed=seed,
        encoder=tools.parts[0].fingerprint,
        figures=_bound_all(by_part["all"], seed=seed),
        comparisons=tuple(compare_systems(by_part["all"], ours=ours, seed=seed)),
        calibration=None,
        left_out=(),
        runs=runs,
        qrels=qrels,
        ours=ours,
        parts={
            part: _bound_all(measured, seed=seed)
            for part, measured in by_part.items()
            if part != "all"
        },
        n_in_parts={
            "newcomers": len(blanks) - len(ranked),
            **{part: sum(part in each.parts for each in ranked) for part in by_part},
        },
    )


def encode_history(
    task: ConsortiumTask, history: History, blanks: Sequence[Blank], *, tools: Tools
) -> tuple[Competences, TextSet]:
    """Encode the texts of the history's projects, and those of the queries.

    Returns
    -------
    tuple
        What organisations could prove, and the queries' texts; a project without text is
        in neither.
    """
    encoder, model = tools.parts
    known = set(history.project_ids)
    wanted = dict.fromkeys(each.project for each in blanks)
    texts: list[TextSet] = []
    for own in ([each for each in task.projects if each.id in known], list(wanted)):
        encoded = encode_texts(
            [Text(each.id, each.title, each.abstract, each.language) for each in own],
            OwnerKind.PROJECT,
            encoder=encoder,
            cache=tools.open_cache(encoder),
            on_progress=lambda done, total: tools.tell("encode", done, total),
        )
        texts.append(encoded.to_text_set(model.background.centring, model.background.idf))
    return gather_competences(history, texts[0]), texts[1]


def measure_blanks(
    blanks: Sequence[Blank],
    competences: Competences,
    queries: TextSet,
    organisations: dict[str, Organisation],
    model: PartnerModel,
) -> Iterator[Measured]:
    """Measure all organisations for each blank whose hidden member the history knows.

    Parameters
    ----------
    blanks
        Those of one project follow each other.
    competences, queries
        As ``encode_history`` returns.
    organisations
        By id, newcomers too.
    model
        For the systems that weigh measures.

    Yields
    ------
    Measured
        In the order of the blanks.
    """
    history = competences.history
    row_of = {each: row for row, each in enumerate(queries.ids)}
    grouped = [(project, list(own)) for project, own in groupby(blanks, lambda each: each.project)]
    for start in range(0, len(grouped), CHUNK):
        part = grouped[start : start + CHUNK]
        texts = [_take(queries, row_of, project) for project, _ in part]
        nearest = compare_passages(
            np.concatenate([each.vectors for each in texts]), competences.texts
        )
        bounds = np.cumsum([0, *(len(each.vectors) for each in texts)])
        for number, (project, own) in enumerate(part):
            needs = nearest[bounds[number] : bounds[number + 1]]
            likeness = compare_project(texts[number], competences, needs=needs)
            question = ask(competences, likeness, programme=project.programme)
            for blank in own:
                if blank.hidden_id not in history.columns:
                    continue
                consortium = history.find_columns(blank.rest)
                rest = [organisations[each] for each in blank.rest]
                measured = measure_candidates(question, rest)
                case = Case(history, consortium, likeness, measured, model, question.has_texts)
                yield Measured(blank, case, history.columns[blank.hidden_id])


def _take(queries: TextSet, row_of: dict[str, int], project: Project) -> TextSet:
    """Take a project's text; one without text has none, and is like nothing."""
    row = row_of.get(project.id)
    if row is not None:
        return queries.take([row])
    return make_blank_text(dim=queries.vectors.shape[1])


def _name_head(values: Values, case: Case) -> list[str]:
    open_to = np.ones(len(values), dtype=np.bool_)
    open_to[case.consortium] = False
    columns = np.flatnonzero(open_to)
    best = columns[np.argsort(-values[columns], kind="stable")[:RUN_DEPTH]]
    return [case.history.organisation_ids[column] for column in best]


def _choose(task: ConsortiumTask, systems: Sequence[str]) -> list[str]:
    names = [name for name in CONSORTIUM_SYSTEMS if name in systems or not systems]
    if not names:
        raise InputError("evaluate_no_system", found=", ".join(systems), task=task.name)
    return names


def _bound_all(
    measured: dict[str, dict[str, QueryMeasure]], *, seed: int
) -> dict[str, dict[str, Figure]]:
    return {
        name: {measure: bound_mean(each, seed=seed) for measure, each in own.items()}
        for name, own in measured.items()
    }
