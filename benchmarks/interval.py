"""Say how often an interval given from the first sentences holds the whole file's value.

    python -m benchmarks.interval --data ../shared/data

prints JSON and writes it to ``benchmarks/results/interval.json``: of held-out projects
read in part, the pairs shown between 5 and 95 %, and the share of them whose whole file
lies within what was shown.
"""

from __future__ import annotations

import argparse
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.fit_alignment import BETWEEN, TRUNCATIONS
from benchmarks.parts import load_parts
from roadmapfit.align import Aligner
from roadmapfit.evaluate.runner import Chosen, choose_queries
from roadmapfit.evaluate.sides import Sides, Tools, chunks
from roadmapfit.evaluate.tasks import TASKS
from roadmapfit.paths import cache_dir

RESULTS = Path(__file__).parent / "results"
ASKED = ("cordis-topics", "cordis-siblings", "cordis-fields-fr", "anr-committees-fr")
LIMIT = 300


def main() -> int:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of the open data")
    parser.add_argument("--cache", type=Path, default=cache_dir() / "vectors")
    arguments = parser.parse_args()
    tools = Tools(load_parts, arguments.cache)
    figures = {
        "date": datetime.now(UTC).date().isoformat(),
        "tasks": {name: measure(name, arguments.data, tools) for name in ASKED},
    }
    written = json.dumps(figures, indent=1)
    (RESULTS / "interval.json").write_text(written + "\n", encoding="utf-8")
    print(written)
    return 0


def measure(name: str, data: Path, tools: Tools) -> dict[str, Any]:
    """Give, by sentences read, the pairs shown and the share of intervals that hold."""
    task = TASKS[name](data)
    sides = Sides(task, choose_queries(task, chosen=Chosen.TEST, limit=LIMIT), tools=tools)
    aligner = Aligner(sides.items, tools.parts[1])
    whole = sides.projects
    n_passages = dict(zip(whole.ids, np.diff(whole.offsets).tolist(), strict=True))
    found = {}
    for n_read in TRUNCATIONS:
        part = sides.to_text_set(sides.encoded_projects.shorten(n_read))
        rows = {text_id: row for row, text_id in enumerate(part.ids)}
        long = [text_id for text_id in whole.ids if n_passages[text_id] > 2 * n_read]
        taken = part.take([rows[text_id] for text_id in long])
        files = whole.take([row for row, text_id in enumerate(whole.ids) if text_id in set(long)])
        n_shown = n_held = 0
        for some in chunks(taken):
            shown, true = aligner.measure(taken.take(some)), aligner.measure(files.take(some))
            is_between = (shown.value > BETWEEN[0]) & (shown.value < BETWEEN[1])
            holds = (true.value >= shown.low) & (true.value <= shown.high)
            n_shown += int(is_between.sum())
            n_held += int((holds & is_between).sum())
        found[str(n_read)] = {
            "words": float(np.median(taken.n_words)),
            "n_texts": len(taken),
            "n_pairs": n_shown,
            "held": round(n_held / n_shown, 3) if n_shown else None,
        }
    return found


if __name__ == "__main__":
    raise SystemExit(main())
