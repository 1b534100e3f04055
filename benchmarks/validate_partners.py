"""Choose the form of the partner ranking on the earlier window, before any figure is measured.

    python -m benchmarks.validate_partners --data ../shared/data --workspace workspaces/cordis

fits each variant on consortia signed first in the window that ``fit_partners`` fits on, and
prints MRR and hits@100 on some signed last, as JSON. The test window is never read.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np

from benchmarks.fit_partners import (
    BASELINE_FEATURES,
    RANKINGS,
    count_rare,
    draw_choices,
    fit_choice,
    name_parts,
    open_earlier_window,
)
from roadmapfit.candidates import FEATURES
from roadmapfit.evaluate.consortium.measures import find_rank
from roadmapfit.evaluate.consortium.runner import measure_blanks
from roadmapfit.evaluate.runner import SEED
from roadmapfit.partner_model import WITHOUT_NETWORK, PartnerModel

USUAL = ("country_usual", "kind_usual", "kind_alike", "kind_lacking")
NAME = ("name",)
OLD = tuple(each for each in FEATURES if each not in NAME + USUAL)
# Name to the measures taken, and how many times a rare member counts.
VARIANTS = {
    "all measures, rare ones once": (FEATURES, 1.0),
    "all measures, rare ones twice": (FEATURES, 2.0),
    "all measures, rare ones three times": (FEATURES, 3.0),
    "without names, three times": (tuple(each for each in FEATURES if each not in NAME), 3.0),
    "without the usual make-up, three times": (
        tuple(each for each in FEATURES if each not in USUAL),
        3.0,
    ),
    "without both, once": (OLD, 1.0),
    "without both, three times": (OLD, 3.0),
    "network off, three times": (RANKINGS[WITHOUT_NETWORK], 3.0),
    "mixture of the baselines, once": (BASELINE_FEATURES, 1.0),
    "mixture of the baselines, three times": (BASELINE_FEATURES, 3.0),
}
PARTS = ("all", "cold", "new_kind", "sme", "one_project", "few_projects", "many_projects")
DEPTH = 100
# Share of the window's projects, by day, that is fitted on.
FITTED = 0.65


def main() -> int:
    """Fit on the first, measure on the last, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of the open data")
    parser.add_argument("--workspace", type=Path, required=True, help="takes the texts from it")
    parser.add_argument("--fitted", type=int, default=420, help="projects to fit on")
    parser.add_argument("--measured", type=int, default=230, help="projects to measure on")
    arguments = parser.parse_args()
    window = open_earlier_window(arguments.data, arguments.workspace)
    blanks, history, organisations = window.blanks, window.history, window.organisations
    competences, queries, large = window.competences, window.queries, window.large_countries
    days = {each.project.id: each.project.signature_date for each in blanks}
    ordered = sorted(days, key=lambda each: (days[each], each))
    cut = int(FITTED * len(ordered))
    rng = np.random.default_rng(SEED)
    first = set(rng.choice(ordered[:cut], min(cut, arguments.fitted), replace=False))
    last = set(
        rng.choice(ordered[cut:], min(len(ordered) - cut, arguments.measured), replace=False)
    )
    empty = PartnerModel({}, {})

    drawn, rare = [], []
    fitted_on = [each for each in blanks if each.project.id in first]
    for each in measure_blanks(fitted_on, competences, queries, organisations, empty):
        drawn.append(draw_choices(each, rng))
        rare.append(name_parts(each, history, organisations, large))
    measured = np.stack([own for own, _ in drawn])
    offsets = np.stack([own for _, own in drawn])
    weights = {}
    for name, (features, times) in VARIANTS.items():
        columns = [FEATURES.index(each) for each in features]
        counted = np.array([count_rare(each, times=times) for each in rare])
        weights[name] = np.zeros(len(FEATURES), dtype=np.float32)
        weights[name][columns] = fit_choice(measured[:, :, columns], offsets, counted)
    weights["text: nearest project"] = np.eye(len(FEATURES))[FEATURES.index("whole")]

    ranks: dict[str, list[int]] = {name: [] for name in weights}
    parts = []
    measured_on = [each for each in blanks if each.project.id in last]
    for each in measure_blanks(measured_on, competences, queries, organisations, empty):
        parts.append(name_parts(each, history, organisations, large))
        for name, own in weights.items():
            values = each.case.measured @ own
            ranks[name].append(find_rank(values, each.column, each.case.consortium))
    is_of = {part: np.array([part in each for each in parts]) for part in PARTS}
    figures = {
        name: {"MRR": round(float((1 / np.array(own)).mean()), 3)}
        | {
            part: round(float((np.array(own)[rows] <= DEPTH).mean()), 3)
            for part, rows in is_of.items()
        }
        for name, own in ranks.items()
    }
    found = {
        "n_fitted": len(drawn),
        "n_measured": {part: int(rows.sum()) for part, rows in is_of.items()},
        "MRR, and hits@100 by part": figures,
    }
    print(json.dumps(found, indent=1))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
