"""List projects whose right topic is not among the first ten, for reading by a person.

    python -m benchmarks.misses --data ../shared/data

writes CSV: rank, project, its title, the right topic, and the three topics that stand
first. Development queries only, drawn with a fixed seed, so that reading them teaches
nothing about the test split. ``docs/misses.md`` is what was read.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from roadmapfit.alignment_model import load_alignment_model
from roadmapfit.encoder import load_encoder
from roadmapfit.evaluate.sides import Sides, Tools
from roadmapfit.evaluate.tasks import Task, load_cordis_topics
from roadmapfit.paths import cache_dir, models_dir

SEED = 3
N_QUERIES, N_MISSES, DEPTH, N_SHOWN = 600, 50, 10, 3
HEADER = ("rank", "project", "title", "right topic", "first", "second", "third")


def main() -> int:
    """Rank, then write the misses."""
    arguments = _parse()
    encoder = load_encoder()
    model = load_alignment_model(
        models_dir() / "alignment" / encoder.fingerprint, encoder_fingerprint=encoder.fingerprint
    )
    task = load_cordis_topics(arguments.data)
    known = [query for query in task.queries if query.id not in task.held_out]
    drawn = np.random.default_rng(SEED).permutation(len(known))[:N_QUERIES]
    sides = Sides(
        task, [known[row] for row in drawn], tools=Tools(lambda: (encoder, model), arguments.cache)
    )
    writer = csv.writer(sys.stdout)
    writer.writerow(HEADER)
    for row, _ in zip(_find_misses(task, sides), range(N_MISSES), strict=False):
        writer.writerow(row)
    return 0


def _find_misses(task: Task, sides: Sides) -> Iterator[tuple[str | int, ...]]:
    titles = {each.id: each.title for each in task.candidates}
    texts = {each.id: each for each in task.queries}
    columns = {topic: column for column, topic in enumerate(sides.items.ids)}
    fit = sides.pairs.fit
    for row, project in enumerate(sides.projects.ids):
        (right,) = task.relevant[project]
        own = fit[row].copy()
        own[[columns[each] for each in task.ambiguous[project]]] = -np.inf
        n_better = int((own > own[columns[right]]).sum())
        if n_better >= DEPTH:
            first = np.argsort(-own, kind="stable")[:N_SHOWN]
            shown = [titles[sides.items.ids[column]] for column in first]
            yield (n_better + 1, project, texts[project].title, titles[right], *shown)


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of the open data")
    parser.add_argument("--cache", type=Path, default=cache_dir() / "evaluate")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
