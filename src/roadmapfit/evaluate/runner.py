"""One task through the ranking systems: figures, intervals, tests, calibration."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from roadmapfit.errors import InputError
from roadmapfit.evaluate.pairs import measure_parts
from roadmapfit.evaluate.ranking import (
    QueryMeasure,
    make_qrels,
    measure_queries,
    order_candidates,
)
from roadmapfit.evaluate.sides import Sides, Tools
from roadmapfit.evaluate.significance import bootstrap_interval, compare_paired
from roadmapfit.evaluate.systems import SYSTEMS
from roadmapfit.evaluate.tasks import TASKS, Task, Text

SEED = 20261122
# Candidates a query in the run files: enough for every measure but the tail of RR.
RUN_DEPTH = 100
# The first of these that a task is measured by is the one to read first.
MAIN_MEASURES = ("matches@10", "hits@100", "nDCG@10")
# Named in an error at the most.
N_NAMED = 10


class Chosen(StrEnum):
    """Which queries were asked."""

    TEST = "test"
    DEVELOPMENT = "development"
    ALL = "all"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Figure:
    """A mean over ``n`` queries and its 95 % interval."""

    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """One of our systems against another on one measure: difference of means, p value."""

    ours: str
    against: str
    measure: str
    difference: float
    p: float


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A system that did not run: ``reason`` is ``package`` or ``past``."""

    system: str
    reason: str


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What came of one task.

    Attributes
    ----------
    chosen, has_split
        Which queries were asked; a task without a split asks all for any split.
    n_queries, n_judged, n_candidates
        Queries asked, those of them with a right candidate, candidates.
    encoder
        Fingerprint of our encoder; empty where no system used it.
    figures
        System to measure to figure.
    comparisons
        Each of our systems against each other one, on every measure.
    calibration
        As ``measure_parts`` returns.
    left_out
        Systems asked for that did not run.
    runs
        By system and query: the first ``RUN_DEPTH`` candidates, best first.
    qrels
        As ``make_qrels`` returns.
    ours
        Which of the systems the others are tested against.
    parts
        Part of the queries to system to measure to figure; empty where a task has no
        parts.
    n_in_parts
        Queries in each part, and in those that nothing can be ranked for.
    """

    task: str
    chosen: Chosen
    has_split: bool
    n_queries: int
    n_judged: int
    n_candidates: int
    seed: int
    encoder: str
    figures: dict[str, dict[str, Figure]]
    comparisons: tuple[Comparison, ...]
    calibration: dict[str, Any] | None
    left_out: tuple[LeftOut, ...]
    runs: dict[str, dict[str, list[str]]]
    qrels: dict[str, dict[str, int]]
    ours: tuple[str, ...]
    parts: dict[str, dict[str, dict[str, Figure]]] = field(default_factory=dict)
    n_in_parts: dict[str, int] = field(default_factory=dict)

    @property
    def main_measure(self) -> str:
        """The measure to read first: expert matches found where there are some."""
        measures = next(iter(self.figures.values()))
        return next(name for name in MAIN_MEASURES if name in measures)


def check_names(
    *,
    tasks: Sequence[str],
    systems: Sequence[str],
    known_tasks: Collection[str] = TASKS,
    known_systems: Collection[str] = SYSTEMS,
) -> None:
    """Refuse names of no task or system.

    Raises
    ------
    InputError
        Naming the first, and those there are.
    """
    for name in tasks:
        if name not in known_tasks:
            raise InputError("evaluate_task_unknown", found=name, expected=", ".join(known_tasks))
    for name in systems:
        if name not in known_systems:
            expected = ", ".join(known_systems)
            raise InputError("evaluate_system_unknown", found=name, expected=expected)


def choose_systems(names: Sequence[str], task: Task) -> tuple[list[str], list[LeftOut]]:
    """Say which systems can run, in the order of the tables, and which cannot.

    Parameters
    ----------
    names
        Those wanted, known ones; none stands for all that apply to the task.
    task
        What they are to rank.

    Raises
    ------
    InputError
        If none can run.
    """
    running, left_out = [], []
    for name, system in SYSTEMS.items():
        if name not in names and (names or not system.applies_to(task)):
            continue
        if not system.applies_to(task):
            left_out.append(LeftOut(name, "past"))
        elif not system.is_installed:
            left_out.append(LeftOut(name, "package"))
        else:
            running.append(name)
    if not running:
        raise InputError("evaluate_no_system", found=", ".join(names), task=task.name)
    return running, left_out


def read_query_ids(path: Path) -> list[str]:
    """Read query ids from a file, one a line; blank lines do not count.

    Raises
    ------
    InputError
        If there is no such file, or it is not text.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except FileNotFoundError as error:
        raise InputError("path_missing", path=str(path)) from error
    except (OSError, UnicodeDecodeError) as error:
        raise InputError("path_unreadable", path=str(path), found=str(error)) from error
    return [line.strip() for line in lines if line.strip()]


def choose_queries(
    task: Task,
    *,
    chosen: Chosen,
    query_ids: Collection[str] = (),
    limit: int | None = None,
    seed: int = SEED,
) -> tuple[Text, ...]:
    """Take the queries of a split, or exactly those named, in the task's order.

    Parameters
    ----------
    task
        Whose queries.
    chosen
        The split; ``FILE`` takes ``query_ids``. A task without a split gives all.
    query_ids
        For ``FILE``: ids, or what the data itself calls the queries.
    limit
        Draw this many of them at the most.
    seed
        Of the draw.

    Raises
    ------
    InputError
        If an id is unknown, if there is no query or candidate, or if no query asked
        has a judgement.
    """
    known = {text.id for text in task.queries}
    named, unknown = task.find_queries(query_ids)
    if unknown:
        raise InputError(
            "evaluate_queries_unknown",
            n_found=len(unknown),
            found=", ".join(unknown[:N_NAMED]),
            task=task.name,
        )
    wanted = {
        Chosen.FILE: frozenset(named),
        Chosen.TEST: task.held_out,
        Chosen.DEVELOPMENT: known - task.held_out,
        Chosen.ALL: known,
    }[chosen]
    if chosen is not Chosen.FILE and not task.held_out:
        wanted = known
    queries = [text for text in task.queries if text.id in wanted]
    if limit is not None and limit < len(queries):
        rows = np.random.default_rng(seed).choice(len(queries), size=limit, replace=False)
        queries = [queries[row] for row in np.sort(rows)]
    if not queries or not task.candidates:
        raise InputError(
            "evaluate_task_empty",
            task=task.name,
            n_queries=len(queries),
            n_candidates=len(task.candidates),
        )
    if not any(task.relevant.get(text.id) or task.matches.get(text.id) for text in queries):
        raise InputError("evaluate_nothing_judged", task=task.name, n_queries=len(queries))
    return tuple(queries)


def evaluate_task(
    task: Task,
    *,
    tools: Tools,
    systems: Sequence[str] = (),
    chosen: Chosen = Chosen.TEST,
    query_ids: Collection[str] = (),
    limit: int | None = None,
    seed: int = SEED,
) -> Evaluation:
    """Rank a task with each system and measure what came of it.

    What cannot be asked is an ``InputError``, as ``choose_queries`` and
    ``choose_systems`` say.

    Parameters
    ----------
    task
        To be ranked.
    tools
        Our encoder, model and vectors.
    systems
        Names of ``SYSTEMS``; none stands for all that apply.
    chosen, query_ids, limit
        As ``choose_queries`` takes them.
    seed
        Of every draw: same data, same seed, same figures.
    """
    queries = choose_queries(task, chosen=chosen, query_ids=query_ids, limit=limit, seed=seed)
    names, left_out = choose_systems(systems, task)
    has_model = any(SYSTEMS[name].has_model for name in names)
    ours = tuple(name for name in names if SYSTEMS[name].is_ours)
    sides = Sides(task, queries, tools=tools)
    measured: dict[str, dict[str, QueryMeasure]] = {}
    runs: dict[str, dict[str, list[str]]] = {}
    for n_done, name in enumerate(names):
        tools.tell("rank", n_done, len(names))
        # One matrix at a time: those of large tasks are hundreds of megabytes.
        order = order_candidates(
            SYSTEMS[name].rank(sides), sides.query_ids, sides.candidate_ids, task
        )
        measured[name] = measure_queries(order, sides.query_ids, sides.candidate_ids, task)
        runs[name] = _name_heads(order, sides)
    tools.tell("rank", len(names), len(names))
    return Evaluation(
        task=task.name,
        chosen=chosen,
        has_split=bool(task.held_out),
        n_queries=len(queries),
        n_judged=sum(bool(task.relevant.get(text.id)) for text in queries),
        n_candidates=len(task.candidates),
        seed=seed,
        encoder=tools.parts[0].fingerprint if has_model else "",
        figures={
            name: {measure: bound_mean(each, seed=seed) for measure, each in own.items()}
            for name, own in measured.items()
        },
        comparisons=tuple(compare_systems(measured, ours=ours, seed=seed)),
        calibration=measure_parts(sides, seed=seed) if "roadmapfit" in names else None,
        left_out=tuple(left_out),
        runs=runs,
        qrels=make_qrels(sides.query_ids, task),
        ours=ours,
    )


def bound_mean(measure: QueryMeasure, *, seed: int) -> Figure:
    """Give a mean with its interval."""
    low, high = bootstrap_interval(measure, seed=seed)
    return Figure(measure.mean, low, high, len(measure.values))


def compare_systems(
    measured: dict[str, dict[str, QueryMeasure]], *, ours: Sequence[str], seed: int
) -> list[Comparison]:
    """Test each of our systems against each other one, on every measure."""
    return [
        Comparison(
            ours=name,
            against=other,
            measure=measure,
            difference=each.mean - measured[other][measure].mean,
            p=compare_paired(each, measured[other][measure], seed=seed),
        )
        for name in ours
        for other in measured
        if other != name
        for measure, each in measured[name].items()
    ]


def _name_heads(order: Sequence[NDArray[np.int64]], sides: Sides) -> dict[str, list[str]]:
    return {
        query_id: [sides.candidate_ids[column] for column in columns[:RUN_DEPTH]]
        for query_id, columns in zip(sides.query_ids, order, strict=True)
    }
