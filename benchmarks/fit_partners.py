"""Fit what each measure of a candidate partner weighs, on consortia of an earlier window.

    python -m benchmarks.fit_partners --data ../shared/data --cache DIR

writes ``models/partners/mixture.json``. ``--workspace DIR`` takes the texts from the index of a
workspace of the same export, which holds them cut and encoded. Members of Horizon Europe
projects signed from July 2023 to June 2024 are hidden one at a time; measures see projects
signed before July 2023 only. The test window, signed from July 2024 on, is never read.

Two more rankings, for sources with hardly a text, are fitted on ANR's edition of 2020 against
those before it, without any measure of text.

A conditional logit (McFadden, 1974) over sampled organisations: those drawn stand for as
many as they were drawn from, which keeps its estimates consistent (Ben-Akiva and Lerman,
1985, ch. 9). Members whom the others hardly know, and members of a type that the others lack,
count more than once: they are whom a reader looks for, and the fewer.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from benchmarks.parts import load_parts
from roadmapfit.candidates import FEATURES, GROUPS
from roadmapfit.competence import Competences, gather_competences, make_blank_text
from roadmapfit.encoder import load_encoder
from roadmapfit.evaluate.consortium.measures import find_large_countries, find_parts
from roadmapfit.evaluate.consortium.runner import Measured, encode_history, measure_blanks
from roadmapfit.evaluate.consortium.sources import load_anr_consortia, load_cordis_consortia
from roadmapfit.evaluate.consortium.systems import BASELINES
from roadmapfit.evaluate.consortium.task import (
    Blank,
    ConsortiumTask,
    draw_blanks,
    open_history,
)
from roadmapfit.evaluate.runner import SEED
from roadmapfit.evaluate.sides import Tools
from roadmapfit.history import History
from roadmapfit.partner_model import (
    UNTOLD_WITH_NETWORK,
    UNTOLD_WITHOUT_NETWORK,
    WITH_NETWORK,
    WITHOUT_NETWORK,
    PartnerModel,
)
from roadmapfit.paths import cache_dir, models_dir
from roadmapfit.records import Organisation
from roadmapfit.textset import TextSet
from roadmapfit.workspace import open_workspace

Array = NDArray[np.float64]

# What the baselines' mixture is learned on: the same weights' fit, without a need model.
BASELINE_FEATURES = ("profile", "whole", "terms", "projects", "recent", "together", "met")
# Parts whose members count more than once; of both, the product.
RARE = ("cold", "new_kind")
# Chosen by ``validate_partners``: twice finds more of them at no cost to all, three times
# finds still more at some.
TIMES = 2.0
N_DRAWN = 100
N_NEAR = 500
# What makes an organisation hard to tell from the right one, for drawing wrong ones.
NEAR = ("proof", "alike", "walk")
# Where texts tell what is alike, how many projects were shared ever adds nothing to when and
# in which: ``validate_partners``.
TOLD = tuple(name for name in FEATURES if name != "shared")
RANKINGS = {
    WITH_NETWORK: TOLD,
    WITHOUT_NETWORK: tuple(name for name in TOLD if name not in GROUPS["network"]),
    BASELINES: BASELINE_FEATURES,
}
# What can be measured without a text.
UNTOLD = tuple(
    name for name in FEATURES if name not in (*GROUPS["need"], "kind_alike", "tied_alike")
)
UNTOLD_RANKINGS = {
    UNTOLD_WITH_NETWORK: UNTOLD,
    UNTOLD_WITHOUT_NETWORK: tuple(name for name in UNTOLD if name not in GROUPS["network"]),
}
# Of the squared standardised weights: small, for there are thousands of consortia.
PENALTY = 3e-4


def main() -> int:
    """Draw, fit, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of the open data")
    parser.add_argument("--cache", type=Path, default=cache_dir() / "evaluate")
    parser.add_argument("--workspace", type=Path, help="take the texts from its index")
    parser.add_argument("--limit", type=int, help="fit on this many projects only")
    parser.add_argument("--out", type=Path, default=models_dir() / "partners" / "mixture.json")
    arguments = parser.parse_args()

    tools = Tools(load_parts=load_parts, cache=arguments.cache)
    task = load_cordis_consortia(arguments.data)
    blanks = draw_blanks(task, split="development", seed=SEED, limit=arguments.limit)
    history = open_history(task, split="development")
    competences, queries = (
        encode_history(task, history, blanks, tools=tools)
        if arguments.workspace is None
        else take_texts(arguments.workspace, history, blanks)
    )
    drawn = draw_sets(task, blanks, competences, queries)
    weights = {
        name: drawn.fit(features, counts_rare=name != BASELINES)
        for name, features in RANKINGS.items()
    }
    untold = load_anr_consortia(arguments.data)
    anr_blanks = draw_blanks(untold, split="development", seed=SEED, limit=arguments.limit)
    anr_history = open_history(untold, split="development")
    no_texts = make_blank_text(dim=queries.vectors.shape[1]).take([])
    anr_drawn = draw_sets(untold, anr_blanks, gather_competences(anr_history, no_texts), no_texts)
    weights |= {name: anr_drawn.fit(features) for name, features in UNTOLD_RANKINGS.items()}
    origin = {
        "data": "CORDIS Horizon Europe, export of 2025-12-06",
        "history": "signed before 2023-07-01",
        "fitted_on": "members of projects of three or more signed from 2023-07-01 to 2024-06-30",
        "n_projects": len({each.project.id for each in blanks}),
        "n_members": len(drawn.counts),
        "counted": dict.fromkeys(RARE, TIMES),
        "n_organisations": len(history.organisation_ids),
        "encoder": load_encoder().fingerprint,
        "seed": SEED,
        "without_text": {
            "data": "ANR partners, editions 2010 to 2020",
            "fitted_on": "members of projects of three or more of the edition of 2020",
            "n_projects": len({each.project.id for each in anr_blanks}),
            "n_members": len(anr_drawn.counts),
            "n_organisations": len(anr_history.organisation_ids),
        },
    }
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    PartnerModel(weights, origin).write(arguments.out)
    print(arguments.out.read_text(encoding="utf-8"))
    return 0


@dataclass(frozen=True)
class Drawn:
    """Sets of organisations, in each the right one before those that were not chosen.

    ``measured`` has shape (n_sets, n_choices, len(FEATURES)), ``offsets`` (n_sets, n_choices),
    ``counts`` (n_sets,): how many times each set counts.
    """

    measured: NDArray[np.float32]
    offsets: Array
    counts: Array

    def fit(self, features: Sequence[str], *, counts_rare: bool = True) -> NDArray[np.float32]:
        """Fit weights of some measures; shape (len(FEATURES),), 0 for all others."""
        columns = [FEATURES.index(each) for each in features]
        weights = np.zeros(len(FEATURES), dtype=np.float32)
        counts = self.counts if counts_rare else np.ones_like(self.counts)
        weights[columns] = fit_choice(self.measured[:, :, columns], self.offsets, counts)
        return weights


def draw_sets(
    task: ConsortiumTask, blanks: Sequence[Blank], competences: Competences, queries: TextSet
) -> Drawn:
    """Measure blanks and draw of each what to fit on."""
    history = competences.history
    organisations = {each.id: each for each in task.organisations}
    large_countries = find_large_countries(history)
    rng = np.random.default_rng(SEED)
    measured, offsets, counts = [], [], []
    for each in measure_blanks(blanks, competences, queries, organisations, PartnerModel({}, {})):
        values, own = draw_choices(each, rng)
        measured.append(values)
        offsets.append(own)
        counts.append(count_rare(name_parts(each, history, organisations, large_countries)))
    return Drawn(np.stack(measured), np.stack(offsets), np.array(counts))


@dataclass(frozen=True, slots=True)
class EarlierWindow:
    """The consortia before those that are measured, and what was known before them.

    ``blanks`` are their hidden members, ``queries`` their projects' texts.
    """

    blanks: list[Blank]
    history: History
    competences: Competences
    queries: TextSet
    organisations: dict[str, Organisation]
    large_countries: frozenset[str]


def open_earlier_window(data: Path, workspace: Path) -> EarlierWindow:
    """Open CORDIS before the test window, with the texts of a workspace."""
    task = load_cordis_consortia(data)
    blanks = draw_blanks(task, split="development", seed=SEED)
    history = open_history(task, split="development")
    competences, queries = take_texts(workspace, history, blanks)
    return EarlierWindow(
        blanks=list(blanks),
        history=history,
        competences=competences,
        queries=queries,
        organisations={each.id: each for each in task.organisations},
        large_countries=find_large_countries(history),
    )


def take_texts(
    directory: Path, history: History, blanks: Sequence[Blank]
) -> tuple[Competences, TextSet]:
    """Take from a workspace what ``encode_history`` makes of the same texts."""
    projects = open_workspace(directory).generation.projects
    row_of = {each: row for row, each in enumerate(projects.ids)}
    wanted = dict.fromkeys(each.project.id for each in blanks)
    known, queries = (
        projects.take([row_of[each] for each in ids if each in row_of])
        for ids in (history.project_ids, wanted)
    )
    return gather_competences(history, known), queries


def name_parts(
    measured: Measured,
    history: History,
    organisations: Mapping[str, Organisation],
    large_countries: frozenset[str],
) -> frozenset[str]:
    """Say which parts of the figures a hidden member counts in."""
    return find_parts(
        history,
        measured.column,
        measured.case.consortium,
        hidden=organisations[measured.blank.hidden_id],
        rest=[organisations[each] for each in measured.blank.rest],
        large_countries=large_countries,
    )


def count_rare(parts: frozenset[str], *, times: float = TIMES) -> float:
    """Say how many times a member of some parts counts in the fit."""
    return float(times ** len(parts.intersection(RARE)))


def draw_choices(measured: Measured, rng: np.random.Generator) -> tuple[NDArray[np.float32], Array]:
    """Draw organisations that were not chosen, the right one before them.

    Returns
    -------
    tuple
        Their measures, shape (1 + 2 * N_DRAWN, len(FEATURES)), and for each the logarithm
        of how many organisations it stands for.
    """
    values = measured.case.measured
    is_open = np.ones(len(values), dtype=np.bool_)
    is_open[measured.case.consortium] = False
    is_open[measured.column] = False
    columns = np.flatnonzero(is_open)
    near = [FEATURES.index(name) for name in NEAR]
    joined = values[columns][:, near]
    order = np.argsort(-(joined / np.maximum(joined.std(axis=0), 1e-6)).sum(axis=1))
    parts = [columns[order[:N_NEAR]], columns[order[N_NEAR:]]]
    drawn, offsets = [np.array([measured.column])], [np.zeros(1)]
    for part in parts:
        drawn.append(rng.choice(part, size=N_DRAWN, replace=False))
        offsets.append(np.full(N_DRAWN, np.log(len(part) / N_DRAWN)))
    return values[np.concatenate(drawn)], np.concatenate(offsets)


def fit_choice(
    measured: NDArray[np.float32], offsets: Array, counted: Array
) -> NDArray[np.float32]:
    """Fit weights with which the first of each set is chosen.

    Parameters
    ----------
    measured
        Shape (n_sets, n_choices, n_features).
    offsets
        Shape (n_sets, n_choices): added to each choice's weighted sum.
    counted
        Shape (n_sets,): how many times each set counts.

    Returns
    -------
    numpy.ndarray
        float32, shape (n_features,), in the units of ``measured``.
    """
    flat = measured.reshape(-1, measured.shape[2]).astype(np.float64)
    deviations = np.maximum(flat.std(axis=0), 1e-6)
    scaled = (measured - flat.mean(axis=0)) / deviations
    parts = counted / counted.sum()

    def lose(weights: Array) -> tuple[float, Array]:
        sums = scaled @ weights + offsets
        sums -= sums.max(axis=1, keepdims=True)
        odds = np.exp(sums)
        shares = odds / odds.sum(axis=1, keepdims=True)
        loss = parts @ -np.log(np.maximum(shares[:, 0], 1e-300)) + PENALTY * (weights @ weights)
        expected = np.einsum("sc,scf->sf", shares, scaled)
        return loss, parts @ (expected - scaled[:, 0]) + 2 * PENALTY * weights

    start = np.zeros(scaled.shape[2])
    found = minimize(lose, start, jac=True, method="L-BFGS-B", options={"maxiter": 300})
    return np.asarray(found.x / deviations, dtype=np.float32)


if __name__ == "__main__":
    raise SystemExit(main())
