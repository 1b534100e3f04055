"""Throw damaged and hostile documents at the readers: one clear error each, no hang.

    python benchmarks/fuzz_readers.py --n 10000 [--seed 0] [--part 1/4]

Each input is a good file with bytes changed, cut, doubled or swapped, or a trap: deep
nesting, entities, NUL bytes, lone surrogates, mixed encodings, a member that unpacks to
much more than it is. What is not a ``RoadmapFitError`` is a failure, and so is an input
that takes more than ten seconds.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "tests"))

from damaged_documents import read_damaged  # noqa: E402 (the folder is added above)


def main() -> int:
    """Run one part, and write what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--n", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--part", default="1/1", help="for example 2/4: the second of four")
    arguments = parser.parse_args()
    part, n_parts = map(int, arguments.part.split("/"))
    found = read_damaged(arguments.n, seed=arguments.seed, part=part, n_parts=n_parts)
    name = "fuzz_readers.json" if n_parts == 1 else f"fuzz_readers-{part}-of-{n_parts}.json"
    text = json.dumps(found, indent=1) + "\n"
    (HERE / "results" / name).write_text(text, encoding="utf-8")
    print(text)
    return 1 if found["failures"] else 0


if __name__ == "__main__":
    raise SystemExit(main())
