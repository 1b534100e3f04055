"""Throw damaged and hostile documents at the readers: one clear error each, no hang.

    python benchmarks/fuzz_readers.py --n 10000 [--seed 0] [--first 0]

Each input is a good file with bytes changed, cut, doubled or swapped, or a trap: deep
nesting, entities, NUL bytes, lone surrogates, mixed encodings, a member that unpacks to
much more than it is. What is not a ``RoadmapFitError`` is a failure, and so is an input
that takes more than ten seconds.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
RESULTS = HERE / "results" / "fuzz_readers.json"
CHUNK = 100
sys.path.insert(0, str(HERE.parent / "tests"))

from damaged_documents import read_damaged  # noqa: E402 (the folder is added above)


def main() -> int:
    """Run them, a hundred at a time; what was found so far is written after each hundred."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--n", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--first", type=int, default=0, help="the number of the first input")
    arguments = parser.parse_args()
    total: dict[str, Any] = {"n_inputs": 0, "seed": arguments.seed, "first": arguments.first}
    failures: list[dict[str, Any]] = []
    outcomes: Counter[str] = Counter()
    slowest_s, peak_memory_mb = 0.0, 0
    for done in range(0, arguments.n, CHUNK):
        n_next = min(CHUNK, arguments.n - done)
        found = read_damaged(n_next, seed=arguments.seed, first=arguments.first + done)
        failures += found["failures"]
        outcomes.update(found["outcomes"])
        slowest_s = max(slowest_s, found["slowest_s"])
        peak_memory_mb = max(peak_memory_mb, found["peak_memory_mb"])
        total |= {
            "n_inputs": total["n_inputs"] + found["n_inputs"],
            "failures": failures,
            "slowest_s": slowest_s,
            "peak_memory_mb": peak_memory_mb,
            "outcomes": dict(sorted(outcomes.items())),
        }
        RESULTS.write_text(json.dumps(total, indent=1) + "\n", encoding="utf-8")
    print(RESULTS.read_text(encoding="utf-8"))
    return 1 if failures else 0


if __name__ == "__main__":
    raise SystemExit(main())
