"""Compare layouts of the competence map: how well places tell proof, and how still they stay.

    python benchmarks/map_layouts.py --workspace workspaces/demonstration

Ours against classical scaling (PCA of distances), t-SNE and, where it is installed, UMAP (not a
dependency), all on the same distances and from the same start.
"""

from __future__ import annotations

import argparse
import json
import random
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist
from scipy.stats import spearmanr
from sklearn.manifold import TSNE, trustworthiness

from roadmapfit import layouts as ours
from roadmapfit.analysis import prepare_project
from roadmapfit.competence_map import N_LANDMARKS
from roadmapfit.layouts import place_competences
from roadmapfit.partnering import answer_partners, ask_partners
from roadmapfit.partners import list_open
from roadmapfit.workspace import Workspace, open_workspace

RESULTS = Path(__file__).parent / "results"
SEED, N_CANDIDATES, N_NEAR, N_LEFT_OUT = 7, 26, 5, 4
Values = NDArray[np.float32]
Layout = Callable[..., NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class Case:
    """The needs of a project, who proves them, and the organisations' whole profiles."""

    landmarks: Values
    proof: Values
    profiles: Values


def main() -> int:
    """Measure every layout on the same projects."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--workspace", type=Path, default=Path("workspaces/demonstration"))
    parser.add_argument("--projects", type=int, default=20)
    parser.add_argument("--out", default="map_layouts.json")
    arguments = parser.parse_args()
    cases = load_cases(open_workspace(arguments.workspace), arguments.projects)
    layouts: dict[str, Layout] = {
        "ours": ours.place_by_distance,
        "classical scaling": place_classically,
        "t-SNE": place_by_tsne,
    }
    if find_spec("umap"):
        layouts["UMAP"] = place_by_umap
    figures: dict[str, Any] = {"n_projects": len(cases)}
    for name, layout in layouts.items():
        # Only how distances become places differs from one to the next.
        with patch.object(ours, "place_by_distance", layout), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            figures[name] = measure(cases)
        print(name, figures[name], flush=True)
    RESULTS.mkdir(exist_ok=True)
    text = json.dumps(figures, indent=1) + "\n"
    (RESULTS / arguments.out).write_text(text, encoding="utf-8")
    return 0


def load_cases(workspace: Workspace, n_projects: int) -> list[Case]:
    """Draw projects of three organisations or more, with a fixed seed."""
    generation = workspace.generation
    known = [
        each
        for each in generation.projects.ids
        if len(generation.participations.get(each, ())) >= 3
    ]
    cases = []
    for project_id in random.Random(SEED).sample(known, n_projects):
        asked = ask_partners(workspace, prepare_project(workspace, project_id))
        competences = asked.question.competences
        # Diamonds are the most open needs, as on the map.
        drawn = {need.passage.id for need in list_open(asked.needs)[:N_LANDMARKS]}
        rows = [row for row, need in enumerate(asked.needs) if need.passage.id in drawn]
        proof = asked.question.proof[rows]
        fits = answer_partners(workspace, asked, n_partners=N_CANDIDATES)
        ids = [each.id for each in (*asked.members, *(fit.organisation for fit in fits))]
        columns = [competences.history.columns[each] for each in dict.fromkeys(ids)]
        columns = [each for each in columns if proof[:, each].max() > -1]
        profiles = competences.proofs[columns] @ competences.texts.whole
        cases.append(
            Case(asked.question.likeness.vectors[rows], proof[:, columns], np.asarray(profiles))
        )
    return cases


def place_classically(
    distances: NDArray[np.float64], *, start: NDArray[np.float64] | None = None
) -> NDArray[np.float64]:
    """Place by the two main axes, wherever one would begin."""
    del start
    return ours._scale_classically(distances)


def place_by_tsne(
    distances: NDArray[np.float64], *, start: NDArray[np.float64] | None = None
) -> NDArray[np.float64]:
    """Place by t-SNE from the start that ours has."""
    if start is None or len(distances) < 8:
        return ours._scale_classically(distances)
    model = TSNE(
        metric="precomputed",
        init=start / start.std() * 1e-4,
        perplexity=min(12, len(distances) / 4),
        random_state=0,
        method="exact",
    )
    return np.asarray(model.fit_transform(np.maximum(0, distances)), dtype=np.float64)


def place_by_umap(
    distances: NDArray[np.float64], *, start: NDArray[np.float64] | None = None
) -> NDArray[np.float64]:
    """Place by UMAP from the start that ours has."""
    import umap

    if start is None or len(distances) < 16:
        return ours._scale_classically(distances)
    model = umap.UMAP(
        n_neighbors=10,
        metric="precomputed",
        init=start / np.abs(start).max() * 10,
        random_state=0,
    )
    return np.asarray(model.fit_transform(distances), dtype=np.float64)


def measure(cases: list[Case]) -> dict[str, float]:
    """Measure one layout; means over the cases, but for the largest move."""
    told, moves = [], []
    started = time.perf_counter()
    places = [place_competences(case.landmarks, case.proof) for case in cases]
    seconds = (time.perf_counter() - started) / len(cases)
    for case, own in zip(cases, places, strict=True):
        n_landmarks = len(case.landmarks)
        distances = cdist(own[:n_landmarks], own[n_landmarks:])
        told.append(
            (
                np.mean(
                    [
                        len(
                            set(np.argsort(distances[row])[:N_NEAR])
                            & set(np.argsort(-case.proof[row])[:N_NEAR])
                        )
                        / N_NEAR
                        for row in range(n_landmarks)
                    ]
                ),
                np.mean(
                    [
                        spearmanr(distances[:, column], -case.proof[:, column])[0]
                        for column in range(case.proof.shape[1])
                    ]
                ),
                trustworthiness(
                    case.profiles, own[n_landmarks:], n_neighbors=N_NEAR, metric="cosine"
                ),
            )
        )
        moves += measure_moves(case, own)
    near, order, trust = np.mean(told, axis=0)
    return {
        "five nearest that prove best": round(float(near), 3),
        "order of needs by organisation (Spearman)": round(float(order), 3),
        "trustworthiness of profiles": round(float(trust), 3),
        "moved, median": round(float(np.median(moves)), 3),
        "moved, 95 %": round(float(np.quantile(moves, 0.95)), 3),
        "seconds": round(seconds, 3),
    }


def measure_moves(case: Case, whole: NDArray[np.float64]) -> list[float]:
    """Leave one organisation out, and see how far the others move; the picture is 1 wide."""
    n_landmarks, n_organisations = case.proof.shape
    moves = []
    for left_out in range(0, n_organisations, max(1, n_organisations // N_LEFT_OUT)):
        kept = [each for each in range(n_organisations) if each != left_out]
        part = place_competences(case.landmarks, case.proof[:, kept])
        same = whole[[*range(n_landmarks), *(n_landmarks + each for each in kept)]]
        moves.append(float(np.median(np.linalg.norm(part - same, axis=1))))
    return moves


if __name__ == "__main__":
    raise SystemExit(main())
