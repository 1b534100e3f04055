"""Tell planted near-duplicates of the demonstration corpus from all other pairs.

    python benchmarks/near_duplicates.py --workspace workspaces/demonstration

The corpus' authors planted pairs and triples (``close_to`` in the front matter): the
same aim reworded, shortened, or in the other language. No score reads that field.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray

from roadmapfit.paths import corpora_dir
from roadmapfit.similar import Closeness, find_similar, name_closeness
from roadmapfit.textset import TextSet
from roadmapfit.workspace import open_workspace

RESULTS = Path(__file__).parent / "results"


def main() -> int:
    """Measure both signals, and what the shipped thresholds find."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--workspace", type=Path, default=Path("workspaces/demonstration"))
    arguments = parser.parse_args()
    projects = open_workspace(arguments.workspace).generation.projects
    rows = {project_id: row for row, project_id in enumerate(projects.ids)}
    planted = {
        frozenset((one, other))
        for one, others in load_planted(corpora_dir() / "demonstration" / "projects").items()
        for other in others
    }
    whole = projects.whole @ projects.whole.T
    terms = (projects.terms @ projects.terms.T).toarray()
    is_within = projects.languages[:, None] == projects.languages[None, :]
    is_planted = np.zeros_like(is_within, dtype=bool)
    for one, other in map(sorted, planted):
        is_planted[rows[one], rows[other]] = True
    upper = np.triu(np.ones_like(is_within, dtype=bool), k=1)
    is_planted = (is_planted | is_planted.T) & upper
    figures: dict[str, Any] = {"n_projects": len(projects), "n_planted_pairs": len(planted)}
    for name, route in (("within", is_within), ("across", ~is_within)):
        figures[name] = {
            "whole": describe(whole, is_planted & route, upper & route & ~is_planted),
            "terms": describe(terms, is_planted & route, upper & route & ~is_planted),
        }
    figures["same aim or text"] = measure_named(whole, terms, is_within, is_planted, upper)
    figures["planted pairs in the first 3"] = measure_rank(projects, planted)
    RESULTS.mkdir(exist_ok=True)
    text = json.dumps(figures, indent=1) + "\n"
    (RESULTS / "near_duplicates.json").write_text(text, encoding="utf-8")
    print(text)
    return 0


def load_planted(folder: Path) -> dict[str, list[str]]:
    """Read the pairs that the authors planted, by project."""
    planted = {}
    for path in sorted(folder.glob("*.md")):
        front = yaml.safe_load(path.read_text(encoding="utf-8").split("---")[1])
        planted[str(front["id"])] = list(front.get("close_to") or ())
    return planted


def describe(
    values: NDArray[np.float32], is_planted: NDArray[np.bool_], is_other: NDArray[np.bool_]
) -> dict[str, Any]:
    """Summarise a signal on planted pairs and on all others."""
    found, others = values[is_planted], values[is_other]
    return {
        "n_planted": len(found),
        "planted_min_median": [round(float(np.quantile(found, q)), 2) for q in (0, 0.5)],
        "others_median_99_99.9": [
            round(float(np.quantile(others, q)), 2) for q in (0.5, 0.99, 0.999)
        ],
    }


def measure_named(
    whole: NDArray[np.float32],
    terms: NDArray[np.float32],
    is_within: NDArray[np.bool_],
    is_planted: NDArray[np.bool_],
    upper: NDArray[np.bool_],
) -> dict[str, Any]:
    """Measure precision and recall of the words "same text" and "same aim"."""
    near = (Closeness.SAME_TEXT, Closeness.SAME_AIM)
    named = np.zeros_like(is_planted)
    for one, other in np.argwhere(upper):
        closeness = name_closeness(
            whole=float(whole[one, other]),
            terms=float(terms[one, other]),
            is_within=bool(is_within[one, other]),
        )
        named[one, other] = closeness in near
    result = {}
    for name, route in (("within", is_within), ("across", ~is_within)):
        hits = int((named & is_planted & route).sum())
        result[name] = {
            "recall": round(hits / max(1, int((is_planted & route).sum())), 2),
            "precision": round(hits / max(1, int((named & route).sum())), 2),
            "n_named": int((named & route).sum()),
        }
    return result


def measure_rank(projects: TextSet, planted: set[frozenset[str]]) -> float:
    """Share of planted pairs, seen from each side, that stand among the first three."""
    hits = []
    for pair in planted:
        for one, other in (tuple(pair), tuple(pair)[::-1]):
            text = projects.take([projects.ids.index(one)])
            close = find_similar(text, projects, excluded_ids=(one,), n_projects=3)
            hits.append(other in [each.project_id for each in close])
    return round(float(np.mean(hits)), 2)


if __name__ == "__main__":
    raise SystemExit(main())
