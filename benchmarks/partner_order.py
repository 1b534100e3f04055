"""Measure what it changes that who closes little of the need comes behind others.

    python -m benchmarks.partner_order --data ../shared/data --workspace workspaces/cordis

ranks the hidden members of some projects of the earlier window, the one that the shipped
weights were fitted on: with and without that rule, for several shares, and prints hits and MRR
as JSON. The test window is never read.
"""

from __future__ import annotations

import argparse
import json
from itertools import groupby
from pathlib import Path

import numpy as np

from benchmarks.fit_partners import open_earlier_window
from roadmapfit.candidates import ask, measure_candidates
from roadmapfit.competence import compare_project
from roadmapfit.evaluate.consortium.measures import find_parts
from roadmapfit.evaluate.runner import SEED
from roadmapfit.partner_model import load_partner_model, name_ranking
from roadmapfit.partners import SLIGHT, measure_closed, order_candidates
from roadmapfit.proof import compare_passages

SHARES = (0.0, SLIGHT, 0.1, 0.15, 0.2, 0.25)
PARTS = ("all", "cold", "new_kind")


def main() -> int:
    """Rank each hidden member by every share, and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of the open data")
    parser.add_argument("--workspace", type=Path, required=True, help="takes the texts from it")
    parser.add_argument("--projects", type=int, default=140)
    arguments = parser.parse_args()
    window = open_earlier_window(arguments.data, arguments.workspace)
    history, organisations = window.history, window.organisations
    model = load_partner_model()
    rows = {each: row for row, each in enumerate(window.queries.ids)}
    grouped = [
        (project, list(own))
        for project, own in groupby(window.blanks, lambda each: each.project)
        if project.id in rows
    ]
    rng = np.random.default_rng(SEED)
    ranks: dict[float, list[int]] = {share: [] for share in SHARES}
    parts = []
    for number in rng.choice(len(grouped), arguments.projects, replace=False):
        project, own = grouped[number]
        text = window.queries.take([rows[project.id]])
        nearest = compare_passages(text.vectors, window.competences.texts)
        question = ask(
            window.competences,
            compare_project(text, window.competences, needs=nearest),
            programme=project.programme,
        )
        for blank in own:
            if blank.hidden_id not in history.columns:
                continue
            column = history.columns[blank.hidden_id]
            consortium = history.find_columns(blank.rest)
            rest = [organisations[each] for each in blank.rest]
            values = model.rank_values(
                measure_candidates(question, rest),
                ranking=name_ranking(has_texts=question.has_texts, uses_network=True),
            )
            values[consortium] = -np.inf
            openness = 1 - question.proven[:, consortium].max(axis=1, initial=0)
            closed = measure_closed(openness, question.proven).sum(axis=0) / openness.sum()
            for share, found in ranks.items():
                order = order_candidates(values, closed, slight=share)
                found.append(1 + int(np.flatnonzero(order == column)[0]))
            parts.append(
                find_parts(
                    history,
                    column,
                    consortium,
                    hidden=organisations[blank.hidden_id],
                    rest=rest,
                    large_countries=window.large_countries,
                )
            )
    is_of = {part: np.array([part in each for each in parts]) for part in PARTS}
    figures = {
        f"last of each few below {share} of the open need": {
            "MRR": round(float((1 / np.array(found)).mean()), 4),
            "hits@10": round(float((np.array(found) <= 10).mean()), 3),  # noqa: PLR2004
        }
        | {
            f"hits@100, {part}": round(float((np.array(found)[own] <= 100).mean()), 3)  # noqa: PLR2004
            for part, own in is_of.items()
        }
        for share, found in ranks.items()
    }
    n_members = {part: int(own.sum()) for part, own in is_of.items()}
    print(json.dumps({"n_members": n_members, "order": figures}, indent=1))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
