"""Measure how good the list of newcomers can be, on organisations made newcomers.

    python -m benchmarks.newcomers --data ../shared/data --workspace workspaces/cordis

No open data holds texts of organisations without a project, so some are made: of members of
Horizon Europe consortia that the history knows, all is hidden but the text of their latest
project, which stands for their own words. Each is ranked among ``N_POOL`` organisations
treated alike, as the list of newcomers ranks. The figures are of such newcomers; of one that
says less of itself they would be lower.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from benchmarks.fit_partners import take_texts
from roadmapfit.candidates import FEATURES, ask, measure_candidates
from roadmapfit.competence import Competences, compare_project
from roadmapfit.evaluate.consortium.measures import find_rank
from roadmapfit.evaluate.consortium.sources import load_cordis_consortia
from roadmapfit.evaluate.consortium.task import draw_blanks, open_history
from roadmapfit.evaluate.runner import SEED
from roadmapfit.partner_model import WITH_NETWORK, WITHOUT_NETWORK, load_partner_model
from roadmapfit.proof import compare_passages

N_POOL = 2000
DEPTHS = (10, 100)


def main() -> int:
    """Hide, rank, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of the open data")
    parser.add_argument("--workspace", type=Path, required=True, help="takes the texts from it")
    parser.add_argument("--limit", type=int, default=200)
    arguments = parser.parse_args()
    task = load_cordis_consortia(arguments.data)
    blanks = draw_blanks(task, split="test", seed=SEED, limit=arguments.limit)
    history = open_history(task, split="test")
    competences, queries = take_texts(arguments.workspace, history, blanks)
    rng = np.random.default_rng(SEED)
    # One hidden member a project, so that each is a question of its own.
    asked = {}
    for blank in blanks:
        if blank.hidden_id in history.columns:
            asked.setdefault(blank.project.id, blank)
    hidden = {history.columns[each.hidden_id] for each in asked.values()}
    others = np.setdiff1d(np.arange(len(history.organisation_ids)), sorted(hidden))
    drawn = rng.choice(others, size=max(0, N_POOL - len(hidden)), replace=False)
    pool = np.sort(np.concatenate([sorted(hidden), drawn])).astype(np.int64)
    made = make_newcomers(competences, pool)
    organisations = {each.id: each for each in task.organisations}
    model, row_of = load_partner_model(), {each: row for row, each in enumerate(queries.ids)}
    outside = np.setdiff1d(np.arange(len(history.organisation_ids)), pool)
    ranks: dict[str, list[int]] = {}
    for project_id, blank in asked.items():
        if project_id not in row_of:
            continue
        text = queries.take([row_of[project_id]])
        likeness = compare_project(text, made, needs=compare_passages(text.vectors, made.texts))
        question = ask(made, likeness, programme=blank.project.programme)
        measured = measure_candidates(question, [organisations[each] for each in blank.rest])
        column = history.columns[blank.hidden_id]
        members = history.find_columns(blank.rest)
        excluded = np.union1d(outside, members)
        for name, values in {
            "roadmapfit": model.rank_values(measured, ranking=WITH_NETWORK),
            "no-network": model.rank_values(measured, ranking=WITHOUT_NETWORK),
            "text-nearest": measured[:, FEATURES.index("whole")],
            "at random": rng.random(len(measured)).astype(np.float32),
        }.items():
            ranks.setdefault(name, []).append(find_rank(values, column, excluded))
    figures = {
        name: {
            f"hits@{depth}": round(float(np.mean(np.array(own) <= depth)), 3) for depth in DEPTHS
        }
        | {"median_rank": float(np.median(own))}
        for name, own in ranks.items()
    }
    n_asked = len(next(iter(ranks.values())))
    print(
        json.dumps({"n_members": n_asked, "n_newcomers": len(pool), "figures": figures}, indent=1)
    )
    return 0


def make_newcomers(competences: Competences, columns: NDArray[np.int64]) -> Competences:
    """Leave some organisations the text of their latest project alone, as their own words."""
    history = competences.history
    latest = {}
    row_of = {row: text for text, row in enumerate(competences.project_rows.tolist())}
    for column in columns.tolist():
        rows = [row for row in history.list_project_rows(column) if row in row_of]
        if rows:
            latest[column] = row_of[min(rows, key=lambda row: (history.age_years[row], row))]
    is_left = np.ones(len(history.organisation_ids), dtype=np.float32)
    is_left[columns] = 0
    members = sparse.csr_matrix(history.members @ sparse.diags(is_left))
    members.eliminate_zeros()
    made = replace(competences, history=replace(history, members=members.astype(np.float32)))
    proofs = made.proofs.tolil()
    for column, text in latest.items():
        proofs[column, text] = 1
    made.__dict__["proofs"] = sparse.csr_matrix(proofs, dtype=np.float32)
    return made


if __name__ == "__main__":
    raise SystemExit(main())
